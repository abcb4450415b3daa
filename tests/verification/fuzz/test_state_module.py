"""What consumers send starts from states that a module of the provider's brings about."""

import json
import time
from pathlib import Path

import pytest

from contracthub.domain.verification_runs import SuiteRun
from contracthub.verification.fuzz import suite
from contracthub.verification.suites import Target, Unwatched
from tests.verification.conftest import interaction, pact
from tests.verification.fuzz.conftest import Orders, Start

MODULE = """
import urllib.request

def the_order_is_there(action):
    method = {"setup": "PUT", "teardown": "DELETE"}[action]
    urllib.request.urlopen(urllib.request.Request("URL/state", b"{}", method=method)).close()

STATES = {"the order is there": the_order_is_there}
"""


@pytest.fixture
def changes() -> list[str]:
    return []


@pytest.fixture
def forgetful(start: Start, changes: list[str]) -> str:
    class Forgetful(Orders):
        """Has an order while the state says so."""

        def other(self, method: str) -> None:
            if self.path == "/state":
                changes.append(method)
                self.answer(200, {})
            else:
                super().other(method)

        def do_PUT(self) -> None:  # noqa: N802 (the library's name)
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.other("PUT")

        def get(self) -> None:
            if self.path.startswith("/orders/") and changes[-1:] != ["PUT"]:
                self.answer(404, {})
            else:
                super().get()

    return start(Forgetful)


def fuzzed(url: str, tmp_path: Path, module: str) -> SuiteRun:
    file = tmp_path / "pact.json"
    sent = interaction("an order", "/orders/7", state="the order is there")
    file.write_text(json.dumps(pact(sent, consumer="shop")), encoding="utf-8")
    path = tmp_path / "its_states.py"
    path.write_text(module.replace("URL", url), encoding="utf-8")
    target = Target(
        provider="orders",
        base_url=url,
        pacts=(str(file),),
        state_module=str(path),
        fuzz_seconds=10,
        seed=1,
        settings={"fuzz": {"phases": []}},
    )
    return suite.run(target, Unwatched(), time.monotonic() + 60)


def test_a_module_sets_up_what_consumers_requests_start_from(
    forgetful: str, changes: list[str], tmp_path: Path
) -> None:
    found = fuzzed(forgetful, tmp_path, MODULE)
    assert (changes[:1], changes[-1:]) == (["PUT"], ["DELETE"])
    assert 200 in found.exercised["GET /orders/{id}"]
    assert found.problems == ()


def test_a_module_that_can_not_be_loaded_is_a_problem_of_the_run(forgetful: str, tmp_path: Path) -> None:
    found = fuzzed(forgetful, tmp_path, "raise RuntimeError('no')")
    assert len(found.problems) == 1
    assert found.problems[0].startswith("--state-module: ")
    assert "GET /orders/{id}" in found.exercised
