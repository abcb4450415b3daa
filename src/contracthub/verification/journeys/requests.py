"""The request that a step makes: as it is written out, or as an interaction of a pact has it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from contracthub.formats.journey.model import Sent
from contracthub.formats.journey.values import filled, filled_text, is_use, text_of
from contracthub.formats.pact.model import HttpExchange, Presence
from contracthub.formats.safe_json import JsonValue
from contracthub.verification.journeys.places import Place

_CONTROL = frozenset(map(chr, (*range(32), 127)))


class NotSendable(Exception):
    """A request can't be made of what was saved; the text says why."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request that is ready to be sent."""

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None

    @property
    def operation(self) -> str:
        """``GET /jobs/7``."""
        return f"{self.method} {self.target.partition('?')[0]}"


def written_out(sent: Sent, values: Mapping[str, JsonValue], place: Place) -> Outgoing:
    """A request with what was saved in its place. Raises NotSaved, NotSendable, and LeadsAway for an address that was
    saved and is somebody else's.
    """
    if is_use(sent.path):
        target = place.target_of(filled_text(sent.path, values))
    else:
        target = filled_text(sent.path, values, lambda text: quote(text, safe=""))
    pairs = [
        (filled_text(name, values), filled_text(each, values)) for name, texts in sent.query.items() for each in texts
    ]
    if pairs:
        target += ("&" if "?" in target else "?") + urlencode(pairs)
    headers = {name: _header(name, filled_text(text, values)) for name, text in sent.headers.items()}
    body = None
    if sent.has_body:
        content = filled(sent.body, values)
        body = _written(content, headers)
        headers = {"Content-Type": "application/json", **_in_title_case(headers)}
    return Outgoing(sent.method, _sendable(target), {"Accept": "application/json, */*", **headers}, body)


def of_interaction(exchange: HttpExchange, replaced: Mapping[str, str]) -> Outgoing:
    """The request of an interaction, with ``replaced`` in the place of what the pact has."""
    request = exchange.request
    target = _path(request.path, replaced)
    pairs = [(name, replaced.get(each, each)) for name, texts in request.query.items() for each in texts]
    if pairs:
        target += "?" + urlencode(pairs)
    headers = {
        name: _header(name, ", ".join(replaced.get(each, each) for each in texts))
        for name, texts in request.headers.items()
    }
    body = None
    if request.body.presence is Presence.PRESENT:
        if request.body.binary_size is not None:
            raise NotSendable("its body is binary")
        content = replaced_in(request.body.value, replaced)
        is_text = not request.body.is_json and isinstance(content, str)
        body = str(content).encode() if is_text else json.dumps(content).encode()
        headers = {"Content-Type": request.body.content_type or "application/json", **_in_title_case(headers)}
    return Outgoing(request.method.upper(), _sendable(target), headers, body)


def replaced_in(value: JsonValue, replaced: Mapping[str, str]) -> JsonValue:
    """A value with its scalars replaced; a number stays one where it can.

    >>> replaced_in({"order": 7, "as": "7", "not": "77"}, {"7": "12"})
    {'order': 12, 'as': '12', 'not': '77'}
    """
    if isinstance(value, dict):
        return {name: replaced_in(inner, replaced) for name, inner in value.items()}
    if isinstance(value, list):
        return [replaced_in(inner, replaced) for inner in value]
    if isinstance(value, str):
        return replaced.get(value, value)
    if isinstance(value, int) and not isinstance(value, bool) and str(value) in replaced:
        text = replaced[str(value)]
        return int(text) if text.isdecimal() else text
    return value


def _written(content: JsonValue, headers: Mapping[str, str]) -> bytes:
    """A body in the form that its header names: a form, a text, else JSON."""
    named = {name.lower(): text.lower() for name, text in headers.items()}
    kind = named.get("content-type", "json")
    if isinstance(content, dict) and "form-urlencoded" in kind:
        return urlencode({name: text_of(value) for name, value in content.items()}).encode()
    if isinstance(content, str) and "json" not in kind:
        return content.encode()
    return json.dumps(content).encode()


def _path(path: str, replaced: Mapping[str, str]) -> str:
    if path in replaced:
        return replaced[path]
    return "/".join(quote(replaced[part], safe="") if part in replaced else part for part in path.split("/"))


def _sendable(target: str) -> str:
    if not target.startswith("/"):
        raise NotSendable(f"{target[:200]!r} is no path")
    return quote(target, safe="/?&=%:@!$'()*+,;~[]-._")


def _header(name: str, text: str) -> str:
    if _CONTROL & {*text, *name} or not (name + text).isascii():
        raise NotSendable(f"the header {name} would hold {text[:100]!r}")
    return text


def _in_title_case(headers: Mapping[str, str]) -> dict[str, str]:
    """The type of the body under the name by which it wins over ours."""
    return {"Content-Type" if name.lower() == "content-type" else name: text for name, text in headers.items()}
