"""The only YAML parser that is called on data from outside.

What it accepts is YAML 1.2 with its JSON schema's values (``yes`` and ``012`` are text and number as in JSON, dates
are text), one document, one value per key, no tags beyond the core ones, and the bounds of
``contracthub.formats.limits``. Aliases count each time that they are used, so that a small text can't stand for a large
value (security reference, D1). Keys are text whatever they look like, as in JSON: ``200:`` is the key ``"200"``.
"""

import gc
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from contracthub.domain.errors import Fault, Malformed, TooLarge
from contracthub.formats import safe_json
from contracthub.formats.limits import DOCUMENT, Limits
from contracthub.formats.lines import place_at
from contracthub.formats.safe_json import JsonObject, JsonValue

_INTEGER = re.compile(r"[-+]?[0-9]+")
_OCTAL, _HEXADECIMAL = re.compile(r"0o[0-7]+"), re.compile(r"0x[0-9a-fA-F]+")
_DECIMAL = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_CONSTANTS: dict[str, JsonValue] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_CORE = "tag:yaml.org,2002:"
_MERGE = "<<"


def loads(data: bytes | str, limits: Limits = DOCUMENT) -> JsonValue:
    """The value of a YAML or JSON text, or a refusal that says where and why.

    JSON is tried first, because it is read twenty times as fast. Raises ``TooLarge`` for more than ``max_bytes``, and
    ``Malformed`` (an ``Invalid``) with ``line:column`` for everything else.
    """
    source = data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass")
    if source.lstrip()[:1] in (b"{", b"["):
        try:
            return safe_json.loads(source, limits)
        except Malformed as refused:
            # A flow mapping of YAML begins as JSON does; what is JSON and was refused for its content stays refused.
            if refused.code != "not-json":
                raise
    if len(source) > limits.max_bytes:
        text = f"The document has {len(source):,} bytes; at most {limits.max_bytes:,} are accepted. Split it."
        raise TooLarge("document-too-large", text, size=len(source), limit=limits.max_bytes)
    try:
        text = source.decode()
    except UnicodeDecodeError as error:
        told, place = f"Byte {error.start} is not UTF-8. Send the document as UTF-8.", place_at(source, error.start)
        raise Malformed("not-utf-8", told, faults=[Fault("", told, pointer=place)]) from error
    return _read(text, limits)


def _read(text: str, limits: Limits) -> JsonValue:
    builder = _Builder(limits)
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        for event in yaml.parse(text, Loader=yaml.CLoader):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise _refusal(
            "not-yaml", f"The document is not YAML: {error.problem or 'it can not be read'}", *place
        ) from error
    except yaml.reader.ReaderError as error:
        text = f"The document has a character that YAML does not allow, at position {error.position}. Remove it."
        raise Malformed("not-yaml", text) from error
    finally:
        if was_enabled:
            gc.enable()
    return builder.value()


def _refusal(code: str, text: str, line: int, column: int) -> Malformed:
    told = f"{text} (line {line}, column {column})."
    return Malformed(code, told, faults=[Fault("", told, pointer=f"{line}:{column}")], line=line, column=column)


@dataclass(slots=True)
class _Open:
    """A container that is being read; ``keys`` of a mapping stand with whether they were written or merged in."""

    value: JsonObject | list[JsonValue]
    anchor: str | None
    weight: int = 1
    key: str | None = None
    merges: list[JsonObject] = field(default_factory=list)


