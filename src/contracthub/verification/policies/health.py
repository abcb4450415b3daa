"""The pack ``health``: there is an address that says whether the provider is well, and says no more."""

import json
import re
from collections.abc import Iterator

from contracthub.verification.fuzz.wire import Call
from contracthub.verification.policies.error_style import body_of
from contracthub.verification.policies.leaks import leak_in
from contracthub.verification.policies.look import Look
from contracthub.verification.policies.making import ANY_JSON
from contracthub.verification.policies.pages import plain
from contracthub.verification.policies.rules import Exchanged, Observation, Severity, judged, rule
from contracthub.verification.smoke import HEALTH_PATHS

_NONE = "There is no health address."
_AGE = re.compile(r"(?i)max-age\s*=\s*\"?0*[1-9]")
_UNWELL = frozenset(
    {
        *("down", "fail", "failed", "failing", "failure", "error", "unhealthy", "critical", "outage", "bad"),
        *("unavailable", "outofservice", "notok", "ko", "dead", "red", "stopped"),
    }
)
_MEMBERS = re.compile(rb'(?i)"(?:password|secret|token|connection_?string|dsn|private_?key)"\s*:')


def _health(look: Look) -> Exchanged | None:
    """The answer of the health address, asked without credentials, once in a run."""
    return look.once("health", lambda: _found(look))


def _found(look: Look) -> Exchanged | None:
    given = look.settings.table("health").get("path")
    last = None
    for path in (str(given),) if given else HEALTH_PATHS:
        last = look.ask(f"GET {path}", Call("GET", path, (), (("accept", ANY_JSON),)))
        if last is not None and last.answer.status != 404:
            break
    return last


@rule(
    "health.answers",
    Severity.MEDIUM,
    title="There is a health address, and it says that all is well",
    sentence="The address of [verify.policies.health] path, else one of the usual ones, answers with 200, and its body "
    "does not say that the provider is down.",
    mending="Serve GET /health with 200 while the provider can do its work, and 503 while it can't.",
)
def _answers(look: Look) -> Iterator[Observation]:
    by = _health(look)
    if by is not None:
        status = by.answer.status
        looked = ", ".join(HEALTH_PATHS) if not look.settings.table("health").get("path") else by.call.path
        fault = f"There is no health address at {looked}." if status == 404 else f"It answers with {status}."
        # Who has to be known to be let in has a rule of its own.
        well = _said_to_be_unwell(by) if status == 200 else ""
        yield judged(by, well if status in (200, 204, 401, 403) else fault)


def _said_to_be_unwell(by: Exchanged) -> str:
    """What a body says that is at odds with 200; a part that is down need not stop the whole."""
    body = body_of(by.answer)
    for name, value in body.items() if isinstance(body, dict) else ():
        is_whole = plain(name) in ("status", "state", "health", "ok", "healthy", "alive", "up", "ready")
        is_bad = value is False or (isinstance(value, str) and plain(value) in _UNWELL)
        if is_whole and is_bad:
            return f"It answers with 200, and says {name}: {json.dumps(value)}."
    return ""


@rule(
    "health.open",
    Severity.MEDIUM,
    title="Whoever watches needs no credentials",
    sentence="The health address answers without credentials.",
    mending="Let the address in without credentials, and let it tell nothing that needs them.",
)
def _open(look: Look) -> Iterator[Observation]:
    by = _health(look)
    if by is not None and by.answer.status != 404:
        yield judged(by, "It asks for credentials." if by.answer.status in (401, 403) else "")
    look.skip("health.open", _NONE)


@rule(
    "health.not-cached",
    Severity.LOW,
    title="Health is never old",
    sentence="The answer of the health address may not be kept by caches for any time.",
    mending="Send Cache-Control: no-store with it.",
)
def _not_cached(look: Look) -> Iterator[Observation]:
    by = _health(look)
    if by is not None and by.answer.status != 404:
        value = by.answer.headers.get("cache-control", "")
        yield judged(by, f"Cache-Control is {value[:60]!r}." if _AGE.search(value) else "")
    look.skip("health.not-cached", _NONE)


@rule(
    "health.no-leak",
    Severity.MEDIUM,
    title="Health tells nothing of the inside",
    sentence="The health address shows no credentials, no connection strings, no paths and no stack traces.",
    mending="Answer with a status and the names of what is not well.",
)
def _no_leak(look: Look) -> Iterator[Observation]:
    by = _health(look)
    if by is not None and by.answer.status != 404:
        found = leak_in(by) or ("a credential" if _MEMBERS.search(by.answer.body) else "")
        yield judged(by, f"It shows {found}." if found else "", place=found)
    look.skip("health.no-leak", _NONE)
