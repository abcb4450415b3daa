"""Finds the operation of an OpenAPI document that a request is for: ``GET /orders/42`` is for ``GET /orders/{id}``."""

import re
from functools import cached_property
from urllib.parse import urlsplit

from contracthub.formats.openapi.operations import Operation, operations
from contracthub.formats.openapi.parse import OpenApiDocument

_TEMPLATE = re.compile(r"\{[^{}]+\}")


def without_names(operation: str) -> str:
    """An operation without the names of its path parameters, which are nobody's concern but the document's."""
    return _TEMPLATE.sub("{}", operation)


def pattern_of(template: str) -> re.Pattern[str]:
    """What the paths look like that fill in a template."""
    return re.compile("[^/]+".join(re.escape(each) for each in _TEMPLATE.split(template)))


class Requests:
    """The operations of a document, found by requests; each request is looked up once."""

    def __init__(self, document: OpenApiDocument) -> None:
        self.document = document
        self._known: dict[str, Operation | None] = {}

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        """All of them, in the order of the document."""
        return tuple(operations(self.document))

    @cached_property
    def _patterns(self) -> list[tuple[str, int, re.Pattern[str], Operation]]:
        found = []
        for operation in self.operations:
            method, _, template = operation.name.partition(" ")
            found.append((method, template.count("{"), pattern_of(template), operation))
        # Concrete paths are matched before their templated counterparts, as the specification says.
        return sorted(found, key=lambda each: each[1])

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
        if request not in self._known:
            self._known[request] = next(
                (
                    operation
                    for method, path in self._inside(request)
                    for of_method, _, pattern, operation in self._patterns
                    if of_method == method and pattern.fullmatch(path)
                ),
                None,
            )
        return self._known[request]

    def named(self, operation: str) -> Operation | None:
        """The operation that is called so, whatever its path parameters are called."""
        wanted = {without_names(f"{method} {path}") for method, path in self._inside(operation)}
        return next((each for each in self.operations if without_names(each.name) in wanted), None)

    def _inside(self, request: str) -> list[tuple[str, str]]:
        """The method, and the path as each server may have it."""
        method, _, path = request.partition(" ")
        return [(method, path.removeprefix(prefix)) for prefix in self._prefixes if path.startswith(prefix)]


def _path_of(url: str) -> str:
    try:
        return urlsplit(url).path if "{" not in url else ""
    except ValueError:
        return ""
