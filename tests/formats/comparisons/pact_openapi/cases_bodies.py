"""Pairs about statuses, media types, headers and bodies of any kind (§3, §5, §7)."""

import base64
import json
from typing import Any

from tests.formats.comparisons.pact_openapi.cases import (
    BODY,
    INTEGER,
    JSON,
    REFUSED,
    SCHEMA,
    STRING,
    V2,
    V3,
    V4,
    Case,
    answering,
    api,
    at,
    obj,
    pact,
    reading,
    sending,
    swagger,
    taking,
)

FORM, MULTIPART, TEXT, XML = "application/x-www-form-urlencoded", "multipart/form-data", "text/plain", "text/xml"
BAD_BODY = "request.body.incompatible request/body"
BAD_ANSWER = "response.body.incompatible response/body"
TYPE_OF_REQUEST = "request/headers/Content-Type ."


def answers(responses: Any, **rest: Any) -> Any:
    return api({"responses": responses}, **rest)


def said(schema: Any = None, media: str = JSON, **more: Any) -> Any:
    content = {} if schema is None else {"content": {media: {"schema": schema}}}
    return {"description": "k", **content, **more}


def headed(name: str, schema: Any, **more: Any) -> Any:
    return answers({"200": said(headers={name: {"schema": schema, **more}})})


def expecting(headers: Any, **more: Any) -> Any:
    return pact(None, {"headers": headers, **more})


def form(schema: Any, body: Any, content_type: str = FORM) -> tuple[Any, Any]:
    return taking(schema, media=content_type.split(";", maxsplit=1)[0]), sending(body, content_type)


PARTS = '--z\r\nContent-Disposition: form-data; name="a"\r\n\r\n5\r\n--z--\r\n'
UPLOAD = swagger(
    {
        "consumes": [FORM],
        "parameters": [{"name": "a", "in": "formData", "type": "integer", "required": True}],
    },
    method="post",
)

