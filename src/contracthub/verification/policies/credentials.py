"""Credentials that let nobody in: none, garbage, forged, expired; put where the document says that they belong."""

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from contracthub.verification.fuzz.wire import Call, is_secret
from contracthub.verification.policies.settings import Principal
from contracthub.verification.policies.surface import PolicyOperation, Scheme

GARBAGE = "contracthub-has-no-such-credential"
_FAR = 4_102_444_800


def without_credentials(call: Call, operation: PolicyOperation) -> Call:
    """The request as nobody in particular sends it."""
    keys = {each.key.lower() for each in operation.schemes if each.key}
    headers = tuple(pair for pair in call.headers if pair[0].lower() not in keys and not is_secret(pair[0]))
    query_keys = {each.key for each in operation.schemes if each.where == "query"}
    return replace(call, headers=headers, query=tuple(pair for pair in call.query if pair[0] not in query_keys))


def with_garbage(call: Call, operation: PolicyOperation) -> Iterator[Call]:
    """The request with a credential that nobody gave, for each way in."""
    bare = without_credentials(call, operation)
    for way in operation.ways_in:
        made = bare
        for scheme in way:
            made = _put(made, scheme, GARBAGE)
        if made != bare:
            yield made


def with_altered(call: Call) -> Iterator[Call]:
    """The request with a credential that is almost the one that it has: longer and shorter by one character.

    A JWT is left as it is: its last character need not count.
    """
    for name, value in call.headers:
        if not is_secret(name) or name.lower() == "cookie":
            continue
        scheme, _, secret = value.rpartition(" ")
        for made in _altered(scheme.lower(), secret):
            yield call.with_header(name.lower(), f"{scheme} {made}".strip())


def _altered(scheme: str, secret: str) -> Iterator[str]:
    if scheme == "basic":
        try:
            pair = base64.b64decode(secret, validate=True).decode()
        except ValueError:
            return
        yield from (base64.b64encode(each.encode()).decode() for each in (f"{pair}x", pair[:-1]))
    elif secret and _claims(secret) is None:
        yield f"{secret}x"
        if len(secret) > 1:
            yield secret[:-1]


def with_token(call: Call, operation: PolicyOperation, token: str) -> Call | None:
    """The request with this bearer token; None where no way in takes one alone."""
    if not any(len(way) == 1 and way[0].is_bearer for way in operation.ways_in):
        return None
    return without_credentials(call, operation).with_header("authorization", f"Bearer {token}")


def _put(call: Call, scheme: Scheme, value: str) -> Call:
    if scheme.is_bearer:
        return call.with_header("authorization", f"Bearer {value}")
    if scheme.kind == "http":
        pair = base64.b64encode(f"nobody:{value}".encode()).decode()
        return call.with_header("authorization", f"{scheme.scheme.title() or 'Basic'} {pair}")
    if scheme.kind == "apiKey" and scheme.where == "header":
        return call.with_header(scheme.key.lower(), value)
    if scheme.kind == "apiKey" and scheme.where == "query":
        return replace(call, query=(*(pair for pair in call.query if pair[0] != scheme.key), (scheme.key, value)))
    if scheme.kind == "apiKey" and scheme.where == "cookie":
        return call.with_header("cookie", f"{scheme.key}={value}")
    return call


def unsigned_token(principal: Principal) -> str:
    """A token that says of itself that nobody signed it (security.md A1): with the principal's claims if known."""
    claims = _claims(token_of(principal)) or {"sub": "admin", "iss": "contracthub", "aud": "contracthub"}
    return f"{_encoded({'alg': 'none', 'typ': 'JWT'})}.{_encoded({**claims, 'exp': _FAR})}."


def tampered_token(principal: Principal) -> str | None:
    """The principal's token with other claims, and the signature of its own; None where it has no such token."""
    token = token_of(principal)
    claims = _claims(token)
    if token is None or claims is None:
        return None
    head, _, signature = token.split(".")
    return f"{head}.{_encoded({**claims, 'contracthub': 'was here', 'exp': _FAR})}.{signature}"


def token_of(principal: Principal) -> str | None:
    """The principal's bearer token."""
    for name, value in principal.headers:
        scheme, _, token = value.partition(" ")
        if name.lower() == "authorization" and scheme.lower() == "bearer":
            return token.strip()
    return None


def _claims(token: str | None) -> dict[str, Any] | None:
    parts = (token or "").split(".")
    if len(parts) != 3:
        return None
    try:
        found = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _encoded(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
