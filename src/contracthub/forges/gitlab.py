"""A merge request on GitLab, through its REST API."""

from collections.abc import Iterator
from urllib.parse import quote

from contracthub.forges.calling import Caller
from contracthub.forges.conversation import Posted, Status
from contracthub.forges.errors import ForgeRefused, ForgeUnreachable

LONGEST_COMMENT = 1_000_000
_STATES = {Status.SUCCESS: "success", Status.FAILURE: "failed", Status.ERROR: "failed"}


class GitlabMergeRequest:
    """The notes of a merge request, and statuses of its commits. ``author`` is the number of the token's user.

    The commits are in ``source``, which is another project than the merge request's when that comes from a fork.
    """

    def __init__(self, caller: Caller, project: str, number: int, author: int, *, source: str = "") -> None:
        self._caller = caller
        self._notes = f"/projects/{quote(project, safe='')}/merge_requests/{number}/notes"
        self._source = f"/projects/{quote(source or project, safe='')}"
        self._author = author

    def comments(self) -> Iterator[Posted]:
        """All notes that people or programs wrote, oldest first."""
        for page in self._caller.pages(f"{self._notes}?per_page=100&sort=asc&order_by=created_at"):
            for each in page if isinstance(page, list) else ():
                if not isinstance(each, dict) or not isinstance(each.get("id"), int) or each.get("system"):
                    continue
                author, body = each.get("author"), each.get("body")
                mine = isinstance(author, dict) and author.get("id") == self._author
                yield Posted(str(each["id"]), body if isinstance(body, str) else "", mine)

    def create(self, body: str) -> str:
        """Posts a note, and gives its number: the API tells no address."""
        return _note(self._caller.ask("POST", self._notes, {"body": body}, repeatable=False))

    def update(self, comment: Posted, body: str) -> str:
        """Changes a note."""
        return _note(self._caller.ask("PUT", f"{self._notes}/{comment.id}", {"body": body}))

    def remove(self, comment: Posted) -> None:
        """Removes a note."""
        self._caller.ask("DELETE", f"{self._notes}/{comment.id}")

    def set_status(self, commit: str, status: Status, context: str, description: str, target: str | None) -> None:
        """Puts a status beside a commit. A status that stands there already is refused by GitLab, and is no fault."""
        body = {"state": _STATES[status], "name": context, "description": description}
        body |= {"target_url": target} if target else {}
        try:
            self._caller.ask("POST", f"{self._source}/statuses/{quote(commit)}", body)
        except ForgeRefused as refusal:
            if "Cannot transition status" not in str(refusal):
                raise


def user_of(caller: Caller) -> int:
    """The number of the token's user; that of a project's token is a bot."""
    user = caller.ask("GET", "/user")
    number = user.get("id") if isinstance(user, dict) else None
    if not isinstance(number, int):
        raise ForgeUnreachable("GitLab does not say whose token it is.")
    return number


def _note(answer: object) -> str:
    return f"#note_{answer['id']}" if isinstance(answer, dict) and isinstance(answer.get("id"), int) else ""
