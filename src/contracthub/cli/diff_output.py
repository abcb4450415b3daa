"""The forms in which a comparison is told; each is imported when it is asked for."""

import json

from contracthub.domain.change_reports import DiffReport
from contracthub.reports.colours import PLAIN, Palette

FORMS = ("text", "json", "markdown", "sarif", "github", "gitlab", "junit", "html")


def rendered(report: DiffReport, form: str, palette: Palette = PLAIN) -> str:
    """The report as a text in one of the forms."""
    match form:
        case "json":
            from contracthub.reports.diff_json import diff_as_json

            return json.dumps(diff_as_json(report), indent=2)
        case "sarif":
            from importlib.metadata import version

            from contracthub.reports.diff_sarif import diff_as_sarif

            return json.dumps(diff_as_sarif(report, version("contracthub")), indent=2)
        case "markdown":
            from contracthub.reports.diff_markdown import diff_for_markdown

            return diff_for_markdown(report)
        case "html":
            from contracthub.reports.diff_html import diff_as_html

            return diff_as_html(report)
        case "github" | "gitlab" | "junit":
            from contracthub.reports.diff_ci import diff_for_github, diff_for_gitlab, diff_for_junit

            return {"github": diff_for_github, "gitlab": diff_for_gitlab, "junit": diff_for_junit}[form](report)
        case _:
            from contracthub.reports.diff_text import diff_for_terminal

            return diff_for_terminal(report, palette)
