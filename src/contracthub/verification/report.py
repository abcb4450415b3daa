"""From the verifier's raw results to a VerificationReport. The values themselves are the domain's."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from contracthub.domain.verification_reports import (
    InteractionOutcome,
    Mismatch,
    OpaqueInteraction,
    PactResult,
    VerificationReport,
)
from contracthub.verification.job import ReplayJob
from contracthub.verification.pact_facts import Facts, InteractionFacts

_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|us|µs)")
_MILLISECONDS = {"ms": 1.0, "s": 1000.0, "us": 0.001, "µs": 0.001}
# How the verifier says that a state URL did not answer well, and that none answered in our words.
_STATE_FAILED = "One or more of the setup state change handlers has failed"
STOPPED = "The verification was stopped: it reached its deadline (--timeout)."
NOT_RUN = "It was not run: the deadline (--timeout) came before."
# The verifier does not tell these two apart.
_BROKE = "the connection broke, or it redirects to another host, which is not followed"
_NOT_SET_UP = "the provider state could not be set up"

Raw = Mapping[str, object]


def report_from(job: ReplayJob, raw: Raw) -> VerificationReport:
    """The report of a finished run; ``raw`` is what the child wrote.

    What there is to publish stands in ``pacts``; that it was published is for whoever does it to say.
    """
    results = _mapping(raw.get("results"))
    explained = _Explained(_mapping(raw.get("states")), job.request_timeout)
    found = (_interaction(one, explained) for one in _objects(results.get("interactionResults")))
    told = tuple(_with_notes(with_facts(found, _facts(raw)), raw))
    left = frozenset(_left(told, raw.get("ended")))
    interactions = tuple(each for at, each in enumerate(told) if at not in left)
    not_run = tuple(_left_out(told[at]) for at in sorted(left))
    return VerificationReport(
        provider=job.provider,
        provider_version=job.publishing.version if job.publishing else None,
        provider_branch=job.provider_branch,
        source=source_of(job),
        interactions=interactions,
        problems=tuple(dict.fromkeys((*_withheld(job, raw), *_found_wrong(job, raw, results, interactions)))),
        notices=tuple(dict.fromkeys((*_without_pacts(job, raw), *_notices(results)))),
        opaque=(*(_opaque(one) for one in _objects(raw.get("opaque"))), *not_run),
        pacts=tuple(_pact_result(one) for one in _objects(raw.get("pacts"))),
        consumer_versions={name: str(version) for name, version in _mapping(raw.get("versions")).items()},
    )


def _left_out(one: InteractionOutcome) -> OpaqueInteraction:
    return OpaqueInteraction(consumer=one.consumer, description=one.description, why=NOT_RUN)


def _left(told: Sequence[InteractionOutcome], ended: object) -> Iterator[int]:
    """What was not run when the replay was stopped: what failed of nothing but that, and had not ended before."""
    if not isinstance(ended, list):
        return
    before = {str(name) for name in ended}
    for at, each in enumerate(told):
        broke = bool(each.mismatches) and all(one.attribute == "error" for one in each.mismatches)
        had_its_turn = f"'{' '.join(each.description.split())}'" in before
        why_known = each.lacks_state and all(one.text.startswith(_NOT_SET_UP) for one in each.mismatches)
        if broke and not had_its_turn and not why_known:
            yield at


def with_facts(interactions: Iterable[InteractionOutcome], facts: Facts) -> Iterator[InteractionOutcome]:
    """The interactions with what is known of them from their pacts."""
    for each in interactions:
        known = facts.get((each.consumer, each.description), InteractionFacts())
        yield replace(
            each,
            operation=each.operation or known.operation,
            status_code=_status_of(each) or each.status_code or (known.status if each.passed else None),
            uses=each.uses or known.uses,
        )


def _with_notes(interactions: Iterable[InteractionOutcome], raw: Raw) -> Iterator[InteractionOutcome]:
    """The interactions with what was noted while they were prepared, such as how a state was solved."""
    listed = [each for each in _list(raw.get("notes")) if isinstance(each, list)]
    notes = {(consumer, description): tuple(map(str, told)) for consumer, description, told in listed}
    for each in interactions:
        told = notes.get((each.consumer, each.description))
        yield replace(each, notes=(*each.notes, *told)) if told else each


def _facts(raw: Raw) -> Facts:
    found = [each for each in _list(raw.get("facts")) if isinstance(each, list)]
    return {
        (str(consumer), str(description)): InteractionFacts(fact["operation"], fact["status"], tuple(fact["uses"]))
        for consumer, description, fact in found
    }


def _status_of(interaction: InteractionOutcome) -> int | None:
    """The status that came instead of the one that was expected."""
    for each in interaction.mismatches:
        if each.attribute == "status" and each.actual and each.actual.isascii() and each.actual.isdigit():
            return int(each.actual)
    return None


def _found_wrong(job: ReplayJob, raw: Raw, results: Raw, interactions: Sequence[InteractionOutcome]) -> Iterator[str]:
    if raw.get("ended") is not None:
        yield STOPPED
        return
    unreached = [str(text) for text in _list(raw.get("unreached"))]
    if unreached:
        # The verifier's own words for it name no reason.
        yield from unreached
    elif raw.get("listed") != 0 and not _has_empty_share(job, raw):
        yield from _problems(job, results, interactions, raw.get("failure"))


def _without_pacts(job: ReplayJob, raw: Raw) -> Iterator[str]:
    if raw.get("listed") == 0:
        yield none_for(job.provider)


def none_for(provider: str) -> str:
    """What is said where a hub selects no pact of a provider, or does not know it yet."""
    return f"The hub has no pacts for {provider} that are selected here."


def _has_empty_share(job: ReplayJob, raw: Raw) -> bool:
    """Whether the hub selected pacts, and all of them are replayed by other children."""
    listed, (at, _) = raw.get("listed"), job.share
    return isinstance(listed, int) and 0 < listed <= at


def _withheld(job: ReplayJob, raw: Raw) -> Iterator[str]:
    if job.publishing is None or not job.publishing.at_once:
        return
    for consumer in dict.fromkeys(str(each) for each in _list(raw.get("withheld"))):
        yield (
            f"The results for {consumer} are not published: its pact has interactions of plugins, which can't be "
            "verified here, and the hub would take them for verified."
        )


def _opaque(raw: Raw) -> OpaqueInteraction:
    plugins = tuple(str(each) for each in _list(raw.get("plugins")))
    return OpaqueInteraction(consumer=str(raw["consumer"]), description=str(raw["description"]), plugins=plugins)


def _pact_result(raw: Raw) -> PactResult:
    return PactResult(
        url=str(raw["url"]),
        consumer=str(raw["consumer"]),
        consumer_version=str(raw["consumer_version"]),
        announced=tuple(str(each) for each in _list(raw["announced"])),
        result=_mapping(raw["result"]),
    )


def source_of(job: ReplayJob) -> str:
    """Where the contracts come from, in words."""
    return job.hub.url if job.hub else ", ".join((*job.files, *(address.url for address in job.addresses)))


def _notices(results: Raw) -> Iterator[str]:
    """Why each pact was verified. What is for afterwards comes in a variant for each outcome, of unknown pacts."""
    for notice in _objects(results.get("notices")):
        if notice.get("when") == "before_verification" and notice.get("text"):
            yield str(notice["text"])


def _problems(
    job: ReplayJob, results: Raw, interactions: Sequence[InteractionOutcome], failure: object
) -> Iterator[str]:
    """Errors that no interaction accounts for: a source that could not be read, a consumer without pacts."""
    if any(not one.passed for one in interactions):
        return
    errors = _objects(results.get("errors"))
    for error in errors:
        mismatch = _mapping(error.get("mismatch"))
        text = mismatch.get("message") or error.get("interaction")
        if text:
            yield str(text)
    if failure and not errors:
        yield _in_words(str(failure), job)


def _in_words(failure: str, job: ReplayJob) -> str:
    if not failure.startswith("Failed to execute verifier"):
        return failure
    broke = "The verifier broke off without a result."
    return f"{broke} Is --filter-description a regular expression?" if job.description else broke


@dataclass(frozen=True, slots=True)
class _Explained:
    """What is known beside the verifier's own words: why states could not be changed, how long it waits."""

    states: Raw
    request_timeout: int

    def of(self, message: str, states: Sequence[str], milliseconds: int | None) -> str:
        """The verifier's message with the reason that it keeps to itself."""
        failed = [f"{state or 'no state'}: {self.states[state]}" for state in (*states, "") if state in self.states]
        if failed and "state change" in message:
            return f"{_NOT_SET_UP} ({'; '.join(failed)})"
        if message.startswith("error sending request"):
            late = milliseconds is not None and milliseconds >= self.request_timeout
            why = f"no answer within {self.request_timeout} ms, --request-timeout" if late else _BROKE
            return f"{message}: {why}"
        return message


