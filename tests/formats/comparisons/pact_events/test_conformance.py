"""What openapi-pact-comparator said of pacts and AsyncAPI documents: ours is the same, or argued."""

import json
from typing import Any

import pytest

from contracthub.domain.comparisons import Finding, Level
from contracthub.formats.comparisons.pact_events.comparing import compare_message, compile_events
from contracthub.formats.comparisons.pact_openapi.pact_file import Kind, read_pact
from tests.formats.comparisons.pact_events.offering import asyncapi
from tests.formats.conformance import CASES

FOLDER = CASES / "bidirectional"
if not FOLDER.is_dir():
    pytest.skip("no ../shared/conformance beside this checkout: conformance cases left out", allow_module_level=True)
ALL: list[dict[str, Any]] = [json.loads(line) for line in FOLDER.joinpath("cases.jsonl").read_text().splitlines()]
MESSAGES = [each for each in ALL if each.get("asyncapi")]

# Where our answer is another one than the peer's, or than what contests it.
DIFFERENT: dict[str, tuple[bool | None, str]] = {
    "fixtures/asyncapi/references-malformed": (None, "the document tells only what the provider receives"),
    "fixtures/asyncapi/references-missing": (None, "the document tells only what the provider receives"),
    "probe/async-no-ref": (True, "the message is found without a reference: it is the only one that is sent"),
    "probe/async-version-2": (None, "version 2 is read; the document has no message"),
}


def findings_of(case: dict[str, Any]) -> list[Finding]:
    events = compile_events([asyncapi(FOLDER.joinpath(case["asyncapi"]).read_bytes())])
    interactions = read_pact(FOLDER.joinpath(case["pact"]).read_bytes(), whole=True)
    return [each for one in interactions if one.kind is not Kind.HTTP for each in compare_message(one, events)]


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in MESSAGES])
def test_the_verdict_is_the_peers_or_argued(case: dict[str, Any]) -> None:
    levels = {each.level for each in findings_of(case)}
    verdict = None if Level.UNANSWERED in levels else Level.ERROR not in levels
    if Level.ERROR in levels:
        verdict = False
    expected = case.get("right", case["compatible"])
    assert verdict is DIFFERENT.get(case["id"], (expected, ""))[0]
