"""From the verifier's raw results to a VerificationReport. The values themselves are the domain's."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from contracthub.domain.verification_reports import (
    InteractionOutcome,
    Mismatch,
    PublicationStatus,
    VerificationReport,
)
from contracthub.verification.job import ReplayJob

_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|us|µs)")
_MILLISECONDS = {"ms": 1.0, "s": 1000.0, "us": 0.001, "µs": 0.001}
_PUBLICATION = re.compile(r"publish", re.IGNORECASE)

Raw = Mapping[str, object]


def report_from(job: ReplayJob, raw: Raw) -> VerificationReport:
    """The report of a finished run; ``raw`` is what the child wrote.

    A failed publication is only known from what the verifier logged (toolkit 1.2), so any logged error about
    publishing counts as one.
    """
    results = _mapping(raw.get("results"))
    explained = _Explained(_mapping(raw.get("states")), job.request_timeout)
    interactions = tuple(_interaction(one, explained) for one in _objects(results.get("interactionResults")))
    logged = [str(text) for text in _list(raw.get("logged"))]
    unpublished = [text for text in logged if _PUBLICATION.search(text)] if job.publishing else []
    return VerificationReport(
        provider=job.provider,
        provider_version=job.publishing.version if job.publishing else None,
        provider_branch=job.provider_branch,
        source=source_of(job),
        interactions=interactions,
        publication=_publication(job, unpublished, interactions),
        problems=(*_problems(job, results, interactions, raw.get("failure")), *dict.fromkeys(unpublished)),
        notices=tuple(dict.fromkeys(_notices(results))),
    )


def source_of(job: ReplayJob) -> str:
    """Where the contracts come from, in words."""
    return job.hub.url if job.hub else ", ".join((*job.files, *(address.url for address in job.addresses)))


def _notices(results: Raw) -> Iterator[str]:
    """Why each pact was verified. What is for afterwards comes in a variant for each outcome, of unknown pacts."""
    for notice in _objects(results.get("notices")):
        if notice.get("when") == "before_verification" and notice.get("text"):
            yield str(notice["text"])


def _publication(job: ReplayJob, faults: Sequence[str], interactions: Sequence[object]) -> PublicationStatus:
    if job.publishing is None:
        return PublicationStatus.NOT_ASKED
    # Without interactions the verifier has nothing to publish, and says nothing about it.
    return PublicationStatus.FAILED if faults or not interactions else PublicationStatus.PUBLISHED


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
            return f"the provider state could not be set up ({'; '.join(failed)})"
        if message.startswith("error sending request"):
            late = milliseconds is not None and milliseconds >= self.request_timeout
            why = f"no answer within {self.request_timeout} ms, --request-timeout" if late else "the connection broke"
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
    )


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
