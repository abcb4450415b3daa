"""Finds the conformance cases beside the checkout, or skips and says so."""

import json
from pathlib import Path
from typing import Any

import pytest

CASES = Path(__file__).resolve().parents[2] / ".." / "shared" / "conformance"


def cases_of(*path: str) -> list[Any]:
    """The cases of a file; skips the whole module where the folder is absent."""
    if not CASES.is_dir():
        reason = "no ../shared/conformance beside this checkout: conformance cases left out"
        pytest.skip(reason, allow_module_level=True)
    found: list[Any] = json.loads(CASES.joinpath(*path).read_text(encoding="utf-8"))
    return found
