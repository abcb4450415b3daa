"""The full check of a document as JSON, on every face."""

import re
from collections.abc import Mapping
from typing import Any

from contracthub.domain.document_checks import DocumentCheck, Finding

_IN_LINES = re.compile(r"([0-9]+):([0-9]+)")


def check_json(it: DocumentCheck) -> dict[str, Any]:
    """A check: how it stands, and what was found with its place."""
    told = {
        "status": it.status.value,
        "tool": {"name": it.tool.name, "version": it.tool.version},
        "findings": [_finding_json(each) for each in it.outcome.findings],
        "moreFindings": it.outcome.left_out,
        "reason": it.outcome.reason,
        "checkedAt": it.checked_at and it.checked_at.isoformat(timespec="seconds"),
    }
    return _present(told)


def _finding_json(it: Finding) -> dict[str, Any]:
    lines = _IN_LINES.fullmatch(it.place or "")
    place = {"line": int(lines[1]), "column": int(lines[2])} if lines else {"pointer": it.place}
    return _present({**place, "message": it.message})


def _present(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
