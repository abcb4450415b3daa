"""Solves states of a GraphQL provider with its mutations, as its introspection has them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contracthub.formats.pact.model import ProviderState
from contracthub.formats.safe_json import JsonValue
from contracthub.verification.graphql.operations import Operation, operations_of
from contracthub.verification.graphql.schemas import SchemaNotThere, running_schema
from contracthub.verification.provider_client import ProviderClient, ProviderSilent
from contracthub.verification.state_solving.solver import HELD, NotSolvable
from contracthub.verification.state_solving.substitution import Substitution, Substitutions
from contracthub.verification.state_solving.wanted import Wanted, arrays_in, named_values
from contracthub.verification.state_solving.wording import Wording, alike, parts, wording
from contracthub.verification.state_solving.workshop import Round

_MAKES = (
    "create",
    "add",
    "new",
    "list",
    "open",
    "register",
    "insert",
    "put",
    "place",
    "post",
    "make",
    "publish",
    "start",
)
_DEEPEST = 6
_SCALARS: Mapping[str, JsonValue] = {"Int": 1, "Float": 1.5, "Boolean": True}
_MOST_MADE = 20


@dataclass(frozen=True, slots=True)
class Mutation:
    """A mutation: its arguments, and the type that it answers with."""

    name: str
    arguments: tuple[Mapping[str, Any], ...]
    answer: str


class Schema:
    """What introspection tells, by name."""

    def __init__(self, introspection: str) -> None:
        told = json.loads(introspection)["data"]["__schema"]
        self.types: Mapping[str, Mapping[str, Any]] = {each["name"]: each for each in told["types"]}
        self._roots = {kind: (told.get(f"{kind}Type") or {}).get("name") for kind in ("query", "mutation")}

    def fields(self, kind: str | None) -> tuple[Mapping[str, Any], ...]:
        """The fields of a type."""
        return tuple((self.types.get(kind or "") or {}).get("fields") or ())

    def root(self, kind: str) -> tuple[Mapping[str, Any], ...]:
        """The queries or mutations."""
        return self.fields(self._roots[kind])

    def mutations(self) -> Iterator[Mutation]:
        """Every mutation."""
        for each in self.root("mutation"):
            yield Mutation(each["name"], tuple(each["args"]), named(each["type"]))

    def things(self) -> Iterator[str]:
        """The types of objects that have an id, or that are asked for by one."""
        for name, kind in self.types.items():
            if kind["kind"] == "OBJECT" and not name.startswith("__") and name not in self._roots.values():
                yield name


def named(kind: Mapping[str, Any]) -> str:
    """The name inside of lists and non-nulls."""
    while kind.get("ofType"):
        kind = kind["ofType"]
    return str(kind.get("name"))


class MutationSolver:
    """Solves the states of interactions that speak GraphQL, at the path that they are sent to."""

    def __init__(self, client: ProviderClient) -> None:
        self._client = client
        self._schemas: dict[str, Schema | None] = {}

    def begin(self, wanted: Wanted) -> Round:
        """A new interaction begins. What mutations made stays: there is no word for taking back."""
        exchange = wanted.exchange
        headers = exchange.request.headers if exchange else {}
        return Round({name.lower(): ", ".join(values) for name, values in headers.items()})

    def end(self) -> None:
        """Nothing is held."""

    def solve(self, state: ProviderState, wanted: Wanted, now: Round, ids: Substitutions) -> Mapping[str, JsonValue]:
        """Brings a state about. Raises NotSolvable."""
        operation = next(iter(operations_of(wanted.interaction)), None)
        if operation is None:
            raise NotSolvable("the interaction sends no operation that can be read")
        schema = self._schema(operation.path)
        words = wording(state.name)
        if self._holds_already(operation, wanted, now):
            now.steps.append(HELD)
            return {}
        if words.is_negative:
            self._nothing_there(operation, wanted, now)
            return {}
        thing = self._thing(schema, words)
        mutation = self._maker(schema, thing)
        for index in range(min(words.count, _MOST_MADE)):
            made = self._make(schema, mutation, operation, (state, wanted, words), now, index)
            self._learn(made, thing, state, ids)
        now.steps.append(f"mutation {mutation.name}")
        return {}

    def _schema(self, path: str) -> Schema:
        if path not in self._schemas:
            try:
                self._schemas[path] = Schema(running_schema(self._client, path))
            except (SchemaNotThere, KeyError, TypeError, ValueError):
                self._schemas[path] = None
        schema = self._schemas[path]
        if schema is None:
            raise NotSolvable(f"POST {path} does not tell its schema")
        return schema

    def _holds_already(self, operation: Operation, wanted: Wanted, now: Round) -> bool:
        """Whether a query goes well as the provider is."""
        if not operation.text.lstrip().startswith(("query", "{")):
            return False
        return wanted.is_met_by(*self._asked(operation.path, dict(operation.payload), now))

    def _nothing_there(self, operation: Operation, wanted: Wanted, now: Round) -> None:
        if operation.text.lstrip().startswith("mutation"):
            now.steps.append(f"{HELD}: the mutation does not depend on it")
            return
        _, told = self._asked(operation.path, dict(operation.payload), now)
        there = max((len(items) for _, items in arrays_in(told)), default=0)
        if there:
            raise NotSolvable(f"there are {there} already, and no mutation takes them away")
        # Whatever else is not as expected is the provider's fault, and the replay will say it.
        now.steps.append(f"{HELD}: there is none")
        del wanted

    @staticmethod
    def _thing(schema: Schema, words: Wording) -> str:
        for noun in words.nouns:
            for name in schema.things():
                if parts(name) == parts(noun):
                    return name
        raise NotSolvable(f"no type of the schema is a {' or '.join(words.nouns) or 'thing'}")

    @staticmethod
    def _maker(schema: Schema, thing: str) -> Mutation:
        """The mutation whose name says that it makes such a thing, and whose answer holds one."""
        for mutation in schema.mutations():
            words = parts(mutation.name)
            answers = {mutation.answer, *(named(each["type"]) for each in schema.fields(mutation.answer))}
            if thing in answers and words and any(alike(words[0], verb) or words[0] == verb for verb in _MAKES):
                return mutation
        raise NotSolvable(f"no mutation makes a {thing}")

    def _make(
        self,
        schema: Schema,
        mutation: Mutation,
        operation: Operation,
        about: tuple[ProviderState, Wanted, Wording],
        now: Round,
        index: int,
    ) -> JsonValue:
        state, wanted, words = about
        wishes = {**named_values(wanted.expected), **named_values(operation.variables), **state.params}
        values = _Values(schema, wishes, index, varied=words.kinds)
        variables = {each["name"]: values.of(each["type"], each["name"], 0) for each in mutation.arguments}
        declared = ", ".join(f"${each['name']}: {_written(each['type'])}" for each in mutation.arguments)
        passed = ", ".join(f"{each['name']}: ${each['name']}" for each in mutation.arguments)
        inner = _selection(schema, mutation.answer, 0)
        head, call = (f"({declared})", f"({passed})") if declared else ("", "")
        query = f"mutation{head} {{ {mutation.name}{call} {inner} }}"
        status, told = self._asked(operation.path, {"query": query, "variables": variables}, now)
        data = told.get("data") if isinstance(told, dict) else None
        answer = data.get(mutation.name) if isinstance(data, dict) else None
        errors = told.get("errors") if isinstance(told, dict) else None
        refused = isinstance(answer, dict) and bool(answer.get("errors") or answer.get("userErrors"))
        if status >= 400 or errors or answer is None or refused:
            raise NotSolvable(f"mutation {mutation.name} was refused: {json.dumps(told)[:200]}")
        return answer

    def _asked(self, path: str, payload: Mapping[str, Any], now: Round) -> tuple[int, JsonValue]:
        kept = {name: value for name, value in now.headers.items() if name in ("authorization", "cookie")}
        headers = {**kept, "content-type": "application/json", "accept": "application/json"}
        try:
            answer = self._client.send("POST", path, headers=headers, body=json.dumps(payload).encode())
        except ProviderSilent as silent:
            raise NotSolvable(f"POST {path}: {silent}") from silent
        try:
            return answer.status, json.loads(answer.body)
        except (ValueError, RecursionError):
            return answer.status, None

    @staticmethod
    def _learn(made: JsonValue, thing: str, state: ProviderState, ids: Substitutions) -> None:
        """The pact's id of the thing, where the state's parameters have it, means the new one."""
        names = frozenset({"id", f"{thing.lower()}_id", f"{thing[0].lower()}{thing[1:]}Id"})
        real = named_values(made).get("id")
        pact = next((value for name, value in state.params.items() if name in names), None)
        if pact is not None and isinstance(real, str | int):
            ids.add(Substitution(f"/{thing}", str(pact), real, names))


@dataclass(frozen=True, slots=True)
class _Values:
    """Makes values of arguments: as wished where the names are the same."""

    schema: Schema
    wishes: Mapping[str, JsonValue]
    index: int
    varied: bool

    def of(self, kind: Mapping[str, Any], name: str, depth: int) -> JsonValue:
        if kind["kind"] == "NON_NULL":
            return self.of(kind["ofType"], name, depth)
        if kind["kind"] == "LIST":
            return [self.of(kind["ofType"], name, depth)]
        wished = self.wishes.get(name)
        if kind["kind"] == "ENUM":
            return self._choice(kind["name"], wished)
        if kind["kind"] == "INPUT_OBJECT":
            return self._object(kind["name"], depth)
        if isinstance(wished, str | int | float) and _is_of(kind["name"], wished):
            return wished
        return _SCALARS.get(kind["name"], f"{name} {self.index + 1}")

    def _choice(self, name: str, wished: JsonValue) -> JsonValue:
        choices = [each["name"] for each in self.schema.types[name].get("enumValues") or ()]
        first = choices.index(wished) if wished in choices else 0
        return choices[(first + (self.index if self.varied else 0)) % len(choices)] if choices else None

    def _object(self, name: str, depth: int) -> JsonValue:
        fields = self.schema.types[name].get("inputFields") or ()
        return {
            each["name"]: self.of(each["type"], each["name"], depth + 1)
            for each in fields
            if depth < _DEEPEST and (each["type"]["kind"] == "NON_NULL" or each["name"] in self.wishes)
        }


def _is_of(scalar: str, value: JsonValue) -> bool:
    if isinstance(value, bool):
        return scalar == "Boolean"
    kinds: Mapping[str, tuple[type, ...]] = {"Int": (int,), "Float": (int, float), "Boolean": (bool,)}
    return isinstance(value, kinds.get(scalar, (str,)))


def _written(kind: Mapping[str, Any]) -> str:
    if kind["kind"] == "NON_NULL":
        return f"{_written(kind['ofType'])}!"
    return f"[{_written(kind['ofType'])}]" if kind["kind"] == "LIST" else str(kind["name"])


def _selection(schema: Schema, kind: str, depth: int) -> str:
    """Everything of a type that can be asked for without arguments, two levels deep."""
    asked = []
    for each in schema.fields(kind):
        inner = named(each["type"])
        if each["args"]:
            continue
        if not schema.fields(inner):
            asked.append(str(each["name"]))
        elif depth < 2 and (chosen := _selection(schema, inner, depth + 1)):
            asked.append(f"{each['name']} {chosen}")
    return f"{{ {' '.join(asked)} }}" if asked else ""
