"""One promise from end to end: states, a first answer, the load, the verdict, and how the version before was."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from contracthub.domain.latency_digests import LatencyDigest
from contracthub.domain.sampling_plans import SamplingPlan
from contracthub.domain.verification_reports import Mismatch
from contracthub.domain.verification_runs import Check, CheckStatus, Suite
from contracthub.formats.slo.model import QUANTILES, LoadRequest, Promise
from contracthub.verification.live_contracts import SourcedContract
from contracthub.verification.provider_states import StateMissing
from contracthub.verification.slo.baselines import Baseline, NoBaseline
from contracthub.verification.slo.digests import compared_quantile, digest_of
from contracthub.verification.slo.exchange import Address
from contracthub.verification.slo.first_answers import FirstAnswers, NotReady
from contracthub.verification.slo.judging import Judged, Judgement, Verdict, judged
from contracthub.verification.slo.load import Measured, Orders, measure
from contracthub.verification.slo.load_requests import Asked
from contracthub.verification.slo.regression import Compared, compared
from contracthub.verification.slo.samples import Sample
from contracthub.verification.slo.solved_states import LoadStates

_STATUS = {
    Verdict.KEPT: CheckStatus.PASSED,
    Verdict.BROKEN: CheckStatus.FAILED,
    Verdict.OPEN: CheckStatus.COULD_NOT_RUN,
}
_MOST_ERRORS_TOLD = 3
# What is shown of a share of the limit that the machine's own lateness makes up.
_LATE = 0.1
_FEWEST_TO_COMPARE = 1_500
_MARGIN = 0.5
# A tail that p99 would see.
_SLOW_TO_TELL = 0.01


@dataclass(slots=True)
class Found:
    """What came of a promise: its checks, and what is kept as evidence."""

    checks: list[Check] = field(default_factory=list)
    digest: LatencyDigest | None = None
    samples: tuple[Sample, ...] = ()


@dataclass(slots=True)
class _Jury:
    """Looks at the samples when the plan says so; the last look is what counts."""

    promise: Promise
    plan: SamplingPlan
    asked: Asked
    baseline: Baseline | None
    seen: int = 0
    last: Judged | None = None

    def is_decided(self, samples: Sequence[Sample]) -> bool:
        """Looks; whether nothing is left that more samples could tell."""
        found, self.seen = judged(self.promise, samples, self.plan), len(samples)
        # What an earlier look had shown is not taken back for want of proof, only for proof of the contrary.
        if self.last is None or self.last.verdict is Verdict.OPEN or found.verdict is not Verdict.OPEN:
            self.last = found
        if self.last.verdict is not Verdict.KEPT:
            return self.last.verdict is Verdict.BROKEN
        if self.promise.regression is None:
            return True
        regressed = self.regressed(samples)
        if regressed is not None and regressed.verdict is Verdict.BROKEN:
            return True
        # The next version will be compared with these, so there have to be enough of them.
        is_enough = self.seen >= min(_FEWEST_TO_COMPARE, self.promise.load.samples)
        return is_enough and (regressed is None or regressed.verdict is not Verdict.OPEN)

    def regressed(self, samples: Sequence[Sample]) -> Compared | None:
        """How the answers changed since the baseline; None where that is not promised, or can't be told."""
        if self.baseline is None or self.promise.regression is None:
            return None
        digest = digest_of(self.promise, self.asked.requests, samples)
        try:
            before = self.baseline.of(digest)
        except NoBaseline:
            return None
        # The comparison is made at each look, too, so that each has its part of the chance of an error.
        return compared(
            before,
            digest,
            most=self.promise.regression,
            confidence=1 - self.plan.alpha,
        )


