import copy
import hashlib
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from contracthub.domain.contracts import IdentityRule
from contracthub.domain.errors import Invalid
from contracthub.formats import safe_json
from contracthub.formats.pact.content import content_from, read_content
from contracthub.formats.pact.identity import identity, interaction_id, with_interaction_ids
from contracthub.formats.safe_json import JsonObject, JsonValue
from tests.formats.pact.strategies import json_values, pacts, strange_objects


def sha(document: JsonObject, rule: IdentityRule = IdentityRule.STABLE) -> str:
    return identity(content_from(document), rule)


def shuffled(value: JsonValue, random: Any) -> JsonValue:
    if isinstance(value, dict):
        names = [*value]
        random.shuffle(names)
        return {name: shuffled(value[name], random) for name in names}
    if isinstance(value, list):
        return [shuffled(item, random) for item in value]
    return value


def paths_of(value: JsonValue) -> list[tuple[Any, ...]]:
    if isinstance(value, dict) and value:
        return [(name, *path) for name, member in value.items() for path in paths_of(member)]
    if isinstance(value, list) and value:
        return [(index, *path) for index, item in enumerate(value) for path in paths_of(item)]
    return [()]


@given(pacts(), st.randoms())
def test_does_not_see_order_of_keys_order_of_interactions_or_white_space(pact: JsonObject, random: Any) -> None:
    other = shuffled(pact, random)
    assert isinstance(other, dict)
    assert isinstance(other["interactions"], list)
    random.shuffle(other["interactions"])
    assert identity(read_content(json.dumps(other, indent=3))) == sha(pact)


@settings(suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(pacts(), st.data())
def test_the_rule_of_the_pact_broker_sees_every_change_of_a_leaf(pact: JsonObject, data: st.DataObject) -> None:
    paths = [path for path in paths_of(pact) if path[0] == "interactions" and len(path) > 1]
    assume(paths)
    changed: Any = copy.deepcopy(pact)
    path = data.draw(st.sampled_from(paths))
    parent = changed
    for step in path[:-1]:
        parent = parent[step]
    new = data.draw(json_values)
    assume(safe_json.canonical(new) != safe_json.canonical(parent[path[-1]]))
    parent[path[-1]] = new
    before = sorted(map(safe_json.canonical, pact["interactions"]))  # type: ignore[arg-type]
    after = sorted(map(safe_json.canonical, changed["interactions"]))
    assert (sha(changed, IdentityRule.PACT_BROKER) == sha(pact, IdentityRule.PACT_BROKER)) == (before == after)
    assume(len(before) < 2)
    assert sha(changed, IdentityRule.PACT_BROKER) != sha(pact, IdentityRule.PACT_BROKER)


@given(pacts(), st.text("ab", max_size=2))
def test_does_not_see_names_or_other_metadata(pact: JsonObject, word: str) -> None:
    other: JsonObject = {
        **pact,
        "consumer": {"name": word},
        "provider": {"name": word},
        "metadata": {"client": word, "pactSpecification": {"version": "3.0.0", "more": 1}},
        "createdAt": word,
    }
    assert sha(other) == sha(pact)


@given(pacts())
def test_is_the_same_for_what_was_served(pact: JsonObject) -> None:
    served = with_interaction_ids(pact)
    assert sha(served) == sha(pact)
    assert with_interaction_ids(served) == served


@given(strange_objects)
def test_never_raises_and_leaves_the_document_alone(document: JsonObject) -> None:
    before = copy.deepcopy(document)
    for list_name in ("consumer", "provider"):
        document.pop(list_name, None)
        before.pop(list_name, None)
    assert len(sha(document)) == 40
    assert sha(with_interaction_ids(document)) == sha(document)
    assert document == before


def test_is_the_published_form() -> None:
    """Evidence is kept under it: a release that changes this value loses every result."""
    pact: JsonObject = {
        "interactions": [{"b": 1, "a": "é"}, {"a": 1.0}],
        "messages": [],
        "metadata": {"pactSpecification": {"version": "2.0.0"}},
    }
    text = '{"interactions":[{"a":"é","b":1},{"a":1.0}],"messages":[],"pact_specification_version":"2.0.0"}'
    assert sha(pact) == hashlib.sha1(text.encode()).hexdigest()  # noqa: S324
    assert sha(pact) == "51e88ba94a76bc0a254cba79131afcc1c7b0b1e6"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"interactions": []}, {"messages": []}),
        ({"interactions": []}, {"interactions": [], "messages": []}),
        ({"interactions": []}, {"interactions": [], "metadata": {"pactSpecificationVersion": "2.0.0"}}),
        ({"interactions": [{"a": 1}]}, {"interactions": [{"a": 1.0}]}),
        ({"interactions": [{"a": 1}]}, {"interactions": [{"a": True}]}),
        ({"interactions": [{"a": 1}]}, {"interactions": [{"a": 1}, {"a": 1}]}),
        ({"interactions": [{"a": 2**70}]}, {"interactions": [{"a": 2**70 + 1}]}),
        ({"interactions": [{"a": [1, 2]}]}, {"interactions": [{"a": [2, 1]}]}),
        ({"a": 1}, {"a": 2}),
        ({"a": 1, "b": 1}, {"b": 1, "a": 1}),
    ],
)
def test_tells_apart(one: JsonObject, other: JsonObject) -> None:
    assert sha(one) != sha(other)


