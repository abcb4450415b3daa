"""The matrix and can-i-deploy as resources (pact-broker-api §13). The native part of the answer is ``decision``."""

from collections.abc import Mapping

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from contracthub.domain.comparisons import EvidenceKind, finding_fields
from contracthub.domain.environments import Environment
from contracthub.domain.errors import Fault, Invalid
from contracthub.domain.live_contracts import LiveName
from contracthub.domain.matrix_query import MAX_LIMIT, LatestBy, MatrixQuery, Selector, Target
from contracthub.domain.matrix_question import MatrixRow, Reading
from contracthub.domain.standings import VerdictKind
from contracthub.domain.verdicts import Compared, Decision, Grounds, Party, Verdict
from contracthub.services import matrix as services
from contracthub.services.matrix import MatrixAnswer, VersionContext
from contracthub.services.matrix_question import UNKNOWN_ENVIRONMENT, UNKNOWN_PACTICIPANT
from contracthub.services.pacticipants import get_pacticipant
from contracthub.web.api.evidence import evidence_url
from contracthub.web.hub import HubOf
from contracthub.web.pact_broker.hal import Json, Urls, UrlsOf, hal, moment
from contracthub.web.pact_broker.matrix_evidence import (
    evidence_on_paper,
    result_on_paper,
    standing_json,
    verification_type,
)
from contracthub.web.pact_broker.matrix_query import matrix_query_from
from contracthub.web.pact_broker.media_types import chosen_type
from contracthub.web.pact_broker.text_tables import TEXT, text_table
from contracthub.web.problems import HAL_JSON

router = APIRouter()
_TYPES = (HAL_JSON, TEXT)


@router.get("/matrix")
def get_matrix(request: Request, hub: HubOf, urls: UrlsOf) -> Response:
    """Rows and the summary for any selectors."""
    answer = services.ask_matrix(hub, matrix_query_from(request.scope["query_string"]))
    return _answer(request, answer, urls)


@router.get("/matrix/provider/{provider:segment}/consumer/{consumer:segment}")
def get_matrix_of_pair(request: Request, provider: str, consumer: str, hub: HubOf, urls: UrlsOf) -> Response:
    """The matrix of two pacticipants; 404 where one is unknown."""
    for name, role in ((consumer, "consumer"), (provider, "provider")):
        get_pacticipant(hub, name, role)
    asked = matrix_query_from(request.scope["query_string"])
    query = MatrixQuery(
        (Selector(consumer), Selector(provider)),
        asked.target,
        asked.ignore,
        asked.latest_by,
        asked.outcomes,
        asked.limit,
        asked.kinds,
    )
    return _answer(request, services.ask_matrix(hub, query), urls)


@router.get("/can-i-deploy")
def can_i_deploy(request: Request, hub: HubOf, urls: UrlsOf) -> Response:
    """Whether one version can be deployed to an environment, or beside the newest versions with a tag."""
    query = _simple_query(request)
    try:
        return _answer(request, services.ask_matrix(hub, query), urls)
    except Invalid as error:
        raise _by_field(error) from error


@router.get("/pacticipants/{name:segment}/latest-version/{tag:segment}/can-i-deploy/to/{to:segment}")
def can_i_deploy_tag(request: Request, name: str, tag: str, to: str, hub: HubOf, urls: UrlsOf) -> Response:
    """The same for the newest version with a tag, beside the newest versions with another."""
    selector, target = Selector(name, latest=True, tag=tag), Target(latest=True, tag=to)
    query = MatrixQuery((selector,), target, latest_by=LatestBy.CONSUMER_VERSION, limit=MAX_LIMIT)
    return _answer(request, services.ask_for_latest(hub, query), urls)


