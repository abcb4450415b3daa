"""What else a pattern tells: an example that keeps it, the shapes that it needs, and what of it counts."""

from collections.abc import Iterator, Mapping

from contracthub.formats import safe_json
from contracthub.formats.matching.model import CASCADING, NO_EXAMPLE, Pattern, Rule
from contracthub.formats.needs import JSON_TYPES, TYPES_OF_MATCHERS, JsonType, Shape
from contracthub.formats.pact.expressions import ANY, written
from contracthub.formats.safe_json import JsonValue

_LONGEST_EXAMPLE = 200
_TYPES_OF_RULES: Mapping[str, JsonType] = {
    **TYPES_OF_MATCHERS,
    "eachKey": JsonType.OBJECT,
    "arrayContains": JsonType.ARRAY,
}


def example(pattern: Pattern) -> JsonValue:
    """A value that keeps the pattern. Raises ValueError where a matcher came without one: see `has_example`."""
    if pattern.members is not None:
        return {name: example(each) for name, each in pattern.members.items()}
    if pattern.items is not None:
        return _enough([example(each) for each in pattern.items], pattern.rule)
    if pattern.value is not NO_EXAMPLE:
        return pattern.value
    if pattern.rule is not None and pattern.rule.kind == "arrayContains":
        return [example(each) for each in pattern.rule.patterns]
    raise ValueError("A matcher has no example; give it a value.")


def has_example(pattern: Pattern) -> bool:
    """Whether `example` has an answer."""
    try:
        example(pattern)
    except ValueError:
        return False
    return True


def size(pattern: Pattern) -> int:
    """How many values `example` has, without making it."""
    if pattern.members is not None:
        return 1 + sum(map(size, pattern.members.values()))
    if pattern.value is NO_EXAMPLE and pattern.rule is not None and pattern.rule.kind == "arrayContains":
        return 1 + sum(map(size, pattern.rule.patterns))
    if not pattern.items:
        return 1
    sizes = [size(each) for each in pattern.items]
    least = pattern.rule.facts.get("min") if pattern.rule else None
    return 1 + sum(sizes) + (sizes[0] * max(0, least - len(sizes)) if isinstance(least, int) else 0)


def shapes(pattern: Pattern) -> tuple[tuple[str, Shape], ...]:
    """Each leaf that is relied on, with its place (``$.lines[*].sku``) and which values do."""
    return tuple(dict.fromkeys(_leaves(pattern, "$", None)))


def identity_value(pattern: Pattern) -> JsonValue:
    """What of a pattern a verification can see, as JSON: examples that a rule covers are left out."""
    return _counted(pattern, None)


def _enough(items: list[JsonValue], rule: Rule | None) -> list[JsonValue]:
    least = rule.facts.get("min") if rule else None
    return items + items[:1] * (least - len(items)) if isinstance(least, int) else items


def _leaves(pattern: Pattern, path: str, inherited: Rule | None) -> Iterator[tuple[str, Shape]]:
    rule = pattern.rule or inherited
    passed_on = Rule("type") if rule is not None and rule.kind in CASCADING else None
    if rule is not None and rule.patterns:
        any_item = path + written(ANY)
        yield path, _shape(pattern, rule)
        for each in rule.patterns if rule.kind != "eachKey" else ():
            yield from _leaves(each, any_item, None)
    elif pattern.members:
        for name, each in pattern.members.items():
            step = ANY if rule is not None and rule.kind == "values" else name
            yield from _leaves(each, path + written(step), passed_on)
    elif pattern.items:
        like = rule is not None and rule.kind != "equality"
        for at, each in enumerate(pattern.items):
            yield from _leaves(each, path + written(ANY if like else at), passed_on)
    else:
        yield path, _shape(pattern, rule)


def _shape(pattern: Pattern, rule: Rule | None) -> Shape:
    value = None if pattern.value is NO_EXAMPLE else pattern.value
    text = safe_json.dumps(value).decode() if value is not None or pattern.value is None else ""
    shown = text if text and len(text) <= _LONGEST_EXAMPLE else None
    kind = rule.kind if rule else "equality"
    known = _TYPES_OF_RULES.get(kind)
    json_type = known or (JsonType.STRING if pattern.value is NO_EXAMPLE else JSON_TYPES[type(value)])
    detail = shown if kind == "equality" else _detail(rule)
    return Shape(json_type, kind, detail, shown)


def _detail(rule: Rule | None) -> str | None:
    facts = rule.facts if rule else {}
    found = next((facts[name] for name in ("regex", "format", "value", "status") if name in facts), None)
    return found if found is None or isinstance(found, str) else safe_json.dumps(found).decode()


def _counted(pattern: Pattern, inherited: Rule | None) -> JsonValue:
    rule = pattern.rule or inherited
    kind = rule.kind if rule else "equality"
    passed_on = Rule("type") if kind in CASCADING else None
    told: dict[str, JsonValue] = {"rule": kind}
    if rule is not None and rule.facts:
        told["facts"] = dict(rule.facts)
    if rule is not None and rule.patterns:
        told["each"] = [_counted(each, None) for each in rule.patterns]
    if kind in {"values", "eachKey"}:
        # Only the first example says what all of them are like.
        inside = [*(pattern.members or {}).values(), *(pattern.items or ())][:1]
        told["like"] = [_counted(each, passed_on) for each in inside]
    elif kind in {"eachValue", "arrayContains"}:
        pass
    elif pattern.members is not None:
        told["members"] = {name: _counted(each, passed_on) for name, each in pattern.members.items()}
    elif pattern.items is not None:
        items = [_counted(each, passed_on) for each in pattern.items]
        # Further items are held against the first, so that repeating it says nothing new.
        alike = passed_on is not None and all(each == items[0] for each in items)
        told["items"] = items[:1] if alike else items
    elif kind == "equality":
        told["value"] = None if pattern.value is NO_EXAMPLE else pattern.value
    elif kind == "type":
        told["type"] = _type_that_counts(pattern.value)
    return told


def _type_that_counts(value: object) -> str:
    kind = JSON_TYPES.get(type(value), JsonType.NULL)
    return JsonType.NUMBER if kind is JsonType.INTEGER else kind
