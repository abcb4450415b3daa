"""Badges: what stands on them for every status."""

import pytest

from contracthub.domain.badges import (
    Badge,
    PactStatus,
    Side,
    can_i_deploy_badge,
    can_i_merge_badge,
    pact_badge,
    result_of,
)


@pytest.mark.parametrize(
    ("success", "pending", "same_content", "status", "colour"),
    [
        (True, False, True, "verified", "brightgreen"),
        (True, True, False, "changed", "orange"),
        (False, False, True, "failed", "red"),
        (False, False, False, "failed", "red"),
        (False, True, True, "failed (pending)", "red"),
        (None, False, True, "unknown", "lightgrey"),
    ],
)
def test_pact_badge(success: bool | None, pending: bool, same_content: bool, status: str, colour: str) -> None:
    found = result_of(success=success, pending=pending, same_content=same_content)
    assert pact_badge(Side("Foo"), Side("Bar"), found) == Badge("foo/bar pact", status, colour)


def test_initials_are_of_names_with_several_words_only() -> None:
    badge = pact_badge(Side("Foo-Web App"), Side("Bar", "dev"), PactStatus.UNKNOWN, initials=True)
    assert badge.left == "fwa/bar (dev) pact"
    assert pact_badge(Side("- -"), Side("Bar"), PactStatus.UNKNOWN, initials=True).left == "- -/bar pact"


@pytest.mark.parametrize("deployable", [False, None])
def test_unknown_is_never_yes(deployable: bool | None) -> None:
    assert can_i_deploy_badge("main", "test", deployable=deployable).colour == "red"
    assert can_i_merge_badge(deployable=deployable).colour != "brightgreen"
