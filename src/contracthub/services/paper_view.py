"""Comparisons as they are looked at: by both identities, or by the versions of both sides, with the places in both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from contracthub.domain.comparisons import Comparison, ContractKind, Finding, OnPaper
from contracthub.domain.contracts import Publication
from contracthub.domain.errors import NotFound
from contracthub.domain.live_contracts import LiveName
from contracthub.domain.pacticipants import Version
from contracthub.domain.provider_contracts import ContractFormat
from contracthub.formats.comparisons.offers import COMPARABLE, ENGINE
from contracthub.formats.limits import MEBIBYTE
from contracthub.formats.source_lines import lines_of
from contracthub.services.comparisons import get_comparison as comparison_of_reader
from contracthub.services.hub import Hub
from contracthub.services.offers import compiled, offers_of
from contracthub.services.on_paper import PaperPair, on_paper
from contracthub.services.pacticipants import required_pacticipant
from contracthub.services.paper_comparing import remembered
from contracthub.services.ports import Unit
from contracthub.services.versions import required_version

# Of more nobody reads the lines, and to find them takes its time.
_LARGEST_READ = 2 * MEBIBYTE
_AROUND = 2
_LONGEST_LINE = 200


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A place in a text: the file where there are several, the line from 1, and the lines around it."""

    file: str
    line: int
    first: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlacedFinding:
    """A finding with its places in both texts, where these are known."""

    finding: Finding
    needed: Excerpt | None
    offered: Excerpt | None


@dataclass(frozen=True, slots=True)
class PaperOfContract:
    """What documents say of one contract; ``live`` is its name where it is no pact."""

    kind: ContractKind
    live: LiveName | None
    paper: OnPaper
    placed: tuple[PlacedFinding, ...]


@dataclass(frozen=True, slots=True)
class PaperView:
    """What the documents of a provider version say of a consumer version's contracts; the pact comes first."""

    consumer: str
    consumer_version: str
    provider: str
    provider_version: str
    formats: tuple[tuple[str, ContractFormat], ...]
    contracts: tuple[PaperOfContract, ...]

    @property
    def success(self) -> bool | None:
        """Whether all fit, and the provider's own check did not fail; ``None`` where the documents do not tell."""
        outcomes = {each.paper.comparison.outcome for each in self.contracts}
        if False in outcomes or any(each.paper.self_verified is False for each in self.contracts):
            return False
        return None if None in outcomes else True


def comparison_of(hub: Hub, kind: str, consumer: str, offer: str) -> Comparison:
    """What came out for a content and an offer. Raises :class:`NotFound`."""
    if kind == ContractKind.READER_SCHEMA:
        return comparison_of_reader(hub, consumer, offer)
    known = {each.value: each for each in COMPARABLE}
    if kind in known:
        with hub.reading() as unit:
            found = unit.comparisons.known(known[kind], [(consumer, offer)], engine=ENGINE).get((consumer, offer))
        found = found or remembered(known[kind], (consumer, offer))
        if found is not None:
            return found
    text = f"Nothing is known of such a comparison of a {kind[:50]}. Ask the gate, or for the versions of both sides."
    raise NotFound("comparison-not-found", text)


def pair_on_paper(hub: Hub, sides: tuple[tuple[str, str], tuple[str, str]], *, places: bool = False) -> PaperView:
    """The comparisons of a consumer version with a provider version, each as name and number, the consumer's first.

    ``places``: with the lines of both texts. Raises :class:`NotFound`, also where the documents speak of nothing.
    """
    (consumer, number), (provider, provider_number) = sides
    with hub.reading() as unit:
        _, needing = required_version(unit, consumer, number)
        _, offering = required_version(unit, provider, provider_number)
        return _view(hub, unit, (consumer, needing), (provider, offering), places=places)


def pact_on_paper(hub: Hub, provider: tuple[str, str], consumer: str, identity: str) -> PaperView:
    """The same for the newest version of a consumer with the pact of an identity. Raises :class:`NotFound`."""
    published = publication_of(hub, consumer, provider[0], identity)
    return pair_on_paper(hub, ((consumer, published.version_number), provider))


def publication_of(hub: Hub, consumer: str, provider: str, identity: str) -> Publication:
    """The newest publication of the pact of an identity. Raises :class:`NotFound`."""
    with hub.reading() as unit:
        found = unit.contracts.publications_by_identity(consumer, provider, identity)
    if not found:
        raise NotFound("pact-not-found", f"No such pact between {consumer} and {provider} found")
    return found[0]


