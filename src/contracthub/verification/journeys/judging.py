"""Holds an answer against what a step expects: written out with matchers, or as an interaction of a pact has it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from contracthub.domain.errors import HubError
from contracthub.domain.verification_reports import Mismatch
from contracthub.formats import matching, safe_json
from contracthub.formats.journey.model import Expected
from contracthub.formats.journey.values import filled
from contracthub.formats.matching.comparing import STATUS_CLASSES
from contracthub.formats.pact.model import Body, MatchingRule, Part, Presence, Response
from contracthub.formats.pact.rule_index import named_rules
from contracthub.formats.safe_json import JsonValue
from contracthub.verification.graphql.expectation import differences
from contracthub.verification.provider_client import ProviderAnswer

MOST_MISMATCHES = 50
_LONGEST = 200


class NoJson(Exception):
    """The body of an answer is no JSON."""


def json_in(answer: ProviderAnswer) -> JsonValue:
    """The JSON of an answer. Raises NoJson with a sentence."""
    try:
        return safe_json.loads(answer.body)
    except HubError as error:
        shown = answer.body[:_LONGEST].decode("utf-8", "replace")
        raise NoJson(f"is no JSON: {shown!r}" if shown else "is empty, and JSON was expected") from error


def mismatches_of(expected: Expected, answer: ProviderAnswer, values: Mapping[str, JsonValue]) -> tuple[Mismatch, ...]:
    """What of an answer is not as it is written out. Raises NotSaved for a value that nobody saved."""
    return tuple(_written_out(expected, answer, values))[:MOST_MISMATCHES]


def _written_out(expected: Expected, answer: ProviderAnswer, values: Mapping[str, JsonValue]) -> Iterator[Mismatch]:
    if expected.statuses and not any(_is_status(each, answer.status) for each in expected.statuses):
        wanted = " or ".join(map(str, expected.statuses))
        yield Mismatch("status", "", f"the status is {answer.status}, not {wanted}", wanted, str(answer.status))
    for name, value in expected.headers.items():
        yield from _header(name, filled(value, values), answer)
    if expected.has_body:
        wanted_body = filled(expected.body, values)
        try:
            actual = json_in(answer)
        except NoJson as error:
            if isinstance(wanted_body, str) and answer.body.decode("utf-8", "replace") == wanted_body:
                return
            yield Mismatch("body", "$", f"the body {error}")
            return
        yield from matching.mismatches(matching.compile_pattern(wanted_body), actual)


def _header(name: str, wanted: JsonValue, answer: ProviderAnswer) -> Iterator[Mismatch]:
    actual = answer.headers.get(name.lower())
    if actual is None:
        yield Mismatch("header", name, f"the header {name} is missing", _example(wanted))
        return
    pattern = matching.compile_pattern(str(wanted) if isinstance(wanted, int | float) else wanted)
    for found in matching.mismatches(pattern, actual):
        yield replace(found, attribute="header", location=name, text=f"the header {name}: {found.text}")


def _is_status(wanted: int | str, status: int) -> bool:
    return status == wanted if isinstance(wanted, int) else wanted[0] == str(status)[0]


def mismatches_of_interaction(
    response: Response, answer: ProviderAnswer, stands_for: Mapping[str, str]
) -> tuple[Mismatch, ...]:
    """What of an answer is not as an interaction has it. ``stands_for`` has the pact's text for what the journey put in
    its place: a value may be the one or the other.
    """
    found = [*_status(response, answer), *_headers(response, answer, stands_for), *_body(response, answer, stands_for)]
    return tuple(found[:MOST_MISMATCHES])


def _status(response: Response, answer: ProviderAnswer) -> Iterator[Mismatch]:
    rule = named_rules(response.rules, Part.STATUS).get("")
    for matcher in rule.matchers if rule else ():
        wanted = matcher.facts.get("status")
        if matcher.kind == "statusCode" and isinstance(wanted, str) and wanted in STATUS_CLASSES:
            if answer.status in STATUS_CLASSES[wanted]:
                return
        elif matcher.kind == "statusCode" and isinstance(wanted, list) and answer.status in wanted:
            return
    if answer.status != response.status:
        wanted_text = str(response.status)
        text = f"the status is {answer.status}, not {wanted_text}"
        yield Mismatch("status", "", text, wanted_text, str(answer.status))


def _headers(response: Response, answer: ProviderAnswer, stands_for: Mapping[str, str]) -> Iterator[Mismatch]:
    rules = named_rules(response.rules, Part.HEADER)
    for name, texts in response.headers.items():
        wanted, actual = ", ".join(texts), answer.headers.get(name.lower())
        if actual is None:
            yield Mismatch("header", name, f"the header {name} is missing", wanted)
            continue
        if name.lower() == "content-type" and _same_type(wanted, actual):
            continue
        rule = rules.get(name.lower())
        own = (MatchingRule("body", "$", rule.combine, rule.matchers),) if rule else ()
        if any(not differences(wanted, each, own) for each in (actual, in_pacts_words(actual, stands_for))):
            continue
        text = f"the header {name} is {actual[:_LONGEST]!r}, and {wanted!r} was expected"
        yield Mismatch("header", name, text, wanted, actual[:_LONGEST])


def _same_type(wanted: str, actual: str) -> bool:
    """The same media type, with at least the parameters that are wanted."""
    first, *parameters = [part.strip().lower() for part in wanted.split(";")]
    theirs = [part.strip().lower() for part in actual.split(";")]
    return theirs[0] == first and set(parameters) <= set(theirs)


def _body(response: Response, answer: ProviderAnswer, stands_for: Mapping[str, str]) -> Iterator[Mismatch]:
    body = response.body
    if body.presence is Presence.MISSING or body.binary_size is not None:
        return
    if body.presence is not Presence.PRESENT or not body.is_json:
        yield from _text(body, answer, response.rules)
        return
    try:
        actual = json_in(answer)
    except NoJson as error:
        yield Mismatch("body", "$", f"the body {error}")
        return
    found = differences(body.value, actual, response.rules)
    known = {each.place for each in differences(body.value, value_in_pacts_words(actual, stands_for), response.rules)}
    for each in found:
        if each.place in known:
            yield Mismatch("body", each.place, f"{each.place} {each.text}", each.expected, each.actual)


def _text(body: Body, answer: ProviderAnswer, rules: Iterable[MatchingRule]) -> Iterator[Mismatch]:
    actual = answer.body.decode("utf-8", "replace")
    if body.presence is not Presence.PRESENT:
        if actual.strip() not in ("", "null"):
            yield Mismatch("body", "$", f"the body is {actual[:_LONGEST]!r}, and none was expected")
        return
    for each in differences(body.value, actual, rules):
        yield Mismatch("body", each.place, f"the body {each.text}", each.expected, each.actual)


def in_pacts_words(text: str, stands_for: Mapping[str, str]) -> str:
    """A text with the pact's own in the place of what stands for it: all of it, or parts between slashes."""
    if text in stands_for:
        return stands_for[text]
    return "/".join(stands_for.get(part, part) for part in text.split("/"))


def value_in_pacts_words(value: JsonValue, stands_for: Mapping[str, str]) -> JsonValue:
    """A value with the pact's own scalars in the place of those that stand for them. Numbers stay numbers."""
    if not stands_for:
        return value
    if isinstance(value, dict):
        return {name: value_in_pacts_words(inner, stands_for) for name, inner in value.items()}
    if isinstance(value, list):
        return [value_in_pacts_words(inner, stands_for) for inner in value]
    if isinstance(value, str):
        return in_pacts_words(value, stands_for)
    if isinstance(value, int) and not isinstance(value, bool) and str(value) in stands_for:
        theirs = stands_for[str(value)]
        return int(theirs) if theirs.isdecimal() else theirs
    return value


def _example(value: JsonValue) -> str | None:
    pattern = matching.compile_pattern(value)
    return str(matching.example(pattern))[:_LONGEST] if matching.has_example(pattern) else None
