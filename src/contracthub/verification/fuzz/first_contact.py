"""First contact with a provider of which only an address is known: what is served there, and what may be sent."""

import ipaddress
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from contracthub.formats.detection import detected
from contracthub.formats.openapi.operations import operations
from contracthub.formats.openapi.parse import parse
from contracthub.verification.fuzz.rest import SAFE
from contracthub.verification.fuzz.sources import Source, Sources, asked, client_of, sources_for
from contracthub.verification.graphql.schemas import SchemaNotThere, running_schema
from contracthub.verification.suites import Target

# A machine that is not ours is asked no faster than a busy person with many tabs.
STRANGERS_RATE = 20.0


class NoAddress(Exception):
    """What was given is no address of an HTTP server."""


@dataclass(frozen=True, slots=True)
class Contact:
    """What was found at an address. ``left_out`` are operations that may change something, and are not sent."""

    target: Target
    sources: Sources
    operations: dict[str, int]
    left_out: tuple[str, ...]


def contact(target: Target, *, unsafe: bool | None, phases: tuple[str, ...] = ()) -> Contact:
    """Looks at an address: it may be a document's, a GraphQL endpoint's, or what paths are added to.

    ``unsafe`` says whether methods are tried that may change something; without a word they are on this machine, and
    nowhere else. ``phases`` are the engine's, all of them without a word. Raises NoAddress, and ProviderAway where
    nothing listens.
    """
    url = address(target.base_url)
    parts = urlsplit(url)
    origin = urlunsplit((parts.scheme, parts.netloc, "", "", ""))
    is_own = is_this_machine(parts.hostname or "")
    may = is_own if unsafe is None else unsafe
    settings: dict[str, Any] = {"unsafe_methods": may}
    if phases:
        settings["phases"] = phases
    if not is_own:
        settings["rate"] = STRANGERS_RATE
    target = replace(target, base_url=url.rstrip("/"), settings={"fuzz": settings})
    at_origin = replace(target, base_url=origin)
    sources = _of_document(at_origin, parts.path, parts.query) or _of_graphql(at_origin, parts.path)
    if sources is None:
        sources = sources_for(target)
        if not sources.found and parts.path.strip("/"):
            target, sources = at_origin, sources_for(at_origin)
    else:
        target = at_origin
    names = {source.place: _names(source) for source in sources.found}
    left_out = () if may else tuple(each for listed in names.values() for each in listed if not _reads(each))
    return Contact(target, sources, {place: len(listed) for place, listed in names.items()}, left_out)


def address(text: str) -> str:
    """The address that somebody wrote, with a scheme. Raises NoAddress.

    >>> address("localhost:8000/docs/")
    'http://localhost:8000/docs/'
    """
    url = text.strip() if "://" in text else f"http://{text.strip()}"
    try:
        parts = urlsplit(url)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if not valid:
        raise NoAddress(f"{text} is no address of an HTTP server. Write it as http://localhost:8000.")
    return url


def is_this_machine(host: str) -> bool:
    """Whether a host is this machine by its very name: what a name server says may change.

    >>> [is_this_machine(each) for each in ("localhost", "127.0.0.1", "::1", "example.com", "10.0.0.1")]
    [True, True, True, False, False]
    """
    name = host.lower().rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _of_document(target: Target, path: str, query: str) -> Sources | None:
    answer = asked(client_of(target), (path or "/") + (f"?{query}" if query else ""), insists=True)
    if answer is None or answer.status != 200:
        return None
    name = path.rpartition("/")[2]
    if detected(name if "." in name else "document.json", answer.body) != "openapi":
        return None
    return sources_for(
        replace(target, openapi=f"{target.base_url}{path}{'?' if query else ''}{query}"), kinds=("openapi",)
    )


def _of_graphql(target: Target, path: str) -> Sources | None:
    if not path.strip("/"):
        return None
    try:
        text = running_schema(client_of(target), path)
    except SchemaNotThere:
        return None
    place = target.base_url + path
    return Sources((Source("graphql", text, place, place, path),), (), ())


def _names(source: Source) -> list[str]:
    if source.kind == "openapi":
        return [each.name for each in operations(parse(source.text)) if " webhook:" not in each.name]
    from contracthub.formats.graphql.parse import parse as parse_schema

    schema = parse_schema(source.text).schema
    roots = (("Query", schema.query_type), ("Mutation", schema.mutation_type))
    return [f"{kind}.{name}" for kind, root in roots if root is not None for name in root.fields]


def _reads(operation: str) -> bool:
    return operation.partition(" ")[0] in SAFE or operation.startswith("Query.")
