"""Which examples of a request are never sent, because a generator fills in a fresh value at verification.

Only generators that can't fail count: a verifier that can't generate sends the example. ``ProviderState`` fills in
nothing when the state returns no values, and ``MockServerURL`` works for consumers alone. Seen by running the verifier,
``tests/formats/pact/test_identity_against_the_verifier.py``.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

from contracthub.formats.safe_json import JsonObject, JsonValue

_MOST_CHARACTERS = 10_000
_FORMAT = re.compile(r"(?:yyyy|MM|dd|HH|mm|ss|SSS|XXX|Z|[-/:. ]|'T')+")
# Classes, counted, in a row: nothing that one engine knows and another does not.
_ATOM = r"(?:[A-Za-z0-9 _:/@-]|\\[dw]|\[(?:[A-Za-z0-9]-[A-Za-z0-9]|[A-Za-z0-9_])+\])"
_SAMPLED = re.compile(rf"\^?(?:{_ATOM}(?:\{{[1-9][0-9]?\}}|\+)?)+\$?")
_UUID_FORMATS = ("simple", "lower-case-hyphenated", "upper-case-hyphenated", "URN")


def is_certain(generator: JsonValue) -> bool:
    """Whether a generator always replaces the example, whatever the example is."""
    if not isinstance(generator, dict):
        return False
    kind = generator.get("type")
    check = _CHECKS.get(kind) if isinstance(kind, str) else None
    return check is not None and check(generator)


def _integer(generator: JsonObject) -> bool:
    low, high = generator.get("min", 0), generator.get("max", 10)
    if type(low) is not int or type(high) is not int:
        return False
    return -(2**31) <= low <= high < 2**31 - 1


def _sized(name: str) -> Callable[[JsonObject], bool]:
    def check(generator: JsonObject) -> bool:
        size = generator.get(name, 1)
        return type(size) is int and 1 <= size <= _MOST_CHARACTERS

    return check


def _moment(generator: JsonObject) -> bool:
    pattern = generator.get("format")
    is_known = pattern is None or (isinstance(pattern, str) and _FORMAT.fullmatch(pattern) is not None)
    return is_known and generator.get("expression") is None


def _sample(generator: JsonObject) -> bool:
    pattern = generator.get("regex")
    return isinstance(pattern, str) and len(pattern) <= 200 and _SAMPLED.fullmatch(pattern) is not None


def _uuid(generator: JsonObject) -> bool:
    return generator.get("format") is None or generator["format"] in _UUID_FORMATS


def _always(_: JsonObject) -> bool:
    return True


_CHECKS: Final[Mapping[str, Callable[[JsonObject], bool]]] = {
    "RandomInt": _integer,
    "RandomDecimal": _sized("digits"),
    "RandomHexadecimal": _sized("digits"),
    "RandomString": _sized("size"),
    "RandomBoolean": _always,
    "Regex": _sample,
    "Uuid": _uuid,
    "Date": _moment,
    "Time": _moment,
    "DateTime": _moment,
}