class _Builder:
    """Makes the value of a stream of events, without recursion, and counts what it makes."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[JsonValue, int]] = {}
        self._being_read: set[str] = set()
        self._documents = 0
        self._result: JsonValue = None

    def value(self) -> JsonValue:
        """The value of the document; null when there was none."""
        return self._result

    def take(self, event: Event) -> None:
        """Take the next event. Raises ``Malformed``."""
        if isinstance(event, ScalarEvent):
            self._scalar(event)
        elif isinstance(event, MappingStartEvent | SequenceStartEvent):
            self._begin(event)
        elif isinstance(event, MappingEndEvent | SequenceEndEvent):
            self._end(event)
        elif isinstance(event, AliasEvent):
            self._alias(event)
        elif isinstance(event, DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise self._refused(event, "more-than-one-document", "The file has more than one document; send one")

    def _refused(self, event: Event, code: str, text: str) -> Malformed:
        mark = event.start_mark
        return _refusal(code, text, mark.line + 1 if mark else 1, mark.column + 1 if mark else 1)

    def _scalar(self, event: ScalarEvent) -> None:
        if self._open and isinstance(self._open[-1].value, dict) and self._open[-1].key is None:
            self._key(event)
            return
        value = self._scalar_value(event)
        if event.anchor:
            self._anchors[event.anchor] = value, 1
        self._put(value, 1, event)

    def _key(self, event: ScalarEvent) -> None:
        parent, key = self._open[-1], event.value
        if _UNSTORABLE.search(key):
            raise self._refused(event, "unstorable", "A key has a character that can't be stored; remove it")
        assert isinstance(parent.value, dict)
        if key in parent.value:
            text = f"The key {key[:200]!r} is there more than once; keep one of them"
            raise self._refused(event, "repeated-key", text)
        if event.anchor:
            self._anchors[event.anchor] = key, 1
        parent.key = key
        if key != _MERGE or event.style:
            # Kept from now on, so that a second one of the same name is noticed.
            parent.value[key] = None

    def _scalar_value(self, event: ScalarEvent) -> JsonValue:
        text, tag = event.value, event.tag
        if _UNSTORABLE.search(text):
            raise self._refused(event, "unstorable", "A text has a character that can't be stored; remove it")
        if tag is None or tag == "!":
            return self._plain(text, event) if event.style in (None, "") and tag is None else text
        if tag == f"{_CORE}str":
            return text
        if tag in {f"{_CORE}{kind}" for kind in ("int", "float", "bool", "null")}:
            return self._plain(text, event)
        raise self._refused(event, "unknown-tag", f"The tag {tag[:100]!r} has no meaning here; remove it")

    def _plain(self, text: str, event: ScalarEvent) -> JsonValue:
        if text in _CONSTANTS:
            return _CONSTANTS[text]
        first = text[0]
        if not (first.isdigit() or first in "-+."):
            return text
        if _INTEGER.fullmatch(text):
            if len(text) > self._limits.max_digits:
                reason = f"An integer has more than {self._limits.max_digits} digits; send it as a string"
                raise self._refused(event, "too-many-digits", reason)
            return int(text)
        if _OCTAL.fullmatch(text) or _HEXADECIMAL.fullmatch(text):
            return int(text[:1_000], 0)
        if _NOT_FINITE.fullmatch(text):
            raise self._refused(event, "not-finite", f"{text} is no number that JSON has; send null or a string")
        return self._decimal(text, event) if _DECIMAL.fullmatch(text) else text

    def _decimal(self, text: str, event: ScalarEvent) -> float:
        number = float(text)
        if math.isinf(number):
            raise self._refused(event, "out-of-range", "A number is beyond the range of a 64-bit float; send a string")
        return number

    def _begin(self, event: MappingStartEvent | SequenceStartEvent) -> None:
        tag = event.tag
        if tag not in {None, "!", f"{_CORE}map", f"{_CORE}seq"}:
            raise self._refused(event, "unknown-tag", f"The tag {str(tag)[:100]!r} has no meaning here; remove it")
        if self._open and isinstance(self._open[-1].value, dict) and self._open[-1].key is None:
            raise self._refused(event, "key-not-text", "A key is a list or a mapping; keys are text")
        if len(self._open) >= self._limits.max_depth:
            text = f"The document is nested deeper than {self._limits.max_depth} levels; flatten it"
            raise self._refused(event, "nested-too-deeply", text)
        if event.anchor:
            self._anchors.pop(event.anchor, None)
            self._being_read.add(event.anchor)
        self._open.append(_Open({} if isinstance(event, MappingStartEvent) else [], event.anchor))

    def _end(self, event: Event) -> None:
        ended = self._open.pop()
        if ended.merges:
            assert isinstance(ended.value, dict)
            merged: JsonObject = {}
            for each in reversed(ended.merges):
                merged.update(each)
            ended.value = {**merged, **ended.value}
        if ended.anchor:
            self._being_read.discard(ended.anchor)
            self._anchors[ended.anchor] = ended.value, ended.weight
        self._put(ended.value, ended.weight, event)

    def _alias(self, event: AliasEvent) -> None:
        if event.anchor in self._being_read:
            raise self._refused(event, "cyclic-alias", f"The alias *{event.anchor} is inside of what it stands for")
        if event.anchor not in self._anchors:
            raise self._refused(event, "unknown-alias", f"The alias *{event.anchor} stands for nothing before it")
        value, weight = self._anchors[event.anchor]
        if self._open and isinstance(self._open[-1].value, dict) and self._open[-1].key is None:
            if not isinstance(value, str):
                raise self._refused(event, "key-not-text", "A key is an alias of something that is no text")
            self._key(ScalarEvent(None, None, (True, False), value, event.start_mark, event.end_mark, style='"'))
            return
        if len(self._open) + _depth_of(value, self._limits.max_depth) > self._limits.max_depth:
            text = f"With its aliases the document is nested deeper than {self._limits.max_depth} levels; flatten it"
            raise self._refused(event, "nested-too-deeply", text)
        self._put(value, weight, event)

    def _put(self, value: JsonValue, weight: int, event: Event) -> None:
        """Put a finished value where it belongs, and count it."""
        parent = self._open[-1] if self._open else None
        if parent is None:
            self._result = value
            return
        parent.weight += weight
        if parent.weight > self._limits.max_nodes:
            text = f"The document holds more than {self._limits.max_nodes:,} values, aliases counted; split it"
            raise self._refused(event, "too-many-values", text)
        if isinstance(parent.value, list):
            parent.value.append(value)
            return
        assert parent.key is not None
        if parent.key == _MERGE and _MERGE not in parent.value:
            parent.merges += self._merged(value, event)
        else:
            parent.value[parent.key] = value
        parent.key = None

    def _merged(self, value: JsonValue, event: Event) -> Iterator[JsonObject]:
        for each in value if isinstance(value, list) else [value]:
            if not isinstance(each, dict):
                raise self._refused(event, "merge-of-no-mapping", "The key << merges mappings, and this is none")
            yield each


def _depth_of(value: JsonValue, most: int) -> int:
    """Containers inside one another, as far as ``most``; each container is looked at once however often it is used."""
    layer: list[JsonValue] = [value]
    for depth in range(most + 1):
        inner: dict[int, JsonValue] = {}
        for each in layer:
            members = each.values() if isinstance(each, dict) else each if isinstance(each, list) else ()
            inner.update((id(member), member) for member in members if isinstance(member, dict | list))
        if not inner:
            return depth + isinstance(value, dict | list)
        layer = [*inner.values()]
    return most + 1
