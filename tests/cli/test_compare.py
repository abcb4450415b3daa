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
    assert "is not among what the document names: price" in out
    line = Path("bad.json").read_text().splitlines().index('     "price": 1') + 1
    assert f"    bad.json:{line} /interactions/0/response/body/price" in out
    assert "    openapi.yaml:13 /paths/~1orders~1{id}/get/responses/200/content/application~1json/schema" in out
    assert out.endswith("bad.json is not compatible with openapi.yaml (1 error, 0 warnings).\n")


def test_json_has_the_peers_members_and_pointers(capsys: pytest.CaptureFixture[str]) -> None:
    assert compared("--consumer-contract", "bad.json", "-o", "json") == 1
    answer = json.loads(capsys.readouterr().out)
    (told,) = answer["pacts"]
    (result,) = told["results"]
    assert (answer["compatible"], told["file"], told["compatible"]) == (False, "bad.json", False)
    assert (result["code"], result["type"]) == ("response.body.incompatible", "error")
    assert result["mockDetails"]["location"] == "[root].interactions[0].response.body.price"
    assert result["mockDetails"]["pointer"] == "/interactions/0/response/body/price"
    assert (result["specDetails"]["pathMethod"], result["specDetails"]["pathName"]) == ("get", "/orders/{id}")
    assert result["specDetails"]["location"].startswith("[root].paths./orders/{id}.get.responses.200.content")


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
        ("remote.yaml", OPENAPI.replace("{type: number}", "{$ref: 'http://127.0.0.1:1/x.yaml#/a'}"), "leads out of"),
        ("old.yaml", "swagger: '1.2'", "Malformed OpenAPI file"),
        ("async2.yaml", "asyncapi: 2.6.0", "Malformed AsyncAPI file"),
        ("text.yaml", "{", "not YAML"),
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
    assert compared("--provider-contract", "openapi.yaml", "--consumer-contract", "good.json") == 2
    assert compared() == 2
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
