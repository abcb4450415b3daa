"""The one client for receivers of webhooks: what it refuses, and that no receiver holds it up."""

import socket
import ssl
from dataclasses import replace
from ipaddress import IPv4Address, ip_address
from pathlib import Path

import pytest

from contracthub.domain.webhook_rules import WebhookRules
from contracthub.outbound.guarded_http import GuardedHttp, Limits
from contracthub.services.ports.outbound import NoReply, OutgoingRequest, Reply
from tests.outbound.certificates import needs_openssl, self_signed
from tests.outbound.receivers import answering, flooding, receiving, status

OPEN = WebhookRules(schemes=("http", "https"), hosts=("127.0.0.0/8", "localhost", "hub.example"))
CLOSED = replace(OPEN, hosts=())
HASTY = Limits(total_seconds=1, connect_seconds=1, header_bytes=4096, body_bytes=4096)


def post(url: str, body: bytes | None = b"{}", *headers: tuple[str, str], method: str = "POST") -> OutgoingRequest:
    return OutgoingRequest(method, url, headers, body)


def reply(outcome: Reply | NoReply) -> Reply:
    assert isinstance(outcome, Reply), outcome
    return outcome


def refusal(outcome: Reply | NoReply) -> str:
    assert isinstance(outcome, NoReply)
    assert outcome.is_refused, outcome
    return outcome.why


def failure(outcome: Reply | NoReply) -> str:
    assert isinstance(outcome, NoReply)
    assert not outcome.is_refused, outcome
    return outcome.why


def test_a_request_arrives_as_it_was_made() -> None:
    with receiving(status(201, headers="X-A: b\r\n", body="made")) as receiver:
        request = post(f"{receiver.url}/a%2Fb?c=d#e", "ä".encode(), ("X-Name", "ä"), ("Host", "other.example"))
        answered = reply(GuardedHttp().send(request, OPEN))
    assert (answered.status, answered.body, dict(answered.headers)["X-A"]) == (201, b"made", "b")
    [received] = receiver.received
    assert (received.method, received.path, received.body) == ("POST", "/a%2Fb?c=d", "ä".encode())
    assert received.headers["host"] == f"127.0.0.1:{receiver.port}"
    assert received.headers["x-name"].encode("latin-1").decode() == "ä"


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "localhost.", "[::1]", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "[::]", "0.0.0.0",
        "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254", "168.63.129.16", "100.100.100.200",
        "[fe80::1]", "[fd00:ec2::254]", "[fc00::1]", "[ff02::1]", "[2002:7f00:1::]", "[2001:0:7f00:1::]", "224.0.0.1",
        "255.255.255.255", "192.0.2.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.1", "017700000001",
        "127。0。0。1", "127.0.0.1%00.example.org", "user@127.0.0.1", "example.org\\@127.0.0.1",
        "example.org\t.127.0.0.1",
    ],
)  # fmt: skip
def test_no_way_of_writing_an_inner_address_gets_through(host: str) -> None:
    with receiving() as receiver:
        refusal(GuardedHttp().send(post(f"http://{host}:{receiver.port}/"), CLOSED))
    assert receiver.connections == 0


def test_a_name_is_resolved_once_and_what_it_resolves_to_is_what_is_checked() -> None:
    asked: list[str] = []

    def rebinding(host: str, _port: int) -> list[IPv4Address]:
        asked.append(host)
        return [IPv4Address("127.0.0.1" if len(asked) == 1 else "93.184.215.14")]

    with receiving() as receiver:
        why = refusal(GuardedHttp(resolver=rebinding).send(post(f"http://hub.example:{receiver.port}/"), CLOSED))
    assert "not public" in why
    assert "127.0.0.1" not in why
    assert (asked, receiver.connections) == (["hub.example"], 0)


def test_one_inner_address_among_public_ones_is_enough_to_refuse() -> None:
    both = [ip_address("93.184.215.14"), ip_address("127.0.0.1")]
    with receiving() as receiver:
        refusal(GuardedHttp(resolver=lambda *_: both).send(post(f"http://hub.example:{receiver.port}/"), CLOSED))
    assert receiver.connections == 0


def test_a_listed_name_opens_private_addresses_but_not_those_of_metadata_services() -> None:
    def resolving_to(address: str) -> GuardedHttp:
        return GuardedHttp(HASTY, resolver=lambda *_: [ip_address(address)])

    with receiving() as receiver:
        url = f"http://hub.example:{receiver.port}/"
        assert reply(resolving_to("127.0.0.1").send(post(url), replace(OPEN, hosts=("*.example",)))).status == 200
        refusal(resolving_to("169.254.169.254").send(post(url), OPEN))
    assert receiver.received[0].headers["host"] == f"hub.example:{receiver.port}"


def test_what_is_not_on_the_list_is_refused() -> None:
    with receiving() as receiver:
        rules = replace(OPEN, hosts=("127.0.0.2", "/^hub\\./"))
        assert "not on the list" in refusal(GuardedHttp().send(post(receiver.url), rules))
        assert "scheme" in refusal(GuardedHttp().send(post(receiver.url), replace(OPEN, schemes=("https",))))
        assert "method" in refusal(GuardedHttp().send(post(receiver.url, method="GET"), OPEN))
        assert "scheme" in refusal(GuardedHttp().send(post("file:///etc/passwd"), OPEN))
    assert receiver.connections == 0


