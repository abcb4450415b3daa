"""Environments: create, change, look up, delete (pact-broker-api §12)."""

import uuid
from collections.abc import Iterable
from typing import Any

from contracthub.domain.environments import Environment
from contracthub.domain.errors import Fault, Invalid, NotFound
from contracthub.domain.names import display_name_of, faults_of_name
from contracthub.services.hub import Hub
from contracthub.services.ports import Unit
from contracthub.services.ports.environments import EnvironmentFields

# What the JSON of every database, and of every client, can hold.
_LARGEST_INTEGER = 2**63 - 1


def required_environment(unit: Unit, uuid: str) -> Environment:
    """The environment of that uuid. Raises :class:`NotFound`."""
    found = unit.environments.find(uuid)
    if found is None:
        raise NotFound("environment-not-found", f"No environment with uuid '{uuid}' found", uuid=uuid)
    return found


def list_environments(hub: Hub, *, name: str | None = None) -> tuple[Environment, ...]:
    """All environments by display name, or the one of that name."""
    with hub.reading() as unit:
        return unit.environments.list() if name is None else unit.environments.with_names([name])


def get_environment(hub: Hub, uuid: str) -> Environment:
    """One environment. Raises :class:`NotFound`."""
    with hub.reading() as unit:
        return required_environment(unit, uuid)


def create_environment(hub: Hub, body: dict[str, Any]) -> Environment:
    """Create an environment; its uuid is made here. Raises :class:`Invalid`, also when the name is taken."""
    fields, key = _fields_in(body), str(uuid.uuid4())
    with hub.writing() as unit:
        if not unit.environments.create(key, fields, now=hub.now()):
            raise _name_taken(fields.name)
        return required_environment(unit, key)


def replace_environment(hub: Hub, uuid: str, body: dict[str, Any]) -> Environment:
    """Overwrite all fields of an environment. Raises :class:`NotFound`, or :class:`Invalid`."""
    with hub.writing() as unit:
        existing = required_environment(unit, uuid)
        fields = _fields_in(body)
        if not unit.environments.update(existing, fields, now=hub.now()):
            raise _name_taken(fields.name)
        if fields.name != existing.name:
            unit.gate_policies.rename(existing.name, fields.name)
            unit.waivers.rename_environment(existing.name, fields.name)
        return required_environment(unit, uuid)


def delete_environment(hub: Hub, uuid: str) -> None:
    """Remove an environment, with its deployments, its releases and its gate policy. Raises :class:`NotFound`."""
    with hub.writing() as unit:
        existing = required_environment(unit, uuid)
        unit.gate_policies.remove(existing.name)
        unit.environments.delete(existing)


def _name_taken(name: str) -> Invalid:
    return Invalid.of(Fault("name", f"name '{name}' is already used by an existing environment."))


def _fields_in(body: dict[str, Any]) -> EnvironmentFields:
    faults = [*_faults_of_required(body), *_faults_of_contacts(body.get("contacts"))]
    if body.get("displayName") is not None:
        faults += faults_of_name("displayName", body["displayName"])
    if faults:
        raise Invalid.of(*faults)
    title = body.get("displayName") or display_name_of(body["name"])
    return EnvironmentFields(body["name"], title, body["production"], body.get("contacts"))


def _faults_of_required(body: dict[str, Any]) -> list[Fault]:
    faults = [Fault(field, "is missing") for field in ("name", "production") if field not in body]
    if "name" in body:
        faults += faults_of_name("name", body["name"], spaces=False)
    if "production" in body and not isinstance(body["production"], bool):
        faults.append(Fault("production", "must be boolean"))
    return faults


def _faults_of_contacts(contacts: object) -> list[Fault]:
    if contacts is None:
        return []
    if not isinstance(contacts, list):
        return [Fault("contacts", "must be an array")]
    return [Fault("contacts", text, index=place) for place, each in enumerate(contacts) for text in _told_of(each)]


def _told_of(contact: object) -> Iterable[str]:
    if not isinstance(contact, dict):
        yield "must be a hash"
        return
    if "name" not in contact:
        yield "name is missing"
    else:
        yield from (str(fault) for fault in faults_of_name("name", contact["name"]))
    if not isinstance(contact.get("details") or {}, dict):
        yield "details must be a hash"
    if _holds_huge_integer(contact):
        yield f"cannot hold an integer beyond {_LARGEST_INTEGER}"


def _holds_huge_integer(value: object) -> bool:
    if isinstance(value, dict):
        return any(map(_holds_huge_integer, value.values()))
    if isinstance(value, list):
        return any(map(_holds_huge_integer, value))
    return isinstance(value, int) and abs(value) > _LARGEST_INTEGER
