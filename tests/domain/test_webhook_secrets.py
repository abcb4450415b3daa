"""Secrets are found by their place, and removed wherever they turn up."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracthub.domain.webhook_request import JsonValue, WebhookRequest
from contracthub.domain.webhook_secrets import STARS, redacted, redacted_header, secret_values

SECRET_NAMES = [
    "Authorization",
    "x-auth-TOKEN",
    "PRIVATE-TOKEN",
    "X-Api-Key",
    "Set-Cookie",
    "X-Auth-Key",
    "X-Auth",
    "x-functions-key",
    "Ocp-Apim-Subscription-Key",
    "AccessKey",
    "X-Credentials",
]


def shown(text: str, request: WebhookRequest, *others: str) -> str:
    return redacted(text, secret_values(request, *others))


@pytest.mark.parametrize("name", SECRET_NAMES)
def test_headers_are_secret_by_name_and_their_values_everywhere(name: str) -> None:
    request = WebhookRequest("POST", "https://ci.example/", ((name, "Bearer s3cr3t-value"), ("Accept", "text/plain")))
    assert redacted_header(name, "anything", ()) == STARS
    assert (
        shown("got Bearer s3cr3t-value, s3cr3t-value as text/plain", request) == f"got {STARS}, {STARS} as text/plain"
    )


@pytest.mark.parametrize("name", ["Accept", "X-Monkey", "Idempotency-Key", "issue_key", "X-Author", "keyboard"])
def test_other_names_are_no_secrets(name: str) -> None:
    assert redacted_header(name, "anything", ()) == "anything"


def test_passwords_are_found_in_every_form() -> None:
    request = WebhookRequest("POST", "https://ci.example/", (), None, "me", 'p"ss word')
    basic = base64.b64encode(b'me:p"ss word').decode()
    text = shown(f'p"ss word p%22ss%20word {{"a": "p\\"ss word"}} {basic} me', request)
    assert text == f'{STARS} {STARS} {{"a": "{STARS}"}} {STARS} me'


@pytest.mark.parametrize("body", [{"a": [{"token": "s3cr3t"}], "b": "open"}, '{"token": "s3cr3t", "b": "open"}'])
def test_members_of_a_json_body_are_secret_by_name(body: JsonValue) -> None:
    request = WebhookRequest("POST", "https://ci.example/", (), body)
    assert shown('{"token": "s3cr3t", "b": "open"}', request) == f'{{"token": "{STARS}", "b": "open"}}'


@pytest.mark.parametrize(
    "url",
    [
        "https://ci.example/?a=b&token=s3cr3t%20value",
        "https://user:s3cr3t%20value@ci.example/",
        "https://hooks.slack.com/services/T0/B0/s3cr3t%20value",
        "https://prod-1.westeurope.logic.azure.com/workflows/s3cr3t%20value?sig=0123456",
    ],
)
def test_secrets_in_an_address_are_not_shown(url: str) -> None:
    text = shown(f"POST {url}", WebhookRequest("POST", url))
    assert "s3cr3t" not in text
    assert "0123456" not in text


def test_others_are_secrets_too_and_short_words_are_none() -> None:
    request = WebhookRequest("POST", "https://ci.example/", (("X-Token", "abc"),))
    assert shown("abc signed with hmac-key", request, "hmac-key") == f"abc signed with {STARS}"


@given(st.text(min_size=4), st.text(), st.text())
def test_law_no_secret_is_left(secret: str, before: str, after: str) -> None:
    request = WebhookRequest("POST", "https://ci.example/", (), None, "me", secret)
    # What is put in its place may by chance complete a secret that is made of stars.
    if "*" not in secret and "@" not in secret:
        assert secret not in shown(before + secret + after, request).replace(STARS, "\0")
