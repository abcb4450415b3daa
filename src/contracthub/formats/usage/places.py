"""Places in data, as people name them and as contracts do: is what a contract relies on inside of what is asked about?

``#/items/*/sku`` (RFC 6901, with ``*`` for any item or member) and ``$.items[*].sku`` name the same place. A contract
names the items of a list by an index or by ``[*]``; one who asks may leave the step out, and may mean any by ``*``.
"""

from enum import Enum
from functools import lru_cache
from urllib.parse import quote, unquote

from contracthub.formats.needs import JsonType, Need
from contracthub.formats.pact.expressions import ANY, Step, Wildcard, expression_from, steps

Steps = tuple[Step, ...]
LONGEST = 100
"""Steps of a place: nothing that is accepted here is deeper."""


class Relation(Enum):
    """Where a place of a contract is, seen from one that is asked about."""

    INSIDE = "inside"
    AROUND = "around"
    ELSEWHERE = "elsewhere"


def steps_in(text: str) -> Steps:
    """The steps of ``/items/*/sku`` or ``$.items[*].sku``; none for ``""`` and ``$``.

    >>> [str(step) for step in steps_in("/items/*/unit~1price")]
    ['items', '*', 'unit/price']
    """
    if text.startswith("$"):
        return tuple(str(step) if isinstance(step, int) else step for step in steps(text)[: LONGEST + 1])
    return tuple(_pointed(part) for part in text.split("/")[1:])[: LONGEST + 1]


def written_as_pointer(place: Steps) -> str:
    """The steps as a pointer with ``*``: the spelling in which places are shown.

    >>> written_as_pointer(("items", ANY, "sku"))
    '/items/*/sku'
    """
    return "".join("/" + shown(str(step).replace("~", "~0").replace("/", "~1")) for step in place)


def shown(name: str) -> str:
    """A name as it can stand in a spelling: what can't be seen, and blanks at its ends, are percent-encoded.

    >>> shown("100% sure ")
    '100%25%20sure%20'
    """
    blank = " " if name != name.strip() else ""
    return "".join(quote(each, "") if not each.isprintable() or each in f"%{blank}" else each for each in name)


def written_as_path(place: Steps) -> str:
    """The steps as contracts write them: ``$.items[*].sku``."""
    return expression_from(place)


def relation(place: Steps, asked: Steps) -> Relation:
    """Where ``place`` is, seen from ``asked``."""
    here = there = 0
    while there < len(asked):
        if here == len(place):
            return Relation.AROUND
        if is_same(place[here], asked[there]):
            there += 1
        elif not is_item(place[here]):
            return Relation.ELSEWHERE
        here += 1
    return Relation.INSIDE


def is_same(one: Step, other: Step) -> bool:
    """Whether both steps can be the same one; any is every item and member."""
    if isinstance(one, Wildcard) or isinstance(other, Wildcard):
        rest = other if isinstance(one, Wildcard) else one
        # Items by wildcard are not found under a name.
        return is_item(rest) or isinstance(other, Wildcard)
    return str(one) == str(other)


def relies_on(need: Need, asked: Steps) -> bool:
    """Whether a need on a body is one for a place in it: it is at the place, inside of it, or around it and whole."""
    found = _relation_of(need.path, asked)
    return found is Relation.INSIDE or (found is Relation.AROUND and _is_whole(need))


@lru_cache(maxsize=50_000)
def _relation_of(path: str, asked: Steps) -> Relation:
    """The same few places are asked for in the contracts of many consumers."""
    return relation(steps(path), asked)


def _is_whole(need: Need) -> bool:
    """Whether a need that goes no deeper stands for all that is inside: what was too much to be told one by one."""
    kind, example = need.shape.json_type, need.shape.example
    if kind in (JsonType.OBJECT, JsonType.ARRAY):
        return example not in ("{}", "[]")
    # Markup is one text to a contract.
    return kind is JsonType.BINARY or (need.path == "$" and (example or "").startswith('"<'))


def is_item(step: Step) -> bool:
    """Whether a step can lead into a list: an index, or any."""
    return not isinstance(step, str) or (step.isascii() and step.isdigit())


def _pointed(part: str) -> Step:
    return ANY if part == "*" else unquote(part).replace("~1", "/").replace("~0", "~")
