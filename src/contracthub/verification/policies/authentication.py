"""The pack ``authentication``: what the document guards lets nobody in, and what it does not guard asks nobody."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from contracthub.verification.fuzz.wire import Call
from contracthub.verification.policies.credentials import (
    tampered_token,
    unsigned_token,
    with_altered,
    with_garbage,
    with_token,
    without_credentials,
)
from contracthub.verification.policies.look import Look
from contracthub.verification.policies.rules import Exchanged, Observation, Severity, judged, rule
from contracthub.verification.policies.surface import BEARER, PolicyOperation

_NOTHING = "The document guards no operation (security); [verify.policies.authentication] guarded may say which."
_NO_TOKEN = "No guarded operation takes a bearer token."  # noqa: S105 (a sentence)
_REFUSED = frozenset({401, 403})


def _guarded(look: Look) -> Iterator[tuple[PolicyOperation, Call]]:
    """Each guarded operation with a request that would be let through."""
    for each in _described(look):
        if each.is_guarded and (each.is_read or look.may_change):
            call = look.maker().call_for(each) or look.maker().call_for_nothing(each)
            if call is not None:
                yield each, call


def _described(look: Look) -> Iterator[PolicyOperation]:
    """The operations, guarded or public as the settings have it where they say more than the document."""
    table = look.settings.table("authentication")
    public, guarded = table.get("public", ()), table.get("guarded", ())
    for each in look.operations:
        if each.name in public:
            yield replace(each, ways_in=())
        elif not each.is_guarded and (guarded == "all" or each.name in guarded):
            yield replace(each, ways_in=((BEARER,),))
        else:
            yield each


def _tried(look: Look, rule_id: str, calls: Callable[[PolicyOperation, Call], Iterable[Call]]) -> Iterator[Exchanged]:
    """The answers to the requests that are made of a proper one. What is let in may have removed something."""
    for operation, call in _guarded(look):
        for each in calls(operation, call):
            by = look.ask(operation.name, each)
            if by is not None:
                look.used(operation, by)
                yield by
    look.skip(rule_id, _NOTHING)


def _nobody(look: Look) -> tuple[Exchanged, ...]:
    """The answers to guarded operations without any credentials, asked once in a run."""
    return look.once(
        "authentication: nobody",
        lambda: tuple(_tried(look, "", lambda operation, call: [without_credentials(call, operation)])),
    )


def _not_let_in(by: Exchanged, who: str) -> Observation | None:
    """Broken where somebody was let in; None where something else was wrong, so that nobody can tell."""
    status = by.answer.status
    if status in _REFUSED:
        return judged(by, "")
    if status < 400:
        return judged(by, f"{who} is let in: the answer is {status}, not 401.")
    return judged(by, f"{who} is answered with {status}, not with 401.") if status >= 500 else None


def _each(seen: Iterable[Exchanged], who: str) -> Iterator[Observation]:
    return (found for by in seen if (found := _not_let_in(by, who)) is not None)


@rule(
    "authentication.required",
    Severity.HIGH,
    title="Nobody is let in without credentials",
    sentence="An operation that the document guards refuses a request without credentials.",
    mending="Put the operation behind the same check as the others; one that forgets it should fail a test.",
)
def _required(look: Look) -> Iterator[Observation]:
    yield from _each(_nobody(look), "Who has no credentials")
    look.skip("authentication.required", _NOTHING)


@rule(
    "authentication.status",
    Severity.LOW,
    title="Who has no credentials gets 401",
    sentence="A request without credentials is refused with 401; 403 is for those who are known (RFC 9110, 15.5.2).",
    mending="Answer 401 where credentials are missing or wrong.",
)
def _status(look: Look) -> Iterator[Observation]:
    for by in _nobody(look):
        if by.answer.status in _REFUSED:
            fault = "Who has no credentials is refused with 403, as if known."
            yield judged(by, fault if by.answer.status == 403 else "")
    look.skip("authentication.status", _NOTHING)


@rule(
    "authentication.challenge",
    Severity.LOW,
    title="401 says how to be let in",
    sentence="A 401 carries the header WWW-Authenticate (RFC 9110, 15.5.2).",
    mending="Add WWW-Authenticate with the scheme, as Bearer, to every 401.",
)
def _challenge(look: Look) -> Iterator[Observation]:
    for by in _nobody(look):
        if by.answer.status == 401:
            fault = "The 401 has no header WWW-Authenticate."
            yield judged(by, "" if by.answer.headers.get("www-authenticate") else fault)
    look.skip("authentication.challenge", _NOTHING)


def _strange(operation: PolicyOperation, call: Call) -> Iterator[Call]:
    yield from with_garbage(call, operation)
    yield from with_altered(call)


@rule(
    "authentication.garbage",
    Severity.HIGH,
    title="A credential that nobody gave lets nobody in",
    sentence="A token, key or password that the provider has never given is refused, however like a given one it is.",
    mending="Check credentials against those that were given; let no debugging credential through.",
)
def _garbage(look: Look) -> Iterator[Observation]:
    seen = _tried(look, "authentication.garbage", _strange)
    yield from _each(seen, "A credential that nobody gave")


@rule(
    "authentication.unsigned",
    Severity.HIGH,
    title="A token that nobody signed lets nobody in",
    sentence="A JWT with the algorithm none is refused.",
    mending="Fix the algorithms that are taken, and never take the one that a token names.",
)
def _unsigned(look: Look) -> Iterator[Observation]:
    token = unsigned_token(look.principal)
    yield from _with_token(look, "authentication.unsigned", token, "A token that nobody signed")


@rule(
    "authentication.tampered",
    Severity.HIGH,
    title="A token whose claims were changed lets nobody in",
    sentence="A JWT whose claims are not those that were signed is refused.",
    mending="Verify the signature of every token, over all of it.",
)
def _tampered(look: Look) -> Iterator[Observation]:
    token = tampered_token(look.principal)
    if token is None:
        look.skip("authentication.tampered", "Whoever asks has no JWT that could be changed.")
        return
    yield from _with_token(look, "authentication.tampered", token, "A token whose claims were changed")


@rule(
    "authentication.expired",
    Severity.HIGH,
    title="An expired token lets nobody in",
    sentence="The expired token of [verify.policies.authentication] expired-token is refused.",
    mending="Check exp of every token, with a leeway of seconds.",
)
def _expired(look: Look) -> Iterator[Observation]:
    token = look.settings.table("authentication").get("expired-token")
    if not token:
        look.skip("authentication.expired", "There is no expired-token in [verify.policies.authentication].")
        return
    yield from _with_token(look, "authentication.expired", str(token), "An expired token")


def _with_token(look: Look, rule_id: str, token: str, who: str) -> Iterator[Observation]:
    def calls(operation: PolicyOperation, call: Call) -> list[Call]:
        made = with_token(call, operation, token)
        return [] if made is None else [made]

    yield from _each(_tried(look, rule_id, calls), who)
    look.skip(rule_id, _NO_TOKEN)


@rule(
    "authentication.public",
    Severity.MEDIUM,
    title="What is public asks nobody",
    sentence="A GET that the document does not guard answers without credentials, where it guards other operations.",
    mending="Say in the document that the operation is guarded, or let everybody in.",
)
def _public(look: Look) -> Iterator[Observation]:
    described = tuple(_described(look))
    if not any(each.is_guarded for each in described):
        look.skip("authentication.public", _NOTHING)
        return
    for each in described:
        # To log in may be refused with 401 for other reasons, and is public all the same.
        if not each.is_guarded and each.is_read:
            call = look.maker().call_for(each) or look.maker().call_for_nothing(each)
            by = None if call is None else look.ask(each.name, without_credentials(call, each))
            if by is not None:
                fault = f"It is public, and asks for credentials: {by.answer.status}."
                yield judged(by, fault if by.answer.status in _REFUSED else "")
    look.skip("authentication.public", "The document guards every operation.")
