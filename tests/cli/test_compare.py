"""`contracthub compare`: files on disk, the answer in words, in JSON, and as an exit code."""

import json
from pathlib import Path
from typing import Any

import pytest

from contracthub.cli.main import run

OPENAPI = """\
openapi: 3.0.3
info: {title: Orders, version: "1"}
paths:
  /orders/{id}:
    get:
      parameters:
        - {name: id, in: path, required: true, schema: {type: integer}}
      responses:
        "200":
          description: The order
          content:
            application/json:
              schema:
                type: object
                required: [id, total]
                properties:
                  id: {type: integer}
                  total: {type: number}
                  state: {type: string, enum: [open, shipped]}
"""


def pact(body: object, **more: Any) -> str:
    request = {"method": "GET", "path": "/orders/7", **more}
    response = {"status": 200, "headers": {"Content-Type": "application/json"}, "body": body}
    interaction = {"description": "one order", "request": request, "response": response}
    return json.dumps(
        {"consumer": {"name": "web"}, "provider": {"name": "orders"}, "interactions": [interaction]}, indent=1
    )


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("openapi.yaml").write_text(OPENAPI)
    Path("good.json").write_text(pact({"id": 7}))
    Path("bad.json").write_text(pact({"id": 7, "price": 1}))


def compared(*words: str) -> int:
    return run(["compare", "--provider-contract", "openapi.yaml", *words])


def test_what_is_promised_is_compatible(capsys: pytest.CaptureFixture[str]) -> None:
    assert compared("--consumer-contract", "good.json") == 0
    assert capsys.readouterr().out == "good.json is compatible with openapi.yaml (0 errors, 0 warnings).\n"


def test_what_is_not_promised_is_named_with_both_places(capsys: pytest.CaptureFixture[str]) -> None:
    assert compared("--consumer-contract", "good.json", "--consumer-contract", "bad.json") == 1
    out = capsys.readouterr().out
    assert "error  response.body.incompatible  one order · GET /orders/{id}" in out
    assert "The document does not promise such a response: /price is not named there\n" in out
    line = Path("bad.json").read_text().splitlines().index('     "price": 1') + 1
    assert f"    bad.json:{line} /interactions/0/response/body/price" in out
    assert "    openapi.yaml:13 /paths/~1orders~1{id}/get/responses/200/content/application~1json/schema" in out
    assert out.endswith("bad.json is not compatible with openapi.yaml (1 error, 0 warnings).\n")


def test_the_nearest_name_is_told_where_one_is_like_it(capsys: pytest.CaptureFixture[str]) -> None:
    Path("near.json").write_text(pact({"id": 7, "totals": 1}))
    assert compared("--consumer-contract", "near.json") == 1
    assert "/totals is not named there; the nearest name is total\n" in capsys.readouterr().out


def test_json_has_the_peers_members_and_pointers(capsys: pytest.CaptureFixture[str]) -> None:
    assert compared("--consumer-contract", "bad.json", "-o", "json") == 1
    answer = json.loads(capsys.readouterr().out)
    (told,) = answer["contracts"]
    (result,) = told["results"]
    assert (answer["compatible"], told["file"], told["kind"], told["compatible"]) == (False, "bad.json", "pact", False)
    assert (result["code"], result["type"]) == ("response.body.incompatible", "error")
    assert result["mockDetails"]["location"] == "[root].interactions[0].response.body.price"
    assert result["mockDetails"]["pointer"] == "/interactions/0/response/body/price"
    assert (result["specDetails"]["pathMethod"], result["specDetails"]["pathName"]) == ("get", "/orders/{id}")
    assert result["specDetails"]["location"].startswith("[root].paths./orders/{id}.get.responses.200.content")
    assert (result["specDetails"]["file"], result["specDetails"]["line"]) == ("openapi.yaml", 13)
    assert result["remedy"].endswith(".")


def test_json_like_the_peer_is_the_peers(capsys: pytest.CaptureFixture[str]) -> None:
    assert compared("--consumer-contract", "bad.json", "-o", "json", "--like", "pactflow") == 1
    (told,) = json.loads(capsys.readouterr().out)["contracts"]
    (result,) = told["results"]
    assert result.keys() == {"code", "type", "message", "mockDetails", "specDetails", "causes"}
    assert result["mockDetails"]["interactionState"] == "[none]"


