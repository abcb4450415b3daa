"""Pairs the members of two combinations, so that as many as possible have a counterpart that fits."""

from collections.abc import Callable


def largest_matching(ones: int, others: int, fits: Callable[[int, int], bool]) -> int:
    """The size of a largest matching in a bipartite graph (augmenting paths, after Kuhn).

    ``fits`` is asked at most once for each pair.
    """
    edges = [[other for other in range(others) if fits(one, other)] for one in range(ones)]
    partner: dict[int, int] = {}
    return sum(_finds_partner(one, edges, partner) for one in range(ones))


def _finds_partner(start: int, edges: list[list[int]], partner: dict[int, int]) -> bool:
    """Look for a path of alternating pairs that ends at somebody without a partner, and flip it."""
    came_from: dict[int, int] = {}
    todo = [start]
    while todo:
        one = todo.pop()
        for other in edges[one]:
            if other in came_from:
                continue
            came_from[other] = one
            if other not in partner:
                _flip(other, start, came_from, partner)
                return True
            todo.append(partner[other])
    return False


def _flip(other: int, start: int, came_from: dict[int, int], partner: dict[int, int]) -> None:
    while True:
        one = came_from[other]
        before = next((each for each, owner in partner.items() if owner == one), None)
        partner[other] = one
        if one == start or before is None:
            return
        other = before
