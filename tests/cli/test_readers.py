"""`publish reader-schema` and `check-schema` against a live hub, with files as teams have them."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from contracthub.cli.main import run
from tests.conftest import LiveHub
from tests.features.given import Given

READER = {"type": "record", "name": "Order", "fields": [{"name": "id", "type": "string"}]}
WITH_TOTAL = {"type": "record", "name": "Order", "fields": [{"name": "total", "type": "double"}]}
PROTO = 'syntax = "proto3"; package shop; import "line.proto"; message Order { Line line = 1; }'


@pytest.fixture
def hub(live_hub: LiveHub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Given]:
    monkeypatch.setenv("CONTRACTHUB_BASE_URL", live_hub.url)
    monkeypatch.chdir(tmp_path)
    Path("order.avsc").write_text(json.dumps(READER))
    Path("total.avsc").write_text(json.dumps(WITH_TOTAL))
    with httpx.Client(base_url=live_hub.url) as client:
        yield Given(client)  # type: ignore[arg-type]  # the same calls, over the wire


def test_a_reader_is_published_and_asked_for(hub: Given, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["publish", "reader-schema", "order.avsc", "--consumer", "Foo", "--version", "1", "--topic", "orders"]
    assert run([*words, "--branch", "main"]) == 0
    assert "Nobody is known to write orders yet." in capsys.readouterr().out
    hub.deployed("Foo", "1", hub.environment_uuid("production"))
    asked = ["--topic", "orders", "--environment", "production"]
    assert run(["check-schema", "order.avsc", *asked]) == 0
    assert "Foo 1 in production: reads it" in capsys.readouterr().out
    assert run(["check-schema", "total.avsc", *asked]) == 1
    out = capsys.readouterr().out
    assert "Foo 1 in production: breaks\n  $.id: the reader's field 'id' of Order has no default" in out
    assert "READER_FIELD_MISSING_DEFAULT_VALUE" in out
    assert "1 of 1 readers of orders-value in production would break." in out
    assert run(["check-schema", "total.avsc", *asked, "-o", "json"]) == 1
    (reader,) = json.loads(capsys.readouterr().out)["readers"]
    assert (reader["consumer"], reader["findings"][0]["path"]) == ("Foo", "$.id")
    assert run(["check-schema", "total.avsc", "--topic", "orders", "--environment", "test"]) == 0
    assert "Nobody is known to read orders-value in test." in capsys.readouterr().out


def test_another_schema_for_the_same_version_is_refused(hub: Given, capsys: pytest.CaptureFixture[str]) -> None:
    assert hub is not None
    words = ["--consumer", "Foo", "--version", "1", "--topic", "orders"]
    assert run(["publish", "reader-schema", "order.avsc", *words]) == 0
    capsys.readouterr()
    assert run(["publish", "reader-schema", "total.avsc", *words]) == 1
    err = capsys.readouterr().err
    assert "Foo 1 reads orders-value with another schema already." in err
    assert f"+{json.dumps(WITH_TOTAL)}" in err
    assert run(["publish", "reader-schema", "total.avsc", *words, "--overwrite"]) == 0


def test_files_that_a_schema_refers_to_come_along(hub: Given, capsys: pytest.CaptureFixture[str]) -> None:
    Path("order.proto").write_text(PROTO)
    Path("line.proto").write_text('syntax = "proto3"; package shop; message Line { string sku = 1; }')
    words = ["publish", "reader-schema", "order.proto", "--consumer", "Foo", "--version", "1"]
    assert run([*words, "--subject-strategy", "record"]) == 1
    assert "line.proto" in capsys.readouterr().err
    assert run([*words, "--subject-strategy", "record", "--references", "line.proto"]) == 0
    assert hub.get("/api/v1/pacticipants/Foo/versions/1/reader-schemas/shop.Order")["schemaType"] == "PROTOBUF"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["order.avsc"], "What is it for? Give --topic, or --subject."),
        (["missing.avsc", "--topic", "orders"], "missing.avsc can't be read"),
        (["order.txt", "--topic", "orders"], "In which language is order.txt?"),
        (["latin.avsc", "--topic", "orders"], "latin.avsc is not UTF-8: byte 1"),
    ],
)
def test_what_can_not_be_sent_is_told_before(
    hub: Given, words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert hub is not None
    Path("order.txt").write_text("{}")
    Path("latin.avsc").write_bytes(b'"\xe9"')
    assert run(["check-schema", *words, "--environment", "production"]) == 2
    assert told in capsys.readouterr().err
    assert run(["publish", "reader-schema", *words, "--consumer", "Foo", "--version", "1"]) == 2


def test_an_environment_that_is_none_is_told_with_the_list(hub: Given, capsys: pytest.CaptureFixture[str]) -> None:
    assert hub is not None
    assert run(["check-schema", "order.avsc", "--topic", "orders", "--environment", "prod"]) == 1
    assert "See: contracthub list-environments" in capsys.readouterr().err
