"""Reader schemas: published for a consumer version, all or nothing; looked up, listed, deleted."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracthub.domain.errors import Conflict, NotFound
from contracthub.domain.pacticipants import Listing, Pacticipant, Page, Version
from contracthub.domain.readers import EventText, NewReaderSchema, ReaderSchema
from contracthub.formats.diff import line_diff
from contracthub.services.comparisons import compare_reader
from contracthub.services.first_publications import (
    Overtaken,
    Refusal,
    ensured_pacticipants,
    published_in_one,
)
from contracthub.services.hub import Hub
from contracthub.services.pacticipants import required_pacticipant
from contracthub.services.ports import Unit
from contracthub.services.reader_requests import ReaderRequest, SchemaOffer, reader_request_from
from contracthub.services.versions import record_version, required_version


@dataclass(frozen=True, slots=True)
class PublishedReader:
    """What became of one schema. ``has_writer``: somebody is known who writes what it reads."""

    reader: ReaderSchema
    created: bool
    replaced: bool
    has_writer: bool


@dataclass(frozen=True, slots=True)
class PublishedReaders:
    """What became of a request to publish."""

    consumer: str
    version: str
    readers: tuple[PublishedReader, ...]

    @property
    def created(self) -> bool:
        """Whether anything is there that was not before."""
        return any(each.created for each in self.readers)


@dataclass(frozen=True, slots=True)
class ReaderView:
    """A reader schema with its content."""

    reader: ReaderSchema
    text: EventText


def publish_readers(hub: Hub, body: dict[str, Any]) -> PublishedReaders:
    """Publish the schemas with which a consumer version reads topics, or none of them.

    Raises :class:`Invalid`, ``TooLarge``, and :class:`Conflict` (with the fact ``refusals``) when what is published
    would change, unless ``overwrite`` asks for that, or when a new name is nearly the same as an existing one.
    """
    request = reader_request_from(body)
    return published_in_one(hub, lambda unit: _written(hub, unit, request), "reader schema")


def get_reader(hub: Hub, consumer: str, number: str, subject: str) -> ReaderView:
    """What a version reads a subject with. Raises :class:`NotFound`."""
    with hub.reading() as unit:
        _, version = required_version(unit, consumer, number)
        found = unit.readers.find(version.id, subject)
        return _view(unit, found, f"{consumer} {number}", subject)


def get_latest_reader(hub: Hub, consumer: str, subject: str, *, branch: str | None = None) -> ReaderView:
    """That of the newest version (of a branch) that reads the subject. Raises :class:`NotFound`."""
    with hub.reading() as unit:
        owner = required_pacticipant(unit, consumer)
        found = unit.readers.latest(owner.id, subject, branch=branch)
        return _view(unit, found, f"{consumer} on branch {branch}" if branch else consumer, subject)


def list_readers_of_version(hub: Hub, consumer: str, number: str) -> Sequence[ReaderSchema]:
    """All that a version reads, by subject. Raises :class:`NotFound`."""
    with hub.reading() as unit:
        _, version = required_version(unit, consumer, number)
        return unit.readers.of_version(version.id)


def list_readers(hub: Hub, consumer: str, *, subject: str | None, page: Page) -> Listing[ReaderSchema]:
    """What the versions of a consumer read, newest first. Raises :class:`NotFound`."""
    with hub.reading() as unit:
        owner = required_pacticipant(unit, consumer)
        return unit.readers.of_consumer(owner.id, subject=subject, page=page)


def delete_reader(hub: Hub, consumer: str, number: str, subject: str) -> None:
    """Forget what a version reads a subject with. Raises :class:`NotFound`."""

    def delete(unit: Unit) -> None:
        owner, version = required_version(unit, consumer, number)
        unit.deletion.hold([owner.id])
        found = unit.readers.find(version.id, subject)
        if found is None:
            raise _not_found(f"{consumer} {number}", subject)
        unit.readers.delete(found.id)

    hub.write(delete)


def _view(unit: Unit, found: ReaderSchema | None, whose: str, subject: str) -> ReaderView:
    text = unit.readers.text(found.sha) if found else None
    if found is None or text is None:
        raise _not_found(whose, subject)
    return ReaderView(found, text)


def _not_found(whose: str, subject: str) -> NotFound:
    return NotFound("reader-schema-not-found", f"No reader schema of {whose} for the subject '{subject}' found")


def _written(hub: Hub, unit: Unit, request: ReaderRequest) -> PublishedReaders:
    providers = {offer.provider for offer in request.offers if offer.provider is not None}
    names = {request.consumer, *providers}
    known = unit.pacticipants.named(names)
    there = _published_before(unit, known.get(request.consumer), request)
    _refuse_changes(unit, request, there)
    pacticipants = ensured_pacticipants(hub, unit, names, known, what="reader schema")
    recorded = record_version(
        hub,
        unit,
        pacticipants[request.consumer],
        request.number,
        branch=request.branch,
        tags=request.tags,
        build_url=request.build_url,
    )
    stored = [_stored(hub, unit, recorded.version, offer, pacticipants, there) for offer in _once(request.offers)]
    pairs = unit.topics.pairs([recorded.version.pacticipant_id])
    written = {each.subject for each in pairs if each.offers}
    return PublishedReaders(
        request.consumer,
        request.number,
        tuple(PublishedReader(reader, *happened, reader.subject in written) for reader, happened in stored),
    )


def _once(offers: Iterable[SchemaOffer]) -> Iterable[SchemaOffer]:
    # In one order for all writers, so that two of them never wait for each other.
    by_subject = {offer.subject: offer for offer in offers}
    return (by_subject[subject] for subject in sorted(by_subject))


def _published_before(unit: Unit, consumer: Pacticipant | None, request: ReaderRequest) -> Mapping[str, ReaderSchema]:
    version = unit.versions.find(consumer.id, request.number) if consumer else None
    return {each.subject: each for each in unit.readers.of_version(version.id)} if version else {}


def _refuse_changes(unit: Unit, request: ReaderRequest, there: Mapping[str, ReaderSchema]) -> None:
    changed = [
        (offer, there[offer.subject])
        for offer in request.offers
        if offer.subject in there and not _is_same(offer, there[offer.subject])
    ]
    if not changed or request.overwrite:
        return
    refusals = tuple(_refusal(unit, request, offer, published) for offer, published in changed)
    text = "\n\n".join("\n\n".join(filter(None, (each.text, each.difference))) for each in refusals)
    raise Conflict("contract-changed", text, refusals=refusals)


def _is_same(offer: SchemaOffer, published: ReaderSchema) -> bool:
    return (offer.text.sha, offer.provider) == (published.sha, published.provider)


def _refusal(unit: Unit, request: ReaderRequest, offer: SchemaOffer, published: ReaderSchema) -> Refusal:
    whose = f"{request.consumer} {request.number}"
    text = (
        f"{whose} reads {offer.subject} with another schema already. Publish under a new version number, or ask for it "
        "to be overwritten."
    )
    old = unit.readers.text(published.sha)
    difference = "" if old is None else line_diff(_lines(old, published.provider), _lines(offer.text, offer.provider))
    return Refusal(text, difference or None)


def _lines(schema: EventText, provider: str | None) -> list[str]:
    lines = [f"provider: {provider or 'any'}", f"type: {schema.type}", *schema.text.splitlines()]
    for each in schema.references:
        lines += [f"reference {each.name}:", *each.text.splitlines()]
    return lines


def _stored(
    hub: Hub,
    unit: Unit,
    version: Version,
    offer: SchemaOffer,
    pacticipants: Mapping[str, Pacticipant],
    there: Mapping[str, ReaderSchema],
) -> tuple[ReaderSchema, tuple[bool, bool]]:
    """The schema as it is stored now; whether it is new, and whether it replaced another one."""
    provider_id = pacticipants[offer.provider].id if offer.provider is not None else None
    published = there.get(offer.subject)
    if published is not None and _is_same(offer, published):
        return published, (False, False)
    new, now = NewReaderSchema(offer.subject, offer.topic, offer.part, offer.text, provider_id), hub.now()
    if published is None:
        stored = unit.readers.store(version, new, now=now)
    else:
        stored = unit.readers.replace(published, new, now=now)
    if stored is None:
        raise Overtaken
    compare_reader(unit, offer.subject, provider_id, offer.text.sha, now=now)
    return stored, (published is None, published is not None)
