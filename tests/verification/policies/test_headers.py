"""The pack of headers where it takes TLS, keys and origins to see something."""

import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.outbound.certificates import needs_openssl, self_signed
from tests.verification.policies.serving import failed, held_against

DOCUMENT = b"""{"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths":
  {"/a": {"get": {"responses": {"200": {"description": "ok"}}}}}}"""


class Plain(BaseHTTPRequestHandler):
    """Answers with the headers that it is made with."""

    sent: Mapping[str, str]

    def do_GET(self) -> None:
        body = DOCUMENT if self.path == "/openapi.json" else b"{}"
        self.send_response(200)
        for name, value in {"Content-Length": str(len(body)), **self.sent}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def version_string(self) -> str:
        return "plain"

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@contextmanager
def answering(headers: Mapping[str, str], certificate: Path | None = None) -> Iterator[str]:
    """The address of a provider with these headers, over TLS where there is a certificate."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Plain,), {"sent": headers}))
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        scheme = "http" if certificate is None else "https"
        yield f"{scheme}://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@needs_openssl
@pytest.mark.parametrize(
    ("value", "is_broken"),
    [("", True), ("max-age=0", True), ("max-age=oops", True), ("max-age=31536000; includeSubDomains", False)],
)
def test_over_tls_browsers_are_told_to_come_back_so(value: str, is_broken: bool, tmp_path: Path) -> None:
    headers = {"Strict-Transport-Security": value} if value else {}
    with answering(headers, self_signed(tmp_path, "localhost")) as url:
        found = held_against(url, {"only": ["headers.hsts"]}, verify_tls=False)
    assert list(failed(found)) == (["headers.hsts GET /a"] if is_broken else [])
    assert all("--insecure" in each.finding.curl for each in failed(found).values() if each.finding is not None)


@pytest.mark.parametrize(
    ("credentials", "value", "is_broken"),
    [
        ("X-Api-Key", "", True),
        ("X-Api-Key", "max-age=60", True),
        ("X-Api-Key", "private, max-age=60", False),
        # Shared caches keep nothing for whoever shows Authorization, unless they are told that they may.
        ("Authorization", "", False),
        ("Authorization", "max-age=60", False),
        ("Authorization", "public, max-age=60", True),
        ("Authorization", "s-maxage=60", True),
        ("Authorization", "no-store", False),
    ],
)
def test_what_a_shared_cache_may_keep_depends_on_who_asks(credentials: str, value: str, is_broken: bool) -> None:
    with answering({"Cache-Control": value} if value else {}) as url:
        found = held_against(url, {"only": ["headers.cache-control"]}, headers=((credentials, "Bearer abcdef"),))
    assert bool(failed(found)) is is_broken


@pytest.mark.parametrize(
    ("headers", "is_broken"),
    [
        ({"Access-Control-Allow-Origin": "*"}, False),
        ({"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Credentials": "true"}, True),
        ({"Access-Control-Allow-Origin": "null", "Access-Control-Allow-Credentials": "true"}, True),
        ({"Access-Control-Allow-Origin": "https://ours.example", "Access-Control-Allow-Credentials": "true"}, False),
        ({"Access-Control-Allow-Origin": "https://contracthub.invalid"}, True),
        ({"Access-Control-Allow-Origin": "null"}, False),
    ],
)
def test_no_page_that_nobody_knows_asks_with_credentials(headers: Mapping[str, str], is_broken: bool) -> None:
    with answering(headers) as url:
        assert bool(failed(held_against(url, {"only": ["headers.cors"]}))) is is_broken


@pytest.mark.parametrize(
    ("value", "is_broken"),
    [
        ("nginx", False),
        ("nginx/1.25.3", True),
        ("Apache/2.4.41 (Ubuntu)", True),
        ("4.0.30319", True),
        ("uvicorn", False),
        ("cloudfront 2", False),
    ],
)
def test_a_name_is_no_version(value: str, is_broken: bool) -> None:
    with answering({"X-Powered-By": value}) as url:
        assert bool(failed(held_against(url, {"only": ["headers.no-version"]}))) is is_broken
