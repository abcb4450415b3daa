"""Plans of deployments: the question, and the hub's answer as typed values."""

from collections.abc import Mapping
from dataclasses import dataclass

from contracthub.client.answers import JsonObject
from contracthub.client.errors import AnswerNotUnderstood, HubAnswered
from contracthub.client.hub import Hub
from contracthub.client.matrix import Verdict, verdicts_from
from contracthub.client.spelling import naming


@dataclass(frozen=True, slots=True)
class PlannedVersion:
    """A version that is to be deployed, and in which application instance, where there are several."""

    pacticipant: str
    version: str
    instance: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """Versions that go at once, and the facts that force the step's place."""

    versions: tuple[PlannedVersion, ...]
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps in their order, or none, and then what blocks."""

    is_possible: bool
    steps: tuple[Step, ...]
    blocking: tuple[Verdict, ...]
    document: JsonObject


def ask_for_plan(hub: Hub, environment: str, versions: tuple[PlannedVersion, ...]) -> Plan:
    """A plan for the versions. Raises HubFailure; AnswerNotUnderstood where the hub is another product."""
    url = hub.connection.base_url + "/api/v1/plan"
    question = {"environment": environment, "versions": [_sent(each) for each in versions]}
    try:
        with naming((each.pacticipant for each in versions), environment):
            answer = hub.send("POST", url, question, repeatable=True)
    except HubAnswered as refusal:
        if refusal.status in (404, 405):
            raise AnswerNotUnderstood(f"The hub at {hub.connection.base_url} makes no plans.") from refusal
        raise
    return plan_from(answer.data)


def plan_from(document: JsonObject) -> Plan:
    """The answer as values. Raises AnswerNotUnderstood for anything but a plan: a doubt must not look like a way."""
    possible, steps = document.get("possible"), document.get("steps")
    if not isinstance(possible, bool) or not isinstance(steps, list) or possible is not bool(steps):
        raise AnswerNotUnderstood("The answer is not a plan of a hub.")
    verdicts, blocking = verdicts_from(document)
    return Plan(possible, tuple(_step(each) for each in steps), tuple(verdicts[at] for at in blocking), document)


def _sent(planned: PlannedVersion) -> dict[str, str]:
    body = {"pacticipant": planned.pacticipant, "version": planned.version}
    return body | ({"applicationInstance": planned.instance} if planned.instance else {})


def _step(value: object) -> Step:
    versions = value.get("versions") if isinstance(value, Mapping) else None
    if not isinstance(value, Mapping) or not isinstance(versions, list) or not versions:
        raise AnswerNotUnderstood("A step of the plan has no versions.")
    because = value.get("because")
    facts = [str(each.get("fact") or "") for each in because or () if isinstance(each, Mapping)]
    return Step(tuple(_version(each) for each in versions), tuple(dict.fromkeys(filter(None, facts))))


def _version(value: object) -> PlannedVersion:
    if not isinstance(value, Mapping):
        raise AnswerNotUnderstood("A version of the plan is no object.")
    instance = value.get("applicationInstance")
    return PlannedVersion(str(value.get("pacticipant")), str(value.get("version")), str(instance) if instance else None)
