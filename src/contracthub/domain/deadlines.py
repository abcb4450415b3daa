"""Until which day somebody lets something pass: a breaking change that was approved, a finding that was accepted."""

import re
from datetime import date, timedelta

from contracthub.domain.errors import Fault

# Whoever lets something pass for longer does not let it pass for now, but for good.
MOST_DAYS = 366
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def day_in(value: object) -> date | None:
    """The day that is written ``YYYY-MM-DD``, None for anything else."""
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def is_over(until: date, today: date) -> bool:
    """Whether the last day is past; on that day itself, whatever was let pass still passes."""
    return today > until


def faults_of_until(value: object, today: date, *, field: str = "until") -> list[Fault]:
    """What keeps ``value`` from being a last day: none, no day, past already, or too far ahead."""
    if value is None:
        return [Fault(field, "is missing")]
    until = day_in(value)
    if until is None:
        return [Fault(field, "must be a day written as 2027-01-31")]
    if is_over(until, today):
        return [Fault(field, f"is past: today is {today.isoformat()} in UTC")]
    # Not "today + days": near the end of the calendar there is no such day.
    if until - today > timedelta(days=MOST_DAYS):
        return [Fault(field, f"is more than {MOST_DAYS} days ahead, the most for which something can be let pass")]
    return []
