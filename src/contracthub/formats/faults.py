"""Words a refusal from the faults of a document, however many there are."""

from collections.abc import Sequence
from dataclasses import replace

from contracthub.domain.errors import Fault, Invalid, Malformed
from contracthub.formats.safe_json import MOST_FAULTS

_MOST_TOLD = 3


def invalid(code: str, what: str, faults: Sequence[Fault]) -> Invalid:
    """A refusal that tells the first faults with their places and counts the others; ``what`` is "The Avro schema"."""
    first = "; ".join(f"{fault.pointer or what} {fault.text}" for fault in faults[:_MOST_TOLD])
    more = f" (and {len(faults) - _MOST_TOLD} more)" if len(faults) > _MOST_TOLD else ""
    return Invalid(code, f"{what} is not valid: {first}{more}.", faults=faults[:MOST_FAULTS])


def in_file(name: str, error: Invalid) -> Invalid:
    """The same refusal for a file among several: its places begin with the name, ``money.json#/type``."""
    shown = name[:200]
    kind = Malformed if isinstance(error, Malformed) else Invalid
    faults = [replace(fault, pointer=place_in(name, fault.pointer)) for fault in error.faults]
    return kind(error.code, f"In {shown!r}: {error.message}", faults=faults)


def place_in(name: str, pointer: str | None) -> str:
    """A place in a file: ``file#/pointer``, or ``file:line:column``, or the file alone."""
    if pointer is None:
        return name
    return f"{name}#{pointer}" if pointer.startswith("/") or not pointer else f"{name}:{pointer}"
