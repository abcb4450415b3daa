"""Another broker as a source of records: asked through its public API, one request after the other or several at once.

Addresses are made from names, here, below the source's own address. What the source links to is only read, so that
nothing it says can send a request, or credentials, to another host; a link to one ends the reading.
"""

import re
from collections.abc import Iterator
from urllib.parse import quote, unquote, urlsplit

from contracthub.client.errors import AnswerNotUnderstood
from contracthub.client.hub import Hub, Query
from contracthub.client.links import Resource
from contracthub.client.moving_report import MovingReport
from contracthub.client.source_reading import SourceReading

PAGE_SIZE = 250
MOST_ENTRIES = 2_000_000


class BrokerSource(SourceReading):
    """The source, how many requests go to it at once, and the report that is told what could not be read."""

    def __init__(self, hub: Hub, report: MovingReport, *, workers: int = 8) -> None:
        super().__init__(report, workers=workers)
        self._hub = hub

    def check(self) -> None:
        """Raises HubFailure unless a broker answers there."""
        self._hub.index()

    def get(self, *segments: str, query: Query = ()) -> Resource:
        """The resource at a path of names. Raises HubFailure."""
        self.report.asked()
        return self._hub.get("/" + "/".join(quote(each, safe="") for each in segments), query)

    def try_get(self, kind: str, title: str, *segments: str, query: Query = ()) -> Resource | None:
        """As get; what the source refuses or garbles is reported. Raises HubFailure after too much of that."""
        return self.tried(kind, title, lambda: self.get(*segments, query=query))

    def entries(self, name: str, *segments: str) -> Iterator[Resource]:
        """All embedded resources of a list, page by page, each once.

        Raises AnswerNotUnderstood when its pages have no end.
        """
        seen: set[str] = set()
        number = 1
        while True:
            page = self.get(*segments, query=[("page", str(number)), ("size", str(PAGE_SIZE))])
            before = len(seen)
            for entry in page.embedded(name):
                key = _key_of(entry)
                if key not in seen:
                    seen.add(key)
                    yield entry
            following = next(iter(page.links("next")), None)
            if following is None:
                return
            self.names_in(following.href)
            if len(seen) == before or len(seen) > MOST_ENTRIES:
                raise AnswerNotUnderstood(f"{page.url} always has one more page of the same. The list has no end.")
            number += 1

    def names_in(self, href: str) -> list[str]:
        """The names in the path of a link. Raises AnswerNotUnderstood for a link to another host."""
        home = self._hub.connection.base_url
        try:
            parts, here = urlsplit(href), urlsplit(home)
            host = parts.hostname
        except ValueError as error:
            raise AnswerNotUnderstood(f"The source has a link that is no address: {href[:200]}") from error
        if host is not None and host != here.hostname:
            raise AnswerNotUnderstood(
                f"The source at {home} links to another host: {href[:200]}. Nothing was asked there. Import from the "
                "address that the source names itself by, or correct its base URL."
            )
        return [unquote(each) for each in parts.path.split("/") if each]


def _key_of(entry: Resource) -> str:
    return next((text for name in ("number", "name", "uuid") if (text := entry.text(name)) is not None), "")


_PACT = re.compile(r"pacts?")


def provider_in(names: list[str]) -> str | None:
    """The provider that an address names: ``…/pacts/provider/P/consumer/C/…``."""
    pair = _pair_in(names)
    return pair[0] if pair else None


def consumer_in(names: list[str]) -> str | None:
    """The consumer that such an address names."""
    pair = _pair_in(names)
    return pair[1] if pair else None


def _pair_in(names: list[str]) -> tuple[str, str] | None:
    for place in range(len(names) - 4):
        word, provider, one, consumer, other = names[place : place + 5]
        if _PACT.fullmatch(word) and (provider, consumer) == ("provider", "consumer"):
            return one, other
    return None


def last_after(names: list[str], word: str) -> str | None:
    """The name that follows the last ``word`` in an address."""
    places = [place for place, name in enumerate(names[:-1]) if name == word]
    return names[places[-1] + 1] if places else None
