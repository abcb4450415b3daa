"""One operation from end to end: read, held against the schema, sent, and its answer judged."""

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote, urlencode

from contracthub.domain.errors import HubError
from contracthub.domain.verification_reports import Mismatch
from contracthub.domain.verification_runs import Check, CheckStatus, Suite
from contracthub.formats import safe_json
from contracthub.formats.pact.expressions import Step, expression_from
from contracthub.formats.safe_json import JsonValue
from contracthub.verification.graphql.judge import Judge, NotJudged, Refused
from contracthub.verification.graphql.operations import Operation
from contracthub.verification.provider_client import ProviderAnswer, ProviderClient, ProviderSilent
from contracthub.verification.provider_states import NoStates, StateChanger, StateMissing, StatesInOrder
from contracthub.verification.state_solving.solving import Solving
from contracthub.verification.state_solving.wanted import Wanted

_ACCEPT = "application/graphql-response+json, application/json;q=0.9"
_LONGEST_TEXT = 300


class _Ended(Exception):
    """A check came to its end before its last step."""

    def __init__(self, status: CheckStatus, error: str, mismatches: tuple[Mismatch, ...] = ()) -> None:
        super().__init__(error)
        self.status, self.error, self.mismatches = status, error, mismatches


@dataclass(slots=True)
class _Progress:
    """What is known of an operation so far."""

    operation: str = ""
    notes: list[str] = field(default_factory=list)
    uses: tuple[str, ...] = ()
    status_code: int | None = None
    milliseconds: float | None = None


@dataclass(frozen=True, slots=True)
class OperationCheck:
    """Checks operations one after the other, against one provider and with one judge."""

    client: ProviderClient
    path: str
    judge: Judge
    states: StateChanger
    deadline: float
    solving: Solving | None = None

    def of(self, operation: Operation) -> Check:
        """What came of it; it never raises for what provider, contract or schema are like."""
        so_far = _Progress(operation=f"{operation.method} {operation.path or self.path}")
        try:
            mismatches = self._mismatches(operation, so_far)
            status = CheckStatus.FAILED if mismatches else CheckStatus.PASSED
            error = _sentence(mismatches)
        except _Ended as end:
            status, error, mismatches = end.status, end.error, end.mismatches
        except NotJudged as failure:
            status, error, mismatches = CheckStatus.COULD_NOT_RUN, str(failure), ()
        if status is CheckStatus.FAILED and operation.pending:
            status = CheckStatus.PENDING
        return Check(
            suite=Suite.GRAPHQL,
            name=operation.name,
            status=status,
            consumer=operation.consumer,
            consumer_version=operation.consumer_version,
            operation=so_far.operation,
            status_code=so_far.status_code,
            provider_states=tuple(state.name for state in operation.states),
            mismatches=mismatches,
            error=error,
            milliseconds=so_far.milliseconds,
            uses=so_far.uses,
            notes=tuple(so_far.notes),
        )

    def _mismatches(self, operation: Operation, so_far: _Progress) -> tuple[Mismatch, ...]:
        if operation.unverifiable:
            raise _Ended(CheckStatus.COULD_NOT_RUN, operation.unverifiable)
        if time.monotonic() >= self.deadline:
            raise _Ended(CheckStatus.COULD_NOT_RUN, "The deadline came before its turn.")
        read = self._read(operation, so_far)
        if _is_left_unsent(operation, read, so_far):
            return ()
        try:
            done = self._states_for(operation).set_up(operation.states)
        except StateMissing as missing:
            raise _Ended(CheckStatus.MISSING_STATE, f"The provider state could not be set up: {missing}") from missing
        so_far.notes += done.notes
        try:
            answer = self._answer(operation, so_far)
        finally:
            self.states.tear_down(operation.states)
        return (*_of_status(operation, answer), *self._of_body(operation, answer, so_far))

    def _states_for(self, operation: Operation) -> StateChanger:
        """Who sets the operation's states up: the handler there is, and what it does not know is solved."""
        solving = self.solving
        if solving is None or operation.interaction is None:
            return self.states
        wanted = Wanted(operation.consumer, operation.interaction)
        handler = None if isinstance(self.states, NoStates) else self.states
        return StatesInOrder(handler, lambda states: solving.set_up_for(wanted, states))

    def _read(self, operation: Operation, so_far: _Progress) -> Mapping[str, Any]:
        """What the operation is. Ends the check where it does not fit the schema, unless its consumer knows that."""
        expects_errors = operation.expectation is not None and operation.expectation.of_errors
        try:
            read = self.judge.operation(operation)
        except Refused as refused:
            if expects_errors:
                return {"kind": "query", "needed": []}
            fault = Mismatch("query", "", str(refused))
            raise _Ended(CheckStatus.FAILED, f"It is no GraphQL operation: {refused}", (fault,)) from refused
        so_far.operation = str(read["name"])
        so_far.notes += read["deprecated"]
        if read["faults"] and not expects_errors:
            mismatches = tuple(Mismatch("query", _named(each), _worded(each)) for each in read["faults"])
            raise _Ended(CheckStatus.FAILED, _sentence(mismatches), mismatches)
        return read

    def _answer(self, operation: Operation, so_far: _Progress) -> ProviderAnswer:
        left = self.deadline - time.monotonic()
        client = replace(self.client, timeout=max(0.001, min(self.client.timeout, left)))
        method, path, headers, body = request_of(operation, self.path)
        if self.solving is not None:
            path, changed = self.solving.request(method, path, body or b"")
            body = changed if body is not None else None
        try:
            answer = client.send(method, path, headers=headers, body=body)
        except ProviderSilent as silent:
            fault = Mismatch("error", "", f"error sending request: {silent}")
            raise _Ended(CheckStatus.FAILED, f"The provider gave no answer: {silent}.", (fault,)) from silent
        so_far.status_code, so_far.milliseconds = answer.status, answer.milliseconds
        return answer if self.solving is None else replace(answer, body=self.solving.answered(answer.body))

    def _of_body(self, operation: Operation, answer: ProviderAnswer, so_far: _Progress) -> Iterator[Mismatch]:
        expectation = operation.expectation
        if expectation is not None and not expectation.has_body and not 200 <= expectation.status < 300:
            return
        try:
            body = safe_json.loads(answer.body)
        except HubError as error:
            yield Mismatch("body", "$", f"The answer is no JSON: {error.message[:_LONGEST_TEXT]}")
            return
        if (fault := _no_response(body, expected=expectation is not None)) is not None:
            yield fault
            return
        assert isinstance(body, dict)
        listed = body.get("errors")
        errors = listed if isinstance(listed, list) else []
        unexpected = bool(errors) and not (expectation is not None and expectation.of_errors)
        judged = self._judged(operation, body, errors)
        so_far.uses = tuple(judged["uses"])
        if unexpected:
            yield from _of_errors(errors)
        yield from _once(judged, skip_missing_data=unexpected)

    def _judged(self, operation: Operation, body: JsonValue, errors: list[JsonValue]) -> Mapping[str, Any]:
        try:
            return self.judge.exchange(operation, body, [path for each in errors if (path := _path_in(each))])
        except Refused:
            # A text that is no operation, whose consumer expects to be told so: there is nothing to hold it against.
            return {"differences": [], "faults": [], "uses": []}


def request_of(operation: Operation, path: str) -> tuple[str, str, dict[str, str], bytes | None]:
    """Method, path with query, headers and body, as the consumer sends them."""
    headers = {name: ", ".join(values) for name, values in operation.headers.items()}
    named = {name.lower() for name in headers}
    if "accept" not in named:
        headers["Accept"] = _ACCEPT
    where = quote(operation.path or path, safe="/%:@!$&'()*+,;=~-._")
    if operation.method == "GET":
        values = {"query": operation.text}
        if operation.variables:
            values["variables"] = json.dumps(operation.variables)
        if operation.operation_name:
            values["operationName"] = operation.operation_name
        return "GET", f"{where}?{urlencode(values)}", headers, None
    if operation.as_text:
        return "POST", where, headers, operation.text.encode()
    if "content-type" not in named:
        headers["Content-Type"] = "application/json"
    return "POST", where, headers, json.dumps(operation.payload).encode()


