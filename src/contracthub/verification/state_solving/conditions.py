"""Brings a thing into a condition that the words of a state name: ``finished``, ``trained``, ``done``."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from contracthub.formats.bundle import Place
from contracthub.formats.safe_json import JsonValue
from contracthub.verification.state_solving.api import Api, ApiOperation, Resource
from contracthub.verification.state_solving.values import Wishes, body_for, fits
from contracthub.verification.state_solving.wanted import named_values
from contracthub.verification.state_solving.wording import Wording, alike, parts
from contracthub.verification.state_solving.workshop import NotMade, Round, Thing, Workshop

_MOST_POLLS = 12
_BETWEEN_POLLS = 0.1
_PATIENT_POLLS = 4
_MOST_THINGS = 6
# So much there is of what a state says to be in stock.
_PLENTY = 10
_NAMES = ("status", "state", "phase", "stage", "lifecycle")
# Taken last: there is often no way back from them.
_FINAL = ("cancel", "delete", "retire", "archive", "close", "abort", "reject", "fail", "terminate")


@dataclass(frozen=True, slots=True)
class Condition:
    """A member of a thing, and the value that it is to have. ``word`` is the state's for it.

    ``choices`` are all values that the document allows, none where it names none.
    """

    member: str
    value: str
    word: str
    choices: tuple[str, ...] = ()


def condition_in(api: Api, resource: Resource, words: Wording, expected: JsonValue) -> Condition | None:
    """The condition that a state names: a choice of the thing's schema, or what the consumer expects of its status."""
    schema = resource.read.answer if resource.read else None
    choices = dict(_choices(api, schema, 0)) if schema is not None else {}
    for exact in (True, False):
        for word in words.nouns:
            for member, values in choices.items():
                for value in values:
                    if value.lower() == word or (not exact and alike(value, word)):
                        return Condition(member, value, word, values)
    for member, wanted in named_values(expected).items():
        if member.lower() in _NAMES and isinstance(wanted, str):
            for word in words.nouns:
                if alike(wanted, word):
                    return Condition(member, wanted, word)
    return None


def _choices(api: Api, schema: Place, depth: int) -> list[tuple[str, tuple[str, ...]]]:
    found: list[tuple[str, tuple[str, ...]]] = []
    for name, member in api.members(schema).items():
        facts = api.facts(member)
        choices = facts.get("enum")
        if isinstance(choices, list):
            found.append((name, tuple(str(each) for each in choices if isinstance(each, str))))
        elif depth < 2:
            found += _choices(api, member, depth + 1)
    # The one that is called a status is meant before any other.
    return sorted(found, key=lambda each: each[0].lower() not in _NAMES)


