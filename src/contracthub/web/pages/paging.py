"""Pages of lists, as their addresses name them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from contracthub.domain.pacticipants import Listing, Page

_LONGEST = 6


@dataclass(frozen=True, slots=True)
class Pager:
    """Where the reader is in a list, and where the neighbours are."""

    number: int
    pages: int
    total: int
    previous: str | None
    next: str | None


def page_from(request: Request, name: str, size: int) -> Page:
    """The page that a parameter asks for; the first where it makes no sense."""
    text = request.query_params.get(name, "")
    sensible = text.isascii() and text.isdigit() and len(text) <= _LONGEST and int(text) >= 1
    return Page(int(text) if sensible else 1, size)


def pager_of(listing: Listing[Any], address: Callable[[int], str]) -> Pager:
    """The pager of a list whose pages have addresses by number."""
    assert listing.page is not None
    number, size = listing.page.number, listing.page.size
    pages = max(1, -(-listing.total // size))
    return Pager(
        number,
        pages,
        listing.total,
        address(min(number - 1, pages)) if number > 1 else None,
        address(number + 1) if number < pages else None,
    )
