"""The fleet's documents and contracts, held against each other as a hub does it, and what providers really answered."""

import json
from base64 import b64decode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from contracthub.domain.comparisons import ContractKind, Finding, Level
from contracthub.domain.provider_contracts import ContractFormat
from contracthub.formats.comparisons.offered import OfferedDocument
from contracthub.formats.comparisons.offers import CompiledOffer, compare
from tests.fleet.running import FLEET, PACTS, ROOT

FORMATS = {
    ".openapi.json": ContractFormat.OPENAPI,
    ".asyncapi.yaml": ContractFormat.ASYNCAPI,
    ".graphql": ContractFormat.GRAPHQL,
    ".avsc": ContractFormat.AVRO,
}
TOPIC = "simulation.events"
CONVERSATIONS = sorted((ROOT / "contracts").glob("*.conversation.yaml"))


def document(name: str, data: bytes) -> OfferedDocument:
    """A document by the name of its file under specs/."""
    kind = next(each for ending, each in FORMATS.items() if name.endswith(ending))
    topic = TOPIC if kind is ContractFormat.AVRO else None
    subject = f"{TOPIC}-value" if topic else None
    return OfferedDocument(name, kind, "", {name: data}, name, subject, topic)


def offer_of(provider: str, **changed: bytes) -> CompiledOffer:
    """What a provider offers as committed, but for ``openapi``, ``asyncapi``, ``graphql`` or ``avsc`` if given."""
    found = []
    for name in FLEET[provider].specs:
        data = next((each for key, each in changed.items() if f".{key}" in name), None)
        found.append(document(name, (ROOT / "specs" / name).read_bytes() if data is None else data))
    return CompiledOffer(found)


def errors_of(provider: str, offer: CompiledOffer) -> dict[tuple[str, str], list[Finding]]:
    """The errors of all pacts with a provider, by consumer and interaction."""
    found: dict[tuple[str, str], list[Finding]] = {}
    for pact in PACTS[provider]:
        for each in compare(ContractKind.PACT, pact.read_bytes(), offer):
            if each.level in {Level.ERROR, Level.UNANSWERED}:
                found.setdefault((pact.name.partition("-")[0], each.description), []).append(each)
    return found


def told(findings: Iterable[Finding]) -> str:
    """Everything that findings say."""
    return " ".join(
        f"{each.rule} {each.path} {each.message} {each.consumer_pointer} {each.provider_pointer}" for each in findings
    )


@dataclass
class Recorder:
    """An application that keeps what it was asked and what it answered."""

    app: ASGIApp
    exchanges: list[dict[str, Any]] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, and keep it."""
        if scope["type"] != "http" or scope["path"] == "/_pact/provider-states":
            await self.app(scope, receive, send)
            return
        asked, sent = bytearray(), list[Message]()

        async def hear() -> Message:
            message = await receive()
            asked.extend(message.get("body", b""))
            return message

        async def say(message: Message) -> None:
            sent.append(message)
            await send(message)

        await self.app(scope, hear, say)
        start = next(each for each in sent if each["type"] == "http.response.start")
        body = b"".join(each.get("body", b"") for each in sent)
        if scope["path"] == "/_pact/messages":
            self._keep_message(json.loads(asked), _headers(start["headers"]), json.loads(body))
            return
        self.exchanges.append(
            {
                "description": f"exchange {len(self.exchanges)}",
                "request": {
                    "method": scope["method"],
                    "path": scope["path"],
                    "query": parse_qs(scope["query_string"].decode()),
                    "headers": _headers(scope["headers"]),
                    **_body(bytes(asked)),
                },
                "response": {
                    "status": start["status"],
                    "headers": _headers(start["headers"]),
                    **_body(body),
                },
            }
        )

    def _keep_message(self, asked: Mapping[str, Any], headers: Mapping[str, str], body: Any) -> None:
        metadata = json.loads(b64decode(headers["pact-message-metadata"]))
        self.messages.append({"description": asked["description"], "contents": body, "metaData": metadata})

    def pacts(self) -> list[bytes]:
        """What was seen as pacts of exact values."""
        whole = {"consumer": {"name": "seen"}, "provider": {"name": "seen"}}
        version = {"metadata": {"pactSpecification": {"version": "3.0.0"}}}
        kept = ({"interactions": self.exchanges}, {"messages": self.messages})
        return [json.dumps({**whole, **each, **version}).encode() for each in kept if any(each.values())]


# What clients and servers say of the connection and not of the exchange.
_OF_THE_WIRE = frozenset({"host", "content-length", "user-agent", "accept-encoding", "connection", "date", "server"})


def _headers(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    read = {name.decode().lower(): text.decode() for name, text in raw}
    return {name: text for name, text in read.items() if name not in _OF_THE_WIRE}


def _body(raw: bytes) -> dict[str, Any]:
    return {"body": json.loads(raw)} if raw else {}
