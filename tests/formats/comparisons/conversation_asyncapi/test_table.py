"""The table of pairs: what is found in each, where, and how bad it is."""

import json

import pytest

from contracthub.domain.comparisons import Finding, Level
from contracthub.domain.provider_contracts import ContractFormat
from contracthub.formats.comparisons.conversation_asyncapi.comparing import (
    CompiledChannels,
    compare_conversation,
    compile_channels,
)
from contracthub.formats.comparisons.offered import OfferedDocument
from contracthub.formats.json_places import values_along
from tests.formats.comparisons.conversation_asyncapi.cases import (
    CASES,
    HEARS,
    PROVIDER,
    SENDS,
    Case,
    Json,
    provider,
    provider2,
)


def compiled(document: Json, name: str = "sockets") -> CompiledChannels:
    data = json.dumps(document).encode()
    return compile_channels(OfferedDocument(name, ContractFormat.ASYNCAPI, "", {"a.json": data}, "a.json"))


def compared(contract: Json, *documents: Json) -> tuple[Finding, ...]:
    return compare_conversation(json.dumps(contract).encode(), [compiled(each) for each in documents])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.what)
def test_what_is_found(case: Case) -> None:
    findings = compared(case.contract, case.document)
    assert [(each.rule, each.consumer_pointer, each.provider_pointer) for each in findings] == [*case.found]


@pytest.mark.parametrize("case", [each for each in CASES if each.found], ids=lambda case: case.what)
def test_every_finding_leads_into_both_and_says_what_to_do(case: Case) -> None:
    for each in compared(case.contract, case.document):
        assert each.remedy.endswith(".")
        assert each.message
        assert each.consumer_pointer is not None
        values_along(case.contract, each.consumer_pointer)
        if each.provider_pointer is not None:
            values_along(case.document, each.provider_pointer)
            assert each.document == "sockets"


LEVELS = {
    "conversation.channel.unknown": Level.ERROR,
    "conversation.parameter.incompatible": Level.ERROR,
    "conversation.query.incompatible": Level.ERROR,
    "conversation.header.incompatible": Level.ERROR,
    "conversation.send.incompatible": Level.ERROR,
    "conversation.send.undocumented": Level.ERROR,
    "conversation.receive.incompatible": Level.ERROR,
    "conversation.receive.undocumented": Level.ERROR,
    "conversation.query.unknown": Level.WARNING,
    "conversation.header.unknown": Level.WARNING,
    "conversation.method.incompatible": Level.WARNING,
    "conversation.payload.unvalidatable": Level.WARNING,
    "conversation.close.undocumented": Level.INFORMATION,
    "conversation.subprotocol.undocumented": Level.INFORMATION,
    "conversation.content.undocumented": Level.UNANSWERED,
    "conversation.spec.missing": Level.UNANSWERED,
}


@pytest.mark.parametrize("case", [each for each in CASES if each.found], ids=lambda case: case.what)
def test_how_bad_it_is(case: Case) -> None:
    is_optional = any("optional" in step for step in case.steps)
    for each in compared(case.contract, case.document):
        assert each.level is (Level.WARNING if is_optional else LEVELS[each.rule])


def test_the_table_has_every_rule_that_there_is() -> None:
    assert {rule for case in CASES for rule, _, _ in case.found} == set(LEVELS)


def test_the_channel_that_was_meant_is_named() -> None:
    (found,) = compared(Case("", connect={"path": "/shop/{shop}/orders"}).contract, PROVIDER)
    assert found.message.endswith("Did you mean /shops/{shop}/orders?")


def test_of_several_documents_the_one_that_has_the_channel_counts() -> None:
    other = provider(channel={"address": "/carts", "parameters": {}})
    assert compared(Case("").contract, other, PROVIDER) == ()


def test_steps_are_counted_and_named() -> None:
    steps = (SENDS, {**HEARS, "name": "answer", "receive": {"json": {"kind": "accepted", "price": 1}}})
    (found,) = compared(Case("", steps).contract, PROVIDER)
    assert (found.interaction, found.description) == (1, "step 2 'answer'")
    assert (found.path, found.operation) == ("$.price", "WS /shops/{shop}/orders")


def test_what_is_deprecated_is_warned_of() -> None:
    document = provider2()
    ((address, channel),) = document["channels"].items()
    channel["subscribe"]["message"] = {**channel["subscribe"]["message"]["oneOf"][0], "x-note": "a"}
    found = compared(Case("").contract, {**document, "channels": {address: {**channel, "deprecated": True}}})
    assert [(each.rule, each.level) for each in found] == [("conversation.channel.deprecated", Level.WARNING)]


def test_a_contract_that_can_not_be_read_is_a_finding() -> None:
    for text in (b"contracthub: slo/1", b"{", b"\xff", b"contracthub: conversation/1\nname: a"):
        (found,) = compare_conversation(text, [compiled(PROVIDER)])
        assert (found.rule, found.level) == ("contract.unreadable", Level.UNANSWERED)


def test_a_schema_in_another_file_is_followed_and_its_place_told_by_the_file() -> None:
    document = provider(messages={"Accepted": {"payload": {"$ref": "schemas/accepted.json"}}})
    files = {"api/a.json": document, "api/schemas/accepted.json": {"type": "object", "properties": {"kind": {}}}}
    offered = {name: json.dumps(each).encode() for name, each in files.items()}
    channels = compile_channels(OfferedDocument("sockets", ContractFormat.ASYNCAPI, "", offered, "api/a.json"))
    contract = Case("", (HEARS,)).contract
    (found,) = compare_conversation(json.dumps(contract).encode(), [channels])
    assert found.consumer_pointer == "/steps/0/receive/json/id"
    assert found.provider_pointer == "api/schemas/accepted.json#"


def test_a_schema_that_leads_out_of_the_document_is_no_answer() -> None:
    document = provider(messages={"Accepted": {"payload": {"$ref": "https://example.com/a.json"}}}, sends=["Accepted"])
    (found,) = compared(Case("", (HEARS,)).contract, document)
    assert (found.rule, found.level) == ("conversation.payload.unvalidatable", Level.WARNING)


def test_a_document_without_operations_does_not_say_who_says_what() -> None:
    document = {name: each for name, each in PROVIDER.items() if name != "operations"}
    assert compared(Case("").contract, document) == ()
    found = compared(Case("", ({"send": {"json": {"kind": "cancel"}}},)).contract, document)
    assert {each.rule for each in found} == {"conversation.send.incompatible"}
