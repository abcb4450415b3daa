"""What a definition says, whether it was read from the definition language or from an introspection answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

# Places are numbers of characters in the text; an introspection answer has none.

NO_REASON = "No longer supported"
"""What ``@deprecated`` says where nothing else is said, which is to say nothing (GraphQL specification, 3.13.3)."""

OF_OPERATIONS = frozenset(
    {
        *("QUERY", "MUTATION", "SUBSCRIPTION", "FIELD", "FRAGMENT_DEFINITION", "FRAGMENT_SPREAD", "INLINE_FRAGMENT"),
        "VARIABLE_DEFINITION",
    }
)
"""Where operations use directives; the other places are in the schema's own text."""


@dataclass(frozen=True, slots=True)
class Applied:
    """A directive where it is used; ``arguments`` are values in one spelling."""

    name: str
    arguments: Mapping[str, str]
    place: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Input:
    """An argument or a field of an input; ``default`` is a value in one spelling, None where there is none."""

    type: str
    default: str | None
    description: str
    applied: tuple[Applied, ...]
    place: int | None = field(default=None, compare=False)

    @property
    def is_required(self) -> bool:
        """Whether who leaves it out is refused."""
        return self.type.endswith("!") and self.default is None


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an object or an interface."""

    type: str
    arguments: Mapping[str, Input]
    description: str
    applied: tuple[Applied, ...]
    place: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class EnumValue:
    """One value of an enum."""

    description: str
    applied: tuple[Applied, ...]
    place: int | None = field(default=None, compare=False)


@dataclass(slots=True)
class Definition:
    """One definition with all its extensions.

    ``kind`` is ``object``, ``interface``, ``scalar``, ``union``, ``enum``, ``input``, ``directive`` or ``schema``.
    ``members``, ``interfaces``, ``locations`` and ``roots`` have the place of each name as value; ``roots`` the names
    of types. ``is_repeatable`` is None where it is not known.
    """

    kind: str
    description: str = ""
    applied: list[Applied] = field(default_factory=list)
    place: int | None = field(default=None, compare=False)
    fields: dict[str, Field] = field(default_factory=dict)
    inputs: dict[str, Input] = field(default_factory=dict)
    values: dict[str, EnumValue] = field(default_factory=dict)
    members: dict[str, int | None] = field(default_factory=dict)
    interfaces: dict[str, int | None] = field(default_factory=dict)
    locations: dict[str, int | None] = field(default_factory=dict)
    roots: dict[str, str] = field(default_factory=dict)
    is_repeatable: bool | None = False


def reason_of(applied: Sequence[Applied]) -> str | None:
    """Why not to use it any more: empty for no reason given, None for what is not deprecated."""
    for each in applied:
        if each.name == "deprecated":
            return each.arguments.get("reason", "")
    return None
