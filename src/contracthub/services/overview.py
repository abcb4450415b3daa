"""What is there at a glance: all integrations and pacticipants, or one pacticipant with its versions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from contracthub.domain.environments import Environment
from contracthub.domain.pacticipants import BranchPlace, Label, Listing, Pacticipant, Page, Tag, Version
from contracthub.domain.weighing import verdict_of_paper
from contracthub.services.hub import Hub
from contracthub.services.on_paper import PaperPair, on_paper
from contracthub.services.pacticipants import required_pacticipant
from contracthub.services.ports import Unit
from contracthub.services.ports.overview import IntegrationState, Resident

# As many integrations of one pacticipant are listed on its page.
INTEGRATIONS_OF_ONE = 200


@dataclass(frozen=True, slots=True)
class Marks:
    """What is shown beside versions, by their keys."""

    branches: Mapping[int, tuple[BranchPlace, ...]]
    tags: Mapping[int, tuple[Tag, ...]]
    environments: Mapping[int, tuple[Environment, ...]]


@dataclass(frozen=True, slots=True)
class PopulatedEnvironment:
    """An environment with the number of pacticipants that live there."""

    environment: Environment
    pacticipants: int


@dataclass(frozen=True, slots=True)
class PacticipantGlance:
    """A pacticipant with its newest version and where it lives."""

    pacticipant: Pacticipant
    newest: Version | None
    residents: Sequence[Resident]


@dataclass(frozen=True, slots=True)
class Glance:
    """The whole hub, or the part of it whose names hold the text that was searched for."""

    integrations: Listing[IntegrationState]
    pacticipants: Listing[PacticipantGlance]
    environments: tuple[PopulatedEnvironment, ...]
    marks: Marks


@dataclass(frozen=True, slots=True)
class PacticipantPortrait:
    """One pacticipant: its versions, where they live, and its integrations."""

    pacticipant: Pacticipant
    labels: tuple[Label, ...]
    versions: Listing[Version]
    integrations: Listing[IntegrationState]
    residents: Sequence[Resident]
    marks: Marks


def glance(hub: Hub, part_of_name: str | None, integrations: Page, pacticipants: Page) -> Glance:
    """The hub at a glance, with the number of statements that does not depend on how much there is."""
    with hub.reading() as unit:
        listed = unit.overview.integrations(part_of_name=part_of_name, page=integrations)
        states = replace(listed, entries=_with_papers(unit, listed.entries, now=hub.now()))
        population = unit.overview.population()
        return Glance(
            integrations=states,
            pacticipants=_pacticipants(unit, part_of_name, pacticipants),
            environments=tuple(
                PopulatedEnvironment(each, population.get(each.id, 0)) for each in unit.environments.list()
            ),
            marks=marks_of(unit, _versions_in(states.entries)),
        )


def portrait(hub: Hub, name: str, versions: Page) -> PacticipantPortrait:
    """One pacticipant. Raises :class:`NotFound`."""
    with hub.reading() as unit:
        found = required_pacticipant(unit, name)
        listing = unit.versions.list(found.id, page=versions)
        listed = unit.overview.integrations(pacticipant_id=found.id, page=Page(1, INTEGRATIONS_OF_ONE))
        states = replace(listed, entries=_with_papers(unit, listed.entries, now=hub.now()))
        shown = {version.id for version in listing.entries} | _versions_in(states.entries)
        return PacticipantPortrait(
            pacticipant=found,
            labels=unit.pacticipants.labels([found.id]).get(found.id, ()),
            versions=listing,
            integrations=states,
            residents=unit.overview.residents([found.id]).get(found.id, ()),
            marks=marks_of(unit, shown),
        )


def choices(hub: Hub, most: int) -> tuple[list[str], tuple[Environment, ...]]:
    """What a question about a deployment can name: pacticipants, at most so many, and environments."""
    with hub.reading() as unit:
        listing = unit.pacticipants.list(part_of_name=None, page=Page(1, most))
        return [each.name for each in listing.entries], unit.environments.list()


def marks_of(unit: Unit, version_ids: set[int]) -> Marks:
    """What is shown beside those versions."""
    return Marks(
        unit.versions.branches_of(version_ids),
        unit.versions.tags_of(version_ids),
        unit.environments.of_versions(version_ids),
    )


def _with_papers(unit: Unit, states: Sequence[IntegrationState], *, now: datetime) -> tuple[IntegrationState, ...]:
    """The same, with what documents say of those that nobody replayed."""
    open_ = [each for each in states if each.pact and each.provider_version and each.result is None]
    if not open_:
        return tuple(states)
    known = unit.matrix.asked_each([(each.provider, "") for each in open_])
    keys = {asked.name: asked.id for asked in known.values()}
    pairs = {
        (each.consumer, each.provider): PaperPair(each.pact.version.id, keys[each.provider], each.provider_version.id)
        for each in open_
        if each.pact and each.provider_version
    }
    papers = on_paper(unit, list(pairs.values()), now=now)
    said = {names: verdict_of_paper(papers[pair]) for names, pair in pairs.items() if pair in papers}
    return tuple(replace(each, on_paper=said.get((each.consumer, each.provider))) for each in states)


def _versions_in(states: Sequence[IntegrationState]) -> set[int]:
    pacts = {state.pact.version.id for state in states if state.pact}
    return pacts | {state.provider_version.id for state in states if state.provider_version}


def _pacticipants(unit: Unit, part_of_name: str | None, page: Page) -> Listing[PacticipantGlance]:
    listing = unit.pacticipants.list(part_of_name=part_of_name, page=page)
    ids = [each.id for each in listing.entries]
    newest, residents = unit.pacticipants.latest_versions(ids), unit.overview.residents(ids)
    entries = tuple(
        PacticipantGlance(each, newest.get(each.id), residents.get(each.id, ())) for each in listing.entries
    )
    return Listing(entries, listing.total, page)
