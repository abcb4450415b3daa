"""Lines of the places in a JSON or YAML text that JSON pointers name. Only the named places cost anything.

A place that is not written where the pointer leads, because an alias or a merge put it there, has the line of what
stands around it.
"""

import json
import re
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate

import yaml
from yaml.events import (
    AliasEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from contracthub.formats.collector import collector_paused

_PLACE = re.compile(r"([0-9]{1,9}):[0-9]{1,9}")
_SPACE = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder()
_BLOCK = 16_384
_WORTH_REMEMBERING = 65_536


def lines_of(source: bytes, pointers: Iterable[str]) -> Mapping[str, int]:
    """The line, from 1, of each pointer: of the key for a member. Empty for a text that is neither JSON nor YAML.

    Formats with a language of their own point to ``line:column``, which says it.
    """
    wanted, told = _Wanted(), {}
    for pointer in pointers:
        place = _PLACE.fullmatch(pointer)
        if place:
            told[pointer] = int(place[1])
        else:
            wanted.add(pointer)
    if told:
        return told
    with collector_paused():
        try:
            return dict(_in_json(source.removeprefix(BOM_UTF8).decode("latin-1"), wanted))
        except (ValueError, IndexError, RecursionError):
            pass
        try:
            return dict(_in_yaml(source.decode("utf-8-sig", "replace"), wanted))
        except (yaml.YAMLError, RecursionError):
            return {}


class SourceLines:
    """The lines of places in one text that is asked again and again: what was gone through once is remembered.

    The first question costs some times as much as ``lines_of``, every other one next to nothing.
    """

    def __init__(self, source: bytes) -> None:
        self._source = source
        self._text = source.removeprefix(BOM_UTF8).decode("latin-1")
        self._members: dict[int, dict[str, tuple[int, int]]] = {}
        self._counted: list[int] = []

    def of(self, pointers: Iterable[str]) -> Mapping[str, int]:
        """The same as ``lines_of``."""
        asked = [*pointers]
        if any(_PLACE.fullmatch(pointer) for pointer in asked):
            return lines_of(self._source, asked)
        try:
            return {pointer: self._line_at(self._place_of(pointer)) for pointer in asked}
        except (ValueError, IndexError, RecursionError):
            return lines_of(self._source, asked)

    def _place_of(self, pointer: str) -> int:
        """Where a place begins, or what stands around it."""
        at = place = _after_space(self._text, 0)
        if self._text[at] not in "{[":
            raise ValueError
        for step in pointer.split("/")[1:]:
            found = self._members_at(at).get(step.replace("~1", "/").replace("~0", "~"))
            if found is None:
                break
            place, at = found
        return place

    def _members_at(self, begin: int) -> dict[str, tuple[int, int]]:
        """Where the members of a container stand, and their values."""
        text = self._text
        if text[begin] not in "{[":
            return {}
        known = self._members.get(begin)
        if known is None:
            known = {}
            is_object, at, index = text[begin] == "{", _after_space(text, begin + 1), 0
            while text[at] not in "}]":
                place, key = at, str(index)
                if is_object:
                    key, at = _key(text, at)
                known[key] = place, at
                at = _after_space(text, _DECODER.raw_decode(text, at)[1])
                if text[at] == ",":
                    at = _after_space(text, at + 1)
                index += 1
            # What is small is gone through again as fast as it is remembered.
            if at - begin > _WORTH_REMEMBERING:
                self._members[begin] = known
        return known

    def _line_at(self, place: int) -> int:
        if not self._counted:
            starts = range(0, len(self._text), _BLOCK)
            counts = (self._text.count("\n", start, start + _BLOCK) for start in starts)
            self._counted = [*accumulate(counts, initial=0)]
        block = place // _BLOCK
        return 1 + self._counted[block] + self._text.count("\n", block * _BLOCK, place)


@dataclass(slots=True)
class _Wanted:
    """Places that are asked for, as a tree of steps; ``pointers`` are those that end here."""

    pointers: list[str] = field(default_factory=list)
    inner: dict[str, "_Wanted"] = field(default_factory=dict)

    def add(self, pointer: str) -> None:
        here = self
        for step in pointer.split("/")[1:]:
            here = here.inner.setdefault(step.replace("~1", "/").replace("~0", "~"), _Wanted())
        here.pointers.append(pointer)

    def all_pointers(self) -> Iterator[str]:
        todo = [self]
        while todo:
            here = todo.pop()
            yield from here.pointers
            todo.extend(here.inner.values())


def _in_json(text: str, wanted: _Wanted) -> Iterator[tuple[str, int]]:
    """``text`` is the source with a character for each byte: to decode it would take longer than to go through it."""
    start = _after_space(text, 0)
    if text[start] not in "{[":
        raise ValueError
    found = _places(text, start, wanted)
    met = {id(asked) for _, asked in found}
    lines = _Lines(text)
    for place, asked in found:
        line = lines.at(place)
        yield from ((pointer, line) for pointer in asked.pointers)
        lost = [inner for inner in asked.inner.values() if id(inner) not in met]
        yield from ((pointer, line) for inner in lost for pointer in inner.all_pointers())


@dataclass(slots=True)
class _Entered:
    """A container that is being gone through; ``left`` of what is asked for in it was not met yet."""

    asked: _Wanted
    is_object: bool
    left: int
    index: int = 0


def _places(text: str, start: int, wanted: _Wanted) -> list[tuple[int, _Wanted]]:
    """Where each place that is asked for begins, in their order; of a member, where its key does."""
    found, entered, at = [(start, wanted)], list[_Entered](), start
    left = _enter(text, start, wanted, entered)
    at = start + 1
    # Once all were met, the rest of the text is nobody's.
    while left:
        at = _after_space(text, at)
        if text[at] == ",":
            at = _after_space(text, at + 1)
        here = entered[-1]
        if text[at] in "}]":
            entered.pop()
            left -= here.left
            if not entered:
                break
            at += 1
            continue
        place, key = at, str(here.index)
        if here.is_object:
            key, at = _key(text, at)
        here.index += 1
        asked = here.asked.inner.get(key) if here.left else None
        if asked is not None:
            here.left -= 1
            left -= 1
            found.append((place, asked))
            if asked.inner and text[at] in "{[":
                left += _enter(text, at, asked, entered)
                at += 1
                continue
        # The decoder skips a value faster than anything that would only look for its end.
        at = _DECODER.raw_decode(text, at)[1]
    return found


def _enter(text: str, at: int, asked: _Wanted, entered: list[_Entered]) -> int:
    entered.append(_Entered(asked, text[at] == "{", len(asked.inner)))
    return len(asked.inner)


def _key(text: str, at: int) -> tuple[str, int]:
    """A key, and where its value begins."""
    key, end = _DECODER.raw_decode(text, at)
    if not key.isascii():
        key = json.loads(text[at:end].encode("latin-1").decode("utf-8", "replace"))
    return key, _after_space(text, _after_space(text, end) + 1)


def _after_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


class _Lines:
    """Counts lines once, for places in ascending order."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._line = 1

    def at(self, place: int) -> int:
        self._line += self._text.count("\n", self._at, place)
        self._at = place
        return self._line


@dataclass(slots=True)
class _Container:
    asked: _Wanted | None
    is_mapping: bool
    line: int
    index: int = 0
    key: str | None = None
    line_of_key: int = 0
    met: set[str] = field(default_factory=set)


def _in_yaml(text: str, wanted: _Wanted) -> Iterator[tuple[str, int]]:
    opened: list[_Container] = []
    for event in yaml.parse(text, Loader=yaml.CLoader):
        if isinstance(event, MappingEndEvent | SequenceEndEvent):
            yield from _lost(opened.pop())
        elif isinstance(event, MappingStartEvent | SequenceStartEvent | ScalarEvent | AliasEvent):
            asked, line, is_key = _taken(event, opened, wanted)
            if is_key:
                continue
            if asked is not None:
                yield from ((pointer, line) for pointer in asked.pointers)
            if isinstance(event, MappingStartEvent | SequenceStartEvent):
                opened.append(_Container(asked, isinstance(event, MappingStartEvent), line))
            elif asked is not None:
                yield from ((pointer, line) for inner in asked.inner.values() for pointer in inner.all_pointers())


def _taken(event: Event, opened: list[_Container], wanted: _Wanted) -> tuple[_Wanted | None, int, bool]:
    """What is asked for at an event, the line that stands for it, and whether it is only a key."""
    line = event.start_mark.line + 1 if event.start_mark else 1
    if not opened:
        return wanted, line, False
    here = opened[-1]
    if here.is_mapping and here.key is None:
        here.key = event.value if isinstance(event, ScalarEvent) else ""
        here.line_of_key = line
        # A key may be a container itself; nothing is asked for in it.
        return None, line, isinstance(event, ScalarEvent | AliasEvent)
    step = here.key if here.is_mapping else str(here.index)
    here.index += 1
    place = here.line_of_key if here.is_mapping else line
    here.key = None
    asked = here.asked.inner.get(step or "") if here.asked else None
    if asked is not None and step is not None:
        here.met.add(step)
    return asked, place, False


def _lost(closed: _Container) -> Iterator[tuple[str, int]]:
    if closed.asked is None:
        return
    for step, inner in closed.asked.inner.items():
        if step not in closed.met:
            yield from ((pointer, closed.line) for pointer in inner.all_pointers())
