"""What one page of a list says: its items, whether another follows and where, and how many there are."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from contracthub.formats.safe_json import JsonValue
from contracthub.verification.policies.error_style import body_of
from contracthub.verification.policies.rules import Exchanged
from contracthub.verification.policies.surface import PolicyOperation
from contracthub.verification.state_solving.api import Parameter, Resource
from contracthub.verification.state_solving.workshop import id_in

_ITEMS = ("items", "data", "results", "content", "records", "entries", "values", "members", "value")
_NEXT = frozenset(
    {
        *("nextcursor", "nextpagetoken", "nexttoken", "next", "nextpage", "continuation", "continuationtoken"),
        *("endcursor", "cursor", "nextlink", "after", "nextmarker", "marker"),
    }
)
_MORE = frozenset({"hasmore", "hasnext", "hasnextpage", "more"})
_TOTALS = frozenset(
    {
        "total",
        "totalitems",
        "totalcount",
        "totalelements",
        "totalresults",
        "totalrecords",
        "totalrows",
        "totalsize",
        "totalhits",
    }
)
# Either how many there are in all, or how many a page holds.
_COUNTS = frozenset({"count", "size", "resultcount"})
_TOTAL_HEADERS = (
    "x-total-count",
    "x-total",
    "total-count",
    "x-pagination-total-count",
    "x-pagination-total",
    "pagination-total",
)
_RANGE = re.compile(r"[\w-]{1,40}\s+(?:\d+-\d+|\*)/(\d{1,15})\s*$")
_TOTAL_PAGES = frozenset({"totalpages", "pagecount", "pages", "lastpage"})
_ECHOED = frozenset({"pagesize", "limit", "perpage", "itemsperpage"})
_LINK = re.compile(r'<([^<>]{1,4000})>\s*((?:;\s*[\w*-]+\s*=\s*(?:"[^"]*"|[^\s",;]+)\s*)*)')
_DEEPEST = 4
_NUMBERS = frozenset({"page", "pagenumber", "currentpage", "number"})


@dataclass(frozen=True, slots=True)
class Paging:
    """How one list is paged. ``position`` is None where only links lead on; ``size`` where nobody can say how many."""

    operation: PolicyOperation
    resource: Resource | None
    kind: str
    size: Parameter | None
    position: Parameter | None
    most: int | None
    least: int | None
    start: int = 0
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """One page. ``following`` is where the next one is, and ``has_more`` what the page says of it, None for nothing."""

    by: Exchanged
    keys: tuple[str, ...]
    has_more: bool | None
    following: Mapping[str, str] | str | None
    total: int | None = None
    total_pages: int | None = None
    echoed: int | None = None


def plain(name: str) -> str:
    """A name without what separates its words."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def page_of(paging: Paging, by: Exchanged) -> Page | None:
    """What a page says; None where no list is in it."""
    body = body_of(by.answer)
    items, where = _items(paging, body)
    if items is None:
        return None
    facts = dict(_facts(body, where))
    total = _whole(_along(body, paging.names["total"])) if "total" in paging.names else _first(facts, _TOTALS)
    if total is None:
        total = _total_of_headers(by.answer.headers)
    has_more, following = _says_next(paging, by, body, facts)
    keys = tuple(_key(paging, each) for each in items)
    if total is None:
        total = _counted(by, facts, len(keys))
    # A size by itself may be how many items came; beside a total of elements (Spring) it is how many were asked for.
    echoed = _ECHOED | {"size"} if "totalelements" in facts else _ECHOED
    return Page(by, keys, has_more, following, total, _first(facts, _TOTAL_PAGES), _first(facts, echoed))


def _total_of_headers(headers: Mapping[str, str]) -> int | None:
    for name in _TOTAL_HEADERS:
        if (told := _whole(headers.get(name, "").strip())) is not None:
            return told
    ranged = _RANGE.match(headers.get("content-range", "")[:100].strip())
    return int(ranged[1]) if ranged is not None else None


def _counted(by: Exchanged, facts: Mapping[str, JsonValue], number: int) -> int | None:
    """What a page calls its count, where it can be neither that of its items nor the size that was asked for."""
    told = _first(facts, _COUNTS)
    asked = [int(value) for _, value in by.call.query if value.isdecimal() and len(value) < 16]
    return told if told is not None and told > max([number, *asked]) else None


