"""Definitions of webhooks: what is refused in which words, and what is shown of them."""

from dataclasses import astuple
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracthub.domain.errors import Invalid
from contracthub.domain.webhook_definitions import LONGEST_BODY, MOST_HEADERS, definition_from, faults_of_uuid
from contracthub.domain.webhook_events import EVENTS
from contracthub.domain.webhook_request import WebhookRequest
from contracthub.domain.webhook_rules import WebhookRules
from contracthub.domain.webhook_secrets import STARS
from contracthub.domain.webhooks import (
    Party,
    WebhookDefinition,
    goes_elsewhere,
    scope_of,
    shown_request,
    with_kept_secrets,
)

SEE = "See /doc/webhooks#whitelist for more information."
RULES = WebhookRules()


def body(**request: Any) -> dict[str, Any]:
    return {"request": {"method": "POST", "url": "https://ci.example/build", **request}}


def errors(sent: dict[str, Any], rules: WebhookRules = RULES) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as refused:
        definition_from(sent, rules)
    found: dict[str, list[str]] = {}
    for fault in refused.value.faults:
        found.setdefault(fault.field, []).append(fault.text)
    return found


def test_what_is_left_out_has_a_default() -> None:
    found = definition_from(body(), RULES)
    assert found == WebhookDefinition(
        WebhookRequest("POST", "https://ci.example/build"), ("contract_content_changed",), None, None, None
    )


def test_everything_is_taken_as_it_is_sent() -> None:
    sent = body(headers={"Accept": "x"}, body={"b": [1, 2.5, None]}, username="u", password="p")
    sent |= {"consumer": {"name": "Foo"}, "provider": {"label": "team"}, "description": "Build", "enabled": False}
    sent |= {"events": [{"name": "contract_published"}] * 2, "signingSecret": "hmac"}
    found = definition_from(sent, RULES)
    assert found.request == WebhookRequest(
        "POST", "https://ci.example/build", (("Accept", "x"),), {"b": [1, 2.5, None]}, "u", "p"
    )
    assert (found.consumer, found.provider, found.description) == (Party("Foo"), Party(label="team"), "Build")
    assert (found.events, found.enabled, found.secret) == (("contract_published",), False, "hmac")


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({}, {"request": ["is missing"]}),
        ({"request": 1}, {"request": ["must be a hash"]}),
        ({"request": {}}, {"request.method": ["is missing"], "request.url": ["is missing"]}),
        (body(method="FOO"), {"request.method": ["is not a recognised HTTP method"]}),
        (body(method="GET"), {"request.method": [f"must be POST. {SEE}"]}),
        (body(url="example"), {"request.url": ["is not a valid URL eg. http://example.org"]}),
        (body(url="https://0x7f.1/"), {"request.url": ["is not a valid URL eg. http://example.org"]}),
        (body(url="http://example.org"), {"request.url": [f"scheme must be https. {SEE}"]}),
        (
            body(url="https://${pactbroker.consumerName}.example/"),
            {"request.url": ["cannot have a template parameter in the host"]},
        ),
        (body(url="${pactbroker.buildUrl}"), {"request.url": ["cannot have a template parameter in the host"]}),
        (body() | {"events": []}, {"events": ["size cannot be less than 1"]}),
        (body() | {"events": [{"name": "x"}]}, {"events": [f"name must be one of: {', '.join(EVENTS)}"]}),
        (body() | {"consumer": {"name": " "}}, {"consumer.name": ["cannot be blank"]}),
        (
            body() | {"provider": {"name": "a", "label": "b"}},
            {"provider.label": ["name and label cannot be provided at the same time"]},
        ),
        (body() | {"enabled": "yes"}, {"enabled": ["must be boolean"]}),
        (body(headers={"a b": "c"}), {"request.headers": ["'a b' is no name of a header"]}),
        (body(headers={"a": "b\r\nc: d"}), {"request.headers": ["a cannot contain control characters"]}),
        (
            body(headers={str(number): "" for number in range(MOST_HEADERS + 1)}),
            {"request.headers": [f"cannot have more than {MOST_HEADERS} entries"]},
        ),
        (body() | {"preset": "fax"}, {"preset": None}),
    ],
)
def test_what_is_wrong_is_told_in_the_words_that_scripts_know(
    sent: dict[str, Any], expected: dict[str, list[str] | None]
) -> None:
    found = errors(sent)
    assert found == {field: texts if texts is not None else found[field] for field, texts in expected.items()}


def test_every_fault_is_told_at_once() -> None:
    found = errors({"request": {"method": "FOO", "url": "http://x.example"}, "events": [], "consumer": 1})
    assert set(found) == {"request.method", "request.url", "events", "consumer"}


