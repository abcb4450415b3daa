"""What consumers that live somewhere need of a provider: of their pacts every need, and the schemas they read with."""

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from contracthub.domain.comparisons import ContractKind
from contracthub.domain.errors import Fault, Invalid, TooLarge
from contracthub.domain.live_contracts import LiveName
from contracthub.domain.matrix_query import Selector
from contracthub.domain.pacticipants import Pacticipant
from contracthub.domain.readers import EventText
from contracthub.formats.limits import DOCUMENT
from contracthub.formats.live_contracts import kind_named
from contracthub.formats.live_contracts import read as read_live
from contracthub.formats.needs import Need
from contracthub.formats.registry import PACT
from contracthub.services.bounded_cache import BoundedCache
from contracthub.services.hub import Hub
from contracthub.services.pacticipants import required_pacticipant
from contracthub.services.ports import Unit
from contracthub.services.ports.matrix import Published, VersionRef

MAIN_BRANCH = "main branch"
"""Where the newest version on a consumer's main branch is told to live, when these count."""
MOST_ENVIRONMENTS = 100
MOST_CONTRACTS = 2_000
MOST_PUBLISHED = 10_000
MOST_NEEDS = 200_000
_AT_ONCE = 20
# A need takes some 500 bytes with its words.
_needs_by_sha: BoundedCache[str, tuple[Need, ...]] = BoundedCache(MOST_NEEDS)


@dataclass(frozen=True, slots=True)
class Consumer:
    """A consumer version, and the environments in which it lives."""

    name: str
    version: str
    environments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ContractNeeds:
    """What a pact or a live contract of a consumer version needs.

    ``published_at`` is when that version published it; ``live`` what it is called where it is no pact; ``version_id``
    the key of the consumer version.
    """

    contract_id: int
    consumer: Consumer
    published_at: datetime
    needs: tuple[Need, ...]
    live: LiveName | None = None
    version_id: int = 0

    @property
    def kind(self) -> ContractKind:
        """What kind of contract it is."""
        return ContractKind.PACT if self.live is None else self.live.kind

    @property
    def tells_content(self) -> bool:
        """Whether it says what the consumer reads and sends; how fast an answer has to come says nothing of that."""
        return self.kind is not ContractKind.SLO


@dataclass(frozen=True, slots=True)
class ReaderNeeds:
    """The schema with which a consumer version reads a subject; ``names_provider``: it says who writes it."""

    consumer: Consumer
    published_at: datetime
    subject: str
    topic: str | None
    text: EventText
    names_provider: bool


@dataclass(frozen=True, slots=True)
class ProviderNeeds:
    """The answer. ``silent`` live in one of the environments and have said nothing about what they need."""

    provider: str
    environments: tuple[str, ...]
    contracts: tuple[ContractNeeds, ...]
    readers: tuple[ReaderNeeds, ...]
    silent: tuple[Consumer, ...]


def needs_of_consumers(
    hub: Hub, provider: str, environments: Sequence[str], *, main_branches: bool = False
) -> ProviderNeeds:
    """What is needed of a provider in those environments, in all that there are when none is named.

    With ``main_branches`` the newest version on the main branch of each consumer lives in ``MAIN_BRANCH``, too. Raises
    :class:`NotFound`, :class:`Invalid` for unknown environments, and :class:`TooLarge`.
    """
    with hub.reading() as unit:
        owner = required_pacticipant(unit, provider, "provider")
        return needs_in(unit, owner, environments, main_branches=main_branches)


def needs_in(
    unit: Unit, owner: Pacticipant, environments: Sequence[str], *, main_branches: bool = False
) -> ProviderNeeds:
    """The same inside of a transaction."""
    homes = environments_named(unit, environments)
    living = _living(unit, owner, homes, main_branches=main_branches)
    contracts = tuple(_contracts(unit, owner, living))
    readers = tuple(_readers(unit, owner, living))
    heard = {each.consumer for each in contracts if each.tells_content} | {each.consumer for each in readers}
    # What a provider needs of itself changes together with it.
    silent = tuple(each for each in living.values() if each not in heard and each.name != owner.name)
    places = (*homes, MAIN_BRANCH) if main_branches else tuple(homes)
    return ProviderNeeds(owner.name, tuple(dict.fromkeys(places)), contracts, readers, silent)


def environments_named(unit: Unit, names: Sequence[str]) -> Mapping[str, int]:
    """Keys of those environments by name, of all where none is named. Raises :class:`Invalid` and :class:`TooLarge`."""
    if len(names) > MOST_ENVIRONMENTS:
        raise Invalid.of(Fault("environment", f"cannot be given more than {MOST_ENVIRONMENTS} times"))
    found = unit.environments.with_names(names) if names else unit.environments.list()
    homes = {each.name: each.id for each in found}
    faults = [Fault("environment", f"with name '{name[:100]}' does not exist") for name in names if name not in homes]
    if faults:
        raise Invalid.of(*faults, code="unknown-environment")
    if len(homes) > MOST_ENVIRONMENTS:
        told = f"There are more than {MOST_ENVIRONMENTS} environments. Name those that matter."
        raise TooLarge("too-many-environments", told, limit=MOST_ENVIRONMENTS)
    return dict(sorted(homes.items()))


