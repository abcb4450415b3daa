"""Passes the verifier's state changes on to the provider's state URL, once each, and keeps why one failed.

A state that no handler knows is solved by the provider's own operations, where that is wanted and can be done.

The verifier itself asks a state URL that answers with a 5xx eight times, for more than a minute and for each
interaction, and then says nothing but that it failed. It is given the address of this relay instead, which runs in the
child process and answers such a failure in a way that is final.
"""

import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any, Protocol

from contracthub.formats.pact.model import ProviderState
from contracthub.verification.provider_states import SetUp, StateMissing
from contracthub.verification.relay_server import RelayHandler, relay_server
from contracthub.verification.state_solving.preparing import NothingDescribed

# Any 4xx that the verifier does not repeat.
FAILED = 424
_LONGEST_ANSWER = 16 * 1024 * 1024
_LONGEST_REASON = 200
_HOP_BY_HOP = frozenset({"host", "content-length", "connection", "transfer-encoding", "accept-encoding"})


class SolvesStates(Protocol):
    """What brings a state about that nobody handles."""

    def set_up(self, state: ProviderState) -> SetUp:
        """Raises StateMissing."""

    def handled(self) -> None:
        """A handler brought the state about."""


@dataclass(slots=True)
class StateRelay:
    """Where the relay listens, and for each state that could not be changed, why.

    ``target`` is the state URL, empty where there is none; ``solving`` takes over what it does not know.
    """

    target: str
    timeout: float
    verify_tls: bool = True
    url: str = ""
    solving: SolvesStates | None = None
    failures: dict[str, str] = field(default_factory=dict)

    def changed(self, headers: dict[str, str], body: bytes) -> tuple[int, str, bytes]:
        """Status, content type and body of the answer to a state change, by a handler or by solving."""
        if not self.target:
            return self._solved(body, "")
        status, kind, content = self.passed_on(headers, body)
        if self.solving is None or status < 400:
            if self.solving is not None:
                self.solving.handled()
            return status, kind, content
        why = self.failures.get(_state_of(body), "")
        # Whoever answers with a 4xx does not know the state; any other failure is the handler's own.
        return self._solved(body, why) if "HTTP status 4" in why else (status, kind, content)

    def _solved(self, body: bytes, why: str) -> tuple[int, str, bytes]:
        change = _change_in(body)
        name = str(change.get("state") or "")
        if self.solving is None or change.get("action") == "teardown":
            return 200, "application/json", b"{}"
        params = change.get("params")
        try:
            done = self.solving.set_up(ProviderState(name, params if isinstance(params, dict) else {}))
        except NothingDescribed as missing:
            reason = "" if why else str(missing)
        except StateMissing as missing:
            reason = str(missing).removeprefix(f"{name}: ")
        except Exception as error:  # noqa: BLE001 - whatever breaks here says nothing about the provider
            reason = f"solving it broke: {type(error).__name__}: {error}"
        else:
            return 200, "application/json", json.dumps(done.values).encode()
        reason = "; ".join(filter(None, (why, reason)))
        self.failures[name] = reason
        return FAILED, "text/plain", reason.encode()

    def passed_on(self, headers: dict[str, str], body: bytes) -> tuple[int, str, bytes]:
        """Status, content type and body of the state URL's answer; a failure is noted, and answered as final."""
        request = urllib.request.Request(self.target, data=body, headers=headers, method="POST")  # noqa: S310 (checked)
        context = None if self.verify_tls else _trusting_anyone()
        try:
            with urllib.request.urlopen(request, timeout=self.timeout, context=context) as answer:  # noqa: S310
                return answer.status, answer.headers.get("Content-Type", ""), answer.read(_LONGEST_ANSWER)
        except urllib.error.HTTPError as refusal:
            with refusal:
                why = f"HTTP status {refusal.code} {_first_line(refusal.read(_LONGEST_REASON))}"
        except (OSError, HTTPException, ValueError) as error:
            why = _reason(error)
        self.failures[_state_of(body)] = f"{self.target} could not change it: {why.strip()}"
        return FAILED, "text/plain", why.encode()


@contextmanager
def relaying(
    target: str, *, timeout: float, verify_tls: bool = True, solving: SolvesStates | None = None
) -> Iterator[StateRelay]:
    """A relay that runs while the block does; ``timeout`` is for each answer, in seconds."""
    relay = StateRelay(target, timeout, verify_tls, solving=solving)
    with relay_server(_handler(relay)) as url:
        relay.url = f"{url}/"
        yield relay


def _handler(relay: StateRelay) -> type[RelayHandler]:
    class Handler(RelayHandler):
        def _change(self) -> None:
            headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP_BY_HOP}
            self.answer(*relay.changed(headers, self.body()))

        do_POST = _change  # noqa: N815 (the library's name)

    return Handler


def _trusting_anyone() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _state_of(body: bytes) -> str:
    return str(_change_in(body).get("state") or "")


def _change_in(body: bytes) -> dict[str, Any]:
    try:
        document = json.loads(body)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _reason(error: Exception) -> str:
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(cause, TimeoutError):
        return "no answer in time"
    return str(getattr(cause, "strerror", None) or cause or type(cause).__name__)


def _first_line(body: bytes) -> str:
    text = body.decode("utf-8", "replace").strip()
    return "" if text.startswith("<") else text.partition("\n")[0]
