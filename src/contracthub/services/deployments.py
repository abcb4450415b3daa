"""What lives where: record deployments and releases, end them, and list them (pact-broker-api §12)."""

import uuid
from typing import Any

from contracthub.domain.environments import NO_INSTANCE, DeployedVersion, Environment, ReleasedVersion
from contracthub.domain.errors import Fault, Invalid, NotFound
from contracthub.domain.names import faults_of_line
from contracthub.domain.pacticipants import Version
from contracthub.services.environments import required_environment
from contracthub.services.hub import Hub
from contracthub.services.ports import Unit
from contracthub.services.versions import required_version


def record_deployment(
    hub: Hub, pacticipant: str, number: str, environment: str, body: dict[str, Any]
) -> DeployedVersion:
    """Deploy a version to the environment of that uuid, in place of the one in its slot.

    What is there already stays as it is. Raises :class:`NotFound`, or :class:`Invalid`.
    """
    instance = _instance_in(body)
    with hub.writing() as unit:
        version, home = _version_and_home(unit, pacticipant, number, environment)
        key = unit.deployments.deploy(version, home, instance, uuid=str(uuid.uuid4()), now=hub.now())
        return _required_deployment(unit, key)


def list_deployments(hub: Hub, pacticipant: str, number: str, environment: str) -> tuple[DeployedVersion, ...]:
    """All deployments of a version to an environment, former ones too. Raises :class:`NotFound`."""
    with hub.reading() as unit:
        return unit.deployments.deployed_in(*_version_and_home(unit, pacticipant, number, environment))


def list_currently_deployed(
    hub: Hub, environment: str, *, pacticipant: str | None = None, instance: str | None = None
) -> tuple[DeployedVersion, ...]:
    """What is deployed to an environment now; the instance ``""`` asks for those without. Raises :class:`NotFound`."""
    with hub.reading() as unit:
        home = required_environment(unit, environment)
        return unit.deployments.currently_deployed(home, pacticipant=pacticipant, instance=instance)


def get_deployment(hub: Hub, key: str) -> DeployedVersion:
    """One deployment by its uuid. Raises :class:`NotFound`."""
    with hub.reading() as unit:
        return _required_deployment(unit, key)


def change_deployment(hub: Hub, key: str, body: dict[str, Any]) -> DeployedVersion:
    """Take a version out of its slot (``currentlyDeployed: false``). Raises :class:`NotFound`, or :class:`Invalid`."""
    with hub.writing() as unit:
        _required_deployment(unit, key)
        if _ends(body, "currentlyDeployed", "Please record a new deployment."):
            unit.deployments.undeploy(key, now=hub.now())
        return _required_deployment(unit, key)


def record_release(hub: Hub, pacticipant: str, number: str, environment: str) -> tuple[ReleasedVersion, bool]:
    """Release a version in the environment of that uuid; the second value says whether the record is new.

    A release whose support has ended is supported again. Raises :class:`NotFound`.
    """
    with hub.writing() as unit:
        version, home = _version_and_home(unit, pacticipant, number, environment)
        created = unit.deployments.release(version, home, uuid=str(uuid.uuid4()), now=hub.now())
        (recorded,) = unit.deployments.released_in(version, home)
        return recorded, created


def list_releases(hub: Hub, pacticipant: str, number: str, environment: str) -> tuple[ReleasedVersion, ...]:
    """The release of a version in an environment, if there is one. Raises :class:`NotFound`."""
    with hub.reading() as unit:
        return unit.deployments.released_in(*_version_and_home(unit, pacticipant, number, environment))


def list_currently_supported(
    hub: Hub, environment: str, *, pacticipant: str | None = None, number: str | None = None
) -> tuple[ReleasedVersion, ...]:
    """What is supported in an environment now. Raises :class:`NotFound`."""
    with hub.reading() as unit:
        home = required_environment(unit, environment)
        return unit.deployments.currently_supported(home, pacticipant=pacticipant, number=number)


def get_release(hub: Hub, key: str) -> ReleasedVersion:
    """One release by its uuid. Raises :class:`NotFound`."""
    with hub.reading() as unit:
        return _required_release(unit, key)


def change_release(hub: Hub, key: str, body: dict[str, Any]) -> ReleasedVersion:
    """End the support of a release (``currentlySupported: false``). Raises :class:`NotFound`, or :class:`Invalid`."""
    with hub.writing() as unit:
        _required_release(unit, key)
        if _ends(body, "currentlySupported", "Please record a new release."):
            unit.deployments.end_support(key, now=hub.now())
        return _required_release(unit, key)


def _version_and_home(unit: Unit, pacticipant: str, number: str, environment: str) -> tuple[Version, Environment]:
    _, version = required_version(unit, pacticipant, number)
    return version, required_environment(unit, environment)


def _required_deployment(unit: Unit, key: str) -> DeployedVersion:
    found = unit.deployments.deployed(key)
    if found is None:
        raise NotFound("deployed-version-not-found", f"No deployed version with uuid '{key}' found", uuid=key)
    return found


def _required_release(unit: Unit, key: str) -> ReleasedVersion:
    found = unit.deployments.released(key)
    if found is None:
        raise NotFound("released-version-not-found", f"No released version with uuid '{key}' found", uuid=key)
    return found


def _instance_in(body: dict[str, Any]) -> str:
    # "target" is what older clients say.
    field = "target" if body.get("applicationInstance") is None else "applicationInstance"
    if faults := faults_of_line(field, body.get(field)):
        raise Invalid.of(*faults)
    return (body.get(field) or "").strip() or NO_INSTANCE


def _ends(body: dict[str, Any], field: str, remedy: str) -> bool:
    value = body.get(field)
    if value is True:
        text = f"The {field} property cannot be set back to true. {remedy}"
        raise Invalid("cannot-be-set-back", text, faults=[Fault(field, text)], status=422)
    if field in body and value is not False:
        raise Invalid.of(Fault(field, "must be boolean"))
    return value is False
