"""The steps of a conversation, each held against the messages of the channel."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from contracthub.domain.comparisons import Finding, Level
from contracthub.domain.errors import Invalid
from contracthub.formats import safe_json
from contracthub.formats.comparisons.conversation_asyncapi.addresses import FoundChannel
from contracthub.formats.comparisons.conversation_asyncapi.channels import ChannelMessage
from contracthub.formats.comparisons.conversation_asyncapi.judging import Judged, Part, judged_json, judged_other
from contracthub.formats.comparisons.conversation_asyncapi.samples import (
    Sample,
    place_in_contract,
    sample_of,
    sample_of_schema,
    with_saved,
)
from contracthub.formats.comparisons.conversation_asyncapi.telling import Telling
from contracthub.formats.conversation.model import title_of
from contracthub.formats.conversation.reading import bounds_of
from contracthub.formats.matching import compile_pattern
from contracthub.formats.pointers import child
from contracthub.formats.safe_json import JsonValue

_Object = dict[str, Any]
_MOST_WRONG = 10
_ACCEPT_IT = "Let the consumer send what the document accepts, or let the provider accept and document it."
_PROMISE_IT = "Let the provider promise this in its document, or let the consumer do without it."
_REPLAY_IT = "Verify the provider by a replay: only that shows it."


@dataclass(frozen=True, slots=True)
class StepsCheck:
    """What is needed to judge the steps: the channel, and the body of the contract."""

    found: FoundChannel
    body: _Object
    telling: Telling

    def all(self) -> Iterator[Finding]:
        """Everything that is found."""
        steps: list[_Object] = self.body.get("steps", [])
        for at, step in enumerate(steps):
            number, name = at + 1, step.get("name", "")
            yield from self._step(
                step, f"/steps/{at}", replace(self.telling, step=at, description=title_of(number, name))
            )
        if not any({"send", "receive", "unordered"} & set(step) for step in steps):
            told = "AsyncAPI has no words for what this conversation is about: who refuses or closes it, and how"
            where = "/connect/refused" if "refused" in self.body["connect"] else "/steps"
            yield self.telling.finding(
                "conversation.content.undocumented",
                told,
                _REPLAY_IT,
                where,
                self.found.channel.pointer,
                level=Level.UNANSWERED,
            )

    def _step(self, step: _Object, pointer: str, telling: Telling) -> Iterator[Finding]:
        if "send" in step:
            yield from self._sent(step["send"], child(pointer, "send"), telling)
        elif "receive" in step:
            yield from self._received(step, pointer, telling)
        elif "unordered" in step:
            for at, member in enumerate(step["unordered"]):
                yield from self._received(member, f"{pointer}/unordered/{at}", telling)
        elif "close" in step and {"code", "reason"} & set(step["close"]):
            told = "AsyncAPI has no words for how a conversation is closed"
            yield telling.finding(
                "conversation.close.undocumented", told, _REPLAY_IT, child(pointer, "close"), level=Level.INFORMATION
            )

    def _sent(self, said: _Object, pointer: str, telling: Telling) -> Iterator[Finding]:
        messages = self.found.channel.asked
        if not messages:
            told = f"The consumer sends a message, and the provider receives none on {self.found.channel.address}"
            yield telling.finding(
                "conversation.send.undocumented", told, _ACCEPT_IT, pointer, self.found.channel.pointer
            )
            return
        yield from self._told(_judged(self.found, messages, said, pointer), "send", pointer, telling, Level.ERROR)

    def _received(self, step: _Object, pointer: str, telling: Telling) -> Iterator[Finding]:
        level = Level.ERROR if bounds_of(step)[0] > 0 else Level.WARNING
        saved = [*step.get("save", {}).values()]
        yield from self._expected(step["receive"], child(pointer, "receive"), telling, level, saved)
        if "until" in step:
            yield from self._expected(step["until"], child(pointer, "until"), telling, Level.ERROR, [])

    def _expected(
        self, said: _Object, pointer: str, telling: Telling, level: Level, saved: list[str]
    ) -> Iterator[Finding]:
        messages = self.found.channel.told
        if not messages:
            told = f"The consumer expects a message, and the provider sends none on {self.found.channel.address}"
            yield telling.finding(
                "conversation.receive.undocumented",
                told,
                _PROMISE_IT,
                pointer,
                self.found.channel.pointer,
                level=level,
            )
            return
        judged = _judged(self.found, messages, said, pointer, saved, told=True)
        yield from self._told(judged, "receive", pointer, telling, level)

    def _told(self, judged: Judged, what: str, pointer: str, telling: Telling, level: Level) -> Iterator[Finding]:
        remedy = _ACCEPT_IT if what == "send" else _PROMISE_IT
        if judged.fits is not None:
            if judged.fits.deprecated:
                told = f"The message {judged.fits.name} is deprecated"
                yield telling.finding(
                    "conversation.message.deprecated",
                    told,
                    "Let the consumer use what replaces it.",
                    pointer,
                    judged.fits.pointer,
                    level=Level.WARNING,
                )
        elif judged.unread is not None:
            told = f"Whether it is the message {judged.unread.name} can't be told on paper: {judged.why}"
            yield telling.finding(
                "conversation.payload.unvalidatable",
                told,
                _REPLAY_IT,
                pointer,
                judged.unread.pointer,
                level=Level.WARNING,
            )
        for each in judged.wrong[:_MOST_WRONG]:
            does = "receives" if what == "send" else "sends"
            name = judged.nearest.name if judged.nearest else ""
            place = each.data_pointer or "the whole"
            told = f"No message that the provider {does} is like this; the nearest is {name}: {place} {each.text}"
            yield telling.finding(
                f"conversation.{what}.incompatible",
                told,
                remedy,
                each.contract_pointer,
                each.provider_pointer,
                data_pointer=each.data_pointer,
                level=level,
            )


def _judged(
    found: FoundChannel,
    messages: Sequence[ChannelMessage],
    said: _Object,
    pointer: str,
    saved: Sequence[str] = (),
    *,
    told: bool = False,
) -> Judged:
    if "binary" in said:
        return judged_other(messages, binary=True, where=child(pointer, "binary"))
    if "text" in said:
        return _judged_text(found, messages, said["text"], child(pointer, "text"), told=told)
    parts = [*_parts(said, pointer, saved)]
    if not parts:
        # Of server-sent events the name alone may be looked at, of which AsyncAPI says nothing.
        return Judged(unread=messages[0], why="nothing is said of its content")
    return judged_json(found.document, messages, parts, told=told)


def _parts(said: _Object, pointer: str, saved: Sequence[str]) -> Iterator[Part]:
    if "json" in said:
        here = child(pointer, "json")
        pattern = compile_pattern(said["json"], here)

        def of_pattern(known: dict[str, JsonValue]) -> Sample:
            return with_saved(sample_of(pattern, known), saved)

        yield Part(of_pattern, lambda inner: here + place_in_contract(said["json"], inner))
    if "schema" in said:
        place = child(pointer, "schema")

        def of_schema(_known: dict[str, JsonValue]) -> Sample:
            return with_saved(sample_of_schema(said["schema"]), () if "json" in said else saved)

        yield Part(of_schema, lambda _inner: place)


def _judged_text(
    found: FoundChannel, messages: Sequence[ChannelMessage], said: JsonValue, pointer: str, *, told: bool
) -> Judged:
    """A text may be the JSON of a message, or one that a schema calls a string."""
    sample = sample_of(compile_pattern(said, pointer))
    whole = Part(lambda _known: sample, lambda _inner: pointer)
    texts = [replace(each, content_type=None) for each in messages if each.is_text]
    if texts:
        as_text = judged_json(found.document, texts, [whole], told=told)
        if as_text.fits is not None or as_text.unread is not None:
            return as_text
    try:
        value = safe_json.loads(sample.value) if isinstance(sample.value, str) else sample.value
    except Invalid:
        return judged_other(messages, binary=False, where=pointer)
    part = Part(partial(Sample, value), lambda _inner: pointer)
    return judged_json(found.document, messages, [part], told=told)
