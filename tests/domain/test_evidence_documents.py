import json

from contracthub.domain.evidence_documents import first_mismatch


def mismatch(attribute: str, description: str, identifier: str = "") -> dict[str, str]:
    return {"attribute": attribute, "identifier": identifier, "description": description}


def document(*mismatches: dict[str, str]) -> bytes:
    passed = {"interactionDescription": "a list", "success": True}
    failed = {"interactionDescription": "one item", "success": False, "mismatches": mismatches}
    return json.dumps({"testResults": [passed, failed]}).encode()


def test_a_status_tells_more_than_the_body_and_headers_that_came_with_it() -> None:
    evidence = document(
        mismatch("body", "another type", "$"),
        mismatch("header", "another type", "Content-Type"),
        mismatch("status", "expected 404 but was 200"),
    )

    assert first_mismatch(evidence) == "“one item”, status: expected 404 but was 200 (and 2 more)."


def test_of_mismatches_that_tell_as_much_the_first_is_named() -> None:
    evidence = document(mismatch("body", "lacks a", "$"), mismatch("body", "lacks b", "$.c"))

    assert first_mismatch(evidence) == "“one item”, body $: lacks a (and 1 more)."


def test_nothing_is_said_where_no_mismatch_is_told() -> None:
    assert first_mismatch(document()) is None
    assert first_mismatch(b"not JSON") is None
