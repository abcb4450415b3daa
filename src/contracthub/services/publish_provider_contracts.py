"""Publishing what a provider offers: the same again is fine, another document under a name that is taken a conflict."""

import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from contracthub.domain.comparison_notices import PaperNews
from contracthub.domain.errors import Conflict, Fault, Invalid, Malformed, TooLarge
from contracthub.domain.pacticipants import Version
from contracthub.domain.provider_contracts import (
    ContractFile,
    ContractFormat,
    NewProviderContract,
    Outcome,
    ProviderContract,
    StoredFile,
    faults_of_label,
    sha_of,
)
from contracthub.domain.readers import Part, subject_for
from contracthub.domain.registry import SchemaType
from contracthub.formats import safe_yaml
from contracthub.formats.comparisons.reader_writer import record_name
from contracthub.formats.diff import line_diff, text_diff
from contracthub.formats.event_schemas import EventSchema
from contracthub.formats.limits import DOCUMENT
from contracthub.services import document_checks
from contracthub.services.first_publications import Overtaken, ensured_pacticipants, published_in_one
from contracthub.services.hub import Hub
from contracthub.services.paper_news import news_of_documents
from contracthub.services.ports import Unit
from contracthub.services.ports.matrix import VersionRef
from contracthub.services.provider_contract_requests import Event, OnChange, ProviderPublication
from contracthub.services.provider_documents import DocumentFault, ReadDocument, read_document
from contracthub.services.versions import record_version
from contracthub.services.written_schemas import note_written

MOST_FILES_COMPARED = 20
WHAT = "provider contract"
_SCHEMA_TYPES = {
    ContractFormat.AVRO: SchemaType.AVRO,
    ContractFormat.JSON_SCHEMA: SchemaType.JSON,
    ContractFormat.PROTOBUF: SchemaType.PROTOBUF,
}


@dataclass(frozen=True, slots=True)
class PublishedProviderContract:
    """What became of a request to publish a provider contract."""

    request: ProviderPublication
    contract: ProviderContract
    outcome: Outcome
    version: Version
    version_created: bool
    warnings: tuple[DocumentFault, ...]
    on_paper: tuple[PaperNews, ...] = ()


class _Changed(Exception):
    """The version has another document of that name."""

    def __init__(self, there: ProviderContract, files: Sequence[ContractFile]) -> None:
        self.there = there
        self.files = files


def publish(hub: Hub, request: ProviderPublication) -> PublishedProviderContract:
    """Publish a document for a version of a provider; both are created where missing.

    Raises :class:`RefusedDocument` and :class:`Invalid` with everything that is wrong, :class:`TooLarge`, and
    :class:`Conflict` when the version has another document of that name or the provider's name is nearly that of
    another pacticipant.
    """
    offered = request.document
    files = {each.path: each.body for each in offered.files}
    _refuse_large(files, offered.self_verification_content)
    read = read_document(files, root=offered.root, of_format=offered.format)
    draft = _draft(request, read)
    try:
        published = published_in_one(hub, lambda unit: _written(hub, unit, request, draft, read), "document")
    except _Changed as found:
        # Comparing takes its time, so it waits until the transaction is undone.
        raise _conflict(request, draft, found) from None
    it = published.contract
    news = news_of_documents(hub, it.provider_id, it.provider_name, VersionRef(it.version_id, it.version_number))
    return replace(published, on_paper=tuple(news)) if news else published


def _refuse_large(files: Mapping[str, bytes], results: bytes | None) -> None:
    """Also what no parser looks at has to fit into one record of an archive."""
    parts = {**files, "The results of the self-verification": results or b""}
    for name, body in parts.items():
        if len(body) > DOCUMENT.max_bytes:
            text = f"{name} has {len(body):,} bytes; at most {DOCUMENT.max_bytes:,} are accepted."
            raise TooLarge("document-too-large", text, size=len(body), limit=DOCUMENT.max_bytes)


def _draft(request: ProviderPublication, read: ReadDocument) -> NewProviderContract:
    offered = request.document
    subject = _subject(offered.event, read)
    files = tuple(
        ContractFile(each.path, each.content_type, sha_of(each.body), each.body, is_root=each.path == read.upload.root)
        for each in offered.files
    )
    return NewProviderContract(
        name=offered.name or _usual_name(read, subject),
        format=read.format,
        format_version=read.format_version,
        identity=read.identity,
        files=files,
        subject=subject,
        topic=_topic(offered.event, subject),
        warnings=tuple(map(str, read.warnings)),
        self_verification=offered.self_verification,
        self_verification_content=offered.self_verification_content,
    )


def _topic(event: Event, subject: str | None) -> str | None:
    """The topic, unless the schema is of keys under another name: by that nobody could tell them from values."""
    is_hidden = event.part is Part.KEY and event.topic is not None and subject != f"{event.topic}-{Part.KEY}"
    return None if is_hidden else event.topic


def _usual_name(read: ReadDocument, subject: str | None) -> str:
    """What a document is called when nobody says: a version has one API of a format, and one schema per subject."""
    if not read.format.is_event_schema:
        return read.format.value
    return subject or posixpath.splitext(posixpath.basename(read.upload.root))[0].strip() or read.format.value


