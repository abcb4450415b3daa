"""Puts the id that a thing really has in the place of the one that a pact knows it by, and back again in the answer."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from contracthub.formats.safe_json import JsonValue
from contracthub.verification.state_solving.api import Api, name_in_braces

_DEEPEST = 100
# So long a text is no other thing's name by chance.
_LONG = 8


@dataclass(frozen=True, slots=True)
class Substitution:
    """One thing's two ids. ``path`` is its collection's, ``names`` are the members that hold its id."""

    path: str
    pact: str
    real: JsonValue
    names: frozenset[str]

    @property
    def changes(self) -> bool:
        """Whether the two differ."""
        return self.pact != str(self.real)


class Substitutions:
    """The ids of one interaction's things."""

    def __init__(self, api: Api | None = None) -> None:
        self._api = api
        self.all: list[Substitution] = []

    def fresh(self) -> "Substitutions":
        """An empty set of ids of the same provider."""
        return Substitutions(self._api)

    def add(self, one: Substitution) -> None:
        """Knows a thing; what was known by the same id of the same kind is forgotten."""
        self.all = [each for each in self.all if (each.path, each.pact) != (one.path, one.pact)] + [one]

    @property
    def active(self) -> tuple[Substitution, ...]:
        """Those that change anything."""
        return tuple(each for each in self.all if each.changes)

    def in_target(self, method: str, target: str) -> str:
        """Path and query of a request as the provider knows them."""
        active = self.active
        if not active:
            return target
        parts = urlsplit(target)
        path = self._path(method, parts.path, active)
        query = parts.query
        if query:
            pairs = [(name, self._named(name, value, active)) for name, value in parse_qsl(query, True)]
            query = urlencode(pairs) if pairs != parse_qsl(query, True) else query
        return urlunsplit(("", "", path, query, ""))

    def in_body(self, body: bytes) -> bytes:
        """A JSON body as the provider knows it; anything else stays as it is."""
        active = self.active
        return _rewritten(body, active, back=False) if active and body[:1] in (b"{", b"[") else body

    def back_in_body(self, body: bytes) -> bytes:
        """A JSON answer as the pact knows it."""
        active = self.active
        return _rewritten(body, active, back=True) if active and body.lstrip()[:1] in (b"{", b"[") else body

    def back_in_text(self, text: str) -> str:
        """A header's value as the pact knows it: the id where it is a part of a path."""
        for each in self.active:
            text = _in_path(text, each)
        return text

    def _path(self, method: str, path: str, active: Sequence[Substitution]) -> str:
        found = self._api.match(method, path) if self._api else None
        parts = path.split("/")
        if found is None:
            known = {each.pact: each for each in active}
            return "/".join(
                quote(str(known[unquote(part)].real), safe="") if unquote(part) in known else part for part in parts
            )
        operation = found[0]
        place = [index for index, part in enumerate(parts) if part]
        for number, segment in enumerate(operation.segments):
            if name_in_braces(segment) is None:
                continue
            collection = "/" + "/".join(operation.segments[:number])
            for each in active:
                if each.path == collection and unquote(parts[place[number]]) == each.pact:
                    parts[place[number]] = quote(str(each.real), safe="")
        return "/".join(parts)

    @staticmethod
    def _named(name: str, value: str, active: Sequence[Substitution]) -> str:
        return next((str(each.real) for each in active if name in each.names and value == each.pact), value)


def _rewritten(body: bytes, active: Sequence[Substitution], *, back: bool) -> bytes:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return body
    changed = _walked(document, "", active, back=back)
    return body if changed == document else json.dumps(changed, ensure_ascii=False).encode()


def _walked(value: JsonValue, name: str, active: Sequence[Substitution], *, back: bool, depth: int = 0) -> JsonValue:
    if depth > _DEEPEST:
        return value
    if isinstance(value, dict):
        return {key: _walked(inner, key, active, back=back, depth=depth + 1) for key, inner in value.items()}
    if isinstance(value, list):
        return [_walked(inner, name, active, back=back, depth=depth + 1) for inner in value]
    for each in active:
        old, new = (each.real, each.pact) if back else (each.pact, each.real)
        if str(value) == str(old) and (name in each.names or len(str(old)) >= _LONG) and not isinstance(value, bool):
            return _typed_like(value, new)
        if back and isinstance(value, str) and value.startswith(("/", "http://", "https://")):
            value = _in_path(value, each)
    return value


def _typed_like(value: JsonValue, new: JsonValue) -> JsonValue:
    """The new id in the type that the old one had, where it can be had in it."""
    if isinstance(value, int) and not isinstance(value, bool):
        return int(str(new)) if str(new).lstrip("-").isdigit() else new
    return str(new)


def _in_path(text: str, one: Substitution) -> str:
    before, mark, query = text.partition("?")
    parts = before.split("/")
    return (
        "/".join(quote(one.pact, safe="") if unquote(part) == str(one.real) else part for part in parts) + mark + query
    )
