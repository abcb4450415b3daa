"""Renders templates. All values are escaped, and control characters in them are made visible, without being asked."""

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from contracthub.reports.visible import visible, visible_lines
from contracthub.web.pages.assets import asset_paths
from contracthub.web.pages.links import external, json_of, links_of
from contracthub.web.pages.verdicts import appearance_of, appearance_of_result, appearance_of_row, appearance_of_waiver

TEMPLATES = Path(__file__).parent / "templates"
_UNITS = ((86_400, "day"), (3600, "hour"), (60, "minute"))


def page(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page, rendered from a template."""
    links = links_of(request)
    now: datetime = request.app.state.clock()
    frame = {
        "links": links,
        "assets": {name: links.base + path for name, path in asset_paths().items()},
        "json_url": json_of(request),
        "now": now,
    }
    return HTMLResponse(environment().get_template(template).render(frame | values), status)


@cache
def environment() -> Environment:
    """The templates with their filters; made once."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters |= {
        "lines": _lines,
        "external": external,
        "ago": _ago,
        "moment": _moment,
        "appearance": appearance_of,
        "result_appearance": appearance_of_result,
        "row_appearance": appearance_of_row,
        "waiver_appearance": appearance_of_waiver,
        "short": _short,
    }
    return made


def _shown(value: object) -> object:
    if value is None:
        return ""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _lines(text: str) -> Markup:
    """Text whose line breaks are meant."""
    return Markup("\n").join(escape(line) for line in visible_lines(text.replace("\t", "    ")))


def _short(sha: str) -> str:
    return sha[:10]


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def _ago(value: datetime, now: datetime) -> str:
    """How long ago, as people say it; a date once it is more than a month.

    >>> _ago(datetime(2026, 1, 1, 9, tzinfo=UTC), datetime(2026, 1, 1, 12, tzinfo=UTC))
    '3 hours ago'
    """
    past = now - value
    if past >= timedelta(days=30):
        return value.astimezone(UTC).strftime("%d %b %Y").lstrip("0")
    for seconds, unit in _UNITS:
        count = int(past.total_seconds() // seconds)
        if count >= 1:
            return f"{count} {unit}{'s' if count > 1 else ''} ago"
    return "just now"
