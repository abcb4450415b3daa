"""The GitHub Action, run step by step as a runner does: with git, a served hub of the fleet, a stand-in of GitHub."""

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contracthub.cli.main import run as contracthub
from scripts import pull_request_action
from tests.conftest import LiveHub
from tests.forges.stand_in import TOKEN, Fault, Forge
from tests.pull_requests.repositories import ROOT, Repository, clone, without
from tests.pull_requests.runner import ACTION, Job

Make = Callable[..., Job]


@pytest.fixture
def job(repo: Repository, github: Forge, tmp_path: Path) -> Make:
    """A job on the pull request of the branch feature, as actions/checkout with fetch-depth 0 leaves it."""

    def made(*options: str, **variables: str) -> Job:
        head = repo.git("rev-parse", "feature")
        workspace = tmp_path / f"workspace{len(list(tmp_path.iterdir()))}"
        clone(repo, workspace, "--branch=feature", *options)
        temp = tmp_path / f"{workspace.name}-temp"
        home = pull_request_action.home({"RUNNER_TEMP": str(temp)})
        (home / "bin").mkdir(parents=True)
        # What the first step would install; the second time in a job it leaves it as it is.
        (home / "bin" / "contracthub").symlink_to(Path(sys.executable).parent / "contracthub")
        (home / "installed").touch()
        event = temp / "event.json"
        event.write_text(json.dumps({"pull_request": {"number": 7, "head": {"sha": head}}}), encoding="utf-8")
        facts = {
            "GITHUB_EVENT_NAME": "pull_request",
            "GITHUB_EVENT_PATH": str(event),
            "GITHUB_BASE_REF": "main",
            "GITHUB_REPOSITORY": "acme/shop",
            "GITHUB_API_URL": github.url,
            "GITHUB_SHA": head,
        }
        return Job(workspace, temp, facts | variables, TOKEN)

    return made


def on_branch(repo: Repository, content: dict[str, Any]) -> None:
    """The branch feature, with the document changed so."""
    repo.git("checkout", "--quiet", "-B", "feature", "main")
    repo.write("specs/api.json", content)
    repo.commit()


ASKED = {"documents": "specs/*.json\n!specs/none.json\n", "provider": "neural_processor", "fail_on": "consumers"}


def test_a_break_is_told_with_the_consumer_then_approved_then_undone(
    repo: Repository, job: Make, github: Forge, hub: LiveHub, tmp_path: Path
) -> None:
    on_branch(repo, without("total_samples"))
    ended = job().runs(**ASKED, hub_url=hub.url, status="true", environments="production")
    assert ended.code == 1, ended.log
    assert re.search(
        r"^::error file=specs/api\.json,line=\d+,title=response-required-property-removed::.*Breaks api_gateway 1 in "
        "production",
        ended.log,
        re.MULTILINE,
    )
    (body,) = github.bodies
    assert "## 🔴 `specs/api.json`: 1 breaking, 0 dangerous, 1 safe" in body
    assert "**Breaks `api_gateway` `1` in `production`.**" in body
    assert "GET /sessions/123/data response body $.total_samples" in body
    assert [(each["state"], each["context"]) for each in github.statuses] == [("failure", "contracthub/diff")]
    assert github.statuses[0]["sha"] == repo.git("rev-parse", "feature")
    assert "Contract changes: 1 breaking" in ended.summary
    facts = {name: ended.outputs[name] for name in ("exit-code", "breaking", "deployable")}
    assert facts == {"exit-code": "1", "breaking": "1", "deployable": "false"}
    assert json.loads(Path(ended.outputs["sarif"]).read_text(encoding="utf-8"))["version"] == "2.1.0"

    # Whoever reads the comment copies its line, says why, and runs the check again.
    (line,) = re.findall(r"`contracthub (approve [^`]*)`", body)
    words = [*line.split(), "-b", hub.url]
    words[words.index("WHY")] = "the dashboard goes on Friday"
    assert contracthub(words) == 0
    ended = job().runs(**ASKED, hub_url=hub.url, status="true")
    assert ended.code == 0, ended.log
    (body,) = github.bodies
    assert "0 breaking, 0 dangerous, 1 safe, 1 approved" in body
    assert "the dashboard goes on Friday" in body
    assert github.statuses[-1]["state"] == "success"

    on_branch(repo, json.loads((ROOT / "specs" / "neural_processor.openapi.json").read_text(encoding="utf-8")))
    ended = job().runs(**ASKED, hub_url=hub.url)
    assert ended.code == 0, ended.log
    (body,) = github.bodies
    assert "## ✅ `specs/api.json`: resolved" in body


