import json

import pytest

from tests.cli.conftest import Cli
from tests.cli.stub_hub import StubHub, matrix_answer

WEB = ("can-i-deploy", "-a", "web", "-e", "1.2.3")


def ask(cli: Cli, hub: StubHub, *arguments: str) -> list[tuple[str, str]]:
    hub.answer("GET", "/matrix", matrix_answer())
    assert cli("can-i-deploy", *arguments, "-b", hub.url).code == 0
    return hub.one("GET", "/matrix").query


@pytest.mark.parametrize(("deployable", "code"), [(True, 0), (False, 1), (None, 1)])
def test_only_a_yes_exits_with_success(cli: Cli, hub: StubHub, deployable: bool | None, code: int) -> None:
    hub.answer("GET", "/matrix", matrix_answer(deployable))
    assert cli(*WEB, "--to-environment", "production", "-b", hub.url).code == code


@pytest.mark.parametrize("word", ["true", 1, "yes", [], {}])
def test_a_deployable_that_is_no_boolean_is_not_a_yes(cli: Cli, hub: StubHub, word: object) -> None:
    answer = matrix_answer() | {"summary": {"deployable": word}}
    hub.answer("GET", "/matrix", answer)
    assert cli(*WEB, "-b", hub.url).code == 1


def test_a_decision_that_says_no_outweighs_a_summary_that_says_yes(cli: Cli, hub: StubHub) -> None:
    hub.answer("GET", "/matrix", matrix_answer(decision={"deployable": False, "verdicts": [], "blocking": []}))
    assert cli(*WEB, "-b", hub.url).code == 1


def test_asks_as_the_pact_broker_client_does(cli: Cli, hub: StubHub) -> None:
    query = ask(cli, hub, "-a", "web", "-e", "1.2.3", "--to-environment", "production")
    assert query == [
        ("q[][pacticipant]", "web"),
        ("q[][version]", "1.2.3"),
        ("latestby", "cvpv"),
        ("environment", "production"),
    ]


def test_each_detail_belongs_to_the_pacticipant_before_it(cli: Cli, hub: StubHub) -> None:
    query = ask(
        cli, hub, "-a", "a", "-e", "1", "-a", "b", "--latest", "-a", "c", "-l", "prod", "-a", "d", "--branch", "x",
        "--pacticipant=e", "--main-branch", "-a", "f", "--tag", "t", "-a", "g",
    )  # fmt: skip
    assert query[:-1] == [
        ("q[][pacticipant]", "a"),
        ("q[][version]", "1"),
        ("q[][pacticipant]", "b"),
        ("q[][latest]", "true"),
        ("q[][pacticipant]", "c"),
        ("q[][tag]", "prod"),
        ("q[][latest]", "true"),
        ("q[][pacticipant]", "d"),
        ("q[][branch]", "x"),
        ("q[][latest]", "true"),
        ("q[][pacticipant]", "e"),
        ("q[][mainBranch]", "true"),
        ("q[][latest]", "true"),
        ("q[][pacticipant]", "f"),
        ("q[][tag]", "t"),
        ("q[][pacticipant]", "g"),
    ]


def test_a_version_after_ignore_belongs_to_what_is_ignored(
    cli: Cli, hub: StubHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PACT_BROKER_CAN_I_DEPLOY_IGNORE", "search, ads")
    query = ask(cli, hub, "--ignore", "mail", "-e", "2", "-a", "web", "-e", "1", "--to", "prod", "--ignore", "chat")
    assert query == [
        ("q[][pacticipant]", "web"),
        ("q[][version]", "1"),
        ("latestby", "cvp"),
        ("tag", "prod"),
        ("latest", "true"),
        ("ignore[][pacticipant]", "mail"),
        ("ignore[][version]", "2"),
        ("ignore[][pacticipant]", "chat"),
        ("ignore[][pacticipant]", "search"),
        ("ignore[][pacticipant]", "ads"),
    ]


@pytest.mark.parametrize(
    "arguments",
    [
        ["-e", "1", "-a", "web"],
        ["-a", "web", "-e", "1", "-v"],
        ["--log-level", "debug", "-a", "web", "-e", "1", "--ssl-trust-store", "true"],
    ],
)
def test_what_the_pact_broker_command_line_takes_is_taken(cli: Cli, hub: StubHub, arguments: list[str]) -> None:
    assert ask(cli, hub, *arguments)[:2] == [("q[][pacticipant]", "web"), ("q[][version]", "1")]


@pytest.mark.parametrize("arguments", [["--branch", "b", "--latest"], ["-l", "--branch", "b"]])
def test_latest_beside_a_branch_says_nothing_new(cli: Cli, hub: StubHub, arguments: list[str]) -> None:
    assert ask(cli, hub, "-a", "web", *arguments) == ask_again(cli, hub, "-a", "web", "--branch", "b")


def test_an_address_without_a_hub_is_no_answer(cli: Cli, hub: StubHub) -> None:
    ran = cli(*WEB, "-b", hub.url + "/elsewhere")
    assert (ran.code, "There is no hub at" in ran.err) == (3, True)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["-e", "1", "-a", "web", "-a", "orders", "-e", "2"],
        ["-e", "1", "--ignore", "mail", "-a", "web"],
        ["-e", "1", "-a", "web", "--latest"],
        ["-a", "web", "--branch", "b", "--latest", "prod"],
        ["-a", "web", "-e", "1", "-e", "2"],
        ["-a", "web", "-e", "1", "--latest"],
        ["-a", "web", "--ignore", "x", "--branch", "b"],
        ["-a", " "],
        ["-a", "web", "-e", ""],
        ["-a", "web", "-e", "1", "--to", "t", "--to-environment", "e"],
        ["-a", "web", "--limit", "0"],
    ],
)
def test_a_question_without_sense_is_a_usage_error(cli: Cli, hub: StubHub, arguments: list[str]) -> None:
    assert cli("can-i-deploy", *arguments, "-b", hub.url).code == 2
    assert hub.asked == []


