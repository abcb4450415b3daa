"""Finds the published interactions that steps of journeys are: in files, at addresses, or at the hub."""

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from contracthub.client.errors import HubFailure
from contracthub.client.hub import Hub
from contracthub.domain.errors import HubError
from contracthub.formats.journey.model import Reference
from contracthub.formats.pact.model import HttpExchange, Interaction, PactDocument
from contracthub.formats.pact.parse import parse
from contracthub.verification.suites import Target

_MOST_FILES = 500
_LARGEST_FILE = 64 * 1024 * 1024
_MOST_TOLD = 5


class NoInteraction(Exception):
    """An interaction can't be had; the text says why, and what there is."""


class Interactions:
    """The interactions of pacts, each pact read once. Files and addresses that are given come before the hub."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._given: list[PactDocument] | None = None
        self._at_hub: dict[tuple[str, str, str], PactDocument | None] = {}

    def find(self, reference: Reference, consumer: str, consumer_version: str) -> tuple[Interaction, HttpExchange]:
        """The interaction that is meant, as this version of the journey's consumer has it. Raises NoInteraction."""
        whose = reference.consumer or consumer
        documents = [
            each for each in self._files() if (each.consumer_name, each.provider_name) == (whose, reference.provider)
        ]
        published = None if documents else self._published(whose, reference.provider, consumer_version)
        documents += [published] if published else []
        if not documents and not whose:
            raise NoInteraction("nobody said whose interaction it is; name the consumer of the journey")
        if not documents:
            raise NoInteraction(f"there is no pact of {whose} with {reference.provider}; publish it, or give --pact")
        called = [one for each in documents for one in each.interactions if one.description == reference.description]
        fitting = [one for one in called if _starts_from(one, reference)]
        for one in fitting:
            if isinstance(one.exchange, HttpExchange):
                return one, one.exchange
        what = f"{reference.description!r} of {whose} with {reference.provider}"
        if fitting:
            raise NoInteraction(f"{what} is no HTTP request")
        if called:
            raise NoInteraction(f"{what} starts from {_states(called)}, not from what is `given` here")
        names = [one.description for each in documents for one in each.interactions][:_MOST_TOLD]
        raise NoInteraction(f"the pact has no interaction {what}; it has: {'; '.join(names)}")

    def _files(self) -> list[PactDocument]:
        if self._given is None:
            self._given = [*self._read(), *self._addressed()]
        return self._given

    def _read(self) -> Iterator[PactDocument]:
        for place in map(Path, self._target.pacts):
            files = sorted(place.rglob("*.json"))[:_MOST_FILES] if place.is_dir() else [place]
            for file in files:
                try:
                    if file.stat().st_size <= _LARGEST_FILE:
                        yield parse(file.read_bytes())
                except (HubError, OSError):
                    # What is no pact, another suite tells of.
                    continue

    def _addressed(self) -> Iterator[PactDocument]:
        for address in self._target.replay.addresses if self._target.replay else ():
            try:
                found = _pact_at(Hub(address.connection), address.url)
            except HubFailure as failure:
                raise NoInteraction(f"the pact at {address.url} can't be had: {failure}") from failure
            if found is not None:
                yield found

    def _published(self, consumer: str, provider: str, version: str) -> PactDocument | None:
        """The pact that this version published, else the newest of that consumer."""
        key = (consumer, provider, version)
        if key not in self._at_hub:
            self._at_hub[key] = self._asked_for(*key)
        return self._at_hub[key]

    def _asked_for(self, consumer: str, provider: str, version: str) -> PactDocument | None:
        if self._target.hub is None:
            return None
        hub = Hub(self._target.hub.connection)
        pair = f"/pacts/provider/{quote(provider, safe='')}/consumer/{quote(consumer, safe='')}"
        places = [f"{pair}/version/{quote(version, safe='')}"] if version else []
        try:
            for place in (*places, f"{pair}/latest"):
                found = _pact_at(hub, place)
                if found is not None:
                    return found
        except HubFailure as failure:
            raise NoInteraction(f"the pact of {consumer} with {provider} can't be had: {failure}") from failure
        return None


def _pact_at(hub: Hub, url: str) -> PactDocument | None:
    found = hub.find(url)
    if found is None:
        return None
    try:
        return parse(json.dumps({name: value for name, value in found.data.items() if name != "_links"}))
    except HubError:
        return None


def _starts_from(interaction: Interaction, reference: Reference) -> bool:
    if reference.given is None:
        return True
    return tuple(each.name for each in interaction.provider_states) == reference.given


def _states(interactions: list[Interaction]) -> str:
    told = [" and ".join(each.name for each in one.provider_states) or "nothing" for one in interactions]
    return ", or ".join(dict.fromkeys(told[:_MOST_TOLD]))
