"""Whom the changes hit: the contracts of consumers in environments, held against the changes of each document."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from contracthub.domain.change_reports import ConsumerScope, HitConsumer
from contracthub.domain.errors import Invalid, TooLarge
from contracthub.formats.changes import Change
from contracthub.formats.differences import DocumentDifference
from contracthub.formats.document_pairs import Document, Pair
from contracthub.formats.impact.hits import Impact
from contracthub.formats.living_needs import LivingConsumer, NeededByReader, NeedsAnswer
from contracthub.formats.needs import Direction, Need

_EVENTS = ("avro", "json-schema", "protobuf")
_MOST_TOLD = 5


@dataclass(slots=True)
class Judging:
    """Holds documents against the needs of one provider, and keeps what could not be judged."""

    answer: NeedsAnswer
    subject: str | None = None
    _judged: set[str] = field(default_factory=set)
    _unknown: dict[str, None] = field(default_factory=dict)
    _unjudged: dict[tuple[LivingConsumer, str], set[str]] = field(default_factory=dict)
    _unread: dict[tuple[LivingConsumer, str], bool] = field(default_factory=dict)

    def hits(
        self, pair: Pair, found: DocumentDifference, changes: Sequence[Change]
    ) -> dict[Change, tuple[HitConsumer, ...]]:
        """Who feels which change, worst first."""
        collected: dict[Change, list[HitConsumer]] = {}
        for consumer, impact in self._impacts(pair, found, changes):
            for hit in impact.hits:
                collected.setdefault(hit.change, []).extend(
                    HitConsumer(consumer.name, consumer.version, environment, hit.where, hit.breaks)
                    for environment in consumer.environments
                )
        return {change: tuple(sorted(each, key=_order)) for change, each in collected.items()}

    def scope(self) -> ConsumerScope:
        """Who was judged, and who could not be."""
        silent = [
            f"{_shown(each)} has published no contract with {self.answer.provider}." for each in self.answer.silent
        ]
        return ConsumerScope(
            self.answer.provider,
            self.answer.environments,
            tuple(sorted(self._judged)),
            (*silent, *self._undescribed(), *self._not_read(), *self._unknown),
        )

    def _impacts(
        self, pair: Pair, found: DocumentDifference, changes: Sequence[Change]
    ) -> Iterable[tuple[LivingConsumer, Impact]]:
        if pair.old is None or pair.new is None:
            if pair.old is not None:
                self._unknown[f"{pair.old.name} went; whom that hurts is not judged."] = None
            return
        if pair.format == "openapi" and found.old is not None:
            from contracthub.formats.impact.openapi import OpenApiImpact

            yield from self._of_contracts(OpenApiImpact(found.old, found.new, changes).of)
            return
        if not changes:
            return
        if pair.format == "graphql":
            if not any(_has_requests(each.needs) for each in self.answer.contracts):
                # To read a large schema in full takes longer than all the rest.
                return
            from contracthub.formats.graphql.contract import read
            from contracthub.formats.impact.graphql import GraphqlImpact

            try:
                old, new = read(pair.old.upload).schema, read(pair.new.upload).schema
            except (Invalid, TooLarge) as error:
                self._unknown[f"{pair.new.label} is no whole schema, so nobody is judged: {error.message}"] = None
                return
            yield from self._of_contracts(GraphqlImpact(old, new, changes).of)
            return
        if pair.format == "asyncapi":
            yield from self._of_messages(found, changes)
        elif pair.format in _EVENTS:
            yield from self._of_readers(pair, pair.old, pair.new, changes)
            yield from self._of_events((pair.old, pair.new), found, changes)

    def _of_contracts(self, impact_of: Callable[[Iterable[Need]], Impact]) -> Iterable[tuple[LivingConsumer, Impact]]:
        known: dict[tuple[Need, ...], Impact] = {}
        for contract in self.answer.contracts:
            if not _has_requests(contract.needs):
                continue
            impact = known.get(contract.needs) or known.setdefault(contract.needs, impact_of(contract.needs))
            yield self._felt(contract.consumer, impact, "requests")

    def _felt(self, consumer: LivingConsumer, impact: Impact, kind: str) -> tuple[LivingConsumer, Impact]:
        self._judged.add(f"{consumer.name} {consumer.version}")
        # What one document of a provider does not describe, another one may.
        self._unjudged.setdefault((consumer, kind), set(impact.unjudged)).intersection_update(impact.unjudged)
        return consumer, impact

    def _of_messages(
        self, found: DocumentDifference, changes: Sequence[Change]
    ) -> Iterable[tuple[LivingConsumer, Impact]]:
        from contracthub.formats.impact.asyncapi import AsyncApiImpact

        impacts = AsyncApiImpact(found.old, found.new, changes)
        for contract in self.answer.contracts:
            impact = impacts.of(contract.needs)
            if impact is not None:
                yield self._felt(contract.consumer, impact, "messages")
        for reader in self.answer.readers:
            impact = impacts.on_reader(reader.text, reader.subject, reader.topic)
            self._note_read(reader, is_read=impact is not None)
            if impact is not None:
                yield reader.consumer, impact

    def _of_events(
        self, documents: tuple[Document, Document], found: DocumentDifference, changes: Sequence[Change]
    ) -> Iterable[tuple[LivingConsumer, Impact]]:
        from contracthub.formats.impact.events import EventImpact, schema_of

        old, new = documents
        channels = {
            need.operation
            for contract in self.answer.contracts
            for need in contract.needs
            if need.direction is Direction.MESSAGE
        }
        topics = {each for each in channels if self._is_topic(each, old, new)}
        if channels and not topics and not self._subjects(old, new):
            self._unknown[_untold(new)] = None
        if not topics:
            return
        schemas = schema_of(found.old, old.upload), schema_of(found.new, new.upload)
        is_key = any(each.endswith("-key") for each in self._subjects(old, new))
        impacts = EventImpact(*schemas, changes, is_key=is_key)
        for contract in self.answer.contracts:
            impact = impacts.of(contract.needs, topics.__contains__)
            if impact is not None:
                yield self._felt(contract.consumer, impact, "messages")

    def _subjects(self, old: Document, new: Document) -> set[str]:
        """The subjects that a document is said to be the schema of."""
        said = {self.subject} if self.subject is not None else {old.subject, new.subject}
        return {each for each in said if each}

    def _is_topic(self, channel: str, old: Document, new: Document) -> bool:
        """Whether a document is the schema of a topic: by its subject, or by the name of its file."""
        names = {channel, f"{channel}-value", f"{channel}-key"}
        subjects = self._subjects(old, new)
        if subjects:
            return not names.isdisjoint(subjects)
        return any(f"{name}." in f"{each.name}." for each in (old, new) for name in names)

    def _note_read(self, reader: NeededByReader, *, is_read: bool) -> None:
        key = reader.consumer, reader.subject
        self._unread[key] = self._unread.get(key, True) and not is_read
        if is_read:
            self._judged.add(f"{reader.consumer.name} {reader.consumer.version}")

    def _not_read(self) -> Iterable[str]:
        for (consumer, subject), is_unread in self._unread.items():
            if is_unread:
                yield f"{_shown(consumer)} reads {subject}, which the old documents do not describe."

    def _undescribed(self) -> Iterable[str]:
        for (consumer, _), interactions in self._unjudged.items():
            if interactions:
                listed = "; ".join(sorted(interactions)[:_MOST_TOLD])
                more = f" and {len(interactions) - _MOST_TOLD} more" if len(interactions) > _MOST_TOLD else ""
                yield f"{_shown(consumer)} uses what the old document does not describe: {listed}{more}."

    def _of_readers(
        self, pair: Pair, old: Document, new: Document, changes: Sequence[Change]
    ) -> Iterable[tuple[LivingConsumer, Impact]]:
        from contracthub.formats.impact.readers import event_text, impact_on_reader

        before, after = event_text(pair.format, old.upload), event_text(pair.format, new.upload)
        readers = [each for each in self.answer.readers if each.text.type is before.type]
        for reader in readers:
            if not self._is_of(reader, old, new, readers):
                continue
            self._note_read(reader, is_read=True)
            yield reader.consumer, impact_on_reader(reader.text, before, after, changes)

    def _is_of(self, reader: NeededByReader, old: Document, new: Document, readers: Sequence[NeededByReader]) -> bool:
        """Whether a reader reads what a document is the schema of: its subject is said, or is in the file's name."""
        subjects = {each.subject for each in readers}
        if self.subject is not None:
            return self.subject in (reader.subject, reader.topic)
        named = {subject for subject in subjects for each in (old, new) if subject in (each.name, each.subject)}
        named = named or {subject for subject in subjects for each in (old, new) if subject in each.name}
        if not named:
            self._unknown[_untold(new)] = None
        return reader.subject in named


def _has_requests(needs: Iterable[Need]) -> bool:
    return any(need.direction is not Direction.MESSAGE for need in needs)


def _untold(document: Document) -> str:
    return f"which subject {document.name} is the schema of is not known; say it with --subject."


def _order(hit: HitConsumer) -> tuple[bool, str, str, str]:
    return (not hit.breaks, hit.name, hit.version, hit.environment)


def _shown(consumer: LivingConsumer) -> str:
    return f"{consumer.name} {consumer.version} in {', '.join(consumer.environments)}"
