"""The port to what the hub itself calls: one HTTP exchange with a receiver outside, under the operator's rules."""

from dataclasses import dataclass, field
from typing import Protocol

from contracthub.domain.webhook_rules import WebhookRules


@dataclass(frozen=True, slots=True)
class OutgoingRequest:
    """A request as it is to be sent: everything filled in, every credential in its header."""

    method: str
    url: str = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """What the receiver answered. ``is_cut`` says that the body was longer, or later, than the hub reads."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class NoReply:
    """Why there is no answer. ``is_refused`` says that the rules forbade to send; nothing left the hub then."""

    why: str
    is_refused: bool = False


class Sender(Protocol):
    """Sends requests to receivers that people named. Never follows a redirect, never takes longer than its deadline."""

    def send(self, request: OutgoingRequest, rules: WebhookRules) -> Reply | NoReply:
        """One exchange. Raises nothing: what goes wrong outside is an answer here."""
