"""Providers that answer what a test says, over real sockets, and the suite run against them."""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from contracthub.domain.verification_runs import SuiteRun
from contracthub.verification.journeys.suite import run
from contracthub.verification.suites import Target, Unwatched
from tests.cli.stub_hub import StubHub, stub_hub

EMPTY = {"openapi": "3.1.0", "info": {"title": "orders", "version": "1"}, "paths": {}}
Walked = Callable[..., SuiteRun]


def step(name: str, method: str, path: str, status: Any = 200, **more: Any) -> dict[str, Any]:
    """A step that is written out; ``body`` is what is expected, ``sent`` what is sent."""
    request = {"method": method, "path": path} | ({"body": more.pop("sent")} if "sent" in more else {})
    response = {"status": status} | {part: more.pop(part) for part in ("body", "headers") if part in more}
    return {"name": name, "request": request, "response": response, **more}


def poll(name: str = "wait", *, until: Any = None, within: str = "5s", every: str = "10ms", **more: Any) -> Any:
    facts = {"within": within, "every": every, "until": until or {"status": 200, "body": {"status": "done"}}}
    never = {"never": more.pop("never")} if "never" in more else {}
    return {"name": name, "eventually": facts | never, **more}


@pytest.fixture
def provider() -> Iterator[StubHub]:
    with stub_hub() as stub:
        yield stub


@pytest.fixture
def other() -> Iterator[StubHub]:
    with stub_hub() as stub:
        yield stub


@pytest.fixture
def walked(provider: StubHub, tmp_path: Path) -> Walked:
    """Runs the suite with one journey of these steps, at the provider ``orders``."""

    def walk(*steps: dict[str, Any], seconds: float = 60.0, pacts: Sequence[Any] = (), **more: Any) -> SuiteRun:
        settings = {"journeys": {"life_cycles": False, "jobs": False, **more.pop("settings", {})}}
        target = {name: more.pop(name) for name in list(more) if name in Target.__dataclass_fields__}
        head = {"contracthub": "journey/1", "name": "an order is paid", "consumer": "web", "provider": "orders"}
        file = tmp_path / "orders.journey.json"
        file.write_text(json.dumps({**head, "steps": list(steps), **more}), encoding="utf-8")
        for number, pact in enumerate(pacts):
            (tmp_path / f"{number}.pact.json").write_text(json.dumps(pact), encoding="utf-8")
        openapi = tmp_path / "openapi.json"
        openapi.write_text(json.dumps(EMPTY), encoding="utf-8")
        return run(
            Target(
                provider="orders",
                **{
                    "base_url": provider.url,
                    "contracts": (str(file),),
                    "pacts": tuple(str(tmp_path / f"{number}.pact.json") for number in range(len(pacts))),
                    "settings": settings,
                    "request_timeout_ms": 2000,
                    "openapi": str(openapi),
                    **target,
                },
            ),
            Unwatched(),
            time.monotonic() + seconds,
        )

    return walk
