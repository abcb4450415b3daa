"""Brings a provider into the states that an exchange starts from, for suites that send requests themselves."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from contracthub.formats import safe_json
from contracthub.formats.pact.model import ProviderState
from contracthub.formats.safe_json import JsonObject, JsonValue
from contracthub.verification.provider_client import ProviderAnswer, ProviderClient, ProviderSilent

_LONGEST_REASON = 200


class StateMissing(Exception):
    """A provider state could not be set up; the text says why, and what was tried."""


@dataclass(frozen=True, slots=True)
class SetUp:
    """What came of setting states up: values for generators, and what is worth telling of how it was done."""

    values: JsonObject = field(default_factory=dict)
    notes: tuple[str, ...] = ()


class StateChanger(Protocol):
    """Sets provider states up and takes them down again."""

    def set_up(self, states: Sequence[ProviderState]) -> SetUp:
        """Raises StateMissing."""

    def tear_down(self, states: Sequence[ProviderState]) -> None:
        """Never fails: what is left behind is the next setting-up's matter."""


@dataclass(frozen=True, slots=True)
class StatesByUrl:
    """A provider's own endpoint for state changes, asked as pact verifiers ask it (the body form)."""

    client: ProviderClient
    teardown: bool = False

    def set_up(self, states: Sequence[ProviderState]) -> SetUp:
        """Asks for each state in turn; an exchange without states is announced under the empty name."""
        values: JsonObject = {}
        for state in states or (ProviderState("", {}),):
            answer = self._change(state, "setup")
            if answer is None or not 200 <= answer.status < 300:
                if not state.name:
                    # Who knows no empty name has nothing to prepare.
                    continue
                raise StateMissing(f"{state.name}: {self.client.base_url} could not change it: {_why(answer)}")
            values |= _values_in(answer)
        return SetUp(values)

    def tear_down(self, states: Sequence[ProviderState]) -> None:
        """Asks for each state to be taken down, the last one first, where the endpoint knows how."""
        for state in reversed(states) if self.teardown else ():
            self._change(state, "teardown")

    def _change(self, state: ProviderState, action: str) -> ProviderAnswer | None:
        body = json.dumps({"state": state.name, "params": dict(state.params), "action": action}).encode()
        try:
            return self.client.send("POST", "", headers={"Content-Type": "application/json"}, body=body)
        except ProviderSilent:
            return None


class StatesInOrder:
    """Asks a handler first, and solves what it does not know. ``solve`` gets one state, and raises StateMissing."""

    def __init__(self, handler: StateChanger | None, solve: Callable[[Sequence[ProviderState]], SetUp]) -> None:
        self._handler, self._solve = handler, solve

    def set_up(self, states: Sequence[ProviderState]) -> SetUp:
        """Raises StateMissing with what both said."""
        if self._handler is None:
            return self._solve(states) if states else SetUp()
        unknown: list[ProviderState] = []
        whys: list[str] = []
        values: dict[str, JsonValue] = {}
        for state in states or (ProviderState("", {}),):
            try:
                values |= self._handler.set_up((state,) if state.name else ()).values
            except StateMissing as missing:
                unknown.append(state)
                whys.append(str(missing))
        if not unknown:
            return SetUp(values)
        try:
            done = self._solve(unknown)
        except StateMissing as missing:
            raise StateMissing("; ".join((*whys, str(missing)))) from missing
        return SetUp({**values, **done.values}, done.notes)

    def tear_down(self, states: Sequence[ProviderState]) -> None:
        """What was solved is taken down when the next interaction begins."""
        if self._handler is not None:
            self._handler.tear_down(states)


class NoStates:
    """Nobody changes states: an exchange without any can be had, others can't."""

    def set_up(self, states: Sequence[ProviderState]) -> SetUp:
        """Raises StateMissing for the first state."""
        for state in states:
            raise StateMissing(f"{state.name}: nothing sets it up. Give --state-url or --state-module.")
        return SetUp()

    def tear_down(self, states: Sequence[ProviderState]) -> None:
        """Does nothing."""


def _values_in(answer: ProviderAnswer) -> JsonObject:
    try:
        values = safe_json.loads(answer.body or b"{}")
    except Exception:  # noqa: BLE001 - an answer that is no JSON has no values
        return {}
    return values if isinstance(values, dict) else {}


def _why(answer: ProviderAnswer | None) -> str:
    if answer is None:
        return "no answer"
    text = answer.body[:_LONGEST_REASON].decode("utf-8", "replace").strip().partition("\n")[0]
    return f"HTTP status {answer.status} {text}".strip()
