"""A document of several files says the same as one: references lead inside, and nothing is read from elsewhere."""

import json

import pytest

from contracthub.client.files_beside import files_beside
from contracthub.domain.errors import Invalid
from contracthub.formats.openapi.operations import operations
from contracthub.formats.openapi.parse import parse
from contracthub.formats.referred_files import TooManyParts, in_one, with_parts

ROOT = b"""
openapi: 3.0.3
info: {title: books, version: "1"}
paths:
  /books: {$ref: "paths/books a~b.yaml"}
components:
  schemas:
    Isbn: {type: string}
"""
PARTS = {
    "paths/books a~b.yaml": b"""
get:
  responses:
    "200":
      description: all of them
      content:
        application/json:
          schema: {type: array, items: {$ref: "../schemas/book.yaml#/Book"}}
          example: {$ref: "../schemas/nothing.yaml"}
""",
    "schemas/book.yaml": b"""
Book:
  type: object
  properties:
    isbn: {$ref: "../openapi.yaml#/components/schemas/Isbn"}
    next: {$ref: "#/Book"}
""",
}


def gathered(**limits: int) -> dict[str, bytes]:
    bounds = {"most_files": 10, "most_bytes": 10_000} | limits
    return with_parts("openapi.yaml", ROOT, PARTS.get, **bounds)


def test_the_parts_are_found_and_the_one_document_needs_no_other() -> None:
    assert set(gathered()) == {"openapi.yaml", *PARTS}
    document = parse(in_one("openapi.yaml", gathered()))
    assert [each.name for each in operations(document)] == ["GET /books"]
    schema = document.bundle.find("#/x-files/paths~1books%20a~0b.yaml/get/responses/200", "openapi.yaml")
    assert not isinstance(schema, str)
    text = json.dumps(document.document)
    assert '"$ref": "#/components/schemas/Isbn"' in text
    assert '"$ref": "#/x-files/schemas~1book.yaml/Book"' in text


def test_what_stands_in_an_example_is_data() -> None:
    assert b'"example": {"$ref": "../schemas/nothing.yaml"}' in in_one("openapi.yaml", gathered())


def test_a_document_of_one_file_is_left_as_it_is() -> None:
    assert in_one("openapi.yaml", {"openapi.yaml": ROOT}) is ROOT


@pytest.mark.parametrize("limits", [{"most_files": 2}, {"most_bytes": 200}])
def test_what_has_no_bounds_is_refused(limits: dict[str, int]) -> None:
    with pytest.raises(TooManyParts):
        gathered(**limits)


def test_a_part_that_is_no_yaml_is_refused() -> None:
    with pytest.raises(Invalid):
        in_one("openapi.yaml", {"openapi.yaml": ROOT, "a.yaml": b"a: [b"})


def test_nothing_outside_of_the_folder_is_read(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder, outside = tmp_path_factory.mktemp("a"), tmp_path_factory.mktemp("b")
    (outside / "secret.yaml").write_text("a: 1", encoding="utf-8")
    (folder / "inside.yaml").write_text("a: 1", encoding="utf-8")
    (folder / "link.yaml").symlink_to(outside / "secret.yaml")
    read = files_beside(folder, 100)
    assert read("inside.yaml") == b"a: 1"
    assert read("link.yaml") is None
    assert read(f"../{outside.name}/secret.yaml") is None
    assert read("missing.yaml") is None
    assert files_beside(folder, 3)("inside.yaml") is None
