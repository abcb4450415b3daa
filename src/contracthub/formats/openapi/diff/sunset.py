"""Dates that announce an end, and how long before it they must stand there (diff-rules §6)."""

from datetime import date, datetime

from contracthub.formats.openapi.diff.options import Options
from contracthub.formats.safe_json import JsonValue


def day_of(said: JsonValue) -> date | None:
    """The day of a full-date or timestamp of RFC 3339; None for what is neither."""
    if not isinstance(said, str):
        return None
    try:
        return date.fromisoformat(said) if len(said) == 10 else datetime.fromisoformat(said).date()
    except ValueError:
        return None


def days_needed(stability: JsonValue, options: Options) -> int:
    """How many days before its end an element of this stability must be announced."""
    if stability in ("draft", "alpha"):
        return 0
    return options.days_beta if stability == "beta" else options.days_stable
