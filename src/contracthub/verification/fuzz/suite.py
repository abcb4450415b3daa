"""The suite ``fuzz``: the provider under requests that its document allows, and under those that consumers send."""

import random
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace

from contracthub.domain.findings import Finding
from contracthub.domain.verification_runs import MOST_SAMPLES, Check, CheckStatus, Suite, SuiteRun
from contracthub.verification.fuzz.drift import drift_or_why
from contracthub.verification.fuzz.exchanges import Sent, exchanges_of
from contracthub.verification.fuzz.job import PHASES, Exchange, FuzzJob
from contracthub.verification.fuzz.messages import Began, Found, Going, Message, Said
from contracthub.verification.fuzz.process import messages_of
from contracthub.verification.fuzz.sightings import Sighting, finding_of
from contracthub.verification.fuzz.sources import ProviderAway, Source, Sources, sources_for
from contracthub.verification.state_module import StateModuleFailed, serving_states
from contracthub.verification.suites import Target, Watcher

TOOL = "Schemathesis"
_TO_END = 5.0
_LEAST_SECONDS = 1.0
_MOST_NAMED = 8
_LETS_NOBODY_IN = "It let nobody in (401 or 403), so that what is behind was not reached."
_SHUT = frozenset({401, 403})
ALL_SHUT = "Every operation answers with 401 or 403, so that nothing behind was looked at."


@dataclass(slots=True)
class _Seen:
    """What the jobs of a run told so far."""

    findings: dict[str, Finding] = field(default_factory=dict)
    operations: dict[str, list[str]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    latencies: dict[str, list[float]] = field(default_factory=dict)
    exercised: dict[str, set[int]] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)
    examples: int = 0
    tool_version: str = ""

    def shut(self) -> list[str]:
        """The operations that let nobody in: what else they refused, they refused before they looked who asks."""
        return [
            name for name, seen in self.exercised.items() if seen & _SHUT and all(400 <= each < 500 for each in seen)
        ]

    def hear(self, message: Message) -> Finding | None:
        """Keeps what a job told; the finding where it is a new one."""
        if isinstance(message, Found):
            is_new = message.finding.fingerprint not in self.findings
            self.findings[message.finding.fingerprint] = message.finding
            return message.finding if is_new else None
        if isinstance(message, Began):
            self.tool_version = message.tool_version
            self.operations |= {name: message.consumers.get(name, []) for name in message.operations}
        elif isinstance(message, Said):
            self.problems.append(message.text)
        elif isinstance(message, Going):
            for operation, status, milliseconds in message.samples:
                self._sample(operation, status, milliseconds)
        return None

    def _sample(self, operation: str, status: int, milliseconds: float) -> None:
        samples = self.latencies.setdefault(operation, [])
        if len(samples) < MOST_SAMPLES:
            samples.append(milliseconds)
        self.exercised.setdefault(operation, set()).add(status)


def run(target: Target, watcher: Watcher, deadline: float) -> SuiteRun:
    """Fuzzes a provider. What is found is a failed check each; an operation without a finding has passed."""
    started = time.monotonic()
    try:
        sources = sources_for(target)
    except ProviderAway as away:
        return _suite_run(target, _Seen(problems=[str(away)]), started, seed=None)
    return run_with(target, sources, watcher, deadline)


def run_with(target: Target, sources: Sources, watcher: Watcher, deadline: float) -> SuiteRun:
    """The same with documents that were found already."""
    started = time.monotonic()
    seed = target.seed if target.seed is not None else random.SystemRandom().randrange(2**31)
    wrong = _wrong_phases(target.settings_of(Suite.FUZZ).get("phases"))
    seen = _Seen(problems=[*sources.problems, *wrong])
    if not sources.found and not sources.problems:
        return _suite_run(target, seen, started, seed=seed, skipped=(_nothing(),))
    watcher.suite(Suite.FUZZ.value, None)
    sent = exchanges_of(target)
    seen.problems += sent.problems
    seen.notices += sent.notices
    drifted = [each for pair in sources.drifts for each in _drifted(pair, seen)]
    with _states_served(target, sent, seen, deadline) as served:
        for job in _jobs(served, sources, sent.exchanges, started, deadline):
            _do(replace(job, seed=seed), seen, watcher, deadline)
    for sighting in drifted:
        finding = finding_of(sighting, seen.operations.get(sighting.operation, ()), target.base_url)
        if seen.hear(Found(finding)) is not None:
            watcher.done(failed_check(finding))
    shut = sorted(seen.shut())
    if shut and len(shut) == len(seen.exercised):
        seen.problems.append(f"{ALL_SHUT} Give credentials: --header 'Authorization: Bearer ...'.")
    elif shut:
        seen.notices.append(_some_shut(shut))
    return _suite_run(target, seen, started, seed=seed)


@contextmanager
def _states_served(target: Target, sent: Sent, seen: _Seen, deadline: float) -> Iterator[Target]:
    """The target with an address that changes states by its module, where consumers' requests start from any."""
    if not target.state_module or not any(each.states for each in sent.exchanges):
        yield target
        return
    with ExitStack() as stack:
        try:
            url = stack.enter_context(serving_states(target.state_module, deadline))
        except StateModuleFailed as failure:
            seen.problems.append(f"--state-module: {failure}")
            yield target
        else:
            yield replace(target, state_url=url, state_teardown=True)


