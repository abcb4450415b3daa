"""Makes pacts with messages and documents of events, as small as they can be."""

import json
from typing import Any

from contracthub.domain.comparisons import Finding, Level
from contracthub.domain.provider_contracts import ContractFormat
from contracthub.formats.comparisons.offered import OfferedDocument
from contracthub.formats.comparisons.pact_events.comparing import compare_message, compile_events
from contracthub.formats.comparisons.pact_openapi.pact_file import read_pact

Rules = dict[str, dict[str, Any]]


def text(value: Any) -> bytes:
    return (
        value if isinstance(value, bytes) else value.encode() if isinstance(value, str) else json.dumps(value).encode()
    )


def asyncapi(document: Any, name: str = "events") -> OfferedDocument:
    return OfferedDocument(name, ContractFormat.ASYNCAPI, name, {"a.yaml": text(document)}, "a.yaml")


def avro(schema: Any, subject: str | None = "orders-value", topic: str | None = None) -> OfferedDocument:
    return OfferedDocument(
        subject or "avro", ContractFormat.AVRO, "1", {"e.avsc": text(schema)}, "e.avsc", subject, topic
    )


def json_schema(schema: Any, subject: str | None = "orders-value", topic: str | None = None) -> OfferedDocument:
    files = {"e.json": text(schema)}
    return OfferedDocument(subject or "json", ContractFormat.JSON_SCHEMA, "1", files, "e.json", subject, topic)


def protobuf(file: str, subject: str | None = "orders-value", topic: str | None = None) -> OfferedDocument:
    files = {"e.proto": text(file)}
    return OfferedDocument(subject or "protobuf", ContractFormat.PROTOBUF, "1", files, "e.proto", subject, topic)


def matchers(*rules: Any) -> dict[str, Any]:
    return {"combine": "AND", "matchers": list(rules)}


def pact(*interactions: Any, plugins: Any = ()) -> bytes:
    metadata = {"pactSpecification": {"version": "4.0"}, "plugins": list(plugins)}
    return text({"interactions": list(interactions), "metadata": metadata})


def contents(content: Any, content_type: str = "application/json", encoded: Any = None) -> dict[str, Any]:
    return {"content": content, "contentType": content_type, "encoded": encoded or False}


def message(content: Any, metadata: Any = None, rules: Rules | None = None, **more: Any) -> dict[str, Any]:
    made = {"type": "Asynchronous/Messages", "description": "a message", "contents": contents(content)}
    return {**made, "metadata": metadata or {}, "matchingRules": rules or {}, **more}


def found(consumer: bytes, *documents: OfferedDocument) -> list[Finding]:
    """All that is found for the messages of a pact."""
    events = compile_events(documents)
    return [each for one in read_pact(consumer, whole=True) for each in compare_message(one, events)]


def reasons(consumer: bytes, *documents: OfferedDocument) -> list[str]:
    """What is found, but for information: ``rule path``, with the level where that is no error."""
    return [told(each) for each in found(consumer, *documents) if each.level is not Level.INFORMATION]


def told(finding: Finding) -> str:
    level = "" if finding.level is Level.ERROR else f" ({finding.level})"
    return f"{finding.rule} {finding.path}".strip() + level
