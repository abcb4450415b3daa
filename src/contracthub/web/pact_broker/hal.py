"""HAL: links, timestamps, and answers in the media type that clients of the Pact Broker expect."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response

from contracthub.domain.errors import Fault, Invalid
from contracthub.domain.pacticipants import Page
from contracthub.web.addresses import base_of
from contracthub.web.problems import HAL_JSON, json_response

Json = dict[str, Any]
MAX_PAGE_SIZE = 1000


@lru_cache(maxsize=8192)
def segment_of(name: str) -> str:
    """A name as one path segment. The same few names stand in every link of an answer, so they are kept."""
    return quote(name, safe="")


@dataclass(frozen=True, slots=True)
class Urls:
    """Absolute addresses below one base; links in answers are never relative (pact-broker-api §19)."""

    base: str

    def to(self, *segments: str) -> str:
        """The address of a resource; every segment is encoded, slashes inside names included."""
        return f"{self.base}/" + "/".join(map(segment_of, segments))

    def template(self, path: str) -> str:
        """An address with ``{variables}``, kept as they are."""
        return self.base + path

    def pacticipant(self, name: str) -> str:
        """Where a pacticipant is."""
        return self.to("pacticipants", name)

    def version(self, pacticipant: str, number: str) -> str:
        """Where a version of a pacticipant is."""
        return self.to("pacticipants", pacticipant, "versions", number)

    def pair(self, provider: str, consumer: str) -> str:
        """Where the pacts between two pacticipants are."""
        return self.to("pacts", "provider", provider, "consumer", consumer)

    def pact(self, provider: str, consumer: str, number: str) -> str:
        """Where the pact of a consumer version is."""
        return f"{self.pair(provider, consumer)}/version/{segment_of(number)}"

    def contract(self, provider: str, consumer: str, identity: str) -> str:
        """Where a pact is by its identity."""
        return f"{self.pair(provider, consumer)}/pact-version/{identity}"

    def reader(self, consumer: str, number: str, subject: str) -> str:
        """Where the reader schema of a consumer version is."""
        return self.to("api", "v1", "pacticipants", consumer, "versions", number, "reader-schemas", subject)

    def live(self, consumer: str, number: str, kind: str, provider: str, name: str) -> str:
        """Where the live contract of a consumer version is."""
        owner = self.to("api", "v1", "pacticipants", consumer, "versions", number, "live-contracts")
        return f"{owner}/{'/'.join(map(segment_of, (kind, provider, name)))}"

    def on_paper(self, provider: str, provider_number: str, consumer: str, consumer_number: str) -> str:
        """Where the contracts of a consumer version are compared with the documents of a provider version."""
        sides = ("provider", provider, "version", provider_number, "consumer", consumer, "version", consumer_number)
        return self.to("contracts", "bi-directional", *sides, "cross-contract-verification-results")

    def comparison(self, consumer_identity: str, provider_identity: str, kind: str = "reader-schema") -> str:
        """Where the comparison of a consumer's contract with what a provider offers is."""
        return self.to("api", "v1", "comparisons", kind, consumer_identity, provider_identity)

    def curies(self, context: str) -> list[Json]:
        """Where relations are documented."""
        return [{"name": "pb", "href": f"{self.base}/doc/{{rel}}?context={context}", "templated": True}]


async def urls_of(request: Request) -> Urls:
    """The addresses for the links of an answer."""
    return Urls(base_of(request))


UrlsOf = Annotated[Urls, Depends(urls_of)]


def link(href: str, title: str | None = None, name: str | None = None, **more: Any) -> Json:
    """A link; what is ``None`` is left out."""
    found = {"title": title, "name": name, "href": href, **more}
    return {key: value for key, value in found.items() if value is not None}


def moment(value: datetime) -> str:
    """A timestamp as the Pact Broker writes it: UTC, whole seconds."""
    return value.isoformat(timespec="seconds")


def moments(created_at: datetime, updated_at: datetime | None = None) -> Json:
    """``createdAt``, and ``updatedAt`` where it differs by more than is shown."""
    shown = {"createdAt": moment(created_at)}
    if updated_at is not None and moment(updated_at) != shown["createdAt"]:
        shown["updatedAt"] = moment(updated_at)
    return shown


def present(values: Mapping[str, Any]) -> Json:
    """Those entries that have a value: on this face absent means absent, not null."""
    return {key: value for key, value in values.items() if value is not None}


def hal(body: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A HAL answer."""
    return json_response(body, status, HAL_JSON, headers)


def no_content() -> Response:
    """204."""
    return Response(status_code=204)


def page_of(request: Request) -> Page | None:
    """The page that is asked for; ``None`` when the whole list is. Raises :class:`Invalid`."""
    query = request.query_params
    number = _positive(query, "page", "pageNumber")
    size = _positive(query, "size", "pageSize")
    if number is None and size is None:
        return None
    return Page(number or 1, min(size or 100, MAX_PAGE_SIZE))


def _positive(query: Mapping[str, str], name: str, older: str) -> int | None:
    key = name if name in query else older
    if key not in query:
        return None
    text = query[key]
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) >= 1):
        raise Invalid.of(Fault(key, "must be an integer of at least 1"))
    return int(text)


def paging(urls_self: str, page: Page | None, total: int) -> tuple[Json, Json]:
    """What a list says of its pages: the ``page`` member, and the links to the next and the previous one."""
    if page is None:
        return {}, {}
    pages = max(1, -(-total // page.size))
    links = {}
    if page.number < pages:
        links["next"] = {"href": f"{urls_self}?size={page.size}&page={page.number + 1}", "title": "Next page"}
    if page.number > 1:
        links["previous"] = {"href": f"{urls_self}?size={page.size}&page={page.number - 1}", "title": "Previous page"}
    facts = {"number": page.number, "size": page.size, "totalElements": total, "totalPages": pages}
    return {"page": facts}, links
