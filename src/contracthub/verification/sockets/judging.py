"""A message that came, held against what a contract says of it."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from contracthub.domain.verification_reports import Mismatch
from contracthub.formats.conversation.model import Expected
from contracthub.formats.conversation.schemas import NotASchema, faults_against
from contracthub.formats.matching import Pattern, mismatches
from contracthub.formats.safe_json import JsonValue
from contracthub.verification.sockets.lines import Heard, NoJson

_LONGEST_TEXT = 500


def differences(expected: Expected, heard: Heard) -> tuple[Mismatch, ...]:
    """Every way in which the message is not the one that is expected; empty where it does."""
    return tuple(chain(_of_metadata(expected, heard), _of_content(expected, heard)))


def fits(expected: Expected, heard: Heard) -> bool:
    """Whether the message is one that is expected."""
    found = chain(_of_metadata(expected, heard), _of_content(expected, heard))
    return next(found, None) is None


def _of_metadata(expected: Expected, heard: Heard) -> Iterator[Mismatch]:
    looked_at: tuple[tuple[str, Pattern | None, JsonValue], ...] = (
        ("event", expected.event, heard.event),
        ("id", expected.id, heard.id),
        ("retry", expected.retry, heard.retry),
    )
    for name, pattern, value in looked_at:
        if pattern is not None:
            for each in mismatches(pattern, value, name):
                yield replace(each, attribute="metadata")


def _of_content(expected: Expected, heard: Heard) -> Iterator[Mismatch]:
    if expected.is_binary:
        yield from _of_bytes(expected, heard)
        return
    wants_text = expected.has_json or expected.schema is not None or expected.text is not None
    if wants_text and isinstance(heard.content, bytes):
        yield Mismatch("body", "", f"Expected a text message but got a binary one of {heard.shown()}")
        return
    if expected.text is not None:
        yield from mismatches(expected.text, str(heard.content))
    elif expected.has_json or expected.schema is not None:
        yield from _of_json(expected, heard)


def _of_json(expected: Expected, heard: Heard) -> Iterator[Mismatch]:
    try:
        value = heard.value
    except NoJson as error:
        yield Mismatch("body", "", f"Expected JSON but got {heard.shown()!r}: {error}"[:_LONGEST_TEXT])
        return
    if expected.json is not None:
        yield from mismatches(expected.json, value)
    if expected.schema is not None:
        yield from schema_differences(expected.schema, value)


def schema_differences(schema: JsonValue, value: JsonValue) -> Iterator[Mismatch]:
    """Where a value does not keep a JSON Schema."""
    try:
        for fault in faults_against(schema, value):
            yield Mismatch("body", fault.path, fault.text)
    except NotASchema as error:
        yield Mismatch("body", "", f"The schema {error}")


def _of_bytes(expected: Expected, heard: Heard) -> Iterator[Mismatch]:
    if isinstance(heard.content, str):
        yield Mismatch("body", "", f"Expected a binary message but got the text {heard.shown()!r}")
        return
    size = len(heard.content)
    if expected.binary is not None and heard.content != expected.binary:
        same = next(
            (at for at, pair in enumerate(zip(expected.binary, heard.content, strict=False)) if pair[0] != pair[1]),
            min(size, len(expected.binary)),
        )
        told = f"Expected {len(expected.binary):,} bytes but got {size:,} that differ from byte {same} on"
        yield Mismatch("body", "", told)
    if expected.sizes is not None:
        least, most = expected.sizes
        if size < least or (most is not None and size > most):
            bounds = f"at least {least:,}" if most is None else f"{least:,} to {most:,}"
            yield Mismatch("body", "", f"Expected {bounds} bytes but got {size:,}")
