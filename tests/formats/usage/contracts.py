"""Small pacts, and who of them uses an element."""

import json
from collections.abc import Sequence
from typing import Any

from contracthub.formats.limits import DOCUMENT
from contracthub.formats.needs import Need
from contracthub.formats.registry import PACT
from contracthub.formats.usage.asking import Documents, Usage
from contracthub.formats.usage.topics import Reader

Json = Any


def needs_of(*interactions: Json, version: str = "3.0.0") -> tuple[Need, ...]:
    """What a pact of these interactions needs."""
    pact = {
        "consumer": {"name": "web"},
        "provider": {"name": "orders"},
        "interactions": interactions,
        "metadata": {"pactSpecification": {"version": version}},
    }
    return PACT.needs(PACT.read(json.dumps(pact).encode(), DOCUMENT))


def exchange(method: str, path: str, answer: Json = None, *, status: int = 200, **request: Json) -> Json:
    """An interaction over HTTP; headers of the response come as ``answered``."""
    headers = request.pop("answered", {}) | {"Content-Type": "application/json"}
    body = {} if answer is None else {"body": answer}
    rules = {"matchingRules": request.pop("rules")} if "rules" in request else {}
    return {
        "description": f"{method} {path} {status}",
        "request": {"method": method, "path": path, **request},
        "response": {"status": status, "headers": headers, **body, **rules},
    }


def message(description: str, topic: str | None, contents: Json, **metadata: str) -> Json:
    """An asynchronous message of version 4."""
    of_topic = {"kafka_topic": topic} if topic else {}
    return {
        "type": "Asynchronous/Messages",
        "description": description,
        "contents": {"content": contents, "contentType": "application/json", "encoded": False},
        "metadata": of_topic | metadata,
    }


def places_of(usage: Usage, element: str) -> set[str]:
    """Where contracts use an element."""
    return {use.place for each in usage.asked(element).elements for _, use in usage.of(each)}


def is_used(usage: Usage, element: str) -> bool:
    """Whether anybody uses an element."""
    return any(True for each in usage.asked(element).elements for _ in usage.of(each))


def usage_with(*contracts: Sequence[Need], documents: Documents | None = None, readers: Sequence[Reader] = ()) -> Usage:
    """What contracts and readers use of what documents describe."""
    return Usage(contracts, readers, documents or Documents())
