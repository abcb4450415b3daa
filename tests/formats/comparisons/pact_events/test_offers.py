"""Messages among everything else that a pact asks for and a provider version offers."""

import json

from contracthub.domain.comparisons import ContractKind, Level
from contracthub.domain.provider_contracts import ContractFormat
from contracthub.formats.comparisons.offered import OfferedDocument
from contracthub.formats.comparisons.offers import CompiledOffer, compare
from tests.formats.comparisons.pact_events.cases import TOPIC, three
from tests.formats.comparisons.pact_events.offering import avro, message, pact, text

OPENAPI = {"openapi": "3.0.3", "paths": {"/x": {"get": {"responses": {"204": {"description": "nothing"}}}}}}
REST = OfferedDocument("rest", ContractFormat.OPENAPI, "1", {"o.json": text(OPENAPI)}, "o.json")
REQUEST = {"description": "r", "request": {"method": "GET", "path": "/x"}, "response": {"status": 204}}


def test_requests_and_messages_go_to_what_speaks_of_them() -> None:
    consumer = pact(REQUEST, message({"id": 1}, TOPIC))
    [found] = [each for each in compare(ContractKind.PACT, consumer, CompiledOffer([REST, three()])) if each.path]
    assert (found.interaction, found.rule, found.path) == (1, "message.payload.incompatible", "contents.id")


def test_messages_of_version_3_count_after_requests() -> None:
    schema = {"type": "record", "name": "Order", "fields": [{"name": "id", "type": "int"}]}
    one = {"description": "m", "contents": {"id": "x"}, "metaData": {"topic": "orders"}}
    consumer = json.dumps({"interactions": [REQUEST], "messages": [one]}).encode()
    [found] = [each for each in compare(ContractKind.PACT, consumer, CompiledOffer([REST, avro(schema)])) if each.path]
    assert (found.interaction, found.consumer_pointer) == (1, "/messages/0/contents/id")


def test_messages_that_no_document_speaks_of_are_no_yes() -> None:
    [found] = compare(ContractKind.PACT, pact(message({"id": 1}, TOPIC)), CompiledOffer([REST]))
    assert (found.rule, found.level) == ("message.spec.missing", Level.UNANSWERED)
