"""`contracthub comment` against stand-ins of both forges: what it posts, what it says when it may not, how it ends."""

import io
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from contracthub.cli.comment_posting import MOST_COMMENTS
from tests.cli.conftest import Cli, Ran
from tests.forges import stand_in
from tests.forges.stand_in import STRANGER, TOKEN, Fault, Forge

HEAD = "c0ffee" * 6 + "beef"
Run = Callable[..., Ran]


@pytest.fixture(autouse=True)
def _no_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GITHUB_TOKEN", "GITLAB_TOKEN", "GITHUB_EVENT_PATH", "GITHUB_REPOSITORY", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def github() -> Iterator[Forge]:
    with stand_in.github() as forge:
        yield forge


@pytest.fixture
def gitlab() -> Iterator[Forge]:
    with stand_in.gitlab() as forge:
        yield forge


@pytest.fixture
def on_github(github: Forge, cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs the command as a job of GitHub Actions would, on Enterprise for the sake of the address."""
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"pull_request": {"number": 7, "head": {"sha": HEAD}}}), encoding="utf-8")
    for name, value in {
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_PATH": str(event),
        "GITHUB_REPOSITORY": "acme/shop",
        "GITHUB_API_URL": github.url,
        "GITHUB_TOKEN": TOKEN,
        "GITHUB_SHA": "dead" * 10,
        "GITHUB_SERVER_URL": "https://github.example",
        "GITHUB_RUN_ID": "12",
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
    }.items():
        monkeypatch.setenv(name, value)
    return lambda *arguments: cli("comment", *arguments)


@pytest.fixture
def on_gitlab(gitlab: Forge, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command as a job of GitLab CI would."""
    for name, value in {
        "GITLAB_CI": "true",
        "CI_PROJECT_ID": "acme/shop",
        "CI_MERGE_REQUEST_IID": "7",
        "CI_API_V4_URL": gitlab.url,
        "CI_COMMIT_SHA": HEAD,
        "CI_JOB_URL": "https://gitlab.example/acme/shop/-/jobs/3",
        "CI_JOB_TOKEN": "a-token-of-the-job",
        "GITLAB_TOKEN": TOKEN,
    }.items():
        monkeypatch.setenv(name, value)
    return lambda *arguments: cli("comment", *arguments)


def change(severity: str = "breaking", **more: Any) -> dict[str, Any]:
    return {
        "id": "response-required-property-removed",
        "severity": severity,
        "message": "schema Order.total: A promised property went.",
        "location": "schema Order.total",
        "fingerprint": "00ff" * 8,
        "operations": ["GET /orders"],
        "consumers": [],
        **more,
    }


def document(name: str, *changes: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"document": name, "format": "openapi", "old": f"git:abc:{name}", "new": name, "changes": changes, **more}


def written(folder: Path, *documents: dict[str, Any], name: str = "diff.json", **more: Any) -> str:
    file = folder / name
    body = documents[0] if len(documents) == 1 else {"documents": documents}
    file.write_text(json.dumps({**body, **more}), encoding="utf-8")
    return str(file)


HIT = {
    "name": "web",
    "version": "3",
    "environment": "production",
    "where": "GET /orders/7 body $.total",
    "breaks": True,
}
AGAINST = {"provider": "shop", "environments": ["production"], "judged": ["web 3"], "unknown": []}


def test_a_pull_request_is_told_once_then_kept_up_to_date(on_github: Run, github: Forge, tmp_path: Path) -> None:
    told = written(tmp_path, document("api.yaml", change(consumers=[HIT]), change("safe")), against=AGAINST)
    ran = on_github("--from", told, "--status")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == f"api.yaml: created {github.comments[0]['html_url']}\n"
    (body,) = github.bodies
    assert "## 🔴 `api.yaml`: 1 breaking, 0 dangerous, 1 safe" in body
    assert "**Breaks `web` `3` in `production`.**" in body
    assert "contracthub approve shop " + "00ff" * 8 in body
    assert "[The whole report](https://github.example/acme/shop/actions/runs/12)" in body

    assert on_github("--from", told).out.startswith("api.yaml: unchanged")
    ran = on_github("--from", written(tmp_path, document("api.yaml")), "--status", "-o", "json")
    assert json.loads(ran.out) == [{"document": "api.yaml", "done": "resolved", "url": github.comments[0]["html_url"]}]
    (body,) = github.bodies
    assert "## ✅ `api.yaml`: resolved" in body
    assert [(each["sha"], each["state"], each["description"]) for each in github.statuses] == [
        (HEAD, "failure", "1 breaking, 0 dangerous in 1 document; breaks web"),
        (HEAD, "success", "0 breaking, 0 dangerous in 1 document"),
    ]


def test_a_merge_request_is_told_once_then_kept_up_to_date(on_gitlab: Run, gitlab: Forge, tmp_path: Path) -> None:
    ran = on_gitlab("--from", written(tmp_path, document("api.yaml", change())), "--status")
    assert (ran.code, ran.err) == (0, "")
    assert on_gitlab("--from", written(tmp_path, document("api.yaml"))).out.startswith("api.yaml: resolved")
    assert len(gitlab.bodies) == 1
    assert gitlab.statuses[0]["state"] == "failed"
    assert gitlab.statuses[0]["target_url"] == "https://gitlab.example/acme/shop/-/jobs/3"


def test_each_document_and_each_hub_has_a_comment_of_its_own(on_github: Run, github: Forge, tmp_path: Path) -> None:
    first = written(tmp_path, document("a.yaml", change()), document("b.yaml", change()), document("c.yaml"))
    second = written(tmp_path, document("d.yaml", change()), name="second.json")
    on_github("--from", first, "--from", second)
    assert len(github.bodies) == 3
    on_github("--from", first, "--from", second, "--hub-url", "https://our-hub.example/")
    assert len(github.bodies) == 6
    assert on_github("--from", first, "--hub-url", "https://our-hub.example").out.count("unchanged") == 2
    assert "our-hub" not in "".join(github.bodies)


def test_what_somebody_else_wrote_is_left_alone(on_github: Run, github: Forge, tmp_path: Path) -> None:
    told = written(tmp_path, document("api.yaml", change()))
    on_github("--from", told)
    forged = github.says(github.bodies[0], by=STRANGER)
    github.comments.remove(forged)
    github.comments.insert(0, forged)
    body = forged["body"]
    on_github("--from", written(tmp_path, document("api.yaml")))
    assert forged["body"] == body
    assert "resolved" in github.bodies[0]


def test_a_comment_about_what_is_no_longer_compared_is_resolved_in_its_group_alone(
    on_github: Run, github: Forge, tmp_path: Path
) -> None:
    first = written(tmp_path, document("a: b.yaml", change()), document("c.yaml", change()))
    on_github("--from", first, "--group", "one")
    on_github("--from", written(tmp_path, document("d.yaml", change()), name="d.json"), "--group", "two")
    ours = github.bodies[0].splitlines()[0]
    forged = github.says(f"{ours[:22]}{'f' * 32}{ours[54:]}\n## 🔴 `x`: 1 breaking", by=STRANGER)
    second = written(tmp_path, document("c.yaml", change()), name="c.json")
    assert on_github("--from", second).out.count("\n") == 1
    ran = on_github("--from", second, "--group", "one")
    assert ran.out.splitlines()[1].startswith("no longer compared: resolved https://")
    assert "## ✅ `a: b.yaml`: resolved\n\nThis document is no longer among" in github.bodies[0]
    assert [body.splitlines()[1][:13] for body in github.bodies[1:]] == ["## 🔴 `c.yaml`", "## 🔴 `d.yaml`"]
    assert "resolved" not in forged["body"]
    assert on_github("--from", second, "--group", "one").out.count("\n") == 1
    assert json.loads(on_github("--from", first, "--group", "one", "-o", "json").out)[0]["done"] == "updated"


def test_approved_changes_fail_no_status(on_github: Run, github: Forge, tmp_path: Path) -> None:
    approved = change(approved={"by": "ann", "reason": "web 4 is out", "until": "2099-01-01"}, consumers=[HIT])
    on_github("--from", written(tmp_path, document("api.yaml", approved), against=AGAINST), "--status")
    assert "approved by ann until 2099-01-01: web 4 is out" in github.bodies[0]
    assert github.statuses[0]["state"] == "success"


@pytest.mark.parametrize(
    ("changes", "options", "state"),
    [
        ([change("dangerous")], (), "success"),
        ([change("dangerous")], ("--fail-on", "dangerous"), "failure"),
        ([change()], ("--fail-on", "never"), "success"),
        ([change()], ("--fail-on", "consumers"), "success"),
        ([change("safe", consumers=[HIT])], ("--fail-on", "consumers"), "failure"),
        ([], ("--diff-exit-code", "1"), "failure"),
        ([change()], ("--diff-exit-code", "0"), "success"),
        ([change()], ("--diff-exit-code", "3"), "error"),
    ],
)
def test_the_status_says_what_the_comparison_ended_with(
    on_github: Run, github: Forge, tmp_path: Path, changes: list[Any], options: tuple[str, ...], state: str
) -> None:
    ran = on_github("--from", written(tmp_path, document("api.yaml", *changes)), "--only-status", *options)
    assert ran.code == 0
    assert github.statuses[0]["state"] == state
    assert github.statuses[0]["context"] == "contracthub/diff"
    assert github.bodies == []


def test_what_was_not_compared_is_an_error_not_a_success(on_github: Run, github: Forge, tmp_path: Path) -> None:
    on_github("--from", written(tmp_path, document("api.yaml", gaps=["line 3: no YAML"])), "--status")
    assert github.statuses[0]["state"] == "error"
    assert "Not compared: line 3: no YAML" in github.bodies[0]


def test_the_sentence_of_a_status_has_room(on_github: Run, github: Forge, tmp_path: Path) -> None:
    hits = [{**HIT, "name": f"a-consumer-with-quite-a-name-{number}"} for number in range(30)]
    on_github("--from", written(tmp_path, document("api.yaml", change(consumers=hits)), against=AGAINST), "--status")
    assert len(github.statuses[0]["description"]) == 140


def test_a_fork_that_may_not_comment_gets_the_summary(on_github: Run, github: Forge, tmp_path: Path) -> None:
    github.faults.append(Fault(403, "POST", "comments", body=b'{"message": "Resource not accessible by integration"}'))
    ran = on_github("--from", written(tmp_path, document("api.yaml", change())), "--status")
    assert ran.code == 0
    assert "it stands in the summary of the job instead" in ran.err
    assert "pull-requests: write" in ran.err
    assert "## 🔴 `api.yaml`" in (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert github.statuses == []


def test_without_a_summary_it_is_refused(
    on_github: Run, github: Forge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GITHUB_STEP_SUMMARY")
    github.faults.append(Fault(403, "POST", "comments"))
    ran = on_github("--from", written(tmp_path, document("api.yaml", change())))
    assert ran.code == 1
    assert "does not allow this with the token" in ran.err


@pytest.mark.parametrize(("status", "code"), [(401, 3), (404, 1), (422, 1)])
def test_how_it_ends_when_it_is_refused(on_github: Run, github: Forge, tmp_path: Path, status: int, code: int) -> None:
    github.faults.append(Fault(status, "POST", "comments"))
    ran = on_github("--from", written(tmp_path, document("api.yaml", change())))
    assert ran.code == code, ran
    assert "made up for a test" in ran.err
    assert TOKEN not in ran.err


def test_a_status_that_may_not_be_set_is_said_after_the_comment(on_github: Run, github: Forge, tmp_path: Path) -> None:
    github.faults.append(Fault(403, "POST", "statuses"))
    ran = on_github("--from", written(tmp_path, document("api.yaml", change())), "--status")
    assert ran.code == 1
    assert "The status was not set." in ran.err
    assert len(github.bodies) == 1


def test_nobody_there_is_no_answer(on_github: Run, tmp_path: Path) -> None:
    told = written(tmp_path, document("api.yaml", change()))
    ran = on_github("--from", told, "--api-url", "http://127.0.0.1:1", "--retries", "0")
    assert ran.code == 3
    assert "Could not reach" in ran.err


def test_so_many_documents_do_not_flood_a_pull_request(on_github: Run, github: Forge, tmp_path: Path) -> None:
    documents = [document(f"{number:03}.yaml", change()) for number in range(MOST_COMMENTS + 5)]
    ran = on_github("--from", written(tmp_path, *documents))
    assert ran.code == 0
    assert len(github.bodies) == MOST_COMMENTS
    assert "5 documents got no comment" in ran.err
    assert "`034.yaml`" in (tmp_path / "summary.md").read_text(encoding="utf-8")


def test_a_huge_comparison_is_taken_by_both(
    on_github: Run, github: Forge, gitlab: Forge, cli: Cli, tmp_path: Path
) -> None:
    changes = [
        change("safe" if number % 2 else "breaking", message=f"{'@ann <b> ' * 40}{number}") for number in range(9_000)
    ]
    told = written(tmp_path, document("api.yaml", *changes))
    assert on_github("--from", told).code == 0
    ran = cli(
        *("comment", "--gitlab", "--from", told, "--api-url", gitlab.url, "--project", "acme/shop"),
        *("--merge-request", "7", "--token", TOKEN),
    )
    assert ran.code == 0, ran
    assert 60_000 < len(github.bodies[0]) <= 65_536
    assert 900_000 < len(gitlab.bodies[0]) <= 1_000_000
    assert "and 4500 safe changes are left out here" in github.bodies[0]


def test_the_comparison_may_come_through_a_pipe(
    on_github: Run, github: Forge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = Path(written(tmp_path, document("api.yaml", change()))).read_bytes()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(body)))
    assert on_github().code == 0
    assert len(github.bodies) == 1


def test_a_dry_run_sends_nothing(on_github: Run, github: Forge, cli: Cli, tmp_path: Path) -> None:
    told = written(tmp_path, document("api.yaml", change()), document("b.yaml"))
    ran = on_github("--from", told, "--dry-run", "--provider", "shop")
    assert ran.code == 0
    assert "Would post on acme/shop 7 about api.yaml:" in ran.out
    assert "contracthub approve shop" in ran.out
    assert "Status contracthub/diff: failure, 1 breaking, 0 dangerous in 2 documents" in ran.out
    shown = json.loads(on_github("--from", told, "--dry-run", "-o", "json").out)
    assert [(each["document"], each["clean"]) for each in shown["comments"]] == [("api.yaml", False), ("b.yaml", True)]
    assert github.asked == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", "is empty"),
        ("{", "is no output of"),
        ('{"documents": 3}', "/documents must be a list"),
        (json.dumps({"documents": [document("a"), document("a")]}), "a is told about twice"),
    ],
)
def test_what_is_no_comparison_is_refused(on_github: Run, github: Forge, tmp_path: Path, body: str, said: str) -> None:
    file = tmp_path / "x.json"
    file.write_text(body, encoding="utf-8")
    ran = on_github("--from", str(file))
    assert ran.code == 2
    assert said in ran.err
    assert github.asked == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Where to? Give --github or --gitlab."),
        (("--github",), "Which repository? Give --repository"),
        (("--github", "--repository", "a b"), "Which repository?"),
        (("--github", "--repository", "a/b"), "Which pull request? Give --pull-request"),
        (
            ("--github", "--repository", "a/b", "--pull-request", "1"),
            "There is no token. Give --token, or set GITHUB_TOKEN.",
        ),
        (("--github", "--project", "a/b"), "With --github, give --repository and --pull-request."),
        (("--gitlab", "--pull-request", "3"), "With --gitlab, give --project and --merge-request."),
        (("--gitlab",), "Which project? Give --project"),
        (("--gitlab", "--project", "1"), "Which merge request? Give --merge-request"),
        (("--github", "--repository", "a/b", "--pull-request", "1", "--commit", "x/../y"), "is no commit"),
        (("--github", "--repository", "a/b", "--pull-request", "1", "--token", "t", "--api-url", "ftp://x"), "http"),
    ],
)
def test_what_is_not_known_is_asked_for(cli: Cli, tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    ran = cli("comment", *arguments, "--from", written(tmp_path, document("api.yaml", change())))
    assert ran.code == 2, ran
    assert said in ran.err


def test_the_token_of_a_job_of_gitlab_is_not_tried(
    on_gitlab: Run, gitlab: Forge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GITLAB_TOKEN")
    ran = on_gitlab("--from", written(tmp_path, document("api.yaml", change())))
    assert ran.code == 2
    assert "GitLab lets no job token (CI_JOB_TOKEN) comment." in ran.err
    assert gitlab.asked == []


def test_the_merge_request_of_a_fork_is_in_the_project_that_it_goes_to(
    on_gitlab: Run, gitlab: Forge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI_PROJECT_ID", "fork/shop")
    monkeypatch.setenv("CI_MERGE_REQUEST_PROJECT_ID", "acme/shop")
    monkeypatch.setenv("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", "beef" * 10)
    ran = on_gitlab("--from", written(tmp_path, document("api.yaml", change())), "--status")
    assert len(gitlab.bodies) == 1
    # The stand-in knows only acme/shop.
    assert ran.code == 1
    assert ("POST", f"/projects/fork%2Fshop/statuses/{'beef' * 10}") in gitlab.writes


@pytest.mark.parametrize(
    ("event", "ref"),
    [
        ({"issue": {"number": 7, "pull_request": {}}}, "refs/heads/main"),
        ({}, "refs/pull/7/merge"),
    ],
)
def test_the_pull_request_is_known_from_other_events_too(
    on_github: Run, github: Forge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, event: object, ref: str
) -> None:
    (tmp_path / "event.json").write_text(json.dumps(event), encoding="utf-8")
    monkeypatch.setenv("GITHUB_REF", ref)
    assert on_github("--from", written(tmp_path, document("api.yaml", change()))).code == 0
    assert len(github.bodies) == 1
