"""Readers of topics: their schemas are published, and asked who would break."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from contracthub.client.answers import JsonObject
from contracthub.client.contracts import ConsumerVersion
from contracthub.client.errors import AnswerNotUnderstood, HubAnswered
from contracthub.client.hub import Hub
from contracthub.client.notices import Notice, notices_from
from contracthub.client.spelling import naming


@dataclass(frozen=True, slots=True)
class SchemaFile:
    """A schema as it lies on disk, and the subject that it is for; None where the hub's usual rule is meant.

    ``references`` are the other files by their names.
    """

    text: str
    type: str
    topic: str | None = None
    part: str | None = None
    provider: str | None = None
    strategy: str | None = None
    subject: str | None = None
    name: str | None = None
    references: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PublishedReader:
    """The hub's answer to a publication."""

    notices: tuple[Notice, ...]
    document: JsonObject


@dataclass(frozen=True, slots=True)
class CheckedReader:
    """A consumer version in an environment that reads the topic, and why it would break, if it would."""

    consumer: str
    version: str
    environment: str
    findings: tuple[Mapping[str, object], ...]


@dataclass(frozen=True, slots=True)
class ReadersAnswer:
    """Whether everybody who reads the subject there could read what the schema writes."""

    is_compatible: bool
    subject: str
    readers: tuple[CheckedReader, ...]
    document: JsonObject


def publish_reader(
    hub: Hub, consumer: str, version: ConsumerVersion, schema: SchemaFile, *, overwrite: bool = False
) -> PublishedReader:
    """Publishes the schema with which a consumer version reads a topic.

    Raises HubAnswered, with 409 when the version reads the subject with another schema already.
    """
    document: JsonObject = {
        "consumer": consumer,
        "version": version.number,
        "tags": list(version.tags),
        "overwrite": overwrite,
        "schemas": [_sent(schema)],
    }
    optional = {"branch": version.branch, "buildUrl": version.build_url}
    document |= {name: value for name, value in optional.items() if value}
    answer = _post(hub, "/api/v1/reader-schemas", document)
    return PublishedReader(notices_from(answer), answer)


def check_readers(hub: Hub, schema: SchemaFile, environments: tuple[str, ...]) -> ReadersAnswer:
    """Who would break. Raises HubFailure; AnswerNotUnderstood where the hub is another product."""
    question = _sent(schema) | {"environments": list(environments)}
    with naming(filter(None, (schema.provider,)), environments[0] if len(environments) == 1 else None):
        answer = _post(hub, "/api/v1/readers/check", question)
    compatible, readers = answer.get("compatible"), answer.get("readers")
    if not isinstance(compatible, bool) or not isinstance(readers, list):
        raise AnswerNotUnderstood("The answer does not say whether anybody breaks.")
    found = tuple(_reader(each) for each in readers)
    if compatible is any(each.findings for each in found):
        raise AnswerNotUnderstood("The answer contradicts itself about whether anybody breaks.")
    return ReadersAnswer(compatible, str(answer.get("subject") or ""), found, answer)


def _post(hub: Hub, path: str, document: JsonObject) -> JsonObject:
    url = hub.connection.base_url + path
    try:
        return hub.send("POST", url, document, repeatable=True).data
    except HubAnswered as refusal:
        if refusal.status in (404, 405):
            raise AnswerNotUnderstood(f"The hub at {hub.connection.base_url} knows no readers of topics.") from refusal
        raise


def _sent(schema: SchemaFile) -> JsonObject:
    body = {
        "schema": schema.text,
        "schemaType": schema.type,
        "topic": schema.topic,
        "part": schema.part,
        "provider": schema.provider,
        "subjectStrategy": schema.strategy,
        "subject": schema.subject,
        "name": schema.name,
    }
    references = [{"name": name, "schema": text} for name, text in schema.references.items()]
    sent: JsonObject = {name: value for name, value in body.items() if value is not None}
    return sent | ({"references": references} if references else {})


def _reader(value: object) -> CheckedReader:
    if not isinstance(value, Mapping) or not isinstance(value.get("findings"), list):
        raise AnswerNotUnderstood("A reader in the answer is no reader.")
    consumer, version, environment = (str(value.get(name) or "") for name in ("consumer", "version", "environment"))
    findings = tuple(each for each in value["findings"] if isinstance(each, Mapping))
    if len(findings) != len(value["findings"]):
        raise AnswerNotUnderstood("A finding in the answer is no finding.")
    return CheckedReader(consumer, version, environment, findings)
