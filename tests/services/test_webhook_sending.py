"""One attempt at a delivery: what arrives, what is signed, and what is told of it."""

import json
from dataclasses import replace
from datetime import UTC, datetime

from contracthub.domain.webhook_request import JsonValue, WebhookRequest
from contracthub.domain.webhook_rules import WebhookRules
from contracthub.outbound.guarded_http import GuardedHttp
from contracthub.services.webhook_sending import RESPONSE_HIDDEN, Attempt, Message, attempt
from tests.outbound.receivers import Receiver, answering, is_signed, receiving, status

LISTED = WebhookRules(schemes=("http",), hosts=("127.0.0.1",))
NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


def sent(receiver: Receiver, secret: str | None = None, rules: WebhookRules = LISTED, **request: object) -> Attempt:
    made = replace(WebhookRequest("POST", f"{receiver.url}/build"), **request)  # type: ignore[arg-type]
    message = Message(made, {"consumerName": "Foo"}, "contract_published", "delivery-1", secret)
    return attempt(GuardedHttp(), rules, message, now=NOON)


def test_the_request_tells_the_event_and_the_delivery() -> None:
    body: JsonValue = {"name": "${pactbroker.consumerName} ä"}
    with receiving() as receiver:
        assert sent(receiver, body=body, username="u", password="p", headers=(("X-A", "b"),)).success
    [received] = receiver.received
    assert json.loads(received.body) == {"name": "Foo ä"}
    told = {name: received.headers[name] for name in ("x-contracthub-event", "x-contracthub-delivery", "x-a")}
    assert told == {"x-contracthub-event": "contract_published", "x-contracthub-delivery": "delivery-1", "x-a": "b"}
    assert received.headers["authorization"] == "Basic dTpw"
    assert received.headers["content-type"] == "application/json"
    assert received.headers["user-agent"].startswith("Pact Broker v")
    assert "x-contracthub-signature-256" not in received.headers


def test_text_is_sent_as_it_is_and_nothing_as_nothing() -> None:
    with receiving() as receiver:
        sent(receiver, body="a=${pactbroker.consumerName}", headers=(("Content-Type", "text/x"), ("User-Agent", "me")))
        sent(receiver)
    text, nothing = receiver.received
    assert (text.body, text.headers["content-type"], text.headers["user-agent"]) == (b"a=Foo", "text/x", "me")
    assert (nothing.body, nothing.headers["content-length"]) == (b"", "0")


def test_a_receiver_can_check_the_signature_and_nobody_else_can_make_it() -> None:
    forged: tuple[tuple[str, str], ...] = (("X-ContractHub-Signature-256", "sha256=0"), ("x-contracthub-event", "x"))
    with receiving() as receiver:
        told = sent(receiver, "hmac-key", body={"a": "ü"}, headers=forged)
    [received] = receiver.received
    assert is_signed(received, "hmac-key")
    assert not is_signed(received, "other-key")
    assert not is_signed(replace(received, body=received.body + b" "), "hmac-key")
    assert int(received.headers["x-contracthub-timestamp"]) == NOON.timestamp()
    assert received.headers["x-contracthub-event"] == "contract_published"
    assert received.headers["x-contracthub-signature-256"] not in told.log


def test_success_is_a_status_on_the_list() -> None:
    with receiving(status(204), status(207), status(302), status(500)) as receiver:
        assert [sent(receiver).success for _ in range(4)] == [True, False, False, False]
        receiver.manners.append(status(302))
        assert sent(receiver, rules=replace(LISTED, success_statuses=(302,))).success


def test_the_response_is_told_only_where_hosts_are_listed() -> None:
    with receiving(status(500, headers="X-Inner: h1dden\r\n", body="b0dy")) as receiver:
        told = sent(receiver)
        assert told.response is not None
        assert (told.response.status, told.response.body) == (500, "b0dy")
        assert "X-Inner: h1dden\n" in told.log
        assert told.log.endswith("\n\nb0dy")

    class Elsewhere(GuardedHttp):
        """As if the receiver had a public address, which no test can have."""

        def send(self, request, rules):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
            return super().send(request, replace(rules, hosts=("127.0.0.1",)))

    with receiving(status(500, headers="X-Inner: h1dden\r\n", body="b0dy")) as receiver:
        message = Message(WebhookRequest("POST", receiver.url), {}, "test", "delivery-1")
        told = attempt(Elsewhere(), replace(LISTED, hosts=()), message, now=NOON)
    assert (told.response, told.is_response_hidden) == (None, True)
    assert RESPONSE_HIDDEN in told.log
    assert "HTTP/1.1 500" in told.log
    assert "h1dden" not in told.log
    assert "b0dy" not in told.log


def test_no_secret_is_told_though_the_receiver_repeats_them_all() -> None:
    secrets = ["s3cr3t-pass", "s3cr3t-token", "s3cr3t-hmac", "s3cr3t-query", "s3cr3t-member", "s3cr3t-cookie"]
    with receiving() as receiver:

        def repeating(sock):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
            said = repr((receiver.received[-1], secrets)).encode()
            head = f"HTTP/1.1 500 {secrets[0]}\r\nX-Echo: {secrets[1]}\r\nSet-Cookie: {secrets[5]}\r\n"
            sock.sendall(f"{head}Content-Length: {len(said)}\r\n\r\n".encode() + said)

        receiver.manners.append(repeating)
        told = sent(
            receiver,
            "s3cr3t-hmac",
            url=f"{receiver.url}/?token=s3cr3t-query",
            headers=(("Private-Token", "s3cr3t-token"),),
            body={"password": "s3cr3t-member"},
            username="user",
            password="s3cr3t-pass",
        )
    assert [each for each in secrets[:5] if each in repr(told)] == []
    assert told.response is not None
    assert "s3cr3t" not in repr(told.response.headers)
    assert "dXNlcjpzM2NyM3QtcGFzcw" not in repr(told)


def test_a_secret_at_the_place_where_a_log_is_cut_is_not_half_told() -> None:
    long = b"x" * 1990 + b"s3cr3t-pass" + b"y" * 5000
    content = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(long) + long
    with receiving(answering(content)) as receiver:
        told = sent(receiver, password="s3cr3t-pass")
    assert "s3cr3t" not in told.log
    assert told.log.endswith("…")
    assert len(told.log) < 4000


def test_a_log_has_an_end_and_no_representation_has_a_secret() -> None:
    many = tuple((f"X-{number}", "x" * 5000) for number in range(90))
    with receiving() as receiver:
        told = sent(receiver, headers=many)
    assert len(told.log) <= 50_001
    request = WebhookRequest("POST", "https://h/s3cr3t", (("A", "s3cr3t"),), "s3cr3t", "s3cr3t", "s3cr3t")
    assert "s3cr3t" not in repr(Message(request, {}, "test", "1", "s3cr3t"))


def test_a_response_can_not_steer_a_terminal() -> None:
    with receiving(status(200, body="\x1b[2Jgone\r\n\x07")) as receiver:
        told = sent(receiver)
    assert "\\x1b[2Jgone\\x0d\n\\x07" in told.log


def test_why_there_was_no_response_is_told() -> None:
    with receiving(answering(b"")) as receiver:
        told = sent(receiver)
        assert (told.success, told.response, told.trouble) == (
            False,
            None,
            "the connection was closed without an answer",
        )
        refused = sent(receiver, rules=replace(LISTED, hosts=()))
    assert "Not sent: 127.0.0.1 is an address that is not public" in refused.log
    assert len(receiver.received) == 1
