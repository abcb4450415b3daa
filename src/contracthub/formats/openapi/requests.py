"""Finds the operation of an OpenAPI document that a request is for: ``GET /orders/42`` is for ``GET /orders/{id}``."""

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TypeAlias
from urllib.parse import urlsplit

from contracthub.formats.openapi.operations import Operation, operations
from contracthub.formats.openapi.parse import OpenApiDocument
from contracthub.formats.path_segments import gaps_in

_TEMPLATE = re.compile(r"\{[^{}]+\}")
_ANY = "\0"
_MOST_KNOWN = 50_000


def without_names(operation: str) -> str:
    """An operation without the names of its path parameters, which are nobody's concern but the document's."""
    return _TEMPLATE.sub("{}", operation)


class PathTemplate:
    """A path with parameters. Matching takes time in proportion to the path, whatever the template: both come from
    outside.
    """

    def __init__(self, template: str) -> None:
        self._segments = [each.split(_ANY) for each in _TEMPLATE.sub(_ANY, template).split("/")]

    @property
    def fixed(self) -> Mapping[int, str]:
        """The segments without a parameter, by their place."""
        return {at: parts[0] for at, parts in enumerate(self._segments) if len(parts) == 1}

    def is_filled_in_by(self, path: str) -> bool:
        """Whether the path is the template with at least one character, and no slash, for each parameter."""
        texts = path.split("/")
        return len(texts) == len(self._segments) and all(
            gaps_in(parts, text) is not None for parts, text in zip(self._segments, texts, strict=True)
        )


_Fixed: TypeAlias = tuple[int, ...]
_Texts: TypeAlias = tuple[str, ...]
_Ranked: TypeAlias = tuple[int, PathTemplate, Operation]


class Requests:
    """The operations of a document, found by requests; what was found is kept, up to a bound."""

    def __init__(self, document: OpenApiDocument) -> None:
        self.document = document
        self._known: dict[str, tuple[Operation | None]] = {}

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        """All of them, in the order of the document."""
        return tuple(operations(self.document))

    @cached_property
    def _templates(self) -> Mapping[tuple[str, int], Mapping[_Fixed, Mapping[_Texts, Sequence[_Ranked]]]]:
        """By method and number of segments, by which of these are fixed, and by their texts."""
        found: dict[tuple[str, int], dict[_Fixed, dict[_Texts, list[_Ranked]]]] = {}
        # Concrete paths are matched before their templated counterparts, as the specification says.
        ranked = sorted(self.operations, key=lambda each: each.name.count("{"))
        for rank, operation in enumerate(ranked):
            method, _, path = operation.name.partition(" ")
            template = PathTemplate(path)
            alike = found.setdefault((method, without_names(path).count("/")), {}).setdefault(tuple(template.fixed), {})
            alike.setdefault(tuple(template.fixed.values()), []).append((rank, template, operation))
        return found

    def _found(self, method: str, path: str) -> Operation | None:
        segments = path.split("/")
        candidates = [
            each
            for fixed, by_texts in self._templates.get((method, len(segments) - 1), {}).items()
            for each in by_texts.get(tuple(segments[at] for at in fixed), ())
        ]
        fitting = (each for each in sorted(candidates, key=lambda each: each[0]) if each[1].is_filled_in_by(path))
        return next((operation for _, _, operation in fitting), None)

    @cached_property
    def _named(self) -> Mapping[str, Operation]:
        return {without_names(each.name): each for each in reversed(self.operations)}

    @cached_property
    def _prefixes(self) -> tuple[str, ...]:
        root = self.document.document
        base = root.get("basePath")
        servers = root.get("servers")
        urls = [each.get("url") for each in servers if isinstance(each, dict)] if isinstance(servers, list) else []
        paths = [base] if isinstance(base, str) else [_path_of(url) for url in urls if isinstance(url, str)]
        return tuple(dict.fromkeys(path.rstrip("/") for path in (*paths, "")))

    def operation(self, request: str) -> Operation | None:
        """The operation that ``GET /orders/42`` is a request for."""
        # Threads share what is kept, so it is only ever asked once.
        known = self._known.get(request)
        if known is None:
            found = (self._found(method, path) for method, path in self._inside(request))
            known = (next((each for each in found if each is not None), None),)
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[request] = known
        return known[0]

    def named(self, operation: str) -> Operation | None:
        """The operation that is called so, whatever its path parameters are called."""
        names = (without_names(f"{method} {path}") for method, path in self._inside(operation))
        return next((self._named[each] for each in names if each in self._named), None)

    def _inside(self, request: str) -> list[tuple[str, str]]:
        """The method, and the path as each server may have it."""
        method, _, path = request.partition(" ")
        return [(method, path.removeprefix(prefix)) for prefix in self._prefixes if path.startswith(prefix)]


def _path_of(url: str) -> str:
    try:
        return urlsplit(url).path if "{" not in url else ""
    except ValueError:
        return ""