@dataclass(frozen=True, slots=True)
class Reaching:
    """Brings things of one kind into one condition; ``make`` makes another one to try with."""

    workshop: Workshop
    now: Round
    condition: Condition
    make: Callable[[], Thing]

    def reach(self, thing: Thing) -> Thing:
        """The thing, or another one, in the condition. Raises NotMade with what was tried."""
        current = self._in(thing.answer) or self._read(thing)
        if current == self.condition.value:
            return thing
        if self._was_set(thing):
            return thing
        if not thing.resource.actions:
            return self._polled(thing)
        return self._acted(thing, current)

    def _was_set(self, thing: Thing) -> bool:
        """Whether the member could be written just so."""
        change = thing.resource.patch
        if change is None or change.body is None:
            return False
        api = self.workshop.api
        member = api.named_members(change.body).get(self.condition.member)
        if member is None or not fits(api.facts(member), self.condition.value):
            return False
        body = body_for(api, change.body, Wishes({self.condition.member: self.condition.value}))
        answer = self.workshop.send(self.now, change, self.workshop.values_of(thing), body)
        if answer.status >= 300 or self._read(thing) != self.condition.value:
            return False
        self.now.steps.append(change.name)
        return True

    def _read(self, thing: Thing) -> str | None:
        return self._in(self.workshop.read(self.now, thing))

    def _in(self, told: JsonValue) -> str | None:
        value = named_values(told).get(self.condition.member)
        return value if isinstance(value, str) else None

    def _polled(self, thing: Thing) -> Thing:
        """Waits for a thing to get there by itself. Where each reading moves it on, another one is left just before."""
        current = None
        for poll in range(_MOST_POLLS):
            current = self._read(thing)
            if current != self.condition.value:
                time.sleep(_BETWEEN_POLLS if poll >= _PATIENT_POLLS else 0)
                continue
            self.now.steps.append(f"GET {thing.resource.path}/{{…}} until {self.condition.word}")
            if self._read(thing) == self.condition.value:
                return thing
            fresh = self.make()
            for _ in range(poll):
                self._read(fresh)
            return fresh
        if current is not None and self.condition.choices and current not in self.condition.choices:
            # It stays as no document allows: the provider is at fault, and the replay will say so.
            self.now.steps.append(f"GET {thing.resource.path}/{{…}} until it stayed {current!r}")
            return thing
        raise NotMade(f"it did not get {self.condition.word} by itself in {_MOST_POLLS} readings")

    def _acted(self, thing: Thing, current: str | None) -> Thing:
        """Tries what can be done with a thing, the likeliest first, until it gets there; from dead ends on, another."""
        began: set[str] = set()
        tried: list[str] = []
        for _ in range(_MOST_THINGS):
            first, reached = self._walked(thing, current, began, tried)
            if reached:
                return thing
            if first is None:
                break
            began.add(first)
            thing = self.make()
            current = self._in(thing.answer) or self._read(thing)
        told = ", ".join(dict.fromkeys(tried))
        raise NotMade(f"it did not get {self.condition.word} by {told or 'anything that can be done with it'}")

    def _walked(self, thing: Thing, current: str | None, began: set[str], tried: list[str]) -> tuple[str | None, bool]:
        """One thing's way: the first step that moved it, and whether it got there."""
        seen, first = {current}, None
        while True:
            moved = None
            for operation in self._by_likeness(thing.resource):
                if first is None and operation.name in began:
                    continue
                tried.append(operation.name)
                answer = self.workshop.act(self.now, thing, operation)
                after = self._read(thing) if answer.status < 300 else current
                if after is not None and after != current:
                    moved, current = operation, after
                    break
            if moved is None or current in seen:
                return first, False
            self.now.steps.append(moved.name)
            first = first or moved.name
            if current == self.condition.value:
                return first, True
            seen.add(current)

    def _by_likeness(self, resource: Resource) -> list[ApiOperation]:
        def rank(operation: ApiOperation) -> tuple[int, str]:
            verb = operation.segments[-1]
            wanted = (self.condition.value, self.condition.word)
            if any(alike(verb, each) for each in wanted):
                return 0, operation.name
            return (2 if any(alike(verb, each) for each in _FINAL) else 1), operation.name

        return sorted(resource.actions, key=rank)


def understood_members(api: Api, schema: Place | None, words: Wording) -> Mapping[str, tuple[str, JsonValue]]:
    """Members of a new thing that a state's words set: a flag of that name, a choice that is written so."""
    found: dict[str, tuple[str, JsonValue]] = {}
    for name, member in api.named_members(schema).items() if schema is not None else ():
        facts = api.facts(member)
        choices = facts.get("enum")
        for word in words.nouns:
            if facts.get("type") == "boolean" and alike(name.removeprefix("is_"), word):
                found[word] = (name, True)
            if facts.get("type") in ("integer", "number") and word in parts(name):
                amount = 0 if "out" in words.nouns else _PLENTY
                if fits(facts, amount):
                    found |= {each: (name, amount) for each in words.nouns if each in (word, "out")}
            for choice in choices if isinstance(choices, list) else ():
                if isinstance(choice, str) and alike(choice, word):
                    found[word] = (name, choice)
    return found
