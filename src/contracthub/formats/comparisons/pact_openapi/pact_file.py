"""A pact as comparisons read it: any version of the specification, with the place of everything (bidirectional §7)."""

import base64
import binascii
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum

from contracthub.domain.errors import Fault, Invalid
from contracthub.formats import safe_yaml
from contracthub.formats.comparisons.pact_openapi.media_types import is_json
from contracthub.formats.comparisons.pact_openapi.switches import Rules
from contracthub.formats.limits import DOCUMENT, Limits
from contracthub.formats.safe_json import JsonObject, JsonValue

_UNSENDABLE = str.maketrans("", "", "\r\n\0")


class Missing(Enum):
    """Stands for a body that a pact does not speak of."""

    MISSING = "missing"


MISSING = Missing.MISSING


class Kind(StrEnum):
    """What an interaction is."""

    HTTP = "http"
    MESSAGE = "message"
    SYNC_MESSAGE = "sync-message"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Side:
    """A request, a response, or a message, as the pact has it."""

    raw: JsonObject
    pointer: str
    headers: Mapping[str, str]
    body: "JsonValue | Missing"
    body_pointer: str

    def header(self, name: str) -> str | None:
        """A header, whatever the case of its name."""
        return next((value for each, value in self.headers.items() if each.lower() == name), None)


@dataclass(frozen=True, slots=True)
class Interaction:
    """One interaction; ``index`` counts from 0 over all of the pact's.

    ``place`` is its pointer where it is not among the ``interactions``, ``plugins`` what plugins keep in the pact for
    all interactions, by the name of the plugin.
    """

    index: int
    kind: Kind
    raw: JsonObject
    description: str
    state: str
    is_v4: bool
    place: str | None = None
    plugins: JsonObject = field(default_factory=dict)

    @property
    def pointer(self) -> str:
        """Where it stands in the pact."""
        return f"/interactions/{self.index}" if self.place is None else self.place


def read_pact(
    data: bytes, limits: Limits = DOCUMENT, *, strict: bool = False, whole: bool = False
) -> tuple[Interaction, ...]:
    """The interactions of a pact. Raises ``Invalid`` for what is no pact, and ``TooLarge``.

    An interaction that is no object is one without members, or, if ``strict``, no pact. With ``whole`` the ``messages``
    of version 3, which the peer does not read, come after the others.
    """
    document = safe_yaml.loads(data, limits)
    if not isinstance(document, dict):
        raise _malformed("a pact is an object", "")
    found = tuple(_interactions(document, strict=strict))
    return (*found, *_messages(document, len(found))) if whole else found


def request_of(interaction: Interaction, rules: Rules) -> Side:
    """The request. Raises ``Invalid`` for a pact that is malformed there."""
    return _side(interaction, interaction.raw.get("request"), "request", rules)


def response_of(interaction: Interaction, rules: Rules) -> Side:
    """The response. Raises ``Invalid`` for a pact that is malformed there."""
    return _side(interaction, interaction.raw.get("response"), "response", rules)


def content_of(
    holder: JsonObject, pointer: str, rules: Rules, *, is_v4: bool = True
) -> "tuple[JsonValue | Missing, str | None, str]":
    """The body in ``holder["body"]`` or ``holder["contents"]``, its content type where that says one, and its place."""
    name = "contents" if "contents" in holder else "body"
    if name not in holder:
        return MISSING, None, f"{pointer}/{name}"
    value = holder[name]
    if not is_v4 or not isinstance(value, dict) or "content" not in value:
        # From version 4 on a body is wrapped; an empty wrapping says that there is none.
        if is_v4 and isinstance(value, dict):
            return MISSING, None, f"{pointer}/{name}"
        return value, None, f"{pointer}/{name}"
    content_type = value.get("contentType")
    told = content_type if isinstance(content_type, str) else None
    return _decoded(value["content"], value.get("encoded"), told, rules), told, f"{pointer}/{name}/content"


def _decoded(content: JsonValue, encoded: JsonValue, content_type: str | None, rules: Rules) -> "JsonValue | Missing":
    if not encoded or not isinstance(content, str):
        return content
    if isinstance(encoded, str) and encoded.lower() == "json":
        return _json_in(content)
    try:
        text = base64.b64decode(content, validate=False).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return content
    return _json_in(text) if rules.ours and is_json(content_type or "application/json") else text


