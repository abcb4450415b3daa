"""``python -m benchmarks.comparisons``: a pact held against an OpenAPI document, beside openapi-pact-comparator.

Both compare the same files in one process each, after another, by their libraries. Cold: from the bytes of a document
that was never seen. Warm: the document was compared with another pact before. The peer comes from npm, into a folder
that is removed again, or from ``--peer``; its answers have to be ours.
"""

import argparse
import json
import random
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.big_documents import openapi_document
from contracthub.domain.comparisons import Level
from contracthub.formats.comparisons.pact_openapi.comparing import compare
from contracthub.formats.comparisons.pact_openapi.provider_document import read_openapi
from contracthub.formats.comparisons.pact_openapi.switches import OURS, PEER, Rules

ROOT = Path(__file__).resolve().parent.parent
PEER_PACKAGE = "@pactflow/openapi-pact-comparator"
SMALL = (
    ("alchemist_web", "distilera"),
    ("anomaly_console", "detector_service"),
    ("api_gateway", "neural_processor"),
)


@dataclass(frozen=True, slots=True)
class Job:
    """A pair, and how often it is compared."""

    name: str
    document: Path
    pact: Path
    cold: int
    warm: int


@dataclass(frozen=True, slots=True)
class Cost:
    """What a comparison takes, in milliseconds: (elapsed, processor) of each time."""

    errors: int
    cold: list[tuple[float, float]]
    warm: list[tuple[float, float]]


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.comparisons", description=__doc__)
    parser.add_argument("--peer", type=Path, help=f"a folder in which `npm install {PEER_PACKAGE}` was run")
    parser.add_argument("--interactions", type=int, default=50, help="of the large pact")
    parser.add_argument("--circle", type=int, default=20, help="schemas that refer to one another; 800 are all")
    parser.add_argument("--rounds", type=int, default=5, help="times that the large document is compared")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as whole:
        folder = Path(whole)
        jobs = [*_small(), _large(folder, options.circle, options.interactions, options.rounds)]
        peer = _peer(jobs, options.peer or _installed(folder / "peer"), folder)
        _print(jobs, {"peer": peer, "ours": _ours(jobs, OURS), "as the peer": _ours(jobs, PEER)})


def _print(jobs: list[Job], costs: dict[str, list[Cost]]) -> None:
    print(f"{'ms: median of the processor, and least elapsed':<50}{'cold':>18}{'x peer':>8}{'warm':>18}{'x peer':>8}")
    for at, job in enumerate(jobs):
        for who, found in costs.items():
            cells = ""
            for name in ("cold", "warm"):
                elapsed, processor = _told(getattr(found[at], name))
                _, bare = _told(getattr(costs["peer"][at], name))
                cells += f"{processor:>9.2f}{elapsed:>9.2f}{processor / bare:>8.2f}"
            print(f"{job.name + ': ' + who + f', {found[at].errors} errors':<50}{cells}", flush=True)


def _told(times: list[tuple[float, float]]) -> tuple[float, float]:
    return min(each for each, _ in times), statistics.median(each for _, each in times)


def _small() -> Iterator[Job]:
    for consumer, provider in SMALL:
        document = ROOT / "specs" / f"{provider}.openapi.json"
        yield Job(f"{consumer} / {provider}", document, ROOT / "pacts" / f"{consumer}-{provider}.json", 200, 500)


def _large(folder: Path, circle: int, interactions: int, rounds: int) -> Job:
    document = openapi_document(circle=circle)
    written = folder / "large.openapi.json"
    written.write_text(json.dumps(document))
    pact = folder / "large-pact.json"
    pact.write_text(json.dumps(_pact(document, interactions)))
    size = written.stat().st_size / 1_000_000
    return Job(f"{interactions} interactions / {size:.1f} MB", written, pact, rounds, rounds)


def _pact(document: dict[str, Any], interactions: int) -> dict[str, Any]:
    chance = random.Random(1)
    paths = chance.sample(sorted(document["paths"]), interactions)
    return {
        "consumer": {"name": "web"},
        "provider": {"name": "large"},
        "interactions": [
            {
                "description": f"a request for {path}",
                "request": {"method": "GET", "path": path.replace("{id}", "7"), "query": {"page": ["1"]}},
                "response": {
                    "status": 200,
                    "headers": {"Content-Type": "application/json"},
                    "body": _body(document, document["paths"][path]["get"], 3),
                },
            }
            for path in paths
        ],
        "metadata": {"pactSpecification": {"version": "3.0.0"}},
    }


def _body(document: dict[str, Any], operation: dict[str, Any], depth: int) -> Any:
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    return _value(document, schema, depth)


def _value(document: dict[str, Any], schema: dict[str, Any], depth: int) -> Any:
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if schema["type"] == "object":
        properties = schema["properties"].items()
        return {name: _value(document, each, depth - 1) for name, each in properties if depth > 1 or not _is_deep(each)}
    if schema["type"] == "array":
        return [_value(document, schema["items"], depth)]
    return {"string": "a text", "integer": 7, "number": 7.5, "boolean": True}[schema["type"]]


def _is_deep(schema: dict[str, Any]) -> bool:
    return "$ref" in schema or schema["type"] == "array"


def _ours(jobs: list[Job], rules: Rules) -> list[Cost]:
    return [_cost(job, rules) for job in jobs]


def _cost(job: Job, rules: Rules) -> Cost:
    document, pact = job.document.read_bytes(), job.pact.read_bytes()
    results = compare(pact, read_openapi(document, rules), None)
    cold = _timed(job.cold, lambda: compare(pact, read_openapi(document, rules), None))
    known = read_openapi(document, rules)
    compare(pact, known, None)
    warm = _timed(job.warm, lambda: compare(pact, known, None))
    return Cost(sum(each.level is Level.ERROR for each in results), cold, warm)


def _timed(times: int, action: Callable[[], object]) -> list[tuple[float, float]]:
    took = []
    for _ in range(times):
        begun, used = time.perf_counter(), time.process_time()
        action()
        took.append(((time.perf_counter() - begun) * 1000, (time.process_time() - used) * 1000))
    return took


def _installed(folder: Path) -> Path:
    folder.mkdir()
    subprocess.run(["npm", "install", "--silent", "--prefix", str(folder), PEER_PACKAGE], check=True)
    return folder


def _peer(jobs: list[Job], installed: Path, folder: Path) -> list[Cost]:
    wanted = [
        {"document": str(each.document), "pact": str(each.pact), "cold": each.cold, "warm": each.warm} for each in jobs
    ]
    file = folder / "jobs.json"
    file.write_text(json.dumps(wanted))
    module = installed / "node_modules" / PEER_PACKAGE / "dist" / "index.mjs"
    command = ["node", str(Path(__file__).with_name("comparator.mjs")), str(module), str(file)]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return [Cost(**each) for each in json.loads(told)]


if __name__ == "__main__":
    main()
