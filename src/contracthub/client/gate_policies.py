"""Gate policies: which evidence is enough for a yes (ContractHub's own API: a Pact Broker has none)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from contracthub.client.answers import JsonObject
from contracthub.client.errors import AnswerNotUnderstood
from contracthub.client.hub import Hub
from contracthub.client.links import Resource
from contracthub.client.spelling import naming

_PATH = "/api/v1/gate-policies"


@dataclass(frozen=True, slots=True)
class Accepted:
    """Evidence that is enough: all of these kinds, each not older than ``within``, where that is said."""

    evidence: tuple[str, ...]
    within: str | None = None

    def as_json(self) -> JsonObject:
        """As the hub reads it."""
        return {"evidence": list(self.evidence)} | ({"within": self.within} if self.within else {})


@dataclass(frozen=True, slots=True)
class GatePolicy:
    """What counts in an environment (``None``: wherever nothing else is said).

    ``source`` is who said so: ``environment``, ``workspace``, ``built-in``. ``environments`` are the policies of those
    that have their own; only the workspace's has them.
    """

    environment: str | None
    accepts: tuple[Accepted, ...]
    source: str
    environments: "tuple[GatePolicy, ...]"
    document: JsonObject = field(compare=False)


def show_gate_policy(hub: Hub, environment: str | None) -> GatePolicy:
    """What counts there. Raises HubFailure."""
    with naming((), environment):
        return _from(hub.get(_url(environment)))


def set_gate_policy(hub: Hub, environment: str | None, accepts: Sequence[Accepted]) -> GatePolicy:
    """Says what counts there. Raises HubFailure."""
    with naming((), environment):
        return _from(hub.send("PUT", _url(environment), {"accepts": [each.as_json() for each in accepts]}))


def remove_gate_policy(hub: Hub, environment: str | None) -> bool:
    """Takes back what was said for there; whether anything had been. Raises HubFailure."""
    return hub.delete(_url(environment))


def _url(environment: str | None) -> str:
    return _PATH if environment is None else f"{_PATH}/{quote(environment, safe='')}"


def _from(answer: Resource) -> GatePolicy:
    others = answer.data.get("environments")
    told = [each for each in others if isinstance(each, Mapping)] if isinstance(others, list) else []
    environments = tuple(_policy(each, answer.url, ()) for each in told)
    return _policy(answer.data, answer.url, environments)


def _policy(said: Mapping[str, object], url: str, environments: tuple[GatePolicy, ...]) -> GatePolicy:
    accepts = said.get("accepts")
    if not isinstance(accepts, list):
        raise AnswerNotUnderstood(f"{url} does not say what is accepted. The hub may be too old.")
    name, source = said.get("environment"), str(said.get("source") or "environment")
    own = name if isinstance(name, str) else None
    return GatePolicy(own, tuple(map(_accepted, accepts)), source, environments, dict(said))


def _accepted(said: object) -> Accepted:
    entry = said if isinstance(said, Mapping) else {}
    evidence, within = entry.get("evidence"), entry.get("within")
    return Accepted(tuple(map(str, evidence)) if isinstance(evidence, list) else (), str(within) if within else None)
