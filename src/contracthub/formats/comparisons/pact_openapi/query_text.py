"""Query strings and forms as the peer reads them: repeated names, commas, brackets and dots make structure."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote_plus

from contracthub.formats.safe_json import JsonObject, JsonValue

MOST_PAIRS = 1_000
DEEPEST = 5
_STEP = re.compile(r"\[([^\[\]]*)\]|\.([^.\[\]]+)")
_ROOT = re.compile(r"[^.\[\]]+")


@dataclass(slots=True)
class QueryValues:
    """What a text holds: ``raw`` the decoded texts by their whole name, ``nested`` what they come to together."""

    raw: dict[str, list[str]] = field(default_factory=dict)
    nested: JsonObject = field(default_factory=dict)


def read_query(text: str, *, flat: bool = False) -> QueryValues:
    """The values in ``a=1&b=2``; what is more than `MOST_PAIRS` is not read.

    ``flat``: brackets and dots in names, and commas in values, mean nothing.
    """
    found = QueryValues()
    for name, value in _pairs(text):
        found.raw.setdefault(name, []).append(value)
        if flat:
            _put(found.nested, [name], value)
            continue
        _put(found.nested, list(_steps(name)), [*value.split(",")] if "," in value else value)
    return found


def query_text(query: object) -> str | None:
    """The text of a pact's query, which may be a text, or a map of texts and of lists of texts; None for others."""
    if query is None or isinstance(query, str):
        return query or ""
    if not isinstance(query, Mapping):
        return None
    pairs = []
    for name, value in query.items():
        texts = value if isinstance(value, list) else [value]
        if not all(isinstance(each, str) for each in texts):
            return None
        pairs.append(f"{name}={','.join(texts)}")
    return "&".join(pairs)


def query_lists(query: object) -> dict[str, list[str]] | None:
    """The same by name, where every value keeps its own characters; None for what is neither text nor map of texts."""
    if query is None or isinstance(query, str):
        found: dict[str, list[str]] = {}
        for name, value in _pairs(query or ""):
            found.setdefault(name, []).append(value)
        return found
    if not isinstance(query, Mapping):
        return None
    lists = {str(name): value if isinstance(value, list) else [value] for name, value in query.items()}
    return lists if all(isinstance(each, str) for texts in lists.values() for each in texts) else None


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for part in text.split("&", MOST_PAIRS)[:MOST_PAIRS]:
        if part:
            name, _, value = part.partition("=")
            yield unquote_plus(name), unquote_plus(value)


def _steps(name: str) -> Iterator[str]:
    root = _ROOT.match(name)
    if root is None:
        yield name
        return
    yield root[0]
    at, count = root.end(), 0
    while at < len(name) and count < DEEPEST:
        step = _STEP.match(name, at)
        if step is None:
            return
        yield step[1] if step[1] is not None else step[2]
        at, count = step.end(), count + 1


def _put(target: JsonObject, steps: list[str], value: JsonValue) -> None:
    name, *rest = steps
    if not rest:
        target[name] = _joined(target[name], value) if name in target else value
        return
    if rest[0] == "" or rest[0].isdigit():
        there = target.get(name)
        items = there if isinstance(there, list) else [] if there is None else [there]
        target[name] = [*items, *(value if isinstance(value, list) else [value])]
        return
    inner = target.get(name)
    if not isinstance(inner, dict):
        inner = target[name] = {}
    _put(inner, rest, value)


def _joined(one: JsonValue, other: JsonValue) -> JsonValue:
    return [*_list(one), *_list(other)]


def _list(value: JsonValue) -> Iterable[JsonValue]:
    return value if isinstance(value, list) else [value]
