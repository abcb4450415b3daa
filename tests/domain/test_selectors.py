"""Consumer version selectors: what they stand for, and what makes one invalid, in the words of the Pact Broker."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracthub.domain.selectors import (
    MOST_SELECTORS,
    ConsumerVersionSelector,
    SelectorKind,
    faults_of_environments,
    faults_of_selectors,
    selectors_from,
)

NOTHING = (
    "must specify a value for environment or tag or branch, or specify mainBranch=true, matchingBranch=true, "
    "latest=true, deployed=true, released=true or deployedOrReleased=true"
)

VALID: list[tuple[dict[str, Any], list[tuple[SelectorKind, str | None]]]] = [
    ({"latest": True}, [(SelectorKind.LATEST, None)]),
    ({"tag": "prod", "latest": True}, [(SelectorKind.LATEST_WITH_TAG, "prod")]),
    ({"tag": "prod", "latest": False}, [(SelectorKind.WITH_TAG, "prod")]),
    ({"tag": "prod"}, [(SelectorKind.WITH_TAG, "prod")]),
    ({"branch": "feat/x"}, [(SelectorKind.BRANCH, "feat/x")]),
    ({"branch": "x", "latest": True, "fallbackBranch": "main"}, [(SelectorKind.BRANCH, "x")]),
    ({"branch": True}, [(SelectorKind.BRANCH, None)]),
    ({"mainBranch": True}, [(SelectorKind.MAIN_BRANCH, None)]),
    ({"mainBranch": True, "latest": True}, [(SelectorKind.MAIN_BRANCH, None)]),
    ({"matchingBranch": True}, [(SelectorKind.BRANCH, "provider-branch")]),
    ({"deployed": True}, [(SelectorKind.DEPLOYED, None)]),
    ({"deployed": True, "environment": "prod"}, [(SelectorKind.DEPLOYED, "prod")]),
    ({"released": True, "environment": "prod"}, [(SelectorKind.RELEASED, "prod")]),
    ({"deployedOrReleased": True}, [(SelectorKind.DEPLOYED, None), (SelectorKind.RELEASED, None)]),
    ({"environment": "prod"}, [(SelectorKind.DEPLOYED, "prod"), (SelectorKind.RELEASED, "prod")]),
    ({"latest": True, "tag": None, "environment": None}, [(SelectorKind.LATEST, None)]),
    ({"latest": True, "unknown": 1}, [(SelectorKind.LATEST, None)]),
]

INVALID: list[tuple[object, list[str]]] = [
    ({}, [NOTHING]),
    ({"consumer": "Foo"}, [NOTHING]),
    ({"latest": False}, [NOTHING]),
    ({"mainBranch": True, "tag": "x"}, ["cannot specify mainBranch=true with any other criteria apart from consumer"]),
    ({"mainBranch": True, "latest": False}, ["cannot specify mainBranch=true with latest=false"]),
    (
        {"matchingBranch": True, "latest": True},
        ["cannot specify matchingBranch=true with any other criteria apart from consumer"],
    ),
    ({"tag": "x", "branch": "y"}, ["cannot specify both a tag and a branch"]),
    ({"branch": "x", "latest": False}, ["cannot specify a branch with latest=false"]),
    (
        {"latest": True, "deployed": True},
        ["cannot specify the field latest with the field deployed"],
    ),
    (
        {"tag": "x", "latest": True, "environment": "prod", "deployed": True},
        ["cannot specify the fields latest/tag with the fields deployed/environment"],
    ),
    ({"tag": "x", "fallbackTag": "y"}, ["fallbackTag can only be set if latest is true"]),
    ({"latest": True, "fallbackTag": "y"}, ["a tag must be specified when a fallbackTag is specified"]),
    ({"latest": True, "fallbackBranch": "y"}, ["a branch must be specified when a fallbackBranch is specified"]),
    (
        {"branch": "x", "fallbackBranch": "y", "latest": False},
        ["fallbackBranch can only be set if latest is true", "cannot specify a branch with latest=false"],
    ),
    ({"deployed": True, "released": True}, ["cannot specify both deployed=true and released=true"]),
    (
        {"deployed": True, "deployedOrReleased": True},
        ["cannot specify both deployed=true and deployedOrReleased=true"],
    ),
    (
        {"released": True, "deployedOrReleased": True},
        ["cannot specify both released=true and deployedOrReleased=true"],
    ),
    ("latest", ["must be a hash"]),
    ({"tag": 1}, ["tag must be a string"]),
    ({"tag": ""}, ["tag must be filled"]),
    ({"consumer": " ", "latest": True}, ["consumer cannot be blank"]),
    ({"branch": False}, ["branch must be a string"]),
    ({"mainBranch": False}, ["mainBranch must be one of: true"]),
    ({"latest": "true"}, ["latest must be one of: true, false"]),
    ({"deployed": 1}, ["deployed must be one of: true"]),
]


@pytest.mark.parametrize(("value", "expected"), VALID, ids=str)
def test_what_a_selector_stands_for(value: dict[str, Any], expected: list[tuple[SelectorKind, str | None]]) -> None:
    with_consumer = value | {"consumer": "Foo"}
    assert faults_of_selectors([value, with_consumer], "provider-branch") == []
    found = selectors_from([value, with_consumer], "provider-branch")
    assert [(each.kind, each.name, each.consumer) for each in found] == [
        *((kind, name, None) for kind, name in expected),
        *((kind, name, "Foo") for kind, name in expected),
    ]


@pytest.mark.parametrize(("value", "texts"), INVALID, ids=str)
def test_what_makes_a_selector_invalid(value: object, texts: list[str]) -> None:
    faults = faults_of_selectors([{"latest": True}, value], "provider-branch")
    assert [(fault.field, fault.text, fault.index) for fault in faults] == [
        ("consumerVersionSelectors", text, 1) for text in texts
    ]


@pytest.mark.parametrize("branch", [None, ""])
def test_a_matching_branch_needs_the_branch_to_match(branch: str | None) -> None:
    faults = faults_of_selectors([{"matchingBranch": True}], branch)
    text = "the providerVersionBranch must be specified when the selector matchingBranch=true is used"
    assert [fault.text for fault in faults] == [text]


def test_a_fallback_tag_is_kept() -> None:
    (selector,) = selectors_from([{"tag": "feat", "latest": True, "fallbackTag": "main"}], None)
    assert selector == ConsumerVersionSelector(SelectorKind.LATEST_WITH_TAG, "feat", None, "main")


def test_environments_must_exist() -> None:
    values: list[dict[str, Any]] = [{"environment": "prod"}, {"latest": True}, {"environment": "gone"}]
    (fault,) = faults_of_environments(values, {"prod"})
    assert (fault.text, fault.index) == ("environment with name 'gone' does not exist", 2)


def test_a_list_has_to_be_one_and_to_end_somewhere() -> None:
    assert [fault.text for fault in faults_of_selectors({"latest": True}, None)] == ["must be an array"]
    many: list[object] = [{"latest": True}] * (MOST_SELECTORS + 1)
    assert len(faults_of_selectors(many, None)) == 1


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "latest",
                "tag",
                "branch",
                "mainBranch",
                "matchingBranch",
                "deployed",
                "released",
                "deployedOrReleased",
                "environment",
                "fallbackTag",
                "fallbackBranch",
                "consumer",
                "junk",
            ]
        ),
        st.sampled_from([True, False, None, "", "x", 1, [], {}]),
    )
)
def test_a_selector_is_either_refused_or_selects_something(value: dict[str, Any]) -> None:
    assert faults_of_selectors([value], "main") or selectors_from([value], "main")
