"""What is said to break is what fails: each case is judged by the diff, and replayed against a provider that does it.

In the rows about answers the provider sends what the new document lets it send and the old one did not. In those about
requests it refuses what the new document does not admit.
"""

import json
from copy import deepcopy
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from contracthub.formats.changes import Change
from contracthub.formats.differences import difference
from contracthub.formats.impact.hits import Hit
from contracthub.formats.impact.openapi import OpenApiImpact
from contracthub.formats.limits import DOCUMENT
from contracthub.formats.registry import PACT
from contracthub.formats.uploads import Upload
from contracthub.verification.job import ReplayJob
from contracthub.verification.replay import replay
from tests.formats.impact.answering import answering

Json = Any
TODAY = datetime(2026, 11, 21, tzinfo=UTC).date()


NULL_OR_TEXT: Json = {"type": ["string", "null"]}


def match(kind: str, example: Json, /, **facts: Json) -> Json:
    return {"": {"match": kind, **facts}}, example


TEXT: Json = {"type": "string"}
A_B: Json = {"type": "string", "enum": ["a", "b"]}
A_B_C: Json = {"type": "string", "enum": ["a", "b", "c"]}
IN_X: Json = {"type": "object", "required": ["x"], "properties": {"x": TEXT}}
IN_Y: Json = {"type": "object", "required": ["y"], "properties": {"y": TEXT}}
READ_X: Json = ({".x": {"match": "type"}}, {"x": "a"})
EQUAL = {"": {"match": "equality"}}

