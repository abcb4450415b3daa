"""The full check of a document as JSON, on every face."""

import re

from contracthub.domain.document_checks import DocumentCheck, Finding
from contracthub.web.pact_broker.hal import Json, moment, present

_IN_LINES = re.compile(r"([0-9]+):([0-9]+)")


def check_json(it: DocumentCheck) -> Json:
    """A check: how it stands, and what was found with its place."""
    told: Json = {
        "status": it.status.value,
        "tool": {"name": it.tool.name, "version": it.tool.version},
        "findings": [_finding_json(each) for each in it.outcome.findings],
        "moreFindings": it.outcome.left_out,
        "reason": it.outcome.reason,
        "checkedAt": it.checked_at and moment(it.checked_at),
    }
    return present(told)


def _finding_json(it: Finding) -> Json:
    lines = _IN_LINES.fullmatch(it.place or "")
    place = {"line": int(lines[1]), "column": int(lines[2])} if lines else {"pointer": it.place}
    return present({**place, "message": it.message})
