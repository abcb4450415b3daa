"""The provider states that a journey starts from: by a provider's own handler, else by its own operations.

What is solved by operations has ids of its own. Where a contract names an id for it, the one is put for the other in
every request and answer of the provider under test, so that the journey reads as it is written.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from contracthub.formats.journey.model import Given, Journey, Step
from contracthub.formats.journey.values import NotSaved, filled, filled_text, text_of
from contracthub.formats.pact.model import (
    Body,
    HttpExchange,
    Interaction,
    Presence,
    ProviderState,
    Request,
    Response,
)
from contracthub.formats.safe_json import JsonValue
from contracthub.verification.journeys.places import Place, Places
from contracthub.verification.provider_client import ProviderAnswer, ProviderClient
from contracthub.verification.provider_states import (
    NoStates,
    SetUp,
    StateChanger,
    StateMissing,
    StatesByUrl,
    StatesInOrder,
)
from contracthub.verification.state_solving.api import Api
from contracthub.verification.state_solving.prepared import OneOfBoth
from contracthub.verification.state_solving.solving import Solving
from contracthub.verification.state_solving.substitution import Substitutions
from contracthub.verification.state_solving.wanted import Wanted


class StateMissingAt(StateMissing):
    """A state of this provider could not be set up."""

    def __init__(self, text: str, provider: str) -> None:
        super().__init__(text)
        self.provider = provider


@dataclass(frozen=True, slots=True)
class SolvedPlace(Place):
    """A provider some of whose things have other ids than the journey has for them."""

    solving: Solving | None = None

    def ask(
        self,
        method: str,
        target: str,
        seconds: float,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> ProviderAnswer:
        """The answer as the journey knows it. Raises ProviderSilent."""
        assert self.solving is not None
        sent_target, sent_body = self.solving.request(method, target, body or b"")
        client = ProviderClient(self.base_url, seconds, self.headers, self.verify_tls)
        answer = client.send(method, sent_target, headers=headers, body=None if body is None else sent_body)
        # Headers stay: a Location is gone to, and leads to the right place only as the provider has it.
        return replace(answer, body=self.solving.answered(answer.body))


@dataclass(slots=True)
class States:
    """The states of one journey. ``api`` solves what no handler knows, at the provider ``judged``; None solves none."""

    places: Places
    judged: str
    consumer: str
    api: Api | None = None
    teardown: bool = False
    notes: list[str] = field(default_factory=list)
    _set: list[tuple[StateChanger, ProviderState]] = field(default_factory=list)
    _solving: Solving | None = None

    def place_of(self, provider: str) -> Place:
        """Where a provider is asked, as the journey knows its things. It has to be a known one."""
        place = self.places.of(provider)
        assert place is not None
        if provider != self.judged or self._solving is None:
            return place
        return SolvedPlace(
            place.provider,
            place.base_url,
            place.headers,
            place.verify_tls,
            place.seconds,
            place.state_url,
            self._solving,
        )

    def before(self, journey: Journey, values: Mapping[str, JsonValue], first: HttpExchange | None) -> None:
        """Sets up what the whole journey starts from; ``first`` is the first exchange with the provider under test.

        Raises StateMissingAt.
        """
        for name, states in _by_provider(journey.given, journey.steps[0].provider, values).items():
            changer = self._handler(name)
            if name == self.judged and self.api is not None:
                wanted = Wanted(self.consumer, _interaction(journey.name, states, first or _NOTHING_ASKED))
                changer = StatesInOrder(
                    None if isinstance(changer, NoStates) else changer, partial(self._solved, wanted)
                )
            self._change(changer, states, name)

    def at(self, step: Step, values: Mapping[str, JsonValue]) -> None:
        """Sets up what one step starts from; only a handler can do that in the middle of a journey.

        Raises StateMissingAt, and NotSaved.
        """
        for name, states in _by_provider(step.given, step.provider, values).items():
            self._change(self._handler(name), states, name)

    def tear_down(self, deadline: float) -> None:
        """Takes down what was set up, the last first; what was solved is removed."""
        for changer, state in reversed(self._set):
            if time.monotonic() < deadline:
                changer.tear_down((state,))
        if self._solving is not None:
            self._solving.end()

    def _handler(self, provider: str) -> StateChanger:
        place = self.places.of(provider)
        if place is None or not place.state_url:
            return NoStates()
        client = ProviderClient(place.state_url, place.seconds, (), place.verify_tls)
        return StatesByUrl(client, self.teardown)

    def _change(self, changer: StateChanger, states: Sequence[ProviderState], provider: str) -> None:
        try:
            self.notes += changer.set_up(states).notes
        except StateMissing as error:
            raise StateMissingAt(str(error), provider) from error
        self._set += [(changer, each) for each in states]

    def _solved(self, wanted: Wanted, states: Sequence[ProviderState]) -> SetUp:
        place = self.places.of(self.judged)
        assert place is not None
        client = ProviderClient(place.base_url, place.seconds, place.headers, place.verify_tls)
        self._solving = Solving(OneOfBoth(client, self.api, destructive=False), Substitutions(self.api))
        return self._solving.set_up_for(wanted, states)


def _by_provider(
    given: Sequence[Given], provider: str | None, values: Mapping[str, JsonValue]
) -> dict[str, list[ProviderState]]:
    found: dict[str, list[ProviderState]] = {}
    for each in given:
        params = filled(each.state.params, values)
        state = ProviderState(filled_text(each.state.name, values, text_of), params if isinstance(params, dict) else {})
        found.setdefault(each.provider or str(provider), []).append(state)
    return found


def _interaction(name: str, states: Sequence[ProviderState], first: HttpExchange) -> Interaction:
    """The journey as one thing that is asked for after the states: who solves them looks at path, headers and body."""
    return Interaction("", "", name, tuple(states), first)


def exchange_of(step: Step, values: Mapping[str, JsonValue]) -> HttpExchange | None:
    """A step that is written out, as an exchange of a pact; None for any other, and where a value is not there yet."""
    sent = step.sent
    if sent is None:
        return None
    try:
        request = Request(
            sent.method,
            filled_text(sent.path, values).partition("?")[0],
            {name: tuple(filled_text(text, values) for text in texts) for name, texts in sent.query.items()},
            {name: (filled_text(text, values),) for name, text in sent.headers.items()},
            _body(filled(sent.body, values)) if sent.has_body else Body(),
        )
    except NotSaved:
        return None
    statuses = step.expected.statuses if step.expected else ()
    status = next((each for each in statuses if isinstance(each, int)), 200)
    return HttpExchange(request, Response(status, {}, Body()))


def _body(value: JsonValue) -> Body:
    return Body(Presence.PRESENT, value, "application/json", is_json=True)


_NOTHING_ASKED = HttpExchange(Request("GET", "/", {}, {}, Body()), Response(200, {}, Body()))
