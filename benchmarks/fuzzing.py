"""``python -m benchmarks.fuzzing``: what fuzzing finds in a given time, and how fast it is, beside plain Schemathesis.

The provider is the bookshop of ``tests/seeded_bugs`` with all of its bugs. Both have the same time, half of it for
OpenAPI and half for GraphQL; plain Schemathesis is its own command line with its defaults, and knows no pacts. A bug
counts as found when a failure with its code was reported for its operation and status. Cases per second of the
clock and of the processor are told of these runs, and of runs over OpenAPI alone on the clean twin, without pacts and
without a report of every request: only those compare the tools' speed.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contracthub.verification.fuzz.sources import sources_for
from contracthub.verification.fuzz.suite import run, run_with
from contracthub.verification.suites import Target, Unwatched
from tests.seeded_bugs.bugs import BUGS, NAMES, Sight, found_by, hurting
from tests.seeded_bugs.pacts import write_pacts

ROOT = Path(__file__).resolve().parent.parent


# How often the two take turns when only their speed is measured.
_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Result:
    """What a tool found, how many requests it made, in what time, and what processor time its processes took."""

    names: tuple[str, ...]
    cases: int
    seconds: float
    processor: float


@contextmanager
def bookshop(*arguments: str) -> Iterator[str]:
    """The base URL of a bookshop in a process of its own."""
    command = [sys.executable, "-m", "tests.seeded_bugs", *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().removeprefix("listening on ").strip()
        finally:
            process.terminate()


def plain_speed(url: str, seconds: float, seed: int) -> Result:
    """How many requests ``schemathesis run`` makes of OpenAPI, without a report that holds all of them."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [
            *(
                sys.executable,
                "-m",
                "schemathesis.cli",
                "run",
                f"{url}/openapi.json",
                "--max-time",
                str(round(seconds)),
            ),
            *("--seed", str(seed), "--report", "json", "--report-json-path", str(report)),
            *("--continue-on-failure", "--generation-database", "none"),
        ]
        started, before = time.monotonic(), _processor()
        subprocess.run(command, cwd=folder, capture_output=True, check=False)
        cases = json.loads(report.read_bytes())["test_cases"]["generated"]
        return Result((), cases, time.monotonic() - started, _processor() - before)


def plain(url: str, seconds: float, seed: int) -> Result:
    """What ``schemathesis run`` finds."""
    sights: set[Sight] = set()
    cases, took, before = 0, 0.0, _processor()
    for schema in (f"{url}/openapi.json", f"{url}/graphql"):
        with tempfile.TemporaryDirectory() as folder:
            report = Path(folder) / "report.ndjson"
            command = [
                *(sys.executable, "-m", "schemathesis.cli", "run", schema, "--max-time", str(round(seconds / 2))),
                *("--seed", str(seed), "--report", "ndjson", "--report-ndjson-path", str(report)),
                *("--continue-on-failure", "--generation-database", "none"),
            ]
            started = time.monotonic()
            subprocess.run(command, cwd=folder, capture_output=True, check=False)
            took += time.monotonic() - started
            found, count = _reported(report)
            sights |= found
            cases += count
    return Result(found_by(sights), cases, took, _processor() - before)


def our_speed(url: str, seconds: float, seed: int) -> Result:
    """How many requests the suite ``fuzz`` makes of OpenAPI, without pacts."""
    target = Target(provider="bookshop", base_url=url, fuzz_seconds=seconds, seed=seed)
    before = _processor()
    sources = sources_for(target, kinds=("openapi",))
    found = run_with(target, sources, Unwatched(), time.monotonic() + seconds + 60)
    return Result((), found.examples or 0, found.seconds, _processor() - before)


def ours(url: str, seconds: float, seed: int, pacts: tuple[str, ...] = ()) -> Result:
    """What the suite ``fuzz`` finds."""
    state_url = f"{url}/_pact/provider-states" if pacts else None
    target = Target(
        provider="bookshop",
        base_url=url,
        pacts=pacts,
        state_url=state_url,
        state_teardown=bool(pacts),
        fuzz_seconds=seconds,
        seed=seed,
    )
    before = _processor()
    found = run(target, Unwatched(), time.monotonic() + seconds + 60)
    findings = [check.finding for check in found.checks if check.finding is not None]
    names = found_by(Sight(each.operation, each.code, each.status_code) for each in findings)
    for problem in found.problems:
        print(f"  {problem}")
    return Result(names, found.examples or 0, found.seconds, _processor() - before)


def _summed(results: Iterable[Result]) -> Result:
    parts = list(results)
    cases, seconds, processor = (
        sum(getattr(each, name) for each in parts) for name in ("cases", "seconds", "processor")
    )
    return Result((), cases, seconds, processor)


def _processor() -> float:
    """Processor time of this process and of those that it has ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _reported(report: Path) -> tuple[set[Sight], int]:
    """The failures in a report, and how many requests it has."""
    sights: set[Sight] = set()
    cases = 0
    for line in report.read_text(encoding="utf-8").splitlines():
        event: dict[str, Any] = json.loads(line)
        scenario = event.get("ScenarioFinished")
        if scenario is None:
            continue
        recorder = scenario["recorder"]
        interactions = recorder.get("interactions") or {}
        cases += len(interactions)
        for case_id, checks in (recorder.get("checks") or {}).items():
            for check in checks:
                failure = (check.get("failure_info") or {}).get("failure")
                if check["status"] == "failure" and failure is not None:
                    answer = (interactions.get(case_id) or {}).get("response") or {}
                    sights.add(Sight(failure["operation"], failure["code"], answer.get("status_code")))
    return sights, cases


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder, bookshop("--all") as first, bookshop("--all") as second:
        pacts = write_pacts(Path(folder))
        results = {
            "plain Schemathesis": plain(first, options.seconds, options.seed),
            "contracthub with pacts": ours(second, options.seconds, options.seed, pacts),
        }
    with bookshop() as first, bookshop() as second:
        # In turns: what else the machine does must not hit one of them alone.
        rounds = [
            (plain_speed(first, part, options.seed + at), our_speed(second, part, options.seed + at))
            for at, part in enumerate([options.seconds / _ROUNDS] * _ROUNDS)
        ]
        results["plain, clean twin"] = _summed(each for each, _ in rounds)
        results["contracthub, clean twin, no pacts"] = _summed(each for _, each in rounds)
    print(f"{'':36}{'found':>8}{'hurting':>9}{'cases':>8}{'per s':>8}{'per CPU s':>11}   missed")
    for name, result in results.items():
        rate, per_processor = result.cases / result.seconds, result.cases / result.processor
        missed = "" if "twin" in name else " ".join(each for each in NAMES if each not in result.names)
        counts = f"{len(result.names):8}{len(hurting(result.names)):9}{result.cases:8}"
        print(f"{name:36}{counts}{rate:8.0f}{per_processor:11.0f}   {missed}")
    print(f"of {len(BUGS)} bugs, {len(hurting(NAMES))} of which hurt a consumer")


if __name__ == "__main__":
    main()
