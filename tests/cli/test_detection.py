import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from contracthub.cli.detection import CI_SYSTEMS, BuildProperties, detect_build, from_environment

GITHUB = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_SHA": "abc",
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_REPOSITORY": "o/r",
    "GITHUB_RUN_ID": "7",
}

CASES = [
    (GITHUB | {"GITHUB_REF": "refs/heads/feat/x"}, ("abc", "feat/x", "https://github.com/o/r/actions/runs/7")),
    (
        GITHUB | {"GITHUB_REF": "refs/pull/3/merge", "GITHUB_HEAD_REF": "fix"},
        ("abc", "fix", "https://github.com/o/r/actions/runs/7"),
    ),
    (GITHUB | {"GITHUB_REF": "refs/tags/v1"}, ("abc", None, "https://github.com/o/r/actions/runs/7")),
    ({"GITLAB_CI": "true", "CI_COMMIT_SHA": "a", "CI_COMMIT_BRANCH": "b", "CI_JOB_URL": "u"}, ("a", "b", "u")),
    (
        {"GITLAB_CI": "true", "CI_COMMIT_SHA": "a", "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": "b", "CI_PIPELINE_URL": "u"},
        ("a", "b", "u"),
    ),
    ({"GITLAB_CI": "true", "CI_COMMIT_SHA": "a", "CI_COMMIT_TAG": "v1"}, ("a", None, None)),
    ({"JENKINS_URL": "j", "GIT_COMMIT": "a", "GIT_BRANCH": "origin/b", "BUILD_URL": "u"}, ("a", "b", "u")),
    ({"JENKINS_URL": "j", "GIT_COMMIT": "a", "BRANCH_NAME": "PR-3", "CHANGE_BRANCH": "b"}, ("a", "b", None)),
    ({"JENKINS_URL": "j", "GIT_COMMIT": "a", "BRANCH_NAME": "v1", "TAG_NAME": "v1"}, ("a", None, None)),
    ({"CIRCLECI": "true", "CIRCLE_SHA1": "a", "CIRCLE_BRANCH": "b", "CIRCLE_BUILD_URL": "u"}, ("a", "b", "u")),
    (
        {
            "TF_BUILD": "True",
            "BUILD_SOURCEVERSION": "a",
            "BUILD_SOURCEBRANCH": "refs/pull/1/merge",
            "SYSTEM_PULLREQUEST_SOURCEBRANCH": "refs/heads/b",
            "SYSTEM_TEAMFOUNDATIONCOLLECTIONURI": "https://dev.azure.com/o/",
            "SYSTEM_TEAMPROJECT": "p",
            "BUILD_BUILDID": "9",
        },
        ("a", "b", "https://dev.azure.com/o/p/_build/results?buildId=9"),
    ),
    ({"TF_BUILD": "True", "BUILD_SOURCEVERSION": "a", "BUILD_SOURCEBRANCH": "refs/heads/b"}, ("a", "b", None)),
    (
        {
            "BITBUCKET_BUILD_NUMBER": "4",
            "BITBUCKET_COMMIT": "a",
            "BITBUCKET_BRANCH": "b",
            "BITBUCKET_GIT_HTTP_ORIGIN": "https://bitbucket.org/o/r",
        },
        ("a", "b", "https://bitbucket.org/o/r/pipelines/results/4"),
    ),
    ({"BUILDKITE": "true", "BUILDKITE_COMMIT": "HEAD", "BUILDKITE_BRANCH": "b"}, (None, "b", None)),
    (
        {"BUILDKITE": "true", "BUILDKITE_COMMIT": "a", "BUILDKITE_BRANCH": "v1", "BUILDKITE_TAG": "v1"},
        ("a", None, None),
    ),
    (
        {"TRAVIS": "true", "TRAVIS_COMMIT": "a", "TRAVIS_BRANCH": "main", "TRAVIS_PULL_REQUEST_BRANCH": "b"},
        ("a", "b", None),
    ),
    ({"TRAVIS": "true", "TRAVIS_COMMIT": "a", "TRAVIS_BRANCH": "v1", "TRAVIS_TAG": "v1"}, ("a", None, None)),
    ({"TEAMCITY_VERSION": "1", "BUILD_VCS_NUMBER": "a"}, ("a", None, None)),
    ({"DRONE": "true", "DRONE_COMMIT_SHA": "a", "DRONE_BRANCH": "b", "DRONE_BUILD_LINK": "u"}, ("a", "b", "u")),
    ({"CI": "woodpecker", "CI_COMMIT_SHA": "a", "CI_COMMIT_BRANCH": "b", "CI_PIPELINE_URL": "u"}, ("a", "b", "u")),
    (
        {
            "APPVEYOR": "True",
            "APPVEYOR_REPO_COMMIT": "a",
            "APPVEYOR_REPO_BRANCH": "main",
            "APPVEYOR_PULL_REQUEST_HEAD_REPO_BRANCH": "b",
        },
        ("a", "b", None),
    ),
    ({"SEMAPHORE": "true", "SEMAPHORE_GIT_SHA": "a", "SEMAPHORE_GIT_BRANCH": "b"}, ("a", "b", None)),
    (
        {
            "CODEBUILD_BUILD_ID": "x",
            "CODEBUILD_RESOLVED_SOURCE_VERSION": "a",
            "CODEBUILD_WEBHOOK_HEAD_REF": "refs/heads/b",
        },
        ("a", "b", None),
    ),
    ({"CI_NAME": "codeship", "CI_COMMIT_ID": "a", "CI_BRANCH": "b"}, ("a", "b", None)),
    (
        {"CIRRUS_CI": "true", "CIRRUS_CHANGE_IN_REPO": "a", "CIRRUS_BRANCH": "b", "CIRRUS_BUILD_ID": "5"},
        ("a", "b", "https://cirrus-ci.com/build/5"),
    ),
    (
        {
            "bamboo_buildKey": "k",
            "bamboo_planRepository_revision": "a",
            "bamboo_planRepository_branchName": "b",
            "bamboo_buildResultsUrl": "u",
        },
        ("a", "b", "u"),
    ),
    ({"CI": "true"}, (None, None, None)),
]


