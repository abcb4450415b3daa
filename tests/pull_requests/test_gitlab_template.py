"""The GitLab template: what GitLab is to find in it, and its program run as a job runs it."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
import yaml

from tests.conftest import LiveHub
from tests.forges.stand_in import TOKEN, Fault, Forge
from tests.pull_requests.repositories import IDENTITY, ROOT, Repository, clone, specification, without

TEMPLATE = ROOT / "templates" / "contracthub-diff.gitlab-ci.yml"
SPEC, JOBS = (dict(each) for each in yaml.safe_load_all(TEMPLATE.read_text(encoding="utf-8")))
JOB: dict[str, Any] = JOBS["contracthub-diff"]
INPUTS: dict[str, dict[str, Any]] = SPEC["spec"]["inputs"]
_INTERPOLATION = re.compile(r"\$\[\[ inputs\.([\w-]+) \]\]")


@dataclass(frozen=True)
class Ended:
    """How the job ended, and what it left in its workspace."""

    code: int
    log: str
    workspace: Path

    def artifact(self, name: str) -> str:
        """A file that the job keeps."""
        return (self.workspace / name).read_text(encoding="utf-8")


Run = Callable[..., Ended]


@pytest.fixture
def run(repo: Repository, gitlab: Forge, tmp_path: Path) -> Run:
    """Runs the job of a merge request of the branch feature."""

    def ran(inputs: Mapping[str, str], **variables: str) -> Ended:
        workspace = tmp_path / f"workspace{len(list(tmp_path.iterdir()))}"
        clone(repo, workspace, "--branch=feature")
        given = {name: str(facts.get("default", "")) for name, facts in INPUTS.items()} | dict(inputs)
        assert given.keys() == INPUTS.keys()
        own = {
            name: _INTERPOLATION.sub(lambda match: given[match.group(1)], str(value))
            for name, value in JOB["variables"].items()
        }
        facts = {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "CI": "true",
            "GITLAB_CI": "true",
            "CI_PROJECT_DIR": str(workspace),
            "CI_PROJECT_ID": "acme/shop",
            "CI_JOB_NAME": "contracthub-diff",
            "CI_MERGE_REQUEST_IID": "7",
            "CI_API_V4_URL": gitlab.url,
            "CI_COMMIT_SHA": repo.git("rev-parse", "feature"),
            "CI_MERGE_REQUEST_DIFF_BASE_SHA": repo.git("merge-base", "main", "feature"),
            "CI_JOB_TOKEN": "a-token-of-the-job",
            "GITLAB_TOKEN": TOKEN,
        }
        # A runner joins the lines of a script, and a shell that need not be bash stops at the first that fails.
        done = subprocess.run(
            ["sh", "-e"],
            input="\n".join(JOB["script"]),
            cwd=workspace,
            env={**IDENTITY, **facts, **own, **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return Ended(done.returncode, done.stdout, workspace)

    return ran


@pytest.fixture
def feature(repo: Repository) -> Repository:
    """The repository, with a branch on which a field went."""
    repo.git("checkout", "--quiet", "-b", "feature")
    repo.write("specs/api.json", without("total_samples"))
    repo.commit()
    return repo


def test_a_break_is_told_in_the_widgets_the_comment_and_the_status(
    feature: Repository, run: Run, gitlab: Forge, hub: LiveHub
) -> None:
    asked = {"documents": "specs/*.json !x", "provider": "neural_processor", "status": "true", "fail-on": "consumers"}
    ended = run(asked | {"environments": "production"}, CONTRACTHUB_BASE_URL=hub.url)
    assert ended.code == 1, ended.log
    assert "breaks api_gateway 1 in production" in ended.log
    (issue,) = [
        each for each in json.loads(ended.artifact("contracthub-code-quality.json")) if each["severity"] != "info"
    ]
    assert (issue["location"]["path"], issue["severity"]) == ("specs/api.json", "critical")
    assert fromstring(ended.artifact("contracthub-diff.xml")).find("testsuite").get("failures") == "1"  # type: ignore[union-attr] # noqa: S314
    (body,) = gitlab.bodies
    assert "**Breaks `api_gateway` `1` in `production`.**" in body
    assert [(each["sha"], each["state"]) for each in gitlab.statuses] == [(feature.git("rev-parse", "HEAD"), "failed")]

    feature.write("specs/api.json", specification())
    feature.commit()
    ended = run(asked, CONTRACTHUB_BASE_URL=hub.url)
    assert ended.code == 0, ended.log
    assert "resolved" in gitlab.bodies[0]
    assert gitlab.statuses[-1]["state"] == "success"


def test_without_a_token_there_is_no_comment_and_it_is_said(feature: Repository, run: Run, gitlab: Forge) -> None:
    ended = run({"documents": "specs/*.json"}, GITLAB_TOKEN="")
    assert ended.code == 1
    assert "No comment: GITLAB_TOKEN is not set" in ended.log
    assert gitlab.asked == []


def test_a_comment_that_fails_changes_no_verdict(feature: Repository, run: Run, gitlab: Forge) -> None:
    gitlab.faults.append(Fault(403, "POST"))
    ended = run({"documents": "specs/*.json", "fail-on": "never"})
    assert ended.code == 0
    assert "The merge request was not told (exit code 1)." in ended.log


def test_a_comparison_that_fails_is_an_error_not_a_success(feature: Repository, run: Run, gitlab: Forge) -> None:
    ended = run({"documents": "specs/*.json", "status": "true"}, CI_MERGE_REQUEST_DIFF_BASE_SHA="beef" * 10)
    assert ended.code == 3
    assert "git knows no commit" in ended.log
    assert gitlab.statuses[0]["description"] == "the comparison could not be made"


def test_inputs_are_never_a_program(feature: Repository, run: Run, gitlab: Forge) -> None:
    text = 'x";touch\tpwned;"$(touch\tpwned)`touch\tpwned`\';touch\tpwned'
    names = ("documents", "provider", "environments", "severity-config", "ignore-file", "fail-on")
    ended = run(dict.fromkeys(names, text))
    assert ended.code == 2, ended.log
    ended = run({"documents": text})
    assert ended.code == 3, ended.log
    assert not list(ended.workspace.parent.rglob("pwned"))


def test_the_template_is_one_that_gitlab_takes() -> None:
    assert {"stage", "image", "rules", "variables", "before_script", "script", "artifacts"} == JOB.keys()
    assert JOB["rules"] == [{"if": '$CI_PIPELINE_SOURCE == "merge_request_event"'}]
    assert JOB["artifacts"]["when"] == "always"
    # An input in the text of a program would be run as a part of it.
    assert "$[[" not in "".join([*JOB["before_script"], *JOB["script"]])
    used = set(_INTERPOLATION.findall(json.dumps(JOB)))
    assert used == INPUTS.keys()
    program = "\n".join([*JOB["before_script"], *JOB["script"]])
    assert {name for name in JOB["variables"] if name.startswith("CONTRACTHUB_CI_") and name not in program} == set()
    saved = set(re.findall(r"--save \w+=(\S+)", program))
    kept = {*JOB["artifacts"]["paths"], *JOB["artifacts"]["reports"].values()}
    assert saved == kept
    assert [name for name, facts in INPUTS.items() if "default" not in facts] == ["documents", "package"]
