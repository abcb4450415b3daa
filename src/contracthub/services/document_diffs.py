"""What changed between two documents of a provider, and whom it breaks: compared where the documents are."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from contracthub.domain.approvals import MOST_APPROVALS
from contracthub.domain.errors import Fault, Invalid, NotFound, TooLarge
from contracthub.domain.pacticipants import Page
from contracthub.domain.provider_contracts import ProviderContract, sha_of
from contracthub.formats import document_pairs, safe_json
from contracthub.formats.comparison_jobs import ComparisonJob, KnownApproval, NamedDocument, job_as_json
from contracthub.formats.detection import detected
from contracthub.formats.document_pairs import Document, Source
from contracthub.formats.limits import MEBIBYTE
from contracthub.formats.living_needs import LivingConsumer, NeededByContract, NeededByReader, NeedsAnswer
from contracthub.formats.uploads import Upload
from contracthub.services import provider_contracts
from contracthub.services.approvals import today_of
from contracthub.services.bounded_cache import BoundedCache
from contracthub.services.hub import Hub
from contracthub.services.pacticipants import required_pacticipant
from contracthub.services.ports import Unit
from contracthub.services.ports.comparing import Comparer
from contracthub.services.provider_needs import Consumer, ProviderNeeds, needs_in

MOST_BYTES = 100 * MEBIBYTE
"""So large may all documents of one comparison be together."""
_LARGEST_REMEMBERED = 32 * MEBIBYTE
_reports: BoundedCache[str, bytes] = BoundedCache(_LARGEST_REMEMBERED)


@dataclass(frozen=True, slots=True)
class Published:
    """Documents that were published: of a version, of an environment, or of a branch; of the main branch without."""

    version: str | None = None
    environment: str | None = None
    branch: str | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """A document that comes with the question; what is None is found out from the files."""

    files: Mapping[str, bytes]
    root: str | None = None
    format: str | None = None


@dataclass(frozen=True, slots=True)
class DiffQuestion:
    """What to compare; ``environments`` are those whose consumers count, all where none is named."""

    provider: str
    old: Published
    new: Published | Sent
    name: str | None = None
    environments: tuple[str, ...] = ()
    main_branches: bool = False
    asks_consumers: bool = True
    tells_all: bool = False
    subject: str | None = None


@dataclass(slots=True)
class _Side:
    """Documents of one side with what they are told apart by, and the bytes that came along with the question."""

    source: Source
    named: dict[int, NamedDocument]
    sent: Mapping[str, bytes] = field(default_factory=dict)
    size: int = 0


def difference_of(hub: Hub, comparer: Comparer, question: DiffQuestion) -> bytes:
    """The report as JSON, as the command line writes it.

    Raises :class:`NotFound`, :class:`Invalid` for documents that can't be paired or read, :class:`TooLarge`, and
    :class:`Unavailable`.
    """
    old = _published(hub, question, question.old)
    new = _sent(question.new, question) if isinstance(question.new, Sent) else _published(hub, question, question.new)
    if old.size + new.size > MOST_BYTES:
        told = (
            f"The documents have {old.size + new.size:,} bytes together; at most {MOST_BYTES:,} are compared at once."
        )
        raise TooLarge("too-much-to-compare", f"{told} Name one of them.", limit=MOST_BYTES)
    named = old.named | new.named
    pairs = tuple(
        (named[id(each.old)] if each.old else None, named[id(each.new)] if each.new else None)
        for each in document_pairs.pairs_of(old.source, new.source)
    )
    with hub.reading() as unit:
        job = _job(hub, unit, question, pairs)
    key = hashlib.sha256(safe_json.dumps(job_as_json(job))).hexdigest()
    known = _reports.get(key)
    if known is None:
        known = comparer.compare(job, _contents(hub, new.sent))
        _reports.put(key, known, len(known))
    return known


def _job(
    hub: Hub,
    unit: Unit,
    question: DiffQuestion,
    pairs: tuple[tuple[NamedDocument | None, NamedDocument | None], ...],
) -> ComparisonJob:
    owner = required_pacticipant(unit, question.provider, "provider")
    needs, approvals = None, []
    if question.asks_consumers:
        needs = _answer(needs_in(unit, owner, question.environments, main_branches=question.main_branches))
        approvals = [*unit.approvals.list(owner.id, page=Page(1, MOST_APPROVALS)).entries]
    return ComparisonJob(
        pairs,
        today_of(hub),
        needs,
        tuple(KnownApproval(each.fingerprint, each.by, each.reason, each.until) for each in approvals),
        question.subject,
        question.tells_all,
    )


def _contents(hub: Hub, sent: Mapping[str, bytes]) -> Callable[[str], bytes]:
    def content_of(sha: str) -> bytes:
        if sha in sent:
            return sent[sha]
        with hub.reading() as unit:
            found = unit.provider_contracts.document(sha)
        if found is None:
            raise NotFound("provider-contract-not-found", "A document that was to be compared is removed meanwhile.")
        return found

    return content_of


def _published(hub: Hub, question: DiffQuestion, which: Published) -> _Side:
    found = _contracts(hub, question, which)
    # Several versions may live in an environment: of each document the newest, which comes first.
    newest = [*{each.name: each for each in reversed(found)}.values()]
    label = _label(question.provider, which)
    named: dict[int, NamedDocument] = {}
    documents = []
    for each in newest:
        # Which documents belong together is told by names and formats; the bytes are nobody's business yet.
        document = Document(
            each.name,
            f"{label} {each.name} {each.version_number}",
            Upload(each.root.path, {}),
            each.format.value,
            subject=each.subject,
        )
        named[id(document)] = _named(document, ((file.path, file.sha) for file in each.files))
        documents.append(document)
    size = sum(file.size for each in newest for file in each.files)
    return _Side(Source(label, tuple(documents), is_many=len(documents) > 1), named, size=size)


def _contracts(hub: Hub, question: DiffQuestion, which: Published) -> Sequence[ProviderContract]:
    provider, name = question.provider, question.name
    if which.version is not None:
        listed = provider_contracts.list_of_version(hub, provider, which.version)
        found: Sequence[ProviderContract] = [each for each in listed if name in (None, each.name)]
    elif which.environment is not None:
        found = provider_contracts.in_environment(hub, provider, which.environment, name=name)
    else:
        found = provider_contracts.latest(hub, provider, branch=which.branch, name=name)
    if not found:
        called = f" called {name!r}" if name else ""
        text = f"There is no provider contract{called} of {_label(provider, which)}."
        raise NotFound("provider-contract-not-found", text)
    return found


def _label(provider: str, which: Published) -> str:
    chosen = which.version or which.environment or which.branch
    return f"{provider}@{chosen}" if chosen else provider


def _sent(sent: Sent, question: DiffQuestion) -> _Side:
    root = sent.root or (next(iter(sent.files)) if len(sent.files) == 1 else None)
    if root is None:
        raise Invalid.of(Fault("new.root", "is missing: say which of the files refers to the others"))
    format_name = sent.format or detected(root, sent.files[root])
    document = Document(question.name or root, root, Upload(root, {}), format_name, subject=question.subject)
    shas = {path: sha_of(body) for path, body in sent.files.items()}
    named = {id(document): _named(document, shas.items())}
    bodies = {shas[path]: body for path, body in sent.files.items()}
    return _Side(Source(root, (document,)), named, bodies, sum(map(len, sent.files.values())))


def _named(document: Document, files: Iterable[tuple[str, str]]) -> NamedDocument:
    root, format_name = document.upload.root, document.format or ""
    return NamedDocument(document.name, document.label, format_name, root, tuple(sorted(files)), document.subject)


def _answer(found: ProviderNeeds) -> NeedsAnswer:
    contracts = (
        NeededByContract(_living(each.consumer), each.needs, each.published_at.isoformat()) for each in found.contracts
    )
    readers = (
        NeededByReader(_living(each.consumer), each.subject, each.topic, each.text, each.published_at.isoformat())
        for each in found.readers
    )
    silent = tuple(_living(each) for each in found.silent)
    return NeedsAnswer(found.provider, found.environments, tuple(contracts), tuple(readers), silent)


def _living(consumer: Consumer) -> LivingConsumer:
    return LivingConsumer(consumer.name, consumer.version, consumer.environments)
