"""Documents that are made to hurt are refused with their place, or read, in little memory and little time."""

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.features.bombs import BOMBS, Bomb, json_schema, one, openapi

MOST_MEBIBYTES = 500
LONGEST_TEXT = 2_000
MOST_FAULTS = 50
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("format_name", BOMBS)
def test_documents_that_are_made_to_hurt_come_to_an_end(format_name: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.features.bombs", format_name],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=110,
    )
    came = [json.loads(line) for line in ran.stdout.splitlines()]
    expected = [*BOMBS[format_name]()]
    assert [each["name"] for each in came] == [name for name, _ in expected]
    wrong = [outcome for outcome, (_, bomb) in zip(came, expected, strict=True) if not _is_well(outcome, bomb)]
    assert wrong == []


def _is_well(outcome: dict[str, Any], bomb: Bomb) -> bool:
    if "raised" in outcome or "killed" in outcome or outcome["mebibytes"] > MOST_MEBIBYTES:
        return False
    if bomb.place is None:
        return "elements" in outcome
    is_there = "refused" in outcome and bomb.place in {"*", outcome["refused"]}
    return is_there and outcome["faults"] <= MOST_FAULTS and outcome["longest"] <= LONGEST_TEXT


def publication(bomb: Bomb, format_name: str) -> dict[str, Any]:
    files = [{"path": path, "content": base64.b64encode(body).decode()} for path, body in bomb.files.items()]
    contract = {"files": files, "format": format_name, "root": next(iter(bomb.files))}
    return {"provider": "mercatrix", "version": "1", "contract": contract}


OVER_HTTP = {f"openapi, {name}": ("openapi", bomb) for name, bomb in openapi() if bomb.place is not None} | {
    f"json-schema, {name}": ("json-schema", bomb) for name, bomb in json_schema() if bomb.place is not None
}
# Whatever the format, the same happens to it on the way; the ones of these two stand for all.


def test_nothing_of_it_is_stored_and_the_answer_says_where(api: TestClient) -> None:
    for name, (format_name, bomb) in OVER_HTTP.items():
        answer = api.post("/api/v1/provider-contracts", json=publication(bomb, format_name))
        assert answer.status_code in {400, 413, 422}, f"{name}: {answer.status_code} {answer.text[:500]}"
        assert len(answer.content) < 32 * 1024, name
        told = answer.json()
        assert told.get("errors") or told.get("detail"), name
        if bomb.place not in {None, "", "*"}:
            first = told["errors"][0]
            where = first.get("pointer") or f"{first.get('line')}:{first.get('column')}"
            assert where == bomb.place, f"{name}: {first}"
    assert api.get("/pacticipants").json()["pacticipants"] == []


@pytest.mark.parametrize("format_name", ["wsdl", "", "pact", 1, None, "OpenAPI", "a" * 10_000])
def test_a_format_that_there_is_not_is_refused_with_those_there_are(api: TestClient, format_name: Any) -> None:
    document = one("type: object", name="a.yaml")
    body = publication(document, "openapi")
    body["contract"]["format"] = format_name
    answer = api.post("/api/v1/provider-contracts", json=body)
    if format_name is None:
        # Nothing said: it is a JSON Schema by its look.
        assert answer.status_code == 201
        return
    assert answer.status_code == 400
    assert len(answer.content) < 4_000
    assert "openapi" in answer.text


def test_a_document_of_another_format_than_was_said_is_refused(api: TestClient) -> None:
    texts = {
        "openapi": b"type Query { a: Int }",
        "graphql": b"openapi: 3.1.0",
        "asyncapi": b"openapi: 3.1.0",
        "avro": b"openapi: 3.1.0",
        "json-schema": b"- a\n- b",
        "protobuf": b"type Query { a: Int }",
    }
    for format_name, text in texts.items():
        answer = api.post("/api/v1/provider-contracts", json=publication(one(text), format_name))
        assert (answer.status_code, bool(answer.json()["errors"])) == (400, True), format_name
