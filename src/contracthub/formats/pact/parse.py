"""Reads a pact of specification version 1 to 4 into the model, and says everything that is wrong with it at once.

What the hub demands for storing a pact is much less, and stands in ``content``.
"""

from collections.abc import Iterator
from urllib.parse import parse_qsl

from contracthub.domain.errors import Fault, Invalid
from contracthub.formats.limits import DOCUMENT, Limits
from contracthub.formats.pact import bodies
from contracthub.formats.pact.content import LISTS, PactContent, read_content
from contracthub.formats.pact.identity import interaction_id
from contracthub.formats.pact.model import (
    AsyncMessage,
    Body,
    Exchange,
    HttpExchange,
    Interaction,
    Message,
    PactDocument,
    ProviderState,
    Request,
    Response,
    Specification,
    SyncMessages,
    Values,
)
from contracthub.formats.pact.places import Place, root_of
from contracthub.formats.pact.rules import generators, matching_rules
from contracthub.formats.safe_json import JsonObject, JsonValue

_HTTP, _MESSAGE, _SYNC_MESSAGE = "Synchronous/HTTP", "Asynchronous/Messages", "Synchronous/Messages"
_MOST_QUERY_FIELDS = 10_000


def parse(data: bytes | str, limits: Limits = DOCUMENT) -> PactDocument:
    """The pact in these bytes, or ``Invalid`` with up to 50 faults, each with a JSON pointer."""
    document, faults = read(read_content(data, limits))
    if faults:
        raise Invalid("not-a-pact", _summary(faults), faults=faults)
    return document


def read(content: PactContent) -> tuple[PactDocument, tuple[Fault, ...]]:
    """What can be read of any content, and what is wrong with it.

    Never raises, so that a page can show the worst of pacts.
    """
    root = root_of(content.document)
    specification = _specification(root, content)
    document = PactDocument(
        consumer_name=root.member("consumer").member("name").required().text(),
        provider_name=root.member("provider").member("name").required().text(),
        specification=specification,
        interactions=tuple(_interactions(root, specification)),
    )
    if content.interactions is None and content.messages is None:
        root.fault("has neither a list 'interactions' nor a list 'messages'; add one")
    return document, tuple(root.reading.faults)


def _summary(faults: tuple[Fault, ...]) -> str:
    first = "; ".join(f"{fault.pointer or 'the document'} {fault.text}" for fault in faults[:3])
    more = f" (and {len(faults) - 3} more)" if len(faults) > 3 else ""
    return f"The document is not a pact: {first}{more}."


def _specification(root: Place, content: PactContent) -> Specification:
    version = content.specification_version
    if isinstance(version, str):
        for specification in reversed(Specification):
            if version == specification or version.split(".")[0] == specification.split(".")[0] != "1":
                return specification
        if version.split(".")[0] == "1":
            return Specification.V1_1 if version.startswith("1.1") else Specification.V1
    if version is not None:
        root.member("metadata").fault("names a specification version that is not known; use 1.0.0 to 4.0")
    return _guessed(content)


def _guessed(content: PactContent) -> Specification:
    """Old clients wrote no version; the layout tells."""
    members = [item for item in (*(content.interactions or ()), *(content.messages or ())) if isinstance(item, dict)]
    if any("type" in item for item in members):
        return Specification.V4
    if content.messages is not None or any("providerStates" in item for item in members):
        return Specification.V3
    return Specification.V2


def _interactions(root: Place, specification: Specification) -> Iterator[Interaction]:
    for name in LISTS:
        for place in root.member(name).items():
            yield _interaction(place, name, specification)


def _interaction(place: Place, list_name: str, specification: Specification) -> Interaction:
    place.object()
    return Interaction(
        pointer=place.pointer,
        id=interaction_id(place.value),
        description=place.member("description").required().text(),
        provider_states=tuple(_states(place)),
        exchange=_exchange(place, list_name, specification),
        key=place.member("key").optional_text(),
        is_pending=place.member("pending").flag(),
        comments=tuple(_comments(place.member("comments"))),
    )


