"""Runs the suite as a run would, with contracts from files."""

import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from contracthub.domain.verification_runs import Check, SuiteRun
from contracthub.verification.events.suite import run
from contracthub.verification.suites import Target, Unwatched


def flow(**said: Any) -> dict[str, Any]:
    """A flow contract with these parts."""
    return {
        "contracthub": "flow/1",
        "name": "a flow",
        "consumer": "reader",
        "provider": "writer",
        "within": "20s",
        **said,
    }


def pact(*messages: Mapping[str, Any]) -> dict[str, Any]:
    """A pact with these messages (version 4)."""
    return {
        "consumer": {"name": "reader"},
        "provider": {"name": "writer"},
        "interactions": [{"type": "Asynchronous/Messages", **each} for each in messages],
        "metadata": {"pactSpecification": {"version": "4.0"}},
    }


def looked(
    folder: Path,
    kafka: str | None,
    url: str = "http://127.0.0.1:1",
    *,
    flows: Sequence[Mapping[str, Any]] = (),
    pacts: Sequence[Mapping[str, Any]] = (),
    seconds: float = 60.0,
    **more: Any,
) -> SuiteRun:
    """What the suite finds; ``more`` are fields of the target, ``said`` among them the settings of the suite."""
    (folder / "contracts").mkdir(exist_ok=True)
    for at, each in enumerate(flows):
        (folder / "contracts" / f"{at}.flow.json").write_text(json.dumps(each))
    for at, each in enumerate(pacts):
        (folder / f"{at}.json").write_text(json.dumps(each))
    settings = {"events": more.pop("said", {})}
    target = Target(
        provider="writer",
        base_url=url,
        kafka=kafka,
        contracts=(str(folder / "contracts"),) if flows else (),
        pacts=tuple(str(folder / f"{at}.json") for at, _ in enumerate(pacts)),
        settings=settings,
        **more,
    )
    return run(target, Unwatched(), time.monotonic() + seconds)


def only(found: SuiteRun) -> Check:
    """The one check of a run without problems."""
    assert found.problems == ()
    (check,) = found.checks
    return check