@router.get(
    "/pacticipants/{name:segment}/branches/{branch:segment}/latest-version"
    "/can-i-deploy/to-environment/{environment:segment}"
)
def can_i_deploy_branch(
    request: Request, name: str, branch: str, environment: str, hub: HubOf, urls: UrlsOf
) -> Response:
    """The same for the head of a branch, to an environment."""
    selector, target = Selector(name, latest=True, branch=branch), Target(environment=environment)
    query = MatrixQuery((selector,), target, latest_by=LatestBy.VERSION_PAIR, limit=MAX_LIMIT)
    return _answer(request, services.ask_for_latest(hub, query), urls)


def _by_field(error: Invalid) -> Invalid:
    """The faults of a question as this resource tells them: by parameter, not as a list."""
    if error.code == UNKNOWN_PACTICIPANT:
        return Invalid.of(Fault("pacticipant", "does not match an existing pacticipant"))
    if error.code == UNKNOWN_ENVIRONMENT:
        return Invalid.of(Fault("environment", f"with name '{error.facts['name']}' does not exist"))
    return Invalid.of(*(Fault("", fault.text) for fault in error.faults))


def _simple_query(request: Request) -> MatrixQuery:
    given = request.query_params
    faults = [Fault(field, "is missing") for field in ("pacticipant", "version") if not given.get(field)]
    environment, tag = given.get("environment") or None, given.get("to") or None
    if environment is None and tag is None:
        faults.append(Fault("", "Must specify either an environment or a 'to' tag."))
    if environment is not None and tag is not None:
        faults.append(Fault("", "Cannot specify both a 'to' tag and an environment."))
    if faults:
        raise Invalid.of(*faults)
    ignore = matrix_query_from(request.scope["query_string"]).ignore
    return MatrixQuery(
        (Selector(given["pacticipant"], version=given["version"]),),
        Target(latest=tag is not None, tag=tag, environment=environment),
        ignore,
        LatestBy.CONSUMER_VERSION if tag else LatestBy.VERSION_PAIR,
        limit=MAX_LIMIT,
    )


def _answer(request: Request, answer: MatrixAnswer, urls: Urls) -> Response:
    if chosen_type(request, _TYPES) is TEXT:
        return Response(_table(answer), media_type=TEXT)
    return hal(matrix_json(answer, urls))


def matrix_json(answer: MatrixAnswer, urls: Urls) -> Json:
    """The whole answer."""
    decision = answer.decision
    with_types = any(row.paper is not None for row in (*answer.rows, *answer.ignored))
    cells = _Cells(answer.context, urls, with_types=with_types)
    rows = [cells.row(row) for row in answer.rows]
    rows += [cells.row(row) | {"ignored": True} for row in answer.ignored]
    counts = {"success": decision.counts.success, "failed": decision.counts.failed, "unknown": decision.counts.unknown}
    if decision.counts.ignored is not None:
        counts["ignored"] = decision.counts.ignored
    return {
        "summary": {"deployable": decision.deployable, "reason": decision.reason, **counts},
        "notices": [{"type": notice.kind.value, "text": notice.text} for notice in decision.notices],
        "decision": decision_json(decision, urls, answer.context),
        "matrix": rows,
    }


def decision_json(decision: Decision, urls: Urls, context: VersionContext | None = None) -> Json:
    """The decision as ContractHub tells it: a verdict for each pair, what blocks, and what clears it."""
    return {
        "deployable": decision.deployable,
        "verdicts": [_verdict_json(verdict, urls, context) for verdict in decision.verdicts],
        "blocking": list(decision.blocking),
    }


def _verdict_json(verdict: Verdict, urls: Urls, context: VersionContext | None) -> Json:
    body: Json = {
        "consumer": _party_json(verdict.consumer),
        "provider": _party_json(verdict.provider) if verdict.provider else None,
        "kind": verdict.contract.value,
        "verdict": verdict.kind.value,
        "fact": verdict.fact,
    }
    if verdict.live is not None:
        body["name"] = verdict.live.name
    if verdict.compared is not None:
        body |= _reading_json(verdict.compared.reading)
    if verdict.remedy is not None:
        body["remedy"] = {"text": verdict.remedy.text, "command": verdict.remedy.command}
    if verdict.grounds is not None and verdict.provider is not None:
        body["evidence"] = _evidence_json(verdict, verdict.provider, verdict.grounds, urls, context)
    if verdict.compared is not None and verdict.provider is not None and verdict.compared.compared_at is not None:
        body["evidence"] = _comparison_json(verdict.provider, verdict.compared, urls)
    return body | evidence_on_paper(verdict, urls) | standing_json(verdict.standing, urls)


