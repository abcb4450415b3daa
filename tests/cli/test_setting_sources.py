"""Which setting came from where: in refusals, and as --show-settings tells it."""

import json
from pathlib import Path

import pytest

from contracthub.cli.main import run

ASK = ["verify", "provider", "orders", "--provider-base-url", "http://127.0.0.1:1"]


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("TEST_TIMEOUT", "soon", "TEST_TIMEOUT (--timeout)"),
        ("CONTRACTHUB_TIMEOUT", "-1", "CONTRACTHUB_TIMEOUT (--timeout)"),
        ("MAX_CONCURRENT_TESTS", "99", "MAX_CONCURRENT_TESTS (--workers)"),
        ("CONTRACTHUB_STATE_URL", "nowhere", "CONTRACTHUB_STATE_URL (--provider-states-setup-url)"),
    ],
)
def test_a_refusal_names_the_variable(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], variable: str, value: str, said: str
) -> None:
    monkeypatch.setenv(variable, value)
    assert run([*ASK, "--pact", "."]) == 2
    assert f"Invalid value for {said}: " in capsys.readouterr().err


def test_what_is_typed_is_named_as_it_was(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("TEST_TIMEOUT", "soon")
    assert run([*ASK, "--timeout", "never"]) == 2
    assert "Invalid value for '--timeout': " in capsys.readouterr().err


def test_a_refusal_names_the_file(capsys: pytest.CaptureFixture[str]) -> None:
    Path("contracthub.toml").write_text("[verify]\ntimeout = 0\n", encoding="utf-8")
    assert run(ASK) == 2
    assert "Invalid value for contracthub.toml (--timeout): " in capsys.readouterr().err


def test_every_setting_is_shown_with_its_source_and_without_secrets(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = '[verify]\nsuite = ["smoke"]\ntimeout = 7\n[verify.fuzz]\nseed = 4\nphases = ["coverage"]\n'
    Path("contracthub.toml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("MAX_CONCURRENT_TESTS", "3")
    monkeypatch.setenv("CONTRACTHUB_TOKEN", "s3cr3t")
    monkeypatch.setenv("CONTRACTHUB_STATE_URL", "http://me:s3cr3t@127.0.0.1/states?key=s3cr3t")
    words = ["--show-settings", "--seed", "5", "--header", "Authorization: s3cr3t"]
    assert run([*ASK, *words, "--output", "json"]) == 0
    said = capsys.readouterr().out
    told = {each["setting"]: (each["value"], each["source"]) for each in json.loads(said)}
    assert "s3cr3t" not in said
    assert told["PROVIDER"] == ("orders", "command line")
    assert told["--suite"] == ("smoke", "contracthub.toml")
    assert told["--timeout"] == ("7.0", "contracthub.toml")
    assert told["--workers"] == ("3", "MAX_CONCURRENT_TESTS")
    assert told["--seed"] == ("5", "command line")
    assert told["--request-timeout"] == ("5000", "default")
    assert told["--header"] == ("Authorization: **********", "command line")
    assert told["--provider-states-setup-url"] == ("http://127.0.0.1/states", "CONTRACTHUB_STATE_URL")
    assert told["[verify.fuzz] phases"] == ('["coverage"]', "contracthub.toml")
    assert run([*ASK, *words]) == 0
    assert "s3cr3t" not in capsys.readouterr().out
