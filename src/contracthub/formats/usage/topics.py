"""Who reads a topic, or a field of its messages: message pacts, and consumers that read with a schema of their own."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from contracthub.domain.errors import Invalid, TooLarge
from contracthub.domain.readers import EventText
from contracthub.formats.comparisons.reader_writer import read_before
from contracthub.formats.needs import Direction, Need
from contracthub.formats.openapi.requests import PathTemplate
from contracthub.formats.usage.event_fields import FieldAt, field_at
from contracthub.formats.usage.http import is_request
from contracthub.formats.usage.places import Steps, relies_on, written_as_path
from contracthub.formats.usage.spellings import Section, TopicElement
from contracthub.formats.usage.uses import Exchange, How, Known, Unclear, Use, told

_VALUE, _KEY = "-value", "-key"


@dataclass(frozen=True, slots=True)
class Reader:
    """A schema with which a consumer reads a subject; ``holder`` is its number among the contracts."""

    holder: int
    subject: str
    topic: str | None
    text: EventText


@dataclass(frozen=True, slots=True)
class Topic:
    """What a provider's document says of a topic: ``names`` are those of its channel, address, topic and subject.

    ``schema`` is that of its messages, None where the document tells none that is read here.
    """

    names: frozenset[str]
    schema: EventText | None


class TopicUses:
    """The messages of contracts with a provider, its readers, and its documents."""

    def __init__(self, exchanges: Iterable[Exchange], readers: Sequence[Reader], topics: Sequence[Topic]) -> None:
        self._exchanges = [each for each in exchanges if not is_request(each.operation)]
        self._readers, self._topics = readers, topics

    def of(self, element: TopicElement) -> Iterator[tuple[int, Use]]:
        """Every use, with the number of the contract."""
        for exchange in self._of_topic(element.topic):
            yield from ((exchange.holder, use) for use in _uses(exchange, element))
        for reader, found in self._reading(element):
            if found is not None and found.known is Known.THERE:
                place = written_as_path(element.steps) if element.steps else ""
                title = f"reader schema of {reader.subject}"
                operation = reader.topic or reader.subject
                yield reader.holder, Use(How.READS, title, operation, place, found.can_do_without)

    def unclear(self, element: TopicElement) -> Iterator[Unclear]:
        """Contracts of which it is not known whether they are about the topic, or what they read of it."""
        topics = self._known_names
        for each in self._exchanges:
            if each.operation == each.interaction and each.operation not in topics:
                yield Unclear(each.holder, f"its message {each.interaction!r} does not say of which topic it is")
        for reader, found in self._reading(element):
            if found is None:
                yield Unclear(reader.holder, f"its reader schema of {reader.subject} can't be read any more")
            elif found.known is Known.NOT_TOLD:
                told_place = written_as_path(element.steps)
                yield Unclear(
                    reader.holder, f"its reader schema of {reader.subject} takes anything around {told_place}"
                )

    def known(self, element: TopicElement) -> Known:
        """Whether there is such a topic and field: in the documents, or in a contract."""
        if next(self.of(element), None) is not None:
            return Known.THERE
        names = self._names(element.topic)
        described = [each for each in self._topics if not names.isdisjoint(each.names)]
        if not described:
            is_named = not names.isdisjoint(self._known_names)
            if not is_named or element.section is None:
                return Known.THERE if is_named else Known.MISSING
            return Known.NOT_TOLD
        if not element.steps:
            return Known.THERE
        if element.section is not Section.BODY:
            return Known.NOT_TOLD
        found = [_looked_up(each.schema, element.steps) for each in described]
        if any(each is not None and each.known is Known.THERE for each in found):
            return Known.THERE
        return (
            Known.MISSING if all(each is not None and each.known is Known.MISSING for each in found) else Known.NOT_TOLD
        )

    def names(self) -> Iterator[str]:
        """All topics that there are."""
        yield from self._known_names

    def schemas(self, topic: str) -> Iterator[EventText]:
        """The schemas of a topic's messages."""
        names = self._names(topic)
        yield from (each.schema for each in self._topics if each.schema and not names.isdisjoint(each.names))

    @cached_property
    def _known_names(self) -> dict[str, None]:
        found = dict.fromkeys(name for each in self._topics for name in sorted(each.names))
        found |= dict.fromkeys(name for each in self._readers for name in (each.topic, each.subject) if name)
        return found | dict.fromkeys(each.operation for each in self._exchanges if each.operation != each.interaction)

    def _names(self, topic: str) -> frozenset[str]:
        """All names of a topic; a subject that is the topic's for values is the topic."""
        found = {topic, f"{topic}{_VALUE}"}
        if topic.endswith(_VALUE):
            found.add(topic.removesuffix(_VALUE))
        for each in self._topics:
            if not found.isdisjoint(each.names) or any(_fills_in(topic, name) for name in each.names):
                found |= {name for name in each.names if not name.endswith(_KEY)}
        return frozenset(found)

    def _of_topic(self, topic: str) -> Iterator[Exchange]:
        names = self._names(topic)
        templates = [each for each in names if "{" in each]
        for each in self._exchanges:
            if each.operation in names or any(_fills_in(each.operation, template) for template in templates):
                yield each

    def _reading(self, element: TopicElement) -> Iterator[tuple[Reader, FieldAt | None]]:
        names = self._names(element.topic)
        for each in self._readers:
            is_key = each.topic is not None and each.subject == each.topic + _KEY
            is_named = each.subject in names or (each.topic in names and not (is_key and element.steps))
            if is_named and element.section in (None, Section.BODY):
                yield each, _looked_up(each.text, element.steps)


def _looked_up(text: EventText | None, steps: Steps) -> FieldAt | None:
    if not steps:
        return FieldAt(Known.THERE)
    if text is None:
        return None
    try:
        return field_at(read_before(text), steps)
    except (Invalid, TooLarge):
        return None


def _fills_in(name: str, template: str) -> bool:
    return "{" in template and PathTemplate(template).is_filled_in_by(name)


def _uses(exchange: Exchange, element: TopicElement) -> Iterator[Use]:
    if element.section is None:
        how = How.READS if exchange.is_message else How.CALLS
        yield Use(how, exchange.interaction, exchange.operation, "")
        return
    for need in exchange.needs:
        if _is_meant(need, element):
            how = How.SENDS if need.direction is Direction.REQUEST else How.READS
            yield Use(how, exchange.interaction, exchange.operation, told(need))


def _is_meant(need: Need, element: TopicElement) -> bool:
    if element.section is Section.METADATA:
        return need.part == "metadata" and need.path == element.steps[0]
    wanted = {Section.REQUEST: (Direction.REQUEST,), Section.RESPONSE: (Direction.RESPONSE,)}
    flows = wanted.get(element.section or Section.BODY, tuple(Direction))
    return need.part == "body" and need.direction in flows and relies_on(need, element.steps)
