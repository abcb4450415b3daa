"""What the established tool answers for 950 pairs of documents, and every disagreement with its reason.

A disagreement that goes away has to leave the table, so that it is noticed.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from contracthub.formats import safe_yaml
from contracthub.formats.bundle import Bundle
from contracthub.formats.changes import Change, Severity
from contracthub.formats.openapi.diff.engine import changes_between
from contracthub.formats.openapi.diff.options import Options
from contracthub.formats.openapi.parse import OpenApiDocument, version_of
from tests.formats.conformance import CASES

FOLDER = CASES / "openapi-diff"
if not FOLDER.is_dir():
    reason = "no ../shared/conformance beside this checkout: conformance cases left out"
    pytest.skip(reason, allow_module_level=True)

# The day on which the answers were recorded.
OPTIONS = Options(date(2026, 8, 15))
OF_THE_VERSION = {"api-version-not-bumped", "api-version-decreased", "api-major-version-not-bumped"}
CONTESTED_LEVELS: Mapping[str, list[str]] = json.loads((FOLDER / "levels.json").read_text())["levels"]
NEWER = set(json.loads((FOLDER / "levels.json").read_text())["newer_ids"])
SAME_ID = {
    other: first
    for first, others in json.loads((FOLDER / "equivalents.json").read_text())["groups"].items()
    for other in others
}
# Bounds and steps of every place: ids of the shape of those that the tool added later.
NEWER_SHAPE = re.compile(
    r"-(exclusive-)?(max|min)(-\w+)?-(set|unset|increased|decreased)$|-(unique-items|multiple-of)-"
)

_FREE = "an enum that goes away lets more values in: its values are told as removed, and that harms nobody"
_SPLIT = "who repeats an exploded parameter is not understood where one value is read"
_ENUM = "the root of a body takes one more value: the tool does not look"
_TITLE = "of two types that gave way to a third, both facts are told: what is gone, and what is new"
_SINGLE = "oneOf or anyOf with one member is that member"
_ALLOF = "allOf is merged, so that what a member changes is told; the recorded mode compares members"
_SERVERS = "servers are compared; the tool does not look"
_BLIND = "callbacks, not and anyOf of parameters, OAuth flows besides the first: the tool does not look"
_IF = "another condition is told beside what follows from it"
_LEVEL = "a parameter that moves between path item and operation is the same parameter"
_LISTS = "a union with a member that is no plain type is no list of types, and an empty union is none"
_NOT = "what is under not is compared as a whole: inside of it, more is less"
_TEXT = "[integer, string] to integer takes less, also as text"
_TYPED = "what may stand under other names was anything, and is of one type now: the tool does not look"
_EQUAL = "two components of the same content are the same schema, whatever they are called"
_MEDIA = "application/problem+json to application/json is wider, parameters aside"
_NULL = "oneOf of null and a schema is that schema, nullable"
_PAIRED = "a member of which only the description changed is the same member"
_PARAMETER = "what is inside of a parameter is told as its property"
DISAGREEMENTS = {
    name: why
    for why, names in {
        _ENUM: (
            "TestBreaking_ReqBodyEnumValueAdded",
            "TestBreaking_ResponseMediaTypeEnumRemoved__swap",
            "data_enums_request-body-enum__enums_request-body-enum-int__swap",
        ),
        _SPLIT: ("TestRequestQueryParamScalarToFormExplodeArray_31Nullable__swap",),
        _BLIND: (
            "TestBreaking_AddedEnum",
            "data_openapi-test2__openapi-test1",
            "data_openapi-test2__openapi-test3",
            "data_openapi-test3__openapi-test1",
            "data_openapi-test5__openapi-test3",
            "xver_data_openapi-test5__openapi-test3",
        ),
        _SERVERS: (
            "TestBreaking_Servers",
            "xver_TestBreaking_Servers",
        ),
        _PARAMETER: (
            "TestRequestParameterMaxItemsIncreased",
            "TestBreaking_NewNonRequiredProperty__swap",
        ),
        _IF: (
            "TestSubSchemaTraversalMinLengthChanged",
            "TestSubSchemaTraversalMinLengthChanged__swap",
        ),
        _NOT: ("TestNotSubSchemaTraversalModifiedProperty",),
        _LISTS: (
            "TestListOfTypesIntegration_EdgeCases",
            "TestListOfTypesIntegration_EdgeCases__swap",
        ),
        _TITLE: ("xver_data_x-of-titles_spec3__x-of-titles_spec1",),
        _TEXT: ("TestRequestPathParamTypeAddString__swap",),
        _TYPED: ("grid_st_obj_to_map_req",),
        _EQUAL: ("TestRequestBodyAnyOfMultiMediaTypeDetails__swap",),
        _MEDIA: ("TestChangeMediaTypeParameters__swap",),
        _NULL: ("TestNullableWrapping_NarrowedEnumStillReported__swap",),
        _PAIRED: ("data_x-of_anyof-base-openapi__x-of_anyof-rev-openapi__swap",),
        _ALLOF: (
            "grid_kw_allof_add_reqref",
            "grid_kw_allof_add_bothref_rev",
            "xver_data_required-properties_response-allof-multi-base",
            "v2_grid_kw_allof_add_bothref_rev",
            "v2_data_allof_simple__allof_revision__swap",
            "v2_data_required-properties_response-allof-multi-base",
            "v2_TestRequestPropertyAllOfAdded_AnnotationOnly_AtProperty_EmitsInfo",
            "multi_TestResponsePropertyAllOfRemoved",
        ),
        _SINGLE: (
            "grid_st_oneof_wrap_resp_rev",
            "grid_st_oneof_wrap_reqp",
            "grid_st_oneof_wrap_reqp_rev",
            "grid_st_oneof_wrap_respp_rev",
        ),
        _LEVEL: ("v2_data_common-params_params_in_path__common-params_params_in_op__swap",),
    }.items()
    for name in names
}


# Verdicts that differ where the ids do not.
VERDICTS = {
    "data_x-of-titles_spec5__x-of-titles_spec2": "a response that sends fewer of the types breaks nobody",
    "data_x-of-titles_spec6__x-of-titles_spec2": "a response that sends fewer of the types breaks nobody",
    "TestBreaking_AddPattern": "a readOnly property is never sent in a request, so its pattern keeps nobody out",
    "grid_kw_items_type_reqro_rev": "what is inside of a readOnly property is never sent in a request either",
    "TestBreaking_RequestBodyEnumRemoved": _FREE,
    "TestTransitionClaims_RealChangeAlongsideTransitionStillReported": _FREE,
    "TestBreaking_ReqBodyBecameEnum__swap": _FREE,
    "TestBreaking_ReqParameterHeaderPropertyBecameEnum__swap": _FREE,
    "TestRequestParameterBecameEnum__swap": _FREE,
}


def ids_of(changes: list[Any]) -> set[str]:
    return {SAME_ID.get(change[0], change[0]) for change in changes if change[0] not in OF_THE_VERSION}


@cache
def cases() -> dict[str, Any]:
    lines = (FOLDER / "cases.jsonl").read_text(encoding="utf-8").splitlines()
    found = (json.loads(line) for line in lines)
    return {case["id"]: case for case in found if "contested" not in case}


def answers(case: Mapping[str, Any]) -> Iterator[tuple[set[str], str]]:
    for answer in (case, *case.get("alt", {}).values()):
        yield ids_of(answer["changes"]), answer["worst"]


def document(path: str) -> OpenApiDocument:
    place = FOLDER / path
    files = [place] if path.startswith("specs/") else [each for each in place.parent.rglob("*") if each.is_file()]
    documents = {str(each.relative_to(place.parent)): read(each) for each in files}
    root = documents[place.name]
    assert isinstance(root, dict)
    return OpenApiDocument(version_of(root) or "3.0", root, Bundle(place.name, documents))


def read(path: Path) -> Any:
    return safe_yaml.loads(path.read_bytes())


@cache
def changes_of(name: str) -> tuple[Change, ...]:
    case = cases()[name]
    found = changes_between(document(case["base"]), document(case["revision"]), OPTIONS).changes
    return tuple(change for change in found if change.id not in OF_THE_VERSION)


def is_newer(rule: str) -> bool:
    return rule in NEWER or NEWER_SHAPE.search(rule) is not None


def has_the_ids(name: str) -> bool:
    found = {SAME_ID.get(change.id, change.id) for change in changes_of(name)}
    return any(
        {rule for rule in found if rule in expected or not is_newer(rule)} == expected
        for expected, _ in answers(cases()[name])
    )


def breaks_as_expected(name: str) -> bool:
    """Whether breaking or not is the answer; an id whose level was changed later agrees either way."""
    changes = changes_of(name)
    for expected, worst in answers(cases()[name]):
        known = [
            change for change in changes if SAME_ID.get(change.id, change.id) in expected or not is_newer(change.id)
        ]
        is_breaking = any(change.severity is Severity.BREAKING for change in known)
        is_moved = any(change.id in CONTESTED_LEVELS for change in known)
        if is_moved or is_breaking == (worst == "breaking"):
            return True
    return False


def test_the_ids_are_those_of_the_established_tool_but_for_what_is_argued() -> None:
    wrong = {name for name in cases() if not has_the_ids(name)}
    assert wrong == DISAGREEMENTS.keys(), {
        "not argued": sorted(wrong - DISAGREEMENTS.keys()),
        "not true any more": sorted(DISAGREEMENTS.keys() - wrong),
    }
    assert 1 - len(wrong) / len(cases()) >= 0.95


def test_breaking_or_not_is_the_same_in_98_of_100_cases_and_the_others_are_argued() -> None:
    wrong = {name for name in cases() if not breaks_as_expected(name)}
    assert wrong <= DISAGREEMENTS.keys() | VERDICTS.keys()
    assert 1 - len(wrong) / len(cases()) >= 0.98


LISTED = Path(__file__).parents[4] / "docs" / "diff-openapi-cases.md"
_HEAD = """# Every recorded case in which the verdict is another one

