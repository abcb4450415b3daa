"""Values that are held against schemas of any language, and what is wrong with them."""

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from contracthub.domain.registry import SchemaType
from contracthub.formats.comparisons.pact_events.consumed import NO_RULES, Examples, Plugin
from contracthub.formats.comparisons.pact_openapi.validation import Failure
from contracthub.formats.safe_json import JsonValue

__all__ = ["Failure", "Part", "Sample", "from_base64"]


@dataclass(frozen=True, slots=True)
class Sample:
    """A value, which of it are examples only, and with what a plugin wrote it where it is in bytes."""

    value: "JsonValue | bytes"
    examples: Examples = NO_RULES
    plugin: Plugin = field(default_factory=Plugin)


class Part(Protocol):
    """The schema of a payload, of a key or of headers."""

    @property
    def language(self) -> SchemaType:
        """The language that it is written in."""
        ...

    @property
    def names(self) -> frozenset[str] | None:
        """All members that a value may have, None where that is not plain to see."""
        ...

    def failures(self, sample: Sample, *, received: bool) -> Iterator[Failure]:
        """How a value fails the schema; the pointers lead into the value and into the provider's document.

        What is ``received`` holds what its consumer reads, and need not be whole. Raises ``Invalid`` where the schema
        can't be used.
        """
        ...


def from_base64(text: str) -> bytes | None:
    """The bytes of a text that is base64, None where it is not."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
