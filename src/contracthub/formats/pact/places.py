"""A place in a document that is being read: a value, its pointer, and the reading that faults go to.

Reading a place never raises. What is missing or of the wrong kind is noted as a fault, and a harmless value stands in.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from contracthub.domain.errors import Fault
from contracthub.formats import safe_json
from contracthub.formats.pointers import ROOT, child
from contracthub.formats.safe_json import MOST_FAULTS, JsonObject, JsonValue

# A pact may hold JSON as text inside of JSON; the bound on values would not count those.
_EMBEDDED_BYTES = 4 * 1024 * 1024


@dataclass(slots=True)
class Reading:
    """What one reading of a document found wrong, and how much text inside of it may still be parsed."""

    faults: list[Fault] = field(default_factory=list)
    embedded_left: int = _EMBEDDED_BYTES

    def add(self, pointer: str, text: str) -> None:
        """Note one fault; beyond ``MOST_FAULTS`` nothing is kept."""
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault("", text, pointer=pointer))

    def may_parse(self, size: int) -> bool:
        """Whether text of this size may be parsed; counts it when so."""
        if size > self.embedded_left:
            return False
        self.embedded_left -= size
        return True


@dataclass(frozen=True, slots=True)
class Place:
    """A value with its pointer. ``is_there`` tells null from nothing."""

    value: JsonValue
    pointer: str
    reading: Reading
    is_there: bool = True

    def fault(self, text: str) -> None:
        """Note that this value is wrong."""
        self.reading.add(self.pointer, text)

    def member(self, name: str) -> "Place":
        """The member of an object, which may not be there."""
        members = self.value if isinstance(self.value, dict) else {}
        return Place(members.get(name), child(self.pointer, name), self.reading, name in members)

    def members(self) -> Iterator[tuple[str, "Place"]]:
        """Every member of an object that may be left out."""
        for name in self.object():
            yield name, self.member(name)

    def items(self) -> Iterator["Place"]:
        """Every item of an array that may be left out."""
        if self._is_kind(list, "an array") and isinstance(self.value, list):
            for index, item in enumerate(self.value):
                yield Place(item, child(self.pointer, index), self.reading)

    def object(self) -> JsonObject:
        """The object, or an empty one where it is left out."""
        return self.value if self._is_kind(dict, "an object") and isinstance(self.value, dict) else {}

    def text(self, default: str = "") -> str:
        """The string, or the default where it is left out."""
        return self.value if self._is_kind(str, "a string") and isinstance(self.value, str) else default

    def optional_text(self) -> str | None:
        """The string, or None where it is left out."""
        return self.text() if self._is_kind(str, "a string") else None

    def flag(self) -> bool:
        """The boolean, False where it is left out."""
        return self._is_kind(bool, "a boolean") and self.value is True

    def required(self) -> "Place":
        """This place, with a fault when nothing is there."""
        if self.value is None:
            self.fault("is missing; add it")
        return self

    def _is_kind(self, kind: type, article: str) -> bool:
        if self.value is None or isinstance(self.value, kind):
            return self.value is not None
        self.fault(f"must be {article}, and is {safe_json.kind_of(self.value)}")
        return False


def root_of(document: JsonObject) -> Place:
    """The whole document as a place, at the start of a reading."""
    return Place(document, ROOT, Reading())
