"""What is replayed is told by the provider's operations: coverage has a row per operation, and none per value."""

import json
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from contracthub.cli.main import run
from contracthub.domain.verification_runs import RunReport, run_from_json
from tests.cli.stub_hub import serving
from tests.verification.conftest import Provider, interaction

FINE = {"get": {"responses": {"200": {"description": "fine"}}}}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "orders", "version": "1"},
    "paths": {"/orders/{id}": FINE, "/orders/mine": FINE},
}


class Serving(Provider):
    """The same service with a document of itself."""

    def do_GET(self) -> None:  # noqa: N802 - the name is the library's
        if self.path == "/openapi.json":
            self._answer(200, DOCUMENT)
        else:
            super().do_GET()


@pytest.fixture
def ran(pact_file: Callable[..., str], tmp_path: Path) -> Callable[..., RunReport]:
    paths = ("/orders/1", "/orders/2", "/orders/mine", "/elsewhere/3")
    file = pact_file(*(interaction(f"get {path}", path) for path in paths))
    evidence = tmp_path / "evidence.json"

    def verified(provider: type[Provider], *arguments: str) -> RunReport:
        with ExitStack() as stack:
            url = stack.enter_context(serving(type("Recording", (provider,), {"seen": []})))
            given = ("--provider-base-url", url, "--pact", file, "--evidence", str(evidence), *arguments)
            assert run(["verify", "provider", "orders", *given]) == 0
        return run_from_json(evidence.read_bytes())

    return verified


FOLDED = {"GET /orders/{id}", "GET /orders/mine", "GET /elsewhere/3"}


def test_values_in_paths_are_folded_into_the_operation_that_the_provider_serves(ran: Callable[..., RunReport]) -> None:
    report = ran(Serving)
    assert {check.operation for check in report.checks} == FOLDED
    (suite,) = report.suites
    assert set(suite.exercised) == set(suite.latencies) == FOLDED
    assert len(suite.latencies["GET /orders/{id}"]) == 2


def test_the_document_may_be_a_file(ran: Callable[..., RunReport], tmp_path: Path) -> None:
    (tmp_path / "openapi.json").write_text(json.dumps(DOCUMENT), encoding="utf-8")
    assert {check.operation for check in ran(Provider, "--openapi", "openapi.json").checks} == FOLDED


def test_without_a_document_the_paths_are_told_as_they_are(ran: Callable[..., RunReport]) -> None:
    assert "GET /orders/1" in {check.operation for check in ran(Provider).checks}


def test_a_document_that_cannot_be_used_harms_no_replay(ran: Callable[..., RunReport], tmp_path: Path) -> None:
    (tmp_path / "openapi.json").write_text("{", encoding="utf-8")
    for place in ("openapi.json", "missing.json"):
        assert "GET /orders/1" in {check.operation for check in ran(Provider, "--openapi", place).checks}
