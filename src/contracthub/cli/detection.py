"""Commit, branch and build address of the build that is running: from the CI system's variables, else from git."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CiSystem:
    """Where a CI system keeps what we want to know; the first variable with a usable value counts.

    ``marker`` is a variable that only this system sets, or NAME=VALUE. ``branch`` names the source branch of a pull
    request first: the variables after it then hold the target, or a merge ref. ``build_url`` are templates.
    """

    name: str
    marker: str
    commit: tuple[str, ...]
    branch: tuple[str, ...]
    build_url: tuple[str, ...]
    not_a_branch_if: str = ""


CI_SYSTEMS = (
    CiSystem(
        "GitHub Actions",
        "GITHUB_ACTIONS",
        ("GITHUB_SHA",),
        ("GITHUB_HEAD_REF", "GITHUB_REF"),
        ("{GITHUB_SERVER_URL}/{GITHUB_REPOSITORY}/actions/runs/{GITHUB_RUN_ID}",),
    ),
    CiSystem(
        "GitLab",
        "GITLAB_CI",
        ("CI_COMMIT_SHA",),
        ("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", "CI_COMMIT_BRANCH"),
        ("{CI_JOB_URL}", "{CI_PIPELINE_URL}"),
    ),
    CiSystem(
        "Jenkins",
        "JENKINS_URL",
        ("GIT_COMMIT",),
        ("CHANGE_BRANCH", "BRANCH_NAME", "GIT_LOCAL_BRANCH", "GIT_BRANCH"),
        ("{BUILD_URL}",),
        not_a_branch_if="TAG_NAME",
    ),
    CiSystem("CircleCI", "CIRCLECI", ("CIRCLE_SHA1",), ("CIRCLE_BRANCH",), ("{CIRCLE_BUILD_URL}",)),
    CiSystem(
        "Azure Pipelines",
        "TF_BUILD",
        ("BUILD_SOURCEVERSION",),
        ("SYSTEM_PULLREQUEST_SOURCEBRANCH", "BUILD_SOURCEBRANCH"),
        ("{SYSTEM_TEAMFOUNDATIONCOLLECTIONURI}{SYSTEM_TEAMPROJECT}/_build/results?buildId={BUILD_BUILDID}",),
    ),
    CiSystem(
        "Bitbucket Pipelines",
        "BITBUCKET_BUILD_NUMBER",
        ("BITBUCKET_COMMIT",),
        ("BITBUCKET_BRANCH",),
        ("{BITBUCKET_GIT_HTTP_ORIGIN}/pipelines/results/{BITBUCKET_BUILD_NUMBER}",),
    ),
    CiSystem(
        "Buildkite",
        "BUILDKITE",
        ("BUILDKITE_COMMIT",),
        ("BUILDKITE_BRANCH",),
        ("{BUILDKITE_BUILD_URL}",),
        not_a_branch_if="BUILDKITE_TAG",
    ),
    CiSystem(
        "Travis CI",
        "TRAVIS",
        ("TRAVIS_COMMIT",),
        ("TRAVIS_PULL_REQUEST_BRANCH", "TRAVIS_BRANCH"),
        ("{TRAVIS_JOB_WEB_URL}", "{TRAVIS_BUILD_WEB_URL}"),
        not_a_branch_if="TRAVIS_TAG",
    ),
    CiSystem(
        "TeamCity",
        "TEAMCITY_VERSION",
        ("BUILD_VCS_NUMBER",),
        ("TEAMCITY_PULLREQUEST_SOURCE_BRANCH", "TEAMCITY_BUILD_BRANCH"),
        ("{BUILD_URL}",),
    ),
    CiSystem(
        "Drone",
        "DRONE",
        ("DRONE_COMMIT_SHA",),
        ("DRONE_SOURCE_BRANCH", "DRONE_BRANCH"),
        ("{DRONE_BUILD_LINK}",),
        not_a_branch_if="DRONE_TAG",
    ),
    CiSystem(
        "Woodpecker",
        "CI=woodpecker",
        ("CI_COMMIT_SHA",),
        ("CI_COMMIT_SOURCE_BRANCH", "CI_COMMIT_BRANCH"),
        ("{CI_PIPELINE_URL}",),
        not_a_branch_if="CI_COMMIT_TAG",
    ),
    CiSystem(
        "AppVeyor",
        "APPVEYOR",
        ("APPVEYOR_REPO_COMMIT",),
        ("APPVEYOR_PULL_REQUEST_HEAD_REPO_BRANCH", "APPVEYOR_REPO_BRANCH"),
        ("{APPVEYOR_URL}/project/{APPVEYOR_ACCOUNT_NAME}/{APPVEYOR_PROJECT_SLUG}/builds/{APPVEYOR_BUILD_ID}",),
        not_a_branch_if="APPVEYOR_REPO_TAG_NAME",
    ),
    CiSystem(
        "Semaphore",
        "SEMAPHORE",
        ("SEMAPHORE_GIT_SHA",),
        ("SEMAPHORE_GIT_PR_BRANCH", "SEMAPHORE_GIT_WORKING_BRANCH", "SEMAPHORE_GIT_BRANCH"),
        ("{SEMAPHORE_ORGANIZATION_URL}/workflows/{SEMAPHORE_WORKFLOW_ID}",),
        not_a_branch_if="SEMAPHORE_GIT_TAG_NAME",
    ),
    CiSystem(
        "AWS CodeBuild",
        "CODEBUILD_BUILD_ID",
        ("CODEBUILD_RESOLVED_SOURCE_VERSION",),
        ("CODEBUILD_WEBHOOK_HEAD_REF",),
        ("{CODEBUILD_PUBLIC_BUILD_URL}",),
    ),
    CiSystem("Codeship", "CI_NAME=codeship", ("CI_COMMIT_ID",), ("CI_BRANCH",), ("{CI_BUILD_URL}",)),
    CiSystem(
        "Cirrus CI",
        "CIRRUS_CI",
        ("CIRRUS_CHANGE_IN_REPO",),
        ("CIRRUS_BRANCH",),
        ("https://cirrus-ci.com/build/{CIRRUS_BUILD_ID}",),
        not_a_branch_if="CIRRUS_TAG",
    ),
    CiSystem(
        "Bamboo",
        "bamboo_buildKey",
        ("bamboo_planRepository_revision",),
        ("bamboo_repository_pr_sourceBranch", "bamboo_planRepository_branchName"),
        ("{bamboo_buildResultsUrl}",),
    ),
)

_VARIABLE = re.compile(r"\{(\w+)\}")
_PREFIXES = ("refs/heads/", "refs/remotes/origin/", "origin/")


@dataclass(frozen=True, slots=True)
class BuildProperties:
    """What is known of the running build; None where nothing is."""

    commit: str | None = None
    branch: str | None = None
    build_url: str | None = None


def detect_build(environ: Mapping[str, str] | None = None) -> BuildProperties:
    """What the CI system says; what it does not say is asked of the git working copy in the current folder."""
    found = from_environment(os.environ if environ is None else environ)
    if found.commit and found.branch:
        return found
    return BuildProperties(found.commit or git_commit(), found.branch or git_branch(), found.build_url)


def from_environment(environ: Mapping[str, str]) -> BuildProperties:
    """What the first recognised CI system's variables say."""
    for system in CI_SYSTEMS:
        if _is_marked(system.marker, environ):
            return BuildProperties(_commit(system, environ), _branch(system, environ), _build_url(system, environ))
    return BuildProperties()


