"""Whatever field a provider drops: the diff names exactly the consumers whose own tests fail without it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fleet.dropping import ANSWERS, FAILURES, dropped_from
from tests.fleet.running import CONSUMERS, ROOT
from tests.fleet.test_brute_force import DESCRIBED, named

PAIRS = [
    (consumer, provider)
    for provider in DESCRIBED
    for consumer in CONSUMERS[provider]
    if json.loads((ROOT / "pacts" / f"{consumer}-{provider}.json").read_bytes())["interactions"][0].get("request")
]


def run_tests_of(consumer: str, provider: str, folder: Path) -> str:
    """The consumer's own tests, through the plugin."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "tests.fleet.dropping",
        "-p",
        "no:randomly",
        "-p",
        "no:cacheprovider",
        "-n",
        "0",
    ]
    more = {"FLEET_PROVIDER": provider, "FLEET_FOLDER": str(folder), "PACT_DIR": str(folder / "pacts")}
    command.append(f"consumers/{consumer}")
    done = subprocess.run(
        command, check=False, cwd=ROOT, env=os.environ | more, capture_output=True, text=True, timeout=110
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize(("consumer", "provider"), PAIRS)
def test_who_is_named_is_whose_tests_fail(consumer: str, provider: str, tmp_path: Path) -> None:
    said = run_tests_of(consumer, provider, tmp_path)
    assert json.loads((tmp_path / ANSWERS).read_bytes()), said
    assert "failed" not in said
    run_tests_of(consumer, provider, tmp_path)
    failing = {alteration for _, alteration in json.loads((tmp_path / FAILURES).read_bytes())}
    alterations = dropped_from(provider)
    broken = {alteration for alteration, who, _ in named(provider, alterations) if who == consumer}
    assert broken == failing
