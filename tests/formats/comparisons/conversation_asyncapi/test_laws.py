"""Laws of comparing conversations: what is promised is never refused, and what is taken away is always missed."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from contracthub.domain.comparisons import Level
from contracthub.domain.provider_contracts import ContractFormat
from contracthub.formats.comparisons.conversation_asyncapi.addresses import values_in
from contracthub.formats.comparisons.conversation_asyncapi.comparing import compare_conversation, compile_channels
from contracthub.formats.comparisons.offered import OfferedDocument
from contracthub.formats.pointers import child
from tests.formats.comparisons.conversation_asyncapi.cases import Case, any_of, provider
from tests.formats.comparisons.conversation_asyncapi.test_table import compared

ROOT = Path(__file__).resolve().parents[4]
FLEET = ROOT / "specs" / "neural_processor.asyncapi.yaml"
VIEWER = ROOT / "contracts" / "signal_viewer-neural_processor.live-stream-of-a-session.conversation.yaml"

names = st.sampled_from(["a", "b", "c/d", "e~f", "g h", "0"])
scalars: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-9, 9),
    st.floats(-9, 9).map(lambda each: round(each, 2) + 0.001),
    st.text(max_size=3),
)
values: st.SearchStrategy[Any] = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, min_size=1, max_size=1), st.dictionaries(names, inner)),
    max_leaves=8,
)
messages = st.dictionaries(names, values, min_size=1, max_size=4)


def schema_of(value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return {"type": "object", "properties": {name: schema_of(each) for name, each in value.items()}}
    if isinstance(value, list):
        return {"type": "array", "items": schema_of(value[0])}
    kinds = {type(None): "null", bool: "boolean", int: "integer", float: "number", str: "string"}
    return {"type": kinds[type(value)]}


def matched(value: Any) -> Any:
    return any_of("type", value)


def places(schema: dict[str, Any], pointer: str = "") -> list[tuple[dict[str, Any], str, str]]:
    """Every property, with the schema that holds it and the pointer of its value."""
    if "items" in schema:
        return places(schema["items"], child(pointer, 0))
    found = []
    for name, each in schema.get("properties", {}).items():
        found.append((schema, name, child(pointer, name)))
        found += places(each, child(pointer, name))
    return found


def told(schema: dict[str, Any]) -> dict[str, Any]:
    return provider(messages={"Only": {"payload": schema}}, sends=["Only"])


@given(messages, st.booleans())
def test_what_is_promised_may_be_expected(message: dict[str, Any], under_a_matcher: bool) -> None:
    expected = matched(message) if under_a_matcher else message
    assert compared(Case("", ({"receive": {"json": expected}},)).contract, told(schema_of(message))) == ()


@given(messages, st.booleans(), st.data())
def test_a_field_that_is_taken_away_is_missed(
    message: dict[str, Any], under_a_matcher: bool, data: st.DataObject
) -> None:
    schema = schema_of(message)
    holder, name, pointer = data.draw(st.sampled_from(places(schema)))
    del holder["properties"][name]
    # A schema that names no member says nothing of them.
    holder["properties"]["another"] = {}
    expected = matched(message) if under_a_matcher else message
    found = compared(Case("", ({"receive": {"json": expected}},)).contract, told(schema))
    prefix = "/steps/0/receive/json" + ("/value" if under_a_matcher else "")
    assert [(each.level, each.consumer_pointer) for each in found] == [(Level.ERROR, prefix + pointer)]


@given(messages, st.data())
def test_a_required_field_that_is_not_sent_is_missed(message: dict[str, Any], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(message)))
    schema = {**schema_of(message), "required": sorted(message)}
    document = provider(messages={"Only": {"payload": schema}}, receives=["Only"])
    sent = {key: each for key, each in message.items() if key != name}
    assert compared(Case("", ({"send": {"json": message}},)).contract, document) == ()
    (found,) = compared(Case("", ({"send": {"json": sent}},)).contract, document)
    assert found.rule == "conversation.send.incompatible"


@given(
    st.lists(st.sampled_from(["{a}", "{b}", "x", "-", "/"]), max_size=7).map("".join),
    st.text("x-/", max_size=8),
)
def test_a_path_is_at_an_address_as_its_regular_expression_has_it(address: str, path: str) -> None:
    pattern = re.sub(r"\\{[ab]\\}", "[^/]+", re.escape(address))
    assert (values_in(address, path) is not None) is (re.fullmatch(pattern, path) is not None)


@given(st.recursive(scalars | st.just("${name}"), lambda inner: st.lists(inner) | st.dictionaries(names, inner)))
def test_nothing_that_is_said_breaks_the_comparison(value: Any) -> None:
    steps = ({"send": {"json": value}}, {"receive": {"json": value}}, {"receive": {"schema": {"const": value}}})
    given_ = {"given": [{"name": "a"}]}
    for each in compared(Case("", steps, more=given_).contract, told({"type": "object", "properties": {"a": {}}})):
        assert each.rule.startswith(("conversation.", "contract."))


def of_the_fleet(document: object) -> list[tuple[Level, str, str | None]]:
    data = yaml.safe_dump(document).encode()
    channels = compile_channels(OfferedDocument("sockets", ContractFormat.ASYNCAPI, "", {"a.yaml": data}, "a.yaml"))
    found = compare_conversation(VIEWER.read_bytes(), [channels])
    return [(each.level, each.rule, each.consumer_pointer) for each in found if each.level is not Level.INFORMATION]


def test_the_fleet_is_compatible() -> None:
    assert of_the_fleet(yaml.safe_load(FLEET.read_bytes())) == []


@pytest.mark.parametrize(
    ("message", "field", "step"),
    [
        ("Ready", "session_id", 0),
        ("Ready", "chunks", 0),
        ("Data", "sequence", 2),
        ("Data", "samples", 2),
        ("Processed", "spikes", 4),
    ],
)
def test_a_field_that_the_viewer_needs_is_missed(message: str, field: str, step: int) -> None:
    document = yaml.safe_load(FLEET.read_bytes())
    payload = document["components"]["messages"][message]["payload"]
    del payload["properties"][field]
    payload["required"] = [each for each in payload.get("required", []) if each != field]
    found = of_the_fleet(document)
    level, rule, pointer = found[0]
    assert (level, rule) == (Level.ERROR, "conversation.receive.incompatible")
    assert (pointer or "").removesuffix("/value") == f"/steps/{step}/receive/json/{field}"


def test_a_message_that_the_processor_no_longer_takes_is_missed() -> None:
    document = yaml.safe_load(FLEET.read_bytes())
    document["operations"]["hear"]["messages"] = document["operations"]["hear"]["messages"][:1]
    found = of_the_fleet(document)
    assert {pointer for _, _, pointer in found} == {"/steps/5/send/json/type", "/steps/8/send/json/type"}


def test_many_messages_of_many_alternatives_are_judged_within_bounds() -> None:
    some = {"anyOf": [{"type": "object", "properties": {f"p{at}": {"type": "integer"}}} for at in range(50)]}
    kinds = [f"M{at}" for at in range(50)]
    document = provider(messages={each: {"payload": some} for each in kinds}, sends=kinds)
    steps = tuple({"receive": {"json": {f"q{at}": f"${{n{at}}}" for at in range(20)}}} for _ in range(3))
    more = {"given": [{"name": "a"}]}
    found = compared(Case("", steps, more=more).contract, document)
    assert {each.rule for each in found} == {"conversation.receive.incompatible"}
    json.dumps([each.message for each in found])