def git_commit() -> str | None:
    """The full sha of the commit that is checked out, or nothing outside a repository."""
    return _git("rev-parse", "--verify", "--quiet", "--end-of-options", "HEAD^{commit}")


def git_branch() -> str | None:
    """The branch that is checked out; with a detached head, the branch that points there, when it is just one."""
    branch = _git("symbolic-ref", "--quiet", "--short", "HEAD")
    if branch:
        return branch
    refs = _git("for-each-ref", "--points-at=HEAD", "--format=%(refname)", "refs/heads", "refs/remotes/origin")
    names = {_branch_name(ref) for ref in (refs or "").splitlines()} - {None, "HEAD"}
    return names.pop() if len(names) == 1 else None


def _git(*arguments: str) -> str | None:
    # A fifth of the start-up budget, and most CI systems answer without it.
    import subprocess

    try:
        done = subprocess.run(["git", *arguments], capture_output=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode("utf-8", "replace").strip() or None if done.returncode == 0 else None


def _is_marked(marker: str, environ: Mapping[str, str]) -> bool:
    name, equals, value = marker.partition("=")
    return environ.get(name) == value if equals else bool(environ.get(name))


def _commit(system: CiSystem, environ: Mapping[str, str]) -> str | None:
    # Buildkite says HEAD for a build of "whatever is newest".
    return next(
        (environ[name] for name in system.commit if environ.get(name, "HEAD").strip() not in ("", "HEAD")), None
    )


def _branch(system: CiSystem, environ: Mapping[str, str]) -> str | None:
    from_pull_request = len(system.branch) > 1 and environ.get(system.branch[0])
    if environ.get(system.not_a_branch_if) and not from_pull_request:
        return None
    names = (_branch_name(environ.get(name, "")) for name in system.branch)
    return next((name for name in names if name), None)


def _branch_name(ref: str) -> str | None:
    """The short name of a branch, or nothing for a tag, a pull request's merge ref, or a detached head."""
    for prefix in _PREFIXES:
        if ref.startswith(prefix):
            ref = ref.removeprefix(prefix)
            break
    return None if not ref.strip() or ref == "HEAD" or ref.startswith("refs/") else ref


def _build_url(system: CiSystem, environ: Mapping[str, str]) -> str | None:
    for template in system.build_url:
        if all(environ.get(name) for name in _VARIABLE.findall(template)):
            return _VARIABLE.sub(lambda match: environ[match.group(1)], template)
    return None
