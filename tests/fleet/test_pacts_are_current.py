"""The committed pacts are what the consumer tests write today, byte for byte."""

import os
import subprocess
import sys
from pathlib import Path

from tests.fleet.running import CONSUMERS, PACTS, ROOT


def test_the_committed_pacts_equal_what_the_consumer_tests_write(tmp_path: Path) -> None:
    rooms = [str(ROOT / "consumers" / name) for consumers in CONSUMERS.values() for name in consumers]
    committed = [file for files in PACTS.values() for file in files]
    written = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *rooms],
        cwd=ROOT,
        env={**os.environ, "PACT_DIR": str(tmp_path), "PACT_DO_NOT_TRACK": "1", "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert written.returncode == 0, written.stdout
    assert {file.name for file in tmp_path.iterdir()} == {file.name for file in committed}
    assert {file.name for file in (ROOT / "pacts").iterdir()} == {file.name for file in committed}
    for file in committed:
        assert (tmp_path / file.name).read_bytes() == file.read_bytes(), f"{file.name} is not current"