def _reading_json(reading: Reading) -> Json:
    findings = [finding_fields(each) for each in reading.findings]
    return {"topic": reading.topic, "subject": reading.subject, "findings": findings}


def _comparison_json(provider: Party, compared: Compared, urls: Urls) -> Json:
    here = urls.comparison(compared.identity, compared.reading.writer_identity or "")
    return {
        "kind": EvidenceKind.COMPARED.value,
        "success": not compared.reading.findings,
        "comparedAt": moment(compared.compared_at) if compared.compared_at else None,
        "providerVersion": provider.version,
        "_links": _self(here),
    }


def _evidence_json(
    verdict: Verdict, provider: Party, grounds: Grounds, urls: Urls, context: VersionContext | None
) -> Json:
    places = context.branches.get(grounds.provider_version_id or 0, ()) if context else ()
    contract = urls.contract(provider.name, verdict.consumer.name, grounds.identity)
    if verdict.live is not None:
        contract = _live_url(urls, verdict.consumer.name, verdict.consumer.version or "", provider.name, verdict.live)
    return {
        "kind": EvidenceKind.REPLAYED.value,
        "number": grounds.number,
        "success": grounds.success,
        "verifiedAt": moment(grounds.verified_at) if grounds.verified_at else None,
        "providerVersion": provider.version,
        "providerBranch": places[0].name if places else None,
        "_links": _self(f"{contract}/verification-results/{grounds.number}")
        | {"contracthub:evidence": {"href": evidence_url(urls, provider.name, provider.version or "")}},
    }


def _live_url(urls: Urls, consumer: str, number: str, provider: str, live: LiveName) -> str:
    return urls.live(consumer, number, live.kind.value, provider, live.name)


def _party_json(party: Party) -> Json:
    return {"name": party.name, "version": party.version}


