"""Asks again and again until something has come about, within a deadline, and no faster than the provider wants."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from contracthub.formats.durations import written
from contracthub.verification.journeys.places import LeadsAway, Place
from contracthub.verification.journeys.requests import Outgoing
from contracthub.verification.provider_client import ProviderAnswer, ProviderSilent

_LEAST_PAUSE = 0.01
_MOST_HOPS = 10
_LONGEST_STEADY = 10
# What else is asked for is not done twice: it might begin something each time.
_REPEATABLE = ("GET", "HEAD")


class GaveUp(Exception):
    """What was waited for did not come about; the text says why. ``asked`` and ``answer`` are the last there were."""

    def __init__(self, text: str, asked: Outgoing, answer: ProviderAnswer | None) -> None:
        super().__init__(text)
        self.asked, self.answer = asked, answer


class RanOut(GaveUp):
    """The time was over."""


class LeftAlone(GaveUp):
    """The provider wants to be left alone for ``pause`` seconds, which is beyond the deadline."""

    def __init__(self, text: str, asked: Outgoing, answer: ProviderAnswer, pause: float) -> None:
        super().__init__(text, asked, answer)
        self.pause = pause


@dataclass(slots=True)
class Poll:
    """One wait. ``is_over`` says of an answer whether it is the one that was waited for, and raises to end at once.

    ``every``, ``within`` and ``most`` are in seconds: the pause between two questions, the whole wait, and how long one
    answer is waited for. ``heard`` is told of every answer.
    """

    place: Place
    every: float
    within: float
    is_over: Callable[[Outgoing, ProviderAnswer], bool]
    heard: Callable[[Outgoing, ProviderAnswer], None]
    most: float = 5.0
    hops: int = 0
    answers: int = 0
    silences: int = 0
    last: ProviderAnswer | None = field(default=None)

    def until(self, first: Outgoing) -> tuple[Outgoing, ProviderAnswer]:
        """The answer that was waited for, and what it is an answer to. Raises GaveUp, and what ``is_over`` raises."""
        ends = time.monotonic() + self.within
        asked = first
        while True:
            left = ends - time.monotonic()
            if left <= 0:
                raise RanOut(self._told(), asked, self.last)
            pause = self.every
            answer = self._answer(asked, min(self.most, left))
            if answer is not None:
                if self.is_over(asked, answer):
                    return asked, answer
                asked = self._next(asked, answer)
                pause = max(pause, self._wanted(answer, asked, ends))
            time.sleep(max(0.0, min(max(pause, _LEAST_PAUSE), ends - time.monotonic())))

    def _answer(self, asked: Outgoing, seconds: float) -> ProviderAnswer | None:
        try:
            answer = self.place.ask(asked.method, asked.target, seconds, headers=asked.headers, body=asked.body)
        except ProviderSilent:
            # While something is being waited for, no answer is "not yet" as well.
            self.silences += seconds >= self.most
            if asked.method not in _REPEATABLE:
                raise GaveUp(f"{asked.operation} got no answer, and is not sent twice", asked, self.last) from None
            return None
        self.answers += 1
        self.last = answer
        self.heard(asked, answer)
        return answer

    def _next(self, asked: Outgoing, answer: ProviderAnswer) -> Outgoing:
        """Where to ask next: where the answer says that the matter has gone to, else in the same place."""
        location = answer.headers.get("location")
        moves = answer.status in (201, 202) or 300 <= answer.status < 400
        if not location or not moves:
            if asked.method not in _REPEATABLE:
                text = f"the answer {answer.status} to {asked.operation} has no Location to ask further"
                raise GaveUp(text, asked, answer)
            return asked
        try:
            target = self.place.target_of(location, urlsplit(asked.target).path)
        except LeadsAway as error:
            raise GaveUp(
                f"the answer {answer.status} has a Location that is not followed: {error}", asked, answer
            ) from error
        if target == asked.target:
            return asked
        self.hops += 1
        if self.hops > _MOST_HOPS:
            text = f"it was sent on to other addresses more than {_MOST_HOPS} times"
            raise GaveUp(text, asked, answer)
        return Outgoing(
            "GET", target, {name: text for name, text in asked.headers.items() if "content" not in name.lower()}
        )

    def _wanted(self, answer: ProviderAnswer, asked: Outgoing, ends: float) -> float:
        """The pause that the provider asks for. One beyond the deadline ends the wait: no answer would count."""
        pause = retry_after(answer)
        if pause is None:
            return 0.0
        left = ends - time.monotonic()
        if pause > left:
            text = (
                f"the provider asks to be left alone for {pause:g} s (Retry-After), and {max(left, 0):.1f} s were left"
            )
            raise LeftAlone(f"{text} of {written(self.within)}", asked, answer, pause)
        return pause

    def _told(self) -> str:
        silent = f", and none {self.silences} times" if self.silences else ""
        if self.last is None:
            return f"no answer came within {written(self.within)}"
        counted = "1 answer" if self.answers == 1 else f"{self.answers} answers"
        return f"it did not come about within {written(self.within)} ({counted}{silent})"


def retry_after(answer: ProviderAnswer) -> float | None:
    """The seconds that ``Retry-After`` names, as a number or a date (RFC 9110, 10.2.3); None where it says nothing."""
    text = answer.headers.get("retry-after", "").strip()
    if text.isdecimal() and len(text) <= _LONGEST_STEADY:
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, IndexError):
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())
