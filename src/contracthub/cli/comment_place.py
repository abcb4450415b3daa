"""Which pull request, where, and with which token: as it was typed, or as GitHub Actions and GitLab CI say it."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import click

from contracthub.domain.errors import Invalid, TooLarge
from contracthub.formats import safe_json

_REPOSITORY = re.compile(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+")
_PULL_REF = re.compile(r"refs/pull/(\d+)/")
_COMMIT = re.compile(r"[0-9a-fA-F]{7,64}")
_URL = re.compile(r"https?://[^\s()<>\"\[\]]+")


@dataclass(frozen=True, slots=True)
class Place:
    """A pull request and the API to reach it by; ``commit_project`` has the commit, which may be a fork."""

    api_url: str
    repository: str
    number: int
    token: str | None = field(repr=False)
    commit: str | None = None
    run_url: str | None = None
    commit_project: str = ""


@dataclass(frozen=True, slots=True)
class Typed:
    """What the command line said; None is left to the environment."""

    repository: str | None = None
    number: int | None = None
    token: str | None = field(default=None, repr=False)
    api_url: str | None = None
    commit: str | None = None


def github_place(typed: Typed) -> Place:
    """The pull request on GitHub. Raises UsageError for what is not known."""
    event = _event()
    pull_request = _mapping(event.get("pull_request"))
    repository = typed.repository or os.environ.get("GITHUB_REPOSITORY")
    if not repository or not _REPOSITORY.fullmatch(repository):
        raise click.UsageError("Which repository? Give --repository OWNER/NAME.")
    number = typed.number or _number(event, pull_request)
    if number is None:
        raise click.UsageError("Which pull request? Give --pull-request; this run belongs to none.")
    commit = typed.commit or _mapping(pull_request.get("head")).get("sha") or os.environ.get("GITHUB_SHA")
    return Place(
        typed.api_url or os.environ.get("GITHUB_API_URL") or "https://api.github.com",
        repository,
        number,
        typed.token or os.environ.get("GITHUB_TOKEN") or None,
        _commit(commit),
        _run_on_github(repository),
    )


def gitlab_place(typed: Typed) -> Place:
    """The merge request on GitLab. Raises UsageError for what is not known."""
    here = os.environ.get("CI_PROJECT_ID")
    # The merge request of a fork belongs to the project that it goes to, its pipeline and commit to the fork.
    project = typed.repository or os.environ.get("CI_MERGE_REQUEST_PROJECT_ID") or here
    if not project:
        raise click.UsageError("Which project? Give --project, its number or path.")
    number = typed.number or _positive(os.environ.get("CI_MERGE_REQUEST_IID"))
    if number is None:
        raise click.UsageError("Which merge request? Give --merge-request; this pipeline belongs to none.")
    token = typed.token or os.environ.get("GITLAB_TOKEN") or None
    if token is None and os.environ.get("CI_JOB_TOKEN"):
        raise click.UsageError(
            "GitLab lets no job token (CI_JOB_TOKEN) comment. Make an access token of the project with the scope api "
            "and the role Reporter or above, and give it as the masked variable GITLAB_TOKEN."
        )
    # Of a merged result, CI_COMMIT_SHA is no commit that anybody sees.
    commit = typed.commit or os.environ.get("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA") or os.environ.get("CI_COMMIT_SHA")
    return Place(
        typed.api_url or os.environ.get("CI_API_V4_URL") or "https://gitlab.com/api/v4",
        project,
        number,
        token,
        _commit(commit),
        _url(os.environ.get("CI_JOB_URL")),
        typed.repository or here or project,
    )


def graphql_url(api_url: str) -> str:
    """Where GitHub's other API is, from the address of the first: Enterprise has both below one path."""
    base = api_url.rstrip("/")
    return f"{base.removesuffix('/v3')}/graphql" if base.endswith("/api/v3") else f"{base}/graphql"


def _event() -> Mapping[str, object]:
    path = os.environ.get("GITHUB_EVENT_PATH")
    if not path:
        return {}
    try:
        return _mapping(safe_json.loads(Path(path).read_bytes()))
    except (OSError, Invalid, TooLarge) as error:
        raise click.UsageError(f"GITHUB_EVENT_PATH can't be read: {error}") from error


def _number(event: Mapping[str, object], pull_request: Mapping[str, object]) -> int | None:
    issue = _mapping(event.get("issue"))
    for found in (pull_request.get("number"), issue.get("number") if "pull_request" in issue else None):
        if isinstance(found, int) and found > 0:
            return found
    ref = _PULL_REF.match(os.environ.get("GITHUB_REF") or "")
    return int(ref.group(1)) if ref else None


def _run_on_github(repository: str) -> str | None:
    server, run = os.environ.get("GITHUB_SERVER_URL"), os.environ.get("GITHUB_RUN_ID")
    return _url(f"{server}/{os.environ.get('GITHUB_REPOSITORY') or repository}/actions/runs/{run}") if server else None


def _commit(text: object) -> str | None:
    if text is None or text == "":
        return None
    if not isinstance(text, str) or not _COMMIT.fullmatch(text):
        raise click.UsageError(f"{text!r} is no commit; give its sha with --commit.")
    return text


def _positive(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and int(text[:9]) > 0 else None


def _url(text: str | None) -> str | None:
    return text if text and _URL.fullmatch(text) else None


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}
