"""Builds journey contracts, and plays the providers of one to the consumer's client."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

from contracthub.consumer.building import Builder, given, state
from contracthub.consumer.matchers import plain
from contracthub.formats.safe_json import JsonObject

if TYPE_CHECKING:
    from contracthub.mocks.journeys import JourneyStandIn

_NONE: Any = object()


def answer(
    status: int | str | list[int] | None = None, body: object = _NONE, headers: Mapping[str, object] | None = None
) -> JsonObject:
    """An answer as a step expects it."""
    found = given(status=status, headers=headers)
    return found if body is _NONE else {**found, "body": plain(body)}


def from_header(name: str, *, example: str | None = None) -> JsonObject:
    """A value that is saved from a header; the example tells comparisons which operation is asked with it."""
    return given(header=name, example=example)


class Journey(Builder):
    """Requests that a consumer makes one after the other, at one provider or several.

    `step` begins a step; what follows speaks of it until the next one begins.
    """

    kind = "journey"

    def __init__(self, name: str, *, consumer: str | None = None, provider: str | None = None) -> None:
        super().__init__(name, consumer=consumer, provider=provider)
        self._step: JsonObject = {}

    def given(self, name: str, *, at: str | None = None, **params: object) -> Self:
        """A provider has to be in this state: before the journey, or before the step where one has begun."""
        found = {**state(name, params), **given(provider=at)}
        if not self._step:
            return self._add("given", found)
        listed = self._step.setdefault("given", [])
        assert isinstance(listed, list)
        listed.append(found)
        return self

    def values(self, **values: str | float | bool) -> Self:
        """What ``${name}`` stands for before anything is saved."""
        return self._set(values=values)

    def within(self, duration: str) -> Self:
        """How long all of it may take; the step, where one has begun."""
        if not self._step:
            return self._set(within=duration)
        return self._say(within=duration)

    def step(self, name: str, *, at: str | None = None) -> Self:
        """A step begins, at the provider that is named."""
        return self._begin("steps", name, at)

    def cleanup(self, name: str, *, at: str | None = None) -> Self:
        """A step begins that is taken at the end, however the journey went."""
        return self._begin("cleanup", name, at)

    def request(
        self,
        method: str,
        path: str,
        body: object = _NONE,
        *,
        query: Mapping[str, object] | None = None,
        headers: Mapping[str, object] | None = None,
    ) -> Self:
        """What the step asks; ``${name}`` in it stands for what a step before saved."""
        found = given(method=method, path=path, query=query, headers=headers)
        return self._say(request=found if body is _NONE else {**found, "body": plain(body)})

    def response(
        self,
        status: int | str | list[int] | None = None,
        body: object = _NONE,
        headers: Mapping[str, object] | None = None,
    ) -> Self:
        """What has to come of it."""
        return self._say(response=answer(status, body, headers))

    def interaction(
        self, description: str, *, provider: str, consumer: str | None = None, states: list[str] | None = None
    ) -> Self:
        """The step is an interaction of a pact that is published."""
        found = given(description=description, provider=provider, consumer=consumer, given=states)
        return self._say(interaction=found)

    def replace(self, values: Mapping[str, str]) -> Self:
        """What of the interaction is to be something else, such as ``{"7": "${order}"}``."""
        return self._say(replace=dict(values))

    def save(self, **places: str | JsonObject) -> Self:
        """Saves values of the answer: each by an expression in its body, ``$.id``, or `from_header`."""
        saved = {name: {"body": place} if isinstance(place, str) else place for name, place in places.items()}
        return self._say(save=saved)

    def eventually(
        self,
        until: JsonObject | None = None,
        *,
        within: str,
        every: str | None = None,
        never: list[JsonObject] | None = None,
    ) -> Self:
        """The step asks again until it is answered like this, or as its `response` says; ``never`` ends it."""
        return self._say(eventually=given(within=within, every=every, until=until, never=never))

    @contextmanager
    def serve(self, *, write_to: str | os.PathLike[str] | None = None) -> Iterator["JourneyStandIn"]:
        """Providers that play their side while the block runs; see `JourneyStandIn`.

        At the end the contract is written to ``write_to``, but only if the client took every step as the contract says:
        else ClientDiffers says what it did. Raises Invalid, and NotPlayable for steps that only a pact describes.
        """
        from contracthub.mocks.journeys import playing_journey

        with playing_journey(self.checked()) as stand_in:
            yield stand_in
        if write_to is not None:
            self.write(write_to)

    def _begin(self, where: str, name: str, at: str | None) -> Self:
        self._step = given(name=name, provider=at)
        return self._add(where, self._step)

    def _say(self, **members: object) -> Self:
        if not self._step:
            raise ValueError("No step has begun; call step(name) first.")
        self._step |= given(**members)
        return self