def _items(paging: Paging, body: JsonValue) -> tuple[list[JsonValue] | None, str]:
    if isinstance(body, list):
        return body, ""
    if "items" in paging.names:
        found = _along(body, paging.names["items"])
        return (found if isinstance(found, list) else None), paging.names["items"]
    lists = dict(_lists(body, "", 0))
    by_name = {plain(path.rpartition(".")[2]): path for path in reversed(lists)}
    named = next((by_name[name] for name in _ITEMS if name in by_name), None)
    if named is None and lists:
        named = next(iter(lists))
    return (None, "") if named is None else (lists[named], named)


def _lists(value: JsonValue, path: str, depth: int) -> Iterator[tuple[str, list[JsonValue]]]:
    for name, inner in value.items() if isinstance(value, dict) and depth < _DEEPEST else ():
        if isinstance(inner, list):
            yield f"{path}{name}", inner
        else:
            yield from _lists(inner, f"{path}{name}.", depth + 1)


def _facts(value: JsonValue, items: str, path: str = "", depth: int = 0) -> Iterator[tuple[str, JsonValue]]:
    """What a page says besides its items, by plain names; what stands higher counts."""
    if not isinstance(value, dict) or depth >= _DEEPEST:
        return
    for name, inner in value.items():
        if isinstance(inner, dict):
            yield from _facts(inner, items, f"{path}{name}.", depth + 1)
    for name, inner in value.items():
        if not isinstance(inner, dict | list):
            yield plain(name), inner
        elif isinstance(inner, dict) and plain(name) == "next" and isinstance(inner.get("href"), str):
            yield "next", inner["href"]


def _says_next(
    paging: Paging, by: Exchanged, body: JsonValue, facts: Mapping[str, JsonValue]
) -> tuple[bool | None, Mapping[str, str] | str | None]:
    """Whether a page says that another follows, None where it says nothing of it; and where that is."""
    link = by.answer.headers.get("link")
    if link is not None or paging.kind == "link":
        target = next_link(link or "")
        return target is not None, target
    more = _says_more(facts)
    value = _along(body, paging.names["next"]) if "next" in paging.names else _next_value(facts)
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if text and more is not False:
        if re.match(r"https?://|/|\?", text):
            return True, text
        if paging.kind == "cursor":
            return True, {"cursor": text}
    if paging.kind == "cursor":
        # A page may tell the cursor of its end though no other follows.
        return bool(more), None
    return (_counts_more(paging, facts) if more is None else more), None


def _says_more(facts: Mapping[str, JsonValue]) -> bool | None:
    for name, value in facts.items():
        if name in _MORE and isinstance(value, bool):
            return value
    last = facts.get("last")
    return not last if isinstance(last, bool) else None


def _counts_more(paging: Paging, facts: Mapping[str, JsonValue]) -> bool | None:
    pages, number = _first(facts, _TOTAL_PAGES), _first(facts, _NUMBERS)
    if pages is not None and number is not None and paging.kind == "page":
        return number + 1 - paging.start < pages
    named = [facts[name] for name in _NEXT if name in facts]
    return any(each not in (None, "", False) for each in named) if named else None


def _next_value(facts: Mapping[str, JsonValue]) -> JsonValue:
    for name in _NEXT:
        if facts.get(name) not in (None, "", False):
            return facts[name]
    return None


def next_link(header: str) -> str | None:
    """Where a Link header (RFC 8288) says that the next page is.

    >>> next_link('</orders?page=1>; rel="prev", </orders?page=3>; rel="next"')
    '/orders?page=3'
    """
    for target, parameters in _LINK.findall(header):
        rel = re.search(r';\s*rel\s*=\s*(?:"([^"]*)"|([^\s",;]+))', parameters, re.IGNORECASE)
        if rel is not None and "next" in (rel[1] or rel[2]).lower().split():
            return str(target)
    return None


def _first(facts: Mapping[str, JsonValue], names: frozenset[str]) -> int | None:
    return next((found for name, each in facts.items() if name in names and (found := _whole(each)) is not None), None)


def _whole(value: Any) -> int | None:
    if isinstance(value, str) and value.isdecimal() and len(value) < 16:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _along(value: JsonValue, names: str) -> JsonValue:
    for name in names.removeprefix("$.").split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _key(paging: Paging, item: JsonValue) -> str:
    """What tells an item from others: its id, else all of it."""
    if "id" in paging.names:
        found = _along(item, paging.names["id"])
    else:
        found = id_in(paging.resource, item) if paging.resource is not None else None
        if found is None and isinstance(item, dict):
            found = item.get("id")
    return json.dumps(item if found is None else found, sort_keys=True)
