"""Several writers at the same moment."""

import threading
from collections.abc import Callable


def at_once(jobs: list[Callable[[], None]]) -> list[BaseException]:
    """Runs the jobs in threads that start together, and returns what they raised."""
    failures: list[BaseException] = []
    barrier = threading.Barrier(len(jobs))

    def run(job: Callable[[], None]) -> None:
        barrier.wait()
        try:
            job()
        except BaseException as error:  # noqa: BLE001 - whatever it is, the main thread tells it
            failures.append(error)

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures
