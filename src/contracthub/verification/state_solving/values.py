"""Makes values that a schema accepts, of what is wanted of them where that is known."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from contracthub.formats.bundle import Place
from contracthub.formats.jsonschema.patterns import matches
from contracthub.formats.safe_json import JsonObject, JsonValue
from contracthub.verification.state_solving.api import Api
from contracthub.verification.state_solving.pattern_text import text_like

_DEEPEST = 8
_MOST_ITEMS = 3
_MOST_VALUES = 2_000
_FORMATS: Mapping[str, str] = {
    "date-time": "2026-01-01T00:00:00Z",
    "date": "2026-01-01",
    "time": "00:00:00Z",
    "uuid": "00000000-0000-4000-8000-{index:012d}",
    "email": "someone{index}@example.org",
    "uri": "https://example.org/{index}",
    "url": "https://example.org/{index}",
    "hostname": "example.org",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "byte": "",
}


class _Nothing:
    """No value is known."""


NOTHING = _Nothing()


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a new thing should be like: values by the name of their member, and for members whose names are in ``ids``
    what they refer to.

    ``like`` is a body that a consumer sends to the same operation; ``index`` tells several things apart.
    """

    values: Mapping[str, JsonValue] = field(default_factory=dict)
    ids: Mapping[str, JsonValue] = field(default_factory=dict)
    like: JsonObject = field(default_factory=dict)
    index: int = 0


def body_for(api: Api, schema: Place, wishes: Wishes) -> JsonValue:
    """A request body that the schema accepts, as far as it can be told without trying."""
    return _Maker(api, wishes).value(schema, "", 0)


@dataclass(slots=True)
class _Maker:
    api: Api
    wishes: Wishes
    made: int = 0

    def value(self, schema: Place, name: str, depth: int) -> JsonValue:
        self.made += 1
        if self.made > _MOST_VALUES:
            # A schema that contains itself several times would go on nearly for ever.
            return None
        facts = self.api.facts(schema)
        wanted = self._wanted(facts, name)
        if isinstance(wanted, dict) and self.api.members(schema):
            # What consumers read of an envelope is seldom all that belongs into it.
            return self._like(schema, name, wanted, depth)
        if not isinstance(wanted, _Nothing):
            return wanted
        for known in ("const", "default", "example"):
            if known in facts:
                return facts[known]
        for several in ("enum", "examples"):
            choices = facts.get(several)
            if isinstance(choices, list) and choices:
                return choices[self.wishes.index % len(choices)] if several == "enum" else choices[0]
        chosen = self._choice(schema, facts)
        if chosen is not None and depth < _DEEPEST:
            return self.value(chosen, name, depth + 1)
        return self._made(schema, facts, name, depth)

    def _wanted(self, facts: JsonObject, name: str) -> "JsonValue | _Nothing":
        wishes = self.wishes
        if name in wishes.ids:
            return wishes.ids[name]
        # Of alternatives, the one that is chosen says whether it fits.
        is_open = type_in(facts) is None and any(part in facts for part in ("oneOf", "anyOf", "allOf"))
        if name in wishes.values and not is_open and fits(facts, wishes.values[name]):
            value = wishes.values[name]
            several = isinstance(value, str) and wishes.index and not facts.get("enum") and not facts.get("format")
            if several and facts.get("pattern"):
                return _text(facts, name, wishes.index)
            return f"{value} {wishes.index + 1}" if several else value
        return NOTHING

    def _like(self, schema: Place, name: str, wanted: JsonObject, depth: int) -> JsonValue:
        before = self.wishes
        others = {each: value for each, value in before.values.items() if each != name}
        self.wishes = replace(before, values=others | wanted)
        try:
            return self._object(schema, depth + 1) if depth < _DEEPEST else None
        finally:
            self.wishes = before

    def _choice(self, schema: Place, facts: JsonObject) -> Place | None:
        """Of alternatives the first that is not null."""
        for part in ("oneOf", "anyOf"):
            choices = facts.get(part)
            listed = choices if isinstance(choices, list) else []
            places = [self.api.inside(schema, f"{part}/{index}", each) for index, each in enumerate(listed)]
            fitting = [place for place in places if self.api.facts(place).get("type") != "null"]
            if places:
                return (fitting or places)[0]
        every = facts.get("allOf")
        if isinstance(every, list) and len(every) == 1 and "properties" not in facts:
            return self.api.inside(schema, "allOf/0", every[0])
        return None

    def _made(self, schema: Place, facts: JsonObject, name: str, depth: int) -> JsonValue:
        makers: Mapping[str, Callable[[], JsonValue]] = {
            "object": lambda: self._object(schema, depth),
            "array": lambda: self._array(schema, facts, name, depth),
            "integer": lambda: _number(facts),
            "number": lambda: _number(facts),
            "boolean": lambda: True,
            "null": lambda: None,
            "string": lambda: _text(facts, name, self.wishes.index),
        }
        kind = type_in(facts) or ("object" if "properties" in facts or "allOf" in facts else "string")
        return makers.get(kind, makers["string"])() if depth < _DEEPEST else None

    def _object(self, schema: Place, depth: int, like: JsonObject | None = None) -> JsonValue:
        members = self.api.members(schema)
        needed = _needed(self.api, schema)
        if like is None:
            like = self.wishes.like if depth == 0 else {}
        made: dict[str, JsonValue] = dict(like)
        for name, member in members.items():
            known = name in self.wishes.ids or name in self.wishes.values
            if name in like and not known:
                inner = like[name]
                if isinstance(inner, dict) and depth < _DEEPEST and self.api.members(member):
                    made[name] = self._object(member, depth + 1, inner)
                continue
            if (name in needed or known) and not self.api.facts(member).get("readOnly"):
                made[name] = self.value(member, name, depth + 1)
        return made

    def _array(self, schema: Place, facts: JsonObject, name: str, depth: int) -> JsonValue:
        least = facts.get("minItems")
        count = min(max(least if isinstance(least, int) else 0, 1), _MOST_ITEMS)
        items = self.api.inside(schema, "items", facts.get("items", {}))
        return [self.value(items, name, depth + 1) for _ in range(count)]


