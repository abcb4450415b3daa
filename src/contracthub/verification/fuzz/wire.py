"""Requests as they go over the wire, the answers to them, and how both are shown to people without credentials."""

import json
import re
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

FILTERED = "[Filtered]"
_SECRET = re.compile(
    r"(?i)authori[sz]ation|authenticat|(^|[-_])auth([-_]|$)|token|secret|passw|cookie|api[-_]?key|credential|signature"
)
# What a client adds by itself: it says nothing about the fault.
_NOISE = frozenset(
    {"user-agent", "accept-encoding", "connection", "content-length", "host", "transfer-encoding", "accept"}
    | {"x-schemathesis-testcaseid"}
)
_LONGEST_BODY = 20_000


@dataclass(frozen=True, slots=True)
class Call:
    """A request: ``path`` is the whole of it, percent-encoded; ``body`` the bytes of it."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None

    @property
    def target(self) -> str:
        """The path with the query."""
        return f"{self.path}?{urlencode(self.query)}" if self.query else self.path

    @property
    def json(self) -> Any:
        """The body as JSON. Raises ValueError where it is none."""
        if self.body is None:
            raise ValueError("there is no body")
        return json.loads(self.body)

    def header(self, name: str) -> str | None:
        """The value of a header, whatever its case."""
        return next((value for each, value in self.headers if each.lower() == name.lower()), None)

    def with_header(self, name: str, value: str) -> "Call":
        """The same with this header, in the place of one that has the name."""
        kept = tuple(each for each in self.headers if each[0].lower() != name.lower())
        return replace(self, headers=(*kept, (name, value)))

    def without_header(self, name: str) -> "Call":
        """The same without this header."""
        return replace(self, headers=tuple(each for each in self.headers if each[0].lower() != name.lower()))

    def with_json(self, value: Any) -> "Call":
        """The same with this value as its body."""
        return replace(self, body=json.dumps(value).encode())


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. ``is_cut`` when the body was longer than is read."""

    status: int
    headers: Mapping[str, list[str]]
    body: bytes
    milliseconds: float
    reason: str = ""
    is_cut: bool = False

    @property
    def json(self) -> Any:
        """The body as JSON. Raises ValueError where it is none."""
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """Why nothing that could be read came back: ``kind`` is ``timeout``, ``reset``, ``refused`` or ``garbage``."""

    kind: str
    text: str


def path_segment(value: object) -> str:
    """A value as one segment of a path."""
    return quote(str(value), safe="")


def is_secret(name: str) -> bool:
    """Whether a header, parameter or field of this name is a credential as a rule."""
    return bool(_SECRET.search(name))


def origin_of(url: str) -> str:
    """The scheme, host and port of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def path_of(url: str) -> str:
    """The path of an address without the slash at its end."""
    return urlsplit(url).path.rstrip("/")


def shown_request(call: Call, root_path: str = "") -> dict[str, Any]:
    """The request as findings keep it: its path below the root, without credentials and what every client adds."""
    return {
        "method": call.method,
        "path": call.path.removeprefix(root_path) or "/",
        "query": _grouped((name, FILTERED if is_secret(name) else value) for name, value in call.query),
        "headers": {
            name: FILTERED if is_secret(name) else value
            for name, value in call.headers
            if name.lower() not in _NOISE or (name.lower() == "accept" and value != "*/*")
        },
        "body": _shown_body(call),
    }


def curl_for(call: Call, base_url: str, *, verify_tls: bool = True) -> str:
    """The shell command that sends the request again, without credentials."""
    words = ["curl"]
    if call.method == "HEAD":
        words.append("--head")
    elif call.method != ("GET" if call.body is None else "POST"):
        words += ["-X", call.method]
    if not verify_tls:
        words.append("--insecure")
    shown = shown_request(call)
    words += [word for name, value in shown["headers"].items() for word in ("-H", f"{name}: {value}")]
    if call.body is not None:
        body = shown["body"]
        words += ["--data-raw", body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)]
    query = urlencode([(name, FILTERED if is_secret(name) else value) for name, value in call.query])
    words.append(f"{origin_of(base_url)}{call.path}{'?' if query else ''}{query}")
    return " ".join(shlex.quote(word) for word in words)


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for name, value in pairs:
        grouped.setdefault(name, []).append(value)
    return grouped


def _shown_body(call: Call) -> Any:
    if call.body is None:
        return None
    if len(call.body) > _LONGEST_BODY:
        return f"({len(call.body)} bytes, too long to be shown)"
    try:
        return _without_secrets(json.loads(call.body))
    except (ValueError, RecursionError):
        return call.body.decode("utf-8", "replace").replace("\x00", "\ufffd")


def _without_secrets(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: FILTERED if is_secret(name) and isinstance(member, str) and member else _without_secrets(member)
            for name, member in value.items()
        }
    if isinstance(value, list):
        return [_without_secrets(each) for each in value]
    return value