def test_shows_each_verdict_the_reason_and_the_command_that_clears_the_way(cli: Cli, hub: StubHub) -> None:
    verdict = {
        "consumer": {"name": "web", "version": "1.2.3"},
        "provider": {"name": "orders", "version": None},
        "verdict": "NEVER_VERIFIED",
        "fact": "No version of orders ever verified the pact of web 1.2.3.",
        "remedy": {"text": "Verify it.", "command": "contracthub verify provider orders"},
    }
    good = verdict | {"provider": {"name": "billing", "version": "7"}, "verdict": "VERIFIED", "remedy": None}
    decision = {"deployable": None, "verdicts": [good, verdict], "blocking": [1]}
    hub.answer("GET", "/matrix", matrix_answer(None, decision=decision))
    out = cli(*WEB, "--to-environment", "production", "-b", hub.url).out
    assert out.splitlines() == [
        "CONSUMER  C.VERSION  PROVIDER  P.VERSION  SUCCESS?  RESULT#  VERDICT",
        "web       1.2.3      billing   7          true      -        VERIFIED",
        "web       1.2.3      orders    -          -         -        NEVER VERIFIED",
        "",
        "Unknown: nobody knows yet whether web 1.2.3 can be deployed to production, so it must not be.",
        "  There is no verified pact between web and orders",
        "",
        "What blocks:",
        "  1. No version of orders ever verified the pact of web 1.2.3.",
        "     Verify it.",
        "       $ contracthub verify provider orders",
    ]


def test_a_plain_pact_broker_gets_verdicts_and_remedies_too(cli: Cli, hub: StubHub) -> None:
    hub.answer("GET", "/matrix", matrix_answer(False))
    out = cli(*WEB, "-b", hub.url).out
    assert "FAILED" in out
    assert "$ contracthub verify provider orders --provider-base-url URL --provider-version 2.0.0 --publish" in out


def test_json_is_the_answer_of_the_hub_and_nothing_else(cli: Cli, hub: StubHub) -> None:
    hub.answer("GET", "/matrix", matrix_answer(False))
    ran = cli(*WEB, "-o", "json", "-b", hub.url)
    assert (ran.code, json.loads(ran.out)) == (1, matrix_answer(False))


def test_markdown_is_a_table(cli: Cli, hub: StubHub) -> None:
    hub.answer("GET", "/matrix", matrix_answer(True))
    out = cli(*WEB, "-o", "markdown", "-b", hub.url).out
    assert "| web | 1.2.3 | orders | 2.0.0 | true | - | VERIFIED |" in out


def test_asks_again_while_results_are_missing(cli: Cli, hub: StubHub) -> None:
    hub.answer("GET", "/matrix", matrix_answer(None, unknown=1))
    hub.answer("GET", "/matrix", matrix_answer(True))
    ran = cli(*WEB, "--retry-while-unknown", "5", "--retry-interval", "0", "-b", hub.url)
    assert (ran.code, len(hub.asked)) == (0, 2)


def test_gives_up_asking_again(cli: Cli, hub: StubHub) -> None:
    hub.answer("GET", "/matrix", matrix_answer(None, unknown=1))
    ran = cli(*WEB, "--retry-while-unknown", "2", "--retry-interval", "0", "-b", hub.url)
    assert (ran.code, len(hub.asked)) == (1, 3)


def test_a_dry_run_shows_the_no_and_exits_with_success(cli: Cli, hub: StubHub) -> None:
    hub.answer("GET", "/matrix", matrix_answer(False))
    ran = cli(*WEB, "--dry-run", "-b", hub.url)
    assert (ran.code, "No: web 1.2.3" in ran.out) == (0, True)


