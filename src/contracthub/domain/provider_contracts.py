"""Provider contracts: what a version of a provider offers, as documents that its build published."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from contracthub.domain.errors import Fault
from contracthub.domain.names import faults_of_name
from contracthub.domain.notices import SUCCESS, WARNING, Notice

LONGEST_PATH = 500
# In an index of PostgreSQL there is room for 2,700 bytes, and a character may take four.
LONGEST_LABEL = 500
_MEDIA_TYPE = re.compile(r"[\w!#$&^.+-]{1,60}/[\w!#$&^.+-]{1,60}(?:\s*;[\x20-\x7e]{1,100})?", re.ASCII)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class ContractFormat(StrEnum):
    """The formats that a provider's documents are written in."""

    OPENAPI = "openapi"
    GRAPHQL = "graphql"
    ASYNCAPI = "asyncapi"
    AVRO = "avro"
    JSON_SCHEMA = "json-schema"
    PROTOBUF = "protobuf"

    @property
    def is_event_schema(self) -> bool:
        """Whether documents describe one event, and so belong to a subject."""
        return self in {ContractFormat.AVRO, ContractFormat.JSON_SCHEMA, ContractFormat.PROTOBUF}


def sha_of(body: bytes) -> str:
    """What bytes are stored under."""
    return hashlib.sha256(body).hexdigest()


@dataclass(frozen=True, slots=True)
class ContractFile:
    """A file of a document: its place relative to the others, with ``/``, and the exact bytes that were sent."""

    path: str
    content_type: str
    sha: str
    body: bytes
    is_root: bool


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of a document, without its bytes; ``sha`` is the SHA-256 of these."""

    path: str
    content_type: str
    sha: str
    size: int
    is_root: bool


@dataclass(frozen=True, slots=True)
class SelfVerification:
    """What a provider's build says of its own check that it does what the document says (bidirectional §11).

    ``success`` is ``None`` when it does not say. ``has_content`` says whether its results were sent along; they are
    stored as they came, and not looked into.
    """

    success: bool | None = None
    content_type: str | None = None
    format: str | None = None
    verifier: str | None = None
    verifier_version: str | None = None
    has_content: bool = False


@dataclass(frozen=True, slots=True)
class NewProviderContract:
    """A document that is about to be stored for a version of a provider.

    ``name`` tells it from the version's other documents. ``identity`` is the same for documents that no comparison can
    tell apart. ``warnings`` are what is against a rule and does not keep the document from being used, as text with its
    place. ``self_verification_content`` are the bytes of the results.
    """

    name: str
    format: ContractFormat
    format_version: str | None
    identity: str
    files: tuple[ContractFile, ...]
    subject: str | None = None
    topic: str | None = None
    warnings: tuple[str, ...] = ()
    self_verification: SelfVerification | None = None
    self_verification_content: bytes | None = None


@dataclass(frozen=True, slots=True)
class ProviderContract:
    """A document that was published for a version of a provider. ``revision`` counts how often it was replaced."""

    id: int
    provider_id: int
    provider_name: str
    version_id: int
    version_number: str
    name: str
    format: ContractFormat
    format_version: str | None
    identity: str
    subject: str | None
    topic: str | None
    warnings: tuple[str, ...]
    self_verification: SelfVerification | None
    revision: int
    created_at: datetime
    updated_at: datetime
    files: tuple[StoredFile, ...] = ()

    @property
    def root(self) -> StoredFile:
        """The file that the others hang on."""
        return next(each for each in self.files if each.is_root)


class Outcome(StrEnum):
    """What publishing did with a document: ``REWRITTEN`` is other text that means the same."""

    PUBLISHED = "published"
    UNCHANGED = "unchanged"
    REWRITTEN = "rewritten"
    OVERWRITTEN = "overwritten"


_TOLD = {
    Outcome.PUBLISHED: (SUCCESS, "Provider contract {} published."),
    Outcome.UNCHANGED: (SUCCESS, "Provider contract {} is published already, byte for byte."),
    Outcome.REWRITTEN: (SUCCESS, "Provider contract {} published again: it means the same, and the new text is kept."),
    Outcome.OVERWRITTEN: (WARNING, "Provider contract {} overwritten with one that means something else."),
}


@dataclass(frozen=True, slots=True)
class Offered:
    """What comparisons need to know of a document."""

    version_id: int
    provider_id: int
    contract_id: int
    name: str
    format: ContractFormat
    subject: str | None
    identity: str


def notice_of_publication(outcome: Outcome, it: ProviderContract) -> Notice:
    """What was done with a document."""
    kind, text = _TOLD[outcome]
    return Notice(kind, text.format(f"{it.name} of {it.provider_name} version {it.version_number}"))


def self_verification_from(stored: Mapping[str, Any], *, has_content: bool) -> SelfVerification:
    """What :func:`self_verification_fields` wrote down, or a publisher."""
    return SelfVerification(
        stored.get("success"),
        stored.get("contentType"),
        stored.get("format"),
        stored.get("verifier"),
        stored.get("verifierVersion"),
        has_content=has_content,
    )


def self_verification_fields(it: SelfVerification) -> dict[str, Any]:
    """What was said of the results, by the names of the protocol; without what was not said."""
    fields = {
        "success": it.success,
        "contentType": it.content_type,
        "format": it.format,
        "verifier": it.verifier,
        "verifierVersion": it.verifier_version,
    }
    return {name: value for name, value in fields.items() if value is not None}


def faults_of_label(field: str, value: object) -> list[Fault]:
    """What keeps a value from being the name of a document, a subject or a topic."""
    faults = faults_of_name(field, value)
    if not faults and isinstance(value, str) and len(value) > LONGEST_LABEL:
        faults = [Fault(field, f"cannot be longer than {LONGEST_LABEL} characters")]
    return faults


def faults_of_type(place: str, value: object) -> list[Fault]:
    """What keeps a value from being a media type."""
    if isinstance(value, str) and _MEDIA_TYPE.fullmatch(value):
        return []
    return [Fault(place, "must be a media type, such as application/yaml")]


def faults_of_path(place: str, path: object) -> list[Fault]:
    """What keeps a value from being a file's place: below one folder, with ``/``, the same on every system."""
    if not isinstance(path, str) or not path:
        return [Fault(place, "must be a relative path, such as schemas/order.yaml")]
    steps = path.split("/")
    checks = (
        (len(path) > LONGEST_PATH, f"cannot be longer than {LONGEST_PATH} characters"),
        (_CONTROL.search(path) is not None, "cannot contain control characters"),
        ("\\" in path or ":" in path, "cannot contain a backslash or a colon; folders are parted by /"),
        (any(step in {"", ".", ".."} for step in steps), "must be relative, without . or .. or empty steps"),
    )
    return [Fault(place, text) for wrong, text in checks if wrong][:1]
