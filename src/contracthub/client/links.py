"""HAL: links, embedded resources and URI templates of an answer (pact-broker-api §1)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from contracthub.client.answers import JsonObject
from contracthub.client.errors import AnswerNotUnderstood

_VARIABLE = re.compile(r"\{([A-Za-z0-9_.]+)\}")


def expand(template: str, **values: str) -> str:
    """The template with each ``{name}`` replaced by its percent-encoded value, slashes included (RFC 6570 level 1)."""

    def value_of(match: re.Match[str]) -> str:
        name = match.group(1)
        if name not in values:
            raise AnswerNotUnderstood(f"The link {template} asks for a value of {name} that is not known.")
        return quote(values[name], safe="")

    return _VARIABLE.sub(value_of, template)


@dataclass(frozen=True, slots=True)
class Link:
    """One link of a resource; ``name`` is how clients choose among several of one relation."""

    href: str
    name: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Resource:
    """A HAL document and the address it came from."""

    url: str
    data: JsonObject

    def links(self, relation: str) -> tuple[Link, ...]:
        """All links of a relation, whether it is written as one object or as a list."""
        found = _mapping(self.data.get("_links")).get(relation)
        candidates = found if isinstance(found, list) else [found]
        return tuple(
            Link(str(one["href"]), str(one.get("name", "")), str(one.get("title", "")))
            for one in candidates
            if isinstance(one, Mapping) and one.get("href")
        )

    def find_link(self, relation: str, **values: str) -> str | None:
        """The address that a relation leads to, with its template filled in, or nothing when it is not offered."""
        links = self.links(relation)
        return expand(links[0].href, **values) if links else None

    def link(self, relation: str, **values: str) -> str:
        """As find_link, but raises AnswerNotUnderstood when the relation is not offered."""
        href = self.find_link(relation, **values)
        if href is None:
            raise AnswerNotUnderstood(
                f"{self.url} offers no link {relation}. The hub may be too old, or the base URL is not a hub's."
            )
        return href

    def embedded(self, name: str) -> tuple["Resource", ...]:
        """The embedded resources of this name; one object counts as a list of one."""
        found = _mapping(self.data.get("_embedded")).get(name)
        candidates = found if isinstance(found, list) else [found]
        return tuple(Resource(self.url, dict(one)) for one in candidates if isinstance(one, Mapping))

    def text(self, name: str) -> str | None:
        """The value of a property when it is a text."""
        value = self.data.get(name)
        return value if isinstance(value, str) else None


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}
