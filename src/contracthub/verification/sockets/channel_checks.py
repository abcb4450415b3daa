"""One check per WebSocket channel of the provider's AsyncAPI: is what is heard there what the document says?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from contracthub.domain.verification_runs import Check, CheckStatus, Suite
from contracthub.formats.conversation.model import Connect, Transport
from contracthub.formats.safe_json import JsonObject
from contracthub.verification.sockets.channels import Conformity, SocketChannel
from contracthub.verification.sockets.holding import Holding, Wanted
from contracthub.verification.sockets.lines import Heard
from contracthub.verification.sockets.settings import ChannelSettings, Settings


class Channels:
    """Hears along on every conversation, and says in the end what came of each channel."""

    def __init__(self, channels: Sequence[SocketChannel], settings: Settings) -> None:
        self._tried = [_with(each, _settings(settings, each)) for each in channels]
        self._conformities = [Conformity(each.channel) for each in self._tried]
        self._by_path: dict[str, Conformity | None] = {}
        self._listen = settings.listen

    def hear(self, connect: Connect, heard: Heard) -> None:
        """Takes a message of a conversation."""
        if connect.transport is not Transport.WEBSOCKET:
            return
        path = connect.template
        if path not in self._by_path:
            self._by_path[path] = next((each for each in self._conformities if each.channel.is_at(path)), None)
        conformity = self._by_path[path]
        if conformity is not None:
            conformity.hear(heard)

    async def checks(self, holding: Holding) -> list[Check]:
        """A check per channel; one that nobody heard, or that has examples of its own, is tried first."""
        return [
            await self._check(tried, conformity, holding)
            for tried, conformity in zip(self._tried, self._conformities, strict=True)
        ]

    async def _check(self, tried: "_Tried", conformity: Conformity, holding: Holding) -> Check:
        channel = tried.channel
        check = _blank(channel)
        if channel.missing and not conformity.heard:
            names = " and ".join(f"{{{name}}}" for name in channel.missing)
            where = f"[verify.sockets.channels.{channel.name!r}] params"
            told = f"No value for {names} of the address: name one in {where}."
            return replace(check, status=CheckStatus.SKIPPED, error=told)
        if not channel.missing and (channel.asked or not conformity.heard):
            held = await holding.listen(Wanted(_body(tried)), channel.asked, self._listen)
            check = replace(held.check, name=check.name)
        if conformity.mismatches:
            return _failed(check, conformity)
        return replace(check, notes=(*check.notes, *conformity.notes()))


@dataclass(frozen=True, slots=True)
class _Tried:
    channel: SocketChannel
    given: tuple[tuple[str, Mapping[str, Any]], ...]


def _settings(settings: Settings, channel: SocketChannel) -> ChannelSettings:
    return settings.channels.get(channel.name) or settings.channels.get(channel.address) or ChannelSettings()


def _with(channel: SocketChannel, said: ChannelSettings) -> _Tried:
    return _Tried(replace(channel, params={**channel.params, **said.params}), said.given)


def _blank(channel: SocketChannel) -> Check:
    return Check(
        suite=Suite.SOCKETS,
        name=f"AsyncAPI channel {channel.name}",
        status=CheckStatus.PASSED,
        operation=f"WS {channel.address}",
    )


def _failed(check: Check, conformity: Conformity) -> Check:
    first = conformity.mismatches[0]
    more = f" (and {len(conformity.mismatches) - 1} more)" if len(conformity.mismatches) > 1 else ""
    place = f"{first.location}: " if first.location else ""
    told = f"The provider says what its AsyncAPI does not: {place}{first.text}{more}"
    return replace(
        check,
        status=CheckStatus.FAILED,
        error=told,
        mismatches=tuple(conformity.mismatches),
        notes=(*check.notes, *conformity.notes()),
    )


def _body(tried: _Tried) -> JsonObject:
    channel = tried.channel
    return {
        "name": channel.name,
        "given": [{"name": name, "params": dict(params)} for name, params in tried.given],
        "connect": {"path": channel.address, "params": dict(channel.params)},
    }