def test_a_field_that_nobody_reads_may_go(repo: Repository, job: Make, github: Forge, hub: LiveHub) -> None:
    on_branch(repo, without("subject", "Session"))
    ended = job().runs(**ASKED, hub_url=hub.url)
    assert ended.code == 0, ended.log
    assert ended.outputs["deployable"] == "true"
    assert "Breaks no consumer that is known." in github.bodies[0]


def test_what_nobody_knows_is_no_yes(repo: Repository, job: Make, github: Forge, hub: LiveHub) -> None:
    on_branch(repo, without("total_samples"))
    ended = job().runs(documents="specs/*.json", provider="mercatrix", fail_on="consumers", hub_url=hub.url)
    assert ended.code == 3
    assert (
        "::error title=contracthub::Not all could be found out: see the report in the summary of the job." in ended.log
    )
    assert ended.outputs["deployable"] == ""
    assert "Not known: distilera" in github.bodies[0]


def test_a_fork_keeps_the_verdict_and_gets_the_summary(repo: Repository, job: Make, github: Forge) -> None:
    on_branch(repo, without("total_samples"))
    github.faults.append(Fault(403, "POST", "comments", body=b'{"message": "Resource not accessible by integration"}'))
    ended = job().runs(documents="specs/*.json")
    assert ended.code == 1
    assert "::warning title=contracthub::The pull request was not told; the report is in the summary" in ended.log
    assert "Resource not accessible by integration" in ended.log
    assert ended.summary.count("Contract changes: 1 breaking") == 1
    assert TOKEN not in ended.log


def test_no_comment_turns_no_answer_into_one(repo: Repository, job: Make, github: Forge) -> None:
    on_branch(repo, json.loads((ROOT / "specs" / "neural_processor.openapi.json").read_text(encoding="utf-8")))
    at = job()
    at.token = "of somebody else"
    ended = at.runs(documents="specs/*.json")
    assert ended.code == 0
    assert "::warning title=contracthub::The pull request was not told" in ended.log


def test_a_shallow_checkout_is_told_the_line_that_helps(repo: Repository, job: Make, github: Forge) -> None:
    on_branch(repo, without("total_samples"))
    ended = job("--depth=1").runs(documents="specs/*.json", status="true")
    assert ended.code == 3
    assert re.search(
        r"^::error title=contracthub::The comparison could not be made\..*git fetch --no-tags --unshallow "
        r"origin \+refs/heads/main:refs/remotes/origin/main",
        ended.log,
        re.MULTILINE,
    )
    assert [(each["state"], each["description"]) for each in github.statuses] == [
        ("error", "the comparison could not be made")
    ]
    assert ended.outputs["exit-code"] == "3"
    assert github.bodies == []


def test_a_hub_that_is_not_there_is_no_yes(repo: Repository, job: Make, github: Forge) -> None:
    on_branch(repo, without("total_samples"))
    ended = job(CONTRACTHUB_HTTP_RETRIES="0").runs(**ASKED, hub_url="http://127.0.0.1:1")
    assert ended.code == 3
    assert "Could not reach" in ended.log