def _is_left_unsent(operation: Operation, read: Mapping[str, Any], so_far: _Progress) -> bool:
    """Documents say what a consumer may ask, and not when it may be asked: what changes data is not sent for them."""
    kind = read["kind"]
    if kind == "subscription":
        so_far.notes.append("not sent: a subscription needs a lasting connection; it was held against the schema")
        return True
    if operation.expectation is not None:
        return False
    if kind == "mutation":
        so_far.notes.append("not sent: a mutation in a document changes data; it was held against the schema")
        return True
    lacking = [name for name in read["needed"] if name not in operation.variables]
    if lacking:
        names = ", ".join(f"${name}" for name in lacking)
        so_far.notes.append(f"not sent: {names} has no value; give NAME.variables.json beside the document")
        return True
    return False


def _no_response(body: JsonValue, *, expected: bool) -> Mismatch | None:
    """Why an answer is none of GraphQL (its specification, 7.1).

    Where a consumer says what it expects, that decides about data which is not there.
    """
    if not isinstance(body, dict) or not ({"data", "errors"} & set(body)):
        return Mismatch("body", "$", "The answer is no GraphQL response: it has neither data nor errors.")
    if body.get("errors") is not None and not isinstance(body["errors"], list):
        return Mismatch("body", "$.errors", "The answer is no GraphQL response: errors is no list.")
    if not expected and body.get("data") is None and not body.get("errors"):
        return Mismatch("body", "$.data", "The answer is no GraphQL response: there is no data, and no error says why.")
    return None


def _of_status(operation: Operation, answer: ProviderAnswer) -> Iterator[Mismatch]:
    wanted = operation.expectation.status if operation.expectation else 200
    if answer.status != wanted:
        yield Mismatch("status", "", f"expected {wanted} but was {answer.status}", str(wanted), str(answer.status))


def _of_errors(errors: Iterable[JsonValue]) -> Iterator[Mismatch]:
    for error in errors:
        message = error.get("message") if isinstance(error, dict) else error
        path = _path_in(error)
        place = expression_from(path) if path else "$.errors"
        yield Mismatch("body", place, f"The provider answers with an error: {str(message)[:_LONGEST_TEXT]}")


def _path_in(error: JsonValue) -> tuple[Step, ...]:
    """Where in the answer an error is about, as a path from the root."""
    path = error.get("path") if isinstance(error, dict) else None
    if not isinstance(path, list):
        return ()
    return ("data", *(each for each in path if isinstance(each, str | int)))


def _once(judged: Mapping[str, Any], *, skip_missing_data: bool) -> Iterator[Mismatch]:
    """What the consumer and the schema say of the answer; of a place that both complain about, the consumer's word."""
    told: set[str] = set()
    for each in judged["differences"]:
        if skip_missing_data and each["place"] in ("$.data", "$"):
            # The errors that stand there instead say more.
            continue
        told.add(each["place"])
        name = f"{each['element']} " if each["element"] else ""
        text = f"{name}({each['place'].removeprefix('$.')}) {each['text']}"
        yield Mismatch("body", each["place"], text, each["expected"], each["actual"])
    for each in judged["faults"]:
        if each["place"] not in told:
            text = f"{each['element']} ({each['place'].removeprefix('$.')}) {each['text']}"
            yield Mismatch("body", each["place"], text)


def _named(fault: Mapping[str, Any]) -> str:
    return str(fault["element"] or fault["place"])


def _worded(fault: Mapping[str, Any]) -> str:
    where = f" (line {fault['place'].replace(':', ', column ')} of the operation)" if fault["place"] else ""
    return f"{fault['text']}{where}"


def _sentence(mismatches: tuple[Mismatch, ...]) -> str:
    if not mismatches:
        return ""
    more = f" (and {len(mismatches) - 1} more)" if len(mismatches) > 1 else ""
    return f"{mismatches[0].text}{more}"