REQUESTS = [
    Case("a body as declared", taking(obj(a=INTEGER)), sending({"a": 1})),
    Case(
        "a body of another type",
        taking(obj(a=INTEGER)),
        sending({"a": "1"}),
        (f"{BAD_BODY}/a {BODY}/properties/a/type",),
    ),
    Case("more than is declared may be sent", taking(obj(a=INTEGER)), sending({"a": 1, "b": 2})),
    Case(
        "more than is allowed",
        taking({**obj(a=INTEGER), "additionalProperties": False}),
        sending({"a": 1, "b": 2}),
        (f"{BAD_BODY}/b {BODY}/additionalProperties",),
    ),
    Case(
        "a member that is asked for",
        taking({**obj(a=INTEGER), "required": ["a"]}),
        sending({}),
        (f"{BAD_BODY} {BODY}/required",),
    ),
    Case(
        "a body that is asked for",
        taking(INTEGER, required=True),
        pact({"method": "POST"}),
        ("request.body.incompatible request .",),
    ),
    Case("a body that may be left out", taking(INTEGER), pact({"method": "POST"})),
    Case("a body without Content-Type", taking(INTEGER), sending(1, None), ("request.content-type.missing request .",)),
    Case(
        "a body that nobody reads",
        api(method="post"),
        sending(1),
        ("request.body.unknown request/body .", f"request.content-type.unknown {TYPE_OF_REQUEST}"),
    ),
    Case(
        "a body of a type that is not taken",
        taking(INTEGER),
        sending("<a/>", XML),
        (f"request.content-type.incompatible {TYPE_OF_REQUEST}",),
    ),
    Case(
        "a body of text",
        taking(STRING, media=TEXT),
        sending("a", TEXT),
        ("request.body.unvalidatable request/body requestBody/content/text~1plain/schema",),
    ),
    Case(
        "a body of a vendor's JSON",
        taking(INTEGER, media="application/vnd.a+json"),
        sending("a", "application/vnd.a+json"),
        (f"{BAD_BODY} requestBody/content/application~1vnd.a+json/schema/type",),
    ),
    Case(
        "a wildcard in the document",
        taking(INTEGER, media="application/*"),
        sending("a"),
        (f"{BAD_BODY} requestBody/content/application~1*/schema/type",),
    ),
    Case(
        "a body that is bad on purpose",
        {**taking(INTEGER)},
        sending("a", status=400),
        ("response.status.unknown response/status responses",),
    ),
    Case(
        "a type that is not taken, on purpose",
        taking(INTEGER),
        sending("<a/>", XML, status=415),
        ("response.status.unknown response/status responses",),
        ("request.content-type.incompatible", "response.status.unknown"),
        "who expects a 415 has to send what earns it",
    ),
    Case(
        "a body by reference",
        api(
            {"requestBody": {"$ref": "#/components/requestBodies/B"}},
            method="post",
            components={"requestBodies": {"B": {"content": {JSON: {"schema": INTEGER}}}}},
        ),
        sending("a"),
        (f"{BAD_BODY} /components/requestBodies/B/content/application~1json/schema/type",),
    ),
    Case(
        "a body of Swagger 2.0",
        swagger({"consumes": [JSON], "parameters": [{"name": "b", "in": "body", "schema": INTEGER}]}, method="post"),
        sending("a"),
        (f"{BAD_BODY} parameters/0/schema/type",),
    ),
    Case(
        "what only the provider sets is not asked for",
        taking({**obj(id={**INTEGER, "readOnly": True}), "required": ["id"]}),
        sending({}),
        (),
        ("request.body.incompatible",),
        "a required readOnly property counts for responses only (schema object)",
    ),
    Case("a form as text", *form(obj(a=STRING), "a=1&b=2")),
    Case(
        "a form that lacks a field",
        *form({**obj(a=STRING), "required": ["a"]}, "b=2"),
        (f"{BAD_BODY} requestBody/content/application~1x-www-form-urlencoded/schema/required",),
    ),
    Case(
        "a number in a form",
        *form(obj(a=INTEGER), "a=1"),
        (),
        ("request.body.incompatible",),
        "a form has nothing but texts; the peer never reads them as what is asked for",
    ),
    Case(
        "no number in a form",
        *form(obj(a=INTEGER), "a=x"),
        (f"{BAD_BODY}/a requestBody/content/application~1x-www-form-urlencoded/schema/properties/a/type",),
    ),
    Case(
        "a number in a part",
        *form(obj(a=INTEGER), PARTS, f"{MULTIPART}; boundary=z"),
        (),
        ("request.body.incompatible",),
        "a part is a text until the schema says what it is",
    ),
    Case("parts that are texts", *form(obj(a=STRING), PARTS, f"{MULTIPART}; boundary=z")),
    Case("a form that is an object already", *form(obj(a=STRING), {"a": "1"})),
    Case(
        "fields of a form in Swagger 2.0",
        UPLOAD,
        sending("a=1", FORM),
        (),
        ("request.body.unknown",),
        "formData parameters describe the body (Swagger 2.0, parameter object); the peer does not read them",
    ),
    Case(
        "a field of a form in Swagger 2.0 that is no number",
        UPLOAD,
        sending("a=x", FORM),
        (f"{BAD_BODY}/a parameters/0/type",),
        ("request.body.unknown",),
        "formData parameters describe the body; the peer does not read them",
    ),
    Case(
        "a field that a form of Swagger 2.0 asks for",
        UPLOAD,
        sending("b=1", FORM),
        (f"{BAD_BODY} parameters/0",),
        ("request.body.unknown",),
        "formData parameters describe the body; the peer does not read them",
    ),
]

STATUSES = [
    Case(
        "a status that is not declared",
        answers({"201": said()}),
        at("/x"),
        ("response.status.unknown response/status responses",),
    ),
    Case("a range of statuses", answers({"2XX": said()}), at("/x")),
    Case(
        "a range of statuses in small letters",
        answers({"2xx": said()}),
        at("/x"),
        (),
        ("response.status.unknown",),
        "the peer knows capitals only; nobody means anything else by it",
    ),
    Case(
        "only the default",
        answers({"default": said()}),
        at("/x"),
        ("response.status.default response/status responses/default",),
    ),
    Case(
        "a status wins over its range",
        answers({"2XX": said(STRING), "200": said(INTEGER)}),
        reading("a"),
        (f"{BAD_ANSWER} {SCHEMA}/type",),
    ),
    Case(
        "a response by reference",
        answers({"200": {"$ref": "#/components/responses/R"}}, components={"responses": {"R": said(INTEGER)}}),
        reading("a"),
        (f"{BAD_ANSWER} /components/responses/R/content/application~1json/schema/type",),
    ),
    Case(
        "a status that is expected by its class",
        answers({"404": said()}),
        pact(
            None,
            {
                "status": 400,
                "matchingRules": {"status": {"matchers": [{"match": "statusCode", "status": "clientError"}]}},
            },
            V4,
        ),
        (),
        ("response.status.unknown",),
        "the consumer takes any status of the class; the peer knows no matching rules",
    ),
    Case(
        "no status of the class that is expected",
        answers({"500": said()}),
        pact(
            None,
            {
                "status": 400,
                "matchingRules": {"status": {"matchers": [{"match": "statusCode", "status": "clientError"}]}},
            },
            V4,
        ),
        ("response.status.unknown response/status responses",),
    ),
]

