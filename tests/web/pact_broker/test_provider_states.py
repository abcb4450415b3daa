"""Provider states that consumers count on (pact-broker-api §9)."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.features.given import Given
from tests.web.pact_broker.published import contract, envelope, pact, publish

STATES = "/pacts/provider/Bar/provider-states"


def with_states(consumer: str, number: str, branch: str, *states: Any) -> dict[str, Any]:
    document = pact(consumer=consumer)
    document["metadata"] = {"pactSpecification": {"version": "3.0.0"}}
    document["interactions"][0]["providerStates"] = list(states)
    return envelope(number, contract(document, consumer=consumer), consumer=consumer, branch=branch)


@pytest.fixture
def given(api: TestClient) -> Given:
    user = {"name": "a user exists", "params": {"id": 1, "name": "x"}}
    same = {"name": "a user exists", "params": {"name": "x", "id": 1}}
    for body in (
        with_states("Foo", "1", "main", {"name": "gone by now"}),
        with_states("Foo", "2", "main", user, {"name": "a user exists", "params": {"id": 2}}),
        with_states("Waffle", "1", "main", same, {"name": "a shop"}),
        with_states("Waffle", "2", "feat/x", {"name": "on a branch"}),
    ):
        assert publish(api, body).status_code == 200
    return Given(api)


@pytest.mark.usefixtures("given")
def test_states_of_main_branches_each_once(api: TestClient) -> None:
    assert api.get(STATES).json() == {
        "providerStates": [
            {"name": "a shop", "consumers": ["Waffle"]},
            {"name": "a user exists", "params": {"id": 1, "name": "x"}, "consumers": ["Foo", "Waffle"]},
            {"name": "a user exists", "params": {"id": 2}, "consumers": ["Foo"]},
        ]
    }


@pytest.mark.usefixtures("given")
def test_states_of_a_branch(api: TestClient) -> None:
    found = api.get(f"{STATES}/branch/feat%2Fx").json()
    assert found == {"providerStates": [{"name": "on a branch", "consumers": ["Waffle"]}]}
    assert api.get(f"{STATES}/branch/none").json() == {"providerStates": []}


def test_states_in_an_environment_by_its_name(api: TestClient, given: Given) -> None:
    given.deployed("Foo", "1", given.environment_uuid("production"))
    given.released("Waffle", "2", given.environment_uuid("production"))
    names = [each["name"] for each in api.get(f"{STATES}/environment/production").json()["providerStates"]]
    assert names == ["gone by now", "on a branch"]
    assert api.get(f"{STATES}/environment/test").json() == {"providerStates": []}
    assert api.get(f"{STATES}/environment/nowhere").status_code == 404


def test_an_old_pact_has_its_state_as_a_text_and_a_strange_one_has_none(api: TestClient) -> None:
    old, strange = pact(), pact(consumer="Odd")
    old["interactions"][0]["providerState"] = "a user exists"
    strange["interactions"] = [7, {"providerState": {"a": []}}, {"providerStates": ["x", 3]}]
    assert publish(api, envelope("1", contract(old), branch="main")).status_code == 200
    odd = publish(api, envelope("1", contract(strange, consumer="Odd"), consumer="Odd", branch="main"))
    assert odd.status_code == 200
    found = api.get(STATES)
    assert found.status_code == 200
    assert {"name": "a user exists", "consumers": ["Foo"]} in found.json()["providerStates"]


def test_an_unknown_provider(api: TestClient) -> None:
    answer = api.get("/pacts/provider/None/provider-states")
    assert (answer.status_code, answer.json()) == (404, {"error": "No provider with name 'None' found"})
