"""How verdicts look on pages: a word, an icon and a tone, so that nothing hangs on colour alone."""

from dataclasses import dataclass
from datetime import date

from contracthub.domain.matrix_question import MatrixRow
from contracthub.domain.standings import VerdictKind
from contracthub.domain.waivers import Waiver, WaiverState, state_of


@dataclass(frozen=True, slots=True)
class Appearance:
    """``tone`` is a class of the style sheet, ``icon`` a name in the templates' set of icons."""

    word: str
    tone: str
    icon: str


_APPEARANCES = {
    VerdictKind.VERIFIED: Appearance("Verified", "good", "check"),
    VerdictKind.COMPATIBLE: Appearance("Compatible", "good", "check"),
    VerdictKind.WAIVED: Appearance("Waived", "warn", "alert"),
    VerdictKind.INCOMPATIBLE: Appearance("Incompatible", "bad", "cross"),
    VerdictKind.FAILED: Appearance("Failed", "bad", "cross"),
    VerdictKind.MISSING_STATE: Appearance("Missing state", "bad", "cross"),
    VerdictKind.NEVER_VERIFIED: Appearance("Never verified", "unknown", "question"),
    VerdictKind.STALE: Appearance("Stale", "warn", "alert"),
    VerdictKind.NOT_PUBLISHED: Appearance("Not published", "unknown", "dash"),
    VerdictKind.UNANSWERABLE: Appearance("Unanswerable", "warn", "alert"),
}
_WAIVERS = {
    WaiverState.VALID: Appearance("Valid", "warn", "alert"),
    WaiverState.EXPIRED: Appearance("Over", "unknown", "dash"),
    WaiverState.WITHDRAWN: Appearance("Withdrawn", "unknown", "dash"),
}
ANSWERS = {
    True: Appearance("Yes", "good", "check"),
    False: Appearance("No", "bad", "cross"),
    None: Appearance("Not known", "unknown", "question"),
}


def appearance_of(kind: VerdictKind) -> Appearance:
    """How a verdict looks."""
    return _APPEARANCES.get(kind) or Appearance(kind.value.replace("_", " ").capitalize(), "unknown", "question")


def appearance_of_row(row: MatrixRow) -> Appearance:
    """How the outcome of a row looks."""
    if row.standing is not None:
        return appearance_of(row.standing.kind)
    if row.reading is None:
        return appearance_of_result(row.success)
    kinds = {True: VerdictKind.COMPATIBLE, False: VerdictKind.INCOMPATIBLE, None: VerdictKind.UNANSWERABLE}
    return appearance_of(kinds[row.success])


def appearance_of_result(success: bool | None) -> Appearance:  # noqa: FBT001 - a template's filter
    """How the outcome of a verification looks; ``None`` where there was none."""
    kinds = {True: VerdictKind.VERIFIED, False: VerdictKind.FAILED, None: VerdictKind.NEVER_VERIFIED}
    return appearance_of(kinds[success])


def appearance_of_waiver(waiver: Waiver, today: date) -> Appearance:
    """How it looks whether a waiver holds."""
    return _WAIVERS[state_of(waiver, today)]
