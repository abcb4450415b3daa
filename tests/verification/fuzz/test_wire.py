"""How requests are shown: whole enough to send them again, without credentials."""

import json
import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracthub.verification.fuzz.wire import Call, curl_for, is_secret, shown_request

SAFE_TEXT = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=20)


@pytest.mark.parametrize(
    "name", ["Authorization", "X-Api-Key", "api_key", "Cookie", "X-Auth-Token", "password", "client_secret", "x-auth"]
)
def test_credentials_are_known_by_their_names(name: str) -> None:
    assert is_secret(name)


@pytest.mark.parametrize("name", ["author", "X-Tenant", "authors", "keyboard", "passenger_id"])
def test_other_names_are_not_taken_for_credentials(name: str) -> None:
    assert not is_secret(name)


def test_no_credential_is_in_what_is_shown() -> None:
    call = Call(
        "POST",
        "/orders",
        (("api_key", "s3cret"), ("page", "1")),
        (("Authorization", "Bearer s3cret"), ("X-Tenant", "acme"), ("User-Agent", "me")),
        json.dumps({"user": "ada", "password": "s3cret", "deep": [{"token": "s3cret"}]}).encode(),
    )
    for text in (json.dumps(shown_request(call)), curl_for(call, "http://user:s3cret@localhost:80/base")):
        assert "s3cret" not in text
        assert "acme" in text
        assert "me" in text


@given(SAFE_TEXT, SAFE_TEXT)
def test_the_command_can_be_read_by_a_shell(value: str, body: str) -> None:
    call = Call("PUT", "/a", (("q", value),), (("X-A", value.strip()),), body.encode())
    words = shlex.split(curl_for(call, "http://localhost:8000"))
    assert words[:3] == ["curl", "-X", "PUT"]
    assert words[words.index("--data-raw") + 1] in (body, json.dumps(shown_request(call)["body"], ensure_ascii=False))
    assert words[-1].startswith("http://localhost:8000/a?q=")


def test_the_path_that_is_shown_begins_below_the_root() -> None:
    assert shown_request(Call("GET", "/base/orders/1"), "/base")["path"] == "/orders/1"
