"""Of a large schema only the part is made ready that a value has to do with, and the answers stay what they are."""

import pytest

from contracthub.formats.comparisons.pact_openapi import validation
from contracthub.formats.comparisons.pact_openapi.our_schemas import Rewriting
from contracthub.formats.comparisons.pact_openapi.reaching import pruned, reachable, reached
from contracthub.formats.comparisons.pact_openapi.references import Place
from contracthub.formats.comparisons.pact_openapi.switches import OURS
from contracthub.formats.safe_json import JsonObject
from tests.formats.comparisons.pact_openapi.cases import Case, ids
from tests.formats.comparisons.pact_openapi.test_table import CASES


@pytest.mark.parametrize("case", CASES, ids=ids(CASES))
def test_a_part_of_a_schema_answers_as_the_whole_does(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    # So that no schema is small enough to be compiled whole.
    monkeypatch.setattr(validation, "_SMALL", -1)
    assert case.found(OURS) == case.expected()


def ring(size: int) -> JsonObject:
    def type_of(number: int) -> JsonObject:
        following, other = (f"#/components/schemas/T{(number + step) % size}" for step in (1, 7))
        return {
            "type": "object",
            "properties": {
                "name": {"type": "string"},
                "next": {"$ref": following},
                "others": {"type": "array", "items": {"anyOf": [{"type": "string"}, {"$ref": other}]}},
            },
        }

    return {"openapi": "3.0.3", "components": {"schemas": {f"T{number}": type_of(number) for number in range(size)}}}


ROOT = Place({"$ref": "#/components/schemas/T0"}, "/root")


def test_no_more_is_worked_out_than_a_value_gets_to() -> None:
    rewriting = Rewriting(ring(5000), response=True)
    root = rewriting.root(ROOT)
    assert isinstance(root, dict)
    names = reached(root, rewriting, {"name": "a", "next": {"name": "b"}, "others": [{"next": {}}]})
    assert {rewriting.origins[name].rpartition("/")[2] for name in names} == {"T0", "T1", "T7", "T8"}
    definitions = pruned(root, rewriting, names)["definitions"]
    assert isinstance(definitions, dict)
    # The next four and those seven on are named, and allow anything.
    assert sorted(each is True for each in definitions.values()).count(False) == 4
    assert len(rewriting.origins) < 20


def test_a_schema_that_leads_to_many_is_not_followed_to_its_end() -> None:
    rewriting = Rewriting(ring(5000), response=True)
    assert reachable(rewriting.root(ROOT), rewriting, 50) is None
    assert len(rewriting.origins) < 200
    small = Rewriting(ring(10), response=True)
    assert {small.origins[name] for name in reachable(small.root(ROOT), small, 50) or ()} == {
        f"/components/schemas/T{number}" for number in range(10)
    }


def test_what_is_wrong_deep_inside_is_found_all_the_same() -> None:
    schemas = validation.Schemas(ring(1000), OURS)
    value: JsonObject = {"next": {"next": {"others": [{"next": {"name": 3, "nobody": 1}}]}}}
    found = {each.value_pointer for each in schemas.failures(ROOT, value, response=True)}
    assert "/next/next/others/0" in {each[: len("/next/next/others/0")] for each in found}
    assert not [*schemas.failures(ROOT, {"next": {"next": {"others": ["a", {"name": "b"}]}}}, response=True)]
