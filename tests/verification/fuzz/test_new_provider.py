"""A provider that the hub does not know yet has no pacts: that is no fault, and what was found of it is published."""

import json
from typing import Any

import pytest

from contracthub.cli.main import run
from tests.conftest import LiveHub
from tests.verification.fuzz.conftest import Orders, Start, operation

HEALTH: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "newcomer", "version": "1"},
    "paths": {"/health": {"get": operation({"type": "object"})}},
}
NONE = "The hub has no pacts for newcomer that are selected here."


class Well(Orders):
    """/health is well, and all that there is."""

    def get(self) -> None:
        if self.path == "/openapi.json":
            self.answer(200, HEALTH)
        elif self.path.partition("?")[0] == "/health":
            self.answer(200, {"status": "ok"})
        else:
            self.answer(404, {})


def verified(start: Start, hub: LiveHub, *words: str) -> int:
    asked = ["verify", "provider", "newcomer", "--provider-base-url", start(Well), "-b", hub.url, "-e", "1"]
    return run([*asked, "--provider-branch", "main", "--fuzz-seconds", "3", *words])


def kept(hub: LiveHub) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = hub.get("/api/v1/providers/newcomer/versions/1/evidence").json()["evidence"]
    return found


@pytest.mark.parametrize("suite", ["fuzz", "all"])
def test_what_was_found_of_it_is_published(
    live_hub: LiveHub, start: Start, capsys: pytest.CaptureFixture[str], suite: str
) -> None:
    code = verified(start, live_hub, "--suite", suite, "--publish")
    said = capsys.readouterr().out
    assert (code, NONE in said, "is published" in said) == (0, True, True), said
    assert [each["outcome"] for each in kept(live_hub)] == ["verified"]


@pytest.mark.parametrize("words", [(), ("--publish",), ("--workers", "3")])
def test_to_replay_nothing_is_no_success(
    live_hub: LiveHub, start: Start, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    code = verified(start, live_hub, "--suite", "contracts", *words)
    said = capsys.readouterr()
    assert (code, NONE in said.out + said.err, "Nothing was verified" in said.out) == (3, True, True)


@pytest.mark.parametrize("suite", ["fuzz", "graphql", "contracts"])
def test_a_hub_that_can_not_say_is_another_matter(
    live_hub: LiveHub, start: Start, capsys: pytest.CaptureFixture[str], suite: str
) -> None:
    """A selector that the hub refuses: nobody knows whether there are pacts."""
    assert run(["create-or-update-pacticipant", "--name", "newcomer", "-b", live_hub.url]) == 0
    wrong = json.dumps({"latest": False})
    code = verified(start, live_hub, "--suite", suite, "--consumer-version-selector", wrong)
    said = capsys.readouterr()
    assert (code, NONE in said.out + said.err) == (3, False), said


def test_no_suite_talks_to_anybody_else(
    live_hub: LiveHub, start: Start, proxied: list[bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    """The libraries' telemetry is off, and none of them fetches anything."""
    code = verified(start, live_hub, "--suite", "all", "--publish")
    assert (code, proxied) == (0, []), capsys.readouterr().out
