"""`contracthub deprecations`, with a hub that is really served."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cli, Ran
from tests.conftest import LiveHub

ROOT = Path(__file__).parents[2]
PACT = ROOT / "pacts" / "anomaly_console-detector_service.json"
SPEC = ROOT / "specs" / "detector_service.openapi.json"
Run = Callable[..., Ran]


@pytest.fixture
def told(cli: Cli, database_url: str, start_hub: Callable[[str], LiveHub]) -> Run:
    """Runs a command against a hub in which anomaly_console 1 lives in production."""
    hub = start_hub(database_url)

    def run(*arguments: str, code: int = 0) -> Ran:
        ran = cli(*arguments, "-b", hub.url, "--retries", "0")
        assert ran.code == code, ran
        return ran

    run("publish", str(PACT), "-a", "1", "--branch", "main")
    run("record-deployment", "-a", "anomaly_console", "-e", "1", "--environment", "production")
    return run


def published(told: Run, folder: Path, version: str, change: Callable[[Any], None]) -> None:
    """The specification with a change, published as a version on main."""
    document = json.loads(SPEC.read_text(encoding="utf-8"))
    change(document)
    file = folder / "detector_service.openapi.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    told("publish", "spec", str(file), "--provider", "detector_service", "-e", version, "--branch", "main")


def deprecates(sunset: str | None) -> Callable[[Any], None]:
    """Marks the list of datasets, which is read, and training, until a day."""

    def change(document: Any) -> None:
        marked = document["paths"]["/datasets"]["get"]
        marked["deprecated"] = True
        marked |= {"x-sunset": sunset} if sunset else {}

    return change


def test_who_still_has_to_move_is_named(told: Run, tmp_path: Path) -> None:
    published(told, tmp_path, "1", deprecates("2999-01-31"))
    ran = told("deprecations", "detector_service")
    assert "GET /datasets: until 2999-01-31" in ran.out
    assert "still to move: anomaly_console 1 in production" in ran.out
    assert "a request for the first page of datasets" in ran.out
    rows = told("deprecations", "detector_service", "-o", "markdown").out.splitlines()
    assert any(row.startswith("| GET /datasets | until 2999-01-31") and "anomaly" in row for row in rows)
    document = json.loads(told("deprecations", "detector_service", "-o", "json").out)
    by_name = {each["elements"][0]: each for each in document["deprecations"]}
    found = by_name["GET /datasets"]
    assert found["daysLeft"] > 0
    assert not found["overdue"]
    assert [each["consumer"] for each in found["readers"]] == ["anomaly_console"]


@pytest.mark.parametrize(
    ("sunset", "fail_on", "code"),
    [
        ("2001-01-31", "overdue", 1),
        ("2999-01-31", "overdue", 0),
        (None, "overdue", 0),
        ("2999-01-31", "used", 1),
        ("2001-01-31", "never", 0),
    ],
)
def test_the_exit_code_follows_what_was_asked(
    told: Run, tmp_path: Path, sunset: str | None, fail_on: str, code: int
) -> None:
    published(told, tmp_path, "1", deprecates(sunset))
    told("deprecations", "detector_service", "--fail-on", fail_on, code=code)


def test_of_which_version_is_asked(told: Run, tmp_path: Path) -> None:
    published(told, tmp_path, "1", deprecates("2999-01-31"))
    published(told, tmp_path, "2", lambda _: None)
    told("record-deployment", "-a", "detector_service", "-e", "1", "--environment", "production")
    for which in (("--version", "1"), ("--environment", "production")):
        assert "GET /datasets: until" in told("deprecations", "detector_service", *which).out
    for words in ("", "--branch main", "--version 2"):
        assert "GET /datasets: until" not in told("deprecations", "detector_service", *words.split()).out


def test_questions_without_an_answer(told: Run) -> None:
    told("deprecations", "detector_service", code=3)
    told("deprecations", "nobody", code=3)
    told("deprecations", "detector_service", "--version", "1", "--branch", "main", code=2)
    told("deprecations", "detector_service", "--environment", "nowhere", code=3)