Of {count} recorded pairs of OpenAPI documents for which oasdiff's answer is kept, {verdicts} are breaking for one of
both and not for the other, and for {ids} the sets of ids differ. Here is each of them, and why. Cases that the
recording itself calls contested are left out. [diff-openapi.md](diff-openapi.md) tells the same by kinds of edits. A
test writes this page anew and compares.

"""


def page() -> str:
    """The page that lists every disagreement."""
    verdicts = sorted(name for name in cases() if not breaks_as_expected(name))
    ids = sorted(DISAGREEMENTS)
    lines = ["## Breaking or not", "", "| case | oasdiff | ContractHub | why |", "| --- | --- | --- | --- |"]
    for name in verdicts:
        theirs = cases()[name]["worst"] == "breaking"
        told = [("breaking" if breaks else "not breaking") for breaks in (theirs, not theirs)]
        lines.append(f"| `{name}` | {told[0]} | {told[1]} | {DISAGREEMENTS.get(name) or VERDICTS[name]} |")
    lines += [
        "",
        "## Which rules",
        "",
        "| case | oasdiff alone | ContractHub alone | why |",
        "| --- | --- | --- | --- |",
    ]
    for name in ids:
        expected, _ = next(answers(cases()[name]))
        found = {SAME_ID.get(change.id, change.id) for change in changes_of(name)}
        ours = {rule for rule in found - expected if not is_newer(rule)}
        sides = (", ".join(f"`{rule}`" for rule in sorted(each)) or "none" for each in (expected - found, ours))
        lines.append(f"| `{name}` | {' | '.join(sides)} | {DISAGREEMENTS[name]} |")
    return _HEAD.format(count=len(cases()), verdicts=len(verdicts), ids=len(ids)) + "\n".join(lines) + "\n"


def test_the_page_of_disagreements_is_current() -> None:
    again = 'python -c "from tests.formats.openapi.diff.test_conformance import *; LISTED.write_text(page())"'
    assert LISTED.read_text(encoding="utf-8") == page(), again
