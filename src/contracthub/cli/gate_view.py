"""From the hub's matrix answer to the gate report that is shown; fills in what a plain Pact Broker does not say."""

import shlex

from contracthub.client.matrix import Evidence, MatrixAnswer, MatrixQuestion, MatrixRow, Side, Verdict, VersionSelector
from contracthub.reports.gate import Blocker, GatePair, GateReport

_WARNING = "warning"
_SUCCESS = {"VERIFIED": True, "FAILED": False}
# Whatever evidence there is, it does not count.
_UNKNOWN = frozenset({"STALE", "NEVER_VERIFIED", "UNANSWERABLE"})


def gate_report(question: MatrixQuestion, answer: MatrixAnswer) -> GateReport:
    """The report for an answer, with the hub's own verdicts, or with verdicts read from the rows."""
    verdicts = answer.verdicts or tuple(_verdict_of(row) for row in answer.rows)
    blocking = [answer.verdicts[at] for at in answer.blocking] if answer.verdicts else _blocking(verdicts)
    warnings = tuple(notice.text for notice in answer.notices if notice.type == _WARNING)
    told = tuple(notice.text for notice in answer.notices if notice.type != _WARNING)
    return GateReport(
        who=" with ".join(_selector(one) for one in question.selectors),
        where=_where(question),
        deployable=answer.deployable,
        pairs=tuple(_pair(verdict, _blocker(verdict) if verdict in blocking else None) for verdict in verdicts),
        reasons=told or tuple(answer.reason.splitlines()),
        blockers=() if answer.deployable else tuple(map(_blocker, blocking)),
        warnings=warnings,
        done="merged" if question.to_main_branches else "deployed",
    )


def verdict_word(row: MatrixRow) -> str:
    """The verdict that a bare matrix row amounts to."""
    if row.ignored:
        return "IGNORED"
    if row.verdict:
        return row.verdict
    if row.topic is not None:
        return {True: "COMPATIBLE", False: "INCOMPATIBLE", None: "UNANSWERABLE"}[row.success]
    if row.success is None:
        return "NEVER_VERIFIED"
    return "VERIFIED" if row.success else "FAILED"


def _verdict_of(row: MatrixRow) -> Verdict:
    word = verdict_word(row)
    pair = f"the pact between {_side(row.consumer)} and {_side(row.provider)}"
    if word == "NEVER_VERIFIED":
        return Verdict(row.consumer, row.provider, word, f"There is no verification of {pair}.", *_verify(row))
    if word == "FAILED":
        return Verdict(row.consumer, row.provider, word, f"The verification of {pair} failed.", *_verify(row))
    return Verdict(row.consumer, row.provider, word, "")


def _verify(row: MatrixRow) -> tuple[str, str]:
    """The remedy, and its command."""
    name, version = shlex.quote(row.provider.name), row.provider.version
    which = f" --provider-version {shlex.quote(version)}" if version else ""
    return (
        f"Verify {row.provider.name} against its contracts and publish the results.",
        f"contracthub verify provider {name} --provider-base-url URL{which} --publish",
    )


def _blocking(verdicts: tuple[Verdict, ...]) -> list[Verdict]:
    return [one for one in verdicts if one.verdict in ("NEVER_VERIFIED", "FAILED")]


def _blocker(verdict: Verdict) -> Blocker:
    return Blocker(verdict.fact, verdict.remedy, verdict.command)


def _pair(verdict: Verdict, blocker: Blocker | None) -> GatePair:
    evidence = verdict.evidence
    return GatePair(
        verdict.consumer.name,
        verdict.consumer.version,
        verdict.provider.name,
        verdict.provider.version,
        verdict.verdict,
        success=evidence.success if evidence and verdict.verdict not in _UNKNOWN else _SUCCESS.get(verdict.verdict),
        result=evidence.number if evidence else None,
        fact=verdict.fact,
        evidence=_evidence(evidence, verdict.provider) if evidence else None,
        url=evidence.url if evidence else None,
        blocker=blocker,
        topic=verdict.topic or verdict.live,
    )


def _evidence(evidence: Evidence, provider: Side) -> str:
    if evidence.documents:
        checked = evidence.checked
        did = f"; {checked.kind} {checked.at}, {'without' if checked.success else 'with'} faults" if checked else ""
        return (
            f"compared {evidence.verified_at}: {', '.join(evidence.documents)}, not what {_side(provider)} does{did}."
        )
    if evidence.number is None:
        return f"compared {evidence.verified_at}: the schemas, not what {_side(provider)} does."
    branch = f", from branch {evidence.provider_branch}" if evidence.provider_branch else ", on no branch"
    when = f" of {evidence.verified_at}" if evidence.verified_at else ""
    return f"result {evidence.number}{when}, by {_side(provider)}{branch}."


def explanation(answer: MatrixAnswer) -> dict[str, object]:
    """The same for programs: the answer, and each pair with its verdict, evidence, and whether it blocks."""
    decision = answer.document.get("decision")
    verdicts = decision.get("verdicts") if isinstance(decision, dict) else None
    pairs = verdicts if isinstance(verdicts, list) else []
    blocking = () if answer.deployable else answer.blocking
    return {
        "deployable": answer.deployable,
        "reason": answer.reason,
        "pairs": [{**pair, "blocks": at in blocking} for at, pair in enumerate(pairs) if isinstance(pair, dict)],
    }


def _side(side: Side) -> str:
    return f"{side.name} {side.version}" if side.version else side.name


def _where(question: MatrixQuestion) -> str:
    target = question.environment or question.to_tag
    return f"to {target}" if target else ""


def _selector(selector: VersionSelector) -> str:
    if selector.version:
        return f"{selector.pacticipant} {selector.version}"
    if selector.branch:
        return f"{selector.pacticipant} from branch {selector.branch}"
    if selector.main_branch:
        return f"{selector.pacticipant} from its main branch"
    if selector.tag:
        return f"{selector.pacticipant} with tag {selector.tag}"
    return f"the latest {selector.pacticipant}" if selector.latest else selector.pacticipant
