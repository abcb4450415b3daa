"""`contracthub diff-branch`: what git says of a branch, with everything that happens to documents on one."""

import json
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contracthub.cli.git_branch import branch_since, places_in
from tests.cli.conftest import Cli, Ran
from tests.pull_requests.repositories import IDENTITY, Repository, clone, repository, specification, without

Run = Callable[..., Ran]


@pytest.fixture(autouse=True)
def _identity(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**IDENTITY, "GIT_ALLOW_PROTOCOL": "file"}.items():
        monkeypatch.setenv(name, value)
    for name in ("GITHUB_BASE_REF", "CI_MERGE_REQUEST_DIFF_BASE_SHA"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """A repository with a document on main, and a branch that has just left it."""
    made = repository(tmp_path / "repo")
    made.write("specs/api.json", specification())
    made.write("specs/package.json", {"private": True})
    made.commit("base")
    made.git("checkout", "--quiet", "-b", "feature")
    monkeypatch.chdir(made.root)
    return made


@pytest.fixture
def run(cli: Cli) -> Run:
    return lambda *arguments: cli("diff-branch", *arguments)


def report(ran: Ran) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(ran.out)
    return document


def test_a_field_that_went_is_told_against_the_merge_base(repo: Repository, run: Run) -> None:
    repo.write("specs/api.json", without("total_samples"))
    repo.commit()
    # What happens on main meanwhile is nothing that the branch did.
    repo.git("checkout", "--quiet", "main")
    repo.write("specs/api.json", without("session_id"))
    repo.commit()
    repo.git("checkout", "--quiet", "feature")
    ran = run("specs/*.json", "--base", "main", "-o", "json")
    assert ran.code == 1
    told = report(ran)
    assert told["document"] == "specs/api.json"
    assert told["old"] == f"git:{repo.git('rev-parse', 'main~1')[:12]}:specs/api.json"
    assert [each["id"] for each in told["changes"] if each["severity"] == "breaking"] == [
        "response-required-property-removed"
    ]


def test_what_is_not_committed_yet_counts(repo: Repository, run: Run) -> None:
    repo.write("specs/api.json", without("total_samples"))
    assert run("specs/*.json", "--base", "main").code == 1


def test_nothing_that_changed_is_nothing_to_tell(repo: Repository, run: Run) -> None:
    repo.write("README.md", "words")
    repo.commit()
    ran = run("specs/*.json", "--base", "main", "-o", "json")
    assert ran.code == 0
    assert report(ran)["summary"] == {"breaking": 0, "dangerous": 0, "safe": 0, "deployable": True}
    assert report(ran)["document"] == "specs/api.json"


def test_a_document_that_was_renamed_is_compared_with_what_it_was(repo: Repository, run: Run) -> None:
    repo.git("mv", "specs/api.json", "specs/processor.json")
    repo.write("specs/processor.json", without("total_samples"))
    repo.commit()
    told = report(run("specs/*.json", "--base", "main", "-o", "json"))
    assert (told["document"], told["new"]) == ("specs/api.json", "specs/processor.json")
    assert told["summary"]["breaking"] == 1


def test_a_document_that_is_moved_out_of_sight_is_compared_all_the_same(repo: Repository, run: Run) -> None:
    (repo.root / "elsewhere").mkdir()
    repo.git("mv", "specs/api.json", "elsewhere/api.json")
    repo.write("elsewhere/api.json", without("total_samples"))
    repo.commit()
    assert run("specs/*.json", "--base", "main").code == 1


def test_a_document_that_came_is_safe_and_one_that_went_breaks(repo: Repository, run: Run) -> None:
    repo.write("specs/new.graphql", "type Query { a: Int }")
    repo.git("rm", "--quiet", "specs/api.json")
    repo.commit()
    told = report(run("specs/*", "--base", "main", "-o", "json"))
    assert [(each["document"], each["changes"][0]["id"]) for each in told["documents"]] == [
        ("specs/api.json", "document-removed"),
        ("specs/new.graphql", "document-added"),
    ]
    assert told["summary"]["breaking"] == 1


def test_a_part_that_changed_changes_the_document_that_refers_to_it(repo: Repository, run: Run) -> None:
    repo.git("checkout", "--quiet", "main")
    document = specification()
    schema = document["components"]["schemas"].pop("SessionData")
    text = json.dumps(document).replace("#/components/schemas/SessionData", "parts/data.json")
    repo.write("specs/api.json", text)
    schema_text = json.dumps(schema).replace("#/components", "../api.json#/components")
    repo.write("specs/parts/data.json", schema_text)
    repo.commit()
    repo.git("checkout", "--quiet", "-B", "feature")
    changed = json.loads(schema_text)
    del changed["properties"]["total_samples"]
    changed["required"].remove("total_samples")
    repo.write("specs/parts/data.json", changed)
    repo.commit()
    ran = run("specs/api.json", "--base", "main", "-o", "json")
    assert ran.code == 1, ran
    assert report(ran)["summary"]["breaking"] == 1


def test_a_document_that_broke_hides_none_of_the_others(repo: Repository, run: Run) -> None:
    repo.git("checkout", "--quiet", "main")
    repo.write("specs/other.json", specification())
    repo.commit()
    repo.git("checkout", "--quiet", "-B", "feature")
    repo.write("specs/api.json", '{"openapi": "3.0.0", "paths": 3')
    repo.write("specs/other.json", without("total_samples"))
    repo.commit()
    ran = run("specs/*.json", "--base", "main", "-o", "json")
    told = report(ran)
    assert ran.code == 1
    assert "specs/api.json can't be compared" in told["documents"][0]["gaps"][0]
    assert told["documents"][1]["summary"]["breaking"] == 1
    assert run("specs/*.json", "!specs/other.json", "--base", "main").code == 3


def test_a_document_that_became_one_of_another_format_went_and_another_came(repo: Repository, run: Run) -> None:
    repo.write("specs/api.json", {"asyncapi": "2.6.0", "info": {"title": "x", "version": "1"}, "channels": {}})
    repo.commit()
    told = report(run("specs/*.json", "--base", "main", "-o", "json"))
    assert [each["changes"][0]["id"] for each in told["documents"]] == ["document-removed", "document-added"]


def test_a_link_is_not_followed(repo: Repository, run: Run, tmp_path: Path) -> None:
    secret = tmp_path / "secret.json"
    secret.write_text(json.dumps(without("total_samples")), encoding="utf-8")
    (repo.root / "specs" / "linked.json").symlink_to(secret)
    (repo.root / "specs" / "api.json").unlink()
    (repo.root / "specs" / "api.json").symlink_to(secret)
    for _ in ("before it is committed", "and after"):
        told = report(run("specs/*.json", "--base", "main", "-o", "json"))
        assert [each["id"] for each in told["changes"]] == ["document-removed"]
        repo.commit()


def test_a_shallow_clone_is_told_the_line_that_helps(
    repo: Repository, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.write("specs/api.json", without("total_samples"))
    repo.commit()
    shallow = clone(repo, tmp_path / "shallow", "--depth=1", "--branch=feature")
    monkeypatch.chdir(shallow.root)
    ran = run("specs/*.json", "--base", "origin/main")
    assert ran.code == 3
    line = ran.err.partition("get it first: ")[2].strip()
    assert line == "git fetch --no-tags --unshallow origin +refs/heads/main:refs/remotes/origin/main"
    subprocess.run(shlex.split(line), cwd=shallow.root, check=True, capture_output=True)
    assert run("specs/*.json", "--base", "origin/main").code == 1


def test_a_shallow_clone_of_both_ends_is_told_the_line_that_helps(
    repo: Repository, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.git("checkout", "--quiet", "main")
    base = repo.commit("main goes on")
    repo.git("checkout", "--quiet", "feature")
    repo.write("specs/api.json", without("total_samples"))
    repo.commit()
    shallow = clone(repo, tmp_path / "shallow", "--depth=1", "--branch=feature")
    shallow.git("fetch", "--quiet", "--depth=1", "origin", "main")
    monkeypatch.chdir(shallow.root)
    ran = run("specs/*.json", "--base", base)
    assert ran.code == 3
    assert f"git knows no commit that {base} and HEAD have in common" in ran.err
    line = ran.err.partition("get it first: ")[2].strip()
    assert line == f"git fetch --no-tags --unshallow origin {base}"
    subprocess.run(shlex.split(line), cwd=shallow.root, check=True, capture_output=True)
    assert run("specs/*.json", "--base", base).code == 1


def test_the_commit_that_merges_is_compared_with_the_base_it_merges_into(repo: Repository, run: Run) -> None:
    """A runner of GitHub checks out the merge of both; what came on main meanwhile is no change of the branch."""
    repo.write("specs/api.json", without("total_samples"))
    repo.commit()
    repo.git("checkout", "--quiet", "main")
    repo.write("specs/other.json", specification())
    repo.commit()
    repo.git("checkout", "--quiet", "--detach")
    repo.git("merge", "--quiet", "--no-edit", "feature")
    told = report(run("specs/*.json", "--base", "main", "-o", "json"))
    assert [(each["document"], each["summary"]["breaking"]) for each in told["documents"]] == [
        ("specs/api.json", 1),
        ("specs/other.json", 0),
    ]
    assert told["documents"][1]["changes"] == []


@pytest.mark.parametrize("variable", ["GITHUB_BASE_REF", "CI_MERGE_REQUEST_DIFF_BASE_SHA"])
def test_the_base_is_known_in_ci(
    repo: Repository, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    repo.write("specs/api.json", without("total_samples"))
    repo.commit()
    cloned = clone(repo, tmp_path / "clone", "--branch=feature")
    monkeypatch.chdir(cloned.root)
    monkeypatch.setenv(variable, "main" if variable == "GITHUB_BASE_REF" else cloned.git("rev-parse", "HEAD~1"))
    assert run("specs/*.json").code == 1


def test_all_forms_come_from_one_comparison(repo: Repository, run: Run, tmp_path: Path) -> None:
    repo.write("specs/api.json", without("total_samples"))
    repo.commit()
    summary = tmp_path / "summary.md"
    summary.write_text("before\n", encoding="utf-8")
    saves = [f"--save={form}={tmp_path / form}" for form in ("json", "gitlab", "junit", "sarif", "html", "markdown")]
    ran = run("specs/*.json", "--base", "main", *saves, "--summary", str(summary), "-o", "github")
    assert ran.code == 1
    assert ran.out.startswith("::error file=specs/api.json,line=")
    assert json.loads((tmp_path / "json").read_text(encoding="utf-8"))["summary"]["breaking"] == 1
    assert json.loads((tmp_path / "gitlab").read_text(encoding="utf-8"))[0]["location"]["path"] == "specs/api.json"
    assert json.loads((tmp_path / "sarif").read_text(encoding="utf-8"))["version"] == "2.1.0"
    assert 'failures="1"' in (tmp_path / "junit").read_text(encoding="utf-8")
    assert summary.read_text(encoding="utf-8").startswith("before\n## Contract changes: 1 breaking")


def test_it_works_from_a_folder_inside(repo: Repository, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.write("specs/api.json", without("total_samples"))
    repo.commit()
    monkeypatch.chdir(repo.root / "specs")
    told = report(run("specs/*.json", "--base", "main", "-o", "json"))
    assert (told["document"], told["summary"]["breaking"]) == ("specs/api.json", 1)


def test_names_that_look_like_something_else_are_files(repo: Repository, run: Run) -> None:
    names = ["hub:x.json", "git:HEAD:x.json", "-o.json", "a b\n.json", "näme.json", "--base.json"]
    repo.git("checkout", "--quiet", "main")
    for name in names:
        repo.write(name, specification())
    repo.commit()
    repo.git("checkout", "--quiet", "-B", "feature")
    for name in names:
        repo.write(name, without("total_samples"))
    repo.commit()
    told = report(run("*.json", "--base", "main", "-o", "json"))
    assert sorted(each["document"] for each in told["documents"]) == sorted(names)
    assert told["summary"]["breaking"] == len(names)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("specs/*.json",), 2, "Where is the branch to go? Give --base"),
        (("specs/*.json", "--base=-x"), 2, "is no commit, branch or tag"),
        (("specs/*.json", "--base=nowhere"), 3, "git knows no commit nowhere here. Get it first: git fetch"),
        (("specs/*.json", "--base=main", "--save=pdf=x"), 2, "must be FORM=FILE"),
        (("specs/*.json", "--base=main", "--fail-on=consumers"), 2, "Whose consumers? Give --provider."),
        (("nothing/*", "--base=main"), 3, "There is no file of the name nothing/*"),
        (("**/package.json", "--base=main"), 3, "no document that can be compared, but 1 other files"),
        (("./", "--base=main"), 2, "names no files"),
    ],
)
def test_what_can_not_be_done_is_said(
    repo: Repository, run: Run, arguments: tuple[str, ...], code: int, said: str
) -> None:
    ran = run(*arguments)
    assert ran.code == code, ran
    assert said in ran.err


def test_no_repository_is_said_in_gits_words(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    ran = run("*.json", "--base", "main")
    assert ran.code == 3
    assert "git finds no repository here" in ran.err


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("*.json", {"a.json"}),
        ("**/*.json", {"a.json", "x/b.json", "x/y/c.json"}),
        ("x/*.json", {"x/b.json"}),
        ("x/**", {"x/b.json", "x/y/c.json", "x/y/d.yaml"}),
        ("./x/?.json", {"x/b.json"}),
        ("x/y/c.json", {"x/y/c.json"}),
        ("x/y.c.json", set()),
    ],
)
def test_patterns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pattern: str, found: set[str]) -> None:
    made = repository(tmp_path / "repo")
    for name in ("a.json", "x/b.json", "x/y/c.json", "x/y/d.yaml"):
        made.write(name, "{}")
    made.commit()
    monkeypatch.chdir(made.root)
    branch = branch_since("HEAD")
    assert {each.now for each in places_in(branch, [pattern])} == found
    assert {each.now for each in places_in(branch, ["**", f"!{pattern}"])}.isdisjoint(found)
