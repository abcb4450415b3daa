"""The operations of a provider as its OpenAPI document has them, sorted by the things that they are about."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from contracthub.formats.bundle import Bundle, Place
from contracthub.formats.openapi.operations import Operation as Described
from contracthub.formats.openapi.operations import operations
from contracthub.formats.openapi.parse import OpenApiDocument
from contracthub.formats.safe_json import JsonObject, JsonValue
from contracthub.verification.state_solving.wording import parts

_MOST_PARTS = 50
_DEEPEST_ENVELOPE = 2


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter besides the body, with its schema."""

    where: str
    name: str
    required: bool
    schema: Place


@dataclass(frozen=True, slots=True)
class ApiOperation:
    """One operation. ``body`` and ``answer`` are the schemas of its JSON, None where it has none."""

    method: str
    path: str
    parameters: tuple[Parameter, ...]
    body: Place | None
    answer: Place | None
    statuses: tuple[str, ...]

    @property
    def name(self) -> str:
        """``POST /orders``."""
        return f"{self.method} {self.path}"

    @property
    def segments(self) -> tuple[str, ...]:
        """The parts of its path."""
        return tuple(part for part in self.path.split("/") if part)

    @property
    def last_parameter(self) -> str | None:
        """The name of the parameter that its path ends with."""
        return name_in_braces(self.segments[-1]) if self.segments else None


@dataclass(slots=True)
class Resource:
    """A kind of thing: what makes one, reads one, lists all, and what else can be done with one."""

    path: str
    name: str
    parameter: str | None = None
    create: ApiOperation | None = None
    put: ApiOperation | None = None
    patch: ApiOperation | None = None
    read: ApiOperation | None = None
    listing: ApiOperation | None = None
    delete: ApiOperation | None = None
    actions: list[ApiOperation] = field(default_factory=list)


def name_in_braces(segment: str) -> str | None:
    """``{order_id}`` is ``order_id``."""
    return segment[1:-1] if segment.startswith("{") and segment.endswith("}") else None


