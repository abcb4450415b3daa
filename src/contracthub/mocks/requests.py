"""The handshake or request of a client, held against what a conversation contract says of it."""

import json
import re
from urllib.parse import parse_qsl, unquote

from contracthub.formats.conversation.model import Connect
from contracthub.mocks.asgi import Scope

_PARAMETER = re.compile(r"\{([^{}/]*)\}")


def differences_of_request(connect: Connect, scope: Scope, body: bytes) -> list[str]:
    """What of the request is not as the contract has it, each in a sentence."""
    return [
        f"connect: {each}"
        for each in (*_of_address(connect, scope), *_of_headers(connect, scope), *_of_body(connect, body))
    ]


def _of_address(connect: Connect, scope: Scope) -> list[str]:
    found = []
    path = _PARAMETER.sub(lambda match: connect.params.get(match[1], match[0]), connect.template)
    asked = unquote(str(scope["path"]))
    if asked != path:
        found.append(f"asked for {asked!r}, not {path!r}")
    query = parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
    missing = [each for each in connect.query if each not in query]
    found += [f"the query lacks {name}={value}" for name, value in missing]
    if scope["type"] == "http" and scope["method"] != connect.method:
        found.append(f"asked with {scope['method']}, not {connect.method}")
    return found


def _of_headers(connect: Connect, scope: Scope) -> list[str]:
    sent: dict[str, str] = {}
    for name, value in scope["headers"]:
        sent[name.decode("latin-1").lower()] = value.decode("latin-1")
    found = []
    for name, value in connect.headers:
        if name.lower() not in sent:
            found.append(f"sent no header {name}")
        elif sent[name.lower()] != value:
            found.append(f"sent {name}: {sent[name.lower()]!r}, not {value!r}")
    offered = scope.get("subprotocols", [])
    found += [f"did not offer the subprotocol {each}" for each in connect.subprotocols if each not in offered]
    return found


def _of_body(connect: Connect, body: bytes) -> list[str]:
    if connect.body is None:
        return []
    try:
        value = json.loads(body)
    except ValueError:
        return ["sent a body that is no JSON"]
    return [] if value == json.loads(connect.body) else [f"sent the body {body[:200]!r}, not {connect.body[:200]!r}"]
