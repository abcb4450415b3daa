"""Makes things with a provider's own operations, and removes what it made."""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode, urlsplit
from uuid import uuid4

from contracthub.domain.errors import HubError
from contracthub.formats import safe_json
from contracthub.formats.bundle import Place
from contracthub.formats.safe_json import JsonObject, JsonValue
from contracthub.verification.provider_client import ProviderAnswer, ProviderClient, ProviderSilent
from contracthub.verification.state_solving.api import Api, ApiOperation, Resource, name_in_braces
from contracthub.verification.state_solving.values import Wishes, body_for, fits
from contracthub.verification.state_solving.wanted import named_values
from contracthub.verification.state_solving.wording import alike, parts

MOST_REQUESTS = 120
_DEEPEST = 4
_MOST_PRODUCERS = 3
_MOST_REASONS = 3
_MOST_IDS = 5
# Members that hold an id where neither a better name nor a link does.
_NAMES_OF_IDS = ("key", "code", "slug", "name")
# What ends a thing that can't be deleted, in the order in which it is tried.
_ENDINGS = (
    "cancel",
    "finish",
    "complete",
    "close",
    "stop",
    "end",
    "release",
    "abort",
    "retire",
    "archive",
    "terminate",
)


class NotMade(Exception):
    """A thing could not be made; the text says what was tried and what came of it, the same only once."""

    def __init__(self, *reasons: str) -> None:
        self.reasons = tuple(dict.fromkeys(reasons))
        more = len(self.reasons) - _MOST_REASONS
        told = "; ".join(self.reasons[:_MOST_REASONS])
        super().__init__(f"{told}; and {more} more" if more > 0 else told)


@dataclass(frozen=True, slots=True)
class Thing:
    """What was made: of which kind, its id (None where the provider tells none), and what was answered."""

    resource: Resource
    id: JsonValue
    answer: JsonValue = None
    headers: Mapping[str, str] = field(default_factory=dict)
    path_values: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Round:
    """What belongs to one interaction: the headers that its requests carry, what was made, and each step as it is told.

    ``headers`` are by lower-case name.
    """

    headers: Mapping[str, str] = field(default_factory=dict)
    things: list[Thing] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    requests: int = 0

    def latest(self, path: str) -> Thing | None:
        """The thing of this kind that was made last."""
        return next((each for each in reversed(self.things) if each.resource.path == path), None)