def test_bodies_are_bounded() -> None:
    assert "request.body" in errors(body(body="x" * (LONGEST_BODY + 1)))
    assert "request.body" in errors(body(body=[[]] * 30_000))
    assert "request.body" in errors(body(body={"a": 2**64}))


@pytest.mark.parametrize("url", ["https://127.0.0.1/", "https://[::1]/", "https://169.254.169.254/latest"])
def test_addresses_inside_are_refused_unless_they_are_listed(url: str) -> None:
    assert f"host is not a public address, and not among the addresses that are allowed. {SEE}" in [
        text for texts in errors(body(url=url)).values() for text in texts
    ]
    listed = WebhookRules(hosts=("127.0.0.0/8", "::1", "169.254.169.254"))
    assert definition_from(body(url=url), listed).request.url == url


def test_the_operator_decides_about_methods_schemes_and_hosts() -> None:
    rules = WebhookRules(schemes=("http", "https"), methods=("POST", "PUT"), hosts=("*.example.org",))
    assert definition_from(body(url="http://ci.example.org/", method="put"), rules).request.method == "put"
    assert errors(body(), rules) == {"request.url": [f"host must be in the whitelist *.example.org. {SEE}"]}
    assert errors(body(url="ftp://ci.example.org", method="GET"), rules) == {
        "request.method": [f"must be POST, PUT. {SEE}"],
        "request.url": [f"scheme must be http, https. {SEE}"],
    }


def test_a_uuid_is_long_and_plain() -> None:
    assert faults_of_uuid("aZ09_-aZ09_-aZ09") == []
    for wrong in ("short", "a" * 15, "a" * 15 + "/", "a" * 300, "ä" * 16):
        [fault] = faults_of_uuid(wrong)
        assert fault.text.endswith("and must be 16 or more characters.")


def defined(request: WebhookRequest, **more: Any) -> WebhookDefinition:
    return WebhookDefinition(request, ("contract_published",), **more)


def test_secrets_are_not_shown_and_parameters_are() -> None:
    headers = (("X-Auth-Token", "abcdef"), ("authorization", "Bearer ${user.bearerToken}"), ("Accept", "x"))
    shown = shown_request(defined(WebhookRequest("POST", "https://x.example", headers, None, "u", "p")))
    assert dict(shown.headers) == {"X-Auth-Token": STARS, "authorization": STARS, "Accept": "x"}
    assert (shown.username, shown.password) == ("u", STARS)
    told = (("Authorization", "${pactbroker.consumerName}"),)
    shown = shown_request(defined(WebhookRequest("POST", "https://x.example", told, None, None, "${pactbroker.x}")))
    assert (shown.headers, shown.password) == (told, "${pactbroker.x}")


def test_a_ready_made_webhook_shows_none_of_its_secrets_anywhere() -> None:
    slack = {"preset": "slack", "settings": {"url": "https://hooks.slack.com/services/T1/B1/verysecret"}}
    gitlab = {"preset": "gitlab-pipeline", "settings": {"project": "a/b", "token": "verysecret"}}
    for sent in (slack, gitlab):
        found = definition_from(sent, RULES)
        assert "verysecret" in str(astuple(found.request))
        assert "verysecret" not in str(astuple(shown_request(found)))
        assert "verysecret" not in repr(found)


@given(
    st.text(min_size=1).filter(lambda text: "${" not in text), st.text(min_size=1).filter(lambda text: "${" not in text)
)
def test_what_was_shown_can_be_sent_back(token: str, password: str) -> None:
    old = WebhookRequest("POST", "https://x.example", (("Authorization", token), ("A", STARS)), None, "u", password)
    assert with_kept_secrets(shown_request(defined(old)), old) == old


def test_another_path_is_the_same_receiver_and_another_host_is_not() -> None:
    old = WebhookRequest("POST", "https://x.example/a?b=${pactbroker.consumerName}")
    assert not goes_elsewhere(WebhookRequest("POST", "https://X.example:443/c"), old)
    assert goes_elsewhere(WebhookRequest("POST", "https://y.example/a"), old)
    assert goes_elsewhere(WebhookRequest("POST", "http://x.example/a"), old)


def test_a_webhook_says_which_pacts_it_is_for() -> None:
    foo, bar, team = Party("Foo"), Party("Bar"), Party(label="team")
    assert scope_of(foo, bar) == "A webhook for the pact between Foo and Bar"
    assert scope_of(foo, None) == "A webhook for all pacts with consumer Foo"
    assert scope_of(None, bar) == "A webhook for all pacts with provider Bar"
    assert scope_of(None, None) == "A webhook for all pacts"
    assert scope_of(team, None) == "A webhook for all pacts with consumers labeled 'team'"
