"""Template parameters: every value stays a value, wherever it is put."""

import json
from urllib.parse import parse_qs, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from contracthub.domain.webhook_request import WebhookRequest
from contracthub.domain.webhook_templates import PARAMETERS, fill, has_parameter, status_parameters

NAME = "${pactbroker.consumerName}"


def filled(value: str | None = "Foo", **changes: object) -> WebhookRequest:
    request = WebhookRequest("POST", "https://ci.example/", **changes)  # type: ignore[arg-type]
    return fill(request, {} if value is None else {"consumerName": value})


def test_parameters_are_filled_in_everywhere() -> None:
    request = WebhookRequest(
        "POST", f"https://ci.example/{NAME}?c={NAME}", (("X-A", f"is {NAME}"),), {"a": [f"{NAME}!"]}, NAME, NAME
    )
    assert fill(request, {"consumerName": "A B"}) == WebhookRequest(
        "POST", "https://ci.example/A%20B?c=A%20B", (("X-A", "is A B"),), {"a": ["A B!"]}, "A B", "A B"
    )


def test_what_is_unknown_stays_and_what_has_no_value_is_empty() -> None:
    body = "${pactbroker.nothing} ${pactbroker.providerName}- ${other.consumerName} ${pactbroker.consumerName"
    assert filled(None, body=body).body == "${pactbroker.nothing} - ${other.consumerName} ${pactbroker.consumerName"


def test_a_value_that_looks_like_a_parameter_is_not_filled_again() -> None:
    assert filled("${pactbroker.consumerName}", body=NAME).body == NAME


def test_the_host_is_never_filled_in() -> None:
    for url in (f"https://{NAME}.example/{NAME}", f"https://{NAME}@ci.example:{NAME}/"):
        assert fill(WebhookRequest("POST", url), {"consumerName": "x"}).url.startswith(url.rsplit("/", 1)[0])


def test_the_outcome_of_a_verification_has_a_word_for_each_service() -> None:
    assert set(status_parameters(success=True)) < PARAMETERS
    assert [status_parameters(success=each)["gitlabVerificationStatus"] for each in (True, False, None)] == [
        "success",
        "failed",
        "pending",
    ]
    assert has_parameter("a${pactbroker.b}")
    assert not has_parameter("${pactbroker}")


@given(st.text())
def test_law_a_value_in_the_url_is_one_value(value: str) -> None:
    url = filled(value).url
    assert url == "https://ci.example/"
    request = WebhookRequest("POST", f"https://ci.example/a/{NAME}/b?c={NAME}&d=e")
    parts = urlsplit(fill(request, {"consumerName": value}).url)
    assert parts.netloc == "ci.example"
    assert parts.path.count("/") == 3
    assert parse_qs(parts.query, keep_blank_values=True) == {"c": [value], "d": ["e"]}


@given(st.text())
def test_law_a_value_in_json_is_one_string(value: str) -> None:
    as_json, as_text = {"a": [NAME], "b": 1}, '{"a": ["${pactbroker.consumerName}"], "b": 1}'
    assert filled(value, body=as_json).body == {"a": [value], "b": 1}
    text = filled(value, body=as_text).body
    assert isinstance(text, str)
    assert json.loads(text) == {"a": [value], "b": 1}
    labelled = filled(value, body=f'"{NAME}"', headers=(("content-type", "application/vnd.a+json"),)).body
    assert isinstance(labelled, str)
    assert json.loads(labelled) == value


@given(st.text())
def test_law_a_value_in_a_header_begins_no_other_one(value: str) -> None:
    [(_, header)] = filled(value, headers=(("X-A", NAME),)).headers
    assert not set(header) & {"\r", "\n", "\0"}


@given(st.text())
def test_law_text_is_left_alone_but_for_parameters(text: str) -> None:
    assert filled(body=text.replace("$", "")).body == text.replace("$", "")