# id, rules and example of the property, its old schema, its new schema, what is sent now, whether the contract breaks
ANSWERS: list[tuple[str, Json, Json, Json, Json, bool]] = [
    ("type: another type", match("type", "a"), TEXT, {"type": "integer"}, 7, True),
    ("type: may be null", match("type", "a"), TEXT, {"type": ["string", "null"]}, None, True),
    ("type: another word", match("type", "a"), A_B, A_B_C, "c", False),
    ("type: any word", match("type", "a"), A_B, TEXT, "zz", False),
    ("type: longer", match("type", "a"), {"type": "string", "maxLength": 1}, TEXT, "aaa", False),
    ("type: another pattern", match("type", "a"), {"type": "string", "pattern": "^a"}, TEXT, "b", False),
    ("type: another format", match("type", "a"), {"type": "string", "format": "uuid"}, TEXT, "b", False),
    ("type: a fraction", match("type", 1), {"type": "integer"}, {"type": "number"}, 1.5, False),
    ("type: smaller", match("type", 5), {"type": "integer", "minimum": 1}, {"type": "integer"}, 0, False),
    ("type: or an object", match("type", "a"), TEXT, {"oneOf": [TEXT, IN_X]}, {"x": "a"}, True),
    ("type: or another text", match("type", "a"), A_B, {"anyOf": [A_B, {"const": "c"}]}, "c", False),
    ("regex: another word", match("regex", "a", regex="^(a|b)$"), A_B, A_B_C, "c", True),
    ("regex: another word that it takes", match("regex", "a", regex="^[a-z]$"), A_B, A_B_C, "c", False),
    ("regex: any word", match("regex", "a", regex="^(a|b)$"), A_B, TEXT, "zz", True),
    ("regex: may be null", match("regex", "a", regex="a|b"), A_B, {"anyOf": [A_B, {"type": "null"}]}, None, True),
    ("regex: pattern gone", match("regex", "a", regex="^a+$"), {"type": "string", "pattern": "^a+$"}, TEXT, "0", True),
    ("integer: a fraction", match("integer", 1), {"type": "integer"}, {"type": "number"}, 1.5, True),
    ("number: a fraction", match("number", 1), {"type": "integer"}, {"type": "number"}, 1.5, False),
    ("decimal: whole numbers", match("decimal", 1.5), {"type": "number"}, {"type": "integer"}, 1, True),
    ("boolean: a text", match("boolean", True), {"type": "boolean"}, TEXT, "yes", True),
    ("date: any text", match("date", "2026-11-21", format="yyyy-MM-dd"), {**TEXT, "format": "date"}, TEXT, "a", True),
    ("include: longer", match("include", "a", value="a"), {**TEXT, "maxLength": 1}, TEXT, "aaa", False),
    ("equal: it never comes", (EQUAL, "a"), A_B, {"type": "string", "enum": ["b"]}, "b", True),
    ("equal: another went", (EQUAL, "a"), A_B, {"type": "string", "enum": ["a"]}, "a", False),
    ("equal: others may come", (EQUAL, "a"), A_B, A_B_C, "a", False),
    ("equal: another type", (EQUAL, 1), {"type": "integer"}, TEXT, "1", True),
    ("equal: null never comes", (EQUAL, None), {"type": ["string", "null"]}, TEXT, "a", True),
    (
        "equal: null still comes",
        (EQUAL, None),
        {"type": ["string", "null"]},
        {"type": ["integer", "null"]},
        None,
        False,
    ),
    ("inside: it may be absent", READ_X, IN_X, {**IN_X, "required": []}, {}, True),
    ("inside: it went", READ_X, {**IN_X, "required": []}, {"type": "object", "properties": {}}, {}, True),
    ("inside: or another object", READ_X, IN_X, {"oneOf": [IN_X, IN_Y]}, {"y": "a"}, True),
    ("inside: the whole may be null", READ_X, IN_X, {"anyOf": [IN_X, {"type": "null"}]}, None, True),
    ("inside: more beside it", READ_X, {**IN_X, "maxProperties": 1}, IN_X, {"x": "a", "z": 1}, False),
    ("inside: allOf loosened", READ_X, {"allOf": [IN_X, {"minProperties": 1}]}, {"allOf": [IN_X]}, {"x": "a"}, False),
    (
        "a map: values of another type",
        ({".k": {"match": "type"}}, {"k": "a"}),
        {"type": "object", "additionalProperties": TEXT},
        {"type": "object", "additionalProperties": {"type": "integer"}},
        {"k": 7},
        True,
    ),
    (
        "each like: items of another type",
        ({"": {"match": "type", "min": 1}, "[*]": {"match": "type"}}, ["a"]),
        {"type": "array", "items": TEXT},
        {"type": "array", "items": {"type": "integer"}},
        [7],
        True,
    ),
    (
        "each like: more items",
        ({"": {"match": "type", "min": 1}, "[*]": {"match": "type"}}, ["a"]),
        {"type": "array", "items": TEXT, "maxItems": 1},
        {"type": "array", "items": TEXT},
        ["a", "b"],
        False,
    ),
    (
        "each like: a member may be absent",
        ({"": {"match": "type", "min": 1}, "[*].x": {"match": "type"}}, [{"x": "a"}]),
        {"type": "array", "items": IN_X},
        {"type": "array", "items": {**IN_X, "required": []}},
        [{}],
        True,
    ),
    (
        "each like: no list",
        ({"": {"match": "type", "min": 1}, "[*]": {"match": "type"}}, ["a"]),
        {"type": "array", "items": TEXT},
        TEXT,
        "a",
        True,
    ),
]

