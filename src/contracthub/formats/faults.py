"""Words a refusal from the faults of a document, however many there are."""

from collections.abc import Sequence

from contracthub.domain.errors import Fault, Invalid
from contracthub.formats.safe_json import MOST_FAULTS

_MOST_TOLD = 3


def invalid(code: str, what: str, faults: Sequence[Fault]) -> Invalid:
    """A refusal that tells the first faults with their places and counts the others; ``what`` is "The Avro schema"."""
    first = "; ".join(f"{fault.pointer or what} {fault.text}" for fault in faults[:_MOST_TOLD])
    more = f" (and {len(faults) - _MOST_TOLD} more)" if len(faults) > _MOST_TOLD else ""
    return Invalid(code, f"{what} is not valid: {first}{more}.", faults=faults[:MOST_FAULTS])