def test_hashes_content_without_lists_whole_whatever_its_white_space() -> None:
    assert identity(read_content('{"a": 1,\n "b": []}')) == identity(read_content('{"a":1,"b":[]}'))


def test_the_three_places_of_the_version_are_one() -> None:
    one: JsonObject = {"interactions": [], "metadata": {"pact-specification": {"version": "2.0.0"}}}
    other: JsonObject = {"interactions": [], "metadata": {"pactSpecificationVersion": "2.0.0"}}
    assert sha(one) == sha(other)


def test_ids_come_first_and_replace_those_that_were_sent() -> None:
    document: JsonObject = {"a": [{"b": 1}], "messages": [{"z": 1, "_id": "forged", "a": 2}, "odd"], "interactions": 3}
    served = with_interaction_ids(document)
    assert served["a"] == [{"b": 1}]
    assert served["interactions"] == 3
    assert isinstance(served["messages"], list)
    first, odd = served["messages"]
    assert odd == "odd"
    assert isinstance(first, dict)
    assert [*first] == ["_id", "z", "a"]
    assert first["_id"] == hashlib.sha1(b'{"a":2,"z":1}').hexdigest()  # noqa: S324


@given(pacts(), st.randoms())
def test_ids_do_not_see_order_of_keys(pact: JsonObject, random: Any) -> None:
    assert isinstance(pact["interactions"], list)
    for interaction in pact["interactions"]:
        assert interaction_id(shuffled(interaction, random)) == interaction_id(interaction)


def test_the_rule_of_the_pact_broker_counts_every_example() -> None:
    rules = {"body": {"$.id": {"matchers": [{"match": "type"}]}}}
    one, other = (
        content_from(
            {
                "interactions": [
                    {"response": {"status": 200, "body": {"content": {"id": example}}, "matchingRules": rules}}  # type: ignore[dict-item]
                ],
                "metadata": {"pactSpecification": {"version": "4.0"}},
            }
        )
        for example in (1, 2)
    )
    assert identity(one) == identity(other)
    assert identity(one, IdentityRule.PACT_BROKER) != identity(other, IdentityRule.PACT_BROKER)


def message(example: object, kafka_key: object, **more: JsonValue) -> JsonObject:
    rule: JsonValue = {"combine": "AND", "matchers": [{"match": "type"}]}
    found: JsonObject = {
        "type": "Asynchronous/Messages",
        "description": "x",
        "contents": {"content": {"id": example}, "contentType": "application/json", "encoded": False},  # type: ignore[dict-item]
        "metadata": {"key": kafka_key, "contentType": "application/json"},  # type: ignore[dict-item]
        "matchingRules": {"body": {"$.id": rule}, "metadata": {"key": rule}},
    }
    return {**found, **more}


def pact_with(interaction: JsonObject, **metadata: JsonValue) -> JsonObject:
    return {"interactions": [interaction], "metadata": {"pactSpecification": {"version": "4.0"}, **metadata}}


def test_examples_of_messages_and_their_metadata_do_not_count_under_a_rule() -> None:
    assert sha(pact_with(message(1, "a"))) == sha(pact_with(message(2, "b")))
    assert sha(pact_with(message(1, "a"))) != sha(pact_with(message("1", "a")))
    assert sha(pact_with(message(1, "a"))) != sha(pact_with(message(1, 1)))


def test_what_a_plugin_reads_counts_whole() -> None:
    one, other = (message(number, "a", pluginConfiguration={"p": {}}) for number in (1, 2))
    assert sha(pact_with(one)) != sha(pact_with(other))
    plugins: list[JsonValue] = [[{"name": "p", "version": version}] for version in ("1", "2")]
    assert len({sha(pact_with(message(1, "a"), plugins=plugin)) for plugin in plugins}) == 2


def test_keys_and_comments_do_not_count_and_pending_does() -> None:
    plain = sha(pact_with(message(1, "a")))
    assert sha(pact_with(message(1, "a", key="k", comments={"text": ["t"]}))) == plain
    assert sha(pact_with(message(1, "a", pending=True))) != plain


def test_nothing_that_is_published_passes_for_a_hidden_example() -> None:
    """The kinds that stand for hidden examples hold a character that no document may have."""
    with pytest.raises(Invalid):
        read_content(json.dumps(pact_with(message("\x00string", "a"))))