ANSWER_HEADER = "response.header"
HEADERS = [
    Case("a header that is promised", headed("X-A", INTEGER), expecting({"x-a": "1"})),
    Case(
        "a header of an answer of another type",
        headed("X-A", INTEGER),
        expecting({"X-A": "b"}),
        (f"{ANSWER_HEADER}.incompatible response/headers/X-A responses/200/headers/X-A/schema/type",),
    ),
    Case("a header that the consumer does not read", headed("X-A", INTEGER, required=True), at("/x")),
    Case(
        "a header that nobody promises",
        answers({"200": said()}),
        expecting({"X-B": "1"}),
        (f"{ANSWER_HEADER}.unknown response/headers/X-B responses/200",),
    ),
    Case(
        "a header of HTTP that is not declared",
        answers({"200": said()}),
        expecting({"ETag": "1"}),
        (f"{ANSWER_HEADER}.undefined response/headers/ETag responses/200",),
    ),
    Case(
        "the origin of CORS",
        answers({"200": said()}),
        expecting({"Access-Control-Allow-Origin": "*"}),
        (f"{ANSWER_HEADER}.undefined response/headers/Access-Control-Allow-Origin responses/200",),
    ),
    Case(
        "other headers of CORS",
        answers({"200": said()}),
        expecting({"Access-Control-Allow-Methods": "GET", "X-RateLimit-Limit": "1"}),
        (
            f"{ANSWER_HEADER}.unknown response/headers/Access-Control-Allow-Methods responses/200",
            f"{ANSWER_HEADER}.unknown response/headers/X-RateLimit-Limit responses/200",
        ),
    ),
    Case(
        "a header of Swagger 2.0",
        swagger({"responses": {"200": {"description": "k", "headers": {"X-A": INTEGER}}}}),
        expecting({"X-A": "b"}),
        (f"{ANSWER_HEADER}.incompatible response/headers/X-A responses/200/headers/X-A/type",),
    ),
    Case(
        "a list in a header",
        headed("X-A", {"type": "array", "items": INTEGER}),
        expecting({"X-A": "1, 2"}),
        (),
        ("response.header.incompatible",),
        "simple style has commas; the peer never splits headers of responses",
    ),
    Case(
        "the type of an answer",
        answering(INTEGER),
        expecting({"Content-Type": "application/json; charset=utf-8"}, body=1),
    ),
    Case(
        "the type of an answer is another",
        answering(INTEGER),
        expecting({"Content-Type": XML}, body="<a/>"),
        ("response.content-type.incompatible response/headers/Content-Type responses/200",),
    ),
    Case(
        "no type of the answer is declared",
        answers({"200": said()}),
        expecting({"Content-Type": XML}),
        ("response.content-type.unknown response/headers/Content-Type responses/200",),
    ),
]

BOTH = answers(
    {
        "200": {
            "description": "k",
            "content": {JSON: {"schema": INTEGER}, "application/problem+json": {"schema": obj(t=STRING)}},
        }
    }
)
ANSWERS = [
    Case("an answer as promised", answering(obj(a=INTEGER)), reading({"a": 1})),
    Case(
        "a part of what is promised", answering({**obj(a=INTEGER, b=STRING), "required": ["a", "b"]}), reading({"a": 1})
    ),
    Case("more than is promised", answering(obj(a=INTEGER)), reading({"a": 1, "b": 2}), (f"{BAD_ANSWER}/b {SCHEMA}",)),
    Case(
        "an answer that nobody promises",
        answers({"200": said()}),
        reading({"a": 1}),
        ("response.body.unknown response/body responses/200",),
    ),
    Case(
        "an answer of text",
        answering(STRING, media=TEXT),
        expecting({"Content-Type": TEXT}, body="a"),
        ("response.body.unvalidatable response/body responses/200/content/text~1plain/schema",),
    ),
    Case(
        "the type that is expected chooses the schema",
        BOTH,
        expecting({"Content-Type": "application/problem+json"}, body={"t": "x"}),
        (),
        ("response.body.incompatible",),
        "the type of the answer is said by its Content-Type; the peer asks the request's Accept only",
    ),
    Case(
        "the type that is accepted chooses the schema",
        BOTH,
        pact({"headers": {"Accept": "application/problem+json"}}, {"body": {"t": 1}}),
        (f"{BAD_ANSWER}/t responses/200/content/application~1problem+json/schema/properties/t/type",),
    ),
    Case(
        "null is a body",
        answering(INTEGER),
        reading(None),
        (f"{BAD_ANSWER} {SCHEMA}/type",),
        (),
        "null is no integer; the peer does not look at bodies that JavaScript takes for nothing",
    ),
    Case(
        "zero is a body",
        answering(STRING),
        reading(0),
        (f"{BAD_ANSWER} {SCHEMA}/type",),
        (),
        "0 is no text; the peer does not look at it",
    ),
    Case(
        "false is a body",
        answering(STRING),
        reading(False),
        (f"{BAD_ANSWER} {SCHEMA}/type",),
        (),
        "false is no text; the peer does not look at it",
    ),
    Case(
        "an empty text is a body",
        answering(INTEGER),
        reading(""),
        (f"{BAD_ANSWER} {SCHEMA}/type",),
        (),
        "an empty text is no integer; the peer does not look at it",
    ),
    Case("no body where none is promised", answers({"204": said()}), pact(None, {"status": 204, "body": None})),
    Case(
        "a password does not come back",
        answering(obj(password={**STRING, "writeOnly": True})),
        reading({"password": "x"}),
        (f"{BAD_ANSWER}/password {SCHEMA}/properties/password",),
        (),
        "a writeOnly property should not be sent as part of a response (schema object)",
    ),
    Case(
        "an answer of Swagger 2.0",
        swagger({"produces": [JSON], "responses": {"200": {"description": "k", "schema": INTEGER}}}),
        reading("a"),
        (f"{BAD_ANSWER} responses/200/schema/type",),
    ),
]


