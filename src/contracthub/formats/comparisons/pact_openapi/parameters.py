"""Parameters of operations: which there are, and what a request's texts come to for each (bidirectional §4)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from contracthub.domain.errors import Invalid
from contracthub.formats import safe_json
from contracthub.formats.comparisons.pact_openapi.media_types import is_json
from contracthub.formats.comparisons.pact_openapi.query_text import read_query
from contracthub.formats.comparisons.pact_openapi.references import Place, resolved
from contracthub.formats.comparisons.pact_openapi.routing import Route
from contracthub.formats.comparisons.pact_openapi.switches import Rules, Switch
from contracthub.formats.comparisons.pact_openapi.text_values import types_of
from contracthub.formats.safe_json import JsonObject, JsonValue

_SEPARATORS = {"csv": ",", "ssv": " ", "tsv": "\t", "pipes": "|"}
_NO_KEYWORDS = frozenset({"name", "in", "required", "description", "collectionFormat", "allowEmptyValue"})
_STYLE_SEPARATORS = {"form": ",", "pipeDelimited": "|", "spaceDelimited": " "}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an operation; ``schema`` is where its values are described, None where they are not."""

    name: str
    place: str
    here: Place
    schema: Place | None
    media_type: str | None
    style: str
    explode: bool
    collection: str

    @property
    def is_required(self) -> bool:
        """Whether it has to be there."""
        return self.here.object.get("required") is True


def parameters_of(document: JsonObject, route: Route) -> list[Parameter]:
    """All parameters; the operation's own stand instead of the path's with the same name and place."""
    found: dict[tuple[str, str], Parameter] = {}
    for holder in (route.item, route.operation):
        for each in holder.member("parameters").items():
            here = resolved(document, each)
            name, place = here.object.get("name"), here.object.get("in")
            if isinstance(name, str) and isinstance(place, str):
                found[name.lower() if place == "header" else name, place] = _parameter(document, here, name, place)
    return list(found.values())


def _parameter(document: JsonObject, here: Place, name: str, place: str) -> Parameter:
    said = here.object
    schema: Place | None
    media_type = None
    if isinstance(said.get("schema"), dict):
        schema = here.member("schema")
    elif isinstance(said.get("content"), dict):
        media_type = next(iter(here.member("content").object), None)
        schema = here.member("content").member(media_type).member("schema") if media_type else None
    else:
        schema = _swagger_schema(here) if "type" in said and "swagger" in document else None
    style = said.get("style") if isinstance(said.get("style"), str) else "form" if place == "query" else "simple"
    explode = said.get("explode")
    return Parameter(
        name,
        place,
        here,
        schema,
        media_type,
        str(style),
        explode if isinstance(explode, bool) else style == "form",
        str(said.get("collectionFormat") or "csv") if "swagger" in document else "",
    )


def _swagger_schema(here: Place) -> Place:
    """In Swagger 2.0 a parameter is its own schema, among what else is said of it."""
    return Place({name: value for name, value in here.object.items() if name not in _NO_KEYWORDS}, here.pointer)


