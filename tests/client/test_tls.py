"""TLS as it is: a certificate has to be trusted, unless the user says otherwise."""

import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from contracthub.client.connection import connection_to
from contracthub.client.errors import HubUnreachable
from contracthub.client.hub import Hub
from tests.outbound.certificates import needs_openssl, self_signed

pytestmark = needs_openssl


class Empty(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        """Keeps quiet."""


class Quiet(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """A client that distrusts us hangs up; that is the test."""


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A self-signed certificate for localhost, with its key in the same file."""
    return self_signed(tmp_path, "localhost")


@pytest.fixture
def url(certificate: Path) -> Iterator[str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = Quiet(("127.0.0.1", 0), Empty)
    server.daemon_threads = True
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"https://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_certificate_that_nobody_vouches_for_is_refused(url: str) -> None:
    with pytest.raises(HubUnreachable, match="its certificate is not trusted"):
        Hub(connection_to(url, retries=0)).get("/x")


def test_a_certificate_that_the_given_file_vouches_for_is_trusted(url: str, certificate: Path) -> None:
    assert Hub(connection_to(url, ca_file=str(certificate))).get("/x").data == {}


def test_distrust_can_be_switched_off(url: str) -> None:
    assert Hub(connection_to(url, verify_tls=False)).get("/x").data == {}


def test_a_file_of_certificates_that_is_not_there_is_named_as_the_trouble(url: str, tmp_path: Path) -> None:
    with pytest.raises(HubUnreachable, match="No such file"):
        Hub(connection_to(url, retries=0, ca_file=str(tmp_path / "none.pem"))).get("/x")
