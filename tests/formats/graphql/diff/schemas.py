"""Small schemas over a few names, so that two that are drawn have much in common; and the text of one, in any layout.

They are made of seeds: drawing each choice by itself takes a hundred times as long.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from hypothesis import strategies as st

OUTPUTS = ("Int", "Query", "Order", "Line", "Node", "Named", "Any", "State", "Size")
INPUTS = ("Int", "Filter", "Range", "State", "Size")
NAMES = ("a", "b", "c")
PLACES = ("FIELD", "QUERY", "OBJECT", "FIELD_DEFINITION")
WRAPPED = ("{}", "{}", "{}!", "[{}]", "[{}!]", "[{}]!", "[{}!]!", "[[{}]]")
USES = ("", "", "", " @deprecated", ' @deprecated(reason: "slow")', " @tag", ' @tag(name: "x") @tag')
DEFAULTS = ("", "", " = null", " = 1", " = 1.0", " = [1]")
IMPLEMENTED = ("", " implements Node", " implements Node & Named", " implements Named & Node")
DESCRIBED = ("", '"""\n    Said before. \\""" # not a comment {\n    """ ', '"type Query {" ')


@dataclass(frozen=True)
class Definition:
    """A keyword with a name, and what stands in its brackets, in any order; ``|`` for the members of a union."""

    head: str
    inside: tuple[str, ...] = ()
    brackets: str = "{"

    def text(self, inside: Sequence[str]) -> str:
        if self.brackets == "|":
            return f"{self.head} = {' | '.join(inside)}"
        return f"{self.head} {{ {' '.join(inside)} }}" if inside else self.head


@dataclass(frozen=True)
class Schema:
    """Definitions in any order."""

    definitions: tuple[Definition, ...]

    def text(self, random: Random | None = None) -> str:
        """As it is written; with ``random``, shuffled, described, spaced and extended in some way."""
        if random is None:
            return "\n".join(each.text(each.inside) for each in self.definitions)
        definitions = random.sample(self.definitions, len(self.definitions))
        return "\n".join(_spaced(each, random) for each in definitions)


def _spaced(definition: Definition, random: Random) -> str:
    inside = random.sample(definition.inside, len(definition.inside))
    if definition.brackets != "|":
        ends = ("", ",", "\n", " # a } or so\n")
        inside = [random.choice(DESCRIBED) + each + random.choice(ends) for each in inside]
    described = random.choice(DESCRIBED)
    if definition.head.startswith("type ") and len(inside) > 1 and random.random() < 0.3:
        name = definition.head.split()[1]
        return f"{described}{definition.text(inside[1:])}\nextend type {name} {{ {inside[0]} }}"
    return described + definition.text(inside) + random.choice(("", "\n\n", "# end")) + "\n"


class _Drawn:
    def __init__(self, random: Random) -> None:
        self.random = random

    def some(self, of: Callable[[str], str], least: int = 0) -> tuple[str, ...]:
        names = self.random.sample(NAMES, self.random.randint(least, len(NAMES)))
        return tuple(of(name) for name in names)

    def names(self, *names: str) -> tuple[str, ...]:
        return tuple(self.random.sample(names, self.random.randint(1, len(names))))

    def reference(self, names: Sequence[str]) -> str:
        return self.random.choice(WRAPPED).format(self.random.choice(names))

    def argument(self, name: str) -> str:
        return f"{name}: {self.reference(INPUTS)}{self.random.choice(DEFAULTS)}"

    def input_field(self, name: str) -> str:
        return self.argument(name) + self.random.choice(USES)

    def field(self, name: str) -> str:
        arguments = self.some(self.argument) if self.random.random() < 0.4 else ()
        given = f"({', '.join(arguments)})" if arguments else ""
        return f"{name}{given}: {self.reference(OUTPUTS)}{self.random.choice(USES)}"

    def object(self, name: str) -> Definition:
        return Definition(f"type {name}{self.random.choice(IMPLEMENTED)}", self.some(self.field, 1))

    def directive(self) -> Definition:
        arguments = self.some(self.argument)
        given = f"({' '.join(arguments)})" if arguments else ""
        repeated = self.random.choice(("", " repeatable"))
        return Definition(f"directive @auth{given}{repeated} on {' | '.join(self.names(*PLACES))}")

    def schema(self) -> Schema:
        size = (Definition("scalar Size"), Definition("enum Size", ("BIG", "SMALL")))
        extra = (
            self.directive(),
            self.object("Mutation"),
            Definition("scalar Date"),
            Definition("input A", ("a: Int",)),
        )
        return Schema(
            (
                *(self.object(name) for name in ("Query", "Order", "Line")),
                *(Definition(f"interface {name}", self.some(self.field, 1)) for name in ("Node", "Named")),
                Definition("union Any", self.names("Order", "Line", "Query"), "|"),
                Definition("enum State", self.names("OPEN", "SHUT", "LOST")),
                self.random.choice(size),
                *(Definition(f"input {name}", self.some(self.input_field, 1)) for name in ("Filter", "Range")),
                Definition("directive @tag(name: String) repeatable on FIELD_DEFINITION | INPUT_FIELD_DEFINITION"),
                *self.random.sample(extra, self.random.randint(0, len(extra))),
            )
        )


RANDOMS = st.integers(0, 2**32).map(Random)
SCHEMAS = RANDOMS.map(lambda random: _Drawn(random).schema())
"""Schemas that graphql-core can build, though they break rules that only its validation has."""