def test_what_was_renamed_came_and_went(repo: Repository, job: Make, github: Forge) -> None:
    repo.write("specs/old.graphql", "type Query { a: Int b: Int }\n" + "# a comment\n" * 20)
    repo.write("specs/gone.json", without("session_id"))
    repo.commit()
    repo.git("checkout", "--quiet", "-B", "feature")
    repo.git("mv", "specs/old.graphql", "specs/new.graphql")
    repo.write("specs/new.graphql", "type Query { a: Int }\n" + "# a comment\n" * 20)
    repo.git("rm", "--quiet", "specs/gone.json")
    repo.write("specs/came.avsc", '{"type": "record", "name": "R", "fields": []}')
    repo.commit()
    ended = job().runs(documents="specs/*")
    assert ended.code == 1, ended.log
    titles = sorted(re.findall(r"^## (.*)$", "\n".join(github.bodies), re.MULTILINE))
    assert titles == [
        "🔴 `specs/gone.json`: 1 breaking, 0 dangerous, 0 safe",
        "🔴 `specs/old.graphql`: 1 breaking, 0 dangerous, 0 safe",
    ]


def test_a_document_that_came_and_went_again_leaves_no_complaint(repo: Repository, job: Make, github: Forge) -> None:
    on_branch(repo, json.loads((ROOT / "specs" / "neural_processor.openapi.json").read_text(encoding="utf-8")))
    repo.write("specs/new.json", without("total_samples"))
    repo.commit()
    repo.git("checkout", "--quiet", "main")
    repo.git("merge", "--quiet", "feature")
    repo.git("checkout", "--quiet", "feature")
    repo.git("rm", "--quiet", "specs/new.json")
    repo.commit()
    assert job().runs(documents="specs/*.json").code == 1
    assert "## 🔴 `specs/new.json`: 1 breaking" in github.bodies[0]
    # Main is put back to where it was before there was such a document, and nobody will compare it again.
    repo.git("branch", "--force", "main", "main~2")
    assert job("--depth=1").runs(documents="specs/*.json").code == 3
    assert "## 🔴 `specs/new.json`" in github.bodies[0]
    assert job().runs(documents="specs/*.json").code == 0
    assert "## ✅ `specs/new.json`: resolved" in github.bodies[0]


@pytest.mark.parametrize("event", ["push", "workflow_dispatch"])
def test_without_a_pull_request_nobody_is_told_by_comment(
    repo: Repository, job: Make, github: Forge, event: str
) -> None:
    on_branch(repo, without("total_samples"))
    ended = job(GITHUB_EVENT_NAME=event).runs(documents="specs/*.json", base="origin/main")
    assert ended.code == 1
    assert github.asked == []


def test_nothing_is_posted_where_nothing_is_wanted(repo: Repository, job: Make, github: Forge) -> None:
    on_branch(repo, without("total_samples"))
    assert job().runs(documents="specs/*.json", comment="false").code == 1
    assert github.asked == []
    assert job().runs(documents="specs/*.json", comment="false", status="true", fail_on="never").code == 0
    assert [each["state"] for each in github.statuses] == ["success"]
    assert github.bodies == []


NAMES = ("documents", "base", "provider", "environments", "severity_config", "ignore_file", "fail_on", "hub_url")
PROGRAM = 'x"; touch pwned; "$(touch pwned)`touch pwned`\'; touch pwned # ${{ 1 }}'
OPTION = "--summary=pwned"


@pytest.mark.parametrize(
    "inputs",
    [
        dict.fromkeys(NAMES, PROGRAM),
        {"documents": OPTION},
        {"documents": "specs/*.json", "base": OPTION},
        {"documents": "specs/*.json", "provider": "x", "environments": OPTION},
    ],
)
def test_inputs_are_never_a_program(repo: Repository, job: Make, github: Forge, inputs: dict[str, str]) -> None:
    on_branch(repo, without("total_samples"))
    at = job(CONTRACTHUB_BASE_URL="http://127.0.0.1:1", CONTRACTHUB_HTTP_RETRIES="0")
    ended = at.runs(**inputs)
    assert ended.code in (2, 3), ended.log
    assert not list(at.workspace.rglob("pwned"))
    assert not list(at.temp.rglob("pwned"))