@pytest.mark.parametrize(("environ", "expected"), CASES)
def test_what_the_ci_system_says(environ: dict[str, str], expected: tuple[str | None, str | None, str | None]) -> None:
    assert from_environment(environ) == BuildProperties(*expected)


def test_every_row_of_the_table_has_a_case() -> None:
    def is_covered(marker: str) -> bool:
        name, equals, value = marker.partition("=")
        return any(environ.get(name) == value if equals else name in environ for environ, _ in CASES)

    assert [system.name for system in CI_SYSTEMS if not is_covered(system.marker)] == []


Git = Callable[..., str]


@pytest.fixture
def git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Git:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    for name in ("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"):
        monkeypatch.setenv(name, "test@example.org")

    def run(*arguments: str) -> str:
        return subprocess.run(["git", *arguments], capture_output=True, text=True, check=True).stdout.strip()

    return run


def committed(git: Git, branch: str = "feat/x") -> str:
    git("init", "-q", "-b", branch)
    git("commit", "-q", "--allow-empty", "-m", "first")
    return git("rev-parse", "HEAD")


def test_git_answers_where_no_ci_system_does(git: Git) -> None:
    sha = committed(git)
    assert detect_build({}) == BuildProperties(sha, "feat/x", None)


def test_a_detached_head_is_on_the_one_branch_that_points_there(git: Git) -> None:
    sha = committed(git)
    git("checkout", "-q", "--detach")
    assert detect_build({}) == BuildProperties(sha, "feat/x", None)


def test_a_detached_head_on_several_branches_is_on_none(git: Git) -> None:
    sha = committed(git)
    git("branch", "other")
    git("checkout", "-q", "--detach")
    assert detect_build({}) == BuildProperties(sha, None, None)


def test_outside_a_repository_nothing_is_known(git: Git) -> None:
    assert detect_build({}) == BuildProperties()


def test_a_repository_without_commits_has_a_branch_only(git: Git) -> None:
    git("init", "-q", "-b", "main")
    assert detect_build({}) == BuildProperties(None, "main", None)


def test_without_git_nothing_is_known(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert detect_build({}) == BuildProperties()
