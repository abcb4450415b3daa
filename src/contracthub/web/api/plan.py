"""Plans: in which order versions can be deployed to an environment, so that each step is safe."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from contracthub.domain.errors import Fault, Invalid
from contracthub.domain.names import faults_of_line, faults_of_name
from contracthub.domain.plan import MAX_VERSIONS, Plan, PlannedVersion, Precedence, Step
from contracthub.services import plan as services
from contracthub.services.plan import PlanRequest
from contracthub.web.bodies import Body, object_in, require_type
from contracthub.web.hub import HubOf
from contracthub.web.pact_broker.hal import Json, UrlsOf
from contracthub.web.pact_broker.matrix import decision_json
from contracthub.web.problems import json_response

router = APIRouter()


@router.post("/api/v1/plan")
def make_plan(request: Request, body: Body, hub: HubOf, urls: UrlsOf) -> Response:
    """A safe order, or what blocks. It changes nothing; it is a POST because the question may be long."""
    require_type(request)
    plan_request = _request_from(object_in(body))
    return json_response(_plan_json(services.make_plan(hub, plan_request), urls, plan_request.environment))


def _request_from(body: dict[str, Any]) -> PlanRequest:
    faults = _faults_of_environment(body.get("environment"))
    versions = body.get("versions")
    if not isinstance(versions, list) or not versions:
        faults.append(Fault("versions", "must be a list with an object for each version"))
        versions = []
    if len(versions) > MAX_VERSIONS:
        text = f"has more than {MAX_VERSIONS} entries, the most that are planned at once"
        raise Invalid.of(Fault("versions", text))
    for index, each in enumerate(versions):
        faults += _faults_of_version(each, index)
    if faults:
        raise Invalid.of(*faults)
    planned = tuple(
        PlannedVersion(each["pacticipant"], each["version"], instance=each.get("applicationInstance") or "")
        for each in versions
    )
    return PlanRequest(body["environment"], planned)


def _faults_of_environment(value: object) -> list[Fault]:
    return [Fault("environment", "is missing")] if value is None else faults_of_name("environment", value)


def _faults_of_version(value: object, index: int) -> list[Fault]:
    if not isinstance(value, dict):
        return [Fault("versions", "must be an object with pacticipant and version", index=index)]
    found: list[Fault] = []
    for field in ("pacticipant", "version"):
        if value.get(field) is None:
            found.append(Fault(field, "is missing", index=index))
        else:
            found += faults_of_name(field, value[field], index=index)
    return found + faults_of_line("applicationInstance", value.get("applicationInstance"), index=index)


def _plan_json(plan: Plan, urls: UrlsOf, environment: str) -> Json:
    return {
        "environment": environment,
        "possible": plan.is_possible,
        "steps": [_step_json(step) for step in plan.steps],
        "decision": decision_json(plan.decision, urls),
    }


def _step_json(step: Step) -> Json:
    return {
        "versions": [_version_json(each) for each in step.versions],
        "because": [_precedence_json(each) for each in step.because],
    }


def _version_json(planned: PlannedVersion) -> Json:
    body: Json = {"pacticipant": planned.pacticipant, "version": planned.version}
    return body | ({"applicationInstance": planned.instance} if planned.instance else {})


def _precedence_json(precedence: Precedence) -> Json:
    verdict = precedence.verdict
    return {
        "first": precedence.first,
        "then": precedence.then,
        "verdict": verdict.kind.value,
        "fact": verdict.fact,
    }
