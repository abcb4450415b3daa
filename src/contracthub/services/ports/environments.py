"""The ports to stored environments, and to what is deployed to and released in them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from contracthub.domain.environments import DeployedVersion, Environment, ReleasedVersion
from contracthub.domain.pacticipants import Version


@dataclass(frozen=True, slots=True)
class EnvironmentFields:
    """What people say of an environment."""

    name: str
    display_name: str
    production: bool
    contacts: list[Any] | None


class Environments(Protocol):
    """Environments of one workspace, by display name without regard to case."""

    def find(self, uuid: str) -> Environment | None:
        """The environment of that uuid."""

    def list(self) -> tuple[Environment, ...]:
        """All of them."""

    def with_names(self, names: Collection[str]) -> tuple[Environment, ...]:
        """Those with one of the names."""

    def create(self, uuid: str, fields: EnvironmentFields, *, now: datetime) -> bool:
        """Create it and say so; ``False``, and nothing changed, when the name is taken."""

    def update(self, environment: Environment, fields: EnvironmentFields, *, now: datetime) -> bool:
        """Overwrite all its fields; ``False`` when the name is taken (the unit must then be given up)."""

    def delete(self, environment: Environment) -> None:
        """Remove it, with its deployments and releases."""

    def of_versions(self, version_ids: Collection[int]) -> Mapping[int, tuple[Environment, ...]]:
        """Where each version is deployed or supported now, each environment once."""


class Deployments(Protocol):
    """What was deployed to environments and released in them, oldest first."""

    def deploy(self, version: Version, environment: Environment, instance: str, *, uuid: str, now: datetime) -> str:
        """Put a version into a slot, in place of what is there, and return the uuid of the record.

        That is ``uuid`` for a new record, another one when the version is in the slot already. Of several deployments
        into one slot at the same time one remains. Raises ``Unavailable`` when others never leave the slot alone.
        """

    def is_deployment_due(self, pacticipant: str, number: str, environment: str) -> bool:
        """Whether there is an environment of that name whose slot without instance does not hold that version."""

    def undeploy(self, uuid: str, *, now: datetime) -> None:
        """Take a version out of its slot, unless it has left it."""

    def deployed(self, uuid: str) -> DeployedVersion | None:
        """One record."""

    def deployed_in(self, version: Version, environment: Environment) -> tuple[DeployedVersion, ...]:
        """All records of a version in an environment, former ones too."""

    def currently_deployed(
        self, environment: Environment, *, pacticipant: str | None, instance: str | None
    ) -> tuple[DeployedVersion, ...]:
        """What is deployed now; a filter that is ``None`` lets everything through."""

    def deployed_of_versions(self, version_ids: Collection[int]) -> Mapping[int, tuple[DeployedVersion, ...]]:
        """Where each version is deployed now."""

    def deployed_of_pacticipants(self, pacticipant_ids: Collection[int]) -> Mapping[int, tuple[DeployedVersion, ...]]:
        """Where versions of each pacticipant are deployed now."""

    def release(self, version: Version, environment: Environment, *, uuid: str, now: datetime) -> bool:
        """Record a release and say so; ``False`` when there is a record, which is supported again if it was not."""

    def end_support(self, uuid: str, *, now: datetime) -> None:
        """End the support of a release, unless it has ended."""

    def released(self, uuid: str) -> ReleasedVersion | None:
        """One record."""

    def released_in(self, version: Version, environment: Environment) -> tuple[ReleasedVersion, ...]:
        """The record of a version in an environment, if there is one."""

    def currently_supported(
        self, environment: Environment, *, pacticipant: str | None, number: str | None
    ) -> tuple[ReleasedVersion, ...]:
        """What is supported now; a filter that is ``None`` lets everything through."""

    def released_of_versions(self, version_ids: Collection[int]) -> Mapping[int, tuple[ReleasedVersion, ...]]:
        """Where each version is supported now."""
