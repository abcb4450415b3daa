"""Where a suite gets a document from: of several files it comes as one."""

from pathlib import Path

import pytest

from contracthub.cli.main import run
from contracthub.formats.openapi.operations import operations
from contracthub.formats.openapi.parse import parse
from contracthub.verification.documents import DocumentNotThere, document_at
from contracthub.verification.job import HubSource
from contracthub.verification.suites import Target
from tests.conftest import LiveHub

ROOT = 'openapi: 3.0.3\ninfo: {title: a, version: "1"}\npaths:\n  /a: {$ref: "parts/a.yaml"}\n'
PART = "get: {responses: {'200': {description: fine}}}\n"


@pytest.fixture
def document(tmp_path: Path) -> Path:
    (tmp_path / "parts").mkdir()
    (tmp_path / "openapi.yaml").write_text(ROOT, encoding="utf-8")
    (tmp_path / "parts" / "a.yaml").write_text(PART, encoding="utf-8")
    return tmp_path / "openapi.yaml"


def names(content: bytes) -> list[str]:
    return [each.name for each in operations(parse(content))]


def test_a_file_comes_with_those_that_it_refers_to(document: Path) -> None:
    target = Target(provider="a", base_url="http://localhost")
    assert names(document_at(str(document), target, "openapi")) == ["GET /a"]


def test_a_published_document_comes_with_its_files(document: Path, live_hub: LiveHub) -> None:
    arguments = ("publish", "spec", str(document.parent), "--root", "openapi.yaml", "--provider", "a")
    assert run([*arguments, "-e", "1", "--branch", "main", "-b", live_hub.url]) == 0
    target = Target(provider="a", base_url="http://localhost", hub=HubSource(live_hub.url), provider_version="1")
    assert names(document_at("hub:", target, "openapi")) == ["GET /a"]


def test_a_part_that_cannot_be_read_is_named(document: Path) -> None:
    (document.parent / "parts" / "a.yaml").write_text("get: [", encoding="utf-8")
    target = Target(provider="a", base_url="http://localhost")
    with pytest.raises(DocumentNotThere, match=r"openapi\.yaml, or a file that it refers to"):
        document_at(str(document), target, "openapi")
