"""One check per WebSocket channel of the provider's AsyncAPI: is what is heard there what the document says?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from contracthub.domain.verification_runs import Check, CheckStatus, Suite
from contracthub.formats.conversation.model import Connect, Transport
from contracthub.formats.safe_json import JsonObject, JsonValue
from contracthub.verification.provider_address import is_public
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

    async def _check(self, tried: "Tried", conformity: Conformity, holding: Holding) -> Check:
        channel = tried.channel
        check = _blank(channel)
        if channel.missing and not conformity.heard:
            names = " and ".join(f"{{{name}}}" for name in channel.missing)
            where = f"[verify.sockets.channels.{channel.name!r}] params"
            told = f"No value for {names} of the address: name one in {where}."
            return replace(check, status=CheckStatus.SKIPPED, error=told)
        if not channel.missing and (channel.asked or not conformity.heard):
            asked, notes = tried.asked_of(holding.target.base_url)
            held = await holding.listen(Wanted(_body(tried)), asked, self._listen)
            check = replace(held.check, name=check.name, notes=notes)
        if conformity.mismatches:
            return _failed(check, conformity)
        return replace(check, notes=(*check.notes, *conformity.notes()))


@dataclass(frozen=True, slots=True)
class Tried:
    """A channel as it is to be tried; ``is_named``: the settings name it."""

    channel: SocketChannel
    given: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    is_named: bool = False

    def asked_of(self, url: str) -> tuple[tuple[JsonValue, ...], tuple[str, ...]]:
        """What is said to a provider at this address, and what is to be noted of that.

        Saying the document's examples may change things: out on the internet nobody does so without being told.
        """
        if not self.channel.asked or self.is_named or not is_public(url):
            return self.channel.asked, ()
        return (), ("its examples were not said to a public address: name it in [verify.sockets.channels] for that",)


def _settings(settings: Settings, channel: SocketChannel) -> ChannelSettings | None:
    return settings.channels.get(channel.name) or settings.channels.get(channel.address)


def _with(channel: SocketChannel, said: ChannelSettings | None) -> Tried:
    if said is None:
        return Tried(channel)
    return Tried(replace(channel, params={**channel.params, **said.params}), said.given, is_named=True)


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


def _body(tried: Tried) -> JsonObject:
    channel = tried.channel
    return {
        "name": channel.name,
        "given": [{"name": name, "params": dict(params)} for name, params in tried.given],
        "connect": {"path": channel.address, "params": dict(channel.params)},
    }
