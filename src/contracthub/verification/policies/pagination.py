"""The pack ``pagination``: every list is walked page by page, more than once and with more than one size."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from contracthub.verification.fuzz.wire import Call
from contracthub.verification.policies.look import Look
from contracthub.verification.policies.pages import Page, Paging, page_of
from contracthub.verification.policies.paging import Walk, first_call, pagings, walk, where_to, with_position
from contracthub.verification.policies.rules import Exchanged, Observation, Severity, broken, held, judged, rule
from contracthub.verification.state_solving.workshop import NotMade

_MADE = 5
_LARGE = 100
_MOST_SMALL_PAGES = 20
_FAR = 1_000_000
_NO_CURSOR = "this-is-no-cursor-of-yours"
_NO_LIST = "No list of the provider comes in pages."
_ONE_PAGE = "No list has more than one page, and none could be filled."


@dataclass(frozen=True, slots=True)
class Walked:
    """A list that was walked: with large pages ``before`` and ``after`` two walks with small ones."""

    paging: Paging
    before: Walk
    small: Walk
    again: Walk
    after: Walk

    @property
    def name(self) -> str:
        """``GET /orders``."""
        return self.paging.operation.name

    @property
    def lasting(self) -> tuple[str, ...]:
        """What was there all the time, whoever else makes and removes things meanwhile."""
        later = set(self.after.keys)
        return tuple(dict.fromkeys(key for key in self.before.keys if key in later))

    @property
    def walks(self) -> tuple[Walk, ...]:
        """All of them."""
        return (self.before, self.small, self.again, self.after)


def lists(look: Look) -> tuple[Walked, ...]:
    """Every list that comes in pages, walked once in a run."""
    return look.once("pagination: lists", lambda: tuple(_walked(look)))


def _walked(look: Look) -> Iterator[Walked]:
    for paging in pagings(look):
        _fill(look, paging)
        large = None if paging.size is None else min(paging.most or _LARGE, _LARGE)
        before = walk(look, paging, large)
        if before is None:
            continue
        small = None if paging.size is None else max(2, paging.least or 1, -(-len(before.keys) // _MOST_SMALL_PAGES))
        walks = [walk(look, paging, size) for size in (small, small, large)]
        if all(walks):
            yield Walked(paging, before, *(each for each in walks if each is not None))


def _fill(look: Look, paging: Paging) -> None:
    """Makes what is needed for several pages."""
    resource = paging.resource
    if resource is None or not look.may_change:
        return
    for index in range(_MADE):
        try:
            look.maker().new(resource, index)
        except NotMade:
            return


def _seen(look: Look, rule_id: str) -> tuple[Walked, ...]:
    found = lists(look)
    if not found:
        look.skip(rule_id, _NO_LIST)
    return found


def _several(look: Look, rule_id: str) -> Iterator[Walked]:
    """Those that have several pages, so that there is something to tell."""
    for each in _seen(look, rule_id):
        if len(each.lasting) > len(each.small.pages[0].keys) or len(each.small.pages) > 1:
            yield each
    look.skip(rule_id, _ONE_PAGE)


def _last(walked: Walk) -> Exchanged:
    return walked.pages[-1].by


def _named(keys: list[str]) -> str:
    return ", ".join(keys[:3]) + (f" and {len(keys) - 3} more" if len(keys) > 3 else "")


@rule(
    "pagination.no-duplicates",
    Severity.HIGH,
    title="No item comes twice",
    sentence="No item is on two pages of one walk through a list.",
    mending="Order by something that is unique, and begin each page after the last item of the one before.",
)
def _no_duplicates(look: Look) -> Iterator[Observation]:
    for each in _several(look, "pagination.no-duplicates"):
        # What loops shows all items again; that has a rule of its own.
        if not each.small.fault and not each.again.fault:
            # What somebody else makes in the middle of one walk pushes items onto the next page.
            twice = sorted(_repeated(each.small) & _repeated(each.again))
            yield judged(_last(each.small), f"{_named(twice)} came more than once in a walk." if twice else "")


def _repeated(one: Walk) -> set[str]:
    return {key for key, times in Counter(one.keys).items() if times > 1}


@rule(
    "pagination.no-holes",
    Severity.HIGH,
    title="No item is left out",
    sentence="A walk with small pages shows every item that a walk with large ones shows before and after it.",
    mending="Begin each page right after the last item of the one before: at the same order, with the same filter.",
)
def _no_holes(look: Look) -> Iterator[Observation]:
    for each in _several(look, "pagination.no-holes"):
        if not each.small.fault and not each.again.fault:
            again = set(_missing(each, each.again)[0])
            inner = [key for key in _missing(each, each.small)[0] if key in again]
            fault = f"{_named(inner)} is left out in a walk with pages of {each.small.size}."
            yield judged(_last(each.small), fault if inner else "")


@rule(
    "pagination.last-page",
    Severity.HIGH,
    title="Only the last page says that it is the last",
    sentence="A page that says or shows that no other follows is the last one, and one without items says so.",
    mending="Say that more follows while it does: look for one item more than the page holds.",
)
def _last_page(look: Look) -> Iterator[Observation]:
    for each in _several(look, "pagination.last-page"):
        if each.small.fault:
            continue
        _, after = _missing(each, each.small)
        page = each.small.pages[-1]
        if after:
            said = f"Page {len(each.small.pages)} says that it is the last after {len(each.small.keys)} items"
            fault = f"{said}; {_named(after)} come later."
            yield broken(page.by, fault)
        elif not page.keys and page.has_more:
            yield broken(page.by, "A page without items says that another follows.")
        else:
            yield _beyond(look, each) or held(page.by)


def _beyond(look: Look, each: Walked) -> Observation | None:
    """Whether something follows the last page, where a number leads there."""
    paging, pages = each.paging, each.small.pages
    if paging.kind not in ("page", "offset"):
        return None
    call = first_call(look, paging, each.small.size)
    at = paging.start + len(pages) if paging.kind == "page" else len(each.small.keys)
    by = None if call is None else look.ask(each.name, with_position(paging, call, at))
    page = None if by is None or by.answer.status != 200 else page_of(paging, by)
    if page is None or by is None or not pages[-1].keys:
        return None
    new = [key for key in page.keys if key in each.lasting and key not in each.small.keys]
    return broken(by, f"After the page that was the last come {_named(new)}.") if new else None


def _missing(each: Walked, one: Walk) -> tuple[list[str], list[str]]:
    """What a walk leaves out: before the last item that it shows, and after."""
    shown, order = set(one.keys), list(each.lasting)
    last = max((at for at, key in enumerate(order) if key in shown), default=-1)
    inner = [key for at, key in enumerate(order) if key not in shown and at < last]
    return inner, [key for at, key in enumerate(order) if key not in shown and at > last]


@rule(
    "pagination.stable-order",
    Severity.MEDIUM,
    title="The order stays",
    sentence="A second walk through an unchanged list shows the same items in the same order.",
    mending="Order by something that is unique, such as the id, after whatever else is ordered by.",
)
def _stable_order(look: Look) -> Iterator[Observation]:
    for each in _several(look, "pagination.stable-order"):
        if each.small.fault or each.again.fault:
            continue
        both = set(each.small.keys) & set(each.again.keys)
        first, second = ([key for key in one.keys if key in both] for one in (each.small, each.again))
        fault = "A second walk shows the same items in another order."
        yield judged(_last(each.again), "" if first == second else fault)


@rule(
    "pagination.size",
    Severity.MEDIUM,
    title="The size of a page is the one that was asked for",
    sentence="No page holds more items than were asked for, and one that tells its size tells that one.",
    mending="Cut pages to the size that the request names, up to the documented maximum.",
)
def _size(look: Look) -> Iterator[Observation]:
    for each in _seen(look, "pagination.size"):
        for one in (each.small, each.before):
            for page in one.pages if one.size is not None else ():
                yield judged(page.by, _fault_of_size(page, one.size or 0))
    look.skip("pagination.size", "No list lets anybody say how many items a page is to hold.")


def _fault_of_size(page: Page, size: int) -> str:
    if len(page.keys) > size:
        return f"A page of {size} was asked for, and {len(page.keys)} items came."
    if page.echoed is not None and page.echoed != size:
        return f"A page of {size} was asked for, and it says that its size is {page.echoed}."
    return ""


@rule(
    "pagination.bounds",
    Severity.MEDIUM,
    title="The bounds of the page size are kept",
    sentence="A size beyond the documented maximum or minimum is refused, or cut to the bound; it is no crash.",
    mending="Refuse what is out of bounds with 400 or 422, or cut it to the bound.",
)
def _bounds(look: Look) -> Iterator[Observation]:
    for each in _seen(look, "pagination.bounds"):
        paging = each.paging
        if paging.size is None:
            continue
        tried: list[tuple[int, int | None]] = [(paging.most + 1, paging.most)] if paging.most is not None else []
        tried += [(paging.least - 1, None)] if paging.least is not None else []
        for size, most in tried:
            call = first_call(look, paging, size)
            by = None if call is None else look.ask(each.name, call)
            if by is not None:
                yield judged(by, _fault_of_bound(paging, by, size, most), place="maximum" if most else "minimum")
    look.skip("pagination.bounds", "The document gives no bounds for the size of a page.")


def _fault_of_bound(paging: Paging, by: Exchanged, size: int, most: int | None) -> str:
    status = by.answer.status
    if status >= 500:
        return f"A page of {size} is answered with {status}."
    page = page_of(paging, by) if status == 200 else None
    if page is not None and most is not None and (len(page.keys) > most or (page.echoed or 0) > most):
        return f"A page of {size} was given, though the document allows at most {most}."
    return ""


@rule(
    "pagination.beyond-end",
    Severity.LOW,
    title="Beyond the end there is nothing",
    sentence="A page far beyond the last one is empty, or is refused with a 4xx.",
    mending="Answer with an empty page or with 404; never with the first page, and never with a 5xx.",
)
def _beyond_end(look: Look) -> Iterator[Observation]:
    for each in _seen(look, "pagination.beyond-end"):
        if each.paging.kind not in ("page", "offset"):
            continue
        call = first_call(look, each.paging, each.small.size)
        by = None if call is None else look.ask(each.name, with_position(each.paging, call, _FAR))
        if by is not None:
            yield judged(by, _fault_of_nowhere(each.paging, by, "The page far beyond the end"))
    look.skip("pagination.beyond-end", "No list is paged by numbers.")


@rule(
    "pagination.bad-cursor",
    Severity.MEDIUM,
    title="A cursor that nobody gave is refused",
    sentence="A cursor that the provider has never given is refused with a 4xx, and does not begin from the start.",
    mending="Check cursors, best by a signature, and answer 400 or 404 for those that are none.",
)
def _bad_cursor(look: Look) -> Iterator[Observation]:
    for each in _seen(look, "pagination.bad-cursor"):
        call = first_call(look, each.paging, each.small.size) if each.paging.kind == "cursor" else None
        by = None if call is None else look.ask(each.name, with_position(each.paging, call, _NO_CURSOR))
        if by is not None:
            status = by.answer.status
            fault = "" if 400 <= status < 500 else f"A cursor that nobody gave is answered with {status}."
            yield judged(by, fault)
    look.skip("pagination.bad-cursor", "No list is paged by cursors.")


def _fault_of_nowhere(paging: Paging, by: Exchanged, what: str) -> str:
    status = by.answer.status
    page = page_of(paging, by) if status == 200 else None
    if page is not None and page.keys:
        return f"{what} holds {len(page.keys)} items."
    return f"{what} is answered with {status}." if status >= 500 else ""


@rule(
    "pagination.totals",
    Severity.MEDIUM,
    title="Totals are true",
    sentence="The total that pages tell is the number of items in the list, and so is the number of pages.",
    mending="Count with the filter that the page is made with.",
)
def _totals(look: Look) -> Iterator[Observation]:
    for each in _seen(look, "pagination.totals"):
        told = {page.total for one in each.walks for page in one.pages}
        if told == {None}:
            continue
        fault = _fault_of_totals(each, told)
        yield judged(_last(each.small), fault)
    look.skip("pagination.totals", "No list tells how many items there are.")


def _fault_of_totals(each: Walked, told: set[int | None]) -> str:
    counted = {len(set(one.keys)) for one in (each.before, each.after) if not one.fault}
    if len(counted) != 1:
        # Somebody else makes or removes things meanwhile: nobody can say what would be true.
        return ""
    (number,) = counted
    wrong = sorted(total for total in told if total is not None and total != number)
    if wrong:
        return f"Pages tell a total of {wrong[0]}, and the list has {number} items."
    size, pages = each.small.size, {page.total_pages for page in each.small.pages} - {None}
    if size and pages and number and pages != {-(-number // size)}:
        return f"Pages of {size} tell {min(pages, key=str)} pages, and {number} items fill {-(-number // size)}."
    return ""


@rule(
    "pagination.ends",
    Severity.HIGH,
    title="A walk comes to an end",
    sentence="Whoever follows a list from page to page comes to its end, and to no page twice; no page fails.",
    mending="Let each page lead to the one after it, and the last one to none.",
)
def _ends(look: Look) -> Iterator[Observation]:
    for each in _seen(look, "pagination.ends"):
        fault = each.small.fault or each.before.fault
        yield judged(_last(each.small), fault)


@rule(
    "pagination.link",
    Severity.MEDIUM,
    title="Links to pages stay with their list",
    sentence="What leads to the next page stays with the provider, or a server of its document, and with its path.",
    mending="Make links of the address that the request came to, or relative ones.",
)
def _link(look: Look) -> Iterator[Observation]:
    for each in _seen(look, "pagination.link"):
        for page in each.small.pages:
            if isinstance(page.following, str):
                yield judged(page.by, _fault_of_link(look, page.by.call, page.following))
    look.skip("pagination.link", "No page has a link to the next one.")


def _addresses(look: Look) -> Iterator[str]:
    """Where the document says that the provider is, as behind a gateway."""
    root = look.surface.document.document
    servers, host = root.get("servers"), root.get("host")
    for each in servers if isinstance(servers, list) else ():
        if isinstance(each, dict):
            yield urlsplit(str(each.get("url", ""))).netloc
    if isinstance(host, str):
        yield host


def _fault_of_link(look: Look, call: Call, link: str) -> str:
    whole = where_to(look, call, link)
    if whole is None:
        return "The link to the next page is no address."
    wanted = urlsplit(look.base_url).path.rstrip("/") + call.path
    if whole.netloc not in {urlsplit(look.base_url).netloc, *_addresses(look)}:
        return f"The link to the next page leads to {whole.netloc[:200]}, which is no server of the document."
    return "" if whole.path == wanted else f"The link to the next page leads to {whole.path[:200]}."
