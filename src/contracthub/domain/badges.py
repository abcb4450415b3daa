"""Badges: what stands on them, left and right, and in which colour (pact-broker-api §15); not how they are drawn."""

import re
from dataclasses import dataclass
from enum import StrEnum

GREEN, RED, ORANGE, GREY = "brightgreen", "red", "orange", "lightgrey"
_BETWEEN_WORDS = re.compile(r"[\s_-]+")


@dataclass(frozen=True, slots=True)
class Badge:
    """Two texts and the colour of the right one, by the names that shields.io made common."""

    left: str
    right: str
    colour: str


class PactStatus(StrEnum):
    """How the newest pact of a pair stands, in the words on the badge; on paper where nobody verified it."""

    VERIFIED = "verified"
    FAILED = "failed"
    FAILED_PENDING = "failed (pending)"
    CHANGED = "changed"
    COMPATIBLE = "compatible"
    INCOMPATIBLE = "incompatible"
    UNKNOWN = "unknown"


_COLOURS = {
    PactStatus.VERIFIED: GREEN,
    PactStatus.FAILED: RED,
    PactStatus.FAILED_PENDING: RED,
    PactStatus.CHANGED: ORANGE,
    PactStatus.COMPATIBLE: GREEN,
    PactStatus.INCOMPATIBLE: RED,
    PactStatus.UNKNOWN: GREY,
}


@dataclass(frozen=True, slots=True)
class Side:
    """A pacticipant as it stands on a badge, with its tag where the question named one."""

    name: str
    tag: str | None = None

    def told(self, *, initials: bool) -> str:
        """In lower case, and a name of several words by its initials where that is asked for.

        >>> Side("Foo Bar", "dev").told(initials=True), Side("Foo").told(initials=True)
        ('fb (dev)', 'foo')
        """
        words = [word for word in _BETWEEN_WORDS.split(self.name) if word]
        name = "".join(word[0] for word in words) if initials and len(words) > 1 else self.name
        return name.lower() + (f" ({self.tag})" if self.tag else "")


def result_of(*, success: bool | None, pending: bool = False, same_content: bool = True) -> PactStatus:
    """How a pact stands by its last result, which may be one for an earlier content; ``None`` is no result.

    >>> result_of(success=True, same_content=False), result_of(success=False, pending=True)
    (<PactStatus.CHANGED: 'changed'>, <PactStatus.FAILED_PENDING: 'failed (pending)'>)
    """
    if success is None:
        return PactStatus.UNKNOWN
    if success:
        return PactStatus.VERIFIED if same_content else PactStatus.CHANGED
    return PactStatus.FAILED_PENDING if pending else PactStatus.FAILED


def pact_badge(consumer: Side, provider: Side, status: PactStatus, *, label: str = "", initials: bool = False) -> Badge:
    """How a pact stands; ``label`` ``consumer`` or ``provider`` names only that one."""
    sides = {"consumer": (consumer,), "provider": (provider,)}.get(label, (consumer, provider))
    names = "/".join(side.told(initials=initials) for side in sides)
    return Badge(f"{names} pact", status.value, _COLOURS[status])


def can_i_deploy_badge(what: str, target: str, *, deployable: bool | None, label: str = "") -> Badge:
    """Whether the newest version of a line can go there; what isn't known is a no."""
    return Badge(label or "can-i-deploy", f"{what} to {target}", GREEN if deployable else RED)


def can_i_merge_badge(*, deployable: bool | None, label: str = "") -> Badge:
    """Whether the main branch fits those of its partners."""
    told = {True: ("success", GREEN), False: ("failed", RED), None: ("unknown", GREY)}
    return Badge(label or "can-i-merge", *told[deployable])


def missing_badge(what: str) -> Badge:
    """That something which the question named does not exist."""
    return Badge(what, "not found", GREY)
