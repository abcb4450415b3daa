"""Laws: what a server really answers fits, what breaks its schema does not, and a field counts where it is selected."""

import copy
from collections.abc import Iterator
from random import Random
from typing import Any

from graphql import FieldNode, GraphQLNonNull, TypeInfo, TypeInfoVisitor, Visitor, build_schema, parse, visit
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from contracthub.domain.comparisons import Finding, Level
from tests.formats.comparisons.pact_graphql import worlds
from tests.formats.comparisons.pact_graphql.pairs import errors_of, found_in, posting
from tests.formats.comparisons.pact_graphql.worlds import World

# A seed, for values that hypothesis likes best (zeros) make fields fail and lists empty, all the time.
_CHANCE = st.integers(0, 2**32 - 1).map(Random)
_SLOW = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def _found(made: World, body: Any, rules: dict[str, Any] | None = None) -> tuple[Finding, ...]:
    return found_in(posting({"query": made.query, "variables": made.variables}, body, read=rules), made.sdl)


def _bad(findings: tuple[Finding, ...]) -> list[Finding]:
    return [each for each in findings if each.level in {Level.ERROR, Level.UNANSWERED}]


@given(_CHANCE)
@_SLOW
def test_what_a_server_really_answers_fits(random: Random) -> None:
    made = worlds.world(random)
    body = worlds.answered(made, random).body
    event("with data" if body.get("data") else "without data")
    assert _bad(_found(made, body)) == []


@given(_CHANCE)
@_SLOW
def test_so_does_every_part_of_it_under_rules_for_kinds(random: Random) -> None:
    made = worlds.world(random)
    body = worlds.answered(made, random).body
    assume(body.get("data"))
    for holder, name in [*_members(body["data"])]:
        if random.random() < 0.3:
            del holder[name]
    rules = {"$.data": "type"} if random.random() < 0.5 else {}
    for path, value in _leaves(body["data"], "$.data"):
        if random.random() < 0.3:
            rules[path] = "integer" if isinstance(value, int) and not isinstance(value, bool) else "type"
    assert _bad(_found(made, body, rules)) == []


@given(_CHANCE)
@_SLOW
def test_what_breaks_the_schema_does_not(random: Random) -> None:
    made = worlds.world(random)
    answered = worlds.answered(made, random)
    body = copy.deepcopy(answered.body)
    assume(body.get("data"))
    places = [path for path in answered.types if _is_there(body["data"], path)]
    assume(places)
    path = random.choice(places)
    kind = answered.types[path]
    wrong = None if isinstance(kind, GraphQLNonNull) and random.random() < 0.3 else worlds.wrong_for(kind)
    assume(wrong is not None or isinstance(kind, GraphQLNonNull))
    _holder(body["data"], path)[path[-1]] = wrong
    event("null" if wrong is None else "a value")
    assert errors_of(_found(made, body)), (path, str(kind), wrong)


@given(_CHANCE)
@_SLOW
def test_an_object_with_more_than_was_asked_for_does_not(random: Random) -> None:
    made = worlds.world(random)
    answered = worlds.answered(made, random)
    body = answered.body
    assume(body.get("data"))
    objects = [body["data"]] + [
        _holder(body["data"], path)[path[-1]]
        for path, kind in answered.types.items()
        if _is_there(body["data"], path) and not str(kind).strip("[]!").startswith("Thing")
    ]
    chosen = random.choice([each for each in objects if isinstance(each, dict)])
    chosen["never_asked_for"] = 1
    assert "graphql.response.unselected" in {each.rule for each in errors_of(_found(made, body))}


@given(_CHANCE)
@_SLOW
def test_a_field_counts_where_it_is_selected_and_nowhere_else(random: Random) -> None:
    made = worlds.world(random)
    body = worlds.answered(made, random).body
    used = _used(made)
    fields = [(kind, name) for kind, members in made.fields.items() for name in members]
    for kind, name in random.sample(fields, 5):
        less = made.without(kind, name)
        if (kind, name) in used:
            asking = posting({"query": made.query, "variables": made.variables})
            assert errors_of(found_in(asking, less.sdl)), (kind, name)
        elif not _is_shared(made, kind, name):
            assert _bad(_found(less, body)) == [], (kind, name)


def _is_shared(made: World, kind: str, name: str) -> bool:
    """A field of an interface has to be in all of its types."""
    return kind == "Named" or (kind in made.named and name in made.fields["Named"])


def _used(made: World) -> set[tuple[str, str]]:
    known = TypeInfo(build_schema(made.sdl))
    used: set[tuple[str, str]] = set()

    class Using(Visitor):
        def enter_field(self, node: FieldNode, *_: object) -> None:
            parent = known.get_parent_type()
            assert parent is not None
            used.add((parent.name, node.name.value))

    visit(parse(made.query), TypeInfoVisitor(known, Using()))
    return used


def _members(value: Any) -> Iterator[tuple[dict[str, Any], str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield value, name
            yield from _members(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _members(inner)


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _leaves(inner, f"{path}[{index}]")
    else:
        yield path, value


def _is_there(data: Any, path: tuple[str | int, ...]) -> bool:
    try:
        _holder(data, path)[path[-1]]
    except (LookupError, TypeError):
        return False
    return True


def _holder(data: Any, path: tuple[str | int, ...]) -> Any:
    for step in path[:-1]:
        data = data[step]
    return data
