"""A consumer's matching rules held against what a document promises: which values may come that it does not take?

Nothing of a regular expression's language is guessed at. What is told rests on values that the document lists, on
types, on bounds, and on an ordinary value of a known format.
"""

from collections.abc import Callable, Iterator, Sequence
from enum import IntEnum
from functools import lru_cache
from typing import TypeAlias

from contracthub.formats import safe_json
from contracthub.formats.comparisons.pact_openapi.promises import Alternatives, Promise
from contracthub.formats.comparisons.pact_openapi.text_formats import FORMATS
from contracthub.formats.matching.compiling import SEMVER
from contracthub.formats.matching.moments import DEFAULT_FORMATS, UnknownFormat, is_moment
from contracthub.formats.needs import JSON_TYPES
from contracthub.formats.pact.model import Matcher, MatchingRule
from contracthub.formats.safe_json import JsonValue


class Gap(IntEnum):
    """How far a promise falls short of a rule."""

    UNPROMISED = 1
    """Others may come, for all that the document says."""
    NARROWER = 2
    """Others may come, and the document says so."""
    NEVER = 3
    """Nothing that may come is taken."""


Told: TypeAlias = tuple[Gap, str]
Takes: TypeAlias = Callable[[JsonValue], bool]

_NUMBERS = frozenset({"number", "integer"})
_TEXTS = frozenset({"regex", "include", "semver", "date", "time", "timestamp", "datetime"})
# An ordinary value of each format: a rule that does not take it does not take what comes.
_ORDINARY = {
    "date": "2024-01-31",
    "date-time": "2024-01-31T13:45:30Z",
    "time": "13:45:30Z",
    "uuid": "e2490de5-5bd3-43d5-b7c4-526e33f71304",
    "email": "jane.doe@example.com",
    "ipv4": "192.0.2.17",
}
_SCALARS = {"integer": ("0", "7", "10"), "number": ("7", "1.5")}
_SHOWN = 5
_LONGEST_REGEX = 2_000


def gap(rule: MatchingRule, example: JsonValue, alternatives: Alternatives) -> Told | None:
    """How far what is promised of a value falls short of its rule: never taken only where no alternative is."""
    of_values = [each for each in alternatives if each.types != frozenset()]
    found = [max(_gaps(rule, example, each), key=lambda told: told[0], default=None) for each in of_values]
    worst = max((each for each in found if each is not None), key=lambda told: told[0], default=None)
    if worst is not None and worst[0] is Gap.NEVER and any(each is None or each[0] is not Gap.NEVER for each in found):
        return Gap.NARROWER, f"in one of several alternatives {worst[1]}"
    return worst


def gap_of_texts(rule: MatchingRule, alternatives: Alternatives) -> Told | None:
    """The same for a header, which is a text whatever its schema says."""
    for each in alternatives if len(alternatives) == 1 else ():
        takes, values = takes_of(rule, ""), each.values
        if takes is not None and values:
            found = _gap_of_values(takes, [as_text(value) for value in values])
            if found is not None:
                return found
    return None


def _gaps(rule: MatchingRule, example: JsonValue, promise: Promise) -> Iterator[Told]:
    takes = takes_of(rule, example)
    if promise.values is not None:
        values = [each for each in promise.values if each is not None]
        found = _gap_of_values(takes, values) if takes is not None and values else None
        if found is not None:
            yield found
        return
    yield from _gap_of_types(rule, example, promise)
    for matcher in rule.matchers:
        yield from _gap_of_matcher(matcher, example, promise)


def _gap_of_values(takes: Takes, values: Sequence[JsonValue]) -> Told | None:
    refused = [each for each in values if not takes(each)]
    if not refused:
        return None
    if len(refused) == len(values):
        return (
            Gap.NEVER,
            f"none of the values that the document lists is one that the consumer's rule takes: {_shown(values)}",
        )
    return Gap.NARROWER, f"the document lists values that the consumer's rule does not take: {_shown(refused)}"


def _gap_of_types(rule: MatchingRule, example: JsonValue, promise: Promise) -> Iterator[Told]:
    wanted = wanted_types(rule, example)
    if wanted is None or promise.types is None:
        return
    others = promise.types - wanted
    if not wanted and promise.may_be_null:
        yield Gap.NARROWER, f"the consumer's rule takes null, and the document allows {_or(others)} as well"
        return
    if promise.types and not promise.types & wanted:
        yield Gap.NEVER, f"the consumer's rule takes {_or(wanted)}, and the document says {_or(promise.types)}"
    elif others:
        yield Gap.NARROWER, f"the consumer's rule takes {_or(wanted)}, and the document allows {_or(others)} as well"
    elif any(each.kind == "decimal" for each in rule.matchers):
        kind = Gap.UNPROMISED if "number" in promise.types else Gap.NARROWER
        yield kind, "the consumer's rule takes numbers with decimals, and the document allows whole ones"


