"""Findings of a comparison as text and as JSON, with the file and line of each place."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from contracthub.reports.colours import Palette
from contracthub.reports.visible import visible

if TYPE_CHECKING:
    from contracthub.domain.comparisons import Finding

_SHOWN = ("error", "unanswered", "warning")
_COLOURS = {"error": "red", "unanswered": "magenta", "warning": "yellow"}
_LINE = re.compile(r"(?:sdl:)?([0-9]{1,9}):[0-9]{1,9}")
_METHOD = re.compile(r"[A-Z]+")


@dataclass(frozen=True, slots=True)
class Texts:
    """The files of a document by name, as a finding's pointer names them; ``root`` is the one without a name.

    ``folder`` stands before each name when it is told.
    """

    label: str
    root: str
    files: Mapping[str, bytes]
    folder: str = ""

    def shown(self, name: str) -> str:
        """The name of a file as it is told."""
        return self.label if name == self.root else f"{self.folder}{name}"


@dataclass(frozen=True, slots=True)
class Compared:
    """What was found for one file of the consumer; ``outcome`` is None where no document speaks of all of it."""

    file: Texts
    kind: str
    findings: "Sequence[Finding]"

    @property
    def outcome(self) -> bool | None:
        """Whether all that is needed is promised."""
        levels = {each.level.value for each in self.findings}
        if "error" in levels:
            return False
        return None if "unanswered" in levels else True


@dataclass(frozen=True, slots=True)
class Place:
    """Where a finding leads: a file, the pointer in it, and the line, where it is known."""

    file: str
    pointer: str
    line: int | None

    def told(self) -> str:
        """As people read it."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        return place if _LINE.fullmatch(self.pointer) else f"{place} {self.pointer}".rstrip()


class Places:
    """Finds the lines of all places of a contract's findings; each text is gone through once."""

    def __init__(self, compared: Compared, documents: Mapping[str, Texts]) -> None:
        self._file, self._documents = compared.file, documents
        wanted: dict[tuple[str, str], set[str]] = {}
        for each in compared.findings:
            for texts, pointer in ((self._file, each.consumer_pointer), (self._of(each), each.provider_pointer)):
                if texts is not None and pointer is not None:
                    name, inner = _split(texts, pointer)
                    wanted.setdefault((texts.label, name), set()).add(inner)
        every = {texts.label: texts for texts in (self._file, *documents.values())}
        self._lines = {key: _lines(every[key[0]].files.get(key[1], b""), found) for key, found in wanted.items()}

    def needed(self, finding: "Finding") -> Place | None:
        """The place in the consumer's file."""
        return self._place(self._file, finding.consumer_pointer)

    def offered(self, finding: "Finding") -> Place | None:
        """The place in the provider's document."""
        return self._place(self._of(finding), finding.provider_pointer)

    def _of(self, finding: "Finding") -> Texts | None:
        return self._documents.get(finding.document)

    def _place(self, texts: Texts | None, pointer: str | None) -> Place | None:
        if texts is None or pointer is None:
            return None
        name, inner = _split(texts, pointer)
        line = self._lines[texts.label, name].get(inner)
        return Place(texts.shown(name), inner, line)


def text_lines(compared: Compared, documents: Mapping[str, Texts], colours: Palette) -> list[str]:
    """What people read: errors first, and the sum in the end."""
    places = Places(compared, documents)
    counted = {level: [each for each in compared.findings if each.level.value == level] for level in _SHOWN}
    lines = [line for level in _SHOWN for each in counted[level] for line in _told(each, places, colours)]
    counts = [_count(len(counted["error"]), "error"), _count(len(counted["warning"]), "warning")]
    if counted["unanswered"]:
        counts.insert(0, f"{len(counted['unanswered'])} unanswered")
    said, colour = {
        True: ("is compatible with", "green"),
        False: ("is not compatible with", "red"),
        None: ("is not spoken of as a whole by", "magenta"),
    }[compared.outcome]
    names = " and ".join(each.label for each in documents.values())
    return [*lines, colours.paint(visible(f"{compared.file.label} {said} {names} ({', '.join(counts)})."), colour)]


def as_json(compared: Compared, documents: Mapping[str, Texts]) -> dict[str, Any]:
    """The members that other comparators give (bidirectional §10), with pointers, lines and remedies beside them."""
    places = Places(compared, documents)
    return {
        "file": compared.file.label,
        "kind": compared.kind,
        "compatible": compared.outcome,
        "results": [_result(each, places) for each in compared.findings],
    }


def _result(finding: "Finding", places: Places) -> dict[str, Any]:
    method, _, path = finding.operation.partition(" ")
    is_operation = bool(path) and _METHOD.fullmatch(method) is not None
    return {
        "code": finding.rule,
        "type": finding.level.value,
        "message": finding.message,
        "remedy": finding.remedy,
        "path": finding.path,
        "mockDetails": {
            "interaction": finding.interaction,
            "interactionDescription": finding.description or None,
            **_place_json(places.needed(finding)),
        },
        "specDetails": {
            "document": finding.document or None,
            "operation": finding.operation or None,
            "pathMethod": method.lower() if is_operation else None,
            "pathName": path if is_operation else None,
            **_place_json(places.offered(finding)),
        },
        "causes": [],
    }


def _place_json(place: Place | None) -> dict[str, Any]:
    from contracthub.formats.comparisons.pact_openapi.documents import location_of

    if place is None:
        return {"location": None, "file": None, "pointer": None, "line": None}
    location = location_of(place.pointer) if place.pointer.startswith("/") or not place.pointer else None
    return {"location": location, "file": place.file, "pointer": place.pointer, "line": place.line}


def _told(finding: "Finding", places: Places, colours: Palette) -> list[str]:
    level = finding.level.value
    about = " · ".join(filter(None, (finding.description, finding.operation)))
    head = colours.paint(visible(f"{level}  {finding.rule}"), _COLOURS[level])
    where = [each.told() for each in (places.needed(finding), places.offered(finding)) if each is not None]
    lines = [f"{head}  {visible(about)}".rstrip(), f"    {visible(finding.message)}"]
    return [*lines, *(f"    {visible(each)}" for each in where), f"    → {visible(finding.remedy)}"]


def _split(texts: Texts, pointer: str) -> tuple[str, str]:
    """The file that a pointer leads into, and the pointer there: ``other.yaml#/a``, or ``/a`` in the root."""
    name, sign, inner = pointer.partition("#")
    return (name, inner) if sign and name in texts.files else (texts.root, pointer)


def _lines(source: bytes, pointers: Iterable[str]) -> dict[str, int]:
    from contracthub.formats.source_lines import lines_of

    told = {each: int(found[1]) for each in pointers if (found := _LINE.fullmatch(each))}
    return {**lines_of(source, [each for each in pointers if each not in told]), **told}


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
