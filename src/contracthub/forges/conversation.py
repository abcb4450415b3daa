"""What is asked of a forge, and the one rule of comments: ours is found, changed and shrunk, never repeated."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from contracthub.forges.errors import ForgeUnreachable, Gone

_MARKER = re.compile(r"<!-- contracthub:diff:([0-9a-f]{32})(?::([0-9a-f]{16}))? -->\r?\n")
_MOST_TRIES = 3


@dataclass(frozen=True, slots=True)
class Posted:
    """A comment that is there; ``is_ours`` when its author is who the token belongs to."""

    id: str
    body: str
    is_ours: bool
    url: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a comment is to say. A clean one is only worth it where there was one before.

    ``group``: comments that are told together, so that one that is told no more is known to be of the past.
    """

    key: str
    body: str
    is_clean: bool = False
    group: str = ""


class Deed(StrEnum):
    """What was done about a comment."""

    CREATED = "created"
    UPDATED = "updated"
    RESOLVED = "resolved"
    UNCHANGED = "unchanged"
    NOT_NEEDED = "not needed"


@dataclass(frozen=True, slots=True)
class Done:
    """What came of it, and where it can be read."""

    deed: Deed
    url: str = ""


class Status(StrEnum):
    """The standing of a commit."""

    SUCCESS = "success"
    FAILURE = "failure"
    ERROR = "error"


class Conversation(Protocol):
    """The comments of one pull request."""

    def comments(self) -> Iterable[Posted]:
        """All comments, oldest first."""
        ...

    def create(self, body: str) -> str:
        """Posts a comment, and gives its address."""
        ...

    def update(self, comment: Posted, body: str) -> str:
        """Changes a comment. Raises Gone when somebody removed it meanwhile."""
        ...

    def remove(self, comment: Posted) -> None:
        """Removes a comment."""
        ...


def marked(key: str, body: str, group: str = "") -> str:
    """A body with the marker that its comment is found by, on the first line, to which no document has a way."""
    return f"<!-- contracthub:diff:{key}{f':{group}' if group else ''} -->\n{body}"


def is_of_group(comment: Posted, group: str) -> bool:
    """Whether a comment of ours was told with the others of a group."""
    marker = _MARKER.match(comment.body)
    return marker is not None and bool(group) and marker.group(2) == group


def ours_by_key(comments: Iterable[Posted]) -> dict[str, list[Posted]]:
    """Our comments by their keys, oldest first. What others wrote is not looked at, whatever it begins with."""
    found: dict[str, list[Posted]] = {}
    for comment in comments:
        marker = _MARKER.match(comment.body)
        if comment.is_ours and marker:
            found.setdefault(marker.group(1), []).append(comment)
    return found


def settle(conversation: Conversation, wanted: Wanted, existing: Sequence[Posted]) -> Done:
    """Makes the comment say what is wanted; of several that a race left, the oldest stays."""
    body = marked(wanted.key, wanted.body, wanted.group)
    for left_over in existing[1:]:
        _remove(conversation, left_over)
    if existing:
        ours = existing[0]
        if _same(ours.body, body):
            return Done(Deed.UNCHANGED, ours.url)
        try:
            url = conversation.update(ours, body)
        except Gone:
            # Somebody removed it since it was listed.
            existing = ()
        else:
            return Done(Deed.RESOLVED if wanted.is_clean else Deed.UPDATED, url)
    if wanted.is_clean:
        return Done(Deed.NOT_NEEDED)
    return Done(Deed.CREATED, _created(conversation, wanted.key, body))


def _created(conversation: Conversation, key: str, body: str) -> str:
    for left in reversed(range(_MOST_TRIES)):
        try:
            return conversation.create(body)
        except ForgeUnreachable:
            # It may be there all the same; to post it blindly again would make two.
            found = ours_by_key(conversation.comments()).get(key)
            if found:
                return found[0].url
            if not left:
                raise
    raise AssertionError


def _remove(conversation: Conversation, comment: Posted) -> None:
    try:
        conversation.remove(comment)
    except Gone:
        return


def _same(old: str, new: str) -> bool:
    return old.replace("\r\n", "\n").rstrip() == new.rstrip()
