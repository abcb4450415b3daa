"""A message of a conversation held against those of a channel: one that fits, or how the nearest does not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from contracthub.domain.errors import Invalid
from contracthub.formats.comparisons.conversation_asyncapi.channels import ChannelMessage, CompiledChannels
from contracthub.formats.comparisons.conversation_asyncapi.samples import CANDIDATES, Sample
from contracthub.formats.comparisons.pact_openapi.validation import Failure
from contracthub.formats.safe_json import JsonValue

_MOST_NAMES = 10
_TELLING = ("/const", "/enum")

MakeSample = Callable[[dict[str, JsonValue]], Sample]
"""A sample with these values for what is free, by name."""


@dataclass(frozen=True, slots=True)
class Part:
    """What is said of one message in one way: by an example with matchers, or by a JSON Schema.

    ``place`` gives the pointer in the contract for one into the sample.
    """

    make: MakeSample
    place: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Wrong:
    """One way in which a message does not fit: places in the data, in the contract, and in the provider's document."""

    data_pointer: str
    contract_pointer: str
    provider_pointer: str
    text: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of holding a message against the channel's.

    ``fits`` is the message that does, ``nearest`` the one that ``wrong`` is about; ``unread`` the first whose payload
    nothing here can judge, where none is known to fit.
    """

    fits: ChannelMessage | None = None
    nearest: ChannelMessage | None = None
    wrong: tuple[Wrong, ...] = ()
    unread: ChannelMessage | None = None
    why: str = ""


@dataclass(slots=True)
class _Tally:
    best: tuple[tuple[int, int], ChannelMessage, list[Wrong]] | None = None
    unread: ChannelMessage | None = None
    why: str = field(default="")

    def wrong(self, message: ChannelMessage, found: list[Wrong]) -> None:
        # A constant, such as a message's type, tells more than all else.
        distance = sum(each.provider_pointer.endswith(_TELLING) for each in found), len(found)
        if self.best is None or distance < self.best[0]:
            self.best = distance, message, found

    def unreadable(self, message: ChannelMessage, why: str) -> None:
        if self.unread is None:
            self.unread, self.why = message, why


def judged_json(
    document: CompiledChannels, messages: Sequence[ChannelMessage], parts: Sequence[Part], *, told: bool
) -> Judged:
    """A message of JSON. ``told``: the provider sends it, so that the consumer's is a part of it; else it is whole."""
    tally = _Tally()
    for message in messages:
        if not message.is_json:
            if message.is_text:
                where = parts[0].place("")
                tally.wrong(message, [Wrong("", where, message.pointer, f"is no JSON but {message.content_type}")])
            else:
                tally.unreadable(message, f"{message.content_type} is not read here")
            continue
        if message.schema is None:
            tally.unreadable(message, "its payload is in no schema that is read here")
            continue
        try:
            found = [each for part in parts for each in _wrong(document, message, part, told=told)]
        except Invalid as error:
            tally.unreadable(message, error.message)
            continue
        if not found:
            return Judged(fits=message)
        tally.wrong(message, found)
    return _outcome(tally)


def judged_other(messages: Sequence[ChannelMessage], *, binary: bool, where: str) -> Judged:
    """A message that is no JSON: bytes, or a text of which a schema says nothing."""
    tally = _Tally()
    for message in messages:
        if message.content_type is None and message.schema is None:
            tally.unreadable(message, "the document says nothing of its payload")
        elif (binary and _is_bytes(message)) or (binary and not message.is_json and not message.is_text):
            return Judged(fits=message)
        else:
            what = "a binary message" if binary else "a text that is no JSON"
            said = message.content_type or "JSON"
            tally.wrong(message, [Wrong("", where, message.pointer, f"is {what}, and the document says {said}")])
    return _outcome(tally)


def _is_bytes(message: ChannelMessage) -> bool:
    said = message.schema.object if message.schema is not None else {}
    return said.get("type") == "string" and (said.get("format") == "binary" or "contentEncoding" in said)


def _outcome(tally: _Tally) -> Judged:
    if tally.unread is not None:
        return Judged(unread=tally.unread, why=tally.why)
    if tally.best is None:
        return Judged()
    _, nearest, wrong = tally.best
    return Judged(nearest=nearest, wrong=tuple(wrong))


def _wrong(document: CompiledChannels, message: ChannelMessage, part: Part, *, told: bool) -> list[Wrong]:
    """How the sample fails the message, with whatever values for what is free do best."""
    choice: dict[str, JsonValue] = {}
    best = _with(document, message, part, choice, told=told)
    names = [*dict.fromkeys(part.make({}).free.values())][:_MOST_NAMES]
    for name in names if best else ():
        for candidate in CANDIDATES[1:]:
            found = _with(document, message, part, {**choice, name: candidate}, told=told)
            if len(found) < len(best):
                best, choice = found, {**choice, name: candidate}
    return best


def _with(
    document: CompiledChannels, message: ChannelMessage, part: Part, choice: dict[str, JsonValue], *, told: bool
) -> list[Wrong]:
    assert message.schema is not None
    sample = part.make(choice)
    failures = [
        *document.schemas.failures(
            message.schema, sample.value, response=told, message=True, stands_for_its_kind=sample.stands
        )
    ]
    unusable = next((each for each in failures if each.code), None)
    if unusable is not None:
        raise Invalid(unusable.code, unusable.text)
    return [_as_wrong(document, part, each) for each in failures if not _is_unknown(sample, each)]


def _is_unknown(sample: Sample, failure: Failure) -> bool:
    """Whether another value might do. Where nothing may stand at all, none does."""
    pointer = failure.value_pointer
    return sample.is_free(pointer.rpartition("/")[0] if failure.is_unexpected and pointer else pointer)


def _as_wrong(document: CompiledChannels, part: Part, failure: Failure) -> Wrong:
    pointer = failure.value_pointer
    return Wrong(pointer, part.place(pointer), document.place(failure.schema_pointer), failure.text)