@dataclass(frozen=True, slots=True)
class PromiseCheck:
    """Checks promises one after the other: two loads at once would measure each other."""

    address: Address
    request_timeout: float
    states: LoadStates
    deadline: float

    def of(
        self, contract: SourcedContract, promise: Promise, asked: Asked | None, baseline: Baseline | NoBaseline | None
    ) -> Found:
        """What came of it; it never raises for what provider, contract or machine are like."""
        told = _Told(contract, promise, asked)
        if asked is None:
            text = f"No request says how {promise.name} is asked. Give `request` in the promise, or --pact."
            return Found([told.check(CheckStatus.COULD_NOT_RUN, text)])
        limits = [*promise.quantiles.values(), promise.maximum or 0.0]
        timeout = max(self.request_timeout, 1.5 * max(limits) / 1000)
        if time.monotonic() + timeout + promise.load.warmup + _MARGIN >= self.deadline:
            return Found([told.check(CheckStatus.COULD_NOT_RUN, "The deadline (--timeout) came before its turn.")])
        jury = _Jury(promise, promise.plan, asked, baseline if isinstance(baseline, Baseline) else None)
        try:
            with self.states.ready(asked, contract.consumer) as ready:
                told = replace(told, notes=ready.notes)
                measured = self._measured(promise, ready.requests, timeout, jury)
        except StateMissing as missing:
            text = f"The provider state could not be set up: {missing}"
            return Found([told.check(CheckStatus.MISSING_STATE, text)])
        except NotReady as reason:
            if reason.is_away:
                return Found([told.check(CheckStatus.COULD_NOT_RUN, str(reason))])
            return Found([told.check(CheckStatus.FAILED, str(reason), (Mismatch("error", "", str(reason)),))])
        return _found(told, jury, measured, baseline)

    def _measured(self, promise: Promise, requests: tuple[LoadRequest, ...], timeout: float, jury: _Jury) -> Measured:
        FirstAnswers(self.address, timeout).try_all(requests)
        return measure(
            Orders(
                address=self.address,
                requests=requests,
                load=promise.load,
                timeout=timeout,
                looks=jury.plan.looks,
                is_decided=jury.is_decided,
                deadline=self.deadline - _MARGIN,
            )
        )


@dataclass(frozen=True, slots=True)
class _Told:
    """How the checks of a promise are called."""

    contract: SourcedContract
    promise: Promise
    asked: Asked | None
    notes: tuple[str, ...] = ()

    def check(
        self,
        status: CheckStatus,
        error: str = "",
        mismatches: tuple[Mismatch, ...] = (),
        notes: tuple[str, ...] = (),
        *,
        name: str = "",
        milliseconds: float | None = None,
    ) -> Check:
        """A check of the promise, or of the part of it that is named."""
        called = f"{self.contract.document.name}: {self.promise.name}"
        return Check(
            suite=Suite.SLO,
            name=f"{called}, {name}" if name else called,
            status=self.contract.status(status),
            consumer=self.contract.consumer,
            consumer_version=self.contract.consumer_version,
            operation=self.promise.name,
            provider_states=tuple(each.name for each in self.asked.states) if self.asked else (),
            mismatches=mismatches,
            error=error,
            milliseconds=milliseconds,
            notes=(*notes, *self.notes),
        )


def _found(told: _Told, jury: _Jury, measured: Measured, baseline: Baseline | NoBaseline | None) -> Found:
    samples, plan = measured.samples, jury.plan
    if jury.last is None or (jury.last.verdict is Verdict.OPEN and len(samples) > jury.seen):
        # The time ended the load. This is one look more of those that the plan has.
        if len(samples) < plan.fewest:
            text = f"too few samples: {len(samples)} of at least {plan.fewest}{_errors_in(samples)}"
            return Found([told.check(CheckStatus.COULD_NOT_RUN, text)], _digest(told, samples), samples)
        jury.is_decided(samples)
    looked = samples[: jury.seen]
    assert jury.last is not None
    found = Found([_verdict(told, jury.last, measured, looked)], _digest(told, looked), looked)
    if told.promise.regression is not None:
        found.checks.append(_regression(told, jury, looked, baseline))
    return found


def _digest(told: _Told, samples: Sequence[Sample]) -> LatencyDigest | None:
    if told.asked is None or not any(each.counts_as_answer for each in samples):
        return None
    return digest_of(told.promise, told.asked.requests, samples)