class Texts:
    """The texts of a request, and what they come to for a parameter."""

    def __init__(self, document: JsonObject, rules: Rules) -> None:
        self._document = document
        self._rules = rules
        self._types: dict[str, tuple[str, ...]] = {}

    def types(self, parameter: Parameter) -> tuple[str, ...]:
        """The types that the parameter's schema names."""
        if parameter.schema is None:
            return ()
        found = self._types.get(parameter.schema.pointer)
        if found is None:
            found = types_of(resolved(self._document, parameter.schema).object)
            self._types[parameter.schema.pointer] = found
        return found

    def of_path(self, parameter: Parameter, text: str) -> JsonValue:
        """What stands in the path for a parameter."""
        types = self.types(parameter)
        if self._is_text(parameter):
            return text
        if "array" in types:
            separator = {"label": ".", "matrix": ";"}.get(parameter.style, ",") if parameter.explode else ","
            return [*text.split(separator)]
        return _structured(text)

    def of_header(self, parameter: Parameter, text: str) -> JsonValue:
        """What stands in a header for a parameter."""
        if self._is_text(parameter):
            return text
        if self._rules.ours and parameter.media_type and is_json(parameter.media_type):
            return _json(text)
        if self._rules.ours and "array" in self.types(parameter):
            return [each.strip() for each in text.split(",")]
        return _structured(text)

    def of_field(self, parameter: Parameter, value: JsonValue) -> JsonValue:
        """What a field of a form comes to for a parameter of Swagger 2.0."""
        if "array" in self.types(parameter) and not isinstance(value, list):
            separator = _SEPARATORS.get(parameter.collection, ",")
            return [*value.split(separator)] if isinstance(value, str) else [value]
        return ",".join(map(str, value)) if isinstance(value, list) and self._is_text(parameter) else value

    def of_query(
        self, parameter: Parameter, nested: JsonObject, raw: Mapping[str, list[str]]
    ) -> "tuple[bool, JsonValue]":
        """Whether the parameter is there, and its value."""
        if self._rules.ours:
            return self._our_query(parameter, nested, raw)
        if parameter.name not in nested:
            return False, None
        texts = raw.get(parameter.name, [])
        types = self.types(parameter)
        if self._is_text(parameter) and len(texts) == 1:
            return True, texts[0]
        value = nested[parameter.name]
        if "array" in types:
            separator = _SEPARATORS.get(parameter.collection, ",")
            if len(texts) == 1 and separator != ",":
                return True, [*texts[0].split(separator)]
            return True, value if isinstance(value, list) else value if isinstance(value, dict) else [value]
        return True, value

    def _is_text(self, parameter: Parameter) -> bool:
        if parameter.schema is None:
            return True
        if "string" in self.types(parameter):
            return True
        if parameter.place != "header":
            return False
        whole = resolved(self._document, parameter.schema)
        branches = (each for name in ("anyOf", "oneOf") for each in whole.member(name).items())
        return any("string" in types_of(resolved(self._document, each).object) for each in branches)

    def _our_query(
        self, parameter: Parameter, nested: JsonObject, raw: Mapping[str, list[str]]
    ) -> "tuple[bool, JsonValue]":
        texts, types = raw.get(parameter.name), self.types(parameter)
        if texts is None and "object" in types:
            return self._our_object(parameter, nested, raw)
        if texts is None:
            return False, None
        if parameter.media_type and is_json(parameter.media_type):
            return True, _json(texts[0])
        if "object" in types:
            return True, _pairwise(texts[0].split(","))
        if "array" in types:
            return True, self._our_array(parameter, texts)
        return True, texts[0] if len(texts) == 1 else [*texts]

    def _our_array(self, parameter: Parameter, texts: list[str]) -> list[JsonValue]:
        if parameter.collection:
            multi = parameter.collection == "multi"
            return (
                [*texts] if multi or len(texts) > 1 else [*texts[0].split(_SEPARATORS.get(parameter.collection, ","))]
            )
        if parameter.explode or len(texts) > 1:
            return [*texts]
        return [*texts[0].split(_STYLE_SEPARATORS.get(parameter.style, ","))]

    def _our_object(
        self, parameter: Parameter, nested: JsonObject, raw: Mapping[str, list[str]]
    ) -> "tuple[bool, JsonValue]":
        if parameter.style == "deepObject":
            return parameter.name in nested, nested.get(parameter.name)
        if parameter.style != "form" or not parameter.explode or parameter.schema is None:
            return False, None
        properties = resolved(self._document, parameter.schema).member("properties").object
        found: dict[str, JsonValue] = {name: raw[name][0] for name in properties if name in raw}
        return bool(found), found

    def names_used(self, parameter: Parameter, raw: Mapping[str, list[str]]) -> Iterator[str]:
        """The names in the query that belong to a parameter."""
        yield parameter.name
        if self._rules.ours and "object" in self.types(parameter) and parameter.schema is not None:
            if parameter.style == "form" and parameter.explode:
                yield from resolved(self._document, parameter.schema).member("properties").object
            if parameter.style == "deepObject":
                yield from (name for name in raw if name.startswith(f"{parameter.name}["))

    def is_complex(self, parameter: Parameter) -> bool:
        """Whether its values are lists or objects, which one of the switches leaves alone."""
        complex_types = {"array", "object"} & set(self.types(parameter))
        is_left = "swagger" not in self._document and self._rules.has(Switch.NO_VALIDATE_COMPLEX_PARAMETERS)
        return bool(complex_types) and is_left


def _structured(text: str) -> JsonValue:
    if "=" in text:
        return dict(read_query(text.replace(",", "&")).nested)
    if "," in text:
        return [each.strip() for each in text.split(",")]
    return text


def _pairwise(texts: list[str]) -> JsonValue:
    return dict(zip(texts[::2], texts[1::2], strict=False))


def _json(text: str) -> JsonValue:
    try:
        return safe_json.loads(text)
    except Invalid:
        return unquote(text)