@pytest.mark.parametrize("header", [("X-A", "b\r\nX-C: d"), ("X-A", "b\nX-C: d"), ("X A", "b"), ("", "b"), ("X\r", "")])
def test_a_header_that_would_begin_another_one_is_never_sent(header: tuple[str, str]) -> None:
    with receiving() as receiver:
        assert "header" in refusal(GuardedHttp().send(post(receiver.url, b"", header), OPEN))
    assert receiver.connections == 0


def test_a_redirect_is_an_answer_and_never_followed() -> None:
    with receiving() as inner, receiving() as outer:
        outer.manners.append(status(307, headers=f"Location: {inner.url}/secret\r\n"))
        assert reply(GuardedHttp().send(post(outer.url), OPEN)).status == 307
        assert inner.connections == 0


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiving() as receiver, receiving() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        assert reply(GuardedHttp().send(post(receiver.url), OPEN)).status == 200
        assert proxy.connections == 0


def test_a_large_answer_is_read_up_to_the_limit() -> None:
    ten_megabytes = flooding(b"HTTP/1.1 200 OK\r\nContent-Length: 10485760\r\n\r\n", b"x" * 65536, times=160)
    with receiving(ten_megabytes) as receiver:
        answered = reply(GuardedHttp().send(post(receiver.url), OPEN))
    assert (answered.status, len(answered.body), answered.is_cut) == (200, 64 * 1024, True)


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 4096),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1000\r\n" + b"x" * 4096 + b"\r\n"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;", b"x" * 4096),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", b"X-A: b\r\n"),
    ],
)
def test_an_answer_without_end_is_cut(head: bytes, piece: bytes) -> None:
    with receiving(flooding(head, piece)) as receiver:
        answered = reply(GuardedHttp(HASTY).send(post(receiver.url), OPEN))
    assert (answered.status, answered.is_cut) == (200, True)
    assert len(answered.body) <= 4096


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        (b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n"),
        (b"HTTP/1.1 200 OK\r\nX-A: ", b"x" * 4096),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"", b"x" * 4096),
        (b"SSH-2.0-OpenSSH_9.2\r\n", b""),
    ],
)
def test_headers_without_end_are_no_answer(head: bytes, piece: bytes) -> None:
    with receiving(flooding(head, piece, times=None if piece else 0)) as receiver:
        failure(GuardedHttp(HASTY).send(post(receiver.url), OPEN))


def test_a_receiver_that_never_answers_or_drips_is_left_at_the_deadline() -> None:
    with receiving() as receiver:
        receiver.manners += [receiver.hang, receiver.drip]
        for _ in range(2):
            assert failure(GuardedHttp(HASTY).send(post(receiver.url), OPEN)) == "no answer in time"


def test_a_receiver_that_takes_nothing_is_left_at_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}/"
        assert failure(GuardedHttp(HASTY).send(post(url, b"x" * 50_000_000), OPEN)) == "no answer in time"


def test_an_answer_that_comes_before_all_was_sent_counts() -> None:
    def early(sock: socket.socket) -> None:
        sock.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")

    with receiving(early) as receiver:
        assert reply(GuardedHttp(HASTY).send(post(receiver.url), OPEN)).status == 413


def test_trouble_is_told_in_a_few_words() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        url = f"http://127.0.0.1:{gone.getsockname()[1]}/"
    assert failure(GuardedHttp().send(post(url), OPEN)) == "connection refused"
    with receiving(answering(b"")) as receiver:
        assert failure(GuardedHttp().send(post(receiver.url), OPEN)) == "the connection was closed without an answer"

    def unknown(host: str, port: int) -> list[IPv4Address]:
        raise socket.gaierror(socket.EAI_NONAME, "no")

    assert "unknown" in failure(GuardedHttp(resolver=unknown).send(post("http://hub.example/"), OPEN))


@needs_openssl
def test_the_certificate_has_to_be_that_of_the_name_though_the_address_is_connected_to(tmp_path: Path) -> None:
    certificate = self_signed(tmp_path, "hub.example")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    names: list[str | None] = []
    context.sni_callback = lambda _socket, name, _context: names.append(name)
    http = GuardedHttp(resolver=lambda *_: [IPv4Address("127.0.0.1")])
    trusting = replace(OPEN, ca_certificates=str(certificate))
    with receiving(context=context) as receiver:
        right, wrong = (f"https://{name}:{receiver.port}/" for name in ("hub.example", "localhost"))
        assert "not trusted" in failure(http.send(post(right), OPEN))
        assert reply(http.send(post(right), trusting)).status == 200
        as_text = certificate.read_text().partition("-----BEGIN CERTIFICATE-----")
        assert reply(http.send(post(right), replace(OPEN, ca_certificates=as_text[1] + as_text[2]))).status == 200
        assert "not trusted" in failure(http.send(post(wrong), trusting))
        assert reply(http.send(post(wrong), replace(OPEN, verify_tls=False))).status == 200
    assert set(names) == {"hub.example", "localhost"}


@needs_openssl
def test_a_handshake_that_never_ends_is_left_at_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = f"https://127.0.0.1:{mute.getsockname()[1]}/"
        assert failure(GuardedHttp(HASTY).send(post(url), OPEN)) == "no answer in time"


def test_certificates_that_can_not_be_read_are_a_failure_that_says_so() -> None:
    with receiving() as receiver:
        rules = replace(OPEN, ca_certificates="/nowhere/at/all.pem")
        failure(GuardedHttp().send(post(f"https://127.0.0.1:{receiver.port}/"), rules))