def _gap_of_matcher(matcher: Matcher, example: JsonValue, promise: Promise) -> Iterator[Told]:
    may_be_text = promise.types is None or "string" in promise.types
    if matcher.kind in _TEXTS and may_be_text:
        yield from _gap_of_text(matcher, example, promise)
    if matcher.kind in {"regex", "include"} and promise.types is not None:
        yield from _gap_of_scalars(matcher, promise.types)
    elif matcher.kind == "notEmpty":
        yield from _gap_of_empty(promise)
    elif matcher.kind == "eachKey":
        yield from _gap_of_names(matcher, promise)
    if promise.types is None or "array" in promise.types:
        yield from _gap_of_bounds(matcher, promise)


def _gap_of_text(matcher: Matcher, example: JsonValue, promise: Promise) -> Iterator[Told]:
    takes = _takes(matcher, "")
    if takes is None or matcher.facts.get("regex") in promise.texts("pattern"):
        return
    formats = promise.texts("format")
    if any(each in FORMATS and not FORMATS[each](example) for each in formats):
        # Of a rule for texts nothing is known to fit but its example.
        yield Gap.NEVER, f"the example {as_text(example)!r} has not the format {_or(formats)}"
        return
    for each in formats & set(_ORDINARY):
        if not takes(_ORDINARY[each]):
            yield Gap.NARROWER, f"the document says {each}, and the consumer's rule does not take {_ORDINARY[each]!r}"
    if not formats and not promise.texts("pattern"):
        yield Gap.UNPROMISED, "the consumer's rule takes some texts only, and the document allows any"


def _gap_of_scalars(matcher: Matcher, types: frozenset[str]) -> Iterator[Told]:
    """Numbers are held against a rule for texts as they are written."""
    takes = _takes(matcher, "")
    for kind in sorted(types & set(_SCALARS)) if takes is not None else ():
        refused = [each for each in _SCALARS[kind] if takes is not None and not takes(each)]
        if refused:
            every = len(refused) == len(_SCALARS[kind])
            told = f"the document allows {kind}, and the consumer's rule does not take {refused[0]}"
            yield Gap.NARROWER if every else Gap.UNPROMISED, told


def _gap_of_empty(promise: Promise) -> Iterator[Told]:
    for kind, most, least in (("string", "maxLength", "minLength"), ("array", "maxItems", "minItems")):
        if promise.types != frozenset({kind}):
            continue
        if promise.most(most) == 0:
            yield Gap.NEVER, "the consumer's rule takes nothing empty, and the document allows nothing else"
        elif promise.least(least) == 0 and not promise.texts("pattern") and not promise.texts("format"):
            yield Gap.UNPROMISED, f"the consumer's rule takes nothing empty, and the document does not say {least}"


def _gap_of_names(matcher: Matcher, promise: Promise) -> Iterator[Told]:
    said = matcher.facts.get("rules")
    takes = [_takes(each, "") for each in matchers_in(said)]
    known = [each for each in takes if each is not None]
    if not promise.names or not known or len(known) != len(takes):
        return
    refused = [name for name in promise.names if not all(each(name) for each in known)]
    if len(refused) == len(promise.names) and promise.is_closed:
        yield Gap.NEVER, f"the consumer's rule for names takes none of those that the document has: {_shown(refused)}"
    elif refused:
        yield Gap.NARROWER, f"the document has names that the consumer's rule does not take: {_shown(refused)}"


def _gap_of_bounds(matcher: Matcher, promise: Promise) -> Iterator[Told]:
    least, most = matcher.facts.get("min"), matcher.facts.get("max")
    if isinstance(least, int) and not isinstance(least, bool):
        there = promise.most("maxItems")
        if there is not None and there < least:
            yield Gap.NEVER, f"the consumer takes {least} items or more, and the document allows {there} at most"
        elif promise.least("minItems") < least:
            # That there is at least one is what libraries write down where they are told to repeat an example.
            kind = Gap.UNPROMISED if least == 1 else Gap.NARROWER
            yield kind, f"the consumer takes {least} items or more, and the document allows fewer"
    if isinstance(most, int) and not isinstance(most, bool):
        there = promise.most("maxItems")
        if promise.least("minItems") > most:
            yield Gap.NEVER, f"the consumer takes {most} items at most, and the document has more"
        elif there is None or there > most:
            yield Gap.NARROWER, f"the consumer takes {most} items at most, and the document allows more"


