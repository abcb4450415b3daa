"""Verdicts in which a policy or a waiver had a say: what evidence a place asks for, and who lets something pass."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from contracthub.domain.comparisons import EvidenceKind
from contracthub.domain.gate_policies import GatePolicy, Requirement
from contracthub.domain.matrix_question import MatrixRow, Question
from contracthub.domain.paper_verdicts import publish_document_remedy
from contracthub.domain.standings import Shortfall, Standing, VerdictKind
from contracthub.domain.verdicts import Remedy, Verdict, command, verify_remedy
from contracthub.domain.waivers import Waiver

_NOUNS = {
    EvidenceKind.REPLAYED: "a replay",
    EvidenceKind.COMPARED: "a comparison",
    EvidenceKind.FUZZED: "a fuzz run",
}


def as_it_stands(question: Question, row: MatrixRow, verdict: Verdict) -> Verdict:
    """The verdict of the evidence, once policy and waivers had their say."""
    standing = row.standing
    if standing is None:
        return verdict
    if standing.shortfall is not None:
        verdict = _short_of(question, row, verdict, standing.shortfall)
    return _waived(verdict, standing) if standing.kind is VerdictKind.WAIVED else verdict


def text_of_waivers(waivers: Sequence[Waiver]) -> str:
    """Who lets it pass, until when, and why."""
    return "; ".join(
        f"{each.by} waived it until {each.until.isoformat()}: {each.reason.rstrip('.')}" for each in waivers
    )


def text_of_policy(policy: GatePolicy) -> str:
    """What is enough, in words."""
    return ", or ".join(map(_requirement, policy.accepts)) or "nothing at all"


def text_of_age(age: timedelta) -> str:
    """A span of time in the largest unit that says it."""
    minutes = int(age.total_seconds() // 60)
    for size, unit in ((24 * 60, "day"), (60, "hour")):
        if minutes >= size:
            return _counted(minutes // size, unit)
    return _counted(max(minutes, 0), "minute")


def text_of_shortfall(question: Question, row: MatrixRow, shortfall: Shortfall) -> str:
    """Why a yes is none here, as part of a sentence: what is too old, or what is missing."""
    wanted = text_of_policy(question.terms.policy)
    if shortfall.is_age and shortfall.at is not None and shortfall.within is not None:
        return (
            f"{_what(row, shortfall)} is {text_of_age(question.terms.now - shortfall.at)} old, and "
            f"{_place(question)} accepts none older than {text_of_age(shortfall.within)}"
        )
    there = _NOUNS[row.standing.rests_on] if row.standing and row.standing.rests_on else "nothing"
    return f"{_place(question)} needs {wanted}; there is only {there}{_because(row, shortfall)}"


def _short_of(question: Question, row: MatrixRow, verdict: Verdict, shortfall: Shortfall) -> Verdict:
    about = f"the {row.named} of {row.consumer} {row.consumer_version} with {row.provider} {row.provider_version}"
    told = text_of_shortfall(question, row, shortfall)
    fact = f"For {about}, {told}. {verdict.fact}"
    kind = VerdictKind.STALE if shortfall.is_age else VerdictKind.NEVER_VERIFIED
    return replace(verdict, kind=kind, fact=fact, remedy=_remedy(row, shortfall), standing=row.standing)


def _because(row: MatrixRow, shortfall: Shortfall) -> str:
    """What happened to the evidence that is missing, where something did."""
    if shortfall.lacking is EvidenceKind.FUZZED and row.fuzzed is not None and not row.fuzzed.success:
        return f", and the newest fuzz run, of {_day(row.fuzzed.at)}, found faults"
    if shortfall.lacking is EvidenceKind.COMPARED:
        if row.paper is None:
            return f", and {row.provider} {row.provider_version} has no document that says anything of it"
        if not row.paper.comparison.is_compatible:
            return ", and on paper they do not fit"
        if shortfall.within is not None:
            return ", and no running provider was seen to do what its document says"
    return ""


def _what(row: MatrixRow, shortfall: Shortfall) -> str:
    if shortfall.lacking is EvidenceKind.COMPARED:
        return f"the last sign that {row.provider} does what its document says"
    nouns = {EvidenceKind.REPLAYED: "the newest replay", EvidenceKind.FUZZED: "the newest fuzz run without faults"}
    return nouns[shortfall.lacking]


def _remedy(row: MatrixRow, shortfall: Shortfall) -> Remedy:
    if shortfall.lacking is EvidenceKind.REPLAYED:
        text = f"Replay it against {row.provider} {row.provider_version} and publish the result."
        return verify_remedy(row.provider, row.provider_version, text, live=row.live)
    if shortfall.lacking is EvidenceKind.COMPARED and row.paper is None:
        text = f"Publish the document that says what {row.provider} {row.provider_version} offers."
        return publish_document_remedy(row.provider, row.provider_version, text)
    text = f"Fuzz {row.provider} {row.provider_version} against its own document and publish the evidence."
    words = (
        "verify",
        "provider",
        row.provider,
        "--suite",
        "fuzz",
        "--provider-version",
        row.provider_version or "VERSION",
    )
    return Remedy(text, command(*words, "--provider-base-url", "URL", "--publish"))


def _waived(verdict: Verdict, standing: Standing) -> Verdict:
    kind = verdict.kind.value.replace("_", " ")
    fact = f"{verdict.fact} That would be {kind}; {text_of_waivers(standing.waivers)}."
    told = replace(standing, waived=verdict.kind)
    return replace(verdict, kind=VerdictKind.WAIVED, fact=fact, remedy=None, standing=told)


def _requirement(requirement: Requirement) -> str:
    kinds = sorted(requirement.evidence, key=list(EvidenceKind).index)
    text = " and ".join(_NOUNS[each] for each in kinds)
    if requirement.within is None:
        return text
    return f"{text} {'each ' if len(kinds) > 1 else ''}not older than {text_of_age(requirement.within)}"


def _place(question: Question) -> str:
    return question.environment or "this workspace"


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d}"
