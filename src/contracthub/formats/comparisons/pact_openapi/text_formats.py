"""Formats of texts and numbers that are enforced, as the peer enforces them (bidirectional §6)."""

import base64
import binascii
import ipaddress
import re
from collections.abc import Callable, Mapping
from datetime import date

from contracthub.formats.safe_json import JsonValue

_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", re.ASCII)
_TIME = re.compile(r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.[0-9]+)?(?:[zZ]|([+-])([0-9]{2})(?::?([0-9]{2}))?)")
_DURATION = re.compile(
    r"P(?!$)((?:[0-9]+Y)?(?:[0-9]+M)?(?:[0-9]+D)?(?:T(?=[0-9])(?:[0-9]+H)?(?:[0-9]+M)?(?:[0-9]+S)?)?|[0-9]+W)"
)
_EMAIL = re.compile(
    r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?",
    re.IGNORECASE,
)
_HOSTNAME = re.compile(
    r"(?=.{1,253}\.?$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*\.?",
    re.IGNORECASE,
)
_URI_TEXT = r"(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})"
_URI = re.compile(rf"[A-Za-z][A-Za-z0-9+.-]*:{_URI_TEXT}+")
_URI_REFERENCE = re.compile(rf"{_URI_TEXT}*")
_URI_TEMPLATE = re.compile(r"(?:[^\x00-\x20\"'<>%\\^`{|}]|%[0-9a-fA-F]{2}|\{[^{}\s]+\})*")
_UUID = re.compile(r"(?:urn:uuid:)?[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_JSON_POINTER = re.compile(r"(?:/(?:[^~/]|~0|~1)*)*")
LONGEST = 100_000
"""Texts beyond this length have every format: looking would take too long for what it is worth."""


def _is_date(text: str) -> bool:
    found = _DATE.fullmatch(text)
    if found is None:
        return False
    try:
        date(max(int(found[1]), 1), int(found[2]), int(found[3]))
    except ValueError:
        return False
    return True


def _is_time(text: str) -> bool:
    found = _TIME.fullmatch(text)
    if found is None:
        return False
    hour, minute, second = int(found[1]), int(found[2]), int(found[3])
    offset_hour, offset_minute = int(found[5] or 0), int(found[6] or 0)
    if hour > 23 or minute > 59 or offset_hour > 23 or offset_minute > 59:
        return False
    if second < 60:
        return True
    # A leap second is the last of a day in UTC.
    sign = -1 if found[4] == "+" else 1
    utc = (hour * 60 + minute + sign * (offset_hour * 60 + offset_minute)) % (24 * 60)
    return second == 60 and utc == 23 * 60 + 59


def _is_date_time(text: str) -> bool:
    return len(text) > 11 and text[10] in "Tt " and _is_date(text[:10]) and _is_time(text[11:])


def _fully(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: pattern.fullmatch(text) is not None


def _is_ipv4(text: str) -> bool:
    try:
        ipaddress.IPv4Address(text)
    except ValueError:
        return False
    return True


def _is_ipv6(text: str) -> bool:
    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return "%" not in text


def _is_regex(text: str) -> bool:
    return not is_bad_pattern(text)


def is_bad_pattern(text: str) -> bool:
    """Whether a regular expression is none that can be read here."""
    import jsonschema_rs

    try:
        jsonschema_rs.Draft201909Validator({"pattern": text})
    except (ValueError, jsonschema_rs.ValidationError):
        return True
    return False


def _is_base64(text: str) -> bool:
    try:
        base64.b64decode(text.replace("\n", "").replace("\r", ""), validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


_OF_TEXTS: Mapping[str, Callable[[str], bool]] = {
    "date": _is_date,
    "time": _is_time,
    "date-time": _is_date_time,
    "duration": _fully(_DURATION),
    "email": _fully(_EMAIL),
    "hostname": _fully(_HOSTNAME),
    "ipv4": _is_ipv4,
    "ipv6": _is_ipv6,
    "uri": _fully(_URI),
    "uri-reference": _fully(_URI_REFERENCE),
    "uri-template": _fully(_URI_TEMPLATE),
    "uuid": _fully(_UUID),
    "json-pointer": _fully(_JSON_POINTER),
    "regex": _is_regex,
    "byte": _is_base64,
}


def _for_text(check: Callable[[str], bool]) -> Callable[[JsonValue], bool]:
    return lambda value: not isinstance(value, str) or len(value) > LONGEST or check(value)


def _for_number(check: Callable[[float], bool]) -> Callable[[JsonValue], bool]:
    return lambda value: not isinstance(value, int | float) or isinstance(value, bool) or check(value)


NUMBER_FORMATS: Mapping[str, Callable[[JsonValue], bool]] = {
    "int32": _for_number(lambda value: value == int(value) and -(2**31) <= value < 2**31),
    "int64": _for_number(lambda value: value == int(value)),
}
"""The formats of numbers: true of everything else."""
FORMATS: Mapping[str, Callable[[JsonValue], bool]] = {
    **{name: _for_text(check) for name, check in _OF_TEXTS.items()},
    # Known to the validator, and never enforced here.
    **dict.fromkeys(
        ("iri", "iri-reference", "idn-email", "idn-hostname", "relative-json-pointer", "float", "double", "password"),
        lambda _value: True,
    ),
}
