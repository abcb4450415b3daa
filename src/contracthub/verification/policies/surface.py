"""The operations of a provider as its OpenAPI document has them, with what only policies ask about."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from contracthub.formats.bundle import Place
from contracthub.formats.openapi.operations import Operation as Described
from contracthub.formats.openapi.operations import Response, operations
from contracthub.formats.openapi.parse import OpenApiDocument
from contracthub.formats.safe_json import JsonObject, JsonValue
from contracthub.verification.state_solving.api import Api, ApiOperation, api_of

_STREAMS = frozenset({"text/event-stream", "application/x-ndjson", "application/stream+json", "application/jsonl"})


@dataclass(frozen=True, slots=True)
class Scheme:
    """A security scheme: ``kind`` is ``http``, ``apiKey``, ``oauth2`` …; ``where`` and ``key`` those of an API key."""

    name: str
    kind: str
    scheme: str = ""
    where: str = ""
    key: str = ""

    @property
    def is_bearer(self) -> bool:
        """Whether a token goes into the header Authorization."""
        return self.kind in ("oauth2", "openIdConnect") or (self.kind == "http" and self.scheme == "bearer")


# What is meant where only the settings say that an operation is guarded.
BEARER = Scheme("bearer", "http", "bearer")


@dataclass(frozen=True, slots=True)
class PolicyOperation:
    """An operation: how it is asked (``api``), how it is described, and the schemes of each way to be let in.

    No way at all is an operation that says nothing of credentials; an empty one means that they may be left out.
    """

    api: ApiOperation
    described: Described
    ways_in: tuple[tuple[Scheme, ...], ...]

    @property
    def name(self) -> str:
        """``GET /orders/{id}``."""
        return self.api.name

    @property
    def is_read(self) -> bool:
        """Whether it changes nothing."""
        return self.api.method in ("GET", "HEAD", "OPTIONS")

    @property
    def is_guarded(self) -> bool:
        """Whether nobody is let in without credentials, as the document has it."""
        return bool(self.ways_in) and all(self.ways_in)

    @property
    def schemes(self) -> tuple[Scheme, ...]:
        """Every scheme of its ways in, each once."""
        return tuple(dict.fromkeys(each for way in self.ways_in for each in way))

    def response(self, status: int) -> Response | None:
        """What the document says of an answer: by its status, else by its class, else by the default."""
        found = {each.status.upper(): each for each in self.described.responses}
        return found.get(str(status)) or found.get(f"{status // 100}XX") or found.get("DEFAULT")

    @property
    def is_stream(self) -> bool:
        """Whether its answer need not come to an end."""
        types = (body.media_type for each in self.described.responses for body in each.bodies)
        return any(each.partition(";")[0].strip().lower() in _STREAMS for each in types)

    def declares(self, *statuses: int) -> bool:
        """Whether the document names one of these statuses, or its class."""
        named = {each.status.upper() for each in self.described.responses}
        return any(str(each) in named or f"{each // 100}XX" in named for each in statuses)


@dataclass(frozen=True)
class Surface:
    """All operations of one document, in its order."""

    document: OpenApiDocument

    @cached_property
    def api(self) -> Api:
        """The operations by the things that they are about."""
        return api_of(self.document)

    @cached_property
    def operations(self) -> tuple[PolicyOperation, ...]:
        """Every operation that the provider serves."""
        described = {each.name: each for each in operations(self.document)}
        return tuple(
            PolicyOperation(each, described[each.name], tuple(self._ways_in(described[each.name])))
            for each in self.api.operations
            if each.name in described
        )

    @cached_property
    def by_name(self) -> Mapping[str, PolicyOperation]:
        """The same by ``GET /orders/{id}``."""
        return {each.name: each for each in self.operations}

    @cached_property
    def schemes(self) -> Mapping[str, Scheme]:
        """The security schemes of the document by name."""
        root = self.document.document
        held = _object(_object(root.get("components")).get("securitySchemes")) or _object(
            root.get("securityDefinitions")
        )
        found = {}
        for name, value in held.items():
            place = self.document.bundle.resolved(Place(self.document.bundle.root, "", value))
            facts = _object(place.value) if place is not None else {}
            kind, scheme = str(facts.get("type", "")), str(facts.get("scheme", "")).lower()
            if kind == "basic":
                kind, scheme = "http", "basic"
            found[name] = Scheme(name, kind, scheme, str(facts.get("in", "")), str(facts.get("name", "")))
        return found

    def raw(self, pointer: str) -> JsonObject:
        """What stands at a pointer of the document, with its reference followed; empty for what is no object."""
        file, _, inner = pointer.rpartition("#")
        place = self.document.bundle.find(f"#{inner}", file or self.document.bundle.root)
        found = None if isinstance(place, str) else self.document.bundle.resolved(place)
        return _object(found.value) if found is not None else {}

    def _ways_in(self, described: Described) -> Iterator[tuple[Scheme, ...]]:
        own = self.raw(described.pointer).get("security", self.document.document.get("security"))
        for way in own if isinstance(own, list) else ():
            if isinstance(way, dict):
                yield tuple(self.schemes.get(name, Scheme(name, "")) for name in way)


def _object(value: JsonValue) -> JsonObject:
    return value if isinstance(value, dict) else {}
