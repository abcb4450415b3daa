"""What another broker has, as records of an archive: pacticipants, environments, versions with branches and tags.

Contracts, results and what is deployed are in ``broker_evidence``. Values are passed on as they are; the hub that takes
them in checks them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from contracthub.client.archive_sending import Record
from contracthub.client.broker_source import BrokerSource, provider_in
from contracthub.client.errors import HubAnswered
from contracthub.client.links import Resource


@dataclass(frozen=True, slots=True)
class Published:
    """A pact that a consumer version has published."""

    consumer: str
    number: str
    provider: str


@dataclass(slots=True)
class Inventory:
    """What was found of the source, as far as later questions are made from it."""

    pacticipants: list[str] = field(default_factory=list)
    environments: list[tuple[str, str]] = field(default_factory=list)
    numbers: dict[str, list[str]] = field(default_factory=dict)
    pacts: list[Published] = field(default_factory=list)
    branches: dict[str, list[Record]] = field(default_factory=dict)


def pacticipants(source: BrokerSource, found: Inventory) -> Iterator[Record]:
    """All pacticipants, with labels."""
    for entry in source.entries("pacticipants", "pacticipants"):
        name = entry.text("name")
        if name is None:
            source.report.tell("pacticipant", "A pacticipant without a name was left out.")
            continue
        found.pacticipants.append(name)
        labels = [{"name": label.data.get("name")} for label in entry.embedded("labels")]
        fields = ("name", "displayName", "mainBranch", "repositoryUrl", "repositoryName", "repositoryNamespace")
        yield {"type": "pacticipant", "labels": labels, **_given(entry, *fields, "createdAt", "updatedAt")}


def environments(source: BrokerSource, found: Inventory) -> Iterator[Record]:
    """All environments; brokers of before 2021 have none."""
    listed = source.try_get("environment", "The list of environments", "environments")
    for entry in listed.embedded("environments") if listed else ():
        uuid, name = entry.text("uuid"), entry.text("name")
        if uuid is None or name is None:
            source.report.tell("environment", "An environment without a name or a uuid was left out.")
            continue
        found.environments.append((uuid, name))
        fields = ("uuid", "name", "displayName", "production", "contacts", "createdAt", "updatedAt")
        yield {"type": "environment", **_given(entry, *fields)}


def versions(source: BrokerSource, found: Inventory) -> Iterator[Record]:
    """Versions of each pacticipant in order of creation."""
    for name in found.pacticipants:
        since = _branches(source, name)
        listed = [each for each in source.entries("versions", "pacticipants", name, "versions") if each.text("number")]
        # Newest first (pact-broker-api §6).
        listed.reverse()
        found.numbers[name] = [each.text("number") or "" for each in listed]
        found.pacts += (pact for each in listed for pact in _pacts(source, name, each))
        found.branches[name] = _branch_records(name, since, listed)
        for entry, tags in zip(listed, source.each(partial(_tags, source, name), listed), strict=True):
            # The first is the one that it was put on last (pact-broker-api §6).
            places = [_place(entry, each, since) for each in reversed(_names(entry, "branchVersions"))]
            fields = _given(entry, "number", "buildUrl", "createdAt", "updatedAt")
            yield {"type": "version", "pacticipant": name, "branches": places, "tags": tags, **fields}


def branches(found: Inventory) -> Iterator[Record]:
    """Branches with their heads, after all versions."""
    for records in found.branches.values():
        yield from records


def _branches(source: BrokerSource, name: str) -> dict[str, str]:
    """Since when there are branches of a pacticipant, by name."""
    try:
        listed = list(source.entries("branches", "pacticipants", name, "branches"))
    except HubAnswered as refusal:
        # Brokers of before 2022 have none.
        if refusal.status != 404:
            raise
        return {}
    return {str(each.data.get("name")): str(each.data.get("createdAt")) for each in listed}


def _branch_records(name: str, since: dict[str, str], listed: list[Resource]) -> list[Record]:
    heads: dict[str, str] = {}
    last: dict[str, str] = {}
    for entry in listed:
        for place in entry.embedded("branchVersions"):
            branch, joined = place.text("name"), entry.text("createdAt")
            if branch is None or joined is None:
                continue
            last[branch] = max(last.get(branch, ""), joined, since.get(branch, ""))
            if place.data.get("latest") is True:
                heads[branch] = entry.text("number") or ""
    return [
        _without_nothing(
            {
                "type": "branch",
                "pacticipant": name,
                "name": branch,
                "head": heads.get(branch),
                "lastJoinedAt": last.get(branch),
                "createdAt": since.get(branch) or last.get(branch),
            }
        )
        for branch in dict.fromkeys((*since, *last))
    ]


def _place(entry: Resource, branch: str, since: dict[str, str]) -> Record:
    # When a version was put on a branch is not listed: not before there was either of them.
    return {"name": branch, "createdAt": max(str(entry.data.get("createdAt")), since.get(branch, ""))}


def _tags(source: BrokerSource, name: str, entry: Resource) -> list[Record]:
    """The tags of a version, with their times, in the order of these."""
    number = entry.text("number") or ""
    tags = []
    for tag in _names(entry, "tags"):
        told = source.try_get(
            "tag", f"Tag {tag} of {name} {number}", "pacticipants", name, "versions", number, "tags", tag
        )
        if told is not None:
            tags.append({"name": tag, "createdAt": told.data.get("createdAt")})
    return sorted(tags, key=lambda each: str(each["createdAt"]))


def _pacts(source: BrokerSource, consumer: str, entry: Resource) -> Iterator[Published]:
    for link in entry.links("pb:pact-versions"):
        provider = provider_in(source.names_in(link.href))
        if provider is None:
            source.report.tell(
                "contract", f"A pact of {consumer} {entry.text('number')} has an odd address: {link.href}"
            )
        else:
            yield Published(consumer, entry.text("number") or "", provider)


def _names(entry: Resource, list_name: str) -> list[str]:
    return [name for each in entry.embedded(list_name) if (name := each.text("name")) is not None]


def _given(entry: Resource, *fields: str) -> Record:
    return _without_nothing({name: entry.data.get(name) for name in fields})


def _without_nothing(record: Record) -> Record:
    return {name: value for name, value in record.items() if value is not None}
