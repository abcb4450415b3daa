"""A value that came, held against a pattern: every difference with its place."""

from collections.abc import Callable, Iterator, Mapping
from itertools import islice

from contracthub.domain.verification_reports import Mismatch
from contracthub.formats import safe_json
from contracthub.formats.jsonschema.patterns import matches
from contracthub.formats.matching.model import CASCADING, NO_EXAMPLE, Pattern, Rule
from contracthub.formats.matching.moments import is_moment
from contracthub.formats.pact.expressions import written
from contracthub.formats.safe_json import JsonValue

MOST_MISMATCHES = 100
STATUS_CLASSES: Mapping[str, range] = {
    "info": range(100, 200),
    "success": range(200, 300),
    "redirect": range(300, 400),
    "clientError": range(400, 500),
    "serverError": range(500, 600),
    "nonError": range(100, 400),
    "error": range(400, 600),
}
_LONGEST_SHOWN = 200
_BY_TYPE = Rule("type")


def mismatches(pattern: Pattern, actual: JsonValue, path: str = "$") -> tuple[Mismatch, ...]:
    """Where the value is not as the pattern has it, in the order of the pattern; at most ``MOST_MISMATCHES``.

    ``path`` is the place of the value: places inside are written from there, ``$.lines[0].sku``.
    """
    return tuple(islice(_differences(pattern, actual, path, None), MOST_MISMATCHES))


def matches_pattern(pattern: Pattern, actual: JsonValue) -> bool:
    """Whether the value is as the pattern has it."""
    return next(_differences(pattern, actual, "$", None), None) is None


def kind_in_words(value: JsonValue) -> str:
    """What a value is, for people: ``a string``.

    >>> kind_in_words([])
    'a list'
    """
    if value is None:
        return "null"
    return _WORDS[type(value)]


_WORDS: Mapping[type, str] = {
    bool: "a boolean",
    int: "a number",
    float: "a number",
    str: "a string",
    list: "a list",
    dict: "an object",
}


def _differences(pattern: Pattern, actual: JsonValue, path: str, inherited: Rule | None) -> Iterator[Mismatch]:
    rule = pattern.rule or inherited
    if rule is not None and rule.kind != "equality":
        wrong = _CHECKS[rule.kind](rule, pattern, actual)
        if wrong:
            yield _mismatch(path, wrong, pattern, actual)
            return
        if rule.kind in _BY_INSIDE:
            yield from _BY_INSIDE[rule.kind](rule, pattern, actual, path)
            return
    passed_on = _BY_TYPE if rule is not None and rule.kind in CASCADING else None
    if pattern.members is not None:
        yield from _members(pattern, actual, path, passed_on)
    elif pattern.items is not None:
        yield from _items(pattern, actual, path, passed_on, rule)
    elif (rule is None or rule.kind == "equality") and not _are_equal(pattern.value, actual):
        yield _mismatch(path, f"Expected {_shown(pattern.value)} but got {_shown(actual)}", pattern, actual)


def _members(pattern: Pattern, actual: JsonValue, path: str, passed_on: Rule | None) -> Iterator[Mismatch]:
    assert pattern.members is not None
    if not isinstance(actual, dict):
        yield _mismatch(path, f"Expected an object but got {kind_in_words(actual)}", pattern, actual)
        return
    for name, member in pattern.members.items():
        place = path + written(name)
        if name in actual:
            yield from _differences(member, actual[name], place, passed_on)
        else:
            yield Mismatch("body", place, f"Expected {name!r}, which is missing", _text(member.value), None)


