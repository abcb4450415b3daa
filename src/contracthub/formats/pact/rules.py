"""Matching rules and generators: the flat layout of version 2, and the categories of versions 3 and 4."""

from collections.abc import Iterator

from contracthub.formats.pact.expressions import Wildcard, expression_from, steps
from contracthub.formats.pact.model import Generator, Matcher, MatchingRule, Part
from contracthub.formats.pact.places import Place
from contracthub.formats.safe_json import JsonObject

_WITHOUT_EXPRESSION = (Part.PATH, Part.METHOD, Part.STATUS)
_SINGULAR = {"headers": Part.HEADER, "queries": Part.QUERY, "contents": Part.BODY}


def matching_rules(place: Place) -> tuple[MatchingRule, ...]:
    """The rules of a request, response or message, in the order of the document."""
    return tuple(rule for part, expression, facts in _entries(place) for rule in _rule(part, expression, facts))


def generators(place: Place) -> tuple[Generator, ...]:
    """The generators of a request, response or message, in the order of the document."""
    return tuple(
        Generator(part, expression, entry.member("type").required().text("unknown"), _others(entry.object(), "type"))
        for part, expression, entry in _entries(place)
    )


def _entries(place: Place) -> Iterator[tuple[str, str, Place]]:
    """Part, expression and entry, whatever the layout: a key that begins with ``$`` is one of version 2."""
    for name, entry in place.members():
        if name.startswith("$"):
            part, expression = _split(name)
            yield part, expression, entry
        elif name in _WITHOUT_EXPRESSION or "matchers" in entry.object() or "type" in entry.object():
            yield name, "", entry
        else:
            part = _SINGULAR.get(name, name)
            for expression, inner in entry.members():
                yield part, expression, inner


def _split(expression: str) -> tuple[str, str]:
    """``$.body.id`` is about ``$.id`` of the body, ``$.headers.Accept`` about the header ``Accept``."""
    path = steps(expression)
    if not path:
        return Part.BODY, "$"
    part = _SINGULAR.get(str(path[0]), str(path[0]))
    if part == Part.BODY:
        return part, expression_from(path[1:])
    return part, ".".join(str(step) for step in path[1:] if not isinstance(step, Wildcard))


def _rule(part: str, expression: str, entry: Place) -> Iterator[MatchingRule]:
    facts = entry.object()
    if "matchers" not in facts:
        if facts:
            yield MatchingRule(part, expression, "AND", (_matcher(entry),))
        return
    matchers = tuple(_matcher(item) for item in entry.member("matchers").items())
    if matchers:
        yield MatchingRule(part, expression, entry.member("combine").text("AND").upper(), matchers)


def _matcher(entry: Place) -> Matcher:
    facts = entry.object()
    named = entry.member("match").optional_text()
    return Matcher(named or _implied(entry, facts), _others(facts, "match"))


def _implied(entry: Place, facts: JsonObject) -> str:
    """Version 2 lets ``match`` out where ``regex``, ``min`` or ``max`` say enough."""
    if "regex" in facts:
        return "regex"
    if "min" in facts or "max" in facts:
        return "type"
    entry.fault("names no matcher; add 'match'")
    return "unknown"


def _others(facts: JsonObject, name: str) -> JsonObject:
    return {key: value for key, value in facts.items() if key != name}