def _subject(event: Event, read: ReadDocument) -> str | None:
    if not event.is_given:
        return None
    place = "contract.subject" if event.subject is not None else "contract.topic"
    if not read.format.is_event_schema:
        text = f"is for schemas of events, and this is {read.format.value}; leave it out"
        raise Invalid.of(Fault(place, text))
    if event.subject is not None:
        return event.subject
    record = record_name(EventSchema(_SCHEMA_TYPES[read.format], read.document, "", ""))
    if event.strategy.needs_record and record is None:
        text = f"is {event.strategy.value}, and the schema has no name that a subject could be called by"
        raise Invalid.of(Fault("contract.subjectStrategy", text))
    subject = subject_for(event.strategy, event.topic, event.part, record)
    if faults := faults_of_label("contract.topic", subject):
        raise Invalid.of(*faults)
    return subject


def _written(
    hub: Hub, unit: Unit, request: ProviderPublication, draft: NewProviderContract, read: ReadDocument
) -> PublishedProviderContract:
    known = unit.pacticipants.named({request.provider})
    provider = ensured_pacticipants(hub, unit, {request.provider}, known, what=WHAT)[request.provider]
    recorded = record_version(
        hub,
        unit,
        provider,
        request.number,
        branch=request.branch,
        tags=request.tags,
        build_url=request.build_url,
    )
    there = unit.provider_contracts.find(recorded.version.id, draft.name)
    if there is None:
        contract, outcome = unit.provider_contracts.store(recorded.version, draft, now=hub.now()), Outcome.PUBLISHED
    else:
        contract, outcome = _published_again(hub, unit, request, there, draft)
    if contract is None:
        raise Overtaken
    if outcome is not Outcome.UNCHANGED:
        follow_up(hub, unit, contract, draft, read)
    return PublishedProviderContract(request, contract, outcome, recorded.version, recorded.created, read.warnings)


def _published_again(
    hub: Hub, unit: Unit, request: ProviderPublication, there: ProviderContract, draft: NewProviderContract
) -> tuple[ProviderContract | None, Outcome]:
    """The document after it was published once more under a name that is taken."""
    outcome = _outcome(there, draft)
    if outcome is Outcome.OVERWRITTEN:
        if request.on_change is OnChange.REFUSE:
            raise _Changed(there, unit.provider_contracts.text_of(there.id))
    elif draft.self_verification is None:
        # Results that were sent before are for this document too.
        content = unit.provider_contracts.self_verification_content(there.id)
        draft = replace(draft, self_verification=there.self_verification, self_verification_content=content)
    if outcome is Outcome.UNCHANGED and _says_the_same(unit, there, draft):
        return there, outcome
    return unit.provider_contracts.replace(there, draft, now=hub.now()), outcome


def _outcome(there: ProviderContract, draft: NewProviderContract) -> Outcome:
    def meaning(it: ProviderContract | NewProviderContract) -> tuple[object, ...]:
        return it.format, it.identity, it.subject, it.topic

    if meaning(there) != meaning(draft):
        return Outcome.OVERWRITTEN
    return Outcome.UNCHANGED if _places(there.files) == _places(draft.files) else Outcome.REWRITTEN


def _places(files: Sequence[StoredFile] | Sequence[ContractFile]) -> set[tuple[object, ...]]:
    return {(each.path, each.sha, each.content_type, each.is_root) for each in files}


def _says_the_same(unit: Unit, there: ProviderContract, draft: NewProviderContract) -> bool:
    if there.self_verification != draft.self_verification:
        return False
    return unit.provider_contracts.self_verification_content(there.id) == draft.self_verification_content


def follow_up(hub: Hub, unit: Unit, contract: ProviderContract, draft: NewProviderContract, read: ReadDocument) -> None:
    """What hangs on the new text of a document, in the transaction that publishes it."""
    note_written(unit, contract, draft.files, read.document, now=hub.now())
    document_checks.request(hub, unit, contract.format, draft.files)


def _conflict(request: ProviderPublication, draft: NewProviderContract, found: _Changed) -> Conflict:
    difference = _difference(
        {each.path: each.body for each in found.files}, {each.path: each.body for each in draft.files}
    )
    text = (
        f"{request.provider} version {request.number} has another document called {draft.name!r} already, and what a "
        "version offers does not change: results that were found for the one would count for the other. Publish under "
        "a version number of its own; give a name, if it is another document; or ask for the old one to be overwritten."
    )
    return Conflict("provider-contract-changed", text, difference=difference or _told_of_place(found.there, draft))


def _told_of_place(there: ProviderContract, draft: NewProviderContract) -> str:
    """What differs of documents whose files are the same."""
    pairs = (
        ("format", there.format.value, draft.format.value),
        ("subject", there.subject, draft.subject),
        ("topic", there.topic, draft.topic),
    )
    return "\n".join(f"{name}: {old} was published, {new} is offered" for name, old, new in pairs if old != new)


def _difference(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> str:
    changed = [path for path in sorted(old.keys() | new.keys()) if old.get(path) != new.get(path)]
    parts = [_difference_of(path, old.get(path), new.get(path)) for path in changed[:MOST_FILES_COMPARED]]
    if len(changed) > MOST_FILES_COMPARED:
        parts.append(f"... and {len(changed) - MOST_FILES_COMPARED} more files differ.")
    return "\n".join(parts)


def _difference_of(path: str, old: bytes | None, new: bytes | None) -> str:
    if old is None or new is None:
        return f"{path} was {'added' if old is None else 'left out'}."
    names = {"old_name": f"published {path}", "new_name": f"offered {path}"}
    try:
        told = text_diff(safe_yaml.loads(old), safe_yaml.loads(new), **names)
    except Malformed:
        told = ""
    return told or line_diff(_lines(old), _lines(new), **names)


def _lines(body: bytes) -> list[str]:
    return body.decode("utf-8", "replace").splitlines()
