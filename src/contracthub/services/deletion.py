"""Deletes: pacticipants, versions, branches, tags, pacts, results, integrations. Each is one transaction."""

from collections.abc import Collection
from dataclasses import dataclass

from contracthub.domain.contracts import ALL_VERSIONS, VersionSet
from contracthub.domain.pacticipants import Pacticipant, Version
from contracthub.services.branches import required_branch
from contracthub.services.hub import Hub
from contracthub.services.pacticipants import required_pacticipant
from contracthub.services.pacts import Pair, missing_document
from contracthub.services.ports import Unit
from contracthub.services.versions import no_version, required_version


@dataclass(frozen=True, slots=True)
class DeletedBranches:
    """How many branches of a pacticipant were deleted, and which remain."""

    count: int
    remaining: tuple[str, ...]


def delete_pacticipant(hub: Hub, name: str) -> None:
    """Delete a pacticipant with its versions, pacts on both sides, and results. Raises :class:`NotFound`."""
    hub.write(lambda unit: unit.deletion.pacticipant(_held(unit, name).id))


def delete_version(hub: Hub, pacticipant: str, number: str) -> None:
    """Delete a version with its pacts, results, deployments and releases. Raises :class:`NotFound`."""
    hub.write(lambda unit: unit.deletion.version(_held_version(unit, pacticipant, number)))


def delete_branch(hub: Hub, pacticipant: str, branch: str) -> None:
    """Delete a branch; its versions stay. Raises :class:`NotFound`."""
    with hub.writing() as unit:
        owner = _held(unit, pacticipant)
        required_branch(unit, pacticipant, branch)
        unit.deletion.branches(owner.id, [branch])


def delete_branches(hub: Hub, pacticipant: str, *, exclude: Collection[str]) -> DeletedBranches:
    """Delete all branches but the main branch and those to ``exclude``. Raises :class:`NotFound`."""
    with hub.writing() as unit:
        owner = _held(unit, pacticipant)
        kept = {owner.main_branch, *exclude}
        names = unit.deletion.branch_names(owner.id)
        doomed = [name for name in names if name not in kept]
        unit.deletion.branches(owner.id, doomed)
        return DeletedBranches(len(doomed), tuple(name for name in names if name in kept))


def delete_branch_version(hub: Hub, pacticipant: str, branch: str, number: str) -> None:
    """Take a version off a branch; the version stays. Raises :class:`NotFound`."""
    with hub.writing() as unit:
        version = _held_version(unit, pacticipant, number)
        _, found = required_branch(unit, pacticipant, branch)
        if unit.versions.joined_branch_at(pacticipant, branch, number) is None:
            raise no_version(pacticipant, f"with number '{number}' on branch '{branch}'")
        unit.deletion.branch_place(found, version)


def delete_tag(hub: Hub, pacticipant: str, number: str, tag: str) -> None:
    """Take a tag off a version. Raises :class:`NotFound`."""
    with hub.writing() as unit:
        version = _held_version(unit, pacticipant, number)
        if unit.versions.tagged_at(pacticipant, number, tag) is None:
            raise no_version(pacticipant, f"with number '{number}' and tag '{tag}'")
        unit.deletion.tags(version, [tag])


def delete_pact(hub: Hub, pair: Pair, number: str) -> bool:
    """Delete the pact of a consumer version, and say whether the pair has one left. Raises :class:`NotFound`."""
    with hub.writing() as unit:
        _held(unit, pair.consumer, "consumer")
        publication = unit.contracts.find_publication(pair.consumer, pair.provider, number)
        if publication is None:
            raise missing_document(unit, pair)
        unit.deletion.pact(publication.id)
        return _has_pact(unit, pair)


def delete_pacts(hub: Hub, pair: Pair, among: VersionSet) -> bool:
    """Delete the pacts of a pair in a set of versions, and say whether the pair has one left.

    That there are none in the set is no error. Raises :class:`NotFound` for either pacticipant.
    """
    with hub.writing() as unit:
        consumer = _held(unit, pair.consumer, "consumer")
        provider = required_pacticipant(unit, pair.provider, "provider")
        unit.deletion.pacts(consumer.id, provider.id, among)
        return _has_pact(unit, pair)


def delete_latest_pact(hub: Hub, pair: Pair, among: VersionSet) -> bool:
    """Delete the newest pact of a pair in a set of versions, and say whether the pair has one left.

    That there is none in the set is no error. Raises :class:`NotFound` for either pacticipant.
    """
    with hub.writing() as unit:
        _held(unit, pair.consumer, "consumer")
        required_pacticipant(unit, pair.provider, "provider")
        newest = unit.contracts.latest_publication(pair.consumer, pair.provider, among)
        if newest is not None:
            unit.deletion.pact(newest.id)
        return _has_pact(unit, pair)


def delete_result(hub: Hub, pair: Pair, identity: str, number: int) -> None:
    """Delete a verification result. Raises :class:`NotFound`."""
    with hub.writing() as unit:
        _held(unit, pair.provider, "provider")
        found = unit.evidence.find(pair.consumer, pair.provider, identity, number)
        if found is None:
            raise missing_document(unit, pair)
        it = found.verification
        unit.deletion.result(it.number, it.contract_id, it.provider_version_id)


def delete_integration(hub: Hub, pair: Pair) -> None:
    """Delete all that is between two pacticipants, and what has nothing left then (pact-broker-api §16).

    A pacticipant without any other integration that neither offers nor reads anything goes whole. Of another, versions
    go that have neither pacts, results, provider contracts nor reader schemas and were never deployed nor released.
    Raises :class:`NotFound` for either pacticipant.
    """
    with hub.writing() as unit:
        consumer = required_pacticipant(unit, pair.consumer, "consumer")
        provider = required_pacticipant(unit, pair.provider, "provider")
        unit.deletion.hold([consumer.id, provider.id])
        unit.deletion.integration(consumer.id, provider.id)
        for key in sorted({consumer.id, provider.id}):
            if unit.deletion.is_integrated(key) or unit.deletion.offers(key) or unit.deletion.reads(key):
                unit.deletion.bare_versions(key)
            else:
                unit.deletion.pacticipant(key)


def delete_integrations(hub: Hub) -> None:
    """Empty the workspace; environments stay."""
    with hub.writing() as unit:
        unit.deletion.everything()


def _held(unit: Unit, name: str, role: str = "pacticipant") -> Pacticipant:
    unit.deletion.hold([required_pacticipant(unit, name, role).id])
    # Looked up again: another removal may have been waited for.
    return required_pacticipant(unit, name, role)


def _held_version(unit: Unit, pacticipant: str, number: str) -> Version:
    _held(unit, pacticipant)
    return required_version(unit, pacticipant, number)[1]


def _has_pact(unit: Unit, pair: Pair) -> bool:
    return unit.contracts.latest_publication(pair.consumer, pair.provider, ALL_VERSIONS) is not None
