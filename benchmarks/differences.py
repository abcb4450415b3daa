"""``python -m benchmarks.differences [OLD NEW]``: what it costs to compare two documents, reading included.

Processor time of fresh processes, the interpreter's start included. Files that end in ``.graphql`` are GraphQL schemas,
others OpenAPI. Without files: made OpenAPI documents of 5, 10 and 20 MB,
all of whose schemas are one circle, of which one property has another type; the figure behind each is the growth.

``python -m benchmarks.differences --hub OLD NEW``: the time that a hub takes to answer what changed and whom it breaks,
its documents published before: the first time; asked again; asked otherwise, where both documents are read but nothing
else is known; and for new documents in which one component changed. OpenAPI only.
"""

import argparse
import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from benchmarks.big_documents import openapi_document
from benchmarks.processes import HubProcess, served

_SIZES = (500, 1_000, 2_000)
_PROVIDER = "/api/v1/{}/big"
_EDITS = 4
_PAUSE_SECONDS = 1.0
_COMPARE = """
import sys
from datetime import date
from pathlib import Path
from contracthub.formats.differences import difference
from contracthub.formats.uploads import Upload
old, new = (Upload(name, {name: Path(name).read_bytes()}) for name in sys.argv[1:3])
format = "graphql" if new.root.endswith(".graphql") else "openapi"
found = difference(format, old, new, today=date(2026, 8, 15))
print(len(found.changes), len({operation for change in found.changes for operation in change.operations}))
"""


def measure(old: Path, new: Path, times: int = 3) -> tuple[float, str]:
    """The least processor time of several runs, in seconds, and what was found: changes, and operations reached."""
    costs, told = [], ""
    for _ in range(times):
        before = os.times()
        told = subprocess.run(
            [sys.executable, "-c", _COMPARE, str(old), str(new)], check=True, capture_output=True, text=True
        ).stdout.strip()
        after = os.times()
        costs.append(after.children_user + after.children_system - before.children_user - before.children_system)
    return min(costs), told


def measure_hub(old: Path, new: Path) -> Iterator[tuple[str, float, str]]:
    """What was asked of a hub, the seconds until it had answered, and what it found."""
    edited = orjson.loads(new.read_bytes())
    with tempfile.TemporaryDirectory() as folder, served(f"sqlite:///{folder}/hub.sqlite3") as hub:
        _publish(hub, "1", old.read_bytes())
        _publish(hub, "2", new.read_bytes())
        # As in pull requests: one schema more or less, each time another one.
        for number, body in enumerate(islice(_edits(edited), _EDITS), 3):
            _publish(hub, str(number), body)
        asked = [("first", 1, 2, ""), ("again", 1, 2, ""), ("asked otherwise", 1, 2, "&details=true")]
        for number in range(3, 3 + _EDITS):
            name = f"one component edited, {number - 2}"
            asked += [(name, 2, number, ""), (f"{name}, asked otherwise", 2, number, "&details=true")]
        for told, before, after, more in asked:
            query = f"oldVersion={before}&newVersion={after}{more}"
            # After an answer what came of it is swept away, which is no part of the next question.
            time.sleep(_PAUSE_SECONDS)
            start = time.perf_counter()
            answer = _asked(hub, "GET", f"{_PROVIDER.format('providers')}/diff?{query}")
            seconds = time.perf_counter() - start
            found = orjson.loads(answer)
            yield told, seconds, f"{len(found['changes'])} changes, {found['summary']['breaking']} of them breaking"


def _edits(document: dict[str, Any]) -> Iterator[bytes]:
    for schema in document["components"]["schemas"].values():
        if isinstance(schema.get("properties"), dict) and "$ref" not in schema:
            schema["properties"]["added"] = {"type": "string"}
            schema["required"] = [*schema.get("required", ()), "added"]
            yield orjson.dumps(document)
            del schema["properties"]["added"]
            schema["required"].remove("added")


def _publish(hub: HubProcess, number: str, body: bytes) -> None:
    path = f"{_PROVIDER.format('pacticipants')}/versions/{number}/provider-contracts/openapi?branch=main&format=openapi"
    _asked(hub, "PUT", path, body)


def _asked(hub: HubProcess, method: str, path: str, body: bytes | None = None) -> bytes:
    connection = http.client.HTTPConnection(hub.host, hub.port, timeout=300)
    connection.request(method, path, body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    told = answer.read()
    if answer.status >= 300:
        raise RuntimeError(f"{method} {path}: {answer.status} {told[:500]!r}")
    return told


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print a line for each pair."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
    parser.add_argument("--hub", action="store_true", help="what a hub takes in which both are published")
    given = parser.parse_args(arguments)
    files = given.files
    if given.hub:
        for asked, cost, told in measure_hub(*files):
            sys.stdout.write(f"{cost:6.3f} s   {asked}: {told}\n")
        return
    if files:
        cost, told = measure(*files)
        sys.stdout.write(f"{cost:.2f} s   changes, operations: {told}\n")
        return
    last = 0.0
    for operations in _SIZES:
        with tempfile.TemporaryDirectory() as folder:
            old, new = Path(folder, "old.json"), Path(folder, "new.json")
            document = openapi_document(operations, operations * 4 // 5)
            old.write_text(json.dumps(document))
            document["components"]["schemas"]["Thing7"]["properties"]["field0"]["type"] = "array"
            new.write_text(json.dumps(document))
            cost, told = measure(old, new)
            growth = f"   x{cost / last:.1f}" if last else ""
            size = old.stat().st_size / 1e6
            sys.stdout.write(f"{size:5.1f} MB   {cost:.2f} s{growth}   changes, operations: {told}\n")
            last = cost


if __name__ == "__main__":
    main()
