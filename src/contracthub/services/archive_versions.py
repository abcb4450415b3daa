"""Takes in pacticipants, versions with their tags, and branches with their heads.

New versions are appended in the order in which they come, after those that are there. What both sides say differently
of one thing is decided by when it was last changed; where that does not decide, what is there stays and is told.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from contracthub.domain.archive import ArchivedBranch, ArchivedPacticipant, ArchivedVersion
from contracthub.domain.errors import Fault, Invalid
from contracthub.domain.names import display_name_of
from contracthub.domain.pacticipants import Pacticipant, Version
from contracthub.services.archive_batches import Batch, Numbered, fault_at
from contracthub.services.ports.archive import Owned, StoredBranch

_FIELDS = ("main_branch", "repository_url", "repository_name", "repository_namespace")


def write_pacticipants(batch: Batch, records: Numbered) -> None:
    """Create pacticipants, or bring them up to date, and label them."""
    archive = batch.unit.archive
    known = archive.pacticipants({record.name for _, record in records})
    new = {record.name: record for _, record in records if record.name not in known}
    archive.add_pacticipants(list(new.values()))
    there = {**known, **archive.pacticipants(list(new))}
    for line, record in records:
        labels = [(there[record.name].id, label.name, label.created_at or record.created_at) for label in record.labels]
        labelled = archive.add_labels(labels) > 0
        if new.pop(record.name, None) is not None:
            batch.count("pacticipant", "created")
        else:
            _merge_pacticipant(batch, line, there[record.name], record, labelled=labelled)


def _merge_pacticipant(
    batch: Batch, line: int, there: Pacticipant, record: ArchivedPacticipant, *, labelled: bool
) -> None:
    told = [name for name in _FIELDS if getattr(record, name) is not None]
    differing = [name for name in told if getattr(there, name) != getattr(record, name)]
    if record.display_name not in {None, there.display_name, display_name_of(record.name)}:
        differing.append("display_name")
    lacking = [name for name in differing if name != "display_name" and getattr(there, name) is None]
    if differing and (lacking == differing or (record.updated_at or record.created_at) > there.updated_at):
        batch.unit.archive.overwrite_pacticipant(there, _with_what_is_there(record, there))
        batch.count("pacticipant", "updated")
    elif differing:
        names = ", ".join(name.replace("_", " ") for name in differing)
        text = f"{record.name} has another {names} here, changed later than there. It was left as it is."
        batch.refuse(line, "pacticipant", text)
    else:
        batch.count("pacticipant", "updated" if labelled else "unchanged")


def _with_what_is_there(record: ArchivedPacticipant, there: Pacticipant) -> ArchivedPacticipant:
    return ArchivedPacticipant(
        record.name,
        record.display_name or there.display_name,
        record.main_branch or there.main_branch,
        record.repository_url or there.repository_url,
        record.repository_name or there.repository_name,
        record.repository_namespace or there.repository_namespace,
        record.labels,
        record.created_at,
        max(record.updated_at or record.created_at, there.updated_at),
    )


def required_pacticipants(batch: Batch, named: Iterable[tuple[int, str]]) -> Mapping[str, Pacticipant]:
    """The pacticipants that lines name. Raises :class:`Invalid` where one is missing."""
    wanted = list(named)
    found = batch.unit.archive.pacticipants({name for _, name in wanted})
    refuse_missing((line, f"pacticipant '{name}'") for line, name in wanted if name not in found)
    return found


def required_versions(batch: Batch, named: Iterable[tuple[int, str, str]]) -> Mapping[tuple[str, str], Version]:
    """The versions that lines name, by pacticipant and number. Raises :class:`Invalid` where one is missing."""
    wanted = list(named)
    owners = required_pacticipants(batch, [(line, name) for line, name, _ in wanted])
    found = batch.unit.archive.versions({(owners[name].id, number) for _, name, number in wanted})
    refuse_missing(
        (line, f"version '{number}' of '{name}'")
        for line, name, number in wanted
        if (owners[name].id, number) not in found
    )
    return {(name, number): found[owners[name].id, number] for _, name, number in wanted}


def refuse_missing(missing: Iterable[tuple[int, str]]) -> None:
    """Raises :class:`Invalid` if lines name what neither the hub has nor an earlier line made."""
    faults: list[Fault] = [
        fault_at(line, "", f"there is no {what}; its record has to come first") for line, what in missing
    ]
    if faults:
        raise Invalid.of(*faults[:50])


def write_versions(batch: Batch, records: Numbered) -> None:
    """Create versions in their order, put them on branches, and tag them."""
    archive = batch.unit.archive
    owners = required_pacticipants(batch, [(line, record.pacticipant) for line, record in records])
    keys = {(owners[record.pacticipant].id, record.number): record for _, record in records}
    known = archive.versions(keys)
    new = [(owner, record) for (owner, number), record in keys.items() if (owner, number) not in known]
    archive.add_versions(new)
    there = {**known, **archive.versions([(owner, record.number) for owner, record in new])}
    joined = _both(_put_on_branches(batch, there, keys), _tag(batch, there, keys))
    created = {(owner, record.number) for owner, record in new}
    for line, record in records:
        key = (owners[record.pacticipant].id, record.number)
        if key in created:
            created.remove(key)
            batch.count("version", "created")
        else:
            _merge_version(batch, line, there[key], record, joined=there[key].id in joined)
    for owner, number in known:
        _fold(batch, known[owner, number], joined)


Joined = dict[int, list[tuple[str, str]]]
"""The lines (kind and name) that versions joined, by the version's key."""


