"""What it costs to take in a large document: `python -m benchmarks.documents [FILE ...]`.

Without files, of documents made here: an OpenAPI of 10 MB and 1,000 operations as JSON and as YAML, and a GraphQL
schema of 1 MB. Processor time, best of a few rounds, and as a multiple of the bare parser's in the same run: orjson's
for JSON, PyYAML's C loader's for YAML, graphql-core's for SDL. ``store`` is the whole publication (read, tell apart,
write into a SQLite file) as the service makes it; ``check`` the full check in its process, which nobody waits for.
"""

import base64
import gc
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import orjson
import yaml

from benchmarks.big_documents import openapi_document, sdl
from contracthub.checking.processes import ProcessChecker
from contracthub.domain.document_checks import CheckBounds
from contracthub.formats.detection import detect
from contracthub.formats.limits import Limits
from contracthub.formats.registry import provider_format
from contracthub.formats.uploads import Upload
from contracthub.services.hub import Hub
from contracthub.services.provider_contract_requests import publication_from
from contracthub.services.publish_provider_contracts import publish
from contracthub.storage.engine import open_database
from contracthub.storage.migrate import migrate
from contracthub.storage.units import DatabaseStorage

ROUNDS = 3
LIMITS = Limits()


def documents(paths: list[str]) -> Iterator[tuple[str, bytes]]:
    if paths:
        for path in paths:
            yield Path(path).name, Path(path).read_bytes()
        return
    document = openapi_document()
    yield "made.json", orjson.dumps(document)
    yield "made.yaml", yaml.dump(document, Dumper=yaml.CSafeDumper).encode()
    yield "made.graphql", sdl().encode()


def bare(name: str, data: bytes) -> Callable[[], object]:
    """The parser that everything else is compared with."""
    if name.endswith((".graphql", ".graphqls", ".gql")):
        from graphql import parse

        text = data.decode()
        return lambda: parse(text)
    if data.lstrip()[:1] == b"{":
        return lambda: orjson.loads(data)
    return lambda: yaml.load(data, Loader=yaml.CSafeLoader)


def least(act: Callable[[], object], rounds: int = ROUNDS) -> float:
    times = []
    for _ in range(rounds):
        gc.collect()
        begun = time.process_time()
        act()
        times.append(time.process_time() - begun)
    return min(times) * 1000


def storing(upload: Upload, format_name: str) -> Callable[[], object]:
    folder = tempfile.mkdtemp()
    database = open_database(f"sqlite:///{folder}/hub.sqlite3")
    migrate(database)
    hub = Hub(DatabaseStorage(database))
    files = [{"path": path, "content": base64.b64encode(data).decode()} for path, data in upload.files.items()]
    versions = iter(range(1, 100))

    def store() -> None:
        body = {"provider": "big", "version": str(next(versions)), "contract": {"files": files, "format": format_name}}
        publish(hub, publication_from(body))

    return store


def measured(name: str, data: bytes) -> None:
    format_name, upload = detect(name, data), Upload(name, {name: data})
    verbs = provider_format(format_name)
    baseline = least(bare(name, data))
    document = verbs.read(upload, LIMITS)
    steps: dict[str, Callable[[], object]] = {
        "read": lambda: verbs.read(upload, LIMITS),
        "identity": lambda: verbs.identity(document),
        "elements": lambda: verbs.elements(document),
        "detect": lambda: detect(name, data),
        "store": storing(upload, format_name),
    }
    print(f"\n{name}: {format_name}, {len(data) / 1e6:.1f} MB; the bare parser takes {baseline:,.0f} ms")
    for step, act in steps.items():
        cost = least(act)
        print(f"  {step:10}{cost:10,.0f} ms   x{cost / baseline:.1f}")
    begun = time.perf_counter()
    outcome = ProcessChecker(CheckBounds(seconds=600)).check(format_name, upload)
    assert outcome is not None
    told = outcome.reason or f"{len(outcome.findings) + outcome.left_out} findings"
    print(f"  {'check':10}{(time.perf_counter() - begun) * 1000:10,.0f} ms by the clock: {outcome.status}, {told}")


if __name__ == "__main__":
    for each_name, each in documents(sys.argv[1:]):
        measured(each_name, each)