def _states(place: Place) -> Iterator[ProviderState]:
    """Version 3 has a list of states with parameters, older versions one name; ``provider_state`` is older still."""
    several = place.member("providerStates")
    if isinstance(several.value, list):
        for state in several.items():
            yield ProviderState(state.member("name").required().text(), dict(state.member("params").object()))
        return
    for name in ("providerStates", "providerState", "provider_state"):
        state_name = place.member(name).optional_text()
        if state_name:
            yield ProviderState(state_name, {})
            return


def _comments(place: Place) -> Iterator[str]:
    for name in ("testname", "text"):
        value = place.member(name).value
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str):
                yield text


def _exchange(place: Place, list_name: str, specification: Specification) -> Exchange:
    kind = place.member("type").text(_MESSAGE if list_name == "messages" else _HTTP)
    if kind == _MESSAGE:
        return AsyncMessage(_message(place, specification))
    if kind == _SYNC_MESSAGE:
        answers = place.member("response")
        several = answers.items() if isinstance(answers.value, list) else [answers]
        request = _message(place.member("request").required(), specification)
        return SyncMessages(request, tuple(_message(answer, specification) for answer in several))
    if kind != _HTTP:
        place.member("type").fault(f"is not one of {_HTTP}, {_MESSAGE}, {_SYNC_MESSAGE}; correct it")
    return HttpExchange(
        _request(place.member("request").required(), specification),
        _response(place.member("response").required(), specification),
    )


def _request(place: Place, specification: Specification) -> Request:
    headers = _headers(place.member("headers"))
    is_there = bool(place.object())
    method, path = place.member("method"), place.member("path")
    return Request(
        method=(method.required() if is_there else method).text("GET").upper(),
        path=(path.required() if is_there else path).text("/"),
        query=_query(place.member("query")),
        headers=headers,
        body=_body(place.member("body"), _content_type(headers), specification),
        rules=matching_rules(place.member("matchingRules")),
        generators=generators(place.member("generators")),
    )


def _response(place: Place, specification: Specification) -> Response:
    headers = _headers(place.member("headers"))
    return Response(
        status=_status(place.member("status")),
        headers=headers,
        body=_body(place.member("body"), _content_type(headers), specification),
        rules=matching_rules(place.member("matchingRules")),
        generators=generators(place.member("generators")),
    )


def _message(place: Place, specification: Specification) -> Message:
    metadata: JsonObject = dict(place.member("metadata" if place.member("metadata").is_there else "metaData").object())
    named = metadata.get("contentType", metadata.get("content-type"))
    content_type = named if isinstance(named, str) else "application/json"
    name = "contents" if place.member("contents").is_there else "content"
    return Message(
        contents=_body(place.member(name), content_type, specification),
        metadata=metadata,
        rules=matching_rules(place.member("matchingRules")),
        generators=generators(place.member("generators")),
    )


def _status(place: Place) -> int:
    """The status as a number; version 1 and 2 clients may write it as a string, a missing one means 200."""
    value = place.value
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) == 3:
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 100 <= value <= 599:
        return value
    if value is not None:
        place.fault("must be a status from 100 to 599")
    return 200


def _body(place: Place, content_type: str | None, specification: Specification) -> Body:
    if specification is Specification.V4:
        return bodies.wrapped_body(place, content_type)
    return bodies.plain_body(place, content_type)


def _content_type(headers: Values) -> str | None:
    return next((values[0] for name, values in headers.items() if name.lower() == "content-type" and values), None)


def _headers(place: Place) -> Values:
    return {name: _texts(value) for name, value in place.members()}


def _query(place: Place) -> Values:
    """Versions 1 and 2 write the query as one string, later ones as lists by name."""
    if not isinstance(place.value, str):
        return {name: _texts(value) for name, value in place.members()}
    fields: dict[str, list[str]] = {}
    try:
        pairs = parse_qsl(place.value, keep_blank_values=True, max_num_fields=_MOST_QUERY_FIELDS)
    except ValueError:
        place.fault(f"has more than {_MOST_QUERY_FIELDS} fields")
        pairs = []
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    return {name: tuple(values) for name, values in fields.items()}


def _texts(place: Place) -> tuple[str, ...]:
    values = place.value if isinstance(place.value, list) else [place.value]
    return tuple(_text(value, place) for value in values)


def _text(value: JsonValue, place: Place) -> str:
    """Some clients write numbers and booleans as values of headers and queries."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    if value is not None:
        place.fault("must be a string or a list of strings")
    return ""