def _items(
    pattern: Pattern, actual: JsonValue, path: str, passed_on: Rule | None, rule: Rule | None
) -> Iterator[Mismatch]:
    assert pattern.items is not None
    if not isinstance(actual, list):
        yield _mismatch(path, f"Expected a list but got {kind_in_words(actual)}", pattern, actual)
        return
    if rule is None or rule.kind == "equality":
        if len(actual) != len(pattern.items):
            told = f"Expected a list with {_count(len(pattern.items))} but got one with {_count(len(actual))}"
            yield _mismatch(path, told, pattern, actual)
        pairs = zip(pattern.items, actual, strict=False)
    else:
        # Further items are like the first, as Pact has it.
        templates = pattern.items
        pairs = zip(
            (templates[at] if at < len(templates) else templates[0] for at in range(len(actual) if templates else 0)),
            actual,
            strict=False,
        )
    for at, (item, each) in enumerate(pairs):
        yield from _differences(item, each, path + written(at), passed_on)


def _each_value(rule: Rule, _pattern: Pattern, actual: JsonValue, path: str) -> Iterator[Mismatch]:
    if isinstance(actual, dict):
        inside = [(written(name), value) for name, value in actual.items()]
    else:
        inside = [(written(at), value) for at, value in enumerate(actual if isinstance(actual, list) else ())]
    for step, value in inside:
        for each in rule.patterns:
            yield from _differences(each, value, path + step, None)


def _each_key(rule: Rule, pattern: Pattern, actual: JsonValue, path: str) -> Iterator[Mismatch]:
    for name in actual if isinstance(actual, dict) else ():
        for each in rule.patterns:
            for found in _differences(each, name, path + written(name), None):
                yield Mismatch("body", found.location, f"The key: {found.text}", found.expected, found.actual)
    # The values are like the first example, whatever their keys are.
    template = next(iter((pattern.members or {}).values()), None)
    if template is not None and isinstance(actual, dict):
        for name, value in actual.items():
            yield from _differences(template, value, path + written(name), _BY_TYPE)


def _values(_rule: Rule, pattern: Pattern, actual: JsonValue, path: str) -> Iterator[Mismatch]:
    template = next(iter((pattern.members or {}).values()), None) or next(iter(pattern.items or ()), None)
    if template is None:
        return
    if isinstance(actual, dict):
        for name, value in actual.items():
            yield from _differences(template, value, path + written(name), _BY_TYPE)
    elif isinstance(actual, list):
        for at, value in enumerate(actual):
            yield from _differences(template, value, path + written(at), _BY_TYPE)


def _array_contains(rule: Rule, _pattern: Pattern, actual: JsonValue, path: str) -> Iterator[Mismatch]:
    for at, variant in enumerate(rule.patterns):
        if isinstance(actual, list) and not any(matches_pattern(variant, each) for each in actual):
            yield Mismatch(
                "body", path, f"Expected an item like variant {at + 1}, and there is none", None, _text(actual)
            )


_BY_INSIDE: Mapping[str, Callable[[Rule, Pattern, JsonValue, str], Iterator[Mismatch]]] = {
    "eachValue": _each_value,
    "eachKey": _each_key,
    "values": _values,
    "arrayContains": _array_contains,
}


def _like(rule: Rule, pattern: Pattern, actual: JsonValue) -> str | None:
    if not _same_type(pattern.value, actual):
        return f"Expected {kind_in_words(_plain(pattern.value))} like {_shown(pattern.value)} but got {_shown(actual)}"
    least, most = rule.facts.get("min"), rule.facts.get("max")
    if isinstance(actual, list) and isinstance(least, int) and len(actual) < least:
        return f"Expected a list with at least {_count(least)} but got one with {_count(len(actual))}"
    if isinstance(actual, list) and isinstance(most, int) and len(actual) > most:
        return f"Expected a list with at most {_count(most)} but got one with {_count(len(actual))}"
    return None


def _same_type(expected: object, actual: JsonValue) -> bool:
    if isinstance(expected, bool) or isinstance(actual, bool):
        return isinstance(expected, bool) and isinstance(actual, bool)
    if isinstance(expected, int | float):
        return isinstance(actual, int | float)
    return type(expected) is type(actual)