def _json_in(text: str) -> JsonValue:
    try:
        return safe_yaml.loads(text) if text.lstrip()[:1] in '{["-0123456789tfn' else text
    except Invalid:
        return text


def _interactions(document: JsonObject, *, strict: bool) -> Iterator[Interaction]:
    is_v4 = _version(document) >= 4
    listed = document.get("interactions")
    if listed is None:
        return
    if not isinstance(listed, list):
        raise _malformed("interactions must be a list", "/interactions")
    plugins = _plugins(document)
    for index, listed_one in enumerate(listed):
        if strict and not isinstance(listed_one, dict):
            raise _malformed("an interaction is an object", f"/interactions/{index}")
        each = listed_one if isinstance(listed_one, dict) else {}
        yield Interaction(
            index,
            _kind(each),
            each,
            str(each.get("description") or ""),
            str(each.get("providerState") or "[none]"),
            is_v4,
            plugins=plugins,
        )


def _messages(document: JsonObject, before: int) -> Iterator[Interaction]:
    listed = document.get("messages")
    for at, each in enumerate(listed if isinstance(listed, list) else ()):
        raw = each if isinstance(each, dict) else {}
        told = str(raw.get("description") or "")
        state = str(raw.get("providerState") or "[none]")
        yield Interaction(before + at, Kind.MESSAGE, raw, told, state, is_v4=False, place=f"/messages/{at}")


def _plugins(document: JsonObject) -> JsonObject:
    metadata = document.get("metadata")
    listed = metadata.get("plugins") if isinstance(metadata, dict) else None
    found: JsonObject = {}
    for each in listed if isinstance(listed, list) else ():
        if isinstance(each, dict) and isinstance(each.get("name"), str):
            found[str(each["name"])] = each.get("configuration")
    return found


def _kind(interaction: JsonObject) -> Kind:
    said = interaction.get("type")
    if said is None:
        return Kind.HTTP
    kinds = {
        "synchronous/http": Kind.HTTP,
        "asynchronous/messages": Kind.MESSAGE,
        "synchronous/messages": Kind.SYNC_MESSAGE,
    }
    return kinds.get(str(said).lower(), Kind.OTHER)


def _version(document: JsonObject) -> int:
    metadata = document.get("metadata")
    if not isinstance(metadata, dict):
        return 0
    nested = [metadata.get("pactSpecification"), metadata.get("pact-specification")]
    said = next(
        (each.get("version") for each in nested if isinstance(each, dict)), metadata.get("pactSpecificationVersion")
    )
    text = str(said or "0").partition(".")[0]
    return int(text) if text.isdigit() and len(text) < 5 else 0


def _side(interaction: Interaction, raw: JsonValue, name: str, rules: Rules) -> Side:
    pointer = f"/interactions/{interaction.index}/{name}"
    if not isinstance(raw, dict):
        raise _malformed(f"an HTTP interaction needs a {name}", pointer)
    if name == "request" and not (isinstance(raw.get("method"), str) and isinstance(raw.get("path"), str)):
        raise _malformed("a request needs method and path, both texts", pointer)
    if name == "response" and (not isinstance(raw.get("status", 200), int) or isinstance(raw.get("status"), bool)):
        raise _malformed("a status is a number", f"{pointer}/status")
    headers = _headers(raw.get("headers"), f"{pointer}/headers")
    body, content_type, place = content_of(raw, pointer, rules, is_v4=interaction.is_v4)
    if content_type is not None and not any(each.lower() == "content-type" for each in headers) and rules.ours:
        headers = {**headers, "Content-Type": content_type}
    return Side(raw, pointer, headers, body, place)


def _headers(raw: JsonValue, pointer: str) -> dict[str, str]:
    if raw is None:
        return {}
    if not isinstance(raw, dict):
        raise _malformed("headers are an object", pointer)
    return {name: _header(value, f"{pointer}/{name}") for name, value in raw.items()}


def _header(value: JsonValue, pointer: str) -> str:
    texts = value if isinstance(value, list) else [value]
    if not all(isinstance(each, str) for each in texts):
        raise _malformed("the value of a header is a text, or a list of texts", pointer)
    return ", ".join(str(each) for each in texts).translate(_UNSENDABLE)


def _malformed(text: str, pointer: str) -> Invalid:
    return Invalid("malformed-pact", f"Malformed Pact file: {text}.", faults=[Fault("", text, pointer)])
