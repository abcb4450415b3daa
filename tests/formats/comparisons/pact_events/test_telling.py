"""What is told beside the verdict: which message is meant, what a reader may miss, and where."""

from contracthub.domain.comparisons import Level
from tests.formats.comparisons.pact_events.cases import NUMBER, ORDER, TEXT, TOPIC, objects, three
from tests.formats.comparisons.pact_events.cases_asyncapi import BOTH
from tests.formats.comparisons.pact_events.offering import asyncapi, avro, found, message, pact, protobuf, text


def test_which_message_it_is_is_told() -> None:
    [matched] = [each for each in found(pact(message({"id": "1"}, TOPIC)), three(BOTH)) if "matched" in each.rule]
    assert matched.level is Level.INFORMATION
    assert (
        matched.message
        == "The message is OrderPlaced on orders.placed; OrderCancelled on orders.placed would fit as well"
    )
    assert (matched.operation, matched.document) == ("sendOrder", "events")


def test_that_nothing_names_it_is_told() -> None:
    [matched] = [each for each in found(pact(message({"id": "1"})), three()) if "matched" in each.rule]
    assert "Nothing in the pact names it" in matched.message


def test_a_field_that_may_be_absent_or_null_is_told() -> None:
    schema = {**objects(id=TEXT, note={"type": ["string", "null"]}, total=NUMBER), "required": ["id", "note"]}
    findings = found(pact(message({"id": "1", "note": "x", "total": 1}, TOPIC)), three({"m": {"payload": schema}}))
    assert {(each.rule, each.path, each.level) for each in findings if "payload" in each.rule} == {
        ("message.payload.nullable", "contents.note", Level.INFORMATION),
        ("message.payload.optional", "contents.total", Level.INFORMATION),
    }


def test_everything_that_is_found_says_where_and_what_to_do() -> None:
    consumer = pact(message({"id": "1"}, TOPIC), message({"id": 1, "x": 1}, TOPIC), message({}, {"topic": "none"}))
    findings = found(consumer, three(BOTH))
    assert {each.interaction for each in findings} == {0, 1, 2}
    for each in findings:
        assert each.remedy
        assert each.message
        assert each.consumer_pointer is not None
        assert each.consumer_pointer.startswith(f"/interactions/{each.interaction}")


def test_a_place_in_another_file_is_told_with_the_file() -> None:
    document = three({"m": {"payload": {"$ref": "order.json"}}})
    files = {**document.files, "order.json": b'{"type": "object", "properties": {"id": {"type": "string"}}}'}
    offered = type(document)("events", document.format, "1", files, document.root)
    [failure] = [each for each in found(pact(message({"id": 1}, TOPIC)), offered) if each.level is Level.ERROR]
    assert failure.provider_pointer == "order.json#/properties/id/type"


def test_documents_that_contradict_one_another_do_not_make_a_yes() -> None:
    schema = {"type": "record", "name": "Order", "fields": [{"name": "id", "type": "string"}]}
    consumer = pact(message({"id": "1", "total": 5}, TOPIC))
    findings = found(consumer, three(), avro(schema, "orders.placed-value"))
    assert [(each.path, each.document) for each in findings if each.level is Level.ERROR] == [
        ("contents.total", "orders.placed-value")
    ]
    findings = found(
        consumer,
        three({"m": {"payload": objects(id=TEXT)}}),
        avro({**schema, "fields": [*schema["fields"], {"name": "total", "type": "int"}]}, "orders.placed-value"),
    )
    assert [(each.path, each.document) for each in findings if each.level is Level.ERROR] == [
        ("contents.total", "events")
    ]


def test_a_document_that_can_not_be_read_leaves_the_others() -> None:
    findings = found(pact(message({"id": 1}, TOPIC)), asyncapi(b"asyncapi: ["), three({"m": {"payload": ORDER}}))
    assert [each.path for each in findings if each.level is Level.ERROR] == ["contents.id"]


def test_a_place_in_a_protobuf_file_is_told_by_line_and_column() -> None:
    file = """syntax = "proto3";
// message Comment { string id = 1; }
package shop;
message Order {
  option deprecated = true;
  message Line { string sku = 1 [deprecated = true]; }
  oneof kind { string a = 2; Line line = 3; }
}
"""
    consumer = pact(message({"line": {"sku": 5, "skv": 1}}, {"topic": "orders"}))
    failures = [each for each in found(consumer, protobuf(file)) if each.level is Level.ERROR]
    assert [each.provider_pointer for each in failures] == ["6:25", "6:11"]


def test_json_that_a_pact_of_version_3_keeps_as_text_is_json() -> None:
    def rules(contents: str) -> list[str]:
        written = {"messages": [{"description": "an order", "contents": contents}]}
        pact_of_3 = text(written | {"metadata": {"pactSpecification": {"version": "3.0.0"}}})
        return [each.rule for each in found(pact_of_3, three()) if each.level is Level.ERROR]

    assert rules('{"id": "1"}') == []
    assert rules('{"nothing": "1"}') == ["message.payload.incompatible"]
    assert rules("[no json") == ["message.payload.incompatible"]
