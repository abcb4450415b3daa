"""Messages of a pact, held against an AsyncAPI 3 document (bidirectional §8)."""

from collections.abc import Iterator
from dataclasses import dataclass

from contracthub.domain.comparisons import Level
from contracthub.formats.comparisons.pact_openapi.findings import Findings
from contracthub.formats.comparisons.pact_openapi.http_request import resolved_in
from contracthub.formats.comparisons.pact_openapi.media_types import is_form, is_json, is_multipart
from contracthub.formats.comparisons.pact_openapi.pact_file import MISSING, Interaction, Kind, content_of
from contracthub.formats.comparisons.pact_openapi.provider_document import ProviderDocument
from contracthub.formats.comparisons.pact_openapi.references import Place
from contracthub.formats.comparisons.pact_openapi.results import Result
from contracthub.formats.pointers import child
from contracthub.formats.safe_json import JsonObject


@dataclass(frozen=True, slots=True)
class MessageCheck:
    """What is needed to judge a message interaction."""

    provider: ProviderDocument
    interaction: Interaction
    findings: Findings

    def all(self) -> Iterator[Result]:
        """Everything that is found."""
        pointer = f"/interactions/{self.interaction.index}"
        operation_id, told = _operation_id(self.interaction.raw)
        if operation_id is None:
            yield self.findings.result("message.references.missing", told, pointer)
            return
        operation = resolved_in(
            self.provider, Place(self.provider.document, "").member("operations").member(operation_id)
        )
        if not isinstance(operation.value, dict):
            told = f"The document has no operation {operation_id!r}"
            where = f"{pointer}/comments/references/AsyncAPI/operationId"
            yield self.findings.result("message.operation.unknown", told, where, "/operations")
            return
        if self.interaction.kind is Kind.MESSAGE:
            yield from self._one(self.interaction.raw, pointer, operation, received=True)
        else:
            yield from self._both(pointer, operation)

    def _both(self, pointer: str, operation: Place) -> Iterator[Result]:
        request = self.interaction.raw.get("request")
        sent = list(self._one(_object(request), f"{pointer}/request", operation, received=False))
        yield from sent
        if any(each.level is Level.ERROR for each in sent):
            return
        responses = self.interaction.raw.get("response")
        listed = responses if isinstance(responses, list) else [responses] if isinstance(responses, dict) else []
        if not listed:
            told = "The interaction expects no response"
            yield self.findings.result("message.response.missing", told, pointer, operation.pointer)
            return
        reply = resolved_in(self.provider, operation.member("reply"))
        if not self._messages(reply):
            told = "The operation says nothing of replies"
            yield self.findings.result("message.reply.missing", told, f"{pointer}/response", operation.pointer)
            return
        for at, each in enumerate(listed):
            yield from self._one(_object(each), f"{pointer}/response/{at}", reply, received=True)

    def _messages(self, operation: Place) -> list[Place]:
        listed = [*operation.member("messages").items()]
        if not isinstance(operation.member("messages").value, list) and self.provider.rules.ours:
            # AsyncAPI 3, operation object: without a list it is about all messages of its channel.
            channel = resolved_in(self.provider, operation.member("channel"))
            listed = [place for _, place in channel.member("messages").members()]
        return [resolved_in(self.provider, each) for each in listed]

    def _one(self, message: JsonObject, pointer: str, operation: Place, *, received: bool) -> Iterator[Result]:
        causes: list[Result] = []
        for candidate in self._messages(operation):
            found = [*self._payload(message, pointer, candidate, received=received)]
            found += self._metadata(message, pointer, candidate, received=received)
            if not any(each.level is Level.ERROR for each in found):
                yield from found
                told = f"The message is as {candidate.pointer} has it"
                yield self.findings.result("message.matched", told, pointer, candidate.pointer)
                return
            causes += found
        told = "No message of the operation is like this"
        yield self.findings.result("message.no.match", told, pointer, operation.pointer, causes=causes)

    def _payload(self, message: JsonObject, pointer: str, candidate: Place, *, received: bool) -> Iterator[Result]:
        content, content_type, where = content_of(message, pointer, self.provider.rules)
        if content is MISSING or (content_type is None and not self.provider.rules.ours):
            return
        payload = candidate.member("payload")
        if payload.value is None:
            told = "The message declares no payload"
            yield self.findings.result("message.payload.unknown", told, where, candidate.pointer)
            return
        media_type = content_type or "application/json"
        if not (is_json(media_type) or is_form(media_type) or is_multipart(media_type)):
            told = f"A payload of type {media_type} can't be validated"
            yield self.findings.result("message.payload.unvalidatable", told, where, payload.pointer)
            return
        place = payload
        if isinstance(payload.object.get("schemaFormat"), str) and "schema" in payload.object:
            if not self.provider.rules.ours:
                return
            place = payload.member("schema")
        failures = self.provider.schemas.failures(place, content, response=received, message=True)
        yield from self.findings.failures("message.payload.incompatible", failures, where)

    def _metadata(self, message: JsonObject, pointer: str, candidate: Place, *, received: bool) -> Iterator[Result]:
        metadata = message.get("metadata")
        if not isinstance(metadata, dict):
            return
        if self.provider.rules.ours:
            # Client libraries put these there; they are no headers.
            own = {"contentType", "topic", "key", "kafka_topic"}
            metadata = {name: value for name, value in metadata.items() if name not in own}
        for headers in self._headers(candidate):
            failures = self.provider.schemas.failures(headers, metadata, response=received, message=True)
            yield from self.findings.failures("message.headers.incompatible", failures, child(pointer, "metadata"))

    def _headers(self, candidate: Place) -> list[Place]:
        own = candidate.member("headers")
        found = [own] if own.value is not None else []
        if self.provider.rules.ours and not found:
            traits = (resolved_in(self.provider, each) for each in candidate.member("traits").items())
            found = [each.member("headers") for each in traits if each.member("headers").value is not None]
        return found


def _operation_id(interaction: JsonObject) -> tuple[str | None, str]:
    node: object = interaction
    for name in ("comments", "references", "AsyncAPI"):
        node = node.get(name) if isinstance(node, dict) else None
    if not isinstance(node, dict):
        return None, "comments.references.AsyncAPI does not say which operation the message belongs to"
    said = node.get("operationId")
    if not isinstance(said, str):
        return None, "comments.references.AsyncAPI has no operationId"
    return said, ""


def _object(value: object) -> JsonObject:
    return value if isinstance(value, dict) else {}
