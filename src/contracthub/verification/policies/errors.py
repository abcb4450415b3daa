"""The pack ``errors``: what a provider says when it refuses, provoked by requests that it has to refuse."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from contracthub.formats.safe_json import JsonObject
from contracthub.verification.fuzz.wire import Call
from contracthub.verification.policies.credentials import without_credentials
from contracthub.verification.policies.error_style import PROBLEM, ErrorStyle, body_of, media_type_of, style_of
from contracthub.verification.policies.leaks import leak_in
from contracthub.verification.policies.look import Look
from contracthub.verification.policies.making import ANY_JSON
from contracthub.verification.policies.rules import Exchanged, Observation, Severity, broken, held, judged, rule
from contracthub.verification.policies.surface import PolicyOperation
from contracthub.verification.state_solving.values import type_in

NOWHERE = "/contracthub/there-is-nothing-here"
_NO_MEDIA_TYPE = "application/x-contracthub-unknown"
# In the order in which a method is tried that a path does not have: the first does least where it is there after all.
_METHODS = ("PATCH", "PUT", "POST", "DELETE")
# What is said of who asks, or how often, before anything else is looked at.
_TOLD_APART = frozenset({401, 403, 429})


@dataclass(frozen=True, slots=True)
class Refusal:
    """A request that should be refused, and what came of it; ``kind`` says why it should."""

    kind: str
    by: Exchanged


def style(look: Look) -> ErrorStyle:
    """How this provider words its refusals."""
    return look.once("errors: style", lambda: style_of(look.surface, look.settings.table("errors")))


def refusals(look: Look) -> tuple[Refusal, ...]:
    """Every request that was made to be refused, once in a run, with its answer."""
    return look.once("errors: refusals", lambda: tuple(_provoked(look)))


def _provoked(look: Look) -> Iterator[Refusal]:
    for kind, operation, call in _provocations(look):
        found = look.ask(operation, call)
        if found is not None:
            yield Refusal(kind, found)


def _provocations(look: Look) -> Iterator[tuple[str, str, Call]]:
    headers = (("accept", ANY_JSON), *((name.lower(), value) for name, value in look.principal.headers))
    yield "unknown-path", f"GET {NOWHERE}", Call("GET", NOWHERE, (), headers)
    yield from _wrong_methods(look, headers)
    for each in look.operations:
        nothing = look.maker().call_for_nothing(each) if each.is_read or look.may_change else None
        if nothing is not None:
            yield "unknown-id", each.name, nothing
        if each.is_read:
            yield from _of_a_read(look, each)
            yield from _of_nobody(look, each)
        elif look.may_change and each.api.body is not None:
            yield from _of_a_body(look, each, nothing)


def _wrong_methods(look: Look, headers: tuple[tuple[str, str], ...]) -> Iterator[tuple[str, str, Call]]:
    if not look.may_change:
        return
    methods: dict[str, set[str]] = {}
    for each in look.surface.operations:
        methods.setdefault(each.api.path, set()).add(each.api.method)
    asked = {each.api.path for each in look.operations}
    for path, known in methods.items():
        method = next((each for each in _METHODS if each not in known), None)
        first = next(each for each in look.surface.operations if each.api.path == path)
        call = look.maker().call_for_nothing(first) if "{" in path else Call("GET", path, (), headers)
        # Another path may have the method: /orders/{id} where /orders/latest has none.
        overlaps = any(each.api.path != path and _alike(each.api.path, path) for each in look.surface.operations)
        if method is not None and call is not None and not overlaps and path in asked:
            yield "method", f"{method} {path}", replace(call, method=method, query=(), body=None, headers=headers)


def _alike(one: str, other: str) -> bool:
    ours, theirs = one.split("/"), other.split("/")
    return len(ours) == len(theirs) and all(a == b or "{" in a or "{" in b for a, b in zip(ours, theirs, strict=True))


def _of_a_read(look: Look, operation: PolicyOperation) -> Iterator[tuple[str, str, Call]]:
    call = look.maker().call_for(operation)
    if call is None:
        return
    for each in operation.api.parameters:
        if each.where == "query" and type_in(look.surface.api.facts(each.schema)) in ("integer", "number", "boolean"):
            kept = tuple(pair for pair in call.query if pair[0] != each.name)
            yield "parameter", operation.name, replace(call, query=(*kept, (each.name, "no-number-at-all")))
            break
    if operation.declares(406) and operation.response(406) is not None:
        yield "not-acceptable", operation.name, call.with_header("accept", _NO_MEDIA_TYPE)


def _of_nobody(look: Look, operation: PolicyOperation) -> Iterator[tuple[str, str, Call]]:
    call = look.maker().call_for(operation) if operation.is_guarded else None
    if call is not None:
        yield "no-credentials", operation.name, without_credentials(call, operation)


def _of_a_body(look: Look, operation: PolicyOperation, nothing: Call | None) -> Iterator[tuple[str, str, Call]]:
    call = look.maker().call_for(operation) or nothing
    if call is None:
        return
    json_call = call.with_header("content-type", "application/json")
    yield "broken-body", operation.name, replace(json_call, body=b'{"broken": ')
    assert operation.api.body is not None
    required = look.surface.api.facts(operation.api.body).get("required")
    if isinstance(required, list) and required:
        yield "invalid-body", operation.name, replace(json_call, body=b"{}")
    other = replace(call.with_header("content-type", _NO_MEDIA_TYPE), body=b"contracthub")
    yield "media-type", operation.name, other


def _of_kind(look: Look, kind: str) -> Iterator[Exchanged]:
    return (each.by for each in refusals(look) if each.kind == kind)


def _status(by: Exchanged, wanted: tuple[int, ...], when: str) -> Observation:
    status = by.answer.status
    # A crash has a rule of its own, and who is not let in learns nothing of the rest.
    if status in wanted or status >= 500 or status in _TOLD_APART:
        return held(by)
    named = " or ".join(map(str, wanted[:3]))
    return broken(by, f"{when} is answered with {status}, not with {named}.")


@rule(
    "errors.unknown-path",
    Severity.MEDIUM,
    title="An unknown path is 404",
    sentence="A path that the provider does not serve is answered with 404.",
    mending="Let the router answer 404 for what it does not know; take away catch-all routes that answer with a page.",
)
def _unknown_path(look: Look) -> Iterator[Observation]:
    for by in _of_kind(look, "unknown-path"):
        yield _status(by, (404,), "A path that is not there")


@rule(
    "errors.unknown-id",
    Severity.HIGH,
    title="An unknown id is 404",
    sentence="Where a 404 is documented, an operation on a thing that never was is answered with it, not with success; "
    "so is the read of a thing that can be made or listed.",
    mending="Answer 404 when the thing that the path names is not found.",
)
def _unknown_id(look: Look) -> Iterator[Observation]:
    for by in _of_kind(look, "unknown-id"):
        operation = look.surface.by_name[by.operation]
        if not operation.declares(404) and not _is_read_of_kind(look, operation):
            continue
        # What else is wrong with a request may be said first.
        if 200 <= by.answer.status < 400:
            yield broken(by, f"A thing that never was is answered with {by.answer.status}, not with 404.")
        else:
            yield held(by)


def _is_read_of_kind(look: Look, operation: PolicyOperation) -> bool:
    kind = look.surface.api.resource_at(operation.api)
    return kind is not None and kind.read == operation.api and bool(kind.create or kind.listing)


@rule(
    "errors.method",
    Severity.MEDIUM,
    title="A method that a path has not is 405",
    sentence="A path that is there is answered with 405 where the method is none of its own.",
    mending="Answer 405 for a known path with another method; document the operation if it is meant to be there.",
)
def _method(look: Look) -> Iterator[Observation]:
    for by in _of_kind(look, "method"):
        yield _status(by, (405, 501, 404), f"{by.operation}, which the document does not have,")


@rule(
    "errors.allow",
    Severity.LOW,
    title="405 says which methods there are",
    sentence="A 405 carries the header Allow with the methods of the path (RFC 9110, 15.5.6).",
    mending="Add the header Allow to every 405.",
)
def _allow(look: Look) -> Iterator[Observation]:
    for by in _of_kind(look, "method"):
        if by.answer.status == 405:
            yield judged(by, "" if by.answer.headers.get("allow") else "The 405 has no header Allow.")


@rule(
    "errors.broken-body",
    Severity.HIGH,
    title="A body that is no JSON is refused",
    sentence="A request whose body breaks off in the middle of its JSON is refused with a 4xx.",
    mending="Refuse with 400 what can't be read, before anything is done with it.",
)
def _broken_body(look: Look) -> Iterator[Observation]:
    for by in _of_kind(look, "broken-body"):
        yield _refused(by, "A body that is no JSON", "400 or 422")


@rule(
    "errors.invalid-body",
    Severity.HIGH,
    title="A body without its required members is refused",
    sentence="An empty object is refused with a 4xx where the document requires members.",
    mending="Validate bodies against the document, and refuse with 400 or 422 what lacks a required member.",
)
def _invalid_body(look: Look) -> Iterator[Observation]:
    for by in _of_kind(look, "invalid-body"):
        yield _refused(by, "A body without its required members", "400 or 422")


@rule(
    "errors.media-type",
    Severity.MEDIUM,
    title="A body of an unknown media type is refused",
    sentence="A body of a media type that the document does not name is refused with a 4xx, best with 415.",
    mending="Answer 415 for a Content-Type that the operation does not take.",
)
def _media_type(look: Look) -> Iterator[Observation]:
    for by in _of_kind(look, "media-type"):
        yield _refused(by, "A body of an unknown media type", "415")


def _refused(by: Exchanged, what: str, wanted: str) -> Observation:
    status = by.answer.status
    return judged(by, f"{what} is answered with {status}, not with {wanted}." if status < 400 else "")


@rule(
    "errors.not-acceptable",
    Severity.LOW,
    title="406 where it is documented",
    sentence="Where 406 is documented, a request that accepts only a media type that nobody has is answered with it.",
    mending="Answer 406 when nothing of what the client accepts can be made, or take the 406 out of the document.",
)
def _not_acceptable(look: Look) -> Iterator[Observation]:
    for by in _of_kind(look, "not-acceptable"):
        yield _status(by, (406,), f"A request for {_NO_MEDIA_TYPE}")


@rule(
    "errors.no-server-error",
    Severity.HIGH,
    title="A bad request is no server error",
    sentence="No request that has to be refused is answered with a 5xx.",
    mending="Handle the fault where it is seen, and answer with a 4xx that says what is wrong with the request.",
)
def _no_server_error(look: Look) -> Iterator[Observation]:
    for each in refusals(look):
        status = each.by.answer.status
        fault = f"A request that has to be refused ({_words(each.kind)}) is answered with {status}."
        yield judged(each.by, fault if status >= 500 and status != 501 else "", place=each.kind)


@rule(
    "errors.no-leak",
    Severity.HIGH,
    title="A refusal tells nothing of the inside",
    sentence="No refusal shows a stack trace, an SQL statement, an error of a database or a path of the file system.",
    mending="Answer with words of your own; write the details to the log, under an id that the answer may name.",
)
def _no_leak(look: Look) -> Iterator[Observation]:
    for each in refusals(look):
        if each.by.answer.status >= 400:
            found = leak_in(each.by)
            fault = f"The {each.by.answer.status} ({_words(each.kind)}) shows {found}."
            yield judged(each.by, fault if found else "", place=found)


@rule(
    "errors.content-type",
    Severity.MEDIUM,
    title="Refusals have the content type of the style",
    sentence="Refusals are application/problem+json where that is the style, else JSON, for every refusal alike.",
    mending="Send refusals of the framework, of unknown paths too, through the same handler as your own.",
)
def _content_type(look: Look) -> Iterator[Observation]:
    wanted = style(look)
    if wanted.name == "any" and not look.settings.table("errors").get("style"):
        yield from _pages_among_json(look)
        look.skip("errors.content-type", _NO_STYLE)
        return
    for each in _with_body(look):
        found = media_type_of(each.by.answer)
        is_right = found == PROBLEM if wanted.is_problem else found.endswith(("/json", "+json"))
        named = PROBLEM if wanted.is_problem else "JSON"
        fault = f"The {each.by.answer.status} ({_words(each.kind)}) is {found or 'of no content type'}, not {named}."
        yield judged(each.by, "" if is_right else fault)


def _pages_among_json(look: Look) -> Iterator[Observation]:
    """Whatever the style: pages for people are none of it where other refusals are JSON."""
    types = [(each, media_type_of(each.by.answer)) for each in _with_body(look)]
    if any(found.endswith(("/json", "+json")) for _, found in types):
        for each, found in types:
            if found == "text/html":
                fault = f"The {each.by.answer.status} ({_words(each.kind)}) is a page of HTML, and others are JSON."
                yield broken(each.by, fault)


_NO_STYLE = "The document shows no style of refusals; say one in [verify.policies.errors] style."


def _with_body(look: Look) -> Iterator[Refusal]:
    """Refusals that have anything to say: 4xx, but answers to HEAD."""
    return (each for each in refusals(look) if 400 <= each.by.answer.status < 500 and each.by.call.method != "HEAD")


def _problems(look: Look, rule_id: str) -> Iterator[tuple[Refusal, JsonObject]]:
    if not style(look).is_problem:
        look.skip(rule_id, "Refusals are no RFC 9457 problems here.")
        return
    for each in _with_body(look):
        body = body_of(each.by.answer)
        yield each, body if isinstance(body, dict) else {}


@rule(
    "errors.type",
    Severity.MEDIUM,
    title="A problem has a type",
    sentence="Problem details have the member type, a URI reference that tells them apart (RFC 9457, 3.1.1).",
    mending="Give every kind of problem a type of its own, and about:blank where the status says it all.",
)
def _type(look: Look) -> Iterator[Observation]:
    for each, body in _problems(look, "errors.type"):
        value = body.get("type")
        is_right = isinstance(value, str) and value.strip() != "" and not re.search(r"\s", value)
        yield judged(each.by, "" if is_right else f"The {each.by.answer.status} has no type that is a URI reference.")


@rule(
    "errors.title",
    Severity.LOW,
    title="A problem has a title",
    sentence="Problem details have the member title, a short text for people (RFC 9457, 3.1.3).",
    mending="Give every kind of problem a title that stays the same from one occurrence to the next.",
)
def _title(look: Look) -> Iterator[Observation]:
    for each, body in _problems(look, "errors.title"):
        value = body.get("title")
        is_right = isinstance(value, str) and value.strip() != ""
        yield judged(each.by, "" if is_right else f"The {each.by.answer.status} has no title.")


@rule(
    "errors.status",
    Severity.MEDIUM,
    title="The status in the body is the status of the answer",
    sentence="The member status of problem details is there, and is the HTTP status (RFC 9457, 3.1.2).",
    mending="Fill the member from the status that is sent.",
)
def _status_member(look: Look) -> Iterator[Observation]:
    for each, body in _problems(look, "errors.status"):
        value, real = body.get("status"), each.by.answer.status
        shown = json.dumps(value)[:40] if "status" in body else "missing"
        is_right = value == real and not isinstance(value, bool)
        yield judged(each.by, "" if is_right else f"The answer is {real}, and its member status is {shown}.")


@rule(
    "errors.shape",
    Severity.MEDIUM,
    title="Refusals look alike",
    sentence="Every refusal has the members of the envelope, or is valid by the schema, that the provider chose.",
    mending="Send every refusal through one handler that makes the same body.",
)
def _shape(look: Look) -> Iterator[Observation]:
    wanted = style(look)
    if not wanted.members and wanted.schema is None:
        look.skip("errors.shape", _NO_STYLE if wanted.name == "any" else "Problem details have rules of their own.")
        return
    for each in _with_body(look):
        faults = list(wanted.faults_in(body_of(each.by.answer)))
        said = "; ".join(faults)
        fault = f"The {each.by.answer.status} ({_words(each.kind)}) is unlike the others: {said}."
        yield judged(each.by, fault if faults else "")


def _words(kind: str) -> str:
    return kind.replace("-", " ")