def _some_shut(operations: list[str]) -> str:
    named = ", ".join(operations[:_MOST_NAMED])
    more = f" and {len(operations) - _MOST_NAMED} more" if len(operations) > _MOST_NAMED else ""
    return (
        f"{named}{more} let nobody in (401 or 403), and what is behind was not reached. Other credentials (--header)?"
    )


def _drifted(pair: tuple[Source, Source], seen: _Seen) -> list[Sighting]:
    found, problem = drift_or_why(*pair)
    if problem is not None:
        seen.problems.append(problem)
    return found


def _suite_run(
    target: Target, seen: _Seen, started: float, *, seed: int | None, skipped: tuple[Check, ...] = ()
) -> SuiteRun:
    return SuiteRun(
        suite=Suite.FUZZ,
        checks=(*skipped, *_checks(seen)),
        problems=tuple(dict.fromkeys(seen.problems)),
        seconds=round(time.monotonic() - started, 3),
        tool=TOOL,
        tool_version=seen.tool_version,
        seed=seed,
        budget_seconds=target.fuzz_seconds,
        examples=seen.examples,
        latencies={name: tuple(samples) for name, samples in seen.latencies.items()},
        exercised={name: tuple(sorted(codes)) for name, codes in seen.exercised.items()},
        notices=tuple(seen.notices),
    )


def _jobs(
    target: Target, sources: Sources, exchanges: tuple[Exchange, ...], started: float, deadline: float
) -> Iterator[FuzzJob]:
    """One job per document; the time is theirs in equal parts, and nobody gets less than a second."""
    ends = min(started + target.fuzz_seconds, deadline - _TO_END)
    settings = target.settings_of(Suite.FUZZ)
    phases = _phases(settings.get("phases"))
    for at, source in enumerate(sources.found):
        seconds = (ends - time.monotonic()) / (len(sources.found) - at)
        yield FuzzJob(
            kind=source.kind,
            document=source.text,
            base_url=source.base_url,
            root_url=target.base_url,
            graphql_path=source.path,
            headers=target.headers,
            verify_tls=target.verify_tls,
            request_seconds=target.request_timeout_ms / 1000,
            seconds=max(_LEAST_SECONDS, seconds),
            exchanges=exchanges,
            rate=_number(settings.get("rate")),
            unsafe=settings.get("unsafe_methods", True) is not False,
            state_url=target.state_url,
            state_teardown=target.state_teardown,
            phases=phases,
            secrets=tuple(value for _, value in target.headers),
        )


def _phases(value: object) -> tuple[str, ...]:
    """The engine's phases in their order; all of them where nothing was said, none where it was said so."""
    if value is None:
        return PHASES
    listed = value if isinstance(value, list | tuple) else [value]
    return tuple(each for each in PHASES if each in listed)


def _wrong_phases(value: object) -> list[str]:
    listed = value if isinstance(value, list | tuple) else [] if value is None else [value]
    return [
        f"There is no phase {each!r} of fuzzing. Choose from: {', '.join(PHASES)}."
        for each in listed
        if each not in PHASES
    ]


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) and value > 0 else None


def _do(job: FuzzJob, seen: _Seen, watcher: Watcher, deadline: float) -> None:
    before = seen.examples
    for message in messages_of(job, deadline):
        finding = seen.hear(message)
        if finding is not None:
            watcher.done(failed_check(finding))
        elif isinstance(message, Going):
            seen.examples = before + message.examples
            watcher.news(message.what, examples=seen.examples)


def _checks(seen: _Seen) -> Iterator[Check]:
    """What was found, what hurts a consumer first; then what was looked at in vain."""
    ranked = sorted(seen.findings.values(), key=lambda each: (-len(each.consumers), each.code, each.operation))
    yield from (failed_check(each) for each in ranked)
    bad, shut = {each.operation for each in ranked}, set(seen.shut())
    for operation in seen.operations:
        if operation in shut and operation not in bad:
            yield Check(
                suite=Suite.FUZZ, name=operation, operation=operation, status=CheckStatus.SKIPPED, error=_LETS_NOBODY_IN
            )
        elif operation not in bad and operation in seen.exercised:
            yield Check(suite=Suite.FUZZ, name=operation, operation=operation, status=CheckStatus.PASSED)


def failed_check(finding: Finding) -> Check:
    """A finding as a check of the suite."""
    return Check(
        suite=Suite.FUZZ,
        name=f"{finding.operation}: {finding.title}",
        operation=finding.operation,
        status=CheckStatus.FAILED,
        status_code=finding.status_code,
        consumer=finding.consumers[0] if finding.consumers else "",
        error=finding.message.splitlines()[0] if finding.message else finding.title,
        finding=finding,
    )


def _nothing() -> Check:
    return Check(
        suite=Suite.FUZZ,
        name="documents to fuzz with",
        status=CheckStatus.SKIPPED,
        error="The provider serves no OpenAPI document and no GraphQL schema in the usual places; say where with"
        " --openapi or --sdl.",
    )
