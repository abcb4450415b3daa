"""Finds the documents that a provider is held against: said, or looked for where frameworks serve them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import urljoin, urlsplit

from contracthub.domain.errors import HubError
from contracthub.formats.detection import detected
from contracthub.formats.openapi.parse import OpenApiDocument, parse
from contracthub.verification.documents import HUB, OPENAPI_PATHS, DocumentNotThere, document_at
from contracthub.verification.fuzz.wire import origin_of
from contracthub.verification.graphql.schemas import SchemaNotThere, running_schema
from contracthub.verification.provider_client import ProviderAnswer, ProviderClient, ProviderSilent
from contracthub.verification.suites import Target

GRAPHQL_PATHS = ("/graphql", "/api/graphql", "/query")
# Servers that take nothing but POST there answer 404 to a GET, so it tells nothing.
_ONLY_GRAPHQL = frozenset({"/graphql", "/api/graphql"})
_MOST_REDIRECTS = 3


@dataclass(frozen=True, slots=True)
class Source:
    """A document to fuzz with. ``base_url`` is what its paths are added to, ``place`` where it came from."""

    kind: str
    text: str
    base_url: str
    place: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Sources:
    """What was found: to fuzz with, what the hub has and the provider serves for drift, and what went wrong."""

    found: tuple[Source, ...]
    drifts: tuple[tuple[Source, Source], ...]
    problems: tuple[str, ...]


class ProviderAway(Exception):
    """Nothing answers at the provider's address."""


def client_of(target: Target) -> ProviderClient:
    """The client that asks the provider for its documents."""
    seconds = target.request_timeout_ms / 1000
    return ProviderClient(target.base_url, max(seconds, 1.0), target.headers, verify_tls=target.verify_tls)


def sources_for(target: Target, *, kinds: tuple[str, ...] = ("openapi", "graphql")) -> Sources:
    """The documents of a target, of these kinds. Raises ProviderAway where nothing listens."""
    problems: list[str] = []
    found: list[Source] = []
    drifts: list[tuple[Source, Source]] = []
    for kind, given in (("openapi", target.openapi), ("graphql", target.sdl)):
        if kind not in kinds:
            continue
        unusable: list[str] = []
        running = _running(target, kind, unusable)
        said = _said(target, kind, given, problems) if given else None
        published = said if given and given.startswith(HUB) else _published(target, kind)
        chosen = said or running or published
        if chosen is not None:
            found.append(chosen)
        elif not given:
            problems += unusable
        if published is not None and running is not None:
            drifts.append((published, running))
    return Sources(tuple(found), tuple(drifts), tuple(problems))


def _said(target: Target, kind: str, place: str, problems: list[str]) -> Source | None:
    try:
        text = _own(target, place) or document_at(place, target, kind).decode("utf-8", "replace")
        return _source(target, kind, text, place)
    except (DocumentNotThere, HubError) as error:
        problems.append(f"The {_NAMES[kind]} can't be used: {_text(error)}")
        return None


def _own(target: Target, place: str) -> str | None:
    """A document of the provider itself, asked for with the headers that it is asked with."""
    parts, base = urlsplit(place), urlsplit(target.base_url)
    if (parts.scheme, parts.netloc) != (base.scheme, base.netloc):
        return None
    query = f"?{parts.query}" if parts.query else ""
    answer = asked(replace(client_of(target), base_url=origin_of(place)), parts.path + query)
    return answer.body.decode("utf-8", "replace") if answer is not None and answer.status == 200 else None


def _published(target: Target, kind: str) -> Source | None:
    if target.hub is None:
        return None
    try:
        text = document_at(HUB, target, kind).decode("utf-8", "replace")
        return _source(target, kind, text, "the hub")
    except (DocumentNotThere, HubError):
        return None


