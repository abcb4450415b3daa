"""Has a provider send a message that a pact tells of, and reads what it really sends, from the offset before."""

import json
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from contracthub.domain.verification_reports import Mismatch
from contracthub.domain.verification_runs import Check, CheckStatus, Suite
from contracthub.formats.durations import written
from contracthub.formats.pact.model import AsyncMessage, Interaction, Message
from contracthub.verification.events.channels import Channels, told
from contracthub.verification.events.decoding import Decoded, Decoder, Undecodable
from contracthub.verification.events.kafka import Broker, BrokerAway, TopicUnreadable
from contracthub.verification.events.message_states import MessageStates
from contracthub.verification.events.messages import mismatches_of, topic_in
from contracthub.verification.events.registry import RegistryAway
from contracthub.verification.events.settings import EventSettings
from contracthub.verification.provider_client import ProviderClient, ProviderSilent
from contracthub.verification.provider_states import StateMissing
from contracthub.verification.suites import Target

_TICK = 0.2
_MOST_SEEN = 1_000
_TRIGGER = re.compile(r"(?P<method>[A-Z]+) +(?P<path>/\S*)(?: +(?P<body>.*))?", re.DOTALL)
_UNKNOWN_TOPIC = (
    "Its topic is not known: the pact's metadata names none (kafka_topic, topic or destination). Say it in "
    "contracthub.toml: [verify.events.topics] '{}' = '…'."
)


@dataclass(frozen=True, slots=True)
class MessageWanted:
    """A message of a pact, and whose it is."""

    consumer: str
    consumer_version: str
    is_pending: bool
    interaction: Interaction

    @property
    def message(self) -> Message:
        """What it has to be like."""
        assert isinstance(self.interaction.exchange, AsyncMessage)
        return self.interaction.exchange.message


class _Ended(Exception):
    def __init__(self, status: CheckStatus, error: str, mismatches: tuple[Mismatch, ...] = ()) -> None:
        super().__init__(error)
        self.status, self.error, self.mismatches = status, error, mismatches


@dataclass(slots=True)
class _Seen:
    """What came to the topic, and how it differs; ``asked`` is how the provider took being asked."""

    messages: list[tuple[Decoded, tuple[Mismatch, ...]]] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    count: int = 0
    asked: str = ""


