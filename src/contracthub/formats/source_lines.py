"""Lines of the places in a JSON or YAML text that JSON pointers name. Only the named places cost anything.

A place that is not written where the pointer leads, because an alias or a merge put it there, has the line of what
stands around it.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

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
    text = source.decode("utf-8-sig", "replace")
    with collector_paused():
        try:
            return dict(_in_json(text, wanted))
        except (ValueError, IndexError, RecursionError):
            pass
        try:
            return dict(_in_yaml(text, wanted))
        except (yaml.YAMLError, RecursionError):
            return {}


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
    lines = _Lines(text)
    start = _after_space(text, 0)
    if text[start] not in "{[":
        raise ValueError
    todo = [(start, wanted, start)]
    found: list[tuple[int, _Wanted]] = []
    while todo:
        place, asked, begin = todo.pop()
        found.append((place, asked))
        if asked.inner:
            todo.extend(_members(text, begin, asked))
    met = {id(asked) for _, asked in found}
    for place, asked in sorted(found, key=lambda each: each[0]):
        line = lines.at(place)
        yield from ((pointer, line) for pointer in asked.pointers)
        lost = [inner for inner in asked.inner.values() if id(inner) not in met]
        yield from ((pointer, line) for inner in lost for pointer in inner.all_pointers())


def _members(text: str, begin: int, asked: _Wanted) -> Iterator[tuple[int, _Wanted, int]]:
    """Of the container that begins there, the members asked for: where the key is, and where the value begins."""
    if text[begin] not in "{[":
        return
    is_object, end = text[begin] == "{", "}" if text[begin] == "{" else "]"
    at, index, left = _after_space(text, begin + 1), 0, len(asked.inner)
    while text[at] != end and left:
        key, place = str(index), at
        if is_object:
            key, at = _DECODER.raw_decode(text, at)
            at = _after_space(text, _after_space(text, at) + 1)
        inner = asked.inner.get(key)
        if inner is not None:
            left -= 1
            yield place, inner, at
        # The decoder skips a value faster than anything that would only look for its end.
        at = _after_space(text, _DECODER.raw_decode(text, at)[1])
        if text[at] == ",":
            at = _after_space(text, at + 1)
        index += 1


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
