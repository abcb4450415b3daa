"""Takes in environments, deployments and releases.

They keep their uuids, unless another workspace of the same hub has these already; then each gets one that is made from
its own, always the same.
"""

import uuid as uuids
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from contracthub.domain.archive import ArchivedDeployment, ArchivedEnvironment, ArchivedRelease
from contracthub.domain.environments import Environment
from contracthub.domain.names import display_name_of
from contracthub.domain.pacticipants import Version
from contracthub.services.archive_batches import Batch, Numbered
from contracthub.services.archive_versions import refuse_missing, required_versions
from contracthub.services.ports.archive import NewStay, StoredStay

_NAMESPACE = uuids.UUID("7a1d2c52-6a0e-5bb4-9f43-0c6d3c1b7f0e")


def write_environments(batch: Batch, records: Numbered) -> None:
    """Create environments, or bring them up to date."""
    for line, record in records:
        _write_environment(batch, line, record)


def _write_environment(batch: Batch, line: int, record: ArchivedEnvironment) -> None:
    archive, environments = batch.unit.archive, batch.unit.environments
    there = next(iter(environments.with_names([record.name])), None)
    ours = _uuids_of(batch, record.uuid)
    if there is None:
        renamed = next((found for each in ours if (found := environments.find(each))), None)
        if renamed is None:
            archive.add_environment(record, _free(batch, "environment", record.uuid))
        else:
            archive.rename_environment(renamed.id, record.name)
            batch.unit.gate_policies.rename(renamed.name, record.name)
            batch.unit.waivers.rename_environment(renamed.name, record.name)
        batch.count("environment", "created" if renamed is None else "updated")
    elif there.uuid in ours:
        _merge_environment(batch, line, there, record)
    elif not archive.is_environment_in_use(there.id) and not any(environments.find(each) for each in ours):
        # A new hub comes with a test and a production environment; nobody knows those by their uuid yet.
        archive.overwrite_environment(there.id, record, _free(batch, "environment", record.uuid))
        batch.count("environment", "updated")
    else:
        text = f"Environment {record.name} is in use here under another uuid ({there.uuid}), which it keeps."
        batch.refuse(line, "environment", text)


def _merge_environment(batch: Batch, line: int, there: Environment, record: ArchivedEnvironment) -> None:
    told = (record.display_name or display_name_of(record.name), record.production, record.contacts or None)
    if told == (there.display_name, there.production, there.contacts or None):
        batch.count("environment", "unchanged")
    elif (record.updated_at or record.created_at) > there.updated_at:
        batch.unit.archive.overwrite_environment(there.id, record, there.uuid)
        batch.count("environment", "updated")
    else:
        text = (
            f"Environment {record.name} is described differently here, changed later than there. It was left as it is."
        )
        batch.refuse(line, "environment", text)


def _uuids_of(batch: Batch, uuid: str) -> tuple[str, str]:
    """Under which uuids a thing may be known here: its own, and the one made from it."""
    return uuid, str(uuids.uuid5(_NAMESPACE, f"{batch.hub.workspace} {uuid}"))


def _free(batch: Batch, kind: str, uuid: str) -> str:
    own, made = _uuids_of(batch, uuid)
    return own if batch.unit.archive.is_uuid_free(own, kind) else made


def _homes(batch: Batch, records: Numbered) -> Mapping[str, Environment]:
    names = {record.environment for _, record in records}
    found = {home.name: home for home in batch.unit.environments.with_names(names)}
    refuse_missing((line, f"environment '{it.environment}'") for line, it in records if it.environment not in found)
    return found


@dataclass(frozen=True, slots=True)
class _Stay:
    """A deployment or a release as it is offered, and the same as it is here, if it is."""

    kind: str
    line: int
    record: ArchivedDeployment | ArchivedRelease
    version: Version
    home: Environment
    there: StoredStay | None

    @property
    def title(self) -> str:
        """How a person names it."""
        return f"{self.record.pacticipant} {self.record.version} in {self.record.environment}"


def write_deployments(batch: Batch, records: Numbered) -> None:
    """Record deployments, or that they ended."""
    homes = _homes(batch, records)
    versions = required_versions(batch, [(line, it.pacticipant, it.version) for line, it in records])
    for line, record in records:
        version, home = versions[record.pacticipant, record.version], homes[record.environment]
        there = _known(batch, record.uuid, released=False)
        if there is None:
            alike = batch.unit.archive.stays(version.id, home.id, record.application_instance)
            there = next((each for each in alike if each.created_at == record.created_at), None)
        stay = _Stay("deployedVersion", line, record, version, home, there)
        if not _merged(batch, stay, record.undeployed_at, released=False):
            _deploy(batch, stay, record)


def write_releases(batch: Batch, records: Numbered) -> None:
    """Record releases, or that their support ended."""
    homes = _homes(batch, records)
    versions = required_versions(batch, [(line, it.pacticipant, it.version) for line, it in records])
    for line, record in records:
        version, home = versions[record.pacticipant, record.version], homes[record.environment]
        there = next(iter(batch.unit.archive.stays(version.id, home.id, None)), None)
        stay = _Stay("releasedVersion", line, record, version, home, there)
        if not _merged(batch, stay, record.support_ended_at, released=True):
            uuid = _free(batch, stay.kind, record.uuid)
            new = NewStay(uuid, version, home.id, None, record.created_at, record.support_ended_at)
            batch.unit.archive.add_stay(new)
            batch.count(stay.kind, "created")


def _known(batch: Batch, uuid: str, *, released: bool) -> StoredStay | None:
    found = (batch.unit.archive.stay(each, released=released) for each in _uuids_of(batch, uuid))
    return next((each for each in found if each is not None), None)


def _merged(batch: Batch, stay: _Stay, ended_at: datetime | None, *, released: bool) -> bool:
    """Whether it was there already. It may end, and never begins anew: that it ended here was meant."""
    there = stay.there
    if there is None:
        return False
    if ended_at is not None and there.ended_at is None:
        batch.unit.archive.end_stay(there.uuid, ended_at, released=released)
        batch.count(stay.kind, "updated")
    elif ended_at is None and there.ended_at is not None:
        batch.refuse(stay.line, stay.kind, f"{stay.title} has ended here, and not there. It was left as it is.")
    else:
        batch.count(stay.kind, "unchanged")
    return True


def _deploy(batch: Batch, stay: _Stay, record: ArchivedDeployment) -> None:
    archive, ended_at = batch.unit.archive, record.undeployed_at
    slot = (stay.home.id, stay.version.pacticipant_id, record.application_instance)
    occupant = archive.occupant(slot) if ended_at is None else None
    if occupant is not None and occupant.created_at <= record.created_at:
        archive.end_stay(occupant.uuid, record.created_at, released=False)
    elif occupant is not None:
        ended_at = occupant.created_at
    uuid = _free(batch, stay.kind, record.uuid)
    instance, began = record.application_instance, record.created_at
    archive.add_stay(NewStay(uuid, stay.version, stay.home.id, instance, began, ended_at))
    if ended_at == record.undeployed_at:
        batch.count(stay.kind, "created")
    else:
        text = f"Something newer than {stay.title} is deployed in its place here, so it was recorded as a former one."
        batch.refuse(stay.line, stay.kind, text)
