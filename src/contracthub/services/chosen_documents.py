"""The documents of a provider that a question is about, and what those need who count for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from contracthub.domain.errors import Fault, Invalid, NotFound
from contracthub.domain.pacticipants import Pacticipant
from contracthub.domain.provider_contracts import ProviderContract
from contracthub.services.offered_documents import (
    OfferedDocument,
    contracts_in,
    documents_of,
    newest_contracts,
)
from contracthub.services.pacticipants import required_pacticipant
from contracthub.services.ports import Unit
from contracthub.services.provider_needs import ProviderNeeds, environments_named, needs_in
from contracthub.services.versions import required_version


@dataclass(frozen=True, slots=True)
class WhichDocuments:
    """Of which version: at most one of these; otherwise of the main branch, or of the newest that has any.

    With ``environment`` only consumers there count, otherwise those in every environment; ``main_branches`` as in
    :func:`needs_of_consumers`.
    """

    version: str | None = None
    branch: str | None = None
    environment: str | None = None
    main_branches: bool = False


class Chosen(NamedTuple):
    """The provider, the documents that were meant, those that live in the same environment, and what is needed."""

    owner: Pacticipant
    documents: Sequence[OfferedDocument]
    others: Sequence[OfferedDocument]
    needs: ProviderNeeds


def chosen_documents(unit: Unit, provider: str, which: WhichDocuments) -> Chosen:
    """What was asked about. Raises :class:`Invalid`, and :class:`NotFound` as :func:`chosen_contracts` does."""
    given = [each for each in (which.version, which.branch, which.environment) if each is not None]
    if len(given) > 1:
        raise Invalid.of(Fault("version", "cannot be given together with branch or environment, nor these together"))
    places = [which.environment] if which.environment is not None else []
    owner = required_pacticipant(unit, provider, "provider")
    homes = environments_named(unit, places)
    documents = documents_of(unit, chosen_contracts(unit, owner, which))
    others = documents_of(unit, contracts_in(unit, owner, homes.values()))
    return Chosen(owner, documents, others, needs_in(unit, owner, places, main_branches=which.main_branches))


def chosen_contracts(unit: Unit, owner: Pacticipant, which: WhichDocuments) -> Sequence[ProviderContract]:
    """The documents that are meant. Raises :class:`NotFound` for unknown names and where nothing was published."""
    contracts = unit.provider_contracts
    if which.version is not None:
        found = contracts.of_version(required_version(unit, owner.name, which.version)[1].id)
    elif which.environment is not None:
        key = environments_named(unit, [which.environment])[which.environment]
        found = contracts.in_environment(owner, key, None)
    else:
        line = which.branch or owner.main_branch
        found = contracts.latest_on_branch(owner, line, None) if line else ()
        found = found or (() if which.branch else newest_contracts(unit, owner))
    if not found:
        said = which.version or which.branch or which.environment
        told = f" in {said[:100]!r}" if said else ""
        raise NotFound("provider-contract-not-found", f"{owner.name} has published no document{told}.")
    return found
