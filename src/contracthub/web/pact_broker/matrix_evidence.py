"""Comparisons, live checks and waivers in the answers of the gate (pact-broker-api §13, bidirectional §13)."""

from contracthub.domain.comparisons import EvidenceKind, LiveCheck, OnPaper, finding_fields
from contracthub.domain.matrix_question import MatrixRow
from contracthub.domain.standings import Standing
from contracthub.domain.verdicts import Verdict
from contracthub.domain.waivers import Waiver, scope_fields
from contracthub.web.pact_broker.hal import Json, Urls, moment

# So many findings are told with a verdict; all are where the comparison is.
_TOLD = 20


def verification_type(row: MatrixRow) -> str | None:
    """What a row rests on, in PactFlow's words (bidirectional §13); nothing where nothing is known."""
    if row.reading is not None or row.evidence is None or row.outcome is None:
        return None
    return "CDCT" if row.evidence is EvidenceKind.REPLAYED else "BDCT"


def evidence_on_paper(verdict: Verdict, urls: Urls) -> Json:
    """What documents say, where a verdict rests on that: the comparison, its findings, and the last live check."""
    if verdict.paper is None or verdict.provider is None:
        return {}
    said, checked = verdict.paper.said, verdict.paper.checked
    findings = said.comparison.findings
    body: Json = {
        "evidence": {
            "kind": EvidenceKind.COMPARED.value,
            "success": succeeds(said),
            "comparedAt": moment(said.comparison.compared_at),
            "providerVersion": verdict.provider.version,
            "documents": list(said.documents),
            **({"selfVerified": said.self_verified} if said.self_verified is not None else {}),
            **({"checked": _check_json(checked)} if checked else {}),
            "_links": {"self": {"href": _comparison(said, urls)}},
        }
    }
    if findings:
        body |= {"findings": [finding_fields(each) for each in findings[:_TOLD]], "findingCount": len(findings)}
    return body


def result_on_paper(said: OnPaper, urls: Urls) -> Json | None:
    """The outcome of a comparison as the result of a verification; nothing where documents do not speak of all."""
    if succeeds(said) is None:
        return None
    return {
        "success": succeeds(said),
        "verifiedAt": moment(said.comparison.compared_at),
        "_links": {"self": {"href": _comparison(said, urls)}},
    }


def succeeds(said: OnPaper) -> bool | None:
    """Whether documents say yes; what the provider's own check found wrong says nothing but no."""
    return False if said.self_verified is False else said.comparison.outcome


def standing_json(standing: Standing | None, urls: Urls) -> Json:
    """The waivers that a yes rests on, and what it would be without them."""
    if standing is None or not standing.waivers:
        return {}
    told = {"waivers": [_waiver_json(each, urls) for each in standing.waivers]}
    return told | ({"waived": standing.waived.value} if standing.waived else {})


def _comparison(said: OnPaper, urls: Urls) -> str:
    comparison = said.comparison
    return urls.comparison(comparison.consumer_identity, comparison.provider_identity, comparison.kind.value)


def _check_json(check: LiveCheck) -> Json:
    kind = "fuzzed" if check.evidence is EvidenceKind.FUZZED else "self-verified"
    return {"kind": kind, "at": moment(check.at), "success": check.success, "by": check.by}


def _waiver_json(waiver: Waiver, urls: Urls) -> Json:
    told = {"number": waiver.id, **scope_fields(waiver.scope), "reason": waiver.reason, "by": waiver.by}
    here = urls.to("api", "v1", "waivers", str(waiver.id))
    return {**told, "until": waiver.until.isoformat(), "_links": {"self": {"href": here}}}