def test_like_the_peer(capsys: pytest.CaptureFixture[str]) -> None:
    Path("servers.yaml").write_text(OPENAPI + "servers: [{url: https://example.org/v1}]\n")
    Path("prefixed.json").write_text(pact({"id": 7}, path="/v1/orders/7"))
    words = ["compare", "--provider-contract", "servers.yaml", "--consumer-contract", "prefixed.json"]
    assert run(words) == 0
    assert run([*words, "--like", "openapi-pact-comparator"]) == 1
    assert run([*words, "--like", "pactflow"]) == 1
    assert "request.path-or-method.unknown" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("old.yaml", "swagger: '1.2'", "Malformed OpenAPI file"),
        ("async2.yaml", "asyncapi: 2.6.0", '"channels" is a required property'),
        ("text.yaml", "{", "does not look like any format"),
        ("schema.graphql", "type {", "Syntax Error"),
        ("order.avsc", '{"type": "record"}', "name"),
    ],
)
def test_what_cannot_be_compared_is_not_found_out(
    name: str, text: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(name).write_text(text)
    assert run(["compare", "--provider-contract", name, "--consumer-contract", "good.json"]) == 3
    err = capsys.readouterr().err
    assert told in err
    assert "Traceback" not in err


def test_what_makes_no_sense_is_a_usage_error() -> None:
    peer = ("--like", "pactflow", "--consumer-contract", "good.json")
    Path("more.yaml").write_text(OPENAPI)
    assert compared(*peer, "--provider-contract", "more.yaml") == 2
    assert compared() == 2
    assert compared("--consumer-contract", "missing.avsc=orders") == 2
    assert compared("--consumer-contract", "missing.json") == 2
    assert compared("--consumer-contract", "good.json", "--like", "dredd") == 2


def test_a_value_under_a_rule_stands_for_its_kind() -> None:
    document = json.loads(pact({"id": 7, "state": "any"}))
    Path("ruled.json").write_text(json.dumps(document))
    assert compared("--consumer-contract", "ruled.json") == 1
    document["interactions"][0]["response"]["matchingRules"] = {"$.body.state": {"match": "type"}}
    Path("ruled.json").write_text(json.dumps(document))
    assert compared("--consumer-contract", "ruled.json") == 0
    document["interactions"][0]["response"]["body"]["state"] = 7
    Path("ruled.json").write_text(json.dumps(document))
    assert compared("--consumer-contract", "ruled.json") == 1


def test_what_leads_out_of_the_document_is_promised_by_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    Path("remote.yaml").write_text(OPENAPI.replace("{type: number}", "{$ref: 'http://127.0.0.1:1/x.yaml#/a'}"))
    Path("needs.json").write_text(pact({"total": 1}))
    words = ["compare", "--provider-contract", "remote.yaml", "--consumer-contract"]
    assert run([*words, "needs.json"]) == 1
    assert "127.0.0.1" in capsys.readouterr().out


def test_files_that_a_document_refers_to_are_read_with_it(capsys: pytest.CaptureFixture[str]) -> None:
    Path("api/schemas").mkdir(parents=True)
    Path("api/openapi.yaml").write_text(OPENAPI.replace("{type: number}", "{$ref: 'schemas/total.yaml'}"))
    Path("api/schemas/total.yaml").write_text("title: total\ntype: number\n")
    Path("needs.json").write_text(pact({"total": "much"}))
    assert run(["compare", "--provider-contract", "api/openapi.yaml", "--consumer-contract", "needs.json"]) == 1
    assert "    api/schemas/total.yaml:2 /type" in capsys.readouterr().out


def test_of_several_documents_the_one_with_the_operation_counts() -> None:
    Path("carts.yaml").write_text(OPENAPI.replace("/orders/", "/carts/"))
    assert compared("--provider-contract", "carts.yaml", "--consumer-contract", "good.json") == 0
    assert compared("--provider-contract", "carts.yaml", "--consumer-contract", "bad.json") == 1


ASYNCAPI = """\
asyncapi: 2.6.0
info: {title: Orders, version: "1"}
channels:
  /orders:
    bindings: {ws: {}}
    subscribe:
      message:
        name: Order
        payload: {type: object, properties: {sku: {type: string}}}
  orders:
    bindings: {kafka: {}}
    subscribe:
      message:
        schemaFormat: application/vnd.apache.avro;version=1.9.0
        payload: {type: record, name: Order, fields: [{name: sku, type: string}]}
"""
CONVERSATION = """\
contracthub: conversation/1
name: orders
consumer: web
provider: orders
connect: {path: /orders}
steps:
- receive:
    json: {sku: a}
"""


def avro(*fields: str, name: str = "Order") -> str:
    return json.dumps({"type": "record", "name": name, "fields": [{"name": each, "type": "string"} for each in fields]})


@pytest.fixture
def _events() -> None:
    Path("asyncapi.yaml").write_text(ASYNCAPI)
    Path("live.yaml").write_text(CONVERSATION)


def asked(provider: str, consumer: str) -> int:
    return run(["compare", "--provider-contract", provider, "--consumer-contract", consumer])


@pytest.mark.usefixtures("_events")
def test_a_conversation_is_compared_with_channels(capsys: pytest.CaptureFixture[str]) -> None:
    assert asked("asyncapi.yaml", "live.yaml") == 0
    Path("live.yaml").write_text(CONVERSATION.replace("sku", "ean"))
    assert asked("asyncapi.yaml", "live.yaml") == 1
    out = capsys.readouterr().out
    assert "error  conversation.receive.incompatible  step 1 · WS /orders" in out
    assert "    live.yaml:8 /steps/0/receive/json/ean" in out
    assert "    asyncapi.yaml:9 /channels/~1orders/subscribe/message/payload" in out


@pytest.mark.usefixtures("_events")
def test_what_no_document_speaks_of_is_no_yes(capsys: pytest.CaptureFixture[str]) -> None:
    assert asked("asyncapi.yaml", "good.json") == 3
    out = capsys.readouterr().out
    assert "unanswered  request.spec.missing  one order" in out
    assert out.endswith(
        "good.json is not spoken of as a whole by asyncapi.yaml (1 unanswered, 0 errors, 0 warnings).\n"
    )
    words = ["compare", "--provider-contract", "asyncapi.yaml", "--consumer-contract", "good.json", "-o", "json"]
    assert run(words) == 3
    assert json.loads(capsys.readouterr().out)["compatible"] is None
    # A no outweighs that there is no answer to another.
    Path("live.yaml").write_text(CONVERSATION.replace("sku", "ean"))
    assert run([*words, "--consumer-contract", "live.yaml"]) == 1


@pytest.mark.usefixtures("_events")
def test_other_live_contracts_are_not_for_paper(capsys: pytest.CaptureFixture[str]) -> None:
    Path("slo.yaml").write_text("contracthub: slo/1\nname: a\n")
    assert asked("asyncapi.yaml", "slo.yaml") == 3
    assert "unanswered  contract.kind.unknown" in capsys.readouterr().out
    for text in ("contracthub: dream/1\n", "a: 1\n", "just words"):
        Path("other.yaml").write_text(text)
        assert asked("asyncapi.yaml", "other.yaml") == 3
        assert "other.yaml: It is" in capsys.readouterr().err


@pytest.mark.usefixtures("_events")
@pytest.mark.parametrize("topic", ["=orders", ""])
def test_a_readers_schema_is_compared_with_writers_of_its_topic(topic: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("reader.avsc").write_text(avro("sku", "count"))
    Path("writer.avsc").write_text(avro("sku", "count"))
    assert asked(f"writer.avsc{topic}", f"reader.avsc{topic}") == 0
    Path("writer.avsc").write_text(avro("sku"))
    out = ""
    for provider in (f"writer.avsc{topic}", "asyncapi.yaml"):
        assert asked(provider, f"reader.avsc{topic}") == 1
        out = capsys.readouterr().out
        assert "error  READER_FIELD_MISSING_DEFAULT_VALUE" in out
        assert "    reader.avsc:1 /fields/1" in out
    assert "asyncapi.yaml:13 /channels/orders/subscribe/message" in out


@pytest.mark.usefixtures("_events")
def test_which_schema_a_reader_means_is_not_guessed(capsys: pytest.CaptureFixture[str]) -> None:
    Path("reader.avsc").write_text(avro("sku"))
    Path("other.avsc").write_text(avro("ean", name="Other"))
    words = ["compare", "--provider-contract", "other.avsc=others", "--provider-contract", "asyncapi.yaml"]
    # Two topics: the one whose record has the same name is meant.
    assert run([*words, "--consumer-contract", "reader.avsc"]) == 0
    Path("reader.avsc").write_text(avro("sku", name="Third"))
    assert run([*words, "--consumer-contract", "reader.avsc"]) == 3
    assert "unanswered  reader.schema.missing" in capsys.readouterr().out
    assert run([*words, "--consumer-contract", "reader.avsc=carts"]) == 3
    Path("reader.proto").write_text('syntax = "proto3"; message Order { string sku = 1; }')
    assert run([*words, "--consumer-contract", "reader.proto=orders"]) == 3


def test_a_file_whose_name_has_the_sign_of_a_topic_is_meant_itself() -> None:
    Path("a=b.avsc").write_text(avro("sku"))
    assert asked("a=b.avsc", "a=b.avsc") == 0


def test_operations_are_compared_with_a_schema(capsys: pytest.CaptureFixture[str]) -> None:
    Path("schema.graphql").write_text("type Query {\n  orders: [String!]\n}\n")
    Path("web.graphql").write_text("query Orders {\n  orders\n}\n")
    assert asked("schema.graphql", "web.graphql") == 0
    Path("web.graphql").write_text("query Orders {\n  carts\n}\n")
    assert asked("schema.graphql", "web.graphql") == 1
    out = capsys.readouterr().out
    assert "error  graphql.field.unknown" in out
    assert "    web.graphql:2\n" in out
    assert "    schema.graphql:1\n" in out
    assert asked("openapi.yaml", "web.graphql") == 3


def test_files_that_were_given_the_wrong_way_round_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert asked("good.json", "openapi.yaml") == 3
    err = capsys.readouterr().err
    assert "A pact goes to --consumer-contract." in err
    assert "Say which it is" not in err
    assert asked("openapi.yaml", "openapi.yaml") == 3
    assert "What a provider documents, openapi here, goes to --provider-contract." in capsys.readouterr().err
    Path("junk.bin").write_bytes(bytes(range(256)))
    assert asked("junk.bin", "good.json") == 3
    assert "goes to" not in capsys.readouterr().err
    Path("folder").mkdir()
    assert asked("openapi.yaml", "folder") == 2
    assert "is no file" in capsys.readouterr().err