class _Cells:
    """The cells of rows; a version or an environment that stands in many rows is put together once."""

    def __init__(self, context: VersionContext, urls: Urls, *, with_types: bool) -> None:
        self._context, self._urls, self._with_types = context, urls, with_types
        self._versions: dict[int, Json] = {}
        self._environments: dict[str, Json] = {}

    def row(self, row: MatrixRow) -> Json:
        urls = self._urls
        contract = urls.pact(row.provider, row.consumer, row.consumer_version)
        if row.reading is not None:
            contract = urls.reader(row.consumer, row.consumer_version, row.reading.subject)
        elif row.live is not None:
            contract = _live_url(urls, row.consumer, row.consumer_version, row.provider, row.live)
        body: Json = {
            "kind": row.kind.value,
            **({"name": row.live.name} if row.live else {}),
            # Left out and not null where there is none: strict clients take null for a value.
            **({"evidence": row.evidence.value} if row.evidence else {}),
            **self._of_standing(row),
            "consumer": self._side(row.consumer, row.consumer_version_id, row.consumer_version),
            "provider": self._side(row.provider, row.provider_version_id, row.provider_version),
            "pact": {
                "createdAt": moment(row.published_at),
                "_links": _self(contract),
            },
            "verificationResult": self._result(row),
        }
        return body if row.reading is None else body | _reading_json(row.reading)

    def _of_standing(self, row: MatrixRow) -> Json:
        body = standing_json(row.standing, self._urls)
        if row.standing is not None and row.standing.kind is not _kind_of_result(row):
            body["verdict"] = row.standing.kind.value
        # Clients show a column as soon as the key is there.
        return body | {"verificationType": verification_type(row)} if self._with_types else body

    def _side(self, name: str, version_id: int | None, number: str | None) -> Json:
        version = None
        if version_id is not None and number is not None:
            if version_id not in self._versions:
                self._versions[version_id] = self._version(name, version_id, number)
            version = self._versions[version_id]
        return {"name": name, "version": version, "_links": _self(self._urls.pacticipant(name))}

    def _version(self, name: str, version_id: int, number: str) -> Json:
        context, here = self._context, self._urls.version(name, number)
        places = context.branches.get(version_id, ())
        return {
            "number": number,
            "branch": places[0].name if places else None,
            "branches": [{"name": each.name, "latest": each.latest} for each in places],
            "branchVersions": [
                {
                    "name": each.name,
                    "latest": each.latest,
                    "_links": _self(self._place(name, each.name, number)),
                }
                for each in places
            ],
            "environments": [self._environment(each) for each in context.environments.get(version_id, ())],
            "tags": [
                {"name": each.name, "latest": each.latest, "_links": _self(self._tag(name, number, each.name))}
                for each in context.tags.get(version_id, ())
            ],
            "_links": _self(here),
        }

    def _place(self, name: str, branch: str, number: str) -> str:
        return self._urls.to("pacticipants", name, "branches", branch, "versions", number)

    def _tag(self, name: str, number: str, tag: str) -> str:
        return self._urls.to("pacticipants", name, "versions", number, "tags", tag)

    def _environment(self, environment: Environment) -> Json:
        if environment.uuid not in self._environments:
            self._environments[environment.uuid] = self._environment_json(environment)
        return self._environments[environment.uuid]

    def _environment_json(self, environment: Environment) -> Json:
        return {
            "uuid": environment.uuid,
            "name": environment.name,
            "displayName": environment.display_name,
            "production": environment.production,
            "createdAt": moment(environment.created_at),
            "_links": _self(self._urls.to("environments", environment.uuid)),
        }

    def _result(self, row: MatrixRow) -> Json | None:
        if row.standing is not None and row.standing.shortfall is not None and not row.standing.waivers:
            # There is evidence, and it is none that counts here: to all clients that is not known.
            return None
        if row.success is None and row.paper is not None:
            return result_on_paper(row.paper, self._urls)
        if row.success is None or row.verified_at is None:
            return None
        if row.reading is not None:
            here = self._urls.comparison(row.identity, row.reading.writer_identity or "")
            return {"success": row.success, "verifiedAt": moment(row.verified_at), "_links": _self(here)}
        if row.verification is None:
            return None
        contract = self._urls.contract(row.provider, row.consumer, row.identity)
        if row.live is not None:
            contract = _live_url(self._urls, row.consumer, row.consumer_version, row.provider, row.live)
        here = f"{contract}/verification-results/{row.verification}"
        return {"success": row.success, "verifiedAt": moment(row.verified_at), "_links": _self(here)}


def _kind_of_result(row: MatrixRow) -> VerdictKind:
    """What the row would be without documents, policies and waivers: that needs no word of its own."""
    return {True: VerdictKind.VERIFIED, False: VerdictKind.FAILED, None: VerdictKind.NEVER_VERIFIED}[row.success]


def _self(href: str) -> Json:
    return {"self": {"href": href}}


_COLUMNS = ("CONSUMER", "C_VERSION", "REVISION", "PROVIDER", "P_VERSION", "NUMBER", "SUCCESS")
_SUCCESS: Mapping[bool | None, str] = {True: "true", False: "false", None: ""}


def _table(answer: MatrixAnswer) -> str:
    text = text_table(_COLUMNS, [_cells(row) for row in answer.rows])
    deployable = {True: "true", False: "false", None: "nil"}[answer.decision.deployable]
    return f"{text}\n\nDeployable: {deployable}\nReason: {answer.decision.reason}\n"


def _cells(row: MatrixRow) -> tuple[str, ...]:
    number = "" if row.verification is None else str(row.verification)
    provider = (row.provider, row.provider_version or "", number, _SUCCESS[row.outcome])
    return (row.consumer, row.consumer_version, str(row.revision), *provider)
