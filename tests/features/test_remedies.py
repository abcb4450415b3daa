"""What the gate tells people to do clears the way when they do it, on both databases."""

import json
import shlex
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.features.given import Given
from tests.features.live import Live, conversation

USUAL = ({"mainBranch": True}, {"deployedOrReleased": True})


@pytest.fixture
def given(api: TestClient) -> Given:
    return Given(api)


@pytest.fixture
def prod(given: Given) -> str:
    return given.environment("prod", production=True)


def remedy(answer: Any) -> tuple[str, list[str]]:
    """Words and command of the only thing that blocks."""
    (place,) = answer["decision"]["blocking"]
    found = answer["decision"]["verdicts"][place]["remedy"]
    return found["text"], shlex.split(found["command"])


def to_verify(given: Given, provider: str, words: list[str]) -> list[str]:
    """Whose pacts the command would verify."""
    option = "--consumer-version-selector"
    selectors = [json.loads(words[words.index(option) + 1])] if option in words else list(USUAL)
    body = {"consumerVersionSelectors": selectors}
    answer = given.call("POST", f"/pacts/provider/{provider}/for-verification", body)
    return [one["shortDescription"] for one in answer["_embedded"]["pacts"]]


@pytest.mark.parametrize(("branch", "selector"), [("feat/x", {"branch": "feat/x"}), (None, {"latest": True})])
def test_a_contract_beside_the_main_branch_is_reached(
    given: Given, prod: str, branch: str | None, selector: dict[str, object]
) -> None:
    given.version("Bar", "1")
    given.deployed("Bar", "1", prod)
    given.published("Foo", "1", {"Bar": 1}, branch)
    _, words = remedy(given.can_i_deploy("Foo", "1", "prod"))
    assert json.loads(words[-1]) == {"consumer": "Foo"} | selector
    assert len(to_verify(given, "Bar", words)) == 1
    given.verified("Foo", "1", "Bar", "1")
    assert given.can_i_deploy("Foo", "1", "prod")["summary"]["deployable"] is True


def test_a_contract_that_the_usual_selectors_find_needs_no_other(given: Given, prod: str) -> None:
    given.version("Bar", "1")
    given.deployed("Bar", "1", prod)
    given.published("Foo", "1", {"Bar": 1}, "main")
    _, words = remedy(given.can_i_deploy("Foo", "1", "prod"))
    assert words[-1] == "--publish"
    assert len(to_verify(given, "Bar", words)) == 1


def test_a_partner_that_fails_is_to_be_replaced_by_a_version_that_does_not(given: Given, prod: str) -> None:
    given.published("Foo", "1", {"Bar": 1}, "main")
    given.verified("Foo", "1", "Bar", "1", success=False)
    given.deployed("Bar", "1", prod)
    assert remedy(given.can_i_deploy("Foo", "1", "prod"))[0] == (
        "Mend Bar, verify its next version, and deploy that to prod first."
    )
    given.verified("Foo", "1", "Bar", "2")
    text, words = remedy(given.can_i_deploy("Foo", "1", "prod"))
    assert text == "Deploy Bar 2 to prod first, and record it."
    one = ["--pacticipant", "Bar", "--version", "2"]
    # What clears this way must not block another: it is asked before.
    assert words[:7] == ["contracthub", "can-i-deploy", *one, "--to-environment"][:7]
    assert words[8:] == ["&&", "contracthub", "record-deployment", *one, "--environment", "prod"]
    given.deployed("Bar", "2", prod)
    assert given.can_i_deploy("Foo", "1", "prod")["summary"]["deployable"] is True


def test_nobody_is_sent_back_to_an_older_version(given: Given, prod: str) -> None:
    given.published("Foo", "1", {"Bar": 1}, "main")
    given.verified("Foo", "1", "Bar", "1")
    given.verified("Foo", "1", "Bar", "2", success=False)
    given.deployed("Bar", "2", prod)
    assert remedy(given.can_i_deploy("Foo", "1", "prod"))[1][1] == "verify"


def test_a_provider_that_is_to_be_deployed_itself_is_to_be_mended(given: Given, prod: str) -> None:
    given.published("Foo", "1", {"Bar": 1}, "main")
    given.deployed("Foo", "1", prod)
    given.verified("Foo", "1", "Bar", "1", success=False)
    given.verified("Foo", "1", "Bar", "2")
    text, words = remedy(given.can_i_deploy("Bar", "1", "prod"))
    assert text == "Mend Bar, and publish the verification of its next version."
    assert words[1] == "verify"


def test_a_command_finds_its_contract_however_much_blocks_before_it(given: Given, prod: str) -> None:
    given.version("Bar", "1")
    given.deployed("Bar", "1", prod)
    live = Live(given)
    live.published("Foo", "1", *(conversation("Bar", place, name=f"stream {place}") for place in range(14)))
    decision = given.can_i_deploy("Foo", "1", "prod")["decision"]
    assert len(decision["blocking"]) == 14
    for place in decision["blocking"]:
        words = shlex.split(decision["verdicts"][place]["remedy"]["command"])
        selector = json.loads(words[words.index("--consumer-version-selector") + 1])
        found = live.to_verify("Bar", consumerVersionSelectors=[selector])
        assert decision["verdicts"][place]["name"] in {each["name"] for each in found}
