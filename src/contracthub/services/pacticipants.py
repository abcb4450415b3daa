"""Pacticipants: create, change, look up, list."""

from dataclasses import dataclass
from typing import Any

from contracthub.domain.environments import DeployedVersion
from contracthub.domain.errors import Fault, Invalid, NotFound
from contracthub.domain.names import display_name_of, faults_of_line, faults_of_name
from contracthub.domain.pacticipants import Label, Listing, Pacticipant, PacticipantFields, Page, Version
from contracthub.services.hub import Hub
from contracthub.services.ports import Unit

_FIELDS = {
    "displayName": "display_name",
    "mainBranch": "main_branch",
    "repositoryUrl": "repository_url",
    "repositoryName": "repository_name",
    "repositoryNamespace": "repository_namespace",
}


@dataclass(frozen=True, slots=True)
class PacticipantView:
    """A pacticipant with what is shown beside it."""

    pacticipant: Pacticipant
    latest_version: Version | None
    labels: tuple[Label, ...]
    deployed: tuple[DeployedVersion, ...] = ()


def required_pacticipant(unit: Unit, name: str, role: str = "pacticipant") -> Pacticipant:
    """The pacticipant of that name. Raises :class:`NotFound`, worded after its ``role`` in the question."""
    found = unit.pacticipants.find(name)
    if found is None:
        raise NotFound("pacticipant-not-found", f"No {role} with name '{name}' found", name=name, role=role)
    return found


def list_pacticipants(
    hub: Hub, *, part_of_name: str | None = None, page: Page | None = None
) -> Listing[PacticipantView]:
    """Pacticipants by name, all of them or a page."""
    with hub.reading() as unit:
        listing = unit.pacticipants.list(part_of_name=part_of_name, page=page)
        return Listing(views_of(unit, listing.entries), listing.total, listing.page)


def get_pacticipant(hub: Hub, name: str, role: str = "pacticipant") -> PacticipantView:
    """One pacticipant. Raises :class:`NotFound`, worded after its ``role`` in the question."""
    with hub.reading() as unit:
        return _view(unit, required_pacticipant(unit, name, role))


def create_pacticipant(hub: Hub, body: dict[str, Any]) -> PacticipantView:
    """Create a pacticipant, or return the one of that name unchanged. Raises :class:`Invalid`."""
    if "name" not in body:
        raise Invalid.of(Fault("name", "is missing"))
    _refuse(faults_of_name("name", body["name"]) + faults_of_fields(body))
    with hub.writing() as unit:
        unit.pacticipants.create(body["name"], _merged(PacticipantFields(), body, body["name"]), now=hub.now())
        return _view(unit, required_pacticipant(unit, body["name"]))


def merge_pacticipant(hub: Hub, name: str, body: dict[str, Any]) -> tuple[PacticipantView, bool]:
    """Merge fields into a pacticipant, or create it (then the second value is true). ``null`` clears a field."""
    _refuse(faults_of_name("name", name) + faults_of_fields(body))
    with hub.writing() as unit:
        created = unit.pacticipants.create(name, _merged(PacticipantFields(), body, name), now=hub.now())
        existing = required_pacticipant(unit, name)
        if not created:
            unit.pacticipants.update(existing, _merged(_fields_of(existing), body, name), now=hub.now())
        return _view(unit, required_pacticipant(unit, name)), created


def replace_pacticipant(hub: Hub, name: str, body: dict[str, Any]) -> PacticipantView:
    """Overwrite all fields of an existing pacticipant. Raises :class:`NotFound` when there is none."""
    _refuse(faults_of_fields(body))
    with hub.writing() as unit:
        existing = required_pacticipant(unit, name)
        unit.pacticipants.update(existing, _merged(PacticipantFields(), body, name), now=hub.now())
        return _view(unit, required_pacticipant(unit, name))


def faults_of_fields(body: dict[str, Any]) -> list[Fault]:
    """What is wrong with the fields of a pacticipant (pact-broker-api §5 "Validation")."""
    faults = []
    if body.get("displayName") is not None:
        faults += faults_of_name("displayName", body["displayName"])
    if body.get("mainBranch") is not None:
        faults += faults_of_name("mainBranch", body["mainBranch"], spaces=False)
    for field in ("repositoryUrl", "repositoryName", "repositoryNamespace"):
        faults += faults_of_line(field, body.get(field))
    return faults


def _refuse(faults: list[Fault]) -> None:
    if faults:
        raise Invalid.of(*faults)


def _fields_of(pacticipant: Pacticipant) -> PacticipantFields:
    return PacticipantFields(**{attribute: getattr(pacticipant, attribute) for attribute in _FIELDS.values()})


def _merged(old: PacticipantFields, body: dict[str, Any], name: str) -> PacticipantFields:
    values = {attribute: body[key] if key in body else getattr(old, attribute) for key, attribute in _FIELDS.items()}
    values["display_name"] = values["display_name"] or display_name_of(name)
    return PacticipantFields(**values)


def _view(unit: Unit, pacticipant: Pacticipant) -> PacticipantView:
    return views_of(unit, (pacticipant,))[0]


def views_of(unit: Unit, pacticipants: tuple[Pacticipant, ...]) -> tuple[PacticipantView, ...]:
    """Pacticipants with what is shown beside them."""
    ids = [pacticipant.id for pacticipant in pacticipants]
    versions, labels = unit.pacticipants.latest_versions(ids), unit.pacticipants.labels(ids)
    deployed = unit.deployments.deployed_of_pacticipants(ids)
    return tuple(
        PacticipantView(each, versions.get(each.id), labels.get(each.id, ()), deployed.get(each.id, ()))
        for each in pacticipants
    )
