"""A pull request on GitHub or GitHub Enterprise, through its REST API."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from contracthub.forges.calling import Caller
from contracthub.forges.conversation import Posted, Status
from contracthub.forges.errors import ForgeRefused, ForgeUnreachable, NotAllowed

LONGEST_COMMENT = 65_536
LONGEST_DESCRIPTION = 140
# A mebibyte of each step, and a character may have four bytes.
LONGEST_SUMMARY = 250_000
HEADERS = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
ACTIONS_BOT = "github-actions[bot]"


@dataclass(frozen=True, slots=True)
class Author:
    """Whose token it is: the number where GitHub says it, else the name."""

    login: str
    id: int | None = None

    def wrote(self, user: object) -> bool:
        """Whether a comment's ``user`` is this one."""
        if not isinstance(user, Mapping):
            return False
        if self.id is not None and isinstance(user.get("id"), int):
            return bool(user["id"] == self.id)
        return user.get("login") == self.login


class GithubPullRequest:
    """The comments of a pull request, which are those of an issue to GitHub, and statuses of its commits."""

    def __init__(self, caller: Caller, repository: str, number: int, author: Author) -> None:
        self._caller = caller
        self._repository = f"/repos/{quote(repository)}"
        self._number = number
        self._author = author

    def comments(self) -> Iterator[Posted]:
        """All comments, oldest first."""
        for page in self._caller.pages(f"{self._repository}/issues/{self._number}/comments?per_page=100"):
            for each in page if isinstance(page, list) else ():
                if isinstance(each, dict) and isinstance(each.get("id"), int):
                    mine = self._author.wrote(each.get("user"))
                    yield Posted(str(each["id"]), _text(each.get("body")), mine, _text(each.get("html_url")))

    def create(self, body: str) -> str:
        """Posts a comment, and gives its address."""
        url = f"{self._repository}/issues/{self._number}/comments"
        return _url(self._caller.ask("POST", url, {"body": body}, repeatable=False))

    def update(self, comment: Posted, body: str) -> str:
        """Changes a comment."""
        return _url(self._caller.ask("PATCH", self._place(comment), {"body": body}))

    def remove(self, comment: Posted) -> None:
        """Removes a comment."""
        self._caller.ask("DELETE", self._place(comment))

    def set_status(self, commit: str, status: Status, context: str, description: str, target: str | None) -> None:
        """Puts a status beside a commit; the newest of a context counts."""
        body = {"state": status.value, "context": context, "description": description}
        self._caller.ask("POST", f"{self._repository}/statuses/{quote(commit)}", body | _target(target))

    def _place(self, comment: Posted) -> str:
        return f"{self._repository}/issues/comments/{comment.id}"


def author_of(caller: Caller, graphql_url: str, *, in_actions: bool) -> Author:
    """Whose token it is. The one of GitHub Actions is no user's, and only GraphQL tells about it.

    Raises NotAllowed when that can't be known, because then no comment is known to be ours.
    """
    try:
        answer = caller.ask("POST", graphql_url, {"query": "query { viewer { login databaseId } }"})
        found = _viewer(answer)
        if found is not None:
            return found
    except ForgeRefused:
        pass
    try:
        user = caller.ask("GET", "/user")
    except ForgeRefused as refusal:
        if in_actions:
            return Author(ACTIONS_BOT)
        raise NotAllowed(
            f"Whose token it is can't be found out, so no comment is known to be ours: {refusal}"
        ) from refusal
    login, number = (user.get("login"), user.get("id")) if isinstance(user, dict) else (None, None)
    if not isinstance(login, str):
        raise ForgeUnreachable("GitHub does not say whose token it is.")
    return Author(login, number if isinstance(number, int) else None)


def _viewer(answer: object) -> Author | None:
    data = answer.get("data") if isinstance(answer, dict) else None
    viewer = data.get("viewer") if isinstance(data, dict) else None
    if not isinstance(viewer, dict) or not isinstance(viewer.get("login"), str):
        return None
    number = viewer.get("databaseId")
    return Author(viewer["login"], number if isinstance(number, int) else None)


def _url(answer: object) -> str:
    return _text(answer.get("html_url")) if isinstance(answer, dict) else ""


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _target(url: str | None) -> dict[str, str]:
    return {"target_url": url} if url else {}
