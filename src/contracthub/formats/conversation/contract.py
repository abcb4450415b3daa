"""The verbs of conversation contracts."""

from typing import Any

from contracthub.formats.conversation.meaning import meaning_of
from contracthub.formats.conversation.model import Transport
from contracthub.formats.conversation.needs import needs_of
from contracthub.formats.conversation.rules import faults_in
from contracthub.formats.conversation.schema import SCHEMA
from contracthub.formats.live_contract import LiveDocument, LiveKind, identity_of, one_provider
from contracthub.formats.safe_json import JsonObject

_MOST_TOLD = 60


def identity(body: JsonObject) -> str:
    """The same for contracts that no verification can tell apart: names of steps, examples under a rule, defaults."""
    return identity_of("conversation", meaning_of(body))


def describe(document: LiveDocument) -> str:
    """One line: on what it travels, where, and how much is said and heard."""
    body: dict[str, Any] = dict(document.body)
    connect = body["connect"]
    kind = Transport(connect.get("kind", Transport.WEBSOCKET))
    steps = len(body.get("steps", []))
    what = "is refused" if "refused" in connect else f"{steps} step{'' if steps == 1 else 's'}"
    return f"{kind} {connect['path'][:_MOST_TOLD]}: {what}"


KIND = LiveKind(
    name="conversation",
    schema=SCHEMA,
    check=faults_in,
    providers=one_provider,
    identity=identity,
    needs=needs_of,
    describe=describe,
)
