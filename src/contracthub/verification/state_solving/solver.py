"""Solves a provider state: finds what its words are about, and does what the provider's own operations allow."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from urllib.parse import quote, urlencode

from contracthub.formats.pact.model import ProviderState
from contracthub.formats.safe_json import JsonValue
from contracthub.verification.graphql.expectation import differences
from contracthub.verification.state_solving.api import Api, ApiOperation, Resource, name_in_braces
from contracthub.verification.state_solving.conditions import Condition, Reaching, condition_in, understood_members
from contracthub.verification.state_solving.substitution import Substitution, Substitutions
from contracthub.verification.state_solving.values import Wishes, fits, type_in
from contracthub.verification.state_solving.wanted import Wanted, arrays_in, json_of, named_values
from contracthub.verification.state_solving.wording import Wording, alike, clauses, parts, wording
from contracthub.verification.state_solving.workshop import NotMade, Round, Thing, Workshop, json_in

_MOST_TAKEN = 25
# How a provider says that there is no more of something.
_USED_UP = (409, 423, 429, 503, 507)
_MOST_FILLINGS = 3
_ABSENT = 987_654_321
# How steps begin that change nothing.
HELD = "needed nothing to be done"


class NotSolvable(Exception):
    """A state can't be brought about by the provider's own operations; the text says what was tried."""


@dataclass(frozen=True, slots=True)
class Task:
    """One state of one interaction, read: its words, what they are about, and what the interaction asks."""

    state: ProviderState
    wanted: Wanted
    words: Wording
    resource: Resource
    now: Round
    ids: Substitutions

    @property
    def pact_id(self) -> str | None:
        """The id under which the pact knows the thing, None where it names none."""
        return next((each.pact for each in self.ids.all if each.path == self.resource.path), None)


class Solver:
    """Solves states with one provider's operations. ``destructive`` allows removing what it did not make."""

    def __init__(self, workshop: Workshop, *, destructive: bool = False) -> None:
        self._shop, self._api, self._destructive = workshop, workshop.api, destructive
        self._rounds: list[Round] = []

    def begin(self, wanted: Wanted) -> Round:
        """A new interaction begins: what was made for the last one is removed where that can be done."""
        for each in self._rounds:
            self._shop.remove(each)
        exchange = wanted.exchange
        headers = exchange.request.headers if exchange else {}
        now = Round({name.lower(): ", ".join(values) for name, values in headers.items()})
        self._rounds = [*self._rounds[-50:], now]
        return now

    def end(self) -> None:
        """Removes what was made last, where that can be done."""
        for each in self._rounds:
            self._shop.remove(each)
        self._rounds = []

    def solve(self, state: ProviderState, wanted: Wanted, now: Round, ids: Substitutions) -> Mapping[str, JsonValue]:
        """Brings a state about; the values for generators. ``now.steps`` tells how. Raises NotSolvable."""
        single = self._single_clauses(state.name)
        if len(single) > 1:
            found: dict[str, JsonValue] = {}
            for each in single:
                found |= self.solve(replace(state, name=each), wanted, now, ids)
            return found
        words = wording(state.name)
        resource = self._resource(words, wanted)
        if resource is None:
            named = ", ".join(f"'{noun}'" for noun in words.nouns) or "anything in it"
            raise NotSolvable(f"no operation of the provider is about {named}")
        task = Task(state, wanted, words, resource, now, ids)
        now.requests = 0
        for one in self._pact_ids(task):
            if not any(each.path == one.path for each in ids.all):
                ids.add(one)
        try:
            self._brought_about(task)
            return self._generated(task)
        except NotMade as failure:
            raise NotSolvable(str(failure)) from failure

    def _single_clauses(self, state: str) -> tuple[str, ...]:
        """A state's clauses, where each is about a kind of thing of its own; else the state as it is."""
        found = clauses(state)
        things = [self._named(wording(each)) for each in found]
        paths = {each.path for each in things if each is not None}
        return found if len(paths) == len(found) else (state,)

    def _named(self, words: Wording) -> Resource | None:
        nouns = [noun for noun in words.nouns if noun != words.other]
        for noun in [" ".join(pair) for pair in pairwise(nouns)] + nouns:
            found = self._api.resource_named(noun)
            if found is not None:
                return found
        return None

    def _brought_about(self, task: Task) -> None:
        if task.words.is_negative:
            self._nothing_there(task)
        elif self._holds_already(task):
            task.now.steps.append(HELD)
        elif task.words.is_taken and task.wanted.status in _USED_UP:
            self._taken(task)
        elif task.words.count > 1:
            self._several(task)
        else:
            self._one(task)

    def _resource(self, words: Wording, wanted: Wanted) -> Resource | None:
        """What a state is about: the first thing that its words name, else what the interaction's path is about."""
        found = self._named(words)
        if found is not None:
            return found
        exchange = wanted.exchange
        matched = self._api.match(exchange.request.method, exchange.request.path) if exchange else None
        return self._api.resource_at(matched[0]) if matched else None

    def _pact_ids(self, task: Task) -> Iterator[Substitution]:
        """The ids that the pact has for things: in the path, the body and the state's parameters and words."""
        exchange = task.wanted.exchange
        if exchange is not None:
            matched = self._api.match(exchange.request.method, exchange.request.path)
            if matched is not None:
                yield from self._ids_in_path(*matched)
            yield from self._ids_in(named_values(json_of(exchange.request.body)), task)
        yield from self._ids_in(task.state.params, task)
        for word, value in task.words.values:
            named = self._api.resource_named(word)
            if named is not None:
                yield self._unknown(named, value)

    def _ids_in_path(self, operation: ApiOperation, values: Mapping[str, str]) -> Iterator[Substitution]:
        for number, segment in enumerate(operation.segments):
            name = name_in_braces(segment)
            owner = self._api.resources.get("/" + "/".join(operation.segments[:number]))
            if name is not None and owner is not None:
                yield self._unknown(owner, values[name])

    def _ids_in(self, values: Mapping[str, JsonValue], task: Task) -> Iterator[Substitution]:
        for name, value in values.items():
            if not isinstance(value, str | int) or isinstance(value, bool):
                continue
            owner = self._api.resource_of_parameter(name)
            if owner is None and name in task.state.params and name in ("id", task.resource.parameter):
                owner = task.resource
            if owner is not None:
                yield self._unknown(owner, str(value))

    @staticmethod
    def _unknown(resource: Resource, value: str) -> Substitution:
        return Substitution(resource.path, value, value, names_of(resource))

    def _learn(self, task: Task, thing: Thing) -> None:
        """From now on the pact's ids mean this thing and those it belongs to.

        Raises NotMade where nobody can be told so.
        """
        for known in task.ids.all:
            made = thing if known.path == thing.resource.path else task.now.latest(known.path)
            if made is not None and made.id is not None:
                task.ids.add(replace(known, real=made.id))
        known_as = task.pact_id
        is_replaced = task.wanted.exchange is not None or task.wanted.is_triggered
        if not is_replaced and known_as is not None and thing.id not in (None, known_as):
            what = parts(thing.resource.name)[-1]
            raise NotMade(
                f"the {what} that was made is {thing.id}, and only for requests over HTTP can that stand in the place "
                f"of {known_as}"
            )

    def _holds_already(self, task: Task) -> bool:
        """Whether the interaction goes well as the provider is. It is not tried where reading may change a thing."""
        if not task.wanted.is_read or task.wanted.status >= 400 or self._condition(task) is not None:
            return False
        status, body = self._probe(task)
        return task.wanted.is_met_by(status, body) and not self._is_hollow(task, body)

    @staticmethod
    def _is_hollow(task: Task, body: JsonValue) -> bool:
        """Whether a list is shorter than the state says: a rule of types alone is content with an empty one."""
        there = dict(arrays_in({"": body}))
        wanted = [(path, items) for path, items in arrays_in({"": task.wanted.expected}) if items]
        return any(len(there.get(path, items)) < max(task.words.count, 1) for path, items in wanted)

    def _condition(self, task: Task) -> Condition | None:
        return condition_in(self._api, task.resource, task.words, task.wanted.expected)

    def _probe(self, task: Task) -> tuple[int, JsonValue]:
        """The interaction's own request, if it changes nothing: status and JSON."""
        exchange = task.wanted.exchange
        assert exchange is not None
        pairs = [(name, value) for name, values in exchange.request.query.items() for value in values]
        target = exchange.request.path + (f"?{urlencode(pairs)}" if pairs else "")
        target = task.ids.in_target(exchange.request.method, target)
        answer = self._shop.request(task.now, exchange.request.method, target, task.now.headers)
        body = json_in(answer)
        if body is not None:
            known = replace(answer, body=task.ids.back_in_body(answer.body))
            body = json_in(known)
        return answer.status, body

    def _wishes(self, task: Task, index: int = 0) -> tuple[Wishes, frozenset[str]]:
        """What a new thing should be like, and the words of the state that were understood by it."""
        values: dict[str, JsonValue] = {}
        understood: set[str] = set()
        create = next(self._api.producers(task.resource), None)
        schema = create.body if create else None
        for word, (member, value) in understood_members(self._api, schema, task.words).items():
            values[member] = value
            understood.add(word)
        expected = named_values(task.wanted.expected) if task.wanted.status < 400 else {}
        own = names_of(task.resource)
        wished = {name: value for name, value in expected.items() if name not in own} | values
        for name, value in task.state.params.items():
            if name not in own and self._api.resource_of_parameter(name) is None:
                wished[name] = value
        if task.pact_id is not None and task.resource.parameter is not None:
            # Whoever lets callers choose the id gets the one of the pact.
            wished |= dict.fromkeys((task.resource.parameter, "id"), _typed(self._api, task.resource, task.pact_id))
        return Wishes(wished, {}, {}, index), frozenset(understood)

    def _make(self, task: Task, index: int = 0) -> Thing:
        return self._shop.make(task.now, task.resource, self._wishes(task, index)[0])

    def _one(self, task: Task) -> None:
        condition = self._condition(task)
        persona = self._of_another(task) if task.words.other is not None else ""
        thing = self._make(task)
        task.now.steps[-1] += persona
        if condition is not None:
            thing = Reaching(self._shop, task.now, condition, lambda: self._make(task, 1)).reach(thing)
        self._learn(task, thing)
        self._make_what_takes(task)
        if condition is None and task.wanted.is_read and task.wanted.status < 400:
            self._fill(task, thing)
        strange = self._strange(task, condition.word if condition else None)
        if strange and not (task.wanted.is_read and task.wanted.is_met_by(*self._probe(task))):
            words = ", ".join(f"'{word}'" for word in strange)
            made = ", ".join(task.now.steps)
            raise NotMade(f"{made} made one, and nothing that the provider offers makes it {words}")

    def _make_what_takes(self, task: Task) -> None:
        """Makes what else the state names and needs the thing: of a book on loan, the loan."""
        for noun in task.words.nouns:
            other = self._api.resource_named(noun)
            if other is None or other.create is None or task.now.latest(other.path) is not None:
                continue
            if self._api.takes(other.create, task.resource):
                self._shop.make(task.now, other, Wishes())

    def _strange(self, task: Task, condition: str | None) -> list[str]:
        """The words of a state that nothing was done about."""
        known = {condition, task.words.other, *self._wishes(task)[1], *(word for word, _ in task.words.values)}
        things = {part for each in self._api.resources.values() for part in parts(each.name)}
        made = {part for step in task.now.steps for part in parts(step)}
        asked = {part for name in task.state.params for part in parts(name)}
        return [
            word
            for word in task.words.nouns
            if word not in known
            and not set(parts(word)) <= things | asked
            and not any(alike(word, part) for part in made | {"create", "new", "valid", "available", "open"})
        ]

    def _of_another(self, task: Task) -> str:
        """From now on the provider is asked as somebody else: by another value of the parameter that names them."""
        assert task.words.other is not None
        create = next(self._api.producers(task.resource), None)
        for each in create.parameters if create else ():
            if each.where == "header" and set(parts(task.words.other)) & set(parts(each.name)):
                mine = task.now.headers.get(each.name.lower(), "")
                choices = self._api.facts(each.schema).get("enum")
                others = [str(one) for one in choices if one != mine] if isinstance(choices, list) else []
                value = others[0] if others else f"{mine}-other"
                task.now.headers = {**task.now.headers, each.name.lower(): value}
                return f" as {each.name}: {value}"
        raise NotMade(f"no parameter of the provider says which {task.words.other} is meant")

    def _fill(self, task: Task, thing: Thing) -> None:
        """Puts into a thing what the consumer expects to find in it: lines of an order, chunks of a session."""
        exchange = task.wanted.exchange
        assert exchange is not None
        for _ in range(_MOST_FILLINGS):
            status, body = self._probe(task)
            if task.wanted.is_met_by(status, body):
                return
            lacking = {each.place for each in differences(task.wanted.expected, body, exchange.response.rules)}
            filled = False
            for path, items in arrays_in(task.wanted.expected):
                if items and any(place.startswith("$." + ".".join(path)) for place in lacking):
                    filled = self._put_into(task, thing, path[-1], items[0]) or filled
            if not filled:
                return

    def _put_into(self, task: Task, thing: Thing, name: str, example: JsonValue) -> bool:
        for operation in thing.resource.actions:
            if operation.method == "POST" and parts(operation.segments[-1]) == parts(name) and operation.body:
                inner = Resource(f"{thing.resource.path}/{{}}/{name}", name, create=operation)
                self._shop.make(task.now, inner, Wishes(named_values(example)))
                return True
        return False

    def _several(self, task: Task) -> None:
        """As many as the state says, and no more."""
        there = self._count(task)
        if there is not None and there > task.words.count and not self._emptied(task):
            raise NotMade(f"there are {there} already, and they can't be removed")
        for index in range(task.words.count - min(self._count(task) or 0, task.words.count)):
            self._learn(task, self._make(task, index))

    def _items(self, task: Task) -> list[JsonValue] | None:
        """What the collection lists, as far as its first page goes; None where it can't be listed."""
        listing = task.resource.listing
        if listing is None or "{" in listing.path:
            return None
        answer = self._shop.send(task.now, listing, {})
        if answer.status != 200:
            return None
        told = json_in(answer)
        return told if isinstance(told, list) else max((items for _, items in arrays_in(told)), key=len, default=[])

    def _count(self, task: Task) -> int | None:
        items = self._items(task)
        return None if items is None else len(items)

    def _emptied(self, task: Task) -> bool:
        """Removes everything of a kind, which only those may want who said so."""
        delete = task.resource.delete
        items = self._items(task)
        if not self._destructive or delete is None or items is None:
            return items == []
        for each in items:
            value = (
                next((each[name] for name in names_of(task.resource) if name in each), None)
                if isinstance(each, dict)
                else None
            )
            if value is not None:
                self._shop.send(task.now, delete, {str(task.resource.parameter): str(value)})
        task.now.steps.append(delete.name)
        return self._items(task) == []

    def _nothing_there(self, task: Task) -> None:
        """That there is none: it is so, or the id of the pact is one that nothing has, or what is there is removed."""
        wanted = task.wanted
        if wanted.is_read:
            status, body = self._probe(task)
            if wanted.is_met_by(status, body) or (status == wanted.status and wanted.status >= 400):
                task.now.steps.append(f"{HELD}: there is none")
                return
        if task.pact_id is not None:
            self._absent(task)
        elif wanted.is_read or wanted.exchange is None:
            there = self._count(task)
            if there and not self._emptied(task):
                raise NotMade(f"there are {there} already, and they can't be removed")
            task.now.steps.append(f"{HELD}: there is none")
        else:
            task.now.steps.append(f"{HELD}: the request does not depend on it")

    def _absent(self, task: Task) -> None:
        """Has the pact's id mean nothing."""
        pact = str(task.pact_id)
        real: JsonValue = str(_ABSENT) if pact.isdigit() else f"{pact}-is-not-there"
        if len(pact) == 36 and pact.count("-") == 4:
            real = f"00000000-0000-4000-8000-{_ABSENT:012d}"
        for parameter in task.resource.read.parameters if task.resource.read else ():
            if parameter.name == task.resource.parameter and not fits(self._api.facts(parameter.schema), _plain(real)):
                real = self._shop.free_id(task.now, task.resource)
        for each in task.ids.all:
            if each.path == task.resource.path:
                task.ids.add(replace(each, real=real))
        task.now.steps.append(f"{HELD}: {quote(str(real))} stands for what is not there")

    def _taken(self, task: Task) -> None:
        """All that there is of something is in use: the interaction's own request is repeated until it is refused."""
        exchange = task.wanted.exchange
        matched = self._api.match(exchange.request.method, exchange.request.path) if exchange else None
        if exchange is None or matched is None or exchange.request.method.upper() != "POST":
            raise NotMade("only a request that takes something can use it up")
        operation, body = matched[0], json_of(exchange.request.body)
        for index in range(_MOST_TAKEN):
            thing = self._make(task, index)
            answer = self._shop.send(task.now, operation, self._shop.values_of(thing), body)
            if answer.status == task.wanted.status:
                task.now.steps.append(f"{operation.name} until it answered {answer.status}")
                self._learn(task, thing)
                return
        raise NotMade(f"{operation.name} did not answer {task.wanted.status} after {_MOST_TAKEN} times")

    def _generated(self, task: Task) -> dict[str, JsonValue]:
        """Values for the generators of the request: ids by every name of theirs, cursors as the provider tells them."""
        found: dict[str, JsonValue] = {}
        for each in task.ids.all:
            found |= dict.fromkeys(each.names, each.pact)
        exchange = task.wanted.exchange
        for generator in exchange.request.generators if exchange else ():
            expression = generator.facts.get("expression")
            if generator.kind != "ProviderState" or not isinstance(expression, str):
                continue
            name = expression.removeprefix("${").removesuffix("}")
            if generator.part == "query" and name not in found:
                value = self._followed(task, parts(generator.expression)[0] if parts(generator.expression) else "")
                if value is not None:
                    found[name] = value
        return found

    def _followed(self, task: Task, parameter: str) -> JsonValue:
        """What the provider tells for a parameter when it is asked without it: ``next_cursor`` for ``cursor``."""
        exchange = task.wanted.exchange
        assert exchange is not None
        if not task.wanted.is_read or not parameter:
            return None
        pairs = [
            (name, value)
            for name, values in exchange.request.query.items()
            for value in values
            if parameter not in parts(name)
        ]
        target = exchange.request.path + (f"?{urlencode(pairs)}" if pairs else "")
        answer = self._shop.request(task.now, "GET", task.ids.in_target("GET", target), task.now.headers)
        told = named_values(json_in(answer))
        return next((value for name, value in told.items() if parameter in parts(name) and value is not None), None)


def names_of(resource: Resource) -> frozenset[str]:
    """The members that hold the id of a thing of this kind."""
    words = parts(resource.name)
    snake = "_".join(words)
    camel = words[0] + "".join(word.capitalize() for word in words[1:]) if words else ""
    own = resource.parameter or ""
    prefixed = (f"{snake}_{own}", f"{camel}{own[:1].upper()}{own[1:]}") if own else ()
    return frozenset(filter(None, ("id", own, f"{snake}_id", f"{camel}Id", *prefixed)))


def _plain(text: JsonValue) -> JsonValue:
    return int(text) if isinstance(text, str) and text.isdigit() else text


def _typed(api: Api, resource: Resource, value: str) -> JsonValue:
    for each in resource.read.parameters if resource.read else ():
        if each.name == resource.parameter and type_in(api.facts(each.schema)) == "integer" and value.isdigit():
            return int(value)
    return value
