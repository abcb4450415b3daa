import json

import pytest

from contracthub.domain.evidence_documents import failed_of_states_only, first_mismatch


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


def test_a_mismatch_that_is_a_sentence_ends_as_one() -> None:
    assert first_mismatch(document(mismatch("", "Connection refused."))) == "“one item”, Connection refused."


def test_nothing_is_said_where_no_mismatch_is_told() -> None:
    assert first_mismatch(document()) is None
    assert first_mismatch(b"not JSON") is None


RUST = {"message": "One or more of the setup state change handlers has failed"}
JVM = {
    "message": 'Did not find a test class method annotated with @State("an order exists")',
    "exceptionClass": "au.com.dius.pact.provider.junitsupport.MissingStateChangeMethod",
}
RUBY = {"class": "RuntimeError", "message": 'Could not find provider state "an order exists" for consumer web'}
ELSE = {"message": "error sending request", "exceptionClass": "java.net.ConnectException"}
PASSED = {"interactionId": "1", "success": True}


def of(*results: object) -> bytes:
    return json.dumps({"testResults": results}).encode()


def failed(*exceptions: object, **more: object) -> dict[str, object]:
    return {"interactionId": "2", "success": False, "exceptions": exceptions, **more}


@pytest.mark.parametrize("exception", [RUST, JVM, {"exceptionClass": JVM["exceptionClass"]}, RUBY])
def test_a_state_that_could_not_be_set_up_is_told_from_a_provider_that_fails(exception: object) -> None:
    assert failed_of_states_only(of(PASSED, failed(exception)))
    assert not failed_of_states_only(of(failed(exception), failed(ELSE)))
    assert not failed_of_states_only(of(failed(exception, ELSE)))
    assert not failed_of_states_only(of(failed(exception, mismatches=[mismatch("status", "expected 200 but was 404")])))


def test_the_ruby_verifier_says_it_in_an_object_of_its_own() -> None:
    tests = [{"description": "one", "status": "failed", "exception": RUBY, "mismatches": []}]
    assert failed_of_states_only(json.dumps({"testResults": {"tests": tests}}).encode())


@pytest.mark.parametrize("evidence", [b"{}", b"no json", of(), of(PASSED), of(failed()), of(failed(ELSE))])
def test_what_says_nothing_of_states_is_no_proof_of_them(evidence: bytes) -> None:
    assert not failed_of_states_only(evidence)


def test_an_exception_that_a_provider_words_like_that_in_its_body_is_a_mismatch() -> None:
    assert not failed_of_states_only(of(failed(mismatches=[mismatch("body", RUST["message"], "$")])))