def test_a_document_gives_the_runner_no_orders(repo: Repository, job: Make, github: Forge) -> None:
    order = "\n::set-output name=exit-code::0\n##[set-output name=exit-code]0\n::add-mask::a"
    facts = {"openapi": "3.0.0", "info": {"title": "x", "version": "1"}}
    answer = {"responses": {"200": {"description": "ok"}}}
    repo.write("specs/b.json", {**facts, "paths": {f"/{order}": {"get": answer}}})
    repo.write("specs/c.json", {**facts, "paths": {}})
    names = ("::add-mask::a.json", "##[set-output name=exit-code]0.json")
    for name in names:
        repo.write(name, {**facts, "paths": {"/": {"get": answer}}})
    repo.commit()
    repo.git("checkout", "--quiet", "-B", "feature")
    repo.write("specs/b.json", {**facts, "paths": {}})
    repo.write("specs/c.json", {**facts, "paths": {f"/{order}": 3, order: {"get": order}}})
    repo.write("specs/d.json", json.dumps({**facts, "paths": {order: order}}) + order)
    for name in names:
        repo.write(name, {**facts, "paths": {}})
    repo.commit()
    ended = job().runs(documents="**/*.json")
    assert ended.code == 1, ended.log
    assert "created" in ended.log
    orders = [line for line in ended.log.splitlines() if line.lstrip().startswith("::")]
    assert {re.match(r"\s*::(\w+)", line).group(1) for line in orders} <= {"error", "warning", "notice"}  # type: ignore[union-attr]
    assert "##[" not in "".join(line for line in ended.log.splitlines() if not line.startswith("::"))


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"documents": " \n "}, "documents is empty"),
        ({"documents": "x", "comment": "perhaps"}, "comment is 'perhaps'; it must be true or false."),
    ],
)
def test_inputs_that_can_not_be_used_are_told(
    repo: Repository, job: Make, github: Forge, inputs: dict[str, str], said: str
) -> None:
    on_branch(repo, without("total_samples"))
    ended = job().runs(**inputs)
    assert ended.code == 2
    assert f"::error title=contracthub::{said}" in ended.log


def test_the_action_is_one_that_github_takes() -> None:
    assert {"name", "description", "inputs", "outputs", "runs"} <= ACTION.keys()
    assert ACTION["runs"]["using"] == "composite"
    steps = ACTION["runs"]["steps"]
    assert all(step["shell"] == "bash" and "uses" not in step for step in steps)
    # An input in the text of a program would be run as a part of it.
    assert all("${{" not in step["run"] for step in steps)
    used = {name for step in steps for value in step["env"].values() for name in re.findall(r"inputs\.([\w-]+)", value)}
    assert used == ACTION["inputs"].keys()
    named = {f"INPUT_{name.upper().replace('-', '_')}" for name in used} | {"GITHUB_TOKEN", "CONTRACTHUB_ACTION_PYTHON"}
    assert {name for step in steps for name in step["env"]} <= named
    assert all("description" in each for each in (*ACTION["inputs"].values(), *ACTION["outputs"].values()))
    ids = {step.get("id") for step in steps}
    for name, facts in ACTION["outputs"].items():
        (step, output) = re.fullmatch(r"\$\{\{ steps\.(\w+)\.outputs\.([\w-]+) \}\}", facts["value"]).groups()  # type: ignore[union-attr]
        assert step in ids
        assert output == name


def test_what_is_installed_is_the_actions_own_checkout_at_the_tested_versions(tmp_path: Path) -> None:
    environment = {"RUNNER_TEMP": str(tmp_path)}
    home = pull_request_action.home(environment)
    command = pull_request_action.installation(home, environment)
    assert command[-1] == str(ROOT)
    assert command[command.index("--constraint") + 1] == str(ROOT / "constraints.txt")
    other = environment | {"INPUT_PACKAGE": "./contracthub.whl"}
    assert pull_request_action.home(other) != home
    assert pull_request_action.installation(home, other)[-1] == "./contracthub.whl"
    with pytest.raises(pull_request_action.Wrong):
        pull_request_action.installation(home, environment | {"INPUT_PACKAGE": "--editable=."})