def _interaction(raw: Raw, explained: _Explained) -> InteractionOutcome:
    states = tuple(str(state) for state in _list(raw.get("providerStates")))
    milliseconds = _milliseconds(raw.get("duration"))
    found = _mismatches(_mapping(raw.get("mismatch")))
    mismatches = tuple(
        replace(one, text=explained.of(one.text, states, milliseconds)) if one.attribute == "error" else one
        for one in found
    )
    return InteractionOutcome(
        consumer=str(raw.get("consumer") or ""),
        description=str(raw.get("description") or ""),
        passed=raw.get("result") == "OK",
        pending=raw.get("pending") is True,
        provider_states=states,
        mismatches=mismatches,
        milliseconds=milliseconds,
        lacks_state=is_of_states(mismatches),
    )


def is_of_states(mismatches: Sequence[Mismatch]) -> bool:
    """Whether nothing went wrong but the setting up of provider states."""
    return bool(mismatches) and all(map(_is_of_state, mismatches))


def _is_of_state(mismatch: Mismatch) -> bool:
    return mismatch.attribute == "error" and mismatch.text.startswith((_STATE_FAILED, _NOT_SET_UP))


def _mismatches(mismatch: Raw) -> Iterator[Mismatch]:
    if mismatch.get("type") == "mismatches":
        # The verifier gives them in no order; a report must be the same for the same run.
        found = [_mismatch(one) for one in _objects(mismatch.get("mismatches"))]
        yield from sorted(found, key=lambda one: (one.attribute, one.location, one.text))
    elif mismatch:
        yield Mismatch("error", "", str(mismatch.get("message") or "the exchange failed"))


def _mismatch(raw: Raw) -> Mismatch:
    """One mismatch; its type (``BodyTypeMismatch``) begins with the attribute that it is about."""
    attribute = re.sub(r"(Type)?Mismatch$", "", str(raw.get("type") or "")).lower() or "error"
    location = raw.get("path") or raw.get("key") or raw.get("parameter") or ""
    return Mismatch(
        attribute=attribute,
        location=str(location),
        text=str(raw.get("mismatch") or ""),
        expected=_shown(raw.get("expected", raw.get("expectedBody"))),
        actual=_shown(raw.get("actual", raw.get("actualBody"))),
    )


def _shown(value: object) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value
    # Bodies come as lists of bytes in places.
    if isinstance(value, list) and value and all(isinstance(one, int) and 0 <= one < 256 for one in value):
        return bytes(value).decode("utf-8", "replace")
    return json.dumps(value, ensure_ascii=False)


def _milliseconds(duration: object) -> int | None:
    parts = _DURATION.findall(str(duration or ""))
    return round(sum(float(number) * _MILLISECONDS[unit] for number, unit in parts)) if parts else None


def _mapping(value: object) -> Raw:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _objects(value: object) -> list[Raw]:
    return [one for one in _list(value) if isinstance(one, Mapping)]
