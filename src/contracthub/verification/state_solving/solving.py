"""Solves states while a replay goes on: knows which interaction a state change is for, and keeps its ids apart.

A verifier announces the states of an interaction one by one, and then sends its request. Which interaction that will
be is not said, so the states are solved for the first one that they fit and that was not asked for yet; when another
one is asked for, they are solved again for that.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from contracthub.formats.pact.model import ProviderState
from contracthub.formats.safe_json import JsonObject, JsonValue
from contracthub.verification.provider_states import SetUp, StateMissing
from contracthub.verification.state_solving.solver import HELD, NotSolvable
from contracthub.verification.state_solving.substitution import Substitutions
from contracthub.verification.state_solving.wanted import Wanted
from contracthub.verification.state_solving.workshop import Round


class SolvesStates(Protocol):
    """What knows how to bring one kind of provider into states."""

    def begin(self, wanted: Wanted) -> Round:
        """A new interaction begins."""

    def solve(self, state: ProviderState, wanted: Wanted, now: Round, ids: Substitutions) -> Mapping[str, JsonValue]:
        """Brings a state about. Raises NotSolvable."""

    def end(self) -> None:
        """Nothing more is asked."""


@dataclass(slots=True)
class _Current:
    """The interaction that is being prepared."""

    wanted: Wanted | None = None
    now: Round = field(default_factory=Round)
    states: list[ProviderState] = field(default_factory=list)
    ids: Substitutions = field(default_factory=Substitutions)
    was_asked: bool = False


class Solving:
    """States of one replay. ``substitutions`` makes an empty set of ids. Safe to use from several threads."""

    def __init__(self, solver: SolvesStates, substitutions: Substitutions) -> None:
        self._solver, self._empty = solver, substitutions
        self._wanted: list[Wanted] = []
        self._done: set[int] = set()
        self._current = _Current()
        self._lock = threading.Lock()
        self.notes: dict[tuple[str, str], tuple[str, ...]] = {}

    def know(self, wanted: Sequence[Wanted]) -> None:
        """There are more interactions that may be asked for."""
        with self._lock:
            self._wanted += wanted

    def set_up(self, state: ProviderState) -> SetUp:
        """Brings a state about, on top of those that were announced since the last request. Raises StateMissing."""
        with self._lock:
            if self._current.was_asked or not state.name:
                self._current = _Current()
            if not state.name:
                return SetUp()
            self._current.states.append(state)
            wanted = self._expected()
            if wanted is None:
                # What went before was for an interaction that asks nothing of the provider, such as a message.
                self._current = _Current(states=[state])
                wanted = self._expected()
            if wanted is None:
                raise StateMissing(f"{state.name}: no interaction is known that starts from it")
            return self._solve(wanted, state)

    def set_up_for(self, wanted: Wanted, states: Sequence[ProviderState]) -> SetUp:
        """Brings states about for an interaction that is known. Raises StateMissing."""
        values: dict[str, JsonValue] = {}
        notes: list[str] = []
        with self._lock:
            self._current = _Current()
            for state in states:
                self._current.states.append(state)
                done = self._solve(wanted, state)
                values |= done.values
                notes += done.notes
        return SetUp(values, tuple(notes))

    def handled(self) -> None:
        """A handler brought a state about: nothing is to be put in the place of the pact's ids for it."""
        with self._lock:
            if self._current.was_asked:
                self._current = _Current()

    def request(self, method: str, target: str, body: bytes) -> tuple[str, bytes]:
        """Path and body of the request that the verifier sends, as the provider is to get them."""
        with self._lock:
            self._turn_to(method, target)
            self._current.was_asked = True
            if self._current.wanted is not None:
                self._done.add(id(self._current.wanted))
            ids = self._current.ids
        return ids.in_target(method, target), ids.in_body(body)

    @property
    def rewrites(self) -> bool:
        """Whether anything of the current interaction is to be put in another's place."""
        return bool(self._current.ids.active)

    def answered(self, body: bytes) -> bytes:
        """The provider's answer as the pact knows it."""
        return self._current.ids.back_in_body(body)

    def header(self, value: str) -> str:
        """A header of the answer as the pact knows it."""
        return self._current.ids.back_in_text(value)

    def end(self) -> None:
        """The replay is over: what was made is removed."""
        with self._lock:
            self._solver.end()

    def _expected(self) -> Wanted | None:
        """The first interaction that was not asked for yet and starts from the states that were announced."""
        announced = [(each.name, dict(each.params)) for each in self._current.states]
        fitting = [
            each
            for each in self._wanted
            if [(state.name, dict(state.params)) for state in each.states[: len(announced)]] == announced
        ]
        return next((each for each in fitting if id(each) not in self._done), fitting[0] if fitting else None)

    def _solve(self, wanted: Wanted, state: ProviderState) -> SetUp:
        current = self._current
        if current.wanted is None:
            current.now, current.ids = self._solver.begin(wanted), self._empty.fresh()
        current.wanted = wanted
        try:
            values: JsonObject = dict(self._solver.solve(state, wanted, current.now, current.ids))
        except NotSolvable as failure:
            told = f"{state.name}: it could not be solved by the provider's operations: {failure}"
            raise StateMissing(told) from failure
        if wanted.exchange is None and len(current.states) >= len(wanted.states):
            # No request comes that would tell that a message was asked for.
            current.was_asked = True
            self._done.add(id(wanted))
        note = f"state '{state.name}' {_told(current.now.steps)}"
        current.now.steps.clear()
        key = (wanted.consumer, wanted.interaction.description)
        self.notes[key] = tuple(dict.fromkeys((*self.notes.get(key, ()), note)))
        return SetUp(values, (note,))

    def _turn_to(self, method: str, target: str) -> None:
        """Solves the states again if another interaction is asked for than the one that they were solved for."""
        current = self._current
        if current.wanted is None or current.was_asked or _is_for(current.wanted, method, target):
            return
        announced = [(each.name, dict(each.params)) for each in current.states]
        for each in self._wanted:
            states = [(state.name, dict(state.params)) for state in each.states]
            if states == announced and _is_for(each, method, target):
                self._current = _Current(states=current.states)
                for state in current.states:
                    try:
                        self._solve(each, state)
                    except StateMissing:
                        # It was solved for an interaction of the same states; this one gets what came of that.
                        self._current = current
                        return
                return


def _is_for(wanted: Wanted, method: str, target: str) -> bool:
    exchange = wanted.exchange
    if exchange is None:
        return False
    path = target.partition("?")[0]
    return exchange.request.method.upper() == method.upper() and path.endswith(exchange.request.path)


def _told(steps: Sequence[str]) -> str:
    done = [step for step in dict.fromkeys(steps) if not step.startswith(HELD)]
    return f"solved by {', '.join(done)}" if done else ", ".join(dict.fromkeys(steps)) or HELD
