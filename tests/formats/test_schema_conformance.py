"""What a schema registry answers for each pair of schemas and each level, as established ones do."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from contracthub.formats.avro.compatibility import reads as avro_reads
from contracthub.formats.avro.parse import parse as parse_avro
from contracthub.formats.compatibility import Conflict, Level, conflicts
from contracthub.formats.jsonschema.compatibility import reads as json_reads
from contracthub.formats.jsonschema.parse import parse as parse_json
from contracthub.formats.protobuf.compatibility import reads as protobuf_reads
from contracthub.formats.protobuf.parse import parse as parse_protobuf
from tests.formats.conformance import cases_of

AVRO = cases_of("schema-compat", "avro.json")
JSON = cases_of("schema-compat", "json.json")
PROTOBUF = cases_of("schema-compat", "protobuf.json")


def _avro(level: Level, new: str, old: Sequence[str]) -> Sequence[Conflict]:
    return conflicts(level, parse_avro(new), [parse_avro(text) for text in reversed(old)], avro_reads)


def _json(level: Level, new: str, old: Sequence[str]) -> Sequence[Conflict]:
    return conflicts(level, parse_json(new), [parse_json(text) for text in reversed(old)], json_reads)


def _protobuf(level: Level, new: str, old: Sequence[str]) -> Sequence[Conflict]:
    return conflicts(level, parse_protobuf(new), [parse_protobuf(text) for text in reversed(old)], protobuf_reads)


@pytest.mark.parametrize(
    ("check", "case"),
    [*((_avro, case) for case in AVRO), *((_json, case) for case in JSON), *((_protobuf, case) for case in PROTOBUF)],
    ids=lambda value: value["id"] if isinstance(value, dict) else "",
)
def test_every_level_answers_as_established_registries_do(
    check: Callable[[Level, str, Sequence[str]], Sequence[Conflict]], case: dict[str, Any]
) -> None:
    answers = {level: not check(Level(level), case["new"], case["old"]) for level in case["expect"]}
    assert answers == case["expect"], case["name"]


def test_there_are_as_many_cases_as_there_were() -> None:
    assert len(AVRO) >= 81
    assert len(JSON) >= 96
    assert len(PROTOBUF) >= 44