def takes_of(rule: MatchingRule, example: JsonValue) -> Takes | None:
    """Whether a value is one that the rule takes; None where that can't be said here."""
    found = [_takes(each, example) for each in rule.matchers]
    known = [each for each in found if each is not None]
    if not known or len(known) != len(found):
        return None
    combine = any if rule.combine == "OR" else all
    return lambda value: combine(each(value) for each in known)


def wanted_types(rule: MatchingRule, example: JsonValue) -> frozenset[str] | None:
    """The types that a rule takes, null aside; None where it takes any, or nothing can be said."""
    found = [_wanted(each, example) for each in rule.matchers]
    if rule.combine == "OR":
        return None if any(each is None for each in found) else frozenset().union(*(each or () for each in found))
    said = [each for each in found if each is not None]
    return frozenset.intersection(*said) if said else None


def _wanted(matcher: Matcher, example: JsonValue) -> frozenset[str] | None:
    if matcher.kind == "type":
        return None if example is None else frozenset(_kinds_of(example))
    if matcher.kind in {"regex", "include"}:
        # Numbers are held against them as texts.
        return _NUMBERS | {"string"}
    return _BY_KIND.get(matcher.kind)


_BY_KIND = {
    "integer": frozenset({"integer"}),
    "decimal": _NUMBERS,
    "number": _NUMBERS,
    "boolean": frozenset({"boolean"}),
    "null": frozenset[str](),
    **dict.fromkeys(_TEXTS - {"regex", "include"}, frozenset({"string"})),
    "eachKey": frozenset({"object"}),
    "eachValue": frozenset({"object", "array"}),
    "values": frozenset({"object", "array"}),
    "arrayContains": frozenset({"array"}),
}


def _kinds_of(value: JsonValue) -> frozenset[str]:
    kind = str(JSON_TYPES[type(value)])
    return _NUMBERS if kind in _NUMBERS else frozenset({kind})


def _takes(matcher: Matcher, example: JsonValue) -> Takes | None:
    kind, facts = matcher.kind, matcher.facts
    if kind == "regex":
        return _regex(facts.get("regex"))
    if kind == "semver":
        return _regex(SEMVER)
    if kind == "include":
        part = str(facts.get("value"))
        return lambda value: part in as_text(value)
    if kind in {"date", "time", "timestamp", "datetime"}:
        return _moment(str(facts.get("format") or facts.get(kind) or DEFAULT_FORMATS[kind]))
    if kind == "equality":
        return lambda value: value == example
    if kind == "notEmpty":
        return lambda value: value is not None and value not in ("", [], {})
    wanted = _wanted(matcher, example)
    return None if wanted is None else lambda value: value is not None and bool(_exact_kinds(value) & wanted)


def _exact_kinds(value: JsonValue) -> frozenset[str]:
    return (
        frozenset({"integer"})
        if isinstance(value, float) and value.is_integer()
        else frozenset({str(JSON_TYPES[type(value)])})
    )


def _moment(format_: str) -> Takes | None:
    try:
        is_moment(format_, "")
    except UnknownFormat:
        return None
    return lambda value: isinstance(value, str) and is_moment(format_, value)


def _regex(said: object) -> Takes | None:
    if not isinstance(said, str) or len(said) > _LONGEST_REGEX:
        return None
    validator = _compiled(said)
    return None if validator is None else lambda value: validator(as_text(value))


@lru_cache(maxsize=1_000)
def _compiled(regex: str) -> Callable[[str], bool] | None:
    import jsonschema_rs

    options = jsonschema_rs.RegexOptions()
    try:
        found = jsonschema_rs.Draft202012Validator({"type": "string", "pattern": regex}, pattern_options=options)
    except (ValueError, jsonschema_rs.ValidationError):
        # Look-around, for one, may take for ever.
        return None
    return lambda text: bool(found.is_valid(text))


def matchers_in(said: JsonValue) -> tuple[Matcher, ...]:
    """The matchers that stand in another one."""
    facts = [each for each in said if isinstance(each, dict)] if isinstance(said, list) else []
    return tuple(
        Matcher(str(each["match"]), {name: value for name, value in each.items() if name != "match"})
        for each in facts
        if isinstance(each.get("match"), str)
    )


def as_text(value: JsonValue) -> str:
    """A value as a rule for texts sees it."""
    return value if isinstance(value, str) else safe_json.dumps(value).decode()


def _shown(values: Sequence[JsonValue]) -> str:
    more = f" and {len(values) - _SHOWN} more" if len(values) > _SHOWN else ""
    return ", ".join(as_text(each)[:50] for each in values[:_SHOWN]) + more


def _or(types: frozenset[str]) -> str:
    shown = types - {"integer"} if "number" in types else types
    return " or ".join(sorted(shown)) or "null"
