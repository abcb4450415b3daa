"""A pact held against all documents of a provider version."""

import json

from contracthub.domain.comparisons import ContractKind, Level
from contracthub.domain.provider_contracts import ContractFormat
from contracthub.formats.comparisons.offered import OfferedDocument, offer_identity
from contracthub.formats.comparisons.offers import CompiledOffer, compare

ORDER = {"type": "object", "properties": {"id": {"type": "integer"}, "sku": {"type": "string"}}, "required": ["sku"]}


def openapi(path: str, schema: object = ORDER, name: str = "api") -> OfferedDocument:
    answer = {"description": "", "content": {"application/json": {"schema": schema}}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": name, "version": "1"},
        "paths": {path: {"get": {"responses": {"200": answer}}}},
    }
    return offered(name, {f"{name}.json": document})


def offered(name: str, files: dict[str, object], of_format: ContractFormat = ContractFormat.OPENAPI) -> OfferedDocument:
    return OfferedDocument(
        name, of_format, "identity", {key: json.dumps(each).encode() for key, each in files.items()}, next(iter(files))
    )


def pact(*paths: str, body: object = None) -> bytes:
    interactions = [
        {
            "description": f"get {path}",
            "request": {"method": "GET", "path": path},
            "response": {
                "status": 200,
                "headers": {"Content-Type": "application/json"},
                "body": body or {"sku": "a"},
            },
        }
        for path in paths
    ]
    return json.dumps({"interactions": interactions}).encode()


def test_each_interaction_is_judged_by_the_document_that_has_its_operation() -> None:
    offer = CompiledOffer([openapi("/orders", name="orders"), openapi("/carts", name="carts")])
    assert compare(ContractKind.PACT, pact("/carts", "/orders"), offer) == ()


def test_an_error_says_where_it_is_in_both_documents_and_what_to_do() -> None:
    offer = CompiledOffer([openapi("/carts", name="carts"), openapi("/orders", name="orders")])
    (finding,) = compare(ContractKind.PACT, pact("/orders", body={"price": 1}), offer)
    assert finding.level is Level.ERROR
    assert finding.document == "orders"
    assert finding.path == "response.body.price"
    assert finding.operation == "GET /orders"
    assert finding.consumer_pointer == "/interactions/0/response/body/price"
    assert (finding.provider_pointer or "").startswith("/paths/~1orders/get/responses/200")
    assert finding.remedy


def test_what_a_pact_wraps_a_body_in_is_no_part_of_the_path() -> None:
    content = json.loads(pact("/orders"))
    content["metadata"] = {"pactSpecification": {"version": "4.0"}}
    content["interactions"][0]["type"] = "Synchronous/HTTP"
    content["interactions"][0]["response"]["body"] = {"content": {"content": 1}, "contentType": "application/json"}
    offer = CompiledOffer([openapi("/orders")])
    (finding,) = compare(ContractKind.PACT, json.dumps(content).encode(), offer)
    assert finding.path == "response.body.content"
    assert finding.consumer_pointer == "/interactions/0/response/body/content/content"


def test_an_operation_of_no_document_is_an_error() -> None:
    offer = CompiledOffer([openapi("/carts", name="carts"), openapi("/orders", name="orders")])
    (finding,) = compare(ContractKind.PACT, pact("/parcels"), offer)
    assert (finding.rule, finding.level) == ("request.path-or-method.unknown", Level.ERROR)


def test_what_no_document_speaks_of_is_neither_yes_nor_no() -> None:
    message = {"description": "a", "type": "Asynchronous/Messages", "contents": {"content": 1}}
    content = json.dumps({"interactions": [message], "metadata": {"pactSpecification": {"version": "4.0"}}}).encode()
    (finding,) = compare(ContractKind.PACT, content, CompiledOffer([openapi("/orders")]))
    assert finding.level is Level.UNANSWERED
    assert (finding.interaction, finding.description) == (0, "a")


def test_a_document_of_several_files_is_one() -> None:
    answer = {"description": "", "content": {"application/json": {"schema": {"$ref": "shared/order.json#/defs/Order"}}}}
    root = {
        "openapi": "3.1.0",
        "info": {"title": "a", "version": "1"},
        "paths": {"/orders": {"get": {"responses": {"200": answer}}}},
    }
    shared = {
        "defs": {
            "Order": {"type": "object", "properties": {"sku": {"$ref": "#/defs/Sku"}}, "required": ["sku"]},
            "Sku": {"type": "string"},
        }
    }
    offer = CompiledOffer([offered("api", {"openapi.json": root, "shared/order.json": shared})])
    assert compare(ContractKind.PACT, pact("/orders"), offer) == ()
    (finding,) = compare(ContractKind.PACT, pact("/orders", body={"sku": 3}), offer)
    assert finding.path == "response.body.sku"


def test_a_document_that_cannot_be_read_is_neither_yes_nor_no() -> None:
    broken = OfferedDocument("api", ContractFormat.OPENAPI, "identity", {"a.json": b"{"}, "a.json")
    (finding,) = compare(ContractKind.PACT, pact("/orders"), CompiledOffer([broken]))
    assert finding.level is Level.UNANSWERED
    assert finding.rule == "comparison.impossible"


def test_an_offer_is_known_by_its_documents_whatever_their_order() -> None:
    one = (ContractFormat.OPENAPI, None, None, "a")
    other = (ContractFormat.AVRO, "orders-value", "orders", "b")
    assert offer_identity([one, other]) == offer_identity([other, one])
    assert offer_identity([one]) != offer_identity([one, other])
    assert offer_identity([(ContractFormat.AVRO, "b", None, "i")]) != offer_identity([other])
