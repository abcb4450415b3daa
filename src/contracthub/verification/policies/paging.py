"""How a list is walked page by page: by offset, page number, cursor or Link header, as its document says."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import SplitResult, parse_qsl, urljoin, urlsplit

from contracthub.formats.safe_json import JsonObject, JsonValue
from contracthub.verification.fuzz.wire import Call
from contracthub.verification.policies.look import Look
from contracthub.verification.policies.pages import Page, Paging, page_of
from contracthub.verification.policies.settings import Principal
from contracthub.verification.policies.surface import PolicyOperation
from contracthub.verification.state_solving.api import Parameter

MOST_PAGES = 200
_SIZES = (
    *("limit", "page_size", "pagesize", "per_page", "perpage", "size", "page[size]", "max_results", "maxresults"),
    *("max_items", "page_limit", "pagelimit", "top", "$top", "take", "first", "count"),
)
_POSITIONS: Mapping[str, tuple[str, ...]] = {
    "cursor": (
        *("cursor", "after", "page_token", "pagetoken", "next_token", "nexttoken", "starting_after", "continuation"),
        *("continuation_token", "marker", "page[cursor]", "page[after]", "next_cursor"),
    ),
    "page": ("page", "page_number", "pagenumber", "page_no", "pageno", "page[number]"),
    "offset": ("offset", "skip", "$skip", "page[offset]", "start", "start_index", "startindex"),
}


@dataclass(frozen=True, slots=True)
class Walk:
    """All pages of a list with one size. ``fault`` says why it did not come to an end, empty where it did."""

    size: int | None
    pages: tuple[Page, ...]
    fault: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        """Every item, in order."""
        return tuple(key for page in self.pages for key in page.keys)


def pagings(look: Look) -> Iterator[Paging]:
    """Every list of the provider that comes in pages."""
    for each in look.operations:
        if each.api.method == "GET" and each.api.last_parameter is None:
            found = _paging(look, each)
            if found is not None:
                yield found


def _paging(look: Look, operation: PolicyOperation) -> Paging | None:
    table = look.settings.table("pagination")
    query = {each.name: each for each in operation.api.parameters if each.where == "query"}
    size = query.get(str(table.get("size"))) if table.get("size") else _named(query, _SIZES)
    kind = str(table.get("style") or "")
    position = query.get(str(table.get("position", "")))
    if position is None:
        kind, position = _position(query, kind)
    if position is None:
        if size is None or not (kind == "link" or _promises_links(operation)):
            return None
        kind = "link"
    facts = look.surface.api.facts(size.schema) if size is not None else {}
    resource = look.surface.api.resources.get(operation.api.path)
    names = {name: str(table[name]) for name in ("items", "next", "total", "id") if table.get(name)}
    most, least = _bound(facts, "maximum"), _bound(facts, "minimum")
    start = _start(look, position) if kind == "page" and position is not None else 0
    return Paging(operation, resource, kind, size, position, most, least, start, names)


def _position(query: Mapping[str, Parameter], kind: str) -> tuple[str, Parameter | None]:
    for each, known in _POSITIONS.items():
        found = _named(query, known) if not kind or kind == each else None
        if found is not None:
            return each, found
    return kind, None


def _named(query: Mapping[str, Parameter], names: tuple[str, ...]) -> Parameter | None:
    lower = {name.lower(): each for name, each in query.items()}
    return next((lower[name] for name in names if name in lower), None)


def _promises_links(operation: PolicyOperation) -> bool:
    return any(name.lower() == "link" for each in operation.described.responses for name in each.headers)


def _bound(facts: JsonObject, name: str) -> int | None:
    for each in (facts, *(part for part in _alternatives(facts) if isinstance(part, dict))):
        value = each.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return int(value)
    return None


def _alternatives(facts: JsonObject) -> list[JsonValue]:
    found = facts.get("anyOf")
    return found if isinstance(found, list) else []


def first_call(look: Look, paging: Paging, size: int | None, principal: Principal | None = None) -> Call | None:
    """The request for the first page."""
    call = look.maker(principal).call_for(paging.operation)
    if call is None:
        return None
    mine = {each.name for each in (paging.size, paging.position) if each is not None}
    query = tuple(pair for pair in call.query if pair[0] not in mine)
    if paging.size is not None and size is not None:
        query += ((paging.size.name, str(size)),)
    return replace(call, query=query)


def with_position(paging: Paging, call: Call, value: object) -> Call:
    """The request for the page at this position."""
    assert paging.position is not None
    name = paging.position.name
    return replace(call, query=(*(pair for pair in call.query if pair[0] != name), (name, str(value))))


def walk(look: Look, paging: Paging, size: int | None, principal: Principal | None = None) -> Walk | None:
    """The list from its first page to its last, as somebody sees it. None where no page can be had."""
    call = first_call(look, paging, size, principal)
    most = look.settings.table("pagination").get("most-pages", MOST_PAGES)
    pages: list[Page] = []
    seen: set[str] = set()
    while call is not None:
        if call.target in seen:
            return Walk(size, tuple(pages), f"Page {len(pages)} leads to a page that was there before ({call.target}).")
        seen.add(call.target)
        by = look.ask(paging.operation.name, call)
        if by is not None and by.answer.status == 429:
            # Who asks too often learns nothing of the list.
            return None
        if by is None or by.answer.status != 200:
            said = "no answer" if by is None else str(by.answer.status)
            return Walk(size, tuple(pages), f"Page {len(pages) + 1} is answered with {said}.") if pages else None
        page = page_of(paging, by)
        if page is None:
            return None
        pages.append(page)
        if len(pages) >= (most if isinstance(most, int) else MOST_PAGES) or len(seen) > look.settings.most_items:
            return Walk(
                size, tuple(pages), f"There are more than {len(pages)} pages, and none says that it is the last."
            )
        call = _next_call(look, paging, call, page, (len(pages), sum(len(each.keys) for each in pages)))
    return Walk(size, tuple(pages))


def _start(look: Look, position: Parameter) -> int:
    """The number of the first page."""
    facts = look.surface.api.facts(position.schema)
    default, least = facts.get("default"), facts.get("minimum")
    for each in (default, least):
        if isinstance(each, int) and not isinstance(each, bool):
            return each
    return 1


def _next_call(look: Look, paging: Paging, call: Call, page: Page, at: tuple[int, int]) -> Call | None:
    pages, items = at
    if isinstance(page.following, str):
        return _linked(look, call, page.following)
    if isinstance(page.following, Mapping) and paging.position is not None and paging.kind == "cursor":
        return with_position(paging, call, page.following["cursor"])
    if paging.kind in ("cursor", "link") or paging.position is None or page.has_more is False:
        return None
    if not page.keys or (page.has_more is None and page.total is None and _is_short(page)):
        return None
    if page.total is not None and page.has_more is None and items >= page.total:
        return None
    return with_position(paging, call, paging.start + pages if paging.kind == "page" else items)


def _is_short(page: Page) -> bool:
    """Whether fewer items came than were asked for: then there are no more."""
    asked = [int(value) for _, value in page.by.call.query if value.isdecimal()]
    return page.echoed is not None and len(page.keys) < page.echoed and page.echoed in asked


def _linked(look: Look, call: Call, link: str) -> Call | None:
    """The request that a link stands for, where it stays with the provider."""
    whole = where_to(look, call, link)
    if whole is None:
        return None
    base = urlsplit(look.base_url)
    prefix = base.path.rstrip("/")
    is_ours = whole.netloc == base.netloc and whole.path.startswith(prefix)
    # Behind a gateway a provider may give the gateway's address; the path is what counts.
    if not is_ours and whole.path != prefix + call.path:
        return None
    path = whole.path.removeprefix(prefix)
    return replace(call, path=path, query=tuple(parse_qsl(whole.query, keep_blank_values=True)))


def where_to(look: Look, call: Call, link: str) -> SplitResult | None:
    """The whole address of a link in the answer to a request; None for what is no address."""
    base = urlsplit(look.base_url)
    try:
        return urlsplit(urljoin(f"{base.scheme}://{base.netloc}{base.path.rstrip('/')}{call.target}", link))
    except ValueError:
        return None
