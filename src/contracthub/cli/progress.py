"""A live line on stderr for commands that take long: only where a person looks, and only after a second."""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from contracthub.reports.visible import visible

FIRST_SHOWN_AFTER = 1.0
LONGEST_LINE = 60

Progress = Callable[[float, str], None]


@contextmanager
def live_progress(title: str) -> Iterator[Progress]:
    """A function that is told the seconds so far and the latest news; shows nothing when stderr is no terminal."""
    if not sys.stderr.isatty():
        yield _silence
        return
    with ExitStack() as stack:
        shown: list[Callable[[str], None]] = []

        def progress(seconds: float, news: str) -> None:
            if seconds < FIRST_SHOWN_AFTER:
                return
            if not shown:
                shown.append(live_line(stack))
            shown[0](f"{title} ({seconds:.0f} s) {visible(news)[:LONGEST_LINE]}")

        yield progress


@contextmanager
def waiting(title: str) -> Iterator[None]:
    """Shows that one long request is under way, once it has taken a second."""
    with live_progress(title) as progress:
        timer = threading.Timer(FIRST_SHOWN_AFTER, progress, (FIRST_SHOWN_AFTER, ""))
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()


def live_line(stack: ExitStack) -> Callable[[str], None]:
    """A line on stderr that what it is called with replaces, until the stack is closed."""
    # rich costs as much as all the rest of a short command, so only once the line is wanted.
    from rich.console import Console
    from rich.text import Text

    status = stack.enter_context(Console(stderr=True).status(""))
    return lambda line: status.update(Text(line))


def _silence(seconds: float, news: str) -> None:
    """Shows nothing."""
