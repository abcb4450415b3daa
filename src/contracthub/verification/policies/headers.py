"""The pack ``headers``: what answers say to browsers, caches and those who look for old software."""

import re
from collections.abc import Iterator

from contracthub.verification.fuzz.wire import Call, is_secret
from contracthub.verification.policies.look import Look
from contracthub.verification.policies.rules import Exchanged, Observation, Severity, judged, rule

_LONGEST = 200
ORIGIN = "https://contracthub.invalid"
_TELLING = ("server", "x-powered-by", "x-aspnet-version", "x-aspnetmvc-version", "x-runtime-version", "via")
_VERSION = re.compile(r"[A-Za-z][\w .-]*[/ ]v?\d+(?:\.\d+)+|^v?\d+(?:\.\d+)+$")
_KEPT_BACK = re.compile(r"(?i)\b(?:no-store|private|no-cache)\b")
_OPENED = re.compile(r"(?i)\b(?:public|s-maxage|must-revalidate)\b")
_AGE = re.compile(r"(?i)max-age\s*=\s*\"?(\d{1,15})")


@rule(
    "headers.nosniff",
    Severity.MEDIUM,
    title="Browsers don't guess",
    sentence="Answers with a body carry X-Content-Type-Options: nosniff.",
    mending="Add the header in one place, for all answers.",
)
def _nosniff(look: Look) -> Iterator[Observation]:
    for _, by in look.reads():
        if by.answer.body:
            value = by.answer.headers.get("x-content-type-options", "")
            yield judged(by, "" if value.strip().lower() == "nosniff" else "X-Content-Type-Options is not nosniff.")


@rule(
    "headers.hsts",
    Severity.MEDIUM,
    title="Browsers come back over TLS",
    sentence="Answers over https carry Strict-Transport-Security with a max-age above 0.",
    mending="Add Strict-Transport-Security: max-age=31536000 where TLS ends.",
)
def _hsts(look: Look) -> Iterator[Observation]:
    if not look.base_url.startswith("https://"):
        look.skip("headers.hsts", "The provider is not asked over https.")
        return
    for _, by in look.reads():
        age = _AGE.search(by.answer.headers.get("strict-transport-security", ""))
        fault = "Strict-Transport-Security is missing, or has no max-age above 0."
        yield judged(by, "" if age is not None and int(age[1]) > 0 else fault)


@rule(
    "headers.no-version",
    Severity.LOW,
    title="No header tells the version of the software",
    sentence="Server, X-Powered-By and their like name no version, by which known holes are looked up.",
    mending="Switch the header off in the server or framework, or let it say its name alone.",
)
def _no_version(look: Look) -> Iterator[Observation]:
    for _, by in look.reads():
        told = {name: by.answer.headers[name] for name in _TELLING if name in by.answer.headers}
        found = [name for name, value in told.items() if name != "via" and _VERSION.search(value[:_LONGEST])]
        fault = f"The header {found[0]} is {told[found[0]][:80]!r}." if found else ""
        yield judged(by, fault, place=found[0] if found else "")


@rule(
    "headers.cors",
    Severity.HIGH,
    title="No foreign page may ask with the user's credentials",
    sentence="An origin that nobody knows is not sent back as allowed, and neither it nor null is with credentials.",
    mending="Compare the origin with a list, and never send back the one that came.",
)
def _cors(look: Look) -> Iterator[Observation]:
    for _, read in look.reads():
        for origin in (ORIGIN, "null"):
            by = look.ask(read.operation, read.call.with_header("origin", origin))
            if by is not None:
                yield judged(by, _fault_of_origin(by, origin), place=origin)


def _fault_of_origin(by: Exchanged, origin: str) -> str:
    allowed = by.answer.headers.get("access-control-allow-origin", "").strip()
    credentials = by.answer.headers.get("access-control-allow-credentials", "").strip().lower()
    if credentials == "true" and allowed in (origin, "*"):
        return f"The origin {origin} is allowed ({allowed}), with credentials."
    if allowed == ORIGIN:
        return f"The origin {origin} is sent back, as any would be: say *, or compare it with a list."
    return ""


@rule(
    "headers.cache-control",
    Severity.MEDIUM,
    title="What is for one person is in no shared cache",
    sentence="Answers to whoever shows Authorization have no public, s-maxage or must-revalidate (RFC 9111, 3.5), and "
    "those to whoever shows a key or a cookie have no-store, private or no-cache.",
    mending="Send Cache-Control: no-store with whatever was answered to somebody in particular.",
)
def _cache_control(look: Look) -> Iterator[Observation]:
    for _, by in look.reads():
        if by.answer.status < 300 and any(is_secret(name) for name, _ in by.call.headers):
            value = by.answer.headers.get("cache-control", "")
            opened = _OPENED.search(value) is not None
            is_kept_back = not opened if by.call.header("authorization") else _KEPT_BACK.search(value) is not None
            fault = f"Cache-Control is {value[:60]!r}." if value else "There is no Cache-Control."
            yield judged(by, "" if is_kept_back or _KEPT_BACK.search(value) else fault)
    look.skip("headers.cache-control", "No operation answered to somebody in particular.")


@rule(
    "headers.trace",
    Severity.MEDIUM,
    title="TRACE is off",
    sentence="TRACE is refused: it sends back the request, with the credentials in it.",
    mending="Refuse TRACE with 405 or 501 in front of the provider.",
)
def _trace(look: Look) -> Iterator[Observation]:
    for path in ("/", *(each.api.path for each in look.operations if "{" not in each.api.path)):
        mark = "contracthub-trace"
        by: Exchanged | None = look.ask(f"TRACE {path}", Call("TRACE", path, (), (("x-contracthub", mark),)))
        if by is not None:
            fault = f"TRACE is answered with {by.answer.status}."
            yield judged(by, fault if by.answer.status < 300 or mark.encode() in by.answer.body else "")
            if path != "/":
                return
