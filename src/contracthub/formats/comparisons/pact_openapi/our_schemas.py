"""Schemas rewritten for the question that is asked: could the provider have sent this, and more?

A response in a pact holds what its consumer reads, so it has to be a part of something that the schema allows: what is
required may be left out, what the schema does not name may not be there. Closing is left to ``unevaluatedProperties``,
which sees all branches together, where the peer closes each by itself. Of a request all that is required is asked for.
"""

import threading
from collections.abc import Iterator, Mapping

from contracthub.domain.errors import Invalid
from contracthub.formats.comparisons.pact_openapi.references import Place, lookup, resolved
from contracthub.formats.comparisons.pact_openapi.text_formats import is_bad_pattern
from contracthub.formats.safe_json import JsonObject, JsonValue

DEFINITIONS = "definitions"
MOST_DEFINITIONS = 100_000
MOST_PARTS = 200
_LISTS = ("allOf", "anyOf", "oneOf")
_CHILDREN = ("items", "additionalProperties", "contains", "propertyNames", "unevaluatedItems")
_MAPS = ("properties", "patternProperties")
_IN_PLACE = ("if", "then", "else", "not")
_DROPPED = frozenset(
    {
        "discriminator",
        "nullable",
        "example",
        "examples",
        "description",
        "title",
        "default",
        "xml",
        "externalDocs",
        "readOnly",
        "writeOnly",
        "deprecated",
        "$schema",
        "$id",
        "id",
        "$anchor",
        "$dynamicRef",
        "$dynamicAnchor",
        "definitions",
        "$defs",
        "$comment",
        "collectionFormat",
    }
)
_ONLY_WHOLE = frozenset({"required", "minProperties", "dependentRequired"})


def without_bad_patterns(schema: JsonValue) -> list[str]:
    """Takes the regular expressions that can't be read out of a rewritten schema, and returns them."""
    found: list[str] = []
    todo = [schema]
    while todo:
        node = todo.pop()
        if isinstance(node, list):
            todo += node
        if not isinstance(node, dict):
            continue
        pattern, patterns = node.get("pattern"), node.get("patternProperties")
        if isinstance(pattern, str) and is_bad_pattern(pattern):
            found.append(str(node.pop("pattern")))
        if isinstance(patterns, dict):
            bad = [each for each in patterns if is_bad_pattern(each)]
            found += bad
            node["patternProperties"] = {name: each for name, each in patterns.items() if name not in bad}
        todo += [each for name, each in node.items() if name not in {"enum", "const"}]
    return list(dict.fromkeys(found))


