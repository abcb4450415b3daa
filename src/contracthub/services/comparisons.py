"""Comparisons of reader schemas with what is written: made when either side is published, or when they are missing.

What was compared once is never compared again: both sides are known by their content.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from contracthub.domain.comparisons import Comparison, ContractKind
from contracthub.domain.errors import NotFound
from contracthub.domain.readers import EventText
from contracthub.formats.comparisons.offers import ENGINE
from contracthub.formats.comparisons.reader_writer import compare_texts
from contracthub.services.hub import Hub
from contracthub.services.ports import Unit

# A publication compares with at most so many others; whatever is left is compared when somebody asks.
MOST_AT_ONCE = 20
_KIND = ContractKind.READER_SCHEMA

Pair = tuple[str, str]


def compared(unit: Unit, pairs: Collection[Pair], *, now: datetime) -> Mapping[Pair, Comparison]:
    """What comes out for each pair of contents, reader's first. What nobody has compared yet is compared now."""
    if not pairs:
        return {}
    known = unit.comparisons.known(_KIND, pairs, engine=ENGINE)
    missing = set(pairs) - known.keys()
    return {**known, **_made(unit, missing, now)} if missing else known


def compare_and_remember(unit: Unit, pairs: Collection[Pair], *, now: datetime) -> None:
    """The same within a unit that writes: what was missing is kept."""
    missing = set(pairs) - unit.comparisons.known(_KIND, pairs, engine=ENGINE).keys()
    unit.comparisons.remember(list(_made(unit, missing, now).values()), engine=ENGINE)


def compare_reader(unit: Unit, subject: str, provider_id: int | None, sha: str, *, now: datetime) -> None:
    """Compare a new reader schema with what is written where it matters: lives somewhere, or is a branch's newest."""
    written = unit.topics.written_that_matters(subject, provider_id, MOST_AT_ONCE)
    compare_and_remember(unit, [(sha, each) for each in written], now=now)


def compare_writer(unit: Unit, subject: str, provider_id: int, sha: str, *, now: datetime) -> None:
    """Compare a new schema of a writer with the reader schemas that matter."""
    read = unit.topics.read_that_matters(subject, provider_id, MOST_AT_ONCE)
    compare_and_remember(unit, [(each, sha) for each in read], now=now)


def _made(unit: Unit, pairs: Collection[Pair], now: datetime) -> dict[Pair, Comparison]:
    texts = unit.comparisons.texts({sha for pair in pairs for sha in pair})
    return {pair: _comparison(pair, texts, now) for pair in pairs if texts.keys() >= set(pair)}


def _comparison(pair: Pair, texts: Mapping[str, EventText], now: datetime) -> Comparison:
    findings = compare_texts(texts[pair[0]], texts[pair[1]])
    return Comparison(_KIND, pair[0], pair[1], findings, now)


def get_comparison(hub: Hub, reader: str, writer: str) -> Comparison:
    """What came out for two contents that were published. Raises :class:`NotFound`."""
    with hub.reading() as unit:
        found = compared(unit, [(reader, writer)], now=hub.now()).get((reader, writer))
    if found is None:
        raise NotFound("comparison-not-found", "No schemas with these contents found")
    return found
