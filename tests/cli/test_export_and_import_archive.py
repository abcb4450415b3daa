"""`contracthub export` and `import archive`: whole files, and those that were cut, altered or made up."""

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from contracthub.cli.main import run
from tests.conftest import LiveHub

HEAD = {"type": "header", "format": "contracthub-archive", "version": 1}
FOO = {"type": "pacticipant", "name": "Foo", "createdAt": "2026-11-20T10:00:00+00:00"}


def archive(*records: Any) -> bytes:
    """A whole archive of those records."""
    lines = b"".join(json.dumps(each).encode() + b"\n" for each in (HEAD, *records))
    end = {"type": "end", "records": len(records), "sha256": hashlib.sha256(lines).hexdigest()}
    return lines + json.dumps(end).encode() + b"\n"


def refused(hub: LiveHub, path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """The sentence with which a file is refused, after which the hub is as it was."""
    capsys.readouterr()
    assert run(["import", "archive", str(path), "-b", hub.url, "--retries", "0"]) == 3
    said = capsys.readouterr()
    assert "a fault of contracthub itself" not in said.err
    assert hub.get("/pacticipants").json()["_embedded"]["pacticipants"] == []
    return said.err


@pytest.mark.parametrize("name", ["hub.ndjson", "hub.ndjson.gz"])
def test_a_file_that_was_exported_is_taken_in(
    live_hub: LiveHub, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    live_hub.post("/pacticipants", {"name": "Foo", "mainBranch": "main"})
    path = tmp_path / name

    assert run(["export", "-b", live_hub.url, "--output", str(path)]) == 0
    assert path.read_bytes().startswith(b"\x1f\x8b") == name.endswith("gz")
    assert run(["import", "archive", str(path), "-b", live_hub.url, "-o", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["records"]["pacticipant"] == {"unchanged": 1}
    assert sorted(each.name for each in tmp_path.iterdir() if "ndjson" in each.name) == [name]


def test_every_cut_of_an_archive_is_noticed(
    live_hub: LiveHub, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "cut.ndjson"
    for whole in (archive(FOO), gzip.compress(archive(FOO))):
        for length in range(0, len(whole) - 1, 17):
            path.write_bytes(whole[:length])
            refused(live_hub, path, capsys)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (archive(FOO).replace(b"Foo", b"Bar"), "altered"),
        (archive(FOO) + archive(FOO), "altered"),
        (archive(FOO).replace(b'"version": 1', b'"version": 99'), "version 99 of the format"),
        (archive({"type": "spaceship", "name": "Foo"}), "must be one of"),
        (archive([1, 2]), "no JSON object"),
        (archive({"name": "Foo"}), "without a type"),
        (archive({"type": "version", "pacticipant": "Nobody", "number": "1", "createdAt": FOO["createdAt"]}), "first"),
        (archive(FOO | {"createdAt": "x"}), "createdAt"),
        (b"\x00" * 1000, "no JSON"),
        (b"\x1f\x8b" + b"\x00" * 1000, "can't be read"),
        (b"not an archive\n", "no JSON"),
        (b'{"a":1}\n', "no archive"),
    ],
)
def test_a_file_that_is_no_whole_archive_changes_nothing(
    live_hub: LiveHub, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, told: str
) -> None:
    path = tmp_path / "odd.ndjson"
    path.write_bytes(content)

    assert told in refused(live_hub, path, capsys)


def test_what_unpacks_to_a_line_without_end_is_refused(
    live_hub: LiveHub, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bomb.ndjson.gz"
    with gzip.open(path, "wb") as file:
        file.write(json.dumps(HEAD).encode() + b"\n")
        for _ in range(200):
            file.write(b" " * 1024 * 1024)

    assert "bytes" in refused(live_hub, path, capsys)
