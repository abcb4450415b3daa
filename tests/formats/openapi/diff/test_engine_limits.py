"""A comparison of OpenAPI documents that differ everywhere comes to an end, and says why."""

from datetime import date

import pytest

from contracthub.domain.errors import TooLarge
from contracthub.formats import changes
from contracthub.formats.differences import difference
from contracthub.formats.safe_json import JsonObject, dumps
from contracthub.formats.uploads import Upload


def upload(kind: str, version: str = "1") -> Upload:
    schema: JsonObject = {"type": "object", "properties": {f"f{number}": {"type": kind} for number in range(50)}}
    content: JsonObject = {"application/json": {"schema": schema}}
    operation: JsonObject = {"responses": {"200": {"description": "", "content": content}}}
    document: JsonObject = {
        "openapi": "3.0.3",
        "info": {"title": "", "version": version},
        "paths": {"/a": {"get": operation}},
    }
    return Upload("a.json", {"a.json": dumps(document)})


def test_schemas_that_differ_everywhere_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = upload("string"), upload("integer")
    assert len(difference("openapi", old, new, today=date(2026, 11, 21)).changes) >= 50
    monkeypatch.setattr(changes, "MOST_CHANGES", 20)
    with pytest.raises(TooLarge, match="more than 20 places"):
        difference("openapi", old, new, today=date(2026, 11, 21))


def test_paths_that_differ_everywhere_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def paths(prefix: str) -> Upload:
        listed: JsonObject = {
            f"/{prefix}{number}": {"get": {"responses": {"200": {"description": ""}}}} for number in range(50)
        }
        document: JsonObject = {"openapi": "3.0.3", "info": {"title": "", "version": "1"}, "paths": listed}
        return Upload("a.json", {"a.json": dumps(document)})

    monkeypatch.setattr(changes, "MOST_CHANGES", 20)
    with pytest.raises(TooLarge, match="more than 20 places"):
        difference("openapi", paths("a"), paths("b"), today=date(2026, 11, 21))
