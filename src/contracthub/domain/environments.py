"""Environments, and which versions live there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

NO_INSTANCE = ""


@dataclass(frozen=True, slots=True)
class Environment:
    """A place where versions live."""

    id: int
    uuid: str
    name: str
    display_name: str
    production: bool
    contacts: Sequence[Mapping[str, object]] | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class DeployedVersion:
    """A version that was deployed to an environment, into one application instance.

    ``application_instance`` is :data:`NO_INSTANCE` where none was named. A slot (environment, pacticipant, instance)
    holds one version at a time; ``undeployed_at`` is set when another one took its place.
    """

    uuid: str
    pacticipant_id: int
    pacticipant_name: str
    version_id: int
    version_number: str
    environment: Environment
    application_instance: str
    created_at: datetime
    undeployed_at: datetime | None

    @property
    def is_currently_deployed(self) -> bool:
        """Whether nothing has taken its place yet."""
        return self.undeployed_at is None


@dataclass(frozen=True, slots=True)
class ReleasedVersion:
    """A version that was released in an environment; many are supported at once."""

    uuid: str
    pacticipant_id: int
    pacticipant_name: str
    version_id: int
    version_number: str
    environment: Environment
    created_at: datetime
    support_ended_at: datetime | None

    @property
    def is_currently_supported(self) -> bool:
        """Whether support has not ended yet."""
        return self.support_ended_at is None
