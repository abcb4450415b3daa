"""Plays the providers of a journey contract, and tells whether the client took its steps as the contract says."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial

from contracthub.formats.journey.model import Expected as ExpectedAnswer
from contracthub.formats.journey.model import Journey, Saved, Step, document_from
from contracthub.formats.journey.values import NotSaved, filled, filled_text, text_of
from contracthub.formats.live_contract import LiveDocument
from contracthub.formats.matching import compile_pattern, example
from contracthub.formats.pact.expressions import value_at
from contracthub.formats.safe_json import JsonValue
from contracthub.mocks.differing import ClientDiffers, NotPlayable
from contracthub.mocks.http_script import Answered, Asked, Expected, answering, differences, json_answer

_DIFFERENT = 500


@dataclass(slots=True)
class JourneyStandIn:
    """Where the providers of a journey are to be had, by their names; ``url`` is that of the first."""

    urls: dict[str, str] = field(default_factory=dict)
    taken: list[str] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The address of the first provider."""
        return next(iter(self.urls.values()))


@contextmanager
def playing_journey(contract: LiveDocument) -> Iterator[JourneyStandIn]:
    """The providers of a journey, while the block runs: each step is answered with the examples of the contract.

    A step that polls is answered with what it waits for, as often as it asks. Steps that clean up may be left out.
    Raises NotPlayable where a step is an interaction of a pact, and at the end ClientDiffers.
    """
    journey = document_from(contract)
    for step in (*journey.steps, *journey.cleanup):
        if step.reference is not None:
            raise NotPlayable(f"{step.title} is an interaction of a pact; have Pact's own mock play that one.")
    stand_in = JourneyStandIn()
    script = _Script(journey, stand_in)
    with ExitStack() as servers:
        for provider in journey.providers:
            stand_in.urls[provider] = servers.enter_context(answering(partial(script.answer, provider)))
        yield stand_in
    left = [step.title for step in journey.steps if step.title not in stand_in.taken]
    if left:
        stand_in.differences.append(f"{left[0]} was never taken")
    if stand_in.differences:
        raise ClientDiffers("; ".join(stand_in.differences))


@dataclass(slots=True)
class _Script:
    journey: Journey
    stand_in: JourneyStandIn
    at: int = -1
    location: str = ""
    values: dict[str, JsonValue] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.values = dict(self.journey.values)

    def answer(self, provider: str, asked: Asked) -> Answered:
        """The answer to a request; one that is not the next step's is told, and answered with 500."""
        try:
            return self._answer(provider, asked)
        except NotPlayable as reason:
            self.stand_in.differences.append(str(reason))
            return json_answer(_DIFFERENT, {}, {"detail": str(reason)}, has_body=True)

    def _answer(self, provider: str, asked: Asked) -> Answered:
        steps = (*self.journey.steps, *self.journey.cleanup)
        current = steps[self.at] if self.at >= 0 else None
        if current is not None and current.eventually and not self._wrong(current, provider, asked):
            return self._answered(current)
        # Cleaning up may begin at its first step from wherever the client is, and leave steps out.
        for ahead in self._possible(steps):
            if not self._wrong(steps[ahead], provider, asked):
                self.at = ahead
                self.stand_in.taken.append(steps[ahead].title)
                return self._answered(steps[ahead])
        following = steps[min(self.at + 1, len(steps) - 1)]
        told = self._wrong(following, provider, asked) or ["the journey was over"]
        self.stand_in.differences.append(f"{following.title}: {'; '.join(told)}")
        return json_answer(_DIFFERENT, {}, {"detail": self.stand_in.differences[-1]}, has_body=True)

    def _possible(self, steps: tuple[Step, ...]) -> Iterator[int]:
        next_one, own = self.at + 1, len(self.journey.steps)
        if next_one < own:
            yield next_one
        yield from range(max(next_one, own), len(steps))

    def _wrong(self, step: Step, provider: str, asked: Asked) -> list[str]:
        try:
            expected = self._expected(step)
        except NotSaved as error:
            return [f"${{{error}}} was never saved"]
        if step.provider != provider:
            return [f"the client asked {asked.line} of {provider}, not {expected.line} of {step.provider}"]
        return differences(expected, asked)

    def _expected(self, step: Step) -> Expected:
        sent = step.sent
        if sent is None:
            return Expected(method="GET", target=self.location)
        return Expected(
            method=sent.method,
            target=filled_text(sent.path, self.values),
            query=tuple(
                (filled_text(name, self.values), filled_text(each, self.values))
                for name, texts in sent.query.items()
                for each in texts
            ),
            headers={name: filled_text(each, self.values) for name, each in sent.headers.items()},
            body=filled(sent.body, self.values),
            has_body=sent.has_body,
        )

    def _answered(self, step: Step) -> Answered:
        told = (step.eventually.until if step.eventually else None) or step.expected or ExpectedAnswer()
        headers = {name: _text(each, self.values) for name, each in told.headers.items()}
        body = example(compile_pattern(filled(told.body, self.values)))
        for saved in step.saves:
            self.values[saved.name] = _saved(step, saved, headers, body)
        self.location = next((each for name, each in headers.items() if name.lower() == "location"), self.location)
        return json_answer(_status(told), headers, body, has_body=told.has_body)


def _status(told: ExpectedAnswer) -> int:
    first = told.statuses[0] if told.statuses else 200
    return first if isinstance(first, int) else int(first[0]) * 100


def _text(pattern: JsonValue, values: Mapping[str, JsonValue]) -> str:
    return text_of(example(compile_pattern(filled(pattern, values))))


def _saved(step: Step, saved: Saved, headers: Mapping[str, str], body: JsonValue) -> JsonValue:
    if saved.header is not None:
        named = {name.lower(): each for name, each in headers.items()}
        if saved.header.lower() in named:
            return named[saved.header.lower()]
        raise NotPlayable(f"{step.title} saves {saved.name} from a header that its answer does not have.")
    try:
        return value_at(body, str(saved.body))
    except LookupError:
        text = f"{step.title} saves {saved.name} from {saved.body}, which its answer does not have."
        raise NotPlayable(text) from None