class Rewriting:
    """The schemas of a document, rewritten (2020-12) for one direction, each once, and when it is first asked for.

    As a mapping it has the definitions, by a name of ours. ``origins`` says where each comes from, ``broken`` which
    references lead nowhere, or out of the document: these allow nothing. Several threads may ask at once.
    """

    def __init__(self, document: JsonObject, *, response: bool) -> None:
        self._document = document
        self._response = response
        self._is_31 = str(document.get("openapi", "")).startswith(("3.1", "3.2")) or "asyncapi" in document
        self._names: dict[tuple[str, bool], str] = {}
        self._lock = threading.RLock()
        self._pending: dict[str, tuple[Place, bool]] = {}
        self._made: dict[str, JsonValue] = {}
        self.origins: dict[str, str] = {}
        self.broken: dict[str, str] = {}

    def root(self, place: Place) -> JsonValue:
        """The schema at a place; what it leads to is among the definitions."""
        with self._lock:
            return self.position(place)

    def __contains__(self, name: str) -> bool:
        return name in self.origins

    def __getitem__(self, name: str) -> JsonValue:
        """The definition of that name."""
        with self._lock:
            if name in self._pending:
                # Not when it was met, because it may refer to itself, and because references may lead on for long.
                found, position = self._pending[name]
                self._made[name] = self.position(found) if position else self._in_place(found)
                del self._pending[name]
            return self._made[name]

    def position(self, place: Place) -> JsonValue:
        """A schema where a value stands: everything that it says of the value is in it, and it is closed."""
        schema = place.value
        if not isinstance(schema, dict):
            return schema if isinstance(schema, bool) else True
        reference = schema.get("$ref")
        if isinstance(reference, str) and (not self._is_31 or len(schema) == 1 or self._only_told(schema)):
            pointed: JsonValue = {"$ref": self._definition(reference, position=True)}
            return {"anyOf": [pointed, {"type": "null"}]} if schema.get("nullable") is True else pointed
        inside = self._in_place(place, base=True)
        if self._response and isinstance(inside, dict) and self._names_members(place, set()):
            inside["unevaluatedProperties"] = False
        return inside

    def _only_told(self, schema: JsonObject) -> bool:
        return all(name in _DROPPED or name == "$ref" or name.startswith("x-") for name in schema)

    def _definition(self, reference: str, *, position: bool) -> str:
        key = (reference, position)
        name = self._names.get(key)
        if name is None:
            name = self._names[key] = f"d{len(self._names)}"
            found = self._lookup(reference)
            self.origins[name] = found.pointer if found else ""
            self._made[name] = False
            if found is None:
                self.broken[name] = reference
            if found is not None and len(self._names) <= MOST_DEFINITIONS:
                self._pending[name] = (found, position)
        return f"#/{DEFINITIONS}/{name}"

    def _in_place(self, place: Place, *, base: bool = False) -> JsonValue:
        """What a schema says of the value where it stands, together with others: not closed.

        As a ``base`` it stands for the types that extend it as well.
        """
        schema = place.value
        if not isinstance(schema, dict):
            return schema if isinstance(schema, bool) else True
        reference = schema.get("$ref")
        if isinstance(reference, str) and not self._is_31:
            return {"$ref": self._definition(reference, position=False)}
        made: dict[str, JsonValue] = {}
        for name, value in schema.items():
            self._keyword(place, name, value, made)
        if "allOf" in schema:
            self._with_shared(place, made)
        if isinstance(reference, str):
            made["$ref"] = self._definition(reference, position=False)
        self._bounds(made)
        self._directional(schema, made)
        self._discriminated(place, schema, made)
        if base:
            self._with_subtypes(place, schema, made)
        if _may_be_null(schema):
            return {"anyOf": [made, {"type": "null"}]} if made else made
        if schema.get("nullable") is True and isinstance(made.get("type"), str):
            # Null is of the right type, and not among the values that are listed.
            made["type"] = [made["type"], "null"]
        return made

    def _keyword(self, place: Place, name: str, value: JsonValue, made: dict[str, JsonValue]) -> None:
        here = place.member(name)
        if name in _DROPPED or name == "$ref" or name.startswith("x-") or self._is_only_whole(name, value):
            return
        if name in _LISTS and isinstance(value, list):
            self._alternatives(here, name, made)
        elif name in _IN_PLACE:
            made[name] = self._in_place(here)
        elif name == "dependentSchemas" and isinstance(value, dict):
            made[name] = {key: self._in_place(each) for key, each in here.members()}
        elif name in _MAPS and isinstance(value, dict):
            made[name] = {key: self.position(each) for key, each in here.members()}
        elif name in {"items", "prefixItems"} and isinstance(value, list):
            made["prefixItems"] = [self.position(each) for each in here.items()]
        elif name in _CHILDREN:
            made[name] = self.position(here)
        else:
            made[name] = value

    def _is_only_whole(self, name: str, value: JsonValue) -> bool:
        """Whether a keyword says nothing of a part of a value, which is what a response in a pact is."""
        if not self._response:
            return False
        if name == "additionalProperties":
            # As if it were not said: others may come, and nothing promises any of them.
            return value is True
        return name in _ONLY_WHOLE or (name == "not" and _speaks_of_members(value))

    def _alternatives(self, here: Place, name: str, made: dict[str, JsonValue]) -> None:
        # A part of a value may be a part of several alternatives.
        told = "anyOf" if name == "oneOf" and self._response else name
        branches: list[JsonValue] = [self._in_place(each) for each in here.items()]
        if told in made:
            made["allOf"] = [*_list(made.get("allOf")), {told: branches}]
        else:
            made[told] = branches

    def _with_shared(self, place: Place, made: dict[str, JsonValue]) -> None:
        """A member that several parts of an ``allOf`` speak of is what they say together: closed once, not by each."""
        said: dict[str, list[Place]] = {}
        for part in self._parts(place, set()):
            for name, each in part.member("properties").members():
                said.setdefault(name, []).append(each)
        shared = {name: places for name, places in said.items() if len({each.pointer for each in places}) > 1}
        if not shared or not self._response:
            return
        seen = {place.pointer}
        branches = [self._without(each, frozenset(shared), seen) for each in place.member("allOf").items()]
        properties = made.get("properties")
        own = (
            {name: each for name, each in properties.items() if name not in shared}
            if isinstance(properties, dict)
            else {}
        )
        made["allOf"] = branches
        made["properties"] = {**own, **{name: self._together(places) for name, places in shared.items()}}

    def _parts(self, place: Place, seen: set[str]) -> Iterator[Place]:
        whole = self._behind(place)
        if whole.pointer in seen or len(seen) > MOST_PARTS:
            return
        seen.add(whole.pointer)
        yield whole
        for each in whole.member("allOf").items():
            yield from self._parts(each, seen)

    def _behind(self, place: Place) -> Place:
        try:
            return resolved(self._document, place)
        except Invalid:
            return Place(False, place.pointer)  # the schema that allows nothing

    def _lookup(self, reference: str) -> Place | None:
        try:
            return lookup(self._document, reference)
        except Invalid:
            # Nothing is fetched because a document asks for it.
            return None

    def _without(self, place: Place, names: frozenset[str], seen: set[str]) -> JsonValue:
        """A part of an ``allOf``, written out, without what is said elsewhere of some members."""
        whole = self._behind(place)
        if not isinstance(whole.value, dict) or whole.pointer in seen or len(seen) > MOST_PARTS:
            # What was said once of a value need not be said again.
            return True if isinstance(whole.value, dict) else self._in_place(whole)
        seen.add(whole.pointer)
        properties = whole.value.get("properties")
        kept = (
            {name: each for name, each in properties.items() if name not in names}
            if isinstance(properties, dict)
            else None
        )
        rest = {name: value for name, value in whole.value.items() if name not in {"properties", "allOf"}}
        made = self._in_place(Place(rest if kept is None else {**rest, "properties": kept}, whole.pointer))
        inner = [self._without(each, names, seen) for each in whole.member("allOf").items()]
        return {"allOf": [made, *inner]} if inner else made

    def _together(self, places: list[Place]) -> JsonValue:
        made: dict[str, JsonValue] = {"allOf": [self._in_place(self._behind(each)) for each in places]}
        if any(self._names_members(each, set()) for each in places):
            made["unevaluatedProperties"] = False
        return made

    @staticmethod
    def _bounds(made: dict[str, JsonValue]) -> None:
        for exclusive, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
            said = made.get(exclusive)
            if isinstance(said, bool):
                del made[exclusive]
                if said and bound in made:
                    made[exclusive] = made.pop(bound)

    def _directional(self, schema: JsonObject, made: dict[str, JsonValue]) -> None:
        properties = schema.get("properties")
        if not isinstance(properties, dict):
            return
        if self._response:
            hidden = [name for name, each in properties.items() if isinstance(each, dict) and each.get("writeOnly")]
            shown = made.get("properties")
            if hidden and isinstance(shown, dict):
                made["properties"] = {**shown, **dict.fromkeys(hidden, False)}
            return
        required = made.get("required")
        if isinstance(required, list):
            given = {name for name, each in properties.items() if isinstance(each, dict) and each.get("readOnly")}
            made["required"] = [name for name in required if not (isinstance(name, str) and name in given)]

    def _discriminated(self, place: Place, schema: JsonObject, made: dict[str, JsonValue]) -> None:
        """Where a tag says which alternative is meant, only that one is."""
        said = schema.get("discriminator")
        tag = said.get("propertyName") if isinstance(said, dict) else None
        for name in ("oneOf", "anyOf"):
            branches = schema.get(name)
            if not isinstance(tag, str) or not isinstance(branches, list) or not isinstance(said, dict):
                continue
            told = "anyOf" if self._response else name
            tagged: list[JsonValue] = []
            for each in place.member(name).items():
                values = [] if self._has_own_tag(each, tag) else _tags_of(each.value, said)
                only: JsonValue = {"properties": {tag: {"enum": values}}} if values else True
                tagged.append({"allOf": [self._in_place(each), only]})
            made[told] = tagged
            if not self._response:
                made["required"] = [*_list(made.get("required")), tag]

    def _has_own_tag(self, place: Place, tag: str) -> bool:
        said = self._behind(place).member("properties").member(tag).object
        return "const" in said or "enum" in said

    def _with_subtypes(self, place: Place, schema: JsonObject, made: dict[str, JsonValue]) -> None:
        said = schema.get("discriminator")
        if not isinstance(said, dict) or any(name in schema for name in ("oneOf", "anyOf")):
            return
        extending = self._extending(place.pointer)
        if extending:
            alternatives: list[JsonValue] = [{"$ref": self._definition(each, position=False)} for each in extending]
            made["anyOf"] = [*alternatives, True]

    def _extending(self, pointer: str) -> list[str]:
        components = self._document.get("components")
        schemas = components.get("schemas") if isinstance(components, dict) else self._document.get("definitions")
        home = "#/components/schemas/" if isinstance(components, dict) else "#/definitions/"
        found = []
        for name, each in schemas.items() if isinstance(schemas, dict) else ():
            branches = each.get("allOf") if isinstance(each, dict) else None
            bases = [branch.get("$ref") for branch in _list(branches) if isinstance(branch, dict)]
            if f"#{pointer}" in bases:
                found.append(home + name.replace("~", "~0").replace("/", "~1"))
        return found

    def _names_members(self, place: Place, seen: set[str]) -> bool:
        """Whether a schema says which members an object has, and be it none; else it says nothing about them."""
        schema = place.value
        if not isinstance(schema, dict) or place.pointer in seen or len(seen) > MOST_PARTS:
            return False
        seen.add(place.pointer)
        reference = schema.get("$ref")
        if isinstance(reference, str):
            found = self._lookup(reference)
            if found is not None and self._names_members(found, seen):
                return True
        if isinstance(schema.get("properties"), dict) or schema.get("patternProperties"):
            return True
        return any(self._names_members(each, seen) for name in _LISTS for each in place.member(name).items())


def _tags_of(branch: JsonValue, said: Mapping[str, JsonValue]) -> list[JsonValue]:
    """The values of a tag that mean this alternative: by the mapping, else by the name of its schema."""
    reference = branch.get("$ref") if isinstance(branch, dict) else None
    if not isinstance(reference, str):
        return []
    name = reference.rpartition("/")[2]
    mapping = said.get("mapping")
    pairs = mapping.items() if isinstance(mapping, dict) else ()
    values: list[JsonValue] = [value for value, target in pairs if target in (reference, name)]
    return values or [name]


def _may_be_null(schema: JsonObject) -> bool:
    values = schema.get("enum")
    # An enumeration has to list null (OpenAPI 3.0.3, schema object).
    return schema.get("nullable") is True and not (isinstance(values, list) and None not in values)


def _speaks_of_members(value: JsonValue) -> bool:
    return isinstance(value, dict) and any(name in value for name in (*_MAPS, *_ONLY_WHOLE))


def _list(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []
