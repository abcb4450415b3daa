import json

import pytest

from tests.cli.conftest import Cli
from tests.cli.stub_hub import StubHub, matrix_answer

ASK = ("can-i-merge", "-a", "web", "-e", "1.2.3")


@pytest.mark.parametrize(
    ("deployable", "code", "sentence"),
    [
        (True, 0, "Yes: web 1.2.3 can be merged."),
        (False, 1, "No: web 1.2.3 must not be merged."),
        (None, 1, "Unknown: nobody knows yet whether web 1.2.3 can be merged, so it must not be."),
    ],
)
def test_the_exit_code_is_the_answer(cli: Cli, hub: StubHub, deployable: bool | None, code: int, sentence: str) -> None:
    hub.answer("GET", "/matrix", matrix_answer(deployable))
    ran = cli(*ASK, "-b", hub.url)
    assert (ran.code, sentence in ran.out.splitlines()) == (code, True), ran
    ran = cli(*ASK, "-o", "json", "-b", hub.url)
    assert (ran.code, json.loads(ran.out)["summary"]["deployable"]) == (code, deployable)


def test_the_question_is_about_the_main_branches(cli: Cli, hub: StubHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PACT_BROKER_CAN_I_MERGE_IGNORE", "mail, old")
    hub.answer("GET", "/matrix", matrix_answer())
    assert cli(*ASK, "--ignore", "one", "-b", hub.url).code == 0
    assert hub.one("GET", "/matrix").query == [
        ("q[][pacticipant]", "web"),
        ("q[][version]", "1.2.3"),
        ("latestby", "cvp"),
        ("mainBranch", "true"),
        ("latest", "true"),
        ("ignore[][pacticipant]", "one"),
        ("ignore[][pacticipant]", "mail"),
        ("ignore[][pacticipant]", "old"),
    ]


def test_it_waits_for_results(cli: Cli, hub: StubHub) -> None:
    hub.answer("GET", "/matrix", matrix_answer(None, unknown=1))
    hub.answer("GET", "/matrix", matrix_answer())
    ran = cli(*ASK, "--retry-while-unknown", "3", "--retry-interval", "0", "-b", hub.url)
    assert (ran.code, "asking again in 0 s (3 tries left)" in ran.err) == (0, True)


@pytest.mark.parametrize("interval", ["nan", "inf", "-1", "1e9", "soon"])
def test_an_interval_that_is_no_time_is_a_usage_error(cli: Cli, hub: StubHub, interval: str) -> None:
    ran = cli(*ASK, "--retry-while-unknown", "1", "--retry-interval", interval, "-b", hub.url)
    assert (ran.code, hub.asked) == (2, [])
    assert cli(*ASK, "--hub-timeout", interval, "-b", hub.url).code == 2


@pytest.mark.parametrize(
    "variable",
    ["CONTRACTHUB_CAN_I_MERGE_DRY_RUN", "PACT_BROKER_CAN_I_MERGE_DRY_RUN", "PACT_BROKER_CAN_I_DEPLOY_DRY_RUN"],
)
def test_a_dry_run_succeeds_whatever_the_answer(
    cli: Cli, hub: StubHub, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "true")
    hub.answer("GET", "/matrix", matrix_answer(False))
    hub.answer("GET", "/matrix", {}, status=500)
    assert cli(*ASK, "-b", hub.url).code == 0
    ran = cli(*ASK, "--retries", "0", "-b", hub.url)
    assert (ran.code, "[dry-run] The hub failed (500)" in ran.err) == (0, True)


def test_a_hub_that_does_not_know_is_no_answer(cli: Cli, hub: StubHub) -> None:
    hub.answer("GET", "/matrix", {}, status=500)
    assert cli(*ASK, "--retries", "0", "-b", hub.url).code == 3
    assert cli("can-i-merge", "-b", hub.url).code == 2


@pytest.mark.parametrize(("deployable", "code"), [(True, 1), (False, 1), (None, 0)])
def test_a_verification_is_required_where_no_result_is_known(
    cli: Cli, hub: StubHub, deployable: bool | None, code: int
) -> None:
    hub.answer("GET", "/matrix", matrix_answer(deployable))
    ran = cli("verification-required", "-a", "web", "-e", "1", "-a", "orders", "-e", "2", "-b", hub.url)
    assert (ran.code, ran.out.splitlines()[-1]) == (
        code,
        "No verification is required." if code else "Verification is required.",
    )
    ran = cli("verification-required", "-a", "web", "-e", "1", "-o", "json", "-b", hub.url)
    assert (ran.code, json.loads(ran.out)["summary"]["deployable"]) == (code, deployable)
