"""Conversations over TLS: a certificate has to be trusted, unless the user says otherwise."""

import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

from contracthub.domain.verification_runs import Check, CheckStatus
from tests.outbound.certificates import needs_openssl, self_signed
from tests.verification.sockets.conftest import saying

pytestmark = needs_openssl
HEAR: dict[str, Any] = {"receive": {"text": "hi"}}


def test_a_certificate_is_looked_at_unless_nobody_wants_that(
    socket_provider: Callable[..., str], check: Callable[..., Check], tmp_path: Path
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed(tmp_path, "localhost"))
    url = socket_provider(saying("hi"), ssl=context).replace("http://127.0.0.1", "https://localhost")
    strange = check(url, HEAR)
    assert strange.status is CheckStatus.COULD_NOT_RUN
    assert "certificate" in strange.error
    assert check(url, HEAR, verify_tls=False).status is CheckStatus.PASSED
    stream = check(url, {"receive": {"json": 1}}, connect={"kind": "ndjson"})
    assert "certificate" in stream.error
