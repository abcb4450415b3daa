"""Kill -9 of the importer, and of the hub that takes in: started again, it goes on, and nothing is there twice."""

import json
import os
import random
import subprocess
import sys
from pathlib import Path

from starlette.testclient import TestClient

from contracthub.storage.engine import open_database
from contracthub.storage.units import DatabaseStorage
from contracthub.web.app import create_app
from tests.faults.hub_process import HANGS_AFTER_SECONDS, HubProcess, serving
from tests.faults.publishing import check_soundness
from tests.features.given import Given
from tests.features.random_histories import comparable, make_fleet, questions


def start_import(source: HubProcess, target: HubProcess) -> "subprocess.Popen[str]":
    command = ["import", "pact-broker", source.url, "-b", target.url, "--output", "json", "--retries", "0"]
    return subprocess.Popen(
        [sys.executable, "-m", "contracthub", *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={name: value for name, value in os.environ.items() if not name.startswith(("PACT_", "CONTRACTHUB_"))},
    )


def written(hub: HubProcess) -> int:
    """How far an import has come: versions and results that the hub holds."""
    metrics = hub.ask("GET", "/metrics").json
    return int(metrics["pacticipantVersions"]["count"]) + int(metrics["verificationResults"]["count"])


def wait_until(hub: HubProcess, importer: "subprocess.Popen[str]", most: int) -> None:
    """Until something has been written, or the import has ended: the moment to kill somebody."""
    while importer.poll() is None and written(hub) < most:
        pass


def test_a_killed_import_goes_on(empty_url: str, sqlite_template: Path, tmp_path: Path) -> None:
    source_url = f"sqlite:///{tmp_path}/source.sqlite3"
    (tmp_path / "source.sqlite3").write_bytes(sqlite_template.read_bytes())
    source_database = open_database(source_url)
    with TestClient(create_app(DatabaseStorage(source_database)), base_url="http://hub.test") as there:
        fleet = make_fleet(Given(there), random.Random(17), services=4, versions=25)
        with serving(source_url) as source:
            whole = written(source)
            with serving(empty_url) as target:
                importer = start_import(source, target)
                wait_until(target, importer, 1)
                importer.kill()
                importer.communicate(timeout=HANGS_AFTER_SECONDS)
            with serving(empty_url) as target:
                importer = start_import(source, target)
                wait_until(target, importer, whole * 2 // 3)
                target.kill()
                said, complaint = importer.communicate(timeout=HANGS_AFTER_SECONDS)
                assert importer.returncode in (0, 3), (said, complaint)
                assert "Traceback" not in complaint
            with serving(empty_url) as target:
                importer = start_import(source, target)
                said, complaint = importer.communicate(timeout=HANGS_AFTER_SECONDS)
                assert (importer.returncode, json.loads(said)["problems"]) == (0, []), complaint
                assert written(target) == whole
        target_database = open_database(empty_url)
        check_soundness(target_database)
        with TestClient(create_app(DatabaseStorage(target_database)), base_url="http://hub.test") as here:
            for question in questions(fleet):
                assert comparable(here.get(question).json()) == comparable(there.get(question).json()), question
        target_database.close()
    source_database.close()
