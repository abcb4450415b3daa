"""Which name may have been meant."""

import pytest

from contracthub.formats.comparisons.nearby import meant_instead, nearest
from contracthub.formats.comparisons.pact_openapi.named import names_at
from contracthub.formats.safe_json import JsonValue


@pytest.mark.parametrize(
    ("name", "known", "found"),
    [
        ("total_samples", ["chunks", "total_sample"], "total_sample"),
        ("sessionId", ["session_id"], "session_id"),
        ("price", ["id", "name"], None),
        ("price", [], None),
        ("p" * 101, ["p" * 100], None),
    ],
)
def test_the_name_that_is_most_like_it(name: str, known: list[str], found: str | None) -> None:
    assert nearest(name, known) == found
    assert meant_instead(name, known) == ("" if found is None else f"; did you mean {found!r}?")


def test_names_of_alternatives_and_references_count_and_a_circle_ends() -> None:
    node: JsonValue = {"allOf": [{"$ref": "#/definitions/a"}, {"oneOf": [{"properties": {"kind": {}}}, True]}]}
    a: JsonValue = {"properties": {"total": {}}, "anyOf": [{"$ref": "#/definitions/a"}]}
    root: JsonValue = {"properties": {"order": node}, "definitions": {"a": a}}
    assert set(names_at(root, ["properties", "order"])) == {"kind", "total"}
    assert set(names_at(root, ["properties", "order", "allOf", 0, "$ref"])) == {"total"}
    assert [*names_at(root, ["properties", "other", "items"])] == []
