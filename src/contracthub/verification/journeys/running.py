"""Takes a journey step by step, tells the step at which it ended and whose fault that is, and always cleans up."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from contracthub.domain.errors import Invalid
from contracthub.domain.verification_reports import Mismatch
from contracthub.domain.verification_runs import MOST_SAMPLES, CheckStatus
from contracthub.formats.durations import written
from contracthub.formats.journey.model import Expected, Journey, Step
from contracthub.formats.journey.values import NotSaved, filled_text, text_of
from contracthub.formats.pact.expressions import value_at
from contracthub.formats.pact.model import HttpExchange, Interaction
from contracthub.formats.safe_json import JsonValue
from contracthub.verification.journeys.interactions import Interactions, NoInteraction
from contracthub.verification.journeys.judging import (
    NoJson,
    json_in,
    mismatches_of,
    mismatches_of_interaction,
)
from contracthub.verification.journeys.places import LeadsAway, Place, Places
from contracthub.verification.journeys.polling import GaveUp, Poll
from contracthub.verification.journeys.requests import NotSendable, Outgoing, of_interaction, written_out
from contracthub.verification.journeys.states import StateMissingAt, States, exchange_of
from contracthub.verification.provider_client import ProviderAnswer, ProviderSilent, ProviderUnreached

_FOR_CLEANUP = 10.0
_KEPT_FOR_CLEANUP = 2.0
_LONGEST_TEXT = 2_000

_WrongIn: TypeAlias = Callable[[ProviderAnswer], tuple[Mismatch, ...]]


class StepFailed(Exception):
    """A step did not go as it has to, by the doing of the provider that it was taken at."""

    def __init__(self, text: str, mismatches: Sequence[Mismatch] = (), status_code: int | None = None) -> None:
        super().__init__(text)
        self.mismatches, self.status_code = tuple(mismatches), status_code


class NotTaken(Exception):
    """A step could not be taken, by nobody's doing that the run could see; the text says why."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a journey went: ``blamed`` is the provider at whose step it ended, empty where it came to its end."""

    status: CheckStatus
    error: str = ""
    blamed: str = ""
    operation: str = ""
    status_code: int | None = None
    mismatches: tuple[Mismatch, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class Seen:
    """What was asked of the provider under test: times and status codes by operation, as ``named`` calls it."""

    named: Callable[[str], str] = str
    latencies: dict[str, list[float]] = field(default_factory=dict)
    exercised: dict[str, set[int]] = field(default_factory=dict)
    requests: int = 0

    def add(self, operation: str, answer: ProviderAnswer) -> None:
        """One answer more."""
        self.requests += 1
        operation = self.named(operation)
        samples = self.latencies.setdefault(operation, [])
        if len(samples) < MOST_SAMPLES:
            samples.append(answer.milliseconds)
        self.exercised.setdefault(operation, set()).add(answer.status)


@dataclass(slots=True, kw_only=True)
class Walk:
    """One journey on its way.

    ``consumer`` and ``consumer_version`` are whose it is, ``judged`` the provider that is under test; ``deadline`` is
    when the run ends, whatever the journey allows itself.
    """

    journey: Journey
    consumer: str
    consumer_version: str
    judged: str
    places: Places
    interactions: Interactions
    states: States
    seen: Seen
    deadline: float
    values: dict[str, JsonValue] = field(default_factory=dict)
    location: tuple[str, str] | None = None
    operation: str = ""
    notes: list[str] = field(default_factory=list)
    _ends: float = 0.0
    _is_cut: bool = False

    def go(self) -> Ended:
        """Takes all steps, or those up to the one that fails. Never raises for what a provider does."""
        missing = [each for each in self.journey.providers if self.places.of(each) is None]
        if missing:
            text = f"Nobody said where {' and '.join(missing)} is. Give --provider-url {missing[0]}=URL."
            return Ended(CheckStatus.COULD_NOT_RUN, text)
        self.values = dict(self.journey.values)
        left = self.deadline - time.monotonic()
        own = left - (min(_KEPT_FOR_CLEANUP, left / 4) if self.journey.cleanup else 0.0)
        self._is_cut = own < self.journey.within
        self._ends = time.monotonic() + min(self.journey.within, own)
        try:
            ended = self._steps()
        finally:
            self._clean_up()
            self.states.tear_down(self.deadline)
        return Ended(
            ended.status,
            ended.error,
            ended.blamed,
            ended.operation,
            ended.status_code,
            ended.mismatches,
            (*self.states.notes, *self.notes),
        )

    def _steps(self) -> Ended:
        status_code = None
        try:
            self.states.before(self.journey, self.values, self._first_exchange())
        except StateMissingAt as error:
            return self._without_state(error, "Before the first step")
        for step in self.journey.steps:
            try:
                status_code = self._take(step)
            except StateMissingAt as error:
                return self._without_state(error, _started(step))
            except StepFailed as failure:
                return self._failed(step, failure)
            except NotTaken as error:
                return Ended(CheckStatus.COULD_NOT_RUN, f"{_started(step)}: {error}.", operation=self.operation)
        return Ended(CheckStatus.PASSED, operation=self.operation, status_code=status_code)

    def _first_exchange(self) -> HttpExchange | None:
        """The first request to the provider under test: who solves states reads from it what they are for."""
        first = next((each for each in self.journey.steps if each.provider == self.judged), None)
        if first is None or not self.journey.given:
            return None
        if first.reference is None:
            return exchange_of(first, self.values)
        try:
            return self.interactions.find(first.reference, self.consumer, self.consumer_version)[1]
        except NoInteraction:
            return None

    def _failed(self, step: Step, failure: StepFailed) -> Ended:
        where = f"{_started(step)} ({self.operation} at {step.provider}): {failure}."
        if step.provider != self.judged:
            text = f"{where} {step.provider} is to blame; of {self.judged} nothing is known beyond that step."
            return Ended(CheckStatus.COULD_NOT_RUN, text, str(step.provider), self.operation, failure.status_code)
        found = tuple(
            Mismatch(
                each.attribute,
                each.location,
                _cut(f"step {step.number}: {each.text}"),
                _cut(each.expected),
                _cut(each.actual),
            )
            for each in failure.mismatches
        )
        return Ended(CheckStatus.FAILED, where, str(step.provider), self.operation, failure.status_code, found)

    def _without_state(self, error: StateMissingAt, when: str) -> Ended:
        status = CheckStatus.MISSING_STATE if error.provider == self.judged else CheckStatus.COULD_NOT_RUN
        return Ended(status, f"{when}: {error}", error.provider)

    def _take(self, step: Step) -> int:
        place = self.states.place_of(str(step.provider))
        try:
            self.states.at(step, self.values)
            asked, exchange, stands_for = self._request(step, place)
        except NotSaved as error:
            raise NotTaken(f"${{{error}}} was never saved") from error
        except (NotSendable, NoInteraction) as error:
            raise NotTaken(str(error)) from error
        except LeadsAway as error:
            self.operation = f"GET {step.sent.path}" if step.sent else self.operation
            raise StepFailed(f"the address that was saved is not followed: {error}") from error
        self.operation = asked.operation

        def wrong_in(answer: ProviderAnswer) -> tuple[Mismatch, ...]:
            return self._wrong(step, exchange, stands_for, answer)

        if step.eventually is not None:
            asked, answer = self._polled(step, place, asked, wrong_in)
        else:
            answer = self._answer(step, place, asked)
            if wrong := wrong_in(answer):
                raise StepFailed(_told(wrong), wrong, answer.status)
        location = answer.headers.get("location")
        self.location = (location, asked.target) if location else None
        self._save(step, answer)
        return answer.status

    def _request(self, step: Step, place: Place) -> tuple[Outgoing, HttpExchange | None, Mapping[str, str]]:
        """What is sent, the interaction that it is, and the pact's texts by those that were put in their place."""
        if step.sent is not None:
            return written_out(step.sent, self.values, place), None, {}
        if step.reference is None:
            return Outgoing("GET", self._where_to(place), {"Accept": "application/json, */*"}), None, {}
        found: tuple[Interaction, HttpExchange] = self.interactions.find(
            step.reference, self.consumer, self.consumer_version
        )
        replaced = {name: filled_text(text, self.values, text_of) for name, text in step.replaced.items()}
        for name, text in step.replaced.items():
            if found[1].request.path == name and text.startswith("${"):
                replaced[name] = place.target_of(replaced[name])
        return of_interaction(found[1], replaced), found[1], {text: name for name, text in replaced.items()}

    def _where_to(self, place: Place) -> str:
        if self.location is None:
            raise StepFailed("the answer before has no Location, so there is nowhere to ask")
        try:
            return place.target_of(self.location[0], self.location[1].partition("?")[0])
        except LeadsAway as error:
            raise StepFailed(f"the Location of the answer before is not followed: {error}") from error

    def _answer(self, step: Step, place: Place, asked: Outgoing) -> ProviderAnswer:
        own = step.within or place.seconds
        left = self._left()
        try:
            answer = place.ask(asked.method, asked.target, min(own, left), headers=asked.headers, body=asked.body)
        except ProviderSilent as silence:
            if left < own:
                self._blame_the_run()
            if isinstance(silence, ProviderUnreached) and step.provider == self.judged and not self.seen.requests:
                raise NotTaken(f"{step.provider} does not answer at {place.base_url}: {silence}") from silence
            raise StepFailed(f"the provider gave no answer: {silence}") from silence
        self._heard(step, asked, answer)
        return answer

    def _left(self) -> float:
        left = self._ends - time.monotonic()
        if left <= 0:
            self._blame_the_run()
            raise StepFailed(f"the {written(self.journey.within)} of the whole journey were over")
        return left

    def _blame_the_run(self) -> None:
        """The time was over: where the run was to be shorter than the journey, that is no provider's fault."""
        if self._is_cut:
            raise NotTaken("the deadline of the run (--timeout) had passed")

    def _heard(self, step: Step, asked: Outgoing, answer: ProviderAnswer) -> None:
        if step.provider == self.judged:
            self.seen.add(asked.operation, answer)

    def _polled(self, step: Step, place: Place, asked: Outgoing, wrong_in: _WrongIn) -> tuple[Outgoing, ProviderAnswer]:
        poll = step.eventually
        assert poll is not None

        def is_over(_: Outgoing, answer: ProviderAnswer) -> bool:
            for number, each in enumerate(poll.never):
                if not self._differences(each, answer):
                    what = f"what must never come came (never[{number}]): {answer.status} {_shown(answer)}"
                    raise StepFailed(what.strip(), (), answer.status)
            return not wrong_in(answer)

        left = self._left()
        wait = Poll(
            place,
            poll.every,
            min(poll.within, left),
            is_over,
            lambda sent, answer: self._heard(step, sent, answer),
            place.seconds,
        )
        try:
            asked, answer = wait.until(asked)
        except GaveUp as error:
            self.operation = error.asked.operation
            if left < poll.within:
                self._blame_the_run()
            last = error.answer
            wrong = wrong_in(last) if last is not None else ()
            more = f"; in the last answer {_told(wrong)}" if wrong else ""
            raise StepFailed(f"{error}{more}", wrong, last.status if last else None) from error
        self.operation = asked.operation
        return asked, answer

    def _wrong(
        self, step: Step, exchange: HttpExchange | None, stands_for: Mapping[str, str], answer: ProviderAnswer
    ) -> tuple[Mismatch, ...]:
        until = step.eventually.until if step.eventually else None
        expected = [each for each in (until, step.expected) if each is not None]
        found = [wrong for each in expected for wrong in self._differences(each, answer)]
        if exchange is not None and until is None:
            found += mismatches_of_interaction(exchange.response, answer, stands_for)
        return tuple(dict.fromkeys(found))

    def _differences(self, expected: Expected, answer: ProviderAnswer) -> tuple[Mismatch, ...]:
        try:
            return mismatches_of(expected, answer, self.values)
        except NotSaved as error:
            raise NotTaken(f"${{{error}}} was never saved") from error
        except Invalid as error:
            raise NotTaken(f"with what was saved, nobody can tell what is expected: {error.message}") from error

    def _save(self, step: Step, answer: ProviderAnswer) -> None:
        for each in step.saves:
            if each.header is not None:
                value: JsonValue = answer.headers.get(each.header.lower())
                where = f"the header {each.header}"
                if value is None:
                    raise self._nothing_to_save(each.name, f"{where}, which the answer does not have", answer)
            else:
                where = str(each.body)
                try:
                    value = value_at(json_in(answer), where)
                except NoJson as error:
                    raise self._nothing_to_save(each.name, f"{where}, and the body {error}", answer) from error
                except LookupError as error:
                    text = f"{where}, which the answer does not have"
                    raise self._nothing_to_save(each.name, text, answer) from error
            if isinstance(value, dict | list):
                raise self._nothing_to_save(each.name, f"{where}, which is no single value", answer)
            self.values[each.name] = value

    @staticmethod
    def _nothing_to_save(name: str, text: str, answer: ProviderAnswer) -> StepFailed:
        return StepFailed(f"{name} is to be saved from {text}", (), answer.status)

    def _clean_up(self) -> None:
        """Takes the steps that clean up, each whatever becomes of the others; what fails is told, and does no harm."""
        self._ends = min(self.deadline, time.monotonic() + _FOR_CLEANUP)
        self._is_cut = False
        operation = self.operation
        for step in self.journey.cleanup:
            try:
                self._take(step)
            except NotTaken:
                # What was never made needs no removing.
                continue
            except (StepFailed, StateMissingAt) as failure:
                self.notes.append(f"cleanup {step.title} failed at {step.provider}: {failure}")
        self.operation = operation


def _started(step: Step) -> str:
    return f"Step {step.number} '{step.name}'"


def _told(mismatches: Sequence[Mismatch]) -> str:
    first = mismatches[0]
    more = f" (and {len(mismatches) - 1} more)" if len(mismatches) > 1 else ""
    where = "" if first.attribute != "body" or first.location in first.text else f"{first.location}: "
    return f"{where}{first.text}{more}"


def _cut(text: str | None) -> Any:
    return text if text is None or len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}…"


def _shown(answer: ProviderAnswer) -> str:
    return answer.body[:160].decode("utf-8", "replace").strip()
