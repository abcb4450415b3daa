"""Expected values with matchers inside, and how a value that came is held against them.

The matchers are those that Pact's libraries write into a value: ``{"pact:matcher:type": "type", "value": 1}``. A plain
value has to be equal; an object may have more members than are expected, a list has to have just its items.
"""

from contracthub.formats.matching.comparing import MOST_MISMATCHES, matches_pattern, mismatches
from contracthub.formats.matching.compiling import compile_pattern, faults_of
from contracthub.formats.matching.facets import example, has_example, identity_value, shapes
from contracthub.formats.matching.model import Pattern, Rule

__all__ = [
    "MOST_MISMATCHES",
    "Pattern",
    "Rule",
    "compile_pattern",
    "example",
    "faults_of",
    "has_example",
    "identity_value",
    "matches_pattern",
    "mismatches",
    "shapes",
]
