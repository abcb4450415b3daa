"""`publish conversation` and its like, and what lists, prints and removes them, against a live hub."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from contracthub.cli.main import run
from tests.conftest import LiveHub
from tests.features.given import Given
from tests.features.live import conversation, journey, slo

VERSION = ["-a", "1", "--branch", "main"]
PLACE = ["--consumer", "Foo", "--version", "1", "--kind", "conversation", "--provider", "Bar", "--name", "live stream"]
BAD = "contracthub: conversation/1\nname: a\nprovider: Bar\nconnect:\n  path: /ws\n  colour: red\n"


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("CONTRACTHUB_BASE_URL", "PACT_BROKER_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    contracts = tmp_path / "contracts"
    contracts.mkdir()
    (contracts / "stream.json").write_text(conversation("Bar", consumer="Foo"))
    (contracts / "buying.yaml").write_text(journey("Bar", "Baz", consumer="Foo"))
    (contracts / "own.yml").write_text(slo("Bar"))
    (contracts / "settings.yaml").write_text("a: 1\n")
    (contracts / "pact.json").write_text('{"consumer": {"name": "Foo"}, "provider": {"name": "Bar"}}')
    return contracts


@pytest.fixture
def hub(live_hub: LiveHub, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Given]:
    monkeypatch.setenv("CONTRACTHUB_BASE_URL", live_hub.url)
    with httpx.Client(base_url=live_hub.url) as client:
        yield Given(client)  # type: ignore[arg-type]  # the same calls, over the wire


def test_a_folder_is_published_kind_by_kind(hub: Given, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["publish", "conversation", "contracts", *VERSION]) == 0
    assert "conversation “live stream” of Foo 1 with Bar: published" in capsys.readouterr().out
    assert run(["publish", "conversation", "contracts", *VERSION]) == 0
    assert "published before, and the same" in capsys.readouterr().out
    assert run(["publish", "journey", "contracts/*.yaml", *VERSION, "-o", "json"]) == 1
    err = capsys.readouterr().err
    assert "contracts/settings.yaml: /contracthub must say what this is" in err
    assert run(["publish", "journey", "contracts/buying.yaml", *VERSION, "-o", "json"]) == 0
    providers = [each["provider"] for each in json.loads(capsys.readouterr().out)["contracts"]]
    assert providers == ["Bar", "Baz"]
    # Without a consumer it is the provider's own promise.
    assert run(["publish", "slo", "contracts", "-a", "9"]) == 0
    assert "slo “fast” of Bar 9 with Bar: published" in capsys.readouterr().out
    assert hub.get("/pacticipants/Foo/branches/main/latest-version")["number"] == "1"


def test_another_contract_for_the_same_version_is_refused(
    hub: Given, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert hub is not None
    assert run(["publish", "conversation", "contracts", *VERSION]) == 0
    (folder / "stream.json").write_text(conversation("Bar", 2, consumer="Foo"))
    capsys.readouterr()
    assert run(["publish", "conversation", "contracts", *VERSION]) == 1
    err = capsys.readouterr().err
    assert "Nothing of Foo 1 was published." in err
    assert '+     "kind": "2"' in err
    assert run(["publish", "conversation", "contracts", *VERSION, "--overwrite"]) == 0
    assert "overwritten" in capsys.readouterr().out


def test_they_are_listed_printed_and_removed(
    hub: Given, folder: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert hub is not None
    assert run(["publish", "conversation", "contracts", *VERSION]) == 0
    assert run(["publish", "journey", "contracts", *VERSION]) == 0
    capsysbinary.readouterr()
    assert run(["list-live-contracts", "--consumer", "Foo"]) == 0
    lines = capsysbinary.readouterr().out.decode().splitlines()
    assert [line.split()[:2] for line in lines[-3:]] == [["1", "conversation"], ["1", "journey"], ["1", "journey"]]
    for more in (["--kind", "conversation"], ["--version", "1", "--kind", "conversation"]):
        assert run(["list-live-contracts", "--consumer", "Foo", *more, "-o", "json"]) == 0
        assert [each["name"] for each in json.loads(capsysbinary.readouterr().out)["contracts"]] == ["live stream"]
    assert run(["list-live-contracts", "--consumer", "Foo", "--kind", "slo"]) == 0
    assert b"There are no such contracts." in capsysbinary.readouterr().out
    assert run(["list-live-contracts", "--consumer", "Nobody"]) == 1
    capsysbinary.readouterr()
    assert run(["get-live-contract", *PLACE]) == 0
    assert capsysbinary.readouterr().out == (folder / "stream.json").read_bytes()
    assert run(["delete-live-contract", *PLACE]) == 0
    assert run(["delete-live-contract", *PLACE]) == 1
    assert run(["get-live-contract", *PLACE]) == 1
    assert "There is no conversation “live stream” of Foo 1 with Bar." in capsysbinary.readouterr().err.decode()


def test_a_dry_run_needs_no_hub(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["publish", "conversation", "contracts", "--dry-run"]) == 0
    assert "contracts/stream.json: conversation “live stream” of Foo with Bar: " in capsys.readouterr().out
    assert run(["publish", "slo", "contracts", "--dry-run", "-o", "json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert (found["consumer"], found["providers"]) == ("Bar", ["Bar"])
    (folder / "bad.yaml").write_text(BAD)
    assert run(["publish", "conversation", "contracts", "--dry-run"]) == 1
    err = capsys.readouterr().err
    assert "Nothing was published." in err
    assert "contracts/bad.yaml: /connect/colour is not known here; remove it, or mend its spelling (line 6)" in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["contracts/nothing.yaml"], "contracts/nothing.yaml: there is no such file"),
        (["contracts/buying.yaml"], "is a journey; publish it with: contracthub publish journey contracts/buying.yaml"),
        (["contracts/stream.json", "--consumer", "Else"], "is a contract of Foo, and --consumer says Else"),
        (["contracts/pact.json"], "must say what this is"),
        (["empty"], "empty: holds no conversation"),
        (["anonymous.yaml"], "names no consumer"),
    ],
)
def test_what_is_no_such_contract_is_told(
    folder: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    (folder.parent / "empty").mkdir()
    (folder.parent / "anonymous.yaml").write_text(conversation("Bar"))
    assert run(["publish", "conversation", *words, "--dry-run"]) == 1
    assert said in capsys.readouterr().err


def test_what_is_missing_on_the_command_line_is_asked_for(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["publish", "conversation", str(folder), "-a", "1"]) == 2
    assert "Where is the hub?" in capsys.readouterr().err
    assert run(["publish", "conversation", str(folder), "-b", "http://localhost:1"]) == 2
    assert "Which version?" in capsys.readouterr().err


def test_a_question_about_deployment_shows_them(hub: Given, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["publish", "conversation", "contracts", *VERSION]) == 0
    hub.version("Bar", "7")
    hub.deployed("Bar", "7", hub.environment_uuid("production"))
    capsys.readouterr()
    asked = ["can-i-deploy", "--pacticipant", "Foo", "--version", "1", "--to-environment", "production"]
    assert run(asked) == 1
    out = capsys.readouterr().out
    assert "conversation “live stream”" in out
    assert "contracthub verify provider Bar --suite sockets --provider-version 7" in out
    assert run([*asked, "--explain"]) == 1
    assert "conversation “live stream”" in capsys.readouterr().out
    assert "NEVER VERIFIED (conversation “live stream”)" in out
    assert run(["matrix", "-a", "Foo", "-e", "1"]) == 0
    assert "NEVER VERIFIED (conversation “live stream”)" in capsys.readouterr().out
