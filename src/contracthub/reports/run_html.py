"""A run as one page of HTML that opens offline: it fetches nothing, and its policy forbids it to try."""

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from contracthub.domain.verification_reports import Outcome
from contracthub.domain.verification_runs import CheckStatus, RunReport
from contracthub.reports.run import (
    FAILURES,
    WORDS,
    Latency,
    answer_of,
    checks_of,
    coverage_of,
    latencies_of,
    problems_of,
    title_of,
    told_of,
)
from contracthub.reports.visible import visible, visible_lines

if TYPE_CHECKING:
    from jinja2 import Template

_TEMPLATES = Path(__file__).parent / "templates"
_BAR = 460.0
_CLASSES = {CheckStatus.PASSED: "good"} | dict.fromkeys((*FAILURES, CheckStatus.COULD_NOT_RUN), "bad")


@dataclass(frozen=True, slots=True)
class _Bar:
    """A latency with the widths of its bars, in units of the drawing."""

    latency: Latency
    median: float
    p95: float
    longest: float


def run_as_html(report: RunReport) -> str:
    """The whole page. Everything from outside is escaped, control characters are shown as such."""
    checks = checks_of(report)
    coverage = coverage_of(report)
    style, script = _text("run.css"), _text("run.js")
    return _template().render(
        answer=answer_of(report),
        good=report.outcome is Outcome.VERIFIED,
        report=report,
        started=report.started_at.isoformat(timespec="seconds"),
        tiles=[
            (word, sum(check.status is status for check in checks), _class(status)) for status, word in WORDS.items()
        ],
        problems=problems_of(report),
        suites=report.suites,
        passed=CheckStatus.PASSED,
        bars=_bars(latencies_of(report)),
        bar=_BAR,
        coverage=coverage,
        codes=sorted({code for each in coverage for code in each.status_codes}),
        environment=sorted(report.environment.items()),
        style=Markup(style),  # noqa: S704 (our own file)
        script=Markup(script),  # noqa: S704 (our own file)
        policy=(
            f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
            "base-uri 'none'; form-action 'none'"
        ),
    )


def _bars(latencies: tuple[Latency, ...]) -> list[_Bar]:
    longest = max((each.longest for each in latencies), default=0.0) or 1.0
    scale = _BAR / longest
    return [
        _Bar(each, round(each.median * scale, 1), round(each.p95 * scale, 1), round(each.longest * scale, 1))
        for each in latencies
    ]


def _class(status: CheckStatus) -> str:
    return _CLASSES.get(status, "other")


@cache
def _text(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    """A source for a content security policy (CSP level 3, 2.3.1); the element holds the text and nothing more."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


@cache
def _template() -> "Template":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "title_of": title_of,
        "told_of": told_of,
        "class_of": _class,
        "word": lambda status: WORDS[status],
        "lines": lambda texts: Markup("\n").join(line for text in texts for line in visible_lines(text)),
    }
    return environment.get_template("run.html")


def _shown(value: object) -> object:
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value
