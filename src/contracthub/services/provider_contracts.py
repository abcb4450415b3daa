"""Provider contracts that were published: look up, list, read the exact bytes, delete."""

from collections.abc import Sequence
from dataclasses import dataclass

from contracthub.domain.errors import NotFound
from contracthub.domain.pacticipants import Listing, Page
from contracthub.domain.provider_contracts import ContractFormat, ProviderContract, StoredFile
from contracthub.services.hub import Hub
from contracthub.services.pacticipants import required_pacticipant
from contracthub.services.ports import Unit
from contracthub.services.versions import required_version


@dataclass(frozen=True, slots=True)
class Address:
    """A document by name: of which provider, in which version, and which of the documents there."""

    provider: str
    number: str
    name: str


def get_contract(hub: Hub, address: Address) -> ProviderContract:
    """One document. Raises :class:`NotFound`."""
    with hub.reading() as unit:
        return _required(unit, address)


def list_of_version(hub: Hub, provider: str, number: str) -> Sequence[ProviderContract]:
    """All documents of a version, by name. Raises :class:`NotFound` for an unknown version."""
    with hub.reading() as unit:
        return unit.provider_contracts.of_version(required_version(unit, provider, number)[1].id)


def list_of_provider(
    hub: Hub, provider: str, *, name: str | None, of_format: str | None, page: Page
) -> Listing[ProviderContract]:
    """Documents of all versions of a provider, newest first. Raises :class:`NotFound`."""
    with hub.reading() as unit:
        owner = required_pacticipant(unit, provider, "provider")
        return unit.provider_contracts.of_provider(owner.id, name=name, of_format=of_format, page=page)


def latest(hub: Hub, provider: str, *, branch: str | None, name: str | None) -> Sequence[ProviderContract]:
    """The documents of the newest version of a branch that has any; without a branch of the provider's main branch.

    With ``name`` the newest of that name. Raises :class:`NotFound`, also when nothing was published there.
    """
    with hub.reading() as unit:
        owner = required_pacticipant(unit, provider, "provider")
        line = branch or owner.main_branch
        if line is None:
            text = f"{provider} has no main branch. Say which branch is meant, or set its main branch."
            raise NotFound("branch-not-found", text)
        found = unit.provider_contracts.latest_on_branch(owner, line, name)
        if not found:
            called = f" called {name!r}" if name else ""
            text = f"No version of {provider} on branch {line!r} has a provider contract{called}."
            raise NotFound("provider-contract-not-found", text)
        return found


def in_environment(hub: Hub, provider: str, environment: str, *, name: str | None) -> Sequence[ProviderContract]:
    """The documents of the versions in an environment, newest first. Raises :class:`NotFound` for unknown names."""
    with hub.reading() as unit:
        owner = required_pacticipant(unit, provider, "provider")
        homes = unit.environments.with_names([environment])
        if not homes:
            raise NotFound("environment-not-found", f"No environment with name {environment!r} found")
        return unit.provider_contracts.in_environment(owner, homes[0].id, name)


def get_file(hub: Hub, address: Address, path: str | None) -> tuple[StoredFile, bytes]:
    """A file with its exact bytes; the root, when none is named. Raises :class:`NotFound`."""
    with hub.reading() as unit:
        contract = _required(unit, address)
        found = unit.provider_contracts.file(contract.id, path or contract.root.path)
        if found is None:
            names = ", ".join(each.path for each in contract.files[:20])
            text = f"{address.name} of {address.provider} {address.number} has no file {path!r}. It has: {names}."
            raise NotFound("file-not-found", text)
        return found


def get_self_verification(hub: Hub, address: Address) -> tuple[ProviderContract, bytes]:
    """The bytes of the results of the provider's own check. Raises :class:`NotFound` when none were sent."""
    with hub.reading() as unit:
        contract = _required(unit, address)
        content = unit.provider_contracts.self_verification_content(contract.id)
        if content is None:
            text = f"No results of a self-verification were published with {address.name} of {address.provider}."
            raise NotFound("self-verification-not-found", text)
        return contract, content


def main_contract(hub: Hub, provider: str, number: str) -> ProviderContract:
    """The document of a version that is meant where there can be only one: the API before the events.

    Raises :class:`NotFound`.
    """
    found = list_of_version(hub, provider, number)
    if not found:
        raise NotFound("provider-contract-not-found", f"{provider} {number} has no provider contract.")
    order = tuple(ContractFormat)
    return min(found, key=lambda each: (order.index(each.format), each.name != each.format.value, each.name))


def self_verification_content(hub: Hub, contract: ProviderContract) -> bytes | None:
    """The bytes of the results of the provider's own check, if they were sent."""
    with hub.reading() as unit:
        return unit.provider_contracts.self_verification_content(contract.id)


def require_version(hub: Hub, pacticipant: str, number: str) -> None:
    """Raises :class:`NotFound` unless there is that version."""
    with hub.reading() as unit:
        required_version(unit, pacticipant, number)


def delete_contract(hub: Hub, address: Address) -> None:
    """Delete a document; the version stays. Raises :class:`NotFound`."""

    def delete(unit: Unit) -> None:
        unit.deletion.hold([required_pacticipant(unit, address.provider, "provider").id])
        found = _required(unit, address)
        unit.topics.forget_written(found.id)
        unit.provider_contracts.delete(found.id)

    hub.write(delete)


def _required(unit: Unit, address: Address) -> ProviderContract:
    _, version = required_version(unit, address.provider, address.number)
    found = unit.provider_contracts.find(version.id, address.name)
    if found is None:
        names = ", ".join(each.name for each in unit.provider_contracts.of_version(version.id)) or "none"
        text = f"{address.provider} {address.number} has no provider contract called {address.name!r}; it has: {names}."
        raise NotFound("provider-contract-not-found", text)
    return found
