"""Whether a message of a pact is as one of the provider's: its payload, its headers, its key."""

from collections.abc import Iterator
from dataclasses import dataclass

from contracthub.domain.comparisons import Level
from contracthub.domain.errors import Invalid, TooLarge
from contracthub.domain.registry import SchemaType
from contracthub.formats import safe_json
from contracthub.formats.comparisons.pact_events.catalogue import CompiledEvents, OfferedMessage
from contracthub.formats.comparisons.pact_events.choosing import TRANSPORT
from contracthub.formats.comparisons.pact_events.consumed import ConsumedMessage, Examples
from contracthub.formats.comparisons.pact_events.samples import Failure, Part, Sample, from_base64
from contracthub.formats.comparisons.pact_openapi.media_types import is_json
from contracthub.formats.comparisons.pact_openapi.pact_file import MISSING, Missing
from contracthub.formats.impact.messages import KEY_NAMES
from contracthub.formats.pact.expressions import expression_from
from contracthub.formats.pointers import child
from contracthub.formats.safe_json import JsonObject, JsonValue

_MOST_PROBLEMS = 50
_UNCHECKED = frozenset({"message.payload.unknown", "message.payload.unvalidatable", "document.unusable"})
_OF = {"message.headers.incompatible": "headers", "message.key.incompatible": "key"}
# By the code, or by its end.
_LEVELS = {
    "document.unusable": Level.UNANSWERED,
    "optional": Level.INFORMATION,
    "nullable": Level.INFORMATION,
    "unpromised": Level.INFORMATION,
}
_BINARY = {SchemaType.AVRO: "avro", SchemaType.PROTOBUF: "protobuf"}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is wrong with a message, or can't be told of it."""

    rule: str
    level: Level
    path: str
    message: str
    consumer_pointer: str
    provider_pointer: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Fit:
    """A message as one of the provider's. ``is_checked`` is whether its content could be held against a schema."""

    offered: OfferedMessage
    problems: tuple[Problem, ...]
    is_checked: bool

    @property
    def is_fitting(self) -> bool:
        """Whether nothing is wrong."""
        return not any(each.level is Level.ERROR for each in self.problems)

    @property
    def distance(self) -> int:
        """How much is wrong."""
        return sum(each.level is Level.ERROR for each in self.problems)


def fit(message: ConsumedMessage, offered: OfferedMessage, events: CompiledEvents, *, received: bool) -> Fit:
    """How a message is as one of the provider's. Never raises: a schema that can't be used is a problem."""
    check = _Check(message, offered, received)
    content = [*check.content()]
    found = [*content, *check.headers(), *check.key(events.key_of(offered))]
    problems = sorted(found, key=lambda each: each.level is not Level.ERROR)
    is_checked = offered.payload is not None and not any(each.rule in _UNCHECKED for each in content)
    return Fit(offered, tuple(problems[:_MOST_PROBLEMS]), is_checked)