def _living(
    unit: Unit, provider: Pacticipant, homes: Mapping[str, int], *, main_branches: bool
) -> Mapping[int, Consumer]:
    """The versions of all consumers of the provider that live in those environments, by key."""
    names = {each.consumer_id: each.consumer for each in unit.matrix.consumers_of(provider.id)}
    pairs = unit.topics.pairs([provider.id])
    names |= {each.consumer_id: each.consumer for each in pairs if each.provider_id == provider.id}
    where: dict[VersionRef, list[str]] = {}
    owners: dict[VersionRef, str] = {}
    places = [(environment, unit.matrix.occupants(key, names)) for environment, key in homes.items()]
    if main_branches:
        places.append((MAIN_BRANCH, unit.matrix.latest_of(names, Selector("", latest=True, main_branch=True))))
    for place, occupants in places:
        for owner, versions in occupants.items():
            for version in versions:
                where.setdefault(version, []).append(place)
                owners[version] = names[owner]
    if len(where) > MOST_CONTRACTS:
        raise _too_much("More versions of consumers live there", MOST_CONTRACTS)
    found = {version.id: Consumer(owners[version], version.number, tuple(places)) for version, places in where.items()}
    return dict(sorted(found.items(), key=lambda each: (each[1].name, each[1].version)))


def _contracts(unit: Unit, provider: Pacticipant, living: Mapping[int, Consumer]) -> Iterator[ContractNeeds]:
    published = unit.matrix.published_by(living.keys(), [provider.id])
    if len(published) > MOST_PUBLISHED:
        raise _too_much("More contracts are published there", MOST_PUBLISHED)
    needs: dict[int, tuple[Need, ...]] = {}
    for some in _parts({each.contract_id for each in published if each.live is None}):
        needs |= {key: _needs_in(body) for key, body in unit.contracts.documents(some).items()}
    for some in _parts({each.contract_id for each in published if each.live is not None}):
        for key, body in unit.live_contracts.documents(some).items():
            # What was sound by the rules of its day, and is no more, leaves its consumer silent.
            with suppress(Invalid):
                needs[key] = _needs_of_live(body, provider.name)
    if sum(len(each) for each in needs.values()) > MOST_NEEDS:
        raise _too_much("The contracts there need more things", MOST_NEEDS)
    by_version: dict[int, list[Published]] = {}
    for each in published:
        by_version.setdefault(each.version.id, []).append(each)
    for version_id, consumer in living.items():
        for found in sorted(by_version.get(version_id, ()), key=_order_of):
            told = needs.get(found.contract_id, None if found.live else ())
            if told is not None:
                yield ContractNeeds(found.contract_id, consumer, found.published_at, told, found.live, version_id)


def _parts(keys: Collection[int]) -> Iterator[Sequence[int]]:
    ordered = sorted(keys)
    return (ordered[start : start + _AT_ONCE] for start in range(0, len(ordered), _AT_ONCE))


def _order_of(published: Published) -> tuple[str, str]:
    return (published.live.kind.value, published.live.name) if published.live else ("", "")


def _needs_in(body: bytes) -> tuple[Need, ...]:
    return _remembered(body, "", lambda: PACT.needs(PACT.read(body, DOCUMENT)))


def _needs_of_live(body: bytes, provider: str) -> tuple[Need, ...]:
    def needs() -> tuple[Need, ...]:
        document = read_live(body)
        return kind_named(document.kind).needs(document, provider)

    return _remembered(body, provider, needs)


def _remembered(body: bytes, provider: str, needs: Callable[[], tuple[Need, ...]]) -> tuple[Need, ...]:
    """The needs of a document; those of one that several providers are about depend on which of them is asked for."""
    sha = hashlib.sha256(body + b"\0" + provider.encode()).hexdigest() if provider else hashlib.sha256(body).hexdigest()
    known = _needs_by_sha.get(sha)
    if known is None:
        known = needs()
        _needs_by_sha.put(sha, known, max(1, len(known)))
    return known


def _readers(unit: Unit, provider: Pacticipant, living: Mapping[int, Consumer]) -> Iterator[ReaderNeeds]:
    subjects = {each.subject for each in unit.topics.pairs([provider.id]) if each.provider_id == provider.id}
    found = [
        each
        for each in unit.topics.readings(living.keys())
        if each.provider_id == provider.id or (each.provider_id is None and each.subject in subjects)
    ]
    texts = unit.comparisons.texts({each.sha for each in found})
    for each in sorted(found, key=lambda each: (each.consumer, each.version.number, each.subject)):
        consumer = living[each.version.id]
        named = each.provider_id is not None
        yield ReaderNeeds(consumer, each.published_at, each.subject, each.topic, texts[each.sha], named)


def _too_much(what: str, limit: int) -> TooLarge:
    return TooLarge("too-many-needs", f"{what} than {limit:,}. Ask for fewer environments at once.", limit=limit)
