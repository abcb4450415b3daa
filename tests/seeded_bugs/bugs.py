"""The bugs that can be seeded into the bookshop, what finds each of them, and who is hurt."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Reach(StrEnum):
    """What it takes to get to a bug: any request that the document allows, or a value that only consumers know."""

    DOCUMENT = "document"
    CONSUMERS = "consumers"


@dataclass(frozen=True, slots=True)
class Bug:
    """One way to misbehave. It is found by a finding of one of these codes for its operation, with that status."""

    name: str
    category: str
    reach: Reach
    operation: str
    codes: tuple[str, ...]
    status: int | None
    sentence: str


_D, _C = Reach.DOCUMENT, Reach.CONSUMERS
_CRASH, _STATUS, _SCHEMA = ("ST101",), ("ST103",), ("ST108",)
_GRAPHQL = ("ST113", "ST114")
_NEED = ("CH203",)

BUGS = (
    # What any request that the document allows may meet.
    Bug("book-price-as-text", "type", _D, "GET /books", _SCHEMA, 200, "The price of a listed book is text."),
    Bug("search-for-nothing", "crash", _D, "GET /search", _CRASH, 500, "A search for an empty text crashes."),
    Bug("search-without-limit", "crash", _D, "GET /search", _CRASH, 503, "A search with limit 0 answers 503."),
    Bug("report-without-start", "status", _D, "GET /reports/sales", _STATUS, 418, "Without a start it answers 418."),
    Bug("shelf-without-capacity", "missing-field", _D, "GET /shelves/{shelf_id}", _SCHEMA, 200, "It lacks capacity."),
    Bug("shelf-as-text", "content-type", _D, "PUT /shelves/{shelf_id}", ("ST105",), 200, "It answers in plain text."),
    Bug("review-of-negative-stars", "validation", _D, "POST /reviews", ("ST201",), 201, "Stars below one are taken."),
    Bug("review-at-full-length", "crash", _D, "POST /reviews", _CRASH, 500, "A text of the full length crashes."),
    Bug("review-without-location", "header", _D, "POST /reviews", ("ST107",), 201, "It lacks the promised Location."),
    Bug("invoice-cut-short", "malformed", _D, "GET /invoices/{number}", ("ST109",), 200, "Its JSON is cut short."),
    Bug("health-in-other-words", "enum", _D, "GET /health", _SCHEMA, 200, "Its status is none of the documented."),
    Bug("return-is-accepted", "status", _D, "POST /returns", _STATUS, 202, "It answers 202, which is undocumented."),
    Bug("authors-below-zero", "graphql-crash", _D, "Query.authors", _GRAPHQL, 200, "A negative limit crashes."),
    Bug("series-without-title", "graphql-null", _D, "Query.series", _GRAPHQL, 200, "A title is null."),
    Bug("rating-of-zero", "graphql-crash", _D, "Mutation.rate", _GRAPHQL, 200, "A rating of zero crashes."),
    Bug("genres-crash", "graphql-crash", _D, "Query.genres", _GRAPHQL, 200, "The list of genres always crashes."),
    # What only the values, headers, states and sequences of consumers lead to.
    Bug("coupon-crash", "crash", _C, "POST /orders", _CRASH, 500, "The coupon WELCOME10 crashes."),
    Bug("hundred-of-a-title", "crash", _C, "POST /orders", _CRASH, 503, "A hundred of BK-0042 answers 503."),
    Bug("mobile-order-lost", "sequence", _C, "GET /orders/{order_id}", ("ST302",), 404, "Mobile orders are lost."),
    Bug("stock-in-berlin", "header", _C, "GET /stock/{sku}", _CRASH, 500, "The warehouse berlin-3 crashes."),
    Bug("stock-without-reserved", "missing-field", _C, "GET /stock/{sku}", _SCHEMA, 200, "BK-0042 lacks reserved."),
    Bug("paid-order-crash", "state", _C, "GET /orders/{order_id}", _CRASH, 500, "An order that is paid crashes."),
    Bug("order-without-tracking", "need", _C, "GET /orders/{order_id}", _NEED, 200, "It lacks the optional tracking."),
    Bug("points-as-text", "need", _C, "GET /customers/{customer_id}", _NEED, 200, "Points may be text, and now are."),
    Bug("customer-without-etag", "need", _C, "GET /customers/{customer_id}", ("CH202",), 200, "It lacks its ETag."),
    Bug(
        "pay-by-voucher",
        "enum",
        _C,
        "POST /orders/{order_id}/pay",
        _CRASH,
        500,
        "Paying an open order so crashes.",
    ),
    Bug("cancel-says-ok", "status", _C, "DELETE /orders/{order_id}", _STATUS, 200, "It answers 200, not 204."),
    Bug("nickname-of-null", "crash", _C, "PATCH /customers/{customer_id}", _CRASH, 500, "A nickname of null crashes."),
    Bug("book-in-francs", "enum", _C, "GET /books/{book_id}", _CRASH, 500, "A known book in CHF crashes."),
    Bug("partner-report", "crash", _C, "GET /reports/sales", _CRASH, 500, "The partner acme-books as csv crashes."),
    Bug("return-of-known-order", "enum", _C, "POST /returns", _CRASH, 500, "A damaged known order crashes."),
    Bug("search-by-isbn", "status", _C, "GET /search", _STATUS, 204, "A known ISBN answers 204, undocumented."),
    Bug("author-crash", "graphql-crash", _C, "Query.author", _GRAPHQL, 200, "The author au-1 crashes."),
    Bug("reader-without-name", "graphql-null", _C, "Query.reader", _GRAPHQL, 200, "Ada has no name."),
    Bug("gloomy-mood", "graphql-enum", _C, "Query.recommendations", _GRAPHQL, 200, "Ada in a gloomy mood crashes."),
    Bug("follow-twice", "graphql-crash", _C, "Mutation.follow", _GRAPHQL, 200, "Following a known author crashes."),
    Bug("list-without-books", "need", _C, "Query.readingList", _NEED, 200, "The list li-1 lacks its books."),
)
NAMES = tuple(bug.name for bug in BUGS)
# What consumers ask for, as their pacts say: a bug there hurts one of them.
USED = frozenset(
    {
        *("GET /books", "GET /books/{book_id}", "GET /search", "GET /stock/{sku}", "GET /reports/sales"),
        *("POST /orders", "GET /orders/{order_id}", "POST /orders/{order_id}/pay", "DELETE /orders/{order_id}"),
        *("GET /customers/{customer_id}", "PATCH /customers/{customer_id}", "POST /returns"),
        *("Query.author", "Query.authors", "Query.reader", "Query.recommendations", "Query.readingList"),
        "Mutation.follow",
    }
)


@dataclass(frozen=True, slots=True)
class Sight:
    """What a tool reported: an operation, the code of the failure, and the status of the answer."""

    operation: str
    code: str
    status: int | None


def found_by(sights: Iterable[Sight]) -> tuple[str, ...]:
    """The names of the bugs that these reports show."""
    seen = set(sights)
    return tuple(
        bug.name
        for bug in BUGS
        if any(
            sight.operation == bug.operation and sight.code in bug.codes and bug.status in (None, sight.status)
            for sight in seen
        )
    )


def hurting(names: Iterable[str]) -> tuple[str, ...]:
    """Of these bugs the ones in what a consumer uses."""
    operations = {bug.name: bug.operation for bug in BUGS}
    return tuple(name for name in names if operations[name] in USED)