def consumer_contract(hub: Hub, consumer: str, number: str, provider: str) -> tuple[Publication, bytes]:
    """The pact of a consumer version with its exact bytes. Raises :class:`NotFound`."""
    with hub.reading() as unit:
        required_version(unit, consumer, number)
        required_pacticipant(unit, provider, "provider")
        found = unit.contracts.find_publication(consumer, provider, number)
        if found is None:
            raise NotFound("pact-not-found", f"{consumer} {number} has no pact with {provider}.")
        return found, unit.contracts.body(found.id)


def _view(
    hub: Hub, unit: Unit, needing: tuple[str, Version], offering: tuple[str, Version], *, places: bool
) -> PaperView:
    (consumer, needs), (provider, offers) = needing, offering
    offer = offers_of(unit, [offers.id]).get(offers.id)
    if offer is None:
        raise NotFound("provider-contract-not-found", f"{provider} {offers.number} has no provider contract.")
    live = unit.paper.conversations([needs.id], [offers.pacticipant_id])
    names = sorted(each.name for each in live)
    pairs = [PaperPair(needs.id, offers.pacticipant_id, offers.id)]
    pairs += [pair._replace(live=LiveName(ContractKind.CONVERSATION, name)) for pair in pairs[:1] for name in names]
    found = on_paper(unit, pairs, now=hub.now())
    if not found:
        whose = f"{consumer} {needs.number} has published"
        raise NotFound(
            "comparison-not-found", f"The documents of {provider} {offers.number} speak of nothing that {whose}."
        )
    texts: Mapping[str, Mapping[str, bytes]] = {}
    if places:
        texts = {each.name: each.files for each in compiled(unit, offer).documents}
    contracts = tuple(
        PaperOfContract(pair.kind, pair.live, paper, _placed(unit, pair.kind, paper.comparison, texts))
        for pair in pairs
        if (paper := found.get(pair)) is not None
    )
    formats = tuple((each.name, each.format) for each in offer.documents)
    return PaperView(consumer, needs.number, provider, offers.number, formats, contracts)


def _placed(
    unit: Unit, kind: ContractKind, comparison: Comparison, texts: Mapping[str, Mapping[str, bytes]]
) -> tuple[PlacedFinding, ...]:
    findings = comparison.findings
    if not texts or not findings:
        return tuple(PlacedFinding(each, None, None) for each in findings)
    sha = comparison.consumer_identity
    body = unit.paper.contents(kind, [sha]).get(sha, b"")
    needed = _excerpts({"": body}, [("", each.consumer_pointer) for each in findings])
    offered: dict[int, Excerpt | None] = {}
    for name, files in texts.items():
        mine = [(place, each) for place, each in enumerate(findings) if each.document == name]
        excerpts = _excerpts(files, [_in_files(each.provider_pointer, files) for _, each in mine])
        offered |= {place: excerpt for (place, _), excerpt in zip(mine, excerpts, strict=True)}
    return tuple(
        PlacedFinding(each, excerpt, offered.get(place))
        for place, (each, excerpt) in enumerate(zip(findings, needed, strict=True))
    )


def _in_files(pointer: str | None, files: Mapping[str, bytes]) -> tuple[str, str | None]:
    """The file that a provider's pointer leads into, and the pointer there: ``parts.yaml#/a``, ``sdl:12:3``."""
    if pointer is None:
        return "", None
    file, mark, inside = pointer.partition("#")
    if mark and file in files:
        return file, inside
    return next(iter(files), ""), pointer.removeprefix("sdl:")


def _excerpts(files: Mapping[str, bytes], places: Sequence[tuple[str, str | None]]) -> list[Excerpt | None]:
    lines: dict[str, Mapping[str, int]] = {}
    for file in {file for file, _ in places}:
        source = files.get(file, b"")
        if len(source) <= _LARGEST_READ:
            lines[file] = lines_of(source, [pointer for of, pointer in places if of == file and pointer])
    split = {file: files[file].decode("utf-8", "replace").splitlines() for file in lines if file in files}
    return [_excerpt(file, lines.get(file, {}).get(pointer or ""), split.get(file, [])) for file, pointer in places]


def _excerpt(file: str, line: int | None, lines: Sequence[str]) -> Excerpt | None:
    if line is None or not 1 <= line <= len(lines):
        return None
    first = max(1, line - _AROUND)
    around = lines[first - 1 : line + _AROUND]
    return Excerpt(file, line, first, tuple(each[:_LONGEST_LINE] for each in around))
