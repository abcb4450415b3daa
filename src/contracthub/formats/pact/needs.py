"""What a pact relies on: status, headers, every leaf of bodies and message contents, and the rules that govern them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from contracthub.formats import safe_json
from contracthub.formats.needs import JSON_TYPES, TYPES_OF_MATCHERS, Direction, JsonType, Need, Shape
from contracthub.formats.pact.expressions import ANY, written
from contracthub.formats.pact.model import (
    AsyncMessage,
    Body,
    HttpExchange,
    Interaction,
    MatchingRule,
    Message,
    PactDocument,
    Part,
    Presence,
    Request,
    Response,
    SyncMessages,
    Values,
)
from contracthub.formats.pact.rule_index import Position, body_rules, named_rules
from contracthub.formats.safe_json import JsonObject, JsonValue

# Under these names client libraries say where a message travels, most telling first.
CHANNEL_NAMES = ("kafka_topic", "topic", "channel", "destination", "queue", "exchange", "routing_key", "subject")

# Beyond this a body counts as one need, whole: coarser, never less. About a second of work.
MOST_LEAVES = 100_000

_LONGEST_EXAMPLE = 200
# Client libraries match the text of a GraphQL query by a pattern; what it uses is in the example alone.
_QUERY, _LONGEST_QUERY = "$.query", 200_000
_DETAILS = ("regex", "format", "value", "timestamp", "datetime", "date", "time", "status")


def needs(document: PactDocument) -> tuple[Need, ...]:
    """Everything that the consumer relies on, in the order of the document, each need once per interaction.

    A list that a rule governs by wildcard is written as ``[*]``; without such a rule every item counts by its index.
    After ``MOST_LEAVES`` leaves in one pact, what remains of an object or list is needed as a whole.
    """
    budget = _Budget()
    found = (need for interaction in document.interactions for need in _interaction_needs(interaction, budget))
    return tuple(dict.fromkeys(found))


@dataclass(slots=True)
class _Budget:
    """How many more leaves are looked at one by one."""

    left: int = MOST_LEAVES

    def covers(self, count: int) -> bool:
        """Whether this many more may be looked at; counts them when so."""
        if count > self.left:
            return False
        self.left -= count
        return True


def _interaction_needs(interaction: Interaction, budget: _Budget) -> Iterator[Need]:
    match interaction.exchange:
        case HttpExchange(request, response):
            operation = f"{request.method} {request.path}"
            yield from _of(interaction, operation, Direction.REQUEST, _request(request, budget))
            yield from _of(interaction, operation, Direction.RESPONSE, _response(response, budget))
        case AsyncMessage(message):
            yield from _of(interaction, channel(interaction, message), Direction.MESSAGE, _message(message, budget))
        case SyncMessages(question, answers):
            operation = channel(interaction, question)
            yield from _of(interaction, operation, Direction.REQUEST, _message(question, budget))
            for answer in answers:
                yield from _of(interaction, operation, Direction.RESPONSE, _message(answer, budget))


def channel(interaction: Interaction, message: Message) -> str:
    """Where a message travels: what its metadata says, else the description."""
    for name in CHANNEL_NAMES:
        value = message.metadata.get(name)
        if isinstance(value, str) and value:
            return value
    return interaction.description


_Found = tuple[Part, str, Shape]


def _of(interaction: Interaction, operation: str, direction: Direction, found: Iterable[_Found]) -> Iterator[Need]:
    for part, path, shape in found:
        yield Need(operation, direction, part, path, shape, interaction.description)


def _request(request: Request, budget: _Budget) -> Iterator[_Found]:
    yield from _named(Part.QUERY, request.query, request.rules)
    yield from _named(Part.HEADER, request.headers, request.rules)
    yield from _body(request.body, request.rules, budget)


def _response(response: Response, budget: _Budget) -> Iterator[_Found]:
    rule = named_rules(response.rules, Part.STATUS).get("")
    yield Part.STATUS, "", _shape(response.status, rule)
    yield from _named(Part.HEADER, response.headers, response.rules)
    yield from _body(response.body, response.rules, budget)


def _message(message: Message, budget: _Budget) -> Iterator[_Found]:
    yield from _body(message.contents, message.rules, budget)
    rules = named_rules(message.rules, Part.METADATA)
    for name, value in message.metadata.items():
        yield Part.METADATA, name, _shape(value, rules.get(name.lower()))


def _named(part: Part, values: Values, rules: tuple[MatchingRule, ...]) -> Iterator[_Found]:
    by_name = named_rules(rules, part)
    for name, texts in values.items():
        for text in dict.fromkeys(texts):
            yield part, name, _shape(text, by_name.get(name.lower()))


def _body(body: Body, rules: tuple[MatchingRule, ...], budget: _Budget) -> Iterator[_Found]:
    position = body_rules(rules)
    if body.presence is Presence.MISSING:
        return
    if body.binary_size is not None:
        kind = position.rule.matchers[0].kind if position.rule else "equality"
        yield Part.BODY, "$", Shape(JsonType.BINARY, kind)
        return
    for path, value, rule in _leaves(body.value, position, budget):
        yield Part.BODY, path, _shape(value, rule, _LONGEST_QUERY if path == _QUERY else _LONGEST_EXAMPLE)


def _leaves(
    value: JsonValue, position: Position, budget: _Budget
) -> Iterator[tuple[str, JsonValue, MatchingRule | None]]:
    """Scalars and empty containers, by expression. Iterates, because a body may be as deep as the limits allow."""
    todo: list[tuple[str, JsonValue, Position]] = [("$", value, position)]
    while todo:
        path, node, here = todo.pop()
        if isinstance(node, dict) and node and budget.covers(len(node)):
            todo.extend((path + written(name), node[name], here.step(name)) for name in reversed(node))
        elif isinstance(node, list) and node and budget.covers(len(node)):
            is_alike = _is_of_like_items(here)
            items = [*enumerate(node)]
            todo.extend(
                (path + written(ANY if is_alike else index), item, here.step(index)) for index, item in reversed(items)
            )
        else:
            yield path, node, here.rule


def _is_of_like_items(position: Position) -> bool:
    """Whether the items of a list are examples of one thing rather than a first, a second and a third."""
    if position.rule and any(matcher.kind == "type" for matcher in position.rule.matchers):
        return True
    return any(ANY in branch.node.children for branch in position.branches)


def _shape(value: JsonValue, rule: MatchingRule | None, longest: int = _LONGEST_EXAMPLE) -> Shape:
    kind = rule.matchers[0].kind if rule else ""
    text = _json(value)
    example = text if len(text) <= longest else None
    return Shape(TYPES_OF_MATCHERS.get(kind, JSON_TYPES[type(value)]), *_condition(text, rule), example)


def _condition(text: str, rule: MatchingRule | None) -> tuple[str, str | None]:
    """Without a rule the value has to be equal. Of several conditions the first is named."""
    if rule is None:
        return "equality", text
    matcher = rule.matchers[0]
    if matcher.kind == "equality":
        return matcher.kind, text
    return matcher.kind, _detail(matcher.facts)


def _detail(facts: JsonObject) -> str | None:
    detail = next((facts[name] for name in _DETAILS if name in facts), None)
    if detail is None or isinstance(detail, str):
        return detail
    return _json(detail)


def _json(value: JsonValue) -> str:
    return safe_json.canonical(value).decode()
