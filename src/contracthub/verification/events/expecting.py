"""Which of the messages that come are those that are expected, and what is wrong where one does not come."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from contracthub.domain.verification_reports import Mismatch
from contracthub.formats.flow.filling import filled
from contracthub.formats.flow.model import NUMBER, ExpectedMessage, ExpectedMessages
from contracthub.formats.flow.patterns import pattern_of_message
from contracthub.formats.matching import Pattern, mismatches
from contracthub.formats.safe_json import JsonObject, JsonValue
from contracthub.verification.events.decoding import Decoded

MOST_KEPT = 1_000
_ATTRIBUTES = {"value": "body", "text": "body", "body": "body"}


@dataclass(slots=True)
class _Wanted:
    """One message that is expected: ``key`` is its key where only that one will do."""

    number: int
    pattern: Pattern
    key: JsonValue = None
    has_key: bool = False


@dataclass(slots=True)
class Awaited:
    """The messages of one step, and what came so far. ``topic`` is the topic of this environment."""

    step: ExpectedMessages
    topic: str
    _missing: list[_Wanted] = field(default_factory=list)
    _all: int = 0
    _seen: list[Decoded] = field(default_factory=list)
    _count: int = 0

    @classmethod
    def of(cls, step: ExpectedMessages, topic: str, values: Mapping[str, JsonValue]) -> "Awaited":
        """The messages of a step with all values filled in. Raises Invalid, and NotSaved."""
        found = cls(step, topic)
        for message in step.messages:
            for each in range(1, message.count + 1):
                here = {**values, NUMBER: each}
                key = filled(message.key, here)
                found._missing.append(
                    _Wanted(
                        number=len(found._missing) + 1,
                        pattern=pattern_of_message(message, here),
                        key=key,
                        has_key=message.has_key and not isinstance(key, dict),
                    )
                )
        found._all = len(found._missing)
        return found

    @property
    def is_met(self) -> bool:
        """Whether all have come."""
        return not self._missing

    def take(self, message: Decoded) -> None:
        """Looks at a message that came to the topic."""
        self._count += 1
        for wanted in self._candidates(message):
            if not mismatches(wanted.pattern, shown_for(wanted.pattern, message)):
                self._missing.remove(wanted)
                return
        if len(self._seen) < MOST_KEPT:
            self._seen.append(message)

    def _candidates(self, message: Decoded) -> Iterator[_Wanted]:
        """Those that the message may be: in order per key, only the next one of its key."""
        is_next = True
        for wanted in self._missing:
            if not wanted.has_key:
                yield wanted
            elif str(wanted.key) == str(message.key.value):
                if is_next or not self.step.per_key:
                    yield wanted
                is_next = False

    def why_not(self, waited: str) -> tuple[str, tuple[Mismatch, ...]]:
        """What is wrong, as a sentence and as the differences of the message that comes closest."""
        first = self._missing[0]
        which = f"message {first.number} of {self._all:,}" if self._all > 1 else "the message"
        came = "no message came" if not self._count else f"{self._count:,} came"
        if self._count > 0:
            came += ", none of them as expected" if len(self._missing) == self._all else ""
        start = f"{which} did not come to {self.topic} within {waited} ({came})"
        if early := self._out_of_order(first):
            return f"{start}: {early}", (Mismatch("metadata", "order", early),)
        found = closest(first.pattern, self._seen)
        if found is None:
            return start, (Mismatch("body", "$", start),)
        message, differences = found
        told = "; ".join(f"{each.attribute} {each.location} {each.text}" for each in differences[:3])
        return f"{start}; the closest, at {message.record.place}: {told}", differences

    def _out_of_order(self, wanted: _Wanted) -> str:
        if not self.step.per_key or not wanted.has_key:
            return ""
        for message in self._seen:
            if not mismatches(wanted.pattern, shown_for(wanted.pattern, message)):
                return f"it came too early, at {message.record.place}, before one that its key has first"
        return ""


def shown_for(pattern: Pattern, message: Decoded) -> JsonObject:
    """The message as the pattern looks at it: a key that is expected to be a number is read as one."""
    shown = message.shown
    key = (pattern.members or {}).get("key")
    if key is not None and isinstance(key.value, int | float) and isinstance(shown["key"], str):
        text = shown["key"]
        number: JsonValue = int(text) if text.lstrip("-").isdigit() else text
        return {**shown, "key": number}
    return shown


def closest(pattern: Pattern, messages: Sequence[Decoded]) -> tuple[Decoded, tuple[Mismatch, ...]] | None:
    """The message that is least unlike, with how it differs; the latest of several."""
    best: tuple[Decoded, tuple[Mismatch, ...]] | None = None
    for message in messages:
        found = in_parts(mismatches(pattern, shown_for(pattern, message)))
        if best is None or len(found) <= len(best[1]):
            best = message, found
    return best


def in_parts(found: Sequence[Mismatch]) -> tuple[Mismatch, ...]:
    """Differences of a whole message or answer, each under the part that it is in."""
    return tuple(_in_part(each) for each in found)


def _in_part(found: Mismatch) -> Mismatch:
    path = found.location.removeprefix("$")
    if path.startswith(".key"):
        return replace(found, attribute="metadata", location="key")
    if path.startswith((".headers.", ".headers[")):
        name = path.removeprefix(".headers").lstrip(".[").rstrip("]").strip("'\"")
        return replace(found, attribute="header", location=name)
    for member, attribute in _ATTRIBUTES.items():
        start = f".{member}"
        if path == start or path.startswith((f"{start}.", f"{start}[")):
            return replace(found, attribute=attribute, location=f"${path.removeprefix(start)}")
    return found


def forbidden_in(message: ExpectedMessage, values: Mapping[str, JsonValue]) -> Pattern:
    """What a message must not be like. Raises Invalid, and NotSaved."""
    return pattern_of_message(message, values)
