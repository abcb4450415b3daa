"""Brings a provider into the states that a message starts from: by its handler, else by its own operations."""

import json
from collections.abc import Sequence
from dataclasses import replace

from contracthub.formats import safe_json
from contracthub.formats.pact.model import Interaction, ProviderState
from contracthub.formats.safe_json import JsonValue
from contracthub.verification.documents import DocumentNotThere, document_at
from contracthub.verification.events.decoding import Decoded
from contracthub.verification.provider_client import ProviderClient
from contracthub.verification.provider_states import NoStates, SetUp, StateChanger, StateMissing, StatesInOrder
from contracthub.verification.state_solving.prepared import OneOfBoth, api_from
from contracthub.verification.state_solving.preparing import found_openapi
from contracthub.verification.state_solving.solving import Solving
from contracthub.verification.state_solving.substitution import Substitutions
from contracthub.verification.state_solving.wanted import Wanted
from contracthub.verification.suites import Target


class MessageStates:
    """States of the messages of a run. What was made under another id than the pact's is told by the pact's id."""

    def __init__(self, target: Target, handler: StateChanger) -> None:
        self._target, self._handler = target, handler
        self._solving: Solving | None = None
        self._is_solved = False

    def set_up(self, consumer: str, interaction: Interaction, *, is_triggered: bool) -> SetUp:
        """``is_triggered``: a request brings the message about, and is told the ids. Raises StateMissing."""
        self._is_solved = False
        if not self._target.solve_states:
            return self._handler.set_up(interaction.provider_states)

        def solve(states: Sequence[ProviderState]) -> SetUp:
            done = self._solver().set_up_for(Wanted(consumer, interaction, is_triggered), states)
            self._is_solved = True
            return done

        handler = None if isinstance(self._handler, NoStates) else self._handler
        return StatesInOrder(handler, solve).set_up(interaction.provider_states)

    def tear_down(self, states: Sequence[ProviderState]) -> None:
        """Takes down what a handler set up."""
        self._handler.tear_down(states)

    def end(self) -> None:
        """Removes what was made."""
        if self._solving is not None:
            self._solving.end()

    def request(self, method: str, path: str, body: bytes) -> tuple[str, bytes]:
        """Path and body of a request with the ids that things were made under."""
        if self._solving is None or not self._is_solved:
            return path, body
        return self._solving.request(method, path, body)

    def as_expected(self, message: Decoded) -> Decoded:
        """The message with the pact's ids."""
        if self._solving is None or not self._is_solved:
            return message
        value = message.value
        if isinstance(value.value, dict | list):
            value = replace(value, value=self._back(self._solving, value.value))
        key = message.key
        if isinstance(key.value, str):
            key = replace(key, value=self._solving.header(key.value))
        return replace(message, value=value, key=key)

    @staticmethod
    def _back(solving: Solving, value: JsonValue) -> JsonValue:
        return safe_json.loads(solving.answered(json.dumps(value).encode()))

    def _solver(self) -> Solving:
        if self._solving is None:
            target = self._target
            client = ProviderClient(
                target.base_url, target.request_timeout_ms / 1000, target.headers, target.verify_tls
            )
            try:
                openapi = document_at(target.openapi, target, "openapi") if target.openapi else found_openapi(client)
            except DocumentNotThere:
                openapi = None
            api = None if openapi is None else api_from(openapi, target.base_url)
            if api is None:
                raise StateMissing(
                    "nothing sets it up: give --state-url or --state-module, or --openapi to solve it by"
                )
            self._solving = Solving(OneOfBoth(client, api, destructive=False), Substitutions(api))
        return self._solving
