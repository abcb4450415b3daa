"""What a request to publish a provider contract says, checked: the envelope and the files in it.

Reading the document itself is the concern of ``provider_documents``.
"""

import base64
import binascii
import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from contracthub.domain.errors import Fault, Invalid
from contracthub.domain.names import faults_of_line
from contracthub.domain.provider_contracts import (
    SelfVerification,
    faults_of_label,
    faults_of_path,
    faults_of_type,
    self_verification_from,
)
from contracthub.domain.readers import Part, SubjectStrategy
from contracthub.formats.registry import PROVIDER_FORMATS
from contracthub.services.publication_requests import faults_of_version

Choice = TypeVar("Choice", bound=StrEnum)
MOST_FILES = 500
DEFAULT_TYPE = "application/octet-stream"
_TYPES = {
    "json": "application/json",
    "avsc": "application/json",
    "yaml": "application/yaml",
    "yml": "application/yaml",
    "graphql": "application/graphql",
    "graphqls": "application/graphql",
    "gql": "application/graphql",
    "proto": "text/plain",
}
_TEXTS = ("contentType", "format", "verifier", "verifierVersion")


class OnChange(StrEnum):
    """What to do when the version has another document of that name already."""

    REFUSE = "refuse"
    OVERWRITE = "overwrite"


@dataclass(frozen=True, slots=True)
class OfferedFile:
    """A file as it was sent; ``content_type`` is that which was said, else the usual one for its name."""

    path: str
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Event:
    """What an event schema is for: the subject, or the topic that it is made of."""

    subject: str | None = None
    topic: str | None = None
    strategy: SubjectStrategy = SubjectStrategy.TOPIC
    part: Part = Part.VALUE

    @property
    def is_given(self) -> bool:
        """Whether anything was said."""
        return self.subject is not None or self.topic is not None


@dataclass(frozen=True, slots=True)
class OfferedDocument:
    """A document that is offered for a version; what is ``None`` is found out from the files."""

    files: tuple[OfferedFile, ...]
    name: str | None = None
    format: str | None = None
    root: str | None = None
    event: Event = field(default_factory=Event)
    self_verification: SelfVerification | None = None
    self_verification_content: bytes | None = None


@dataclass(frozen=True, slots=True)
class ProviderPublication:
    """A document of a provider version, with what is known of that version."""

    provider: str
    number: str
    document: OfferedDocument
    branch: str | None = None
    tags: tuple[str, ...] = ()
    build_url: str | None = None
    on_change: OnChange = OnChange.REFUSE


def publication_from(body: dict[str, Any]) -> ProviderPublication:
    """The request in the body of ``POST /api/v1/provider-contracts``. Raises :class:`Invalid` with all faults."""
    faults = faults_of_version(body, ("provider", "version"))
    document = document_from(body.get("contract"), faults)
    on_change = _one_of(OnChange, "onConflict", body.get("onConflict"), OnChange.REFUSE, faults)
    if faults or document is None:
        raise Invalid.of(*faults)
    return _publication(body, document, on_change)


def publication_of_file(
    provider: str, number: str, name: str, body: bytes, said: Mapping[str, Any]
) -> ProviderPublication:
    """A request to publish one file, addressed by provider, version and name; ``said`` is all else, as JSON names it.

    Raises :class:`Invalid` with all faults.
    """
    given = {"provider": provider, "version": number, **said}
    faults = faults_of_version(given, ("provider", "version")) + faults_of_label("name", name)
    faults += faults_of_format("format", said.get("format"))
    content_type, path = said.get("contentType"), said.get("fileName")
    if content_type is not None:
        faults += faults_of_type("Content-Type", content_type)
    path = path if path is not None else f"document{_ending_for(content_type)}"
    faults += faults_of_path("fileName", path)
    event = event_in(said, "", faults)
    on_change = _one_of(OnChange, "onConflict", said.get("onConflict"), OnChange.REFUSE, faults)
    if faults:
        raise Invalid.of(*faults)
    file = OfferedFile(path, content_type or usual_type(path), body)
    document = OfferedDocument((file,), name, said.get("format"), path, event)
    return _publication(given, document, on_change)


def _ending_for(content_type: object) -> str:
    essence = str(content_type or "").partition(";")[0].strip().lower()
    return next((f".{ending}" for ending, usual in _TYPES.items() if usual == essence), "")


def _publication(given: Mapping[str, Any], document: OfferedDocument, on_change: OnChange) -> ProviderPublication:
    return ProviderPublication(
        given["provider"],
        given["version"],
        document,
        branch=given.get("branch"),
        tags=tuple(dict.fromkeys(given.get("tags") or ())),
        build_url=given.get("buildUrl"),
        on_change=on_change,
    )


