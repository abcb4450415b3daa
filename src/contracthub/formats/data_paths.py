"""Goes through a type as data of it is written, and names every place: ``$.lines[*].sku``.

Types may contain themselves, and types that use one another in a few lines have more places than anyone can list; both
ends here, the nearest places first.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

from contracthub.formats.elements import Element, ElementKind

Node = TypeVar("Node")
_DEEPEST = 60
MOST_STEPS = 100_000
MOST_CHARACTERS = 10_000_000
_Trail: TypeAlias = "tuple[_Trail, int] | None"


@dataclass(frozen=True, slots=True)
class Inner(Generic[Node]):
    """What is one step inside of a type.

    ``holder`` tells the type that has it from others; a type is not entered again inside of itself. ``step`` is
    appended to the path of what is around it, and ``node`` is the type that goes on from there. ``kind`` is None where
    the step is no part of its own, as the items of an array. ``owner`` is the path for people, see ``Element``.
    """

    holder: int
    step: str
    node: Node | None
    kind: ElementKind | None = None
    owner: str = ""
    pointer: str | None = None
    deprecated: bool = False


def elements_inside(root: Node, inside: Callable[[Node], Iterable[Inner[Node]]], start: str = "$") -> Iterator[Element]:
    """Every part of the data by its path from ``start``, in the order of their depth.

    After ``MOST_STEPS``, or paths of ``MOST_CHARACTERS`` together, the rest is left out.
    """
    todo: deque[tuple[Node, str, _Trail, int]] = deque([(root, start, None, 0)])
    steps = characters = 0
    while todo:
        node, path, trail, depth = todo.popleft()
        for inner in inside(node):
            place = path + inner.step
            steps += 1
            characters += len(place) + len(inner.owner)
            if steps > MOST_STEPS or characters > MOST_CHARACTERS:
                return
            if _contains(trail, inner.holder):
                continue
            if inner.kind is not None:
                yield Element(inner.kind, place, inner.owner or place, inner.pointer, inner.deprecated)
            if inner.node is not None and depth < _DEEPEST:
                todo.append((inner.node, place, (trail, inner.holder), depth + 1))


def _contains(trail: _Trail, holder: int) -> bool:
    while trail is not None:
        trail, each = trail
        if each == holder:
            return True
    return False