@dataclass(frozen=True)
class Api:
    """All operations of a provider, and the kinds of things that they are about, by path."""

    operations: tuple[ApiOperation, ...]
    bundle: Bundle

    @cached_property
    def resources(self) -> Mapping[str, Resource]:
        """Every collection by its path, such as ``/orders`` and ``/orders/{order_id}/lines``."""
        found: dict[str, Resource] = {}
        for operation in self.operations:
            self._place(operation, found)
        for operation in self.operations:
            segments = operation.segments
            if operation.method in ("POST", "PUT", "PATCH") and len(segments) > 2 and name_in_braces(segments[-2]):
                owner = found.get("/" + "/".join(segments[:-2]))
                if owner is not None:
                    owner.actions.append(operation)
        return found

    def _place(self, operation: ApiOperation, found: dict[str, Resource]) -> None:
        segments = operation.segments
        if not segments:
            return
        is_item = operation.last_parameter is not None
        own = segments[:-1] if is_item else segments
        if not own or name_in_braces(own[-1]):
            return
        path = "/" + "/".join(own)
        resource = found.setdefault(path, Resource(path, own[-1]))
        if is_item:
            resource.parameter = operation.last_parameter
            kinds = {"GET": "read", "DELETE": "delete", "PUT": "put", "PATCH": "patch"}
        else:
            kinds = {"GET": "listing", "POST": "create"}
        kind = kinds.get(operation.method)
        if kind is not None:
            setattr(resource, kind, operation)

    def match(self, method: str, path: str) -> tuple[ApiOperation, Mapping[str, str]] | None:
        """The operation that a request is one of, and the values of its path's parameters."""
        best: tuple[int, ApiOperation, Mapping[str, str]] | None = None
        asked = [part for part in path.partition("?")[0].split("/") if part]
        for operation in self.operations:
            values = _values(operation.segments, asked) if operation.method == method.upper() else None
            # What names more of the path is meant: /orders/latest before /orders/{id}.
            if values is not None and (best is None or len(values) < best[0]):
                best = (len(values), operation, values)
        return None if best is None else (best[1], best[2])

    def resource_named(self, word: str) -> Resource | None:
        """The kind of thing that a word means; of several the one that is not inside of another."""
        wanted = parts(word)
        found = [each for each in self.resources.values() if wanted and parts(each.name)[-len(wanted) :] == wanted]
        return min(found, key=lambda each: each.path.count("/"), default=None)

    def resource_of_parameter(self, name: str) -> Resource | None:
        """The kind of thing whose id a parameter or member is: ``order_id`` is an order's."""
        words = parts(name)
        for each in self.resources.values():
            # itemSku is an item's where items are found by their sku; bookId a book's, where they are by bookId.
            own = parts(each.parameter or "")
            if len(words) > 1 and own and words in (own, parts(each.name) + own):
                return each
        if len(words) < 2 or words[-1] not in ("id", "uuid", "key", "code", "name", "number", "ref"):
            return None
        return next((each for each in self.resources.values() if parts(each.name) == words[:-1]), None)

    def resource_at(self, operation: ApiOperation) -> Resource | None:
        """The kind of thing that an operation is about: the innermost of its path whose id is given, or itself."""
        segments = operation.segments
        for end in range(len(segments), 0, -1):
            found = self.resources.get("/" + "/".join(segments[:end]))
            is_thing = found is not None and (found.parameter or found.listing or "{" not in found.path)
            if is_thing and (end == len(segments) or name_in_braces(segments[end])):
                return found
        return None

    def producers(self, resource: Resource) -> Iterator[ApiOperation]:
        """What makes a thing of this kind: its collection first, then what answers with one."""
        if resource.create is not None:
            yield resource.create
        elif resource.put is not None and resource.read is not None:
            # Without reading it first, nobody knows whether another one's would be written over.
            yield resource.put
        wanted = resource.read.answer if resource.read else None
        for operation in self.operations:
            if operation is resource.create or operation.method not in ("POST", "PUT") or operation.answer is None:
                continue
            same = wanted is not None and operation.answer.value == wanted.value
            named = resource.parameter is not None and resource.parameter in self.members(operation.answer)
            is_own = resource.path in operation.path
            if (same or named) and not is_own and not self.takes(operation, resource):
                yield operation

    def takes(self, operation: ApiOperation, resource: Resource) -> bool:
        """Whether an operation needs one of this kind to be there: a loan of a book makes no book."""
        given = self.named_members(operation.body) if operation.body else {}
        return resource.parameter in {*given, *(each.name for each in operation.parameters)}

    def named_members(self, schema: Place, depth: int = 0) -> Mapping[str, Place]:
        """The members of an object and of the objects in it, by name; what stands higher counts."""
        found = dict(self.members(schema))
        for inner in list(found.values()) if depth < _DEEPEST_ENVELOPE else ():
            found = {**self.named_members(inner, depth + 1), **found}
        return found

    def members(self, schema: Place) -> Mapping[str, Place]:
        """The members of an object by name, those of all its parts together."""
        return self._members(schema, set())

    def _members(self, schema: Place, seen: set[tuple[str, str]]) -> Mapping[str, Place]:
        place = self.bundle.resolved(schema)
        if place is None or not isinstance(place.value, dict) or (place.file, place.pointer) in seen:
            return {}
        seen.add((place.file, place.pointer))
        found: dict[str, Place] = {}
        for part in ("allOf", "anyOf", "oneOf"):
            choices = place.value.get(part)
            for index, each in enumerate(choices[:_MOST_PARTS] if isinstance(choices, list) else ()):
                found |= self._members(Place(place.file, f"{place.pointer}/{part}/{index}", each), seen)
                if part != "allOf" and found:
                    break
        properties = place.value.get("properties")
        for name, each in properties.items() if isinstance(properties, dict) else ():
            found[name] = Place(place.file, f"{place.pointer}/properties/{name}", each)
        return found

    def facts(self, schema: Place) -> JsonObject:
        """A schema with its reference followed; empty for what is no object."""
        place = self.bundle.resolved(schema)
        return place.value if place is not None and isinstance(place.value, dict) else {}

    def inside(self, schema: Place, name: str, value: JsonValue) -> Place:
        """A schema that stands in another one."""
        place = self.bundle.resolved(schema) or schema
        return Place(place.file, f"{place.pointer}/{name}", value)


def api_of(document: OpenApiDocument, prefix: str = "") -> Api:
    """The operations of a document; ``prefix`` is what its server has before every path."""
    described = {each.name: each for each in operations(document)}
    found = []
    for name, each in described.items():
        method, _, path = name.partition(" ")
        if path.startswith("/"):
            found.append(_operation(document, method, prefix + path, each))
    return Api(tuple(found), document.bundle)


def _operation(document: OpenApiDocument, method: str, path: str, described: Described) -> ApiOperation:
    answers = [each for each in described.responses if each.status.startswith("2")]
    bodies = [body for each in answers for body in each.bodies if "json" in body.media_type and body.schema]
    taken = [body for body in described.bodies if "json" in body.media_type and body.schema]
    return ApiOperation(
        method=method,
        path=path,
        parameters=tuple(_parameters(document, described)),
        body=taken[0].schema if taken else None,
        answer=bodies[0].schema if bodies else None,
        statuses=tuple(each.status for each in described.responses),
    )


def _parameters(document: OpenApiDocument, described: Described) -> Iterator[Parameter]:
    for each in described.parameters:
        file, _, pointer = each.pointer.rpartition("#")
        place = document.bundle.find(f"#{pointer}", file or document.bundle.root)
        if isinstance(place, str) or not isinstance(place.value, dict):
            continue
        held = place.value.get("schema", place.value)
        schema = Place(place.file, f"{place.pointer}/schema", held)
        yield Parameter(each.where, each.name, place.value.get("required") is True, schema)


def _values(segments: tuple[str, ...], asked: list[str]) -> dict[str, str] | None:
    if len(segments) != len(asked):
        return None
    values: dict[str, str] = {}
    for segment, part in zip(segments, asked, strict=True):
        name = name_in_braces(segment)
        if name is not None:
            values[name] = part
        elif segment != part:
            return None
    return values
