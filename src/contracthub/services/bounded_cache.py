"""Remembers what never changes, up to a size, for all threads of the process; the least recently used goes first."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class BoundedCache(Generic[Key, Value]):
    """Values by key, of which the sizes together stay below ``capacity``, in whatever unit sizes are given."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._lock = threading.Lock()
        self._values: OrderedDict[Key, tuple[Value, int]] = OrderedDict()
        self._size = 0

    def get(self, key: Key) -> Value | None:
        """What is remembered under the key."""
        with self._lock:
            found = self._values.get(key)
            if found is None:
                return None
            self._values.move_to_end(key)
            return found[0]

    def first(self, key: Key, value: Value, size: int = 1) -> Value:
        """What is remembered under the key, or this value, which is remembered from now on."""
        with self._lock:
            found = self._values.get(key)
            if found is not None:
                return found[0]
            self._put(key, value, size)
            return value

    def put(self, key: Key, value: Value, size: int = 1) -> None:
        """Remember a value; one that is larger than everything together may be is not kept."""
        with self._lock:
            self._put(key, value, size)

    def _put(self, key: Key, value: Value, size: int) -> None:
        previous = self._values.pop(key, None)
        self._size += size - (previous[1] if previous else 0)
        self._values[key] = (value, size)
        while self._size > self._capacity:
            _, (_, gone) = self._values.popitem(last=False)
            self._size -= gone