@dataclass(frozen=True, slots=True)
class _Check:
    message: ConsumedMessage
    offered: OfferedMessage
    received: bool

    def content(self) -> Iterator[Problem]:
        """What is wrong with the payload."""
        content, payload = self.message.content, self.offered.payload
        if isinstance(content.value, Missing):
            return
        wrong_kind = self._content_type()
        if wrong_kind is not None:
            yield wrong_kind
            return
        if payload is None:
            told = f"The payload of {self.offered.title} can't be checked: "
            # A schema that can't be read is no yes; that there is none is what the document says.
            level = Level.UNANSWERED if self.offered.note else Level.WARNING
            yield self._note("message.payload.unknown", told + (self.offered.note or "it declares none"), level)
            return
        value = self._value(payload)
        if isinstance(value, Missing):
            told = f"A payload of type {content.media_type} can't be validated"
            # That the kind is the promised one is something; otherwise nothing was looked at, and that is no yes.
            own, theirs = (_bare(each) for each in (content.media_type, self.offered.content_type))
            level = Level.WARNING if own is not None and own == theirs else Level.UNANSWERED
            yield self._note("message.payload.unvalidatable", told, level)
            return
        sample = Sample(value, self.message.body, self.message.plugin)
        for failure in _failures(payload, sample, received=self.received):
            inline = content.is_inline and not isinstance(value, bytes)
            pointer = content.pointer + (failure.value_pointer if inline else "")
            path = f"{self.message.path}contents{_path(failure.value_pointer)}"
            yield self._failed("message.payload.incompatible", path, pointer, failure)

    def headers(self) -> Iterator[Problem]:
        """What is wrong with the metadata that are headers."""
        if self.offered.headers is None or not self.message.metadata:
            return
        examples = self.message.of_metadata()
        for failure in _of_headers(self.offered.headers, self.message.metadata, examples, received=self.received):
            path = f"{self.message.path}metadata{_path(failure.value_pointer)}"
            pointer = self.message.metadata_pointer + failure.value_pointer
            yield self._failed("message.headers.incompatible", path, pointer, failure)

    def key(self, part: Part | None) -> Iterator[Problem]:
        """What is wrong with the key."""
        name = next((each for each in self.message.metadata if each.lower() in KEY_NAMES), None)
        if part is None or name is None:
            return
        value = self.message.metadata[name]
        examples = self.message.of_metadata()
        whole = Examples(examples.root.step(name))
        for failure in _of_text(part, value, whole, received=self.received):
            path = f"{self.message.path}metadata{_path(child('', name))}"
            pointer = child(self.message.metadata_pointer, name) + failure.value_pointer
            yield self._failed("message.key.incompatible", path, pointer, failure)

    def _value(self, payload: Part) -> "JsonValue | bytes | Missing":
        """The content as the schema's language may have it; MISSING where it can't be told."""
        content = self.message.content
        value = content.value
        assert not isinstance(value, Missing)
        kind = (content.media_type or "").lower()
        binary = _BINARY.get(payload.language)
        if isinstance(value, str) and binary is not None and binary in kind and not is_json(kind):
            data = from_base64(value)
            return value if data is None else data
        if isinstance(value, bytes):
            return value if binary is not None else MISSING
        is_text = kind.startswith("text/") and (self.offered.content_type or "").lower().startswith("text/")
        if kind and binary is None and not is_json(kind) and not is_text:
            return MISSING
        return value

    def _content_type(self) -> Problem | None:
        """Content of a kind that is sure not to be the provider's."""
        own, theirs = (_family(each) for each in (self.message.content.media_type, self.offered.content_type))
        if own is None or theirs is None or own == theirs or (own == "json" and theirs in _PLAIN_JSON_MEANS):
            return None
        told = f"The content is {self.message.content.media_type}, and the provider has {self.offered.content_type}"
        return Problem(
            "message.content-type.incompatible",
            Level.ERROR,
            f"{self.message.path}contents",
            told,
            self.message.content.pointer,
            self.offered.pointer,
        )

    def _note(self, rule: str, told: str, level: Level) -> Problem:
        remedy = "Describe the payload in the provider's document, or verify the provider by a replay."
        path = f"{self.message.path}contents"
        return Problem(rule, level, path, told, self.message.content.pointer, self.offered.pointer, remedy)

    def _failed(self, rule: str, path: str, pointer: str, failure: Failure) -> Problem:
        if failure.code:
            code = (
                failure.code if rule == "message.payload.incompatible" else failure.code.replace("payload", _OF[rule])
            )
            told = f"{path} {failure.text}"
            return Problem(
                code,
                _LEVELS.get(code) or _LEVELS.get(code.rpartition(".")[2], Level.WARNING),
                path,
                told,
                pointer,
                failure.schema_pointer,
            )
        verb = "promise" if self.received else "accept"
        told = f"The provider does not {verb} this: {path} {failure.text}"
        return Problem(rule, Level.ERROR, path, told, pointer, failure.schema_pointer)


# Tests write in plain JSON what travels in these.
_PLAIN_JSON_MEANS = frozenset({"avro", "protobuf"})
_FAMILIES = ("avro", "protobuf", "xml", "csv", "html")


def _family(media_type: str | None) -> str | None:
    """What a media type is sure to be, None where it may be anything."""
    if not media_type:
        return None
    if is_json(media_type):
        return "json"
    kind = media_type.lower().partition(";")[0]
    return next((each for each in _FAMILIES if each in kind), None)


def _bare(media_type: str | None) -> str | None:
    return media_type.lower().partition(";")[0].strip() if media_type else None


def _failures(part: Part, sample: Sample, *, received: bool) -> list[Failure]:
    try:
        return [*part.failures(sample, received=received)][:_MOST_PROBLEMS]
    except (Invalid, TooLarge) as error:
        return [Failure("", "", error.message, "document.unusable")]


def _of_headers(part: Part, metadata: JsonObject, examples: Examples, *, received: bool) -> list[Failure]:
    """How headers fail; those that are numbers may be there as text, which is how they travel."""
    own = frozenset(name for name in metadata if name.lower() in TRANSPORT or name.lower() in KEY_NAMES)

    def failures(value: JsonObject) -> list[Failure]:
        found = _failures(part, Sample(value, examples), received=received)
        return [each for each in found if each.value_pointer.split("/")[1:2] not in [[_token(name)] for name in own]]

    found = failures(metadata)
    failed = {each.value_pointer.partition("/")[2] for each in found}
    read = {
        name: _scalar_in(each) if isinstance(each, str) and _token(name) in failed else each
        for name, each in metadata.items()
    }
    other = failures(read) if read != metadata else found
    return other if _errors(other) < _errors(found) else found


def _of_text(part: Part, value: JsonValue, examples: Examples, *, received: bool) -> list[Failure]:
    """How a key fails, which may be written as the text that it travels as."""
    found = _failures(part, Sample(value, examples), received=received)
    if not _errors(found) or not isinstance(value, str):
        return found
    other = _failures(part, Sample(_json_in(value)), received=received)
    return other if _errors(other) < _errors(found) else found


def _errors(failures: list[Failure]) -> int:
    return sum(not each.code for each in failures)


def _json_in(text: str) -> JsonValue:
    try:
        return safe_json.loads(text)
    except (Invalid, TooLarge):
        return text


def _scalar_in(text: str) -> JsonValue:
    found = _json_in(text)
    return text if isinstance(found, dict | list) else found


def _token(name: str) -> str:
    return child("", name)[1:]


def _path(pointer: str) -> str:
    """A place in the content as people write it: ``.lines[0].sku``."""
    steps = [each.replace("~1", "/").replace("~0", "~") for each in pointer.split("/")[1:]]
    return expression_from([int(each) if each.isdecimal() else each for each in steps])[1:]
