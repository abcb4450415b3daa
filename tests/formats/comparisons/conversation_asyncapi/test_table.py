"""The table of pairs: what is found in each, where, and how bad it is."""

import json

import pytest

from contracthub.domain.comparisons import Finding
from contracthub.domain.provider_contracts import ContractFormat
from contracthub.formats.comparisons.conversation_asyncapi.comparing import (
    CompiledChannels,
    compare_conversation,
    compile_channels,
)
from contracthub.formats.comparisons.offered import OfferedDocument
from contracthub.formats.json_places import values_along
from tests.formats.comparisons.conversation_asyncapi.cases import CASES, Case, Json


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
