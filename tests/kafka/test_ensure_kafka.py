"""scripts/ensure-kafka where something is missing: it says what, keeps the reason, and lets the tests go on."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOOLS = ("bash", "env", "dirname", "mkdir", "cat", "cksum", "rm", "grep", "tail", "head", "cut")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """What the script needs of a clone."""
    for part in ("scripts", "tests/kafka"):
        (tmp_path / part).mkdir(parents=True)
    for file in ("scripts/ensure-kafka", "scripts/installing.bash", "tests/kafka/pom.xml"):
        shutil.copy(ROOT / file, tmp_path / file)
    return tmp_path


def ensure(clone: Path, *programs: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """The script with no other programs on the search path than the usual tools and these, which fail."""
    path = clone / "bin"
    path.mkdir()
    for tool in TOOLS:
        (path / tool).symlink_to(shutil.which(tool) or tool)
    for program in programs:
        (path / program).write_text("#!/usr/bin/env bash\necho '[ERROR] no network' >&2\nexit 1\n", encoding="utf-8")
        (path / program).chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if name != "KAFKA_BOOTSTRAP_SERVERS"}
    return subprocess.run(
        [clone / "scripts" / "ensure-kafka"],
        env={**kept, "PATH": str(path), **settings},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(("programs", "missing"), [((), "java"), (("java",), "mvn")])
def test_a_runtime_that_is_missing_is_named(clone: Path, programs: tuple[str, ...], missing: str) -> None:
    ended = ensure(clone, *programs)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.strip().endswith(f"mock cluster instead: {missing} is not installed")
    assert (clone / ".clients" / "kafka.missing").read_text(encoding="utf-8").strip() == f"{missing} is not installed"


def test_a_registry_that_can_not_be_reached_is_no_failure(clone: Path) -> None:
    ended = ensure(clone, "java", "mvn")
    assert ended.returncode == 0, ended.stderr
    assert "could not be installed" in ended.stdout
    assert "[ERROR] no network" in ended.stdout
    assert not (clone / ".clients" / "kafka").exists()


def test_a_broker_that_was_named_needs_no_jars(clone: Path) -> None:
    ended = ensure(clone, KAFKA_BOOTSTRAP_SERVERS="kafka.test:9092")
    assert (ended.returncode, ended.stdout) == (0, "")
    assert not (clone / ".clients").exists()
