"""Compares a conversation contract with the channels of a provider's AsyncAPI documents."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from contracthub.domain.comparisons import Finding, Level
from contracthub.domain.errors import Invalid, TooLarge
from contracthub.formats.comparisons.conversation_asyncapi.addresses import FoundChannel, find, nearest
from contracthub.formats.comparisons.conversation_asyncapi.channels import CompiledChannels, compile_channels
from contracthub.formats.comparisons.conversation_asyncapi.handshakes import HandshakeCheck
from contracthub.formats.comparisons.conversation_asyncapi.messages import StepsCheck
from contracthub.formats.comparisons.conversation_asyncapi.telling import Telling
from contracthub.formats.conversation.model import Connect, Transport
from contracthub.formats.conversation.reading import conversation_of
from contracthub.formats.live_contracts import read

__all__ = ["CompiledChannels", "compare_conversation", "compile_channels"]

_KIND = "conversation"
_SHOWN: Mapping[Transport, str] = {
    Transport.WEBSOCKET: "WebSocket channels",
    Transport.SSE: "channels of server-sent events",
    Transport.NDJSON: "channels of NDJSON",
}


def compare_conversation(source: bytes, channels: Sequence[CompiledChannels]) -> tuple[Finding, ...]:
    """What is found: of the address first, then of each step in its order.

    A contract that can't be read is a finding, too: a release with other rules may have let it in.
    """
    try:
        body: dict[str, Any] = dict(_body(source))
        connect = conversation_of(body).connect
    except (Invalid, TooLarge) as error:
        told = f"The conversation can't be read: {error.message}"
        return (Telling("", "").finding("contract.unreadable", told, _MEND_IT, level=Level.UNANSWERED),)
    return tuple(_compared(body, connect, channels))


def _body(source: bytes) -> Mapping[str, Any]:
    document = read(source)
    if document.kind != _KIND:
        raise Invalid("not-a-conversation", f"It is a contract of the kind {document.kind}.")
    return document.body


def _compared(body: dict[str, Any], connect: Connect, channels: Sequence[CompiledChannels]) -> Iterator[Finding]:
    found = find(connect, channels)
    if found is None:
        yield _not_there(connect, channels)
        return
    telling = Telling(found.document.name, f"{_verb(connect)} {found.channel.address}")
    yield from _deprecated(found, telling)
    yield from HandshakeCheck(found, body["connect"], connect, telling).all()
    yield from StepsCheck(found, body, telling).all()


def _not_there(connect: Connect, channels: Sequence[CompiledChannels]) -> Finding:
    said = any(
        channel.protocols and channel.carries(connect.transport)
        for document in channels
        for channel in document.channels
    )
    if connect.transport is not Transport.WEBSOCKET or not said:
        told = f"The provider has no AsyncAPI document with {_SHOWN[connect.transport]}"
        if said or channels:
            told = f"No AsyncAPI document of the provider has a channel for {connect.operation}"
        remedy = "Publish the provider's AsyncAPI with the channel, or verify the provider by a replay."
        return Telling("", connect.operation).finding(
            "conversation.spec.missing", told, remedy, "/connect/path", level=Level.UNANSWERED
        )
    close = nearest(connect, channels)
    told = f"No channel of the provider's documents is at {connect.template}"
    remedy = "Let the consumer connect to a channel that the document has, or add the channel to it."
    if close is None:
        return Telling("", connect.operation).finding("conversation.channel.unknown", told, remedy, "/connect/path")
    document, address, pointer = close
    return Telling(document.name, connect.operation).finding(
        "conversation.channel.unknown", f"{told}. Did you mean {address}?", remedy, "/connect/path", pointer
    )


def _deprecated(found: FoundChannel, telling: Telling) -> Iterator[Finding]:
    if found.channel.deprecated:
        told = f"The channel {found.channel.address} is deprecated"
        yield telling.finding(
            "conversation.channel.deprecated",
            told,
            "Let the consumer use what replaces it.",
            "/connect/path",
            found.channel.pointer,
            level=Level.WARNING,
        )


def _verb(connect: Connect) -> str:
    return connect.operation.partition(" ")[0]


_MEND_IT = "Mend what can't be read, and publish it again; or verify the provider by a replay."