def _both(one: Joined, other: Joined) -> Joined:
    return {key: [*one.get(key, ()), *other.get(key, ())] for key in one.keys() | other.keys()}


def _merge_version(batch: Batch, line: int, there: Version, record: ArchivedVersion, *, joined: bool) -> None:
    if record.build_url is None or record.build_url == there.build_url:
        batch.count("version", "updated" if joined else "unchanged")
    elif there.build_url is None or (record.updated_at or record.created_at) > there.updated_at:
        batch.unit.archive.set_build_url(there, record.build_url, record.updated_at or record.created_at)
        batch.count("version", "updated")
    else:
        text = f"Version {record.number} of {record.pacticipant} has another build URL here. It was left as it is."
        batch.refuse(line, "version", text)


def _put_on_branches(batch: Batch, there: Mapping[Owned, Version], records: Mapping[Owned, ArchivedVersion]) -> Joined:
    archive = batch.unit.archive
    first: dict[Owned, datetime] = {}
    for (owner, _), record in records.items():
        for place in record.branches:
            key = (owner, place.name)
            first[key] = min(first.get(key, place.created_at), place.created_at)
    known = archive.branches(first)
    archive.add_branches([(*key, at) for key, at in first.items() if key not in known])
    branches = {**known, **archive.branches([key for key in first if key not in known])}
    had = set(archive.places([each.id for each in there.values()]))
    rows, heads, joined = [], dict[int, tuple[StoredBranch, int, datetime]](), Joined()
    for key, record in records.items():
        version = there[key]
        for place in record.branches:
            branch = branches[key[0], place.name]
            if (branch.id, version.id) in had:
                continue
            had.add((branch.id, version.id))
            rows.append((branch.id, version.id, place.created_at))
            latest = max(heads[branch.id][2], place.created_at) if branch.id in heads else place.created_at
            heads[branch.id] = branch, version.id, latest
            joined.setdefault(version.id, []).append(("branch", place.name))
    archive.add_places(rows)
    for branch, version_id, latest in heads.values():
        if branch.head_joined_at is None or branch.head_joined_at <= latest:
            archive.set_head(branch.id, version_id)
    return joined


def _tag(batch: Batch, there: Mapping[Owned, Version], records: Mapping[Owned, ArchivedVersion]) -> Joined:
    had = set(batch.unit.archive.tags([each.id for each in there.values()]))
    rows, joined = [], Joined()
    for key, record in records.items():
        version = there[key]
        for tag in record.tags:
            if (version.id, tag.name) not in had:
                had.add((version.id, tag.name))
                rows.append((version, tag.name, tag.created_at))
                joined.setdefault(version.id, []).append(("tag", tag.name))
    batch.unit.archive.add_tags(rows)
    return joined


def _fold(batch: Batch, version: Version, joined: Joined) -> None:
    """Count the results that a version has had before for the lines that it joined."""
    for kind, name in joined.get(version.id, ()):
        batch.unit.evidence.fold_version_into_line(version.id, version.pacticipant_id, kind, name)


def write_branches(batch: Batch, records: Numbered) -> None:
    """Say since when there are branches, and which versions are their heads."""
    archive = batch.unit.archive
    owners = required_pacticipants(batch, [(line, record.pacticipant) for line, record in records])
    keys = {(owners[record.pacticipant].id, record.name): record for _, record in records}
    known = archive.branches(keys)
    archive.add_branches([(*key, record.created_at) for key, record in keys.items() if key not in known])
    there = {**known, **archive.branches([key for key in keys if key not in known])}
    heads = archive.versions([(key[0], record.head) for key, record in keys.items() if record.head is not None])
    placed = set(archive.places([each.id for each in heads.values()]))
    for line, record in records:
        key = (owners[record.pacticipant].id, record.name)
        head = heads.get((key[0], record.head)) if record.head is not None else None
        if record.head is not None and (head is None or (there[key].id, head.id) not in placed):
            refuse_missing([(line, f"version '{record.head}' on branch '{record.name}' of '{record.pacticipant}'")])
        changed = _merge_branch(batch, there[key], record, head)
        batch.count("branch", "created" if key not in known else "updated" if changed else "unchanged")


def _merge_branch(batch: Batch, there: StoredBranch, record: ArchivedBranch, head: Version | None) -> bool:
    """Whether anything changed. A head that was put there later than the source knows of stays."""
    changed = record.created_at < there.created_at
    if changed:
        batch.unit.archive.date_branch(there.id, record.created_at)
    if head is None or there.head_version_id == head.id:
        return changed
    known_until = record.last_joined_at or record.created_at
    if there.head_joined_at is not None and there.head_joined_at > known_until:
        return changed
    batch.unit.archive.set_head(there.id, head.id)
    return True
