"""Matching rules, generators and provider states in words, one sentence each."""

from collections.abc import Callable, Mapping

from contracthub.formats import safe_json
from contracthub.formats.pact.model import Generator, Matcher, MatchingRule, ProviderState
from contracthub.formats.safe_json import JsonObject, JsonValue

_LONGEST = 300


def rule_sentence(rule: MatchingRule) -> str:
    """What a rule accepts.

    >>> rule_sentence(MatchingRule("body", "$.id", "AND", (Matcher("integer", {}),)))
    'is an integer'
    """
    joint = " or " if rule.combine == "OR" else " and "
    return joint.join(matcher_phrase(matcher) for matcher in rule.matchers)


def matcher_phrase(matcher: Matcher) -> str:
    """What one condition accepts. A condition that is not known is named with its parameters."""
    phrase = _PHRASES.get(matcher.kind)
    if phrase is None:
        return f"satisfies the matcher {matcher.kind!r}{_parameters(matcher.facts)}"
    return phrase(matcher.facts)


def generator_sentence(generator: Generator) -> str:
    """Where the verifier takes a value from instead of the example."""
    if generator.kind == "ProviderState":
        return f"is taken from the provider state: {_plain(generator.facts.get('expression'))}"
    return f"is generated: {generator.kind}{_parameters(generator.facts)}"


def state_sentence(state: ProviderState) -> str:
    """A provider state with its parameters.

    >>> state_sentence(ProviderState("an order exists", {"id": 42}))
    'an order exists (id: 42)'
    """
    if not state.params:
        return state.name
    params = ", ".join(f"{name}: {_plain(value)}" for name, value in state.params.items())
    return f"{state.name} ({_shortened(params)})"


def _type(facts: JsonObject) -> str:
    least, most = facts.get("min"), facts.get("max")
    if least is None and most is None:
        return "is of the same type as the example"
    bounds = [f"at least {_plain(least)}"] if least is not None else []
    if most is not None:
        bounds.append(f"at most {_plain(most)}")
    return f"is a list of {' and '.join(bounds)} like the example"


def _regex(facts: JsonObject) -> str:
    return f"matches the pattern {_plain(facts.get('regex'))}"


def _include(facts: JsonObject) -> str:
    return f"includes {_json(facts.get('value'))}"


def _content_type(facts: JsonObject) -> str:
    return f"is content of the type {_plain(facts.get('value'))}"


def _status(facts: JsonObject) -> str:
    status = facts.get("status")
    if isinstance(status, list):
        return f"is one of the statuses {', '.join(_plain(one) for one in status[:20])}"
    return f"is a status of the class {_plain(status)}"


def _date(noun: str, name: str) -> Callable[[JsonObject], str]:
    def phrase(facts: JsonObject) -> str:
        pattern = facts.get("format", facts.get(name))
        return f"is a {noun}" if pattern is None else f"is a {noun} in the format {_plain(pattern)}"

    return phrase


def _each(noun: str) -> Callable[[JsonObject], str]:
    def phrase(facts: JsonObject) -> str:
        rules = facts.get("rules")
        matchers = [rule for rule in rules if isinstance(rule, dict)] if isinstance(rules, list) else []
        if not matchers:
            return f"has {noun} like the example"
        named = [Matcher(_plain(rule.get("match", "type")), _without_match(rule)) for rule in matchers[:20]]
        # A rule inside of a rule is named, not unfolded: the nesting is the document's choice.
        return f"has {noun} of which each " + " and ".join(_flat_phrase(matcher) for matcher in named)

    return phrase


def _flat_phrase(matcher: Matcher) -> str:
    if matcher.kind in ("eachKey", "eachValue"):
        return f"satisfies the matcher {matcher.kind!r}"
    return matcher_phrase(matcher)


def _without_match(rule: JsonObject) -> JsonObject:
    return {name: value for name, value in rule.items() if name != "match"}


def _fixed(text: str) -> Callable[[JsonObject], str]:
    def phrase(_: JsonObject) -> str:
        return text

    return phrase


_PHRASES: Mapping[str, Callable[[JsonObject], str]] = {
    "type": _type,
    "regex": _regex,
    "equality": _fixed("equals the example"),
    "include": _include,
    "integer": _fixed("is an integer"),
    "decimal": _fixed("is a decimal number"),
    "number": _fixed("is a number"),
    "boolean": _fixed("is true or false"),
    "null": _fixed("is null"),
    "notEmpty": _fixed("is not empty"),
    "semver": _fixed("is a semantic version"),
    "values": _fixed("has values like the example, under any keys"),
    "arrayContains": _fixed("is a list that contains every variant of the example"),
    "contentType": _content_type,
    "statusCode": _status,
    "date": _date("date", "date"),
    "time": _date("time", "time"),
    "timestamp": _date("timestamp", "timestamp"),
    "datetime": _date("date and time", "datetime"),
    "eachKey": _each("keys"),
    "eachValue": _each("values"),
}


def _parameters(facts: JsonObject) -> str:
    return f" with {_json(facts)}" if facts else ""


def _plain(value: JsonValue) -> str:
    return _shortened(value) if isinstance(value, str) else _json(value)


def _json(value: JsonValue) -> str:
    return _shortened(safe_json.dumps(value).decode())


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
