"""Finding the operation that a request is for (bidirectional §4)."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from heapq import merge
from urllib.parse import unquote_to_bytes

from contracthub.domain.errors import Invalid
from contracthub.formats.comparisons.pact_openapi.references import Place, resolved
from contracthub.formats.comparisons.pact_openapi.switches import Rules, Switch
from contracthub.formats.path_segments import gaps_in
from contracthub.formats.safe_json import JsonObject

METHODS = ("get", "post", "put", "patch", "delete", "head", "options", "trace")
LONGEST_VALUE = 2_048
_GAP = re.compile(r"(\{[^{}/]*\}|\*)")
_BAD_PERCENT = re.compile(r"%(?![0-9a-fA-F]{2})")


@dataclass(frozen=True, slots=True)
class Route:
    """An operation of a document: where it is, with the item of its path."""

    method: str
    path: str
    item: Place
    operation: Place


@dataclass(frozen=True, slots=True)
class Found:
    """The operation of a request, and the texts that stand where its path has templates, decoded."""

    route: Route
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Segment:
    """A segment of a path: a text, or a pattern for one with templates."""

    text: str
    literals: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
    """What stands between the literals: the names of templates, and ``*``."""

    @property
    def is_template(self) -> bool:
        """Whether it stands for other texts than its own."""
        return bool(self.gaps)

    def values(self, text: str, *, ignore_case: bool) -> dict[str, str] | None:
        """What stands for each template, the first as little as it can; None for a text that does not fit."""
        sought = text.lower() if ignore_case else text
        literals = [each.lower() for each in self.literals] if ignore_case else self.literals
        spans = gaps_in(literals, sought, [int(name != "*") for name in self.gaps])
        if spans is None:
            return None
        return {name: text[at:upto] for name, (at, upto) in zip(self.gaps, spans, strict=True) if name != "*"}


_Entry = tuple[int, tuple[_Segment, ...], Route]


class _Entries:
    """The routes of one method with as many segments, numbered in the order in which they are tried.

    They stand by the text of the one segment that tells most of them apart, so that few are tried.
    """

    def __init__(self, routes: list[tuple[tuple[_Segment, ...], Route]], *, ignore_case: bool) -> None:
        self._ignores_case = ignore_case
        count = len(routes[0][0])
        self._at = max(range(count), key=lambda at: len({self._key(segments[at]) for segments, _ in routes}))
        self._by_text: dict[str | None, list[_Entry]] = {None: []}
        for number, (segments, route) in enumerate(routes):
            self._by_text.setdefault(self._key(segments[self._at]), []).append((number, segments, route))

    def for_texts(self, texts: list[str]) -> Iterable[_Entry]:
        """Those that a path of these segments may be for."""
        text = texts[self._at]
        literal = self._by_text.get(text.lower() if self._ignores_case else text)
        templates = self._by_text[None]
        # What is tried first has the lower number, and no two have the same.
        return merge(literal, templates) if literal and templates else literal or templates

    def _key(self, segment: _Segment) -> str | None:
        if segment.is_template:
            return None
        return segment.text.lower() if self._ignores_case else segment.text


class Router:
    """The operations of a document, by method and path. Literal segments win over templates."""

    def __init__(self, document: JsonObject, rules: Rules) -> None:
        self._document = document
        self._rules = rules

    @cached_property
    def _routes(self) -> Mapping[tuple[str, int], _Entries]:
        found: dict[tuple[str, int], list[tuple[tuple[_Segment, ...], Route]]] = {}
        for path, item in Place(self._document.get("paths"), "/paths").members():
            # The peer does not follow an item that is only a reference.
            whole = self._whole(item) if self._rules.ours else item
            segments = tuple(self._segment(each) for each in self._segments(self._prefixed(path)))
            for method in METHODS:
                operation = whole.member(method)
                if isinstance(operation.value, dict):
                    route = Route(method, path, whole, operation)
                    found.setdefault((method, len(segments)), []).append((segments, route))
        for routes in found.values():
            routes.sort(key=lambda entry: [segment.is_template for segment in entry[0]])
        return {key: _Entries(routes, ignore_case=self._ignores_case) for key, routes in found.items()}

    def _whole(self, item: Place) -> Place:
        try:
            return resolved(self._document, item)
        except Invalid:
            # One item that leads out of the document leaves the others as they are.
            return Place({}, item.pointer)

    def find(self, method: str, path: str) -> Found | None:
        """The operation for a request; None where there is none."""
        if "?" in path:
            return None
        text = path if path.startswith("/") else f"/{path}"
        for candidate in self._candidates(text):
            found = self._find(method.lower(), candidate)
            if found is not None:
                return found
        return None

    def methods_at(self, path: str) -> tuple[str, ...]:
        """The methods that there are at a path: for the message about one that is not among them."""
        return tuple(method for method in METHODS if self.find(method, path) is not None)

    def _candidates(self, path: str) -> Iterator[str]:
        yield path
        if self._rules.ours:
            # A consumer's base URL may hold a server's path already.
            for prefix in self._server_paths:
                if path.startswith(prefix + "/"):
                    yield path[len(prefix) :]

    @cached_property
    def _server_paths(self) -> tuple[str, ...]:
        found = []
        for server in Place(self._document.get("servers"), "/servers").items():
            url = server.object.get("url")
            path = re.sub(r"^[a-zA-Z][a-zA-Z0-9+.-]*://[^/]*", "", url).rstrip("/") if isinstance(url, str) else ""
            if path.startswith("/") and "{" not in path:
                found.append(path)
        return tuple(dict.fromkeys(found))

    def _find(self, method: str, path: str) -> Found | None:
        texts = self._segments(path)
        decoded = [each for text in texts if (each := self._decoded(text)) is not None]
        entries = self._routes.get((method, len(texts)))
        if entries is None or len(decoded) < len(texts):
            return None
        for _, segments, route in entries.for_texts(decoded):
            values = _values(segments, decoded, ignore_case=self._ignores_case)
            if values is not None:
                return Found(route, values)
        return None

    @cached_property
    def _ignores_case(self) -> bool:
        return self._rules.has(Switch.CASE_INSENSITIVE)

    def _decoded(self, text: str) -> str | None:
        if "%" not in text and text.isascii():
            return text
        if _BAD_PERCENT.search(text):
            return text if self._rules.has(Switch.NO_PERCENT_ENCODING) else None
        try:
            return unquote_to_bytes(text).decode()
        except UnicodeDecodeError:
            return None

    def _prefixed(self, path: str) -> str:
        base = self._rules.base_path
        if not base and str(self._document.get("swagger", "")).startswith("2"):
            said = self._document.get("basePath")
            base = said if isinstance(said, str) else ""
        return f"{base.rstrip('/')}{path}"

    def _segments(self, path: str) -> list[str]:
        if self._rules.has(Switch.IGNORE_DUPLICATE_SLASHES):
            path = re.sub("/{2,}", "/", path)
        if self._rules.has(Switch.IGNORE_TRAILING_SLASH) and len(path) > 1:
            path = path.removesuffix("/")
        return path.removeprefix("/").split("/")

    @staticmethod
    def _segment(text: str) -> _Segment:
        pieces = _GAP.split(text)
        return _Segment(text, tuple(pieces[::2]), tuple(each if each == "*" else each[1:-1] for each in pieces[1::2]))


def _values(segments: tuple[_Segment, ...], texts: list[str], *, ignore_case: bool) -> dict[str, str] | None:
    values: dict[str, str] = {}
    for segment, text in zip(segments, texts, strict=True):
        if segment.is_template and len(text) > LONGEST_VALUE:
            return None
        found = segment.values(text, ignore_case=ignore_case)
        if found is None:
            return None
        values |= found
    return values
