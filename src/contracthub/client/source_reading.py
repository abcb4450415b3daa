"""Reading a source that is moved from: several requests at once, and a report of what it gave no usable answer to."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from contracthub.client.errors import AnswerNotUnderstood, HubAnswered
from contracthub.client.moving_report import MovingReport

MOST_FAILURES = 50
# Asked ahead of what was read, so that a slow answer holds up nobody, and memory stays bounded.
WAITING_PER_WORKER = 4

T = TypeVar("T")
R = TypeVar("R")


class SourceReading:
    """How many requests go to a source at once, and the report that is told what could not be read."""

    def __init__(self, report: MovingReport, *, workers: int) -> None:
        self.report, self._workers = report, workers
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="source")
        self._failures = 0

    def close(self) -> None:
        """Ask nothing more."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def tried(self, kind: str, title: str, ask: Callable[[], R]) -> R | None:
        """The answer; what the source refuses or garbles is reported. Raises HubFailure after too much of that."""
        try:
            return ask()
        except (HubAnswered, AnswerNotUnderstood) as failure:
            self._failures += 1
            if self._failures > MOST_FAILURES or (isinstance(failure, HubAnswered) and failure.status in (401, 403)):
                raise
            self.report.tell(kind, f"{title}: the source gave no usable answer ({str(failure)[:300]})")
            return None

    def each(self, function: Callable[[T], R], things: Iterable[T]) -> Iterator[R]:
        """What the function gives for each thing, in their order, several asked for at once."""
        waiting: deque[Future[R]] = deque()
        for thing in things:
            waiting.append(self._pool.submit(function, thing))
            if len(waiting) >= self._workers * WAITING_PER_WORKER:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