# id, what is sent, its old schema, its new schema, whether the contract breaks
REQUESTS: list[tuple[str, Json, Json, Json, bool]] = [
    ("the word that is sent goes", "a", A_B, {"type": "string", "enum": ["b"]}, True),
    ("another word goes", "a", A_B_C, A_B, False),
    ("a word is listed, and it is this one", "a", TEXT, A_B, False),
    ("words are listed without this one", "z", TEXT, A_B, True),
    ("null is sent and not taken", None, {"type": ["string", "null"]}, TEXT, True),
    ("null is not sent and not taken", "a", {"type": ["string", "null"]}, TEXT, False),
    ("shorter, and it fits", "a", TEXT, {"type": "string", "maxLength": 2}, False),
    ("shorter, and it does not fit", "aaa", TEXT, {"type": "string", "maxLength": 2}, True),
    ("a pattern that it meets", "a", TEXT, {"type": "string", "pattern": "^[a-z]$"}, False),
    ("a pattern that it does not meet", "7", TEXT, {"type": "string", "pattern": "^[a-z]$"}, True),
    ("a number as text", "7", TEXT, {"type": "integer"}, True),
    ("a bound that it keeps", 5, {"type": "integer"}, {"type": "integer", "minimum": 5}, False),
    ("a bound that it breaks", 5, {"type": "integer"}, {"type": "integer", "exclusiveMinimum": 5}, True),
    ("whole numbers, and it is whole", 4, {"type": "number"}, {"type": "integer"}, False),
    ("whole numbers, and it is none", 4.5, {"type": "number"}, {"type": "integer"}, True),
    ("a property that it has", {"x": "a"}, {**IN_X, "required": []}, IN_X, False),
    ("a property that it lacks", {"z": "a"}, {**IN_X, "required": []}, IN_X, True),
    ("closed around what is sent", {"x": "a"}, IN_X, {**IN_X, "additionalProperties": False}, False),
    ("closed before what is sent", {"x": "a", "z": 1}, IN_X, {**IN_X, "additionalProperties": False}, True),
    (
        "a property that is sent goes from a closed object",
        {"x": "a", "y": "b"},
        {"type": "object", "properties": {"x": TEXT, "y": TEXT}, "additionalProperties": False},
        {"type": "object", "properties": {"x": TEXT}, "additionalProperties": False},
        True,
    ),
    ("the branch that it is goes", {"y": "a"}, {"oneOf": [IN_X, IN_Y]}, {"oneOf": [IN_X]}, True),
    ("another branch goes", {"x": "a"}, {"oneOf": [IN_X, IN_Y]}, {"oneOf": [IN_X]}, False),
    ("allOf asks for more", {"x": "a"}, {"allOf": [IN_X]}, {"allOf": [IN_X, IN_Y]}, True),
    ("allOf asks for what it has", {"x": "a", "y": "b"}, {"allOf": [IN_X]}, {"allOf": [IN_X, IN_Y]}, False),
    ("more items than are taken", ["a", "b"], {"type": "array", "items": TEXT}, {"type": "array", "maxItems": 1}, True),
    ("items that are alike", ["a", "a"], {"type": "array"}, {"type": "array", "uniqueItems": True}, True),
    ("items of another type", ["a"], {"type": "array", "items": TEXT}, {"type": "array", "items": A_B}, False),
    (
        "one of two items is refused",
        ["a", "z"],
        {"type": "array", "items": TEXT},
        {"type": "array", "items": A_B},
        True,
    ),
]


def operation_of(request: Json | None, answer: Json | None) -> Json:
    body = {"type": "object", "required": ["v"], "properties": {"v": request if request is not None else answer}}
    content = {"application/json": {"schema": body}}
    if request is not None:
        return {"post": {"requestBody": {"content": content}, "responses": {"200": {"description": ""}}}}
    return {"get": {"responses": {"200": {"description": "", "content": content}}}}


def document_of(operation: Json) -> Json:
    return {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {"/row": operation}}


def pact_of(interactions: list[Json]) -> Json:
    return {
        "consumer": {"name": "c"},
        "provider": {"name": "p"},
        "interactions": interactions,
        "metadata": {"pactSpecification": {"version": "3.0.0"}},
    }


def interaction_of_answer(name: str, path: str, rules: Json, value: Json) -> Json:
    body = {f"$.v{place}": {"matchers": [rule]} for place, rule in rules.items()}
    return {
        "description": name,
        "request": {"method": "GET", "path": path},
        "response": {
            "status": 200,
            "headers": {"Content-Type": "application/json"},
            "body": {"v": value},
            "matchingRules": {"body": body},
        },
    }