def test_a_dry_run_survives_a_hub_that_is_away(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PACT_BROKER_CAN_I_DEPLOY_DRY_RUN", "true")
    ran = cli(*WEB, "-b", "http://127.0.0.1:1", "--retries", "0")
    assert (ran.code, "Could not reach" in ran.err) == (0, True)


@pytest.mark.parametrize(
    ("status", "code"), [(400, 1), (404, 1), (401, 3), (403, 3), (429, 3), (500, 3), (503, 3), (304, 0)]
)
def test_a_refusal_is_no_but_a_failure_is_unknown(cli: Cli, hub: StubHub, status: int, code: int) -> None:
    hub.answer("GET", "/matrix", {"errors": ["Pacticipant web not found"]}, status=status)
    ran = cli(*WEB, "--retries", "0", "-b", hub.url)
    expected = 3 if status == 304 else code
    assert (ran.code, ran.out) == (expected, "")


@pytest.mark.parametrize("body", [b"<html>login</html>", b"[1]", b"", b'{"summary": 1}', b"[" * 100_000, b"\xff\xfe"])
def test_an_answer_that_is_none_is_unknown(cli: Cli, hub: StubHub, body: bytes) -> None:
    hub.answer("GET", "/matrix", body)
    ran = cli(*WEB, "-b", hub.url)
    assert (ran.code, ran.err.startswith("Error: ")) == (3, True)
    assert "Traceback" not in ran.err


def test_a_hostile_answer_can_not_steer_the_terminal(cli: Cli, hub: StubHub) -> None:
    hub.answer("GET", "/matrix", matrix_answer(False, consumer="w\x1b]0;owned\x07eb\u202e"))
    for output in ("table", "markdown", "json"):
        ran = cli(*WEB, "-o", output, "-b", hub.url)
        assert not {"\x1b", "\x07", "\u202e"} & set(ran.out + ran.err)


def test_detects_the_version_only_when_asked_to(cli: Cli, hub: StubHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITLAB_CI", "true")
    monkeypatch.setenv("CI_COMMIT_SHA", "abc123")
    assert ("q[][version]", "abc123") in ask(cli, hub, "-a", "web", "-r")
    assert ("q[][version]", "abc123") not in ask_again(cli, hub, "-a", "web")


def ask_again(cli: Cli, hub: StubHub, *arguments: str) -> list[tuple[str, str]]:
    hub.asked.clear()
    return ask(cli, hub, *arguments)


def compared(verdict: str, *, success: bool | None = True) -> dict[str, object]:
    """A verdict that rests on a comparison."""
    checked = {"kind": "fuzzed", "at": "2026-11-01T10:00:00+00:00", "success": True, "by": "schemathesis"}
    evidence = {
        "kind": "compared",
        "success": success,
        "comparedAt": "2026-11-20T10:00:00+00:00",
        "documents": ["openapi"],
        "checked": checked,
        "_links": {"self": {"href": "http://hub.test/comparison"}},
    }
    sides = {"consumer": {"name": "web", "version": "1.2.3"}, "provider": {"name": "api", "version": "9"}}
    return {**sides, "kind": "pact", "verdict": verdict, "fact": "Why.", "evidence": evidence}


@pytest.mark.parametrize(
    ("verdict", "success", "shown"),
    [
        ("COMPATIBLE", True, "true"),
        ("INCOMPATIBLE", False, "false"),
        ("STALE", True, "-"),
        ("NEVER_VERIFIED", True, "-"),
        ("UNANSWERABLE", None, "-"),
        ("WAIVED", False, "false"),
    ],
)
def test_a_comparison_is_shown_as_what_it_counts_for(
    cli: Cli, hub: StubHub, verdict: str, success: bool | None, shown: str
) -> None:
    decision = {"deployable": None, "verdicts": [compared(verdict, success=success)], "blocking": [0]}
    hub.answer("GET", "/matrix", matrix_answer(None, decision=decision))
    ran = cli(*WEB, "--to-environment", "production", "-b", hub.url)
    (row,) = [line.split() for line in ran.out.splitlines() if line.startswith("web ")]
    assert row == ["web", "1.2.3", "api", "9", shown, "-", *verdict.split("_")]


def test_a_comparison_is_explained_with_the_last_live_check(cli: Cli, hub: StubHub) -> None:
    decision = {"deployable": True, "verdicts": [compared("COMPATIBLE")], "blocking": []}
    hub.answer("GET", "/matrix", matrix_answer(decision=decision))
    ran = cli(*WEB, "--to-environment", "production", "--explain", "-b", hub.url)
    assert (
        "  Evidence: compared 2026-11-20T10:00:00+00:00: openapi, not what api 9 does; fuzzed "
        "2026-11-01T10:00:00+00:00, without faults.\n    http://hub.test/comparison\n"
    ) in ran.out
