"""What of GraphQL a request carries: its operations, as text or by a hash, with their variables."""

from collections.abc import Mapping
from dataclasses import dataclass

from contracthub.domain.errors import HubError, Invalid
from contracthub.formats import safe_json
from contracthub.formats.comparisons.pact_openapi.pact_file import MISSING, Interaction, Kind, Side, request_of
from contracthub.formats.comparisons.pact_openapi.query_text import query_lists
from contracthub.formats.comparisons.pact_openapi.switches import OURS
from contracthub.formats.graphql.carrying import carries_operation, is_operation, is_persisted
from contracthub.formats.pact.places import root_of
from contracthub.formats.pact.rule_index import Position, body_rules
from contracthub.formats.pact.rules import matching_rules
from contracthub.formats.pointers import child
from contracthub.formats.safe_json import JsonObject, JsonValue

_GRAPHQL = "application/graphql"
_NO_RULES = body_rules(())


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """One operation as it is sent.

    ``text`` is None where only a hash is sent. ``path`` and ``pointer`` are of the object that holds all of it;
    ``rules`` are the matching rules of that object.
    """

    text: str | None
    name: JsonValue = None
    variables: JsonValue = None
    extensions: JsonValue = None
    path: str = "request.body"
    pointer: str = ""
    text_pointer: str = ""
    rules: Position = _NO_RULES

    @property
    def sha256(self) -> str | None:
        """The hash under which the text is, or is to be, known to the server."""
        persisted = self.extensions.get("persistedQuery") if isinstance(self.extensions, dict) else None
        said = persisted.get("sha256Hash") if isinstance(persisted, dict) else None
        return said if isinstance(said, str) else None


@dataclass(frozen=True, slots=True)
class Sending:
    """All that one request carries."""

    operations: tuple[Carried, ...]
    is_batch: bool = False
    by_get: bool = False


def carried_by(interaction: Interaction) -> Sending | None:
    """The GraphQL that an interaction sends; None where it sends none. Raises ``Invalid`` for a malformed pact."""
    if interaction.kind is not Kind.HTTP:
        return None
    request = request_of(interaction, OURS)
    method = str(request.raw["method"]).upper()
    if method == "GET":
        return _in_query(request)
    return _in_body(request) if method == "POST" else None


def carries_graphql(interaction: Interaction) -> bool:
    """Whether an interaction sends GraphQL; one that is malformed does not."""
    try:
        return carried_by(interaction) is not None
    except Invalid:
        return False


def body_position(side: Side) -> Position:
    """The matching rules of a body, at its root."""
    rules = side.raw.get("matchingRules")
    return (
        body_rules(matching_rules(root_of(side.raw).member("matchingRules"))) if isinstance(rules, dict) else _NO_RULES
    )


def _in_query(request: Side) -> Sending | None:
    pointer = f"{request.pointer}/query"
    lists = query_lists(request.raw.get("query")) or {}
    sent: Mapping[str, str] = {name: values[0] for name, values in lists.items() if values}
    text = sent.get("query")
    extensions = _json(sent.get("extensions"))
    if not is_persisted({**sent, "extensions": extensions}) and not is_operation(text, str(request.raw["path"])):
        return None
    text_pointer = pointer if isinstance(request.raw.get("query"), str) else f"{pointer}/query"
    operation = Carried(
        text=text,
        name=sent.get("operationName"),
        variables=_json(sent.get("variables")),
        extensions=extensions,
        path="request.query",
        pointer=pointer,
        text_pointer=text_pointer,
    )
    return Sending((operation,), by_get=True)


def _in_body(request: Side) -> Sending | None:
    body = request.body
    if body is MISSING:
        return None
    content_type = (request.header("content-type") or "").strip().lower()
    if isinstance(body, str) and content_type.startswith(_GRAPHQL) and not content_type.startswith(f"{_GRAPHQL}+"):
        return _as_text(request, body)
    value = _json(body) if isinstance(body, str) else body
    assert not isinstance(value, type(MISSING))
    rules, pointer = body_position(request), request.body_pointer
    if isinstance(value, list):
        items = [each for each in value if isinstance(each, dict) and _is_sent(each, request)]
        if not items or len(items) != len(value):
            return None
        return Sending(
            tuple(
                _in_object(each, child(pointer, index), f"request.body[{index}]", rules.step(index))
                for index, each in enumerate(items)
            ),
            is_batch=True,
        )
    if isinstance(value, dict) and _is_sent(value, request):
        return Sending((_in_object(value, pointer, "request.body", rules),))
    return None


def _as_text(request: Side, body: str) -> Sending:
    sent = {name: values[0] for name, values in (query_lists(request.raw.get("query")) or {}).items() if values}
    operation = Carried(
        text=body,
        name=sent.get("operationName"),
        variables=_json(sent.get("variables")),
        pointer=request.body_pointer,
        text_pointer=request.body_pointer,
    )
    return Sending((operation,))


def _in_object(value: JsonObject, pointer: str, path: str, rules: Position) -> Carried:
    text = value.get("query")
    return Carried(
        text=text if isinstance(text, str) else None,
        name=value.get("operationName"),
        variables=value.get("variables"),
        extensions=value.get("extensions"),
        path=path,
        pointer=pointer,
        text_pointer=child(pointer, "query"),
        rules=rules,
    )


def _is_sent(value: JsonObject, request: Side) -> bool:
    return is_persisted(value) or carries_operation(value, str(request.raw["path"]))


def _json(text: JsonValue) -> JsonValue:
    """The JSON in a text; what is none stays the text, and is found to be no object."""
    if not isinstance(text, str):
        return text
    try:
        return safe_json.loads(text)
    except HubError:
        return text
