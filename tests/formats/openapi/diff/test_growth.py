"""How much is looked at, and whether the answer depends on the run: counted, never timed."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contracthub.formats.openapi.diff.collect import Comparison
from contracthub.formats.openapi.diff.engine import found_by
from contracthub.formats.openapi.diff.sides import side_of
from tests.formats.openapi.diff.test_engine import OPTIONS, read

COMMON = {"$ref": "#/components/schemas/Common"}
Shape = Callable[[int, int], dict[str, Any]]


def using_one(index: int, _: int) -> dict[str, Any]:
    return {"type": "object", "properties": {"own": {"type": "string"}, "common": COMMON}}


def extending_one(index: int, _: int) -> dict[str, Any]:
    return {"allOf": [COMMON, {"type": "object", "properties": {"own": {"type": "string"}}}]}


def in_a_ring(index: int, count: int) -> dict[str, Any]:
    return {"type": "object", "properties": {"next": named(index + 1, count), "common": COMMON}}


def tangled(index: int, count: int) -> dict[str, Any]:
    return {"type": "object", "properties": {f"to{i}": named(index * 7 + i, count) for i in range(5)} | {"c": COMMON}}


def in_unions(index: int, count: int) -> dict[str, Any]:
    return {"oneOf": [{"type": "object", "title": "own"}, named(index + 1, count), COMMON]}


def named(index: int, count: int) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/S{index % count}"}


def document(shape: Shape, count: int, kind: str, version: str = "3.1.0") -> dict[str, Any]:
    schemas = {f"S{index}": shape(index, count) for index in range(count)}
    schemas["Common"] = {"type": "object", "properties": {"value": {"type": kind}}}
    answers = [{"content": {"application/json": {"schema": named(i, count)}}} for i in range(count)]
    paths = {f"/s{i}": {"post": {"requestBody": each, "responses": {"200": each}}} for i, each in enumerate(answers)}
    info = {"title": "Orders", "version": "1"}
    whole = {"openapi": version, "info": info, "paths": paths, "components": {"schemas": schemas}}
    copied: dict[str, Any] = json.loads(json.dumps(whole))
    return copied


def looked_at(shape: Shape, count: int, version: str) -> tuple[int, int]:
    """How many pairs of schemas were compared, and how many changes that gave."""
    old, new = document(shape, count, "string"), document(shape, count, "integer", version)
    comparison = Comparison.of(side_of(read(old)), side_of(read(new)), OPTIONS)
    found = found_by(comparison)
    return len(comparison.walk.frames_by_id()), len(found)


@pytest.mark.parametrize("version", ["3.1.0", "3.0.3"])
@pytest.mark.parametrize(
    "shape", [using_one, extending_one, in_a_ring, tangled, in_unions], ids=lambda one: one.__name__
)
def test_twice_the_document_is_at_most_twice_the_work_and_one_change_stays_one(shape: Shape, version: str) -> None:
    (small, few), (large, many) = (looked_at(shape, count, version) for count in (40, 80))
    assert large <= 2.2 * small
    assert few == many == 2


_TELL = """
import sys
from datetime import date
from pathlib import Path
from contracthub.formats.differences import difference
from contracthub.formats.uploads import Upload
old, new = (Upload("openapi.json", {"openapi.json": Path(name).read_bytes()}) for name in sys.argv[1:])
for change in difference("openapi", old, new, today=date(2026, 11, 21)).changes:
    print(change, change.fingerprint)
"""


def test_every_run_tells_the_same_in_the_same_order(tmp_path: Path) -> None:
    olds, news = document(tangled, 30, "string"), document(in_unions, 30, "integer")
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    old.write_text(json.dumps(olds))
    new.write_text(json.dumps(news))
    told = {
        subprocess.run(
            [sys.executable, "-c", _TELL, old, new],
            check=True,
            capture_output=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("0", "1", "4711")
    }
    assert len(told) == 1
    assert len(told.pop()) > 1_000
