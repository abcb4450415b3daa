"""A provider state without a handler is told from a provider that fails: by the hub, from what verifiers publish."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from tests.features.given import Given

FAILED_STATE = {"message": "One or more of the setup state change handlers has failed"}


@pytest.fixture
def given(api: TestClient) -> Given:
    return Given(api)


def verdicts(answer: Any) -> dict[str, str]:
    return {each["provider"]["name"]: each["verdict"] for each in answer["decision"]["verdicts"]}


def test_one_of_six_pairs_lacks_a_state(given: Given) -> None:
    prod = given.environment("prod", production=True)
    providers = {f"P{number}": number for number in range(1, 7)}
    given.published("Foo", "1", providers, "main")
    for provider in providers:
        given.version(provider, "1")
        given.deployed(provider, "1", prod)
        if provider != "P4":
            given.verified("Foo", "1", provider, "1")
    (interaction,) = given.get("/pacts/provider/P4/consumer/Foo/version/1")["interactions"]
    failed = {"interactionId": interaction["_id"], "interactionDescription": "request 4", "success": False}
    given.verified("Foo", "1", "P4", "1", success=False, testResults=[failed | {"exceptions": [FAILED_STATE]}])

    answer = given.can_i_deploy("Foo", "1", "prod")
    assert answer["summary"]["deployable"] is False
    assert verdicts(answer) == dict.fromkeys(providers, "VERIFIED") | {"P4": "MISSING_STATE"}
    (place,) = answer["decision"]["blocking"]
    verdict = answer["decision"]["verdicts"][place]
    assert verdict["fact"] == (
        "A provider state of the pact of Foo 1 could not be set up, so P4 1 was not put to the test by it. "
        "“request 4” needs “a thing exists”."
    )
    assert verdict["remedy"]["text"] == (
        "Add a handler for the provider state “a thing exists” to the verification of P4, then verify P4 1 again."
    )
    assert verdict["remedy"]["command"].startswith("contracthub verify provider P4 --provider-version 1 ")
    # What clients of the Pact Broker read is what it always was.
    (row,) = [row for row in answer["matrix"] if row["provider"]["name"] == "P4"]
    assert row["verificationResult"]["success"] is False
    assert "failed" in answer["summary"]["reason"]

    given.verified("Foo", "1", "P4", "1")
    assert verdicts(given.can_i_deploy("Foo", "1", "prod")) == dict.fromkeys(providers, "VERIFIED")


def test_the_newest_result_decides_and_every_result_keeps_its_own_verdict(given: Given) -> None:
    prod = given.environment("prod", production=True)
    given.published("Foo", "1", {"Bar": 1}, "main")
    given.version("Bar", "1")
    given.deployed("Bar", "1", prod)
    broken = {"interactionDescription": "request 1", "success": False, "exceptions": [{"message": "no route"}]}
    missing = broken | {"exceptions": [FAILED_STATE]}
    given.verified("Foo", "1", "Bar", "1", success=False, testResults=[missing, broken])
    assert verdicts(given.can_i_deploy("Foo", "1", "prod")) == {"Bar": "FAILED"}
    given.verified("Foo", "1", "Bar", "1", success=False, testResults=[missing])
    answer = given.can_i_deploy("Foo", "1", "prod")
    assert verdicts(answer) == {"Bar": "MISSING_STATE"}
    every = given.get(f"/matrix?q[][pacticipant]={quote('Foo')}&q[][pacticipant]=Bar")
    assert sorted(each["verdict"] for each in every["decision"]["verdicts"]) == ["FAILED", "MISSING_STATE"]
    assert json.dumps(every, ensure_ascii=False).count("needs “a thing exists”") == 1
