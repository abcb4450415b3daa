"""Holds a message as it lies in a topic against what a consumer's pact says of it."""

import json
from collections.abc import Iterator, Mapping

from contracthub.domain.verification_reports import Mismatch
from contracthub.formats.pact.model import Matcher, MatchingRule, Message, Presence
from contracthub.formats.pact.needs import CHANNEL_NAMES
from contracthub.formats.pact.rule_index import named_rules
from contracthub.formats.safe_json import JsonValue
from contracthub.verification.events.decoding import Decoded
from contracthub.verification.graphql.expectation import differences

KEY_NAMES = ("key", "kafka_key", "kafkakey", "messagekey", "message_key", "message-key", "partitionkey")
TYPE_NAMES = ("contenttype", "content-type", "content_type")
# Where in a topic a message lies is the broker's matter.
_OF_BROKER = frozenset({"partition", "offset", "timestamp"})
_BY_TYPE = Matcher("type", {})


def topic_in(message: Message) -> str | None:
    """The topic that the pact names in its metadata."""
    for name in CHANNEL_NAMES:
        value = message.metadata.get(name)
        if isinstance(value, str) and value:
            return value
    return None


def mismatches_of(expected: Message, message: Decoded) -> tuple[Mismatch, ...]:
    """Where the message is not as the consumer expects it; empty when it is."""
    return (*_of_contents(expected, message), *_of_metadata(expected, message))


def _of_contents(expected: Message, message: Decoded) -> Iterator[Mismatch]:
    contents = expected.contents
    if contents.presence is Presence.MISSING:
        return
    if contents.presence is not Presence.PRESENT:
        if message.record.value:
            yield Mismatch("body", "$", "is not empty", "", str(message.text)[:200])
        return
    if contents.value is None and contents.binary_size is not None:
        if not message.record.value:
            yield Mismatch("body", "$", "is empty")
        return
    actual = message.value.value if contents.is_json else message.text
    for each in differences(contents.value, actual, expected.rules):
        yield Mismatch("body", each.place, each.text, each.expected, each.actual)


def _of_metadata(expected: Message, message: Decoded) -> Iterator[Mismatch]:
    rules = named_rules(expected.rules, "metadata")
    for name, value in expected.metadata.items():
        spelled = name.lower()
        if spelled in KEY_NAMES:
            yield from _of_key(name, value, message, rules)
        elif spelled in TYPE_NAMES:
            yield from _of_content_type(name, value, message, rules)
        elif spelled == "headers" and isinstance(value, dict):
            for inner, each in value.items():
                yield from _of_header(inner, each, message, rules)
        elif spelled not in _OF_BROKER and name not in CHANNEL_NAMES:
            yield from _of_header(name, value, message, rules)


def _of_key(name: str, value: JsonValue, message: Decoded, rules: Mapping[str, MatchingRule]) -> Iterator[Mismatch]:
    actual = message.key.value
    if actual is None and value is not None:
        yield Mismatch("metadata", "key", "is missing", json.dumps(value), None)
        return
    yield from _compared("metadata", "key", value, _like(value, actual), rules.get(name.lower()))


def _of_content_type(
    name: str, value: JsonValue, message: Decoded, rules: Mapping[str, MatchingRule]
) -> Iterator[Mismatch]:
    """What a message says of its own type; the pact's is that of the value after it was read."""
    said = next((message.headers[each] for each in TYPE_NAMES if each in message.headers), None)
    if said is not None and message.value.schema is None:
        media = str(said).partition(";")[0].strip().lower()
        wanted = str(value).partition(";")[0].strip().lower()
        yield from _compared("header", name, wanted, media, rules.get(name.lower()))


def _of_header(name: str, value: JsonValue, message: Decoded, rules: Mapping[str, MatchingRule]) -> Iterator[Mismatch]:
    if name.lower() not in message.headers:
        yield Mismatch("header", name, "is missing", json.dumps(value), None)
        return
    yield from _compared("header", name, value, _like(value, message.headers[name.lower()]), rules.get(name.lower()))


def _like(wanted: JsonValue, actual: JsonValue) -> JsonValue:
    """A text of the wire as the kind of value that is wanted, where it can be read so."""
    if isinstance(wanted, str) or not isinstance(actual, str):
        return actual
    try:
        found: JsonValue = json.loads(actual)
    except (ValueError, RecursionError):
        return actual
    return found


def _compared(
    attribute: str, location: str, wanted: JsonValue, actual: JsonValue, rule: MatchingRule | None
) -> Iterator[Mismatch]:
    rules = () if rule is None else (MatchingRule("body", "$", rule.combine, rule.matchers or (_BY_TYPE,)),)
    for each in differences(wanted, actual, rules):
        yield Mismatch(attribute, location, each.text, each.expected, each.actual)