@dataclass(frozen=True, slots=True)
class MessageCheck:
    """Checks messages one after the other."""

    target: Target
    broker: Broker
    decoder: Decoder
    channels: Channels
    states: MessageStates
    settings: EventSettings
    deadline: float

    def of(self, wanted: MessageWanted) -> Check:
        """What came of it; it never raises for what provider, broker or pact are like."""
        interaction = wanted.interaction
        topic = self.topic_of(wanted)
        started = time.monotonic()
        notes: tuple[str, ...] = ()
        mismatches: tuple[Mismatch, ...] = ()
        try:
            notes = self._met(wanted, topic)
            status, error = CheckStatus.PASSED, ""
        except _Ended as end:
            status, error, mismatches = end.status, end.error, end.mismatches
        except (BrokerAway, TopicUnreadable, RegistryAway) as away:
            status, error = CheckStatus.COULD_NOT_RUN, str(away)
        if wanted.is_pending and status in (CheckStatus.FAILED, CheckStatus.MISSING_STATE):
            status = CheckStatus.PENDING
        return Check(
            suite=Suite.EVENTS,
            name=interaction.description,
            status=status,
            consumer=wanted.consumer,
            consumer_version=wanted.consumer_version,
            operation=topic or "",
            provider_states=tuple(state.name for state in interaction.provider_states),
            mismatches=mismatches,
            error=error,
            milliseconds=round((time.monotonic() - started) * 1000, 3),
            notes=notes,
        )

    def topic_of(self, wanted: MessageWanted) -> str | None:
        """The topic that the message comes to: by its description, by what the pact says, or the only one there is."""
        description = wanted.interaction.description
        if description in self.settings.topics:
            return self.settings.topics[description]
        named = topic_in(wanted.message)
        if named is not None:
            return self.settings.topic(named)
        return self.channels.sent[0] if len(self.channels.sent) == 1 else None

    def _met(self, wanted: MessageWanted, topic: str | None) -> tuple[str, ...]:
        description = wanted.interaction.description
        if topic is None:
            raise _Ended(CheckStatus.COULD_NOT_RUN, _UNKNOWN_TOPIC.format(description))
        if time.monotonic() >= self.deadline:
            raise _Ended(CheckStatus.COULD_NOT_RUN, "The deadline came before its turn.")
        states = wanted.interaction.provider_states
        self.broker.watch([topic])
        try:
            triggered = wanted.interaction.description in self.settings.triggers
            done = self.states.set_up(wanted.consumer, wanted.interaction, is_triggered=triggered)
        except StateMissing as missing:
            text = f"The provider state could not be set up: {missing}"
            raise _Ended(CheckStatus.MISSING_STATE, text) from missing
        try:
            seen = _Seen(asked=self._provoked(wanted))
            if not self._came(wanted.message, seen):
                self._fail(wanted, topic, seen)
        finally:
            self.states.tear_down(states)
        return done.notes

    def _provoked(self, wanted: MessageWanted) -> str:
        """Asks for the message, and says what went wrong with that; with no way to ask, the state is what sends it."""
        description = wanted.interaction.description
        seconds = self.target.request_timeout_ms / 1000
        if description in self.settings.triggers:
            parts = _TRIGGER.fullmatch(self.settings.triggers[description].strip())
            if parts is None:
                text = f'[verify.events.triggers] "{description}" must be METHOD /path, and a body if need be.'
                raise _Ended(CheckStatus.COULD_NOT_RUN, text)
            client = ProviderClient(self.target.base_url, seconds, self.target.headers, self.target.verify_tls)
            path, body = self.states.request(parts["method"], parts["path"], (parts["body"] or "").encode())
            return _asked(client, parts["method"], path, body)
        if self.target.message_url is None:
            return ""
        states = [{"name": each.name, "params": dict(each.params)} for each in wanted.interaction.provider_states]
        client = ProviderClient(self.target.message_url, seconds, self.target.headers, self.target.verify_tls)
        question = json.dumps({"description": description, "providerStates": states}).encode()
        return _asked(client, "POST", "", self.states.request("POST", "", question)[1])

    def _came(self, expected: Message, seen: _Seen) -> bool:
        """Whether a message came that is as it has to be, in time."""
        until = min(self.deadline, time.monotonic() + self.settings.wait)
        while True:
            late = time.monotonic() >= until
            for record in self.broker.take(0.0 if late else min(_TICK, until - time.monotonic())):
                seen.count += 1
                try:
                    message = self.decoder.decoded(record)
                except Undecodable as error:
                    seen.unread = seen.unread or [f"the message at {record.place} can't be read: {error}"]
                    continue
                meant = self.states.as_expected(message)
                found = (*mismatches_of(expected, meant), *self.channels.differences(message))
                if not found:
                    return True
                if len(seen.messages) < _MOST_SEEN:
                    seen.messages.append((message, found))
            if late:
                return False

    def _fail(self, wanted: MessageWanted, topic: str, seen: _Seen) -> None:
        because = f" ({seen.asked})" if seen.asked else ""
        description = wanted.interaction.description
        if seen.messages:
            message, found = _closest(seen.messages)
            text = f"message '{description}' at {message.record.place}: {told(found)}{because}"
            raise _Ended(CheckStatus.FAILED, text, found)
        if seen.unread:
            text = f"message '{description}': {seen.unread[0]}"
            raise _Ended(CheckStatus.FAILED, text, (Mismatch("body", "$", text),))
        waited = written(self.settings.wait)
        text = f"message '{description}': no message came to {topic} within {waited}{because}"
        raise _Ended(CheckStatus.FAILED, text, (Mismatch("body", "$", text),))


def _closest(
    seen: Sequence[tuple[Decoded, tuple[Mismatch, ...]]],
) -> tuple[Decoded, tuple[Mismatch, ...]]:
    """The message with the fewest differences; the latest of several."""
    return min(reversed(seen), key=lambda each: len(each[1]))


def _asked(client: ProviderClient, method: str, path: str, body: bytes) -> str:
    headers = {"Content-Type": "application/json"} if body else {}
    try:
        answer = client.send(method, path, headers=headers, body=body or None)
    except ProviderSilent as silent:
        return f"the provider gave no answer when it was asked for it: {silent}"
    if 200 <= answer.status < 300:
        return ""
    said = answer.body[:200].decode("utf-8", "replace").strip()
    return f"asking the provider for it was answered with {answer.status} {said}".strip()