def _is_number(value: JsonValue) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _kind(what: str, does: Callable[[JsonValue], bool]) -> Callable[[Rule, Pattern, JsonValue], str | None]:
    def check(_rule: Rule, _pattern: Pattern, actual: JsonValue) -> str | None:
        return None if does(actual) else f"Expected {what} but got {_shown(actual)}"

    return check


def _by_regex(rule: Rule, _pattern: Pattern, actual: JsonValue) -> str | None:
    text = _shown(actual) if _is_number(actual) else actual
    if isinstance(text, str) and matches(rule.regex or "", text):
        return None
    return f"Expected a text matching {rule.facts['regex']!r} but got {_shown(actual)}"


def _semver(rule: Rule, _pattern: Pattern, actual: JsonValue) -> str | None:
    if isinstance(actual, str) and matches(rule.regex or "", actual):
        return None
    return f"Expected a semantic version but got {_shown(actual)}"


def _moment(rule: Rule, _pattern: Pattern, actual: JsonValue) -> str | None:
    format_ = str(rule.facts["format"])
    if isinstance(actual, str) and is_moment(format_, actual):
        return None
    return f"Expected a {rule.kind} as {format_!r} but got {_shown(actual)}"


def _include(rule: Rule, _pattern: Pattern, actual: JsonValue) -> str | None:
    part = str(rule.facts["value"])
    if isinstance(actual, str) and part in actual:
        return None
    return f"Expected a text with {part!r} in it but got {_shown(actual)}"


def _status_code(rule: Rule, _pattern: Pattern, actual: JsonValue) -> str | None:
    wanted = rule.facts["status"]
    codes = wanted if isinstance(wanted, list) else STATUS_CLASSES[str(wanted)]
    if isinstance(actual, int) and not isinstance(actual, bool) and actual in codes:
        return None
    shown = ", ".join(map(str, wanted)) if isinstance(wanted, list) else f"a status of the kind {wanted}"
    return f"Expected {shown} but got {_shown(actual)}"


def _container(what: tuple[type, ...], words: str) -> Callable[[Rule, Pattern, JsonValue], str | None]:
    return _kind(words, lambda value: isinstance(value, what))


_CHECKS: Mapping[str, Callable[[Rule, Pattern, JsonValue], str | None]] = {
    "type": _like,
    "integer": _kind("an integer", lambda value: isinstance(value, int) and not isinstance(value, bool)),
    "decimal": _kind("a number with decimals", lambda value: isinstance(value, float)),
    "number": _kind("a number", _is_number),
    "boolean": _kind("a boolean", lambda value: isinstance(value, bool)),
    "null": _kind("null", lambda value: value is None),
    "notEmpty": _kind("something that is not empty", lambda value: value is not None and value not in ("", [], {})),
    "regex": _by_regex,
    "semver": _semver,
    "date": _moment,
    "time": _moment,
    "timestamp": _moment,
    "datetime": _moment,
    "include": _include,
    "statusCode": _status_code,
    "eachKey": _container((dict,), "an object"),
    "eachValue": _container((dict, list), "an object or a list"),
    "values": _container((dict, list), "an object or a list"),
    "arrayContains": _container((list,), "a list"),
}


def _are_equal(expected: object, actual: JsonValue) -> bool:
    if isinstance(expected, bool) or isinstance(actual, bool):
        return expected is actual
    return expected == actual


def _mismatch(path: str, text: str, pattern: Pattern, actual: JsonValue) -> Mismatch:
    return Mismatch("body", path, text, _text(pattern.value), _text(actual))


def _plain(value: object) -> JsonValue:
    return None if value is NO_EXAMPLE else value  # type: ignore[return-value]  # the one other thing it may be


def _text(value: object) -> str | None:
    if value is NO_EXAMPLE:
        return None
    text = safe_json.dumps(_plain(value)).decode()
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def _shown(value: object) -> str:
    return _text(value) or ""


def _count(number: int) -> str:
    return "1 item" if number == 1 else f"{number} items"