def _verdict(told: _Told, last: Judged, measured: Measured, looked: Sequence[Sample]) -> Check:
    judgements = tuple(_unless_late(each, told.promise, measured) for each in last.judgements)
    verdict = Judged(judgements).verdict
    wrong = [each for each in judgements if each.verdict is verdict and verdict is not Verdict.KEPT]
    mismatches = tuple(
        Mismatch(each.measure, "", each.sentence, each.limit, each.found) for each in wrong if verdict is Verdict.BROKEN
    )
    error = "; ".join(each.sentence for each in wrong)
    if verdict is Verdict.OPEN:
        error = f"{len(looked):,} samples decide nothing: {error}"
    notes = [f"{len(looked):,} samples in {measured.seconds:.1f} s, {told.promise.load.worded}{_errors_in(looked)}"]
    notes += [each.sentence for each in judgements if each not in wrong]
    notes += _let_pass(told.promise, looked)
    if told.asked is not None and told.asked.source:
        notes.append(told.asked.source)
    if last.drift is not None:
        notes.append(f"the answers became slower: {last.drift.first:.4g} ms at first, {last.drift.last:.4g} ms at last")
    times = sorted(each.milliseconds for each in looked if each.counts_as_answer)
    middle = round(times[len(times) // 2], 3) if times else None
    return told.check(_STATUS[verdict], error, mismatches, tuple(notes), milliseconds=middle)


def _let_pass(promise: Promise, looked: Sequence[Sample]) -> Iterator[str]:
    """What takes longer than the last quantile of a promise lets see, where nothing else bounds it."""
    quantile, limit = [("p99", 0.0), *promise.quantiles.items()][-1]
    times = [each.milliseconds for each in looked if each.counts_as_answer]
    slow = [each for each in times if each > limit]
    if quantile == "p99" or promise.maximum is not None or len(slow) < _SLOW_TO_TELL * len(times) or not slow:
        return
    yield (
        f"{len(slow) / len(times) * 100:.2g} % of the answers take longer than {limit:g} ms, up to {max(slow):.4g} ms, "
        f"which {quantile} lets pass; promise p99 or max to bound them"
    )


def _unless_late(judgement: Judgement, promise: Promise, measured: Measured) -> Judgement:
    """A refusal is not told where this machine itself was late by so much that it may be the reason."""
    limit = promise.quantiles.get(judgement.measure, promise.maximum if judgement.measure == "max" else None)
    if judgement.verdict is not Verdict.BROKEN or limit is None:
        return judgement
    late = measured.lag(QUANTILES.get(judgement.measure, 1.0))
    if late <= _LATE * limit:
        return judgement
    note = f"this machine was late by {late:.0f} ms itself, so that its word is no proof; give it less to do"
    return Judgement(judgement.measure, Verdict.OPEN, judgement.limit, judgement.found, note)


def _regression(told: _Told, jury: _Jury, looked: Sequence[Sample], baseline: Baseline | NoBaseline | None) -> Check:
    quantile = compared_quantile(told.promise)
    name = f"{quantile} against the version before"
    try:
        if not isinstance(baseline, Baseline):
            raise baseline or NoBaseline("nothing says what to compare with")
        baseline.of(digest_of(told.promise, told.asked.requests if told.asked else (), looked))
    except NoBaseline as reason:
        return told.check(CheckStatus.SKIPPED, f"There is nothing to compare with: {reason}.", name=name)
    found = jury.regressed(looked)
    assert found is not None
    most = told.promise.regression or 0.0
    if found.why:
        return told.check(CheckStatus.COULD_NOT_RUN, f"no verdict on a regression: {found.why}", name=name)
    text = (
        f"{quantile} went from {found.before:.4g} ms in {baseline.version} to {found.now:.4g} ms, by "
        f"{_change(found.ratio)} ({_change(found.low)} to {_change(found.high)}), promised at most +{most * 100:g} %"
    )
    if found.verdict is Verdict.BROKEN:
        limit = f"{found.before * (1 + most):.4g} ms"
        mismatch = Mismatch(quantile, "", text, limit, f"{found.now:.4g} ms")
        return told.check(CheckStatus.FAILED, text, (mismatch,), name=name)
    return told.check(CheckStatus.PASSED, notes=(text,), name=name)


def _change(ratio: float) -> str:
    return f"{(ratio - 1) * 100:+.1f} %"


def _errors_in(samples: Sequence[Sample]) -> str:
    told = list(_most_common(samples))
    return f"; {', '.join(told)}" if told else ""


def _most_common(samples: Sequence[Sample]) -> Iterator[str]:
    for error, times in Counter(each.error for each in samples if each.error).most_common(_MOST_ERRORS_TOLD):
        yield f"{times:,} × {error}"
