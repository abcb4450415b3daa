"""The names that people give to things: which are allowed, how they are shown, and which are nearly the same."""

import re
import unicodedata
from collections.abc import Iterable
from typing import NewType

from contracthub.domain.errors import Fault

PacticipantName = NewType("PacticipantName", str)
VersionNumber = NewType("VersionNumber", str)
BranchName = NewType("BranchName", str)
EnvironmentName = NewType("EnvironmentName", str)

MAX_NAME_LENGTH = 1024
# An entry of an index in PostgreSQL has room for 2,704 bytes; a letter may take four.
_MAX_NAME_BYTES = 2048
_GENERIC_WORDS = frozenset({"api", "provider", "service"})
_LINE_BREAKS = re.compile(r"[\n\r\v\f\x85\u2028\u2029]")
# A path can't hold them (pact-broker-api §2), so nothing of that name could be asked for.
_CONTROL = re.compile("[\x01-\x1f\x7f]")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_WORD_BREAKS = re.compile(r"::|[\s\-_]+|(?<=[^A-Z\s\-_])(?=[A-Z])")


def faults_of_name(field: str, value: object, *, spaces: bool = True, index: int | None = None) -> list[Fault]:
    """What keeps ``value`` from being a name: not text, blank, too long, several lines, or of no use in an address.

    ``spaces`` says whether white space inside is allowed. The texts are those of the Pact Broker
    (pact-broker-api §2 "Usual texts"), because scripts match on them.
    """
    if not isinstance(value, str):
        return [Fault(field, "must be a string", index=index)]
    if not value.strip():
        return [Fault(field, "cannot be blank", index=index)]
    checks = (
        (_LINE_BREAKS.search(value) is not None, "cannot contain multiple lines"),
        (_CONTROL.search(_LINE_BREAKS.sub("", value)) is not None, "cannot contain control characters"),
        (not spaces and any(letter.isspace() for letter in value), "cannot contain spaces"),
        (_UNSTORABLE.search(value) is not None, "cannot contain the character U+0000 or half a surrogate pair"),
        # Clients take such a segment out of an address before they send it (RFC 3986 §5.2.4).
        (value in {".", ".."}, "cannot be a single or double dot"),
        (len(value) > MAX_NAME_LENGTH, f"cannot be longer than {MAX_NAME_LENGTH} characters"),
        (_is_too_wide(value), f"cannot be longer than {_MAX_NAME_BYTES} bytes in UTF-8"),
    )
    return [Fault(field, text, index=index) for wrong, text in checks if wrong]


def _is_too_wide(value: str) -> bool:
    return len(value) <= MAX_NAME_LENGTH and len(value.encode(errors="replace")) > _MAX_NAME_BYTES


def faults_of_line(field: str, value: object, *, index: int | None = None) -> list[Fault]:
    """What keeps ``value`` from being an optional single line of text; ``None`` is none, and may be blank."""
    if value is None:
        return []
    faults = faults_of_name(field, value, index=index)
    return [fault for fault in faults if fault.text != "cannot be blank"]


def display_name_of(name: str) -> str:
    """A name as people read it: words at dashes, underscores, dots and capitals, capitalised.

    >>> display_name_of("some-fooBar")
    'Some Foo Bar'
    """
    spaced = re.sub(r"(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    words = re.split(r"[\s\-_.]+", spaced)
    return " ".join(word[:1].upper() + word[1:] for word in words if word) or name


def nearly_same(name: str, others: Iterable[str]) -> list[str]:
    """Which of ``others`` are the same as ``name`` but for case, plural and generic words (pact-broker-api §5)."""
    words = _telling_words(name)
    return [other for other in others if other != name and _telling_words(other) == words]


def _telling_words(name: str) -> tuple[str, ...]:
    # Full-width letters and look-alike spellings of one character are the same name to a reader.
    pieces = (piece.casefold() for piece in _WORD_BREAKS.split(unicodedata.normalize("NFKC", name)) if piece)
    singular = (piece.removesuffix("s") for piece in pieces)
    return tuple(word for word in singular if word not in _GENERIC_WORDS)