def v4(body: Any, **more: Any) -> Any:
    return pact(None, {"body": body, **more}, V4, type="Synchronous/HTTP")


def encoded(value: Any) -> str:
    return base64.b64encode(json.dumps(value).encode()).decode()


WRAPPED = "response.body.incompatible response/body/content"
PACTS = [
    Case("a pact of version 1", answering(INTEGER), pact(None, {"body": "a"}), (f"{BAD_ANSWER} {SCHEMA}/type",)),
    Case("a pact of version 2", answering(INTEGER), pact(None, {"body": "a"}, V2), (f"{BAD_ANSWER} {SCHEMA}/type",)),
    Case("a pact of version 3", answering(INTEGER), pact(None, {"body": "a"}, V3), (f"{BAD_ANSWER} {SCHEMA}/type",)),
    Case(
        "a pact of version 4",
        answering(INTEGER),
        v4({"content": "a", "contentType": JSON}),
        (f"{WRAPPED} {SCHEMA}/type",),
    ),
    Case(
        "the version under its old name",
        answering(INTEGER),
        pact(None, {"body": {"content": 1}}, {"pactSpecificationVersion": "4.0"}),
    ),
    Case(
        "the version under its oldest name",
        answering(INTEGER),
        pact(None, {"body": {"content": 1}}, {"pact-specification": {"version": "4"}}),
    ),
    Case(
        "JSON as text",
        answering(INTEGER),
        v4({"content": '"a"', "encoded": "JSON", "contentType": JSON}),
        (f"{WRAPPED} {SCHEMA}/type",),
    ),
    Case(
        "JSON in base64",
        answering(obj(a=INTEGER)),
        v4({"content": encoded({"a": 1}), "encoded": "base64", "contentType": JSON}),
        (),
        ("response.body.incompatible",),
        "base64 is how the JSON was written down; the peer takes it for text",
    ),
    Case("an empty body of version 4", answering(INTEGER), v4({})),
    Case(
        "an interaction of a message", answering(INTEGER), pact(None, {"status": 500}, V4, type="Asynchronous/Messages")
    ),
    Case(
        "an interaction of no kind that is known",
        answering(INTEGER),
        pact(None, {"status": 500}, V4, type="Synchronous/Plugin"),
    ),
    Case(
        "the kind in small letters",
        answering(INTEGER),
        pact(None, {"status": 500}, V4, type="synchronous/http"),
        ("response.status.unknown response/status responses",),
    ),
    Case("no interactions", answering(INTEGER), {"consumer": {"name": "c"}, "provider": {"name": "p"}}),
    Case("no document", None, at("/x"), ("request.spec.missing .",)),
    Case(
        "a number as the value of a header",
        answering(INTEGER),
        pact({"headers": {"X-A": 1}}),
        ("interaction.malformed request/headers/X-A",),
        REFUSED,
        "one malformed interaction does not keep the others from being judged",
    ),
    Case(
        "a status as text",
        answering(INTEGER),
        pact(None, {"status": "200"}),
        ("interaction.malformed response/status",),
        REFUSED,
        "one malformed interaction does not keep the others from being judged",
    ),
    Case(
        "a pact of version 3 by its media type",
        answering(INTEGER),
        pact(None, {"headers": {"Content-Type": [JSON]}, "body": 1}, V3),
    ),
]

CASES = [*REQUESTS, *STATUSES, *HEADERS, *ANSWERS, *PACTS]
