"""Makes requests that an operation accepts, and first the things that they need: made, found in a list, or named."""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from uuid import uuid4

from contracthub.formats.safe_json import JsonObject, JsonValue
from contracthub.verification.fuzz.wire import Call, path_segment
from contracthub.verification.policies.settings import Principal
from contracthub.verification.policies.surface import PolicyOperation, Surface
from contracthub.verification.provider_client import ProviderClient
from contracthub.verification.state_solving.api import ApiOperation, Resource, name_in_braces
from contracthub.verification.state_solving.values import Wishes, body_for, fits
from contracthub.verification.state_solving.wanted import arrays_in
from contracthub.verification.state_solving.workshop import NotMade, Round, Thing, Workshop, id_in, json_in

ANY_JSON = "application/json, */*"
_TENANT = re.compile(
    r"(?i)(?:tenant|org|organi[sz]ation|workspace|account|company|customer)[_-]?(?:id|key|name|slug|code)?$"
)


@dataclass
class Maker:
    """Makes requests and things as one principal. ``examples`` are values of path parameters by name."""

    surface: Surface
    client: ProviderClient
    principal: Principal
    examples: Mapping[str, str]
    deadline: float
    may_make: bool = True
    _things: dict[str, Thing | None] = field(default_factory=dict)
    why_not: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.examples = {**self._own_tenant(), **self.examples}
        self._shop = Workshop(self.surface.api, self.client, (), self.deadline, self.examples)
        self._whole = Round(headers={name.lower(): value for name, value in self.principal.headers})

    def _own_tenant(self) -> dict[str, str]:
        """The principal's tenant for what paths call so, where the provider itself neither makes nor lists tenants."""
        found = {}
        for each in self.surface.operations if self.principal.tenant else ():
            for number, segment in enumerate(each.api.segments):
                name = name_in_braces(segment)
                holder = self.surface.api.resources.get("/" + "/".join(each.api.segments[:number]))
                is_had = holder is not None and (holder.create or holder.put or holder.listing)
                if name is not None and _TENANT.match(name) and not is_had:
                    found[name] = self.principal.tenant
        return found

    def call_for(self, operation: PolicyOperation, values: Mapping[str, str] | None = None) -> Call | None:
        """A request that should be let through; None where nothing is known for a parameter of its path."""
        found = self.values_for(operation.api) if values is None else values
        try:
            return None if found is None else self._call(operation.api, found)
        except NotMade as failure:
            self.why_not[operation.name] = str(failure)
            return None

    def call_for_nothing(self, operation: PolicyOperation) -> Call | None:
        """The same for things that nobody has ever made; None where the document allows no such id."""
        values = {}
        for each in operation.api.parameters:
            if each.where == "path":
                unknown = self._unknown(self.surface.api.facts(each.schema))
                if unknown is None:
                    return None
                values[each.name] = unknown
        return self.call_for(operation, values) if values else None

    def _unknown(self, facts: JsonObject) -> str | None:
        for made in (f"none-{uuid4().hex[:12]}", str(uuid4()), 2_000_000_000 + uuid4().int % 10**8):
            is_uuid = facts.get("format") == "uuid"
            if fits(facts, made) and not (is_uuid and str(made).startswith("none")):
                return str(made)
        return None

    def _call(self, operation: ApiOperation, values: Mapping[str, str]) -> Call:
        now = self._round()
        path = operation.path
        for name, value in values.items():
            path = path.replace(f"{{{name}}}", path_segment(value))
        headers, query, body = self._shop.parts_of_request(now, operation, may_make=self.may_make)
        sent = {"accept": ANY_JSON, **headers}
        if body is not None:
            sent["content-type"] = "application/json"
        sent |= {name.lower(): value for name, value in self.principal.headers}
        content = None if body is None else json.dumps(body).encode()
        return Call(operation.method, path, tuple(query), tuple(sent.items()), content)

    def values_for(self, operation: ApiOperation) -> dict[str, str] | None:
        """Values for the parameters of its path that lead to things which are there."""
        values: dict[str, str] = {}
        for number, segment in enumerate(operation.segments):
            name = name_in_braces(segment)
            if name is None:
                continue
            known = self.examples.get(name)
            if known is not None:
                values[name] = known
                continue
            found = self._value(name, "/" + "/".join(operation.segments[:number]), operation)
            if found is None:
                return None
            values |= found
        return values

    def values_above(self, operation: ApiOperation, names: Collection[str]) -> dict[str, str]:
        """The same for these parameters alone, as far as things of this principal are there."""
        values: dict[str, str] = {}
        for number, segment in enumerate(operation.segments):
            name = name_in_braces(segment)
            if name is not None and name in names:
                known = self.examples.get(name)
                found = self._value(name, "/" + "/".join(operation.segments[:number]), operation)
                values |= {name: known} if known is not None else found or {}
        return values

    def _value(self, name: str, path: str, operation: ApiOperation) -> Mapping[str, str] | None:
        resource = self.surface.api.resources.get(path)
        thing = self.thing(resource) if resource is not None else None
        if thing is not None and thing.id is not None:
            return {**self._shop.values_of(thing), name: str(thing.id)}
        parameter = next((each for each in operation.parameters if each.name == name and each.where == "path"), None)
        if parameter is None or (resource is not None and (resource.create or resource.listing)):
            return None
        facts = self.surface.api.facts(parameter.schema)
        if any(known in facts for known in ("enum", "const", "example", "examples", "default", "minimum")):
            return {name: str(body_for(self.surface.api, parameter.schema, Wishes()))}
        return None

    def thing(self, resource: Resource) -> Thing | None:
        """A thing of this kind, the same in the whole run: made, else the first that a list shows."""
        if resource.path not in self._things:
            self._things[resource.path] = None
            try:
                self._things[resource.path] = self.new(resource)
            except NotMade as failure:
                self.why_not[resource.path] = str(failure)
                self._things[resource.path] = self.listed(resource)
        return self._things[resource.path]

    def forget(self, path: str) -> None:
        """The thing of this kind is gone, or is not what it was."""
        self._things.pop(path, None)

    def new(self, resource: Resource, index: int = 0) -> Thing:
        """One more thing of this kind; ``index`` makes it unlike others. Raises NotMade."""
        if not self.may_make:
            raise NotMade("the provider has a public address, so nothing is made there")
        return self._shop.make(self._round(), resource, Wishes(index=index))

    def read(self, thing: Thing) -> JsonValue:
        """The thing as the provider tells it now, None where it can't be read."""
        try:
            return self._shop.read(self._round(), thing)
        except NotMade:
            return None

    def values_of(self, thing: Thing) -> Mapping[str, str]:
        """The parameters of the thing's path."""
        return self._shop.values_of(thing)

    def listed(self, resource: Resource) -> Thing | None:
        """The first thing of this kind that a list shows, None where it shows none."""
        listing = resource.listing
        if listing is None or "{" in listing.path:
            return None
        try:
            answer = self._shop.send(self._round(), listing, {})
        except NotMade:
            return None
        told = json_in(answer) if answer.status == 200 else None
        lists = [told] if isinstance(told, list) else [held for _, held in arrays_in(told)]
        for items in lists:
            found = id_in(resource, items[0]) if items else None
            if found is not None:
                return Thing(resource, found, items[0])
        return None

    def _round(self) -> Round:
        """What the workshop keeps of this principal: all that was made. Each step has requests of its own."""
        self._whole.requests = 0
        return self._whole

    def tidy(self) -> None:
        """Removes what was made, the last first; what was only found in a list stays."""
        self._shop.remove(self._whole)
