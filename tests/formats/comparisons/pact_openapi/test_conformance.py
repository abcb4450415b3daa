"""What openapi-pact-comparator said of 320 pairs: the same in its own mode, and argued where ours differs."""

import json
from typing import Any

import pytest

from contracthub.domain.comparisons import Level
from contracthub.domain.errors import HubError
from contracthub.formats.comparisons.pact_openapi.comparing import compare, is_compatible
from contracthub.formats.comparisons.pact_openapi.provider_document import read_asyncapi, read_openapi
from contracthub.formats.comparisons.pact_openapi.switches import OURS, PEER, PEER_HOSTED, Rules
from tests.formats.conformance import CASES

FOLDER = CASES / "bidirectional"
if not FOLDER.is_dir():
    pytest.skip("no ../shared/conformance beside this checkout: conformance cases left out", allow_module_level=True)
ALL: list[dict[str, Any]] = [json.loads(line) for line in FOLDER.joinpath("cases.jsonl").read_text().splitlines()]

# Where our own judgement is another than the peer's, and nobody contests the peer's.
DIFFERENT = {
    "fixtures/oas/if-then-else": "required in then and else: a pact holds what its consumer reads, not all there is",
    "probe/res-31-dependent-required": "what comes together may be left out: a pact holds what its consumer reads",
    "probe/res-oneof-disc-missing-tag": "a consumer need not read the tag by which alternatives are told apart",
    "probe/server-prefix-in-pact": "the path of a server in servers may stand before the document's paths",
    "probe/reqheader-auth-param-bad": "a header parameter Authorization shall be ignored (OpenAPI 3, parameter object)",
    "probe/res-31-defs": "a reference that leads nowhere promises nothing",
    "probe/res-ref-into-path": "a reference that leads nowhere promises nothing",
}


def answer(case: dict[str, Any], rules: Rules) -> tuple[bool, list[tuple[int, str, str]] | None]:
    """The verdict, and what was found but for information; None for what was refused."""
    try:
        openapi = read_openapi(FOLDER.joinpath(case["oas"]).read_bytes(), rules) if case.get("oas") else None
        asyncapi = (
            read_asyncapi(FOLDER.joinpath(case["asyncapi"]).read_bytes(), rules) if case.get("asyncapi") else None
        )
        found = compare(FOLDER.joinpath(case["pact"]).read_bytes(), openapi, asyncapi)
    except HubError:
        return False, None
    told = {(each.interaction, each.code, each.level.value) for each in found if each.level is not Level.INFORMATION}
    return is_compatible(found), sorted(told)


def settled() -> list[Any]:
    """The cases in which the peer's answer is not contested."""
    return [pytest.param(case, id=case["id"]) for case in ALL if not case.get("contested")]


@pytest.mark.parametrize("case", settled())
def test_in_the_peers_mode_the_answer_is_the_peers(case: dict[str, Any]) -> None:
    verdict, found = answer(case, PEER)
    if "expected" not in case:
        assert not verdict
        return
    assert (verdict, found) == (case["compatible"], sorted(map(tuple, case["expected"])))


@pytest.mark.parametrize("case", settled())
def test_with_all_switches_on_it_is_the_hosted_services(case: dict[str, Any]) -> None:
    expected = case.get("expected_compat_mode", case.get("expected", "error"))
    verdict, found = answer(case, PEER_HOSTED)
    if expected == "error":
        assert not verdict
        return
    assert found == sorted(map(tuple, expected))


@pytest.mark.parametrize("case", settled())
def test_our_own_judgement_differs_only_where_it_is_argued(case: dict[str, Any]) -> None:
    verdict, _ = answer(case, OURS)
    peers = case.get("compatible", False)
    assert verdict is (not peers if case["id"] in DIFFERENT else peers)


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in ALL if "right" in case])
def test_where_the_peer_is_wrong_we_are_right(case: dict[str, Any]) -> None:
    assert answer(case, OURS)[0] is case["right"]