def _needed(api: Api, schema: Place, seen: set[str] | None = None) -> frozenset[str]:
    """The members that an object must have, those of all its parts together; each part is looked at once."""
    seen = set() if seen is None else seen
    place = api.bundle.resolved(schema)
    if place is None or not isinstance(place.value, dict) or f"{place.file}#{place.pointer}" in seen:
        return frozenset()
    seen.add(f"{place.file}#{place.pointer}")
    required = place.value.get("required")
    found = frozenset(str(name) for name in required) if isinstance(required, list) else frozenset()
    every = place.value.get("allOf")
    for index, each in enumerate(every if isinstance(every, list) else ()):
        found |= _needed(api, api.inside(place, f"allOf/{index}", each), seen)
    return found


def type_in(facts: JsonObject) -> str | None:
    """The type of a schema; of several the first that is not null."""
    kind = facts.get("type")
    if isinstance(kind, list):
        kind = next((each for each in kind if each != "null"), "null")
    return kind if isinstance(kind, str) else None


_KINDS: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
}


def fits(facts: JsonObject, value: JsonValue) -> bool:
    """Whether a value is of a schema's type, one of its choices and within its bounds: what can be told at a glance."""
    kind, choices = type_in(facts), facts.get("enum")
    if isinstance(choices, list) and value not in choices:
        return False
    if "const" in facts:
        return facts["const"] == value
    if kind == "null":
        return value is None
    if kind is None or kind not in _KINDS:
        return not isinstance(value, dict | list)
    if isinstance(value, bool) and kind != "boolean":
        return False
    if not isinstance(value, _KINDS[kind]):
        return False
    if isinstance(value, str):
        return _is_like(facts, value)
    return not isinstance(value, int | float) or _is_within(facts, value)


def _is_like(facts: JsonObject, value: str) -> bool:
    least, most, pattern = facts.get("minLength"), facts.get("maxLength"), facts.get("pattern")
    if (isinstance(least, int) and len(value) < least) or (isinstance(most, int) and len(value) > most):
        return False
    # Where nobody can make a text like the pattern, the consumer's is the best that there is.
    return not isinstance(pattern, str) or matches(pattern, value) or text_like(pattern) is None


def _is_within(facts: JsonObject, value: float) -> bool:
    least, most = facts.get("minimum"), facts.get("maximum")
    too_small = isinstance(least, int | float) and value < least
    too_large = isinstance(most, int | float) and value > most
    return not too_small and not too_large


def _number(facts: JsonObject) -> JsonValue:
    least, most = facts.get("minimum"), facts.get("maximum")
    above, below = facts.get("exclusiveMinimum"), facts.get("exclusiveMaximum")
    if isinstance(above, int | float) and not isinstance(above, bool):
        least = above + 1
    if isinstance(below, int | float) and not isinstance(below, bool):
        most = below - 1
    value: int | float = 1
    if isinstance(least, int | float):
        value = max(value, least)
    if isinstance(most, int | float):
        value = min(value, most)
    step = facts.get("multipleOf")
    if isinstance(step, int | float) and step > 0:
        value = step * -(-value // step)
    return value


def _text(facts: JsonObject, name: str, index: int) -> str:
    pattern, least, most = facts.get("pattern"), facts.get("minLength"), facts.get("maxLength")
    known = _FORMATS.get(str(facts.get("format")))
    if known is not None:
        text = known.format(index=index)
        if not isinstance(pattern, str) or matches(pattern, text):
            return text
    if isinstance(pattern, str):
        limits = {"least": least if isinstance(least, int) else 0, "most": most if isinstance(most, int) else None}
        like = text_like(pattern, index=index, **limits)  # type: ignore[arg-type]
        if like is not None:
            return like
    text = f"{name or 'value'} {index + 1}" if index else name or "value"
    if isinstance(least, int):
        text = text.ljust(min(least, 10_000), "x")
    return text[:most] if isinstance(most, int) and most >= 0 else text
