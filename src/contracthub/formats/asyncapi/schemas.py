"""Takes JSON Schemas out of the documents in which they stand, with all that they refer to."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from contracthub.domain.registry import SchemaType
from contracthub.formats.asyncapi.model import Payload
from contracthub.formats.asyncapi.notes import Notes
from contracthub.formats.bundle import Bundle, Place
from contracthub.formats.jsonschema.keywords import MAPS
from contracthub.formats.jsonschema.parse import faults_of_dialect
from contracthub.formats.jsonschema.rules import DEFAULT_DIALECT
from contracthub.formats.pointers import token
from contracthub.formats.safe_json import JsonObject, JsonValue

# What stands there is data, and may look like a schema.
_DATA = frozenset({"const", "enum", "default", "examples", "example"})
# Identifiers change what references inside of them start from, and here all of them start from the document.
_IDENTIFIERS = frozenset({"$id", "id", "$schema"})
Key = tuple[str, str]


@dataclass(slots=True)
class Gathering:
    """Schemas from anywhere in a bundle, put into one document whose references stay inside of it.

    ``definitions`` are the schemas by name, ``origins`` the places that they came from. Each is there once, whatever
    refers to what how often, but a schema inside of another one may be there besides. ``name_of`` names a place, given
    how many there are already; ``most`` bounds the values of all, after which schemas become ``{}``. ``lost`` stands
    for what can't be found.
    """

    bundle: Bundle
    name_of: Callable[[Place, int], str]
    most: int
    sort: bool = False
    lost: JsonObject = field(default_factory=dict)
    definitions: JsonObject = field(default_factory=dict)
    origins: dict[str, Place] = field(default_factory=dict)
    is_complete: bool = True
    _names: dict[Key, str] = field(default_factory=dict)
    _todo: deque[tuple[str, Place]] = field(default_factory=deque)
    _numbers: dict[str, int] = field(default_factory=dict)

    def add(self, place: Place) -> JsonObject:
        """A schema that refers to the one at ``place``, which is gathered with all that it needs."""
        reference = self._reference(place)
        while self._todo:
            name, each = self._todo.popleft()
            self.definitions[name] = self.copied(each.value, each.file)
        return reference

    def copied(self, value: JsonValue, file: str) -> JsonValue:
        """A schema with its references leading to what is gathered."""
        return self._copy(value, file, is_schema=True)

    def _reference(self, place: Place) -> JsonObject:
        found = self.bundle.resolved(place)
        if found is None:
            return {}
        # What was put together from several files stands nowhere; it is told apart by itself.
        key = (found.file, found.pointer) if found.file else ("", str(id(found.value)))
        if key not in self._names:
            name = self._free(self.name_of(found, len(self._names)))
            self._names[key] = name
            self.origins[name] = found
            self.definitions[name] = {}
            self._todo.append((name, found))
        return {"$ref": f"#/definitions/{token(self._names[key])}"}

    def _free(self, wanted: str) -> str:
        name = wanted
        while name in self.definitions:
            self._numbers[wanted] = self._numbers.get(wanted, 1) + 1
            name = f"{wanted}{self._numbers[wanted]}"
        return name

    def _copy(self, value: JsonValue, file: str, *, is_schema: bool) -> JsonValue:
        self.most -= 1
        if self.most < 0:
            self.is_complete = False
            return {}
        if isinstance(value, list):
            return [self._copy(item, file, is_schema=True) for item in value]
        if not isinstance(value, dict):
            return value
        members = sorted(value.items()) if self.sort else value.items()
        if not is_schema:
            return {key: self._copy(member, file, is_schema=True) for key, member in members}
        copied: JsonObject = {}
        for key, member in members:
            if key == "$ref" and isinstance(member, str):
                found = self.bundle.find(member, file)
                copied.update(self.lost if isinstance(found, str) else self._reference(found))
            elif key in _DATA:
                copied[key] = member
            elif key not in _IDENTIFIERS or not isinstance(member, str):
                copied[key] = self._copy(member, file, is_schema=key not in MAPS)
        return copied


def all_of(
    bundle: Bundle, name_of: Callable[[Place, int], str], *, sort: bool = False, lost: JsonObject | None = None
) -> Gathering:
    """Room for every schema of a bundle, and some of them twice."""
    size = sum(size_of(document) for document in bundle.documents.values())
    return Gathering(bundle, name_of, most=3 * size + 1_000, sort=sort, lost=lost or {})


def size_of(value: JsonValue) -> int:
    """How many values there are in a value."""
    todo, count = [value], 0
    while todo:
        each = todo.pop()
        count += 1
        if isinstance(each, dict):
            todo.extend(each.values())
        elif isinstance(each, list):
            todo.extend(each)
    return count


def readable_name(place: Place, _: int) -> str:
    """What a schema is called where it stands: the last step of its pointer, or its file."""
    last = place.pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
    return last or place.file.rpartition("/")[2].partition(".")[0] or "schema"


def numbered_name(_: Place, number: int) -> str:
    """A name that says nothing about where a schema stands."""
    return str(number)


def check_schemas(payloads: Sequence[Payload], bundle: Bundle, notes: Notes) -> None:
    """Note what is wrong with the JSON Schemas among the payloads and with all that they refer to."""
    by_dialect: dict[str | None, Gathering] = {}
    for payload in payloads:
        if payload.type is SchemaType.JSON:
            if payload.dialect not in by_dialect:
                by_dialect[payload.dialect] = all_of(bundle, numbered_name)
            by_dialect[payload.dialect].add(payload.place)
    for dialect, gathering in by_dialect.items():
        for place, text in _faults(gathering, dialect):
            notes.fault(place, text)


def _faults(gathering: Gathering, dialect: str | None) -> Iterator[tuple[Place, str]]:
    document: JsonObject = {"$schema": dialect or DEFAULT_DIALECT, "definitions": gathering.definitions}
    for fault in faults_of_dialect(document):
        place = origin_of(gathering, fault.pointer or "")
        if place is not None:
            yield place, fault.text


def origin_of(gathering: Gathering, pointer: str) -> Place | None:
    """Where something stands that was found among what was gathered."""
    steps = pointer.split("/", 3)
    if len(steps) < 3 or steps[1] != "definitions":
        return None
    origin = gathering.origins.get(steps[2].replace("~1", "/").replace("~0", "~"))
    inner = f"/{steps[3]}" if len(steps) > 3 else ""
    return None if origin is None else Place(origin.file, origin.pointer + inner, None)
