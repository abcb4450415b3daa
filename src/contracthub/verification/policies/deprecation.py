"""The pack ``deprecation``: what is going away is announced, and stays until the day that was announced."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime

from contracthub.domain.deadlines import day_in
from contracthub.formats.bundle import Place
from contracthub.formats.safe_json import JsonValue
from contracthub.verification.policies.error_style import body_of
from contracthub.verification.policies.look import Look
from contracthub.verification.policies.rules import Exchanged, Observation, Severity, broken, held, judged, rule
from contracthub.verification.policies.surface import PolicyOperation, Surface

_ITEM_DATE = re.compile(r"@(-?[0-9]{1,15})")
_HTTP_DATE = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT"
)
_DEEPEST = 5
_NONE = "The document marks no operation as deprecated."
_NO_HEADER = "No answer has the header."


def _deprecated(look: Look) -> Iterator[Exchanged]:
    """The answers of what is deprecated, as far as it let us in."""
    for each in look.operations:
        if each.described.deprecated:
            by = look.sent(each)
            if by is not None and 200 <= by.answer.status < 400:
                yield by


def _announced(look: Look) -> Iterator[Exchanged]:
    """Every answer that may carry an announcement: those of reads, and of what is deprecated."""
    seen = {by.operation: by for _, by in look.reads()}
    yield from {**seen, **{by.operation: by for by in _deprecated(look)}}.values()


@rule(
    "deprecation.header",
    Severity.MEDIUM,
    title="What is deprecated says so",
    sentence="An operation that the document marks as deprecated answers with the header Deprecation (RFC 9745).",
    mending="Send Deprecation: @ and the time in seconds since 1970 with each answer of the operation.",
)
def _header(look: Look) -> Iterator[Observation]:
    for by in _deprecated(look):
        yield judged(by, "" if by.answer.headers.get("deprecation") else "It is deprecated, and no header says so.")
    look.skip("deprecation.header", _NONE)


@rule(
    "deprecation.sunset",
    Severity.LOW,
    title="What is deprecated says until when it stays",
    sentence="An operation whose document has x-sunset answers with the header Sunset of that day (RFC 8594).",
    mending="Send Sunset with the day that the document tells.",
)
def _sunset(look: Look) -> Iterator[Observation]:
    for by in _deprecated(look):
        told = day_in(look.surface.raw(look.surface.by_name[by.operation].described.pointer).get("x-sunset"))
        if told is not None:
            sent = http_date(by.answer.headers.get("sunset", ""))
            fault = f"Its document says that it stays until {told}; the header Sunset says "
            fault += "nothing." if sent is None else f"{sent.date()}."
            yield judged(by, "" if sent is not None and abs((sent.date() - told).days) <= 1 else fault)
    look.skip("deprecation.sunset", "No deprecated operation has x-sunset in the document.")


@rule(
    "deprecation.date",
    Severity.LOW,
    title="Deprecation is a date",
    sentence="The header Deprecation is a date as structured fields have it: @1767225600 (RFC 9745, 2.1).",
    mending="Send the time in seconds since 1970 after an @; true and texts are of older drafts.",
)
def _date(look: Look) -> Iterator[Observation]:
    for by in _announced(look):
        value = by.answer.headers.get("deprecation")
        if value is not None:
            is_date = _ITEM_DATE.fullmatch(value.strip()) is not None
            yield judged(by, "" if is_date else f"Deprecation is {value[:60]!r}, which is no date.")
    look.skip("deprecation.date", _NO_HEADER)


@rule(
    "deprecation.sunset-date",
    Severity.LOW,
    title="Sunset is a date",
    sentence="The header Sunset is an HTTP date: Tue, 31 Dec 2030 23:59:59 GMT (RFC 8594, 3).",
    mending="Send the date in the form that RFC 9110, 5.6.7 has, in GMT.",
)
def _sunset_date(look: Look) -> Iterator[Observation]:
    for by in _announced(look):
        value = by.answer.headers.get("sunset")
        if value is not None:
            fault = f"Sunset is {value[:60]!r}, which is no HTTP date."
            yield judged(by, "" if http_date(value) is not None else fault)
    look.skip("deprecation.sunset-date", _NO_HEADER)


@rule(
    "deprecation.order",
    Severity.LOW,
    title="The end is not before its announcement",
    sentence="Sunset is not earlier than Deprecation (RFC 9745, 4).",
    mending="Correct whichever of the two is wrong.",
)
def _order(look: Look) -> Iterator[Observation]:
    for by in _announced(look):
        begins = _ITEM_DATE.fullmatch(by.answer.headers.get("deprecation", "").strip())
        ends = http_date(by.answer.headers.get("sunset", ""))
        if begins is not None and ends is not None:
            fault = "Sunset is earlier than Deprecation."
            yield judged(by, fault if ends.timestamp() < int(begins[1]) else "")
    look.skip("deprecation.order", "No answer has both headers.")


@rule(
    "deprecation.over",
    Severity.MEDIUM,
    title="What has ended is gone",
    sentence="An operation that still answers does not tell of an end that has passed.",
    mending="Take it away, as it was announced, or announce another day.",
)
def _over(look: Look) -> Iterator[Observation]:
    for by in _announced(look):
        ends = http_date(by.answer.headers.get("sunset", ""))
        if ends is not None:
            fault = f"Its end was announced for {ends.date()}, and it is still there."
            yield judged(by, fault if ends < datetime.now(UTC) and by.answer.status < 400 else "")
    look.skip("deprecation.over", _NO_HEADER)


@rule(
    "deprecation.field-kept",
    Severity.HIGH,
    title="A deprecated field stays until its sunset",
    sentence="A field that a document marks as deprecated with x-sunset is in the answers up to that day.",
    mending="Give the field back until the day that was announced for it.",
)
def _field_kept(look: Look) -> Iterator[Observation]:
    today = datetime.now(UTC).date()
    for operation, by in look.reads():
        if by.answer.status != 200:
            continue
        for path, until in {each for surface in _surfaces(look) for each in _fields(surface, operation)}:
            if until >= today:
                missing = any(_is_missing(body_of(by.answer), path))
                name = "$." + ".".join(path)
                fault = f"{name} is deprecated and stays until {until}, and is not in the answer."
                yield broken(by, fault, place=name) if missing else held(by)
    look.skip("deprecation.field-kept", "No document has a deprecated field with x-sunset that an answer could show.")


def _surfaces(look: Look) -> Iterator[Surface]:
    yield look.surface
    if look.published is not None:
        yield look.published


def _fields(surface: Surface, operation: PolicyOperation) -> Iterator[tuple[tuple[str, ...], date]]:
    """The deprecated fields of what an operation answers, as this document has it, with their last days."""
    known = surface.by_name.get(operation.name)
    if known is not None and known.api.answer is not None:
        yield from _inside(surface, known.api.answer, (), 0)


def _inside(
    surface: Surface, schema: Place, path: tuple[str, ...], depth: int
) -> Iterator[tuple[tuple[str, ...], date]]:
    facts = surface.api.facts(schema)
    if depth > _DEEPEST:
        return
    if "items" in facts:
        yield from _inside(surface, surface.api.inside(schema, "items", facts["items"]), (*path, "[*]"), depth + 1)
    for name, member in surface.api.members(schema).items():
        own = member.value if isinstance(member.value, dict) else {}
        until = day_in(own.get("x-sunset") or surface.api.facts(member).get("x-sunset"))
        is_deprecated = own.get("deprecated") is True or surface.api.facts(member).get("deprecated") is True
        if until is not None and is_deprecated:
            yield (*path, name), until
        yield from _inside(surface, member, (*path, name), depth + 1)


def _is_missing(value: JsonValue, path: tuple[str, ...]) -> Iterator[bool]:
    """For each object that should have the field, whether it lacks it."""
    first, *rest = path
    if first == "[*]":
        for each in value[:50] if isinstance(value, list) else ():
            yield from _is_missing(each, tuple(rest)) if rest else ()
    elif isinstance(value, dict):
        if not rest:
            yield first not in value
        elif first in value:
            yield from _is_missing(value[first], tuple(rest))


@rule(
    "deprecation.operation-kept",
    Severity.HIGH,
    title="A deprecated operation stays until its sunset",
    sentence="An operation that the published document marks as deprecated with x-sunset is served up to that day.",
    mending="Give the operation back until the day that was announced for it.",
)
def _operation_kept(look: Look) -> Iterator[Observation]:
    today = datetime.now(UTC).date()
    for each in look.published.operations if look.published is not None else ():
        until = day_in(look.published.raw(each.described.pointer).get("x-sunset")) if look.published else None
        if until is not None and until >= today and each.described.deprecated:
            fault = f"It is deprecated and stays until {until}, and the running provider's document has it no more."
            yield Observation(each.name, "" if each.name in look.surface.by_name else fault)
    look.skip("deprecation.operation-kept", "No published document has a deprecated operation with x-sunset.")


def http_date(text: str) -> datetime | None:
    """The moment that an HTTP date names, None for anything else (RFC 9110, 5.6.7).

    >>> http_date("Tue, 31 Dec 2030 23:59:59 GMT").isoformat()
    '2030-12-31T23:59:59+00:00'
    """
    if not _HTTP_DATE.fullmatch(text.strip()):
        return None
    try:
        return parsedate_to_datetime(text.strip())
    except ValueError:
        return None
