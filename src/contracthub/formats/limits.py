"""How large and how deep a document from outside may be: the one place that says so."""

import sys
from dataclasses import dataclass

MEBIBYTE = 1024 * 1024

# orjson writes at most 254 levels; what was accepted must also be servable, with room for the hub's own envelope.
DEEPEST = 200


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds that every parser of this package holds to.

    ``max_bytes``: size of the document as it arrives, before anything is parsed.
    ``max_depth``: containers inside one another; the same bound serves parser, walkers, differences and pages, so that
    a document which was accepted can't trip a later step (security reference, D2 and D3).
    ``max_nodes``: objects, arrays and scalars together; about 100 bytes of memory each.
    ``max_digits``: digits of one integer (D4).
    ``max_interactions``: interactions and messages of one pact (D12).
    """

    max_bytes: int = 25 * MEBIBYTE
    max_depth: int = 100
    max_nodes: int = 1_000_000
    max_digits: int = 1_000
    max_interactions: int = 20_000

    def __post_init__(self) -> None:
        if not 1 <= self.max_depth <= DEEPEST:
            raise ValueError(f"max_depth must be between 1 and {DEEPEST}, not {self.max_depth}.")
        convertible = sys.get_int_max_str_digits() or self.max_digits
        if not 1 <= self.max_digits <= convertible:
            raise ValueError(f"max_digits must be between 1 and {convertible}, not {self.max_digits}.")


DOCUMENT = Limits()
ENVELOPE = Limits(max_depth=50)
"""The JSON that the API itself defines (not the contracts inside): the Pact Broker parses it with a nesting of 50."""
