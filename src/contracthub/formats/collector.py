"""Building large values with the garbage collector paused: none of it is garbage yet, and it would look at it all."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """No collection inside of the block: PyYAML and graphql-core are three times as fast, large comparisons twice."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
