"""Which operation of an OpenAPI document a request of a contract is for, and which answer it expects."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from urllib.parse import unquote, urlsplit

from contracthub.formats.impact.conditions import sent
from contracthub.formats.needs import Direction, Need
from contracthub.formats.openapi.operations import Body, Operation, Response, operations
from contracthub.formats.openapi.parse import OpenApiDocument

_TEMPLATE = re.compile(r"\{([^{}]+)\}")


class Described:
    """The operations of a document, found by requests."""

    def __init__(self, document: OpenApiDocument) -> None:
        self.document = document
        self.bundle = document.bundle
        self._known: dict[str, tuple[Operation, Mapping[str, str]] | None] = {}

    @cached_property
    def _patterns(self) -> Mapping[str, Sequence[tuple[re.Pattern[str], Sequence[str], Operation]]]:
        found: dict[str, list[tuple[int, re.Pattern[str], list[str], Operation]]] = {}
        for operation in operations(self.document):
            method, _, template = operation.name.partition(" ")
            literals, names = _TEMPLATE.split(template)[::2], _TEMPLATE.findall(template)
            pattern = re.compile("([^/]+)".join(map(re.escape, literals)))
            found.setdefault(method, []).append((len(names), pattern, names, operation))
        # Concrete paths are matched before their templated counterparts, as the specification says.
        ordered = {method: sorted(each, key=lambda one: one[0]) for method, each in found.items()}
        return {method: [one[1:] for one in each] for method, each in ordered.items()}

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
        found = self._found(request)
        return None if found is None else found[0]

    def in_path(self, request: str) -> Mapping[str, str]:
        """The parameters in the path of a request, by name."""
        found = self._found(request)
        return {} if found is None else found[1]

    def _found(self, request: str) -> tuple[Operation, Mapping[str, str]] | None:
        if request not in self._known:
            self._known[request] = self._search(request)
        return self._known[request]

    def _search(self, request: str) -> tuple[Operation, Mapping[str, str]] | None:
        method, _, path = request.partition(" ")
        for prefix in self._prefixes:
            inner = path.removeprefix(prefix)
            for pattern, names, operation in self._patterns.get(method, ()) if path.startswith(prefix) else ():
                match = pattern.fullmatch(inner)
                if match is not None:
                    values = zip(names, map(unquote, match.groups()), strict=True)
                    return operation, dict(values)
        return None


def _path_of(url: str) -> str:
    try:
        return urlsplit(url).path if "{" not in url else ""
    except ValueError:
        return ""


def content_type(needs: Sequence[Need], flow: Direction) -> str:
    """The media type that a contract says its body has, without parameters; empty when it does not say."""
    for need in needs:
        if need.direction is flow and need.part == "header" and need.path.lower() == "content-type":
            value = sent(need)
            return _essence(value) if isinstance(value, str) else ""
    return ""


def of_media_type(bodies: Iterable[Body], said: str) -> tuple[Sequence[Body], bool]:
    """The bodies of a media type or of a range that it is in, all of them where none is; and whether there is one."""
    listed = [*bodies]
    main, _, _ = said.partition("/")
    for wanted in (said, f"{main}/*", "*/*"):
        found = [each for each in listed if _essence(each.media_type) == wanted]
        if found and said:
            return found, True
    return listed, bool(listed) and not said


def _essence(media_type: str) -> str:
    return media_type.partition(";")[0].strip().lower()


def answer_to(operation: Operation, needs: Sequence[Need]) -> Response | None:
    """The response that a contract expects: by status, by the range of it, or the one for all others."""
    status = next((need.shape.example or "" for need in needs if need.part == "status"), "")
    by_status = {each.status.upper(): each for each in operation.responses}
    return by_status.get(status) or by_status.get(f"{status[:1]}XX") or by_status.get("DEFAULT")
