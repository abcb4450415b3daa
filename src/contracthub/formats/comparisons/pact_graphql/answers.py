"""What a consumer expects back: the answers in a response, and what of them is not as GraphQL answers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from contracthub.domain.errors import HubError
from contracthub.formats import safe_json
from contracthub.formats.comparisons.pact_graphql.carried import Sending, body_position
from contracthub.formats.comparisons.pact_graphql.findings import shown
from contracthub.formats.comparisons.pact_graphql.operations import Flaw
from contracthub.formats.comparisons.pact_graphql.steps import Here
from contracthub.formats.comparisons.pact_openapi.media_types import is_json
from contracthub.formats.comparisons.pact_openapi.pact_file import MISSING, Side
from contracthub.formats.safe_json import JsonValue

_MEMBERS = frozenset({"data", "errors", "extensions"})
# An answer in parts: what follows the first one says itself where it belongs.
_MORE = frozenset({"hasNext", "incremental", "pending", "completed"})
_MOST_ERRORS = 100
_PARTS_OF_ERROR: Mapping[str, tuple[type, str]] = {
    "message": (str, "a text"),
    "locations": (list, "a list"),
    "path": (list, "a list"),
    "extensions": (dict, "an object"),
}

Told = tuple[Flaw, str]
"""What is wrong, and the pointer to it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one operation; ``here`` is None where none can be read, ``data`` also where it is null.

    ``is_refusal``: the consumer expects that nothing is executed.
    """

    data: JsonValue = None
    here: Here | None = None
    is_refusal: bool = False


def answers_to(sending: Sending, response: Side) -> tuple[tuple[Answer, ...], tuple[Told, ...]]:
    """One answer for each operation that is sent, and what is wrong with all of them."""
    status = response.raw.get("status", 200)
    failed = isinstance(status, int) and status >= 400
    nothing = (Answer(is_refusal=failed),) * len(sending.operations)
    body, here = response.body, Here("response.body", response.body_pointer, body_position(response))
    if body is MISSING:
        return nothing, ()
    if isinstance(body, str):
        return _of_text(body, response, sending, nothing, failed=failed)
    if not sending.is_batch:
        answer, flaws = _answer(body, here, failed=failed)
        return (answer,), tuple(flaws)
    if isinstance(body, list) and len(body) == len(sending.operations):
        found = [_answer(each, here.item(index), failed=failed) for index, each in enumerate(body)]
        return tuple(answer for answer, _ in found), tuple(flaw for _, flaws in found for flaw in flaws)
    if failed:
        return nothing, ()
    what = f"a list of {len(body)}" if isinstance(body, list) else shown(body)
    told = f"{len(sending.operations)} operations are sent together, and the answer is {what}"
    return nothing, ((Flaw("graphql.response.batch", told, here.path), here.pointer),)


def _of_text(
    body: str, response: Side, sending: Sending, nothing: tuple[Answer, ...], *, failed: bool
) -> tuple[tuple[Answer, ...], tuple[Told, ...]]:
    content_type = response.header("content-type")
    if failed:
        return nothing, ()
    if content_type is not None and not is_json(content_type):
        told = f"The answer is {content_type.partition(';')[0][:100]}, which is not compared"
        return nothing, ((Flaw("graphql.response.unread", told, "response.body"), response.body_pointer),)
    try:
        value = safe_json.loads(body)
    except HubError:
        value = None
    if not isinstance(value, dict | list):
        told = "The answer is a text, and not JSON"
        return nothing, ((Flaw("graphql.response.malformed", told, "response.body"), response.body_pointer),)
    return answers_to(sending, replace(response, body=value))


def _answer(body: JsonValue, here: Here, *, failed: bool) -> tuple[Answer, list[Told]]:
    is_answer = isinstance(body, dict) and not _MEMBERS.isdisjoint(body)
    if failed and not is_answer:
        # Something in front of the server may refuse in words of its own.
        return Answer(is_refusal=True), []
    if not isinstance(body, dict):
        told = f"The answer is {shown(body)}, not an object"
        return Answer(), [(Flaw("graphql.response.malformed", told, here.path), here.pointer)]
    data, errors = body.get("data"), body.get("errors")
    flaws = [*_unknown(body, here, failed=failed)]
    if "errors" in body:
        flaws += _of_errors(errors, here.member("errors"))
    if data is not None:
        return Answer(data, here.member("data")), flaws
    return Answer(is_refusal=bool(errors) or failed), flaws


def _unknown(body: dict[str, JsonValue], here: Here, *, failed: bool) -> Iterator[Told]:
    if failed or not _MORE.isdisjoint(body):
        return
    for name in body:
        if name not in _MEMBERS:
            place = here.member(name)
            told = f"An answer of GraphQL has no {name[:200]!r} beside data, errors and extensions"
            yield Flaw("graphql.response.malformed", told, place.path), place.pointer


def _of_errors(errors: JsonValue, here: Here) -> Iterator[Told]:
    if errors is None or errors == []:
        told = "It expects errors without an error in it"
        yield Flaw("graphql.response.errors-empty", told, here.path), here.pointer
        return
    if not isinstance(errors, list):
        yield Flaw("graphql.response.errors", f"It is {shown(errors)}, not a list", here.path), here.pointer
        return
    for index, each in enumerate(errors[:_MOST_ERRORS]):
        yield from _of_error(each, here.item(index))


def _of_error(error: JsonValue, here: Here) -> Iterator[Told]:
    if not isinstance(error, dict):
        yield Flaw("graphql.response.errors", f"It is {shown(error)}, not an object", here.path), here.pointer
        return
    for name, (kind, words) in _PARTS_OF_ERROR.items():
        value, place = error.get(name), here.member(name)
        may_be_null = name != "message"
        if name in error and not isinstance(value, kind) and not (value is None and may_be_null):
            told = f"The {name} of an error is {shown(value)}, not {words}"
            yield Flaw("graphql.response.errors", told, place.path), place.pointer