def interaction_of_request(name: str, path: str, value: Json) -> Json:
    headers = {"Content-Type": "application/json"}
    return {
        "description": name,
        "request": {"method": "POST", "path": path, "headers": headers, "body": {"v": value}},
        "response": {"status": 200},
    }


def judged(old: Json, new: Json, interaction: Json) -> list[Hit]:
    uploads = [Upload("a.json", {"a.json": json.dumps(document_of(each)).encode()}) for each in (old, new)]
    found = difference("openapi", *uploads, today=TODAY)
    changes: list[Change] = [each for each in found.changes if each.id != "api-version-not-bumped"]
    assert changes
    needs = PACT.needs(PACT.read(json.dumps(pact_of([deepcopy(interaction)])).encode(), DOCUMENT))
    impact = OpenApiImpact(found.old, found.new, changes).of(needs)
    assert impact.unjudged == ()
    return list(impact.hits)


def failing(interactions: list[Json], handler: type[BaseHTTPRequestHandler], folder: Path) -> set[str]:
    """The interactions that fail against a provider."""
    file = folder / "pact.json"
    file.write_text(json.dumps(pact_of(interactions)))
    with answering(handler) as url:
        report = replay(ReplayJob("p", url, files=(str(file),)), timeout=60)
    assert len(report.interactions) == len(interactions)
    return {each.description for each in report.interactions if not each.passed}


@pytest.mark.parametrize(("name", "read", "old", "new", "_", "breaks"), ANSWERS, ids=[each[0] for each in ANSWERS])
def test_what_answers_do_to_a_contract(name: str, read: Json, old: Json, new: Json, _: Json, breaks: bool) -> None:
    rules, value = read
    interaction = interaction_of_answer(name, "/row", rules, value)
    hits = judged(operation_of(None, old), operation_of(None, new), interaction)
    assert hits, "what is used and changed is never silently untouched"
    assert any(hit.breaks for hit in hits) is breaks, [(hit.change.id, hit.where) for hit in hits]


def test_what_is_said_of_answers_is_what_a_verifier_sees(tmp_path: Path) -> None:
    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps({"v": ANSWERS[int(self.path.rpartition("/")[2])][4]}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    for _, _, old, new, answer, _ in ANSWERS:
        assert jsonschema_rs.is_valid(new, answer), (old, new, answer)
    interactions = [interaction_of_answer(row[0], f"/row/{number}", *row[1]) for number, row in enumerate(ANSWERS)]
    assert failing(interactions, Answering, tmp_path) == {row[0] for row in ANSWERS if row[5]}


@pytest.mark.parametrize(("name", "sent", "old", "new", "breaks"), REQUESTS, ids=[each[0] for each in REQUESTS])
def test_what_requests_meet(name: str, sent: Json, old: Json, new: Json, breaks: bool) -> None:
    hits = judged(operation_of(old, None), operation_of(new, None), interaction_of_request(name, "/row", sent))
    assert hits, "what is used and changed is never silently untouched"
    assert any(hit.breaks for hit in hits) is breaks, [(hit.change.id, hit.where) for hit in hits]


def test_what_is_said_of_requests_is_what_a_verifier_sees(tmp_path: Path) -> None:
    class Refusing(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            schema = REQUESTS[int(self.path.rpartition("/")[2])][3]
            self.send_response(200 if jsonschema_rs.is_valid(schema, sent["v"]) else 400)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    for name, sent, old, *_ in REQUESTS:
        assert jsonschema_rs.is_valid(old, sent), name
    interactions = [interaction_of_request(row[0], f"/row/{number}", row[1]) for number, row in enumerate(REQUESTS)]
    assert failing(interactions, Refusing, tmp_path) == {row[0] for row in REQUESTS if row[4]}