def _running(target: Target, kind: str, unusable: list[str]) -> Source | None:
    client = client_of(target)
    if kind == "graphql":
        wanted = bool(target.graphql_path) or bool(target.sdl)
        return _introspected(target, client, wanted=wanted)
    for path in OPENAPI_PATHS:
        # One that hangs would be asked for as long as there are places.
        answer = asked(client, path, insists=path == OPENAPI_PATHS[0] and not target.openapi)
        body = answer.body if answer is not None and answer.status == 200 else b""
        if body and detected(path.rpartition("/")[2], body) == "openapi":
            place = client.base_url + path
            try:
                return _source(target, kind, body.decode("utf-8", "replace"), place)
            except HubError as error:
                unusable.append(f"The OpenAPI document at {place} can't be used: {_text(error)}{_hint(error)}")
    return None


def asked(client: ProviderClient, path: str, *, insists: bool = False) -> ProviderAnswer | None:
    """What is at a path; a redirect is followed while it stays with the provider. None where nothing came.

    Raises ProviderAway; also for one that takes a connection and says nothing, where ``insists`` is said.
    """
    for _ in range(_MOST_REDIRECTS + 1):
        try:
            answer = client.send("GET", path, headers={"Accept": "application/json, application/yaml, */*"})
        except ProviderSilent as silence:
            if "refused" in str(silence).lower() or "name or service" in str(silence).lower():
                raise ProviderAway(f"The provider does not answer at {client.base_url}: {silence}.") from silence
            if insists:
                raise ProviderAway(f"The provider gives no answer at {client.base_url}{path}: {silence}.") from silence
            return None
        there = answer.headers.get("location", "") if 300 <= answer.status < 400 else ""
        if not there:
            return answer
        whole = urljoin(client.base_url.rstrip("/") + path, there)
        base = urlsplit(client.base_url)
        parts = urlsplit(whole)
        if (parts.scheme, parts.netloc) != (base.scheme, base.netloc):
            return None
        path = parts.path.removeprefix(base.path.rstrip("/")) or "/"
    return None


def _introspected(target: Target, client: ProviderClient, *, wanted: bool) -> Source | None:
    paths: Iterator[str] = iter([target.graphql_path] if target.graphql_path else GRAPHQL_PATHS)
    for path in paths:
        if not wanted and path not in _ONLY_GRAPHQL and not _is_there(client, path):
            continue
        try:
            text = running_schema(client, path)
        except SchemaNotThere:
            continue
        return Source("graphql", text, client.base_url.rstrip("/") + path, client.base_url + path, path)
    return None


def _is_there(client: ProviderClient, path: str) -> bool:
    """Whether a GET meets anything: what else may be called so is not sent a POST that nobody asked for."""
    answer = asked(client, path)
    return answer is not None and answer.status != 404


def _source(target: Target, kind: str, text: str, place: str) -> Source:
    if kind == "graphql":
        from contracthub.formats.graphql.parse import parse as parse_sdl

        parse_sdl(text)
        path = target.graphql_path or GRAPHQL_PATHS[0]
        return Source(kind, text, target.base_url.rstrip("/") + path, place, path)
    document = parse(text)
    return Source(kind, text, base_for(target.base_url, document), place)


def base_for(base_url: str, document: OpenApiDocument) -> str:
    """The address that the document's paths are added to: its own server's path counts where none was given."""
    given = urlsplit(base_url).path.rstrip("/")
    return base_url.rstrip("/") if given else base_url.rstrip("/") + server_path(document)


def server_path(document: OpenApiDocument) -> str:
    """The path of the first server that a document names, without a slash at its end."""
    root = document.document
    base = root.get("basePath")
    if isinstance(base, str):
        return base.rstrip("/")
    servers = root.get("servers")
    first = servers[0] if isinstance(servers, list) and servers else None
    url = first.get("url") if isinstance(first, dict) else None
    if not isinstance(url, str) or "{" in url:
        return ""
    try:
        return urlsplit(url).path.rstrip("/")
    except ValueError:
        return ""


_NAMES = {"openapi": "OpenAPI document", "graphql": "GraphQL schema"}


def _hint(error: HubError) -> str:
    """What to do about a served document that is in several files: what a document names is never fetched."""
    if "was uploaded with it" not in error.message:
        return ""
    return " Its other files are not fetched: give it as a file, with contracthub verify provider --openapi FILE."


def _text(error: Exception) -> str:
    return error.message if isinstance(error, HubError) else str(error)
