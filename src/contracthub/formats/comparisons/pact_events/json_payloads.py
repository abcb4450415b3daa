"""Messages described by JSON Schema, wherever that stands: in AsyncAPI documents, or by itself with its files."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from contracthub.domain.errors import Invalid
from contracthub.domain.registry import SchemaType
from contracthub.formats.comparisons.pact_events.samples import Failure, Sample
from contracthub.formats.comparisons.pact_openapi.findings import Findings
from contracthub.formats.comparisons.pact_openapi.pact_file import Interaction, Kind
from contracthub.formats.comparisons.pact_openapi.promises import Promises
from contracthub.formats.comparisons.pact_openapi.references import Place, resolved
from contracthub.formats.comparisons.pact_openapi.rule_walk import RuleWalk
from contracthub.formats.comparisons.pact_openapi.switches import OURS
from contracthub.formats.comparisons.pact_openapi.validation import Schemas
from contracthub.formats.jsonschema.keywords import MAPS
from contracthub.formats.jsonschema.reading import JsonSchema
from contracthub.formats.jsonschema.resolution import base_of
from contracthub.formats.pointers import child
from contracthub.formats.safe_json import JsonObject, JsonValue

_DATA = frozenset({"const", "enum", "default", "examples", "example"})
_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")
_IDENTIFIERS = frozenset({"$id", "id", "$schema", "$anchor", "$dynamicAnchor", "$recursiveAnchor"})
# What is found by rules is told once more by who knows the interaction.
_NOBODYS = Interaction(0, Kind.MESSAGE, {}, "", "", is_v4=True)
_CODES = {
    "response.body.incompatible": "",
    "response.body.narrower": "message.payload.narrower",
    "response.body.optional": "message.payload.optional",
    "response.body.nullable": "message.payload.nullable",
    "response.body.unpromised": "message.payload.unpromised",
    "request.body.wider": "message.payload.wider",
}
_OTHER_WAYS = frozenset(
    {"$ref", "allOf", "anyOf", "oneOf", "patternProperties", "if", "dependentSchemas", "discriminator"}
)
MOST_VALUES = 1_000_000
# What the validator says of a schema that is false, in words that mean something to people.
NOWHERE = "#/definitions/-"
"""A reference that leads nowhere."""
_LOST = "is described by a reference that leads nowhere"
_FALSE, _NOTHING = "False schema does not allow", "is there, and the document lets nothing be there"


@dataclass(frozen=True, slots=True)
class JsonPart:
    """A JSON Schema of a document; ``where`` tells where a place of the gathered schemas stands."""

    described: "Described"
    place: Place
    where: Callable[[str], str]
    names: frozenset[str] | None = None
    language: SchemaType = SchemaType.JSON

    def failures(self, sample: Sample, *, received: bool) -> Iterator[Failure]:
        """How a value fails."""
        if isinstance(sample.value, bytes):
            yield Failure("", self.where(self.place.pointer), "is binary, and the document describes JSON")
            return
        value = sample.examples.of_their_kind(sample.value)
        found = [
            *self.described.schemas.failures(
                self.place,
                value,
                response=received,
                stands_for_its_kind=sample.examples.stands_for_its_kind,
                stands_for_another=sample.examples.stands_for_another,
            )
        ]
        yield from map(self._told, found)
        wrong = frozenset(each.value_pointer for each in found)
        walk = RuleWalk(self.described.promises, Findings(_NOBODYS), "", wrong)
        what_of = walk.of_response if received else walk.of_request
        for result in what_of(sample.value, self.place, sample.examples.root):
            code = _CODES[result.code]
            text = result.message.partition(": ")[2]
            yield Failure(result.pact_pointer, self.where(result.provider_pointer), text, code)

    def _told(self, failure: Failure) -> Failure:
        where = self.where(failure.schema_pointer)
        if failure.text.startswith(_LOST):
            # What was not uploaded is not known: that is no reason to say no.
            told = f"{failure.value_pointer or 'The whole'} {_LOST}: nothing is fetched because a document asks for it"
            return Failure(failure.value_pointer, where, told, "document.unusable")
        text = _NOTHING if failure.text.startswith(_FALSE) else failure.text
        return replace(failure, schema_pointer=where, text=text)


def plain_names(document: JsonObject, place: Place) -> frozenset[str] | None:
    """The members that a schema names, where it says nothing of members in any other way."""
    try:
        schema = resolved(document, place).object
    except Invalid:
        return None
    properties, rest = schema.get("properties"), schema.get("additionalProperties", True)
    is_plain = isinstance(properties, dict) and isinstance(rest, bool) and _OTHER_WAYS.isdisjoint(schema)
    return frozenset(properties) if is_plain and isinstance(properties, dict) else None


@dataclass(frozen=True, slots=True)
class Described:
    """A document of schemas, with what is made of it once."""

    schemas: Schemas
    promises: Promises


def described(document: JsonObject) -> Described:
    """A document of schemas, ready to be held against values."""
    return Described(Schemas(document, OURS), Promises(document))


@dataclass(slots=True)
class Together:
    """A JSON Schema with the files that it refers to, as one document whose references stay inside of it."""

    schema: JsonSchema
    definitions: JsonObject = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    _names: dict[int, str] = field(default_factory=dict)
    _todo: list[tuple[str, JsonValue, str]] = field(default_factory=list)
    _left: int = MOST_VALUES

    def document(self) -> JsonObject:
        """The document; its root is the definition ``root``."""
        value, base, _ = self.schema.resolver.root
        self._add("root", value, base, "")
        while self._todo:
            name, each, around = self._todo.pop()
            self.definitions[name] = self._copied(each, around, is_schema=True)
        made: JsonObject = {"definitions": self.definitions}
        # Up to draft 7 a reference hides what stands beside it.
        return made if self.schema.hides_siblings else {"asyncapi": "", **made}

    def where(self, pointer: str) -> str:
        """Where a place of the document stands in its file."""
        steps = pointer.split("/", 3)
        if len(steps) < 3:
            return ""
        return self.origins.get(steps[2], "") + (f"/{steps[3]}" if len(steps) > 3 else "")

    def _add(self, name: str, value: JsonValue, base: str, pointer: str) -> None:
        self._names[id(value)] = name
        self.definitions[name] = {}
        self.origins[name] = pointer
        self._todo.append((name, value, base))

    def _copied(self, value: JsonValue, base: str, *, is_schema: bool) -> JsonValue:
        self._left -= 1
        if self._left < 0:
            # What is left out promises nothing.
            return False
        if isinstance(value, list):
            return [self._copied(each, base, is_schema=True) for each in value]
        if not isinstance(value, dict):
            return value
        inner = base_of(value, base)
        made: JsonObject = {}
        for key, each in value.items():
            if is_schema and key in _REFERENCES and isinstance(each, str):
                made["$ref"] = self._reference(each, inner)
            elif is_schema and key in _DATA:
                made[key] = each
            elif not is_schema or key not in _IDENTIFIERS:
                made[key] = self._copied(each, inner, is_schema=not (is_schema and key in MAPS))
        return in_todays_words(made) if is_schema else made

    def _reference(self, reference: str, base: str) -> str:
        found = self.schema.resolver.find(reference, base)
        if found is None:
            return NOWHERE
        value, around, pointer = found
        if id(value) not in self._names:
            self._add(f"d{len(self._names)}", value, around, pointer)
        return f"#/definitions/{self._names[id(value)]}"


def in_todays_words(schema: JsonObject) -> JsonObject:
    """A schema with the words of 2020-12 for what older drafts said in others."""
    listed, rest, together = schema.get("items"), schema.get("additionalItems"), schema.get("dependencies")
    if not isinstance(listed, list) and not isinstance(together, dict):
        return schema
    made = {name: each for name, each in schema.items() if name not in {"additionalItems", "dependencies"}}
    if isinstance(listed, list):
        made["prefixItems"] = listed
        del made["items"]
        if rest is not None:
            made["items"] = rest
    for name, each in together.items() if isinstance(together, dict) else ():
        keyword = "dependentRequired" if isinstance(each, list) else "dependentSchemas"
        held = made.setdefault(keyword, {})
        if isinstance(held, dict):
            held.setdefault(name, each)
    return made


def json_part(schema: JsonSchema) -> JsonPart:
    """A JSON Schema document by itself."""
    together = Together(schema)
    document = together.document()
    definitions = document["definitions"]
    assert isinstance(definitions, dict)
    root = Place(definitions["root"], child("/definitions", "root"))
    return JsonPart(described(document), root, together.where, plain_names(document, root))