class Workshop:
    """Sends requests to one provider; ``bodies`` are method, path and body of requests as consumers send them."""

    def __init__(
        self,
        api: Api,
        client: ProviderClient,
        bodies: Sequence[tuple[str, str, JsonObject]],
        deadline: float,
        named: Mapping[str, str] | None = None,
    ) -> None:
        self.api, self._client, self._deadline = api, client, deadline
        # Values of path parameters that nothing is made for.
        self._named = named or {}
        self._bodies: dict[str, JsonObject] = {}
        for method, path, body in bodies:
            found = api.match(method, path)
            if found is not None:
                self._bodies.setdefault(found[0].name, body)

    def send(
        self, now: Round, operation: ApiOperation, values: Mapping[str, str], body: JsonValue = None
    ) -> ProviderAnswer:
        """The answer to an operation. Raises NotMade when there is none, or no more is to be asked."""
        path = _filled(operation.path, values)
        headers, query = self._parameters(now, operation)
        target = f"{path}?{urlencode(query)}" if query else path
        return self.request(now, operation.method, target, headers, None if operation.body is None else body)

    def parts_of_request(
        self, now: Round, operation: ApiOperation, *, may_make: bool = True
    ) -> tuple[dict[str, str], list[tuple[str, str]], JsonValue]:
        """Headers, query and body of a request for an operation, which is not sent; what its body refers to is made.

        Raises NotMade.
        """
        headers, query = self._parameters(now, operation)
        if operation.body is None or may_make:
            return headers, query, self._body(now, operation, Wishes(), 0, 0)
        return headers, query, body_for(self.api, operation.body, Wishes())

    def path_values(self, now: Round, operation: ApiOperation) -> dict[str, str]:
        """For the parameters of an operation's path things of this round; what there is none of is made.

        Raises NotMade.
        """
        return {name: str(self._parent(now, path, 0)) for name, path in _owners(operation)}

    def request(
        self, now: Round, method: str, target: str, headers: Mapping[str, str] | None = None, body: JsonValue = None
    ) -> ProviderAnswer:
        """The answer to any request. Raises NotMade when there is none, or no more is to be asked."""
        now.requests += 1
        if now.requests > MOST_REQUESTS or time.monotonic() > self._deadline:
            raise NotMade(f"It was given up after {now.requests - 1} requests")
        sent = dict(headers or {})
        content = None
        if body is not None:
            content = json.dumps(body).encode()
            sent["content-type"] = "application/json"
        try:
            return self._client.send(method, target, headers=sent, body=content)
        except ProviderSilent as silent:
            raise NotMade(f"{method} {target}: {silent}") from silent

    def make(self, now: Round, resource: Resource, wishes: Wishes, depth: int = 0) -> Thing:
        """A new thing of this kind, and all that it needs. Raises NotMade."""
        tried: list[str] = []
        for number, operation in enumerate(self.api.producers(resource)):
            if number >= _MOST_PRODUCERS:
                break
            try:
                return self._made_by(now, operation, resource, wishes, depth)
            except NotMade as failure:
                tried += failure.reasons
        if not tried:
            raise NotMade(f"no operation makes a {parts(resource.name)[-1]}")
        raise NotMade(*tried)

    def _made_by(self, now: Round, operation: ApiOperation, resource: Resource, wishes: Wishes, depth: int) -> Thing:
        if depth > _DEEPEST:
            raise NotMade(f"{operation.name} needs more than {_DEEPEST} other things first")
        is_chosen = operation is resource.put
        owners = [each for each in _owners(operation) if not (is_chosen and each[1] == resource.path)]
        values = {name: self._named.get(name) or str(self._parent(now, path, depth)) for name, path in owners}
        own = self.free_id(now, resource, wishes, values) if is_chosen else None
        if own is not None:
            values[str(resource.parameter)] = own
        answer, body = None, None
        for attempt in range(3):
            body = self._body(now, operation, wishes, attempt, depth)
            answer = self.send(now, operation, values, body)
            if answer.status < 400 or operation.body is None:
                break
        assert answer is not None
        if not 200 <= answer.status < 300:
            raise NotMade(f"{operation.name} answered {answer.status}{_said(answer)}")
        told = json_in(answer)
        headers = dict(now.headers)
        thing = Thing(resource, own or self._id(resource, told, answer), told, headers, values)
        now.steps.append(operation.name)
        now.things.append(thing)
        return thing

    def free_id(
        self, now: Round, resource: Resource, wishes: Wishes | None = None, values: Mapping[str, str] | None = None
    ) -> str:
        """An id that nothing has yet, the one that is wished if it is free. Raises NotMade where none is found."""
        if resource.read is None:
            raise NotMade(f"nothing tells whether there is one at {resource.path}")
        wishes, values = wishes or Wishes(), values or {}
        name = str(resource.parameter)
        schema = next((each.schema for each in resource.read.parameters if each.name == name), None)
        wanted = wishes.values.get(name) if not wishes.index else None
        for attempt in range(_MOST_IDS):
            made: JsonValue = f"{name}-{uuid4().hex[:12]}"
            if schema is not None and not fits(self.api.facts(schema), made):
                made = body_for(self.api, schema, Wishes(index=int(uuid4()) % 10**9))
            value = str(wanted if attempt == 0 and wanted is not None else made)
            if self.send(now, resource.read, {**values, name: value}).status in (404, 410):
                return value
        raise NotMade(f"{resource.read.name} tells of no id that it is free")

    def _body(self, now: Round, operation: ApiOperation, wishes: Wishes, attempt: int, depth: int) -> JsonValue:
        """A body for an operation: first like a consumer's, then as the schema alone has it, then unlike any other."""
        if operation.body is None:
            return None
        like = self._bodies.get(operation.name, {}) if attempt == 0 else {}
        needed = {*self._needed(operation.body), *(named_values(like) if like else ())}
        ids = dict(wishes.ids)
        for name in needed:
            owner = self.api.resource_of_parameter(name)
            if owner is not None and name not in ids and (owner.create or owner.put):
                ids[name] = self._parent(now, owner.path, depth)
        index = wishes.index + (attempt if attempt > 1 else 0)
        return body_for(self.api, operation.body, Wishes(wishes.values, ids, like, index))

    def _needed(self, schema: Place, depth: int = 0) -> frozenset[str]:
        """The members that a body must have, those of the objects in it too."""
        required = self.api.facts(schema).get("required")
        found = frozenset(map(str, required)) if isinstance(required, list) else frozenset()
        for name, member in self.api.members(schema).items() if depth < _DEEPEST else ():
            if name in found:
                found |= self._needed(member, depth + 1)
        return found

    def _parent(self, now: Round, path: str, depth: int) -> JsonValue:
        """The id of a thing that another one belongs to: one that is there already, else a new one."""
        known = now.latest(path)
        if known is None:
            resource = self.api.resources.get(path)
            if resource is None:
                raise NotMade(f"nothing is known of {path}")
            known = self.make(now, resource, Wishes(), depth + 1)
        if known.id is None:
            raise NotMade(f"{path} does not tell the id of what was made")
        return known.id

    def _parameters(self, now: Round, operation: ApiOperation) -> tuple[dict[str, str], list[tuple[str, str]]]:
        """The headers and the query that an operation needs: as the consumer has them, else as the schema has them."""
        headers = {name: value for name, value in now.headers.items() if name in ("authorization", "cookie")}
        query = []
        for each in operation.parameters:
            if each.where == "header" and each.name.lower() in now.headers:
                headers[each.name.lower()] = now.headers[each.name.lower()]
            elif each.required and each.where in ("header", "query"):
                value = str(body_for(self.api, each.schema, Wishes()))
                if each.where == "header":
                    headers[each.name.lower()] = value
                else:
                    query.append((each.name, value))
        return headers, query

    def _id(self, resource: Resource, told: JsonValue, answer: ProviderAnswer) -> JsonValue:
        found = id_in(resource, told)
        if found is not None:
            return found
        location = answer.headers.get("location", "")
        for link in (location, *links_in(told)):
            place = urlsplit(link).path
            matched = self.api.match("GET", place) if place else None
            if matched is not None and matched[0] is resource.read:
                return matched[1].get(str(resource.parameter))
        return id_in(resource, told, _NAMES_OF_IDS) or urlsplit(location).path.rstrip("/").rpartition("/")[2] or None

    def read(self, now: Round, thing: Thing) -> JsonValue:
        """The thing as the provider tells it now, None where it can't be read."""
        if thing.resource.read is None or thing.id is None:
            return None
        answer = self.send(now, thing.resource.read, self.values_of(thing))
        return json_in(answer) if answer.status == 200 else None

    def values_of(self, thing: Thing) -> Mapping[str, str]:
        """The parameters of the thing's path."""
        own = {thing.resource.parameter: str(thing.id)} if thing.resource.parameter else {}
        return {**thing.path_values, **own}

    def act(self, now: Round, thing: Thing, operation: ApiOperation) -> ProviderAnswer:
        """Does something with a thing."""
        body = self._body(now, operation, Wishes(), 0, 0) if operation.body is not None else None
        name = name_in_braces(operation.segments[-2])
        return self.send(now, operation, {**thing.path_values, str(name): str(thing.id)}, body)

    def remove(self, now: Round) -> None:
        """Removes what was made, the last first; what can't be deleted is brought to an end, if there is a way."""
        now.requests = 0
        for thing in reversed(now.things):
            now.headers = thing.headers
            try:
                self._removed(now, thing)
            except NotMade:
                # What stays behind is told when it is in somebody's way.
                continue
        now.things.clear()

    def _removed(self, now: Round, thing: Thing) -> None:
        if thing.id is None:
            return
        if thing.resource.delete is not None:
            self.send(now, thing.resource.delete, self.values_of(thing))
            return
        for ending in _ENDINGS:
            for operation in thing.resource.actions:
                if alike(operation.segments[-1], ending) and self.act(now, thing, operation).status < 300:
                    return


def json_in(answer: ProviderAnswer) -> JsonValue:
    """The JSON of an answer, None where it has none."""
    try:
        return safe_json.loads(answer.body)
    except HubError:
        return None


def links_in(told: JsonValue) -> Iterator[str]:
    """Where an answer says that the thing is: HAL's link to itself, or a member that is called so."""
    for each in _objects(told, 0):
        for name in ("self", "href", "@id", "url", "uri", "location"):
            value = each.get(name)
            link = value.get("href") if isinstance(value, dict) else value
            if isinstance(link, str):
                yield link


def id_in(resource: Resource, told: JsonValue, weaker: Sequence[str] = ()) -> JsonValue:
    """The id that an answer tells of a thing, through any envelope; None where it tells none.

    ``weaker`` are names that hold an id only where nothing else does.
    """
    thing = "_".join(parts(resource.name))
    names = weaker or (resource.parameter, "id", f"{thing}_id", f"{thing}Id", "uuid", "_id")
    levels = list(_objects(told, 0))
    for name in names:
        for each in levels:
            value = each.get(str(name))
            if isinstance(value, str | int) and not isinstance(value, bool):
                return value
    return None


def _objects(value: JsonValue, depth: int) -> Iterator[JsonObject]:
    if isinstance(value, dict):
        yield value
        for inner in value.values() if depth < 2 else ():
            yield from _objects(inner, depth + 1)


def _owners(operation: ApiOperation) -> Iterator[tuple[str, str]]:
    """The parameters of a path, and the collections that their things are in."""
    for number, segment in enumerate(operation.segments):
        name = name_in_braces(segment)
        if name is not None:
            yield name, "/" + "/".join(operation.segments[:number])


def _filled(path: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        path = path.replace(f"{{{name}}}", quote(value, safe=""))
    return path


def _said(answer: ProviderAnswer) -> str:
    text = answer.body[:160].decode("utf-8", "replace").strip()
    return f" ({text})" if text else ""