def self_verification_in(
    value: object, place: str, faults: list[Fault]
) -> tuple[SelfVerification | None, bytes | None]:
    """What is said of a self-verification, and the bytes of its results (bidirectional §11); faults are added."""
    if value is None:
        return None, None
    if not isinstance(value, dict):
        faults.append(Fault(place, "must be an object"))
        return None, None
    success = value.get("success")
    if success is not None and not isinstance(success, bool):
        faults.append(Fault(f"{place}.success", "must be true or false"))
    for name in _TEXTS:
        faults += faults_of_line(f"{place}.{name}", value.get(name))
    content = None if value.get("content") is None else decoded(value["content"], f"{place}.content", faults)
    return self_verification_from(value, has_content=content is not None), content


def decoded(value: object, place: str, faults: list[Fault]) -> bytes | None:
    """The bytes of a text in base64; ``None`` when it is none, which is added to the faults."""
    if not isinstance(value, str):
        faults.append(Fault(place, "must be a string in Base64"))
        return None
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        faults.append(Fault(place, "is not valid Base64"))
        return None


def usual_type(path: str) -> str:
    """The media type of files that are called like that."""
    return _TYPES.get(posixpath.splitext(path)[1][1:].lower(), DEFAULT_TYPE)


def event_in(given: Mapping[str, Any], place: str, faults: list[Fault]) -> Event:
    """What is said of the subject of an event schema; faults are added."""
    for name in ("subject", "topic"):
        if given.get(name) is not None:
            faults += faults_of_label(f"{place}{name}", given[name])
    strategy = _one_of(
        SubjectStrategy, f"{place}subjectStrategy", given.get("subjectStrategy"), SubjectStrategy.TOPIC, faults
    )
    part = _one_of(Part, f"{place}part", given.get("part"), Part.VALUE, faults)
    return Event(given.get("subject"), given.get("topic"), strategy, part)


def faults_of_format(place: str, value: object) -> list[Fault]:
    """What keeps a value from being the name of a format; ``None`` is none."""
    if value is None or (isinstance(value, str) and value in PROVIDER_FORMATS):
        return []
    return [Fault(place, f"must be one of: {', '.join(PROVIDER_FORMATS)}")]


def document_from(value: object, faults: list[Fault]) -> OfferedDocument | None:
    """The document under ``contract`` in the body of a request; faults are added."""
    if not isinstance(value, dict):
        faults.append(Fault("contract", "is missing" if value is None else "must be an object"))
        return None
    if value.get("name") is not None:
        faults += faults_of_label("contract.name", value["name"])
    faults += faults_of_format("contract.format", value.get("format"))
    files = tuple(_files_in(value.get("files"), faults))
    root = value.get("root")
    if root is not None and root not in [each.path for each in files]:
        faults.append(Fault("contract.root", "must be the path of one of the files"))
    event = event_in(value, "contract.", faults)
    said, content = self_verification_in(value.get("selfVerification"), "contract.selfVerification", faults)
    return OfferedDocument(files, value.get("name"), value.get("format"), root, event, said, content)


def _files_in(entries: object, faults: list[Fault]) -> Iterable[OfferedFile]:
    place = "contract.files"
    if not isinstance(entries, list) or not entries:
        faults.append(Fault(place, "must be a list with at least one file"))
        return
    if len(entries) > MOST_FILES:
        faults.append(Fault(place, f"cannot have more than {MOST_FILES} entries"))
        return
    seen: set[str] = set()
    for index, entry in enumerate(entries):
        found = _file_from(entry, f"{place}[{index}]", faults)
        if found is None:
            continue
        if found.path in seen:
            faults.append(Fault(f"{place}[{index}].path", "is there twice"))
        seen.add(found.path)
        yield found


def _file_from(entry: object, place: str, faults: list[Fault]) -> OfferedFile | None:
    if not isinstance(entry, dict):
        faults.append(Fault(place, "must be an object with path and content"))
        return None
    path, said = entry.get("path"), entry.get("contentType")
    own = faults_of_path(f"{place}.path", path)
    if said is not None:
        own += faults_of_type(f"{place}.contentType", said)
    body = decoded(entry.get("content"), f"{place}.content", own)
    faults += own
    if own or body is None or not isinstance(path, str):
        return None
    return OfferedFile(path, said or usual_type(path), body)


def _one_of(choices: type[Choice], place: str, value: object, default: Choice, faults: list[Fault]) -> Choice:
    if value is None:
        return default
    try:
        return choices(str(value))
    except ValueError:
        faults.append(Fault(place, f"must be one of: {', '.join(choices)}"))
        return default
