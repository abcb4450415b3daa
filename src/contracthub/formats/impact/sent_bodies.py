"""Puts the body of a request together again from the needs that were made of it."""

from collections.abc import Sequence
from typing import Any

from contracthub.formats.impact.admitted import Unseen, Value
from contracthub.formats.impact.conditions import sent
from contracthub.formats.impact.used_schemas import steps_of
from contracthub.formats.needs import JsonType, Need

_MOST_ITEMS = 100_000


def body_of(needs: Sequence[Need]) -> Value:
    """The body that the needs of a request were made of, as far as they say."""
    whole: list[Value] = [Unseen.ANYTHING]
    for need in needs:
        holder: Any = whole
        key: Any = 0
        for step in steps_of(need.path):
            inner = holder[key] if isinstance(holder, list) else holder.get(key)
            wanted = dict if isinstance(step, str) else list
            if not isinstance(inner, wanted):
                inner = holder[key] = wanted()
            holder, key = inner, step if isinstance(step, str) else _grown(inner, step or 0)
        holder[key] = _written(need)
    return whole[0]


def _grown(items: list[Value], index: int) -> int:
    index = min(index, _MOST_ITEMS)
    items.extend([Unseen.ANYTHING] * (index + 1 - len(items)))
    return index


def _written(need: Need) -> Value:
    if need.shape.example is not None or need.shape.matcher == "equality":
        return sent(need)
    return Unseen.TEXT if need.shape.json_type is JsonType.STRING else Unseen.ANYTHING
