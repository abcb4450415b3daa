"""Orders pairs so that each comes before those it leads to, circles taken as one (Tarjan, without recursion)."""

from collections.abc import Sequence

from contracthub.formats.openapi.diff.frames import Frame


def circles(roots: Sequence[Frame]) -> list[list[Frame]]:
    """The strongly connected parts of what the roots lead to, each before those it leads to."""
    order: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[Frame] = []
    on_stack: set[int] = set()
    found: list[list[Frame]] = []
    for root in roots:
        if id(root) not in order:
            _visit(root, order, low, stack, on_stack, found)
    return found[::-1]


def _visit(
    root: Frame,
    order: dict[int, int],
    low: dict[int, int],
    stack: list[Frame],
    on_stack: set[int],
    found: list[list[Frame]],
) -> None:
    todo: list[tuple[Frame, int]] = [(root, 0)]
    while todo:
        frame, index = todo.pop()
        key = id(frame)
        if index == 0:
            order[key] = low[key] = len(order)
            stack.append(frame)
            on_stack.add(key)
        else:
            low[key] = min(low[key], low[id(frame.children[index - 1])])
        while index < len(frame.children):
            child = frame.children[index]
            index += 1
            if id(child) not in order:
                todo.extend([(frame, index), (child, 0)])
                break
            if id(child) in on_stack:
                low[key] = min(low[key], order[id(child)])
        else:
            if low[key] == order[key]:
                found.append(_popped(stack, on_stack, frame))


def _popped(stack: list[Frame], on_stack: set[int], until: Frame) -> list[Frame]:
    circle: list[Frame] = []
    while not circle or circle[-1] is not until:
        circle.append(stack.pop())
        on_stack.discard(id(circle[-1]))
    return circle
