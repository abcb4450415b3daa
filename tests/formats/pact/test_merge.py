import copy
from typing import Any

import pytest
from hypothesis import given

from contracthub.domain.errors import Conflict
from contracthub.formats import safe_json
from contracthub.formats.pact.content import content_from
from contracthub.formats.pact.identity import identity, with_interaction_ids
from contracthub.formats.pact.merge import merge
from contracthub.formats.safe_json import JsonObject
from tests.formats.pact.strategies import pacts, strange_objects


def interaction(description: str = "a", state: str | None = "s", **parts: Any) -> JsonObject:
    request = {"method": "GET", "path": "/", **{name: parts[name] for name in parts if name != "status"}}
    found: JsonObject = {
        "description": description,
        "request": request,
        "response": {"status": parts.get("status", 200)},
    }
    return found if state is None else {**found, "providerState": state}


def merged(existing: list[Any], incoming: list[Any]) -> Any:
    return merge(content_from({"interactions": existing}), content_from({"interactions": incoming}))["interactions"]


def test_adds_what_is_new_after_what_is_there() -> None:
    a, b, c = interaction("a"), interaction("b"), interaction("a", "other state")
    assert merged([a], [b, c]) == [a, b, c]


def test_replaces_the_response_of_the_same_request_in_its_place() -> None:
    a, b, changed = interaction("a"), interaction("b"), interaction("a", status=404)
    assert merged([a, b], [changed]) == [changed, b]


@pytest.mark.parametrize(
    "part",
    [
        {"method": "PUT"},
        {"path": "/b"},
        {"query": "a=1"},
        {"body": {"a": 1}},
        {"headers": {"A": "b"}},
        {"body": [True]},
    ],
)
def test_refuses_another_request_under_the_same_description_and_state(part: dict[str, Any]) -> None:
    with pytest.raises(Conflict) as caught:
        merged([interaction(body=[1]) if part == {"body": [True]} else interaction()], [interaction(**part)])
    assert caught.value.code == "pact-merge-conflict"
    assert f"differs in the request's {next(iter(part))}" in caught.value.message
    assert '"a" given "s"' in caught.value.message


def test_lists_every_conflict_as_a_fact() -> None:
    with pytest.raises(Conflict) as caught:
        merged(
            [interaction(str(index)) for index in range(5)],
            [interaction(str(index), path="/b", method="PUT") for index in range(5)],
        )
    assert len(caught.value.facts["faults"]) == 5  # type: ignore[arg-type]
    assert "method and path" in caught.value.message
    assert "(and 2 more)" in caught.value.message


@pytest.mark.parametrize(
    ("existing", "incoming"),
    [({}, {"interactions": []}), ({"interactions": []}, {"messages": []}), ({"interactions": 1}, {})],
)
def test_needs_interactions_on_both_sides(existing: JsonObject, incoming: JsonObject) -> None:
    with pytest.raises(Conflict) as caught:
        merge(content_from(existing), content_from(incoming))
    assert caught.value.code == "pact-merge-without-interactions"


def test_keeps_everything_else_of_the_existing_pact() -> None:
    existing: JsonObject = {"metadata": {"a": 1}, "interactions": [], "provider": {"name": "P"}}
    incoming: JsonObject = {"metadata": {"b": 1}, "interactions": [interaction()], "more": 1}
    assert merge(content_from(existing), content_from(incoming)) == {**existing, "interactions": [interaction()]}


def test_merges_messages_of_both() -> None:
    existing: JsonObject = {"interactions": [], "messages": [{"description": "a", "contents": 1}]}
    incoming: JsonObject = {"interactions": [], "messages": [{"description": "a", "contents": 2}, {"description": "b"}]}
    result = merge(content_from(existing), content_from(incoming))
    assert result["messages"] == [{"description": "a", "contents": 2}, {"description": "b"}]


def test_a_message_and_a_request_of_the_same_description_stay_apart() -> None:
    message: JsonObject = {"type": "Asynchronous/Messages", "description": "a", "providerState": "s"}
    assert merged([interaction()], [message]) == [interaction(), message]


def test_many_interactions_of_one_key_are_merged_in_linear_time() -> None:
    same = [interaction(status=200 + index) for index in range(20_000)]
    assert merged(same, [interaction(status=100)]) == [interaction(status=100)]


def try_merge(existing: JsonObject, incoming: JsonObject) -> JsonObject | None:
    try:
        return merge(content_from(existing), content_from(incoming))
    except Conflict:
        return None


@given(pacts(), pacts())
def test_is_idempotent(existing: JsonObject, incoming: JsonObject) -> None:
    once = try_merge(existing, incoming)
    if once is not None:
        assert try_merge(once, incoming) == once


@given(pacts(), pacts())
def test_holds_the_keys_of_both(existing: JsonObject, incoming: JsonObject) -> None:
    once = try_merge(existing, incoming)
    if once is not None:

        def keys(pact: JsonObject) -> set[bytes]:
            every: Any = pact["interactions"]
            return {safe_json.canonical([one["description"], one["providerStates"]]) for one in every}

        assert keys(once) == keys(existing) | keys(incoming)


@given(pacts())
def test_with_what_was_served_changes_nothing(pact: JsonObject) -> None:
    found = try_merge(pact, with_interaction_ids(pact))
    if found is not None:
        assert all("_id" not in one for one in found["interactions"])  # type: ignore[operator, union-attr]
        assert try_merge(found, found) == found
        assert identity(content_from(found)) == identity(content_from(with_interaction_ids(found)))


@given(strange_objects, strange_objects)
def test_never_raises_but_conflicts_and_changes_neither(existing: JsonObject, incoming: JsonObject) -> None:
    for document in (existing, incoming):
        document.pop("consumer", None)
        document.pop("provider", None)
        document["interactions"] = document["interactions"] if isinstance(document.get("interactions"), list) else []
    before = copy.deepcopy((existing, incoming))
    try_merge(existing, incoming)
    assert (existing, incoming) == before
