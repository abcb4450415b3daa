"""Pairs about finding the operation, and about paths, queries, headers and security of requests (§3 to §5)."""

from typing import Any

from tests.formats.comparisons.pact_openapi.cases import (
    BOOLEAN,
    INTEGER,
    JSON,
    NUMBER,
    STRING,
    Case,
    answering,
    api,
    asking,
    at,
    heading,
    pact,
    secured,
    swagger,
    with_header,
    with_query,
)

UNKNOWN = "request.path-or-method.unknown"
PATH = f"{UNKNOWN} request/path"


def path_of(schema: Any, path: str = "/x/{id}", name: str = "id", **said: Any) -> Any:
    return api({"parameters": [{"name": name, "in": "path", "required": True, "schema": schema, **said}]}, path=path)


def list_of(schema: Any) -> Any:
    return {"type": "array", "items": schema}


ROUTING = [
    Case("the operation is there", api(), at("/x")),
    Case("no such path", api(), at("/y"), (f"{PATH} /paths",)),
    Case("no such method", api(), at("/x", method="DELETE"), (f"{PATH} /paths",)),
    Case("methods in small letters", api(), at("/x", method="get")),
    Case("HEAD is not implied by GET", api(), at("/x", method="HEAD"), (f"{PATH} /paths",)),
    Case("TRACE is a method", api(method="trace"), at("/x", method="TRACE")),
    Case("a question mark in the path", api(), at("/x?a=1"), (f"{PATH} /paths",)),
    Case("a path without a slash gets one", api(), at("x")),
    Case("a slash at the end counts", api(), at("/x/"), (f"{PATH} /paths",)),
    Case("double slashes count", api(), at("//x"), (f"{PATH} /paths",)),
    Case("case counts", api(), at("/X"), (f"{PATH} /paths",)),
    Case("a template takes no empty segment", path_of(STRING), at("/x/"), (f"{PATH} /paths",)),
    Case("a template does not span slashes", path_of(STRING), at("/x/a/b"), (f"{PATH} /paths",)),
    Case("a slash that is escaped stays in its segment", path_of(STRING), at("/x/a%2Fb")),
    Case("a bad escape is no match", path_of(STRING), at("/x/a%zz"), (f"{PATH} /paths",)),
    Case("two templates in a segment", path_of(INTEGER, "/x/{a}-{id}"), at("/x/q-7")),
    Case("a suffix after a template", path_of(INTEGER, "/x/{id}.json"), at("/x/7.json")),
    Case("a verb after a colon", path_of(INTEGER, "/x/{id}:archive"), at("/x/7:archive")),
    Case("a colon in a literal", api(path="/x:all"), at("/x:all")),
    Case("a hyphen in the name of a template", path_of(INTEGER, "/x/{my-id}", "my-id"), at("/x/7")),
    Case("a star stands for the rest of a segment", api(path="/x/*"), at("/x/anything")),
    Case("a value that is too long", path_of(STRING), at("/x/" + "a" * 2049), (f"{PATH} /paths",)),
    Case(
        "literals win over templates",
        {**path_of(INTEGER), "paths": {**path_of(INTEGER)["paths"], "/x/me": api()["paths"]["/x"]}},
        at("/x/me"),
    ),
    Case(
        "a path item that is only a reference",
        {
            **api(),
            "paths": {"/x": {"$ref": "#/components/pathItems/X"}},
            "components": {"pathItems": {"X": api()["paths"]["/x"]}},
        },
        at("/x"),
        (),
        (UNKNOWN,),
        "a path item may be a reference (path item object); the peer does not follow it",
    ),
    Case("a base path of Swagger 2.0", swagger(basePath="/v1"), at("/v1/x")),
    Case("without the base path of Swagger 2.0", swagger(basePath="/v1"), at("/x"), (f"{PATH} /paths",)),
    Case(
        "the path of a server",
        api(servers=[{"url": "https://h/v1"}]),
        at("/v1/x"),
        (),
        (UNKNOWN,),
        "paths are appended to a server's URL (server object); the peer ignores servers",
    ),
    Case("without the path of the server", api(servers=[{"url": "https://h/v1"}]), at("/x")),
    Case("a path parameter fits", path_of(INTEGER), at("/x/12")),
    Case("a path parameter of another type", path_of(INTEGER), at("/x/abc"), (f"{PATH} parameters/0/schema/type",)),
    Case("a number that JavaScript knows", path_of(NUMBER), at("/x/1e3")),
    Case("a boolean is true or false", path_of(BOOLEAN), at("/x/True"), (f"{PATH} parameters/0/schema/type",)),
    Case("a blank is no number", path_of(NUMBER), at("/x/%20"), (f"{PATH} parameters/0/schema/type",)),
    Case("an enumeration in the path", path_of({"enum": ["a"]}), at("/x/b"), (f"{PATH} parameters/0/schema/enum",)),
    Case("a list in the path", path_of(list_of(INTEGER)), at("/x/1,2")),
    Case(
        "one of the list is wrong",
        path_of(list_of(INTEGER)),
        at("/x/1,b"),
        (f"{PATH} parameters/0/schema/items/type",),
    ),
    Case(
        "a path parameter of the path item, overridden by the operation",
        {
            **api(),
            "paths": {
                "/x/{id}": {
                    "parameters": [{"name": "id", "in": "path", "required": True, "schema": STRING}],
                    **path_of(INTEGER)["paths"]["/x/{id}"],
                }
            },
        },
        at("/x/abc"),
        (f"{PATH} parameters/0/schema/type",),
    ),
    Case(
        "a bad path on purpose",
        {**path_of(INTEGER)},
        {**pact({"path": "/x/abc"}, {"status": 400})},
        ("response.status.unknown response/status responses",),
        (UNKNOWN,),
        "who expects a 400 may send what earns it",
    ),
    Case(
        "integer or boolean, and a 1",
        path_of({"oneOf": [INTEGER, BOOLEAN]}),
        at("/x/1"),
        (),
        (UNKNOWN,),
        "the text 1 is an integer and no boolean; the peer's coercion makes it both",
    ),
    Case(
        "a date in the path",
        path_of({"type": "string", "format": "date"}),
        at("/x/2024-02-30"),
        (f"{PATH} parameters/0/schema/format",),
    ),
    Case(
        "a parameter by reference",
        api(
            {"parameters": [{"$ref": "#/components/parameters/id"}]},
            path="/x/{id}",
            components={"parameters": {"id": {"name": "id", "in": "path", "required": True, "schema": INTEGER}}},
        ),
        at("/x/a"),
        (f"{PATH} /components/parameters/id/schema/type",),
    ),
]

BAD_QUERY = "request.query.incompatible request/query"
ODD_QUERY = "request.query.unknown request/query"
QUERIES = [
    Case("a query as declared", with_query(("a", INTEGER, {})), asking("a=1")),
    Case(
        "a query of another type",
        with_query(("a", INTEGER, {})),
        asking("a=b"),
        (f"{BAD_QUERY}/a parameters/0/schema/type",),
    ),
    Case(
        "a query that is asked for",
        with_query(("a", INTEGER, {"required": True})),
        asking(""),
        (f"{BAD_QUERY} parameters/0",),
    ),
    Case(
        "one that is asked for, without a type",
        with_query(("a", {}, {"required": True})),
        asking(""),
        (f"{BAD_QUERY} parameters/0",),
        (),
        "required is required; the peer validates undefined, which a schema without a type lets pass",
    ),
    Case("a query that is not declared", api(), asking("a=1"), (f"{ODD_QUERY}/a .",)),
    Case(
        "nothing of the query is judged when the request is bad on purpose",
        with_query(("a", INTEGER, {"required": True})),
        asking("b=1", status=400),
        ("response.status.unknown response/status responses",),
    ),
    Case(
        "a redirect is judged like a success",
        with_query(("a", INTEGER, {})),
        asking("a=b", status=302),
        (f"{BAD_QUERY}/a parameters/0/schema/type", "response.status.unknown response/status responses"),
    ),
    Case("a text keeps its commas", with_query(("a", {"type": "string", "pattern": "^1,2$"}, {})), asking("a=1,2")),
    Case(
        "a text twice is a list",
        with_query(("a", STRING, {})),
        asking("a=1&a=2"),
        (f"{BAD_QUERY}/a parameters/0/schema/type",),
    ),
    Case("a list by repetition", with_query(("a", list_of(INTEGER), {})), asking("a=1&a=2")),
    Case("a list of one", with_query(("a", list_of(INTEGER), {})), asking("a=1")),
    Case("a map of lists", with_query(("a", list_of(INTEGER), {})), asking({"a": ["1", "2"]})),
    Case(
        "a list by commas, not exploded",
        with_query(("a", list_of(INTEGER), {"explode": False})),
        asking("a=1,2"),
    ),
    Case(
        "a list by commas where it is exploded",
        with_query(("a", list_of(INTEGER), {})),
        asking("a=1,2"),
        (f"{BAD_QUERY}/a parameters/0/schema/items/type",),
        (),
        "explode is the default of form style, so 1,2 is one item; the peer does not honour explode",
    ),
    Case(
        "a list by pipes",
        with_query(("a", list_of(INTEGER), {"style": "pipeDelimited", "explode": False})),
        asking("a=1%7C2"),
        (),
        ("request.query.incompatible",),
        "style says how it is read; the peer does not honour it",
    ),
    Case(
        "a list by spaces",
        with_query(("a", list_of(INTEGER), {"style": "spaceDelimited", "explode": False})),
        asking("a=1%202"),
        (),
        ("request.query.incompatible",),
        "style says how it is read; the peer does not honour it",
    ),
    Case(
        "a deep object",
        with_query(("a", {"type": "object", "properties": {"b": INTEGER}}, {"style": "deepObject"})),
        asking("a[b]=1"),
    ),
    Case(
        "a deep object that is wrong",
        with_query(("a", {"type": "object", "properties": {"b": INTEGER}}, {"style": "deepObject"})),
        asking("a[b]=c"),
        (f"{BAD_QUERY}/a parameters/0/schema/properties/b/type",),
    ),
    Case(
        "an object in form style",
        with_query(("a", {"type": "object", "properties": {"b": INTEGER}}, {})),
        asking("b=1"),
        (),
        ("request.query.unknown",),
        "form style spreads the members of an object; the peer does not honour it",
    ),
    Case(
        "a name with a dot",
        with_query(("a.b", STRING, {"required": True})),
        asking("a.b=1"),
        (),
        ("request.query.incompatible", "request.query.unknown"),
        "the name of a parameter is what stands there; the peer reads structure into it",
    ),
    Case(
        "a name with brackets",
        with_query(("ids[]", list_of(INTEGER), {"required": True})),
        asking("ids[]=1&ids[]=2"),
        (),
        ("request.query.incompatible", "request.query.unknown"),
        "the name of a parameter is what stands there; the peer reads structure into it",
    ),
    Case(
        "a value in a map keeps its ampersand",
        with_query(("a", STRING, {})),
        asking({"a": ["b&c=d"]}),
        (),
        ("request.query.unknown",),
        "a map says which values there are; the peer makes a text of it and escapes nothing",
    ),
    Case(
        "a parameter with content",
        api({"parameters": [{"name": "a", "in": "query", "content": {JSON: {"schema": INTEGER}}}]}),
        asking("a=%22b%22"),
        (f"{BAD_QUERY}/a parameters/0/content/application~1json/schema/type",),
        (),
        "content describes the value (parameter object); the peer lets it pass",
    ),
    Case(
        "a list of Swagger 2.0, by commas",
        swagger({"parameters": [{"name": "a", "in": "query", "type": "array", "items": INTEGER}]}),
        asking("a=1,2"),
    ),
    Case(
        "a list of Swagger 2.0, by blanks",
        swagger(
            {"parameters": [{"name": "a", "in": "query", "type": "array", "items": INTEGER, "collectionFormat": "ssv"}]}
        ),
        asking("a=1%202"),
    ),
    Case(
        "a list of Swagger 2.0, by tabs",
        swagger(
            {"parameters": [{"name": "a", "in": "query", "type": "array", "items": INTEGER, "collectionFormat": "tsv"}]}
        ),
        asking("a=1%092"),
    ),
    Case(
        "a list of Swagger 2.0, by pipes",
        swagger(
            {
                "parameters": [
                    {"name": "a", "in": "query", "type": "array", "items": INTEGER, "collectionFormat": "pipes"}
                ]
            }
        ),
        asking("a=1%7Cb"),
        (f"{BAD_QUERY}/a parameters/0/items/type",),
    ),
    Case(
        "a key of the query by security",
        secured([{"k": []}], {"k": {"type": "apiKey", "in": "query", "name": "key"}}),
        asking("key=1"),
    ),
    Case(
        "cookies are not looked at",
        api({"parameters": [{"name": "s", "in": "cookie", "required": True, "schema": INTEGER}]}),
        heading({"Cookie": "s=a"}),
    ),
]

BAD_HEADER = "request.header.incompatible request/headers"
HEADERS = [
    Case("a header as declared", with_header("X-A", INTEGER), heading({"x-a": "1"})),
    Case(
        "a header of another type",
        with_header("X-A", INTEGER),
        heading({"X-A": "b"}),
        (f"{BAD_HEADER}/X-A parameters/0/schema/type",),
    ),
    Case(
        "a header that is asked for",
        with_header("X-A", INTEGER, required=True),
        heading({}),
        (f"{BAD_HEADER} parameters/0",),
    ),
    Case(
        "a header that nobody declares", api(), heading({"X-A": "1"}), ("request.header.unknown request/headers/X-A .",)
    ),
    Case("a header of HTTP", api(), heading({"If-None-Match": "1", "User-Agent": "u"})),
    Case(
        "the header of a key",
        secured([{"k": []}], {"k": {"type": "apiKey", "in": "header", "name": "X-Key"}}),
        heading({"x-key": "1"}),
    ),
    Case(
        "headers of a bad request on purpose",
        with_header("X-A", INTEGER, required=True),
        heading({"X-B": "1"}, status=404),
        ("response.status.unknown response/status responses",),
    ),
    Case("several values of a header", with_header("X-A", list_of(INTEGER)), heading({"X-A": ["1", "2"]})),
    Case(
        "one value where the header is a list",
        with_header("X-A", list_of(INTEGER)),
        heading({"X-A": "1"}),
        (),
        ("request.header.incompatible",),
        "simple style has one item then; the peer does not split",
    ),
    Case(
        "a header by text of an alternative", with_header("X-A", {"oneOf": [INTEGER, STRING]}), heading({"X-A": "a,b"})
    ),
    Case(
        "a header parameter Authorization",
        with_header("Authorization", {"type": "string", "pattern": "^Bearer "}),
        heading({"Authorization": "Basic x"}),
        (),
        ("request.header.incompatible",),
        "shall be ignored (OpenAPI 3, parameter object); the peer enforces it",
    ),
    Case(
        "CR and LF are not sent", with_header("X-A", {"type": "string", "pattern": "^ab$"}), heading({"X-A": "a\r\nb"})
    ),
    Case(
        "a header Authorization in Swagger 2.0",
        swagger({"parameters": [{"name": "Authorization", "in": "header", "type": "string", "pattern": "^Bearer "}]}),
        heading({"Authorization": "Basic x"}),
        (f"{BAD_HEADER}/Authorization parameters/0/pattern",),
    ),
]

MISSING = "request.authorization.missing"
KEY = {"type": "apiKey", "in": "header", "name": "X-Key"}
BASIC, BEARER, DIGEST = ({"type": "http", "scheme": each} for each in ("basic", "bearer", "digest"))
HOME = "/components/securitySchemes"
SECURITY = [
    Case("no key", secured([{"k": []}], {"k": KEY}), at("/x"), (f"{MISSING} request/headers {HOME}/k",)),
    Case(
        "no key in the query",
        secured([{"k": []}], {"k": {**KEY, "in": "query"}}),
        at("/x"),
        (f"{MISSING} request/query {HOME}/k",),
    ),
    Case("basic", secured([{"k": []}], {"k": BASIC}), heading({"Authorization": "basic eA=="})),
    Case(
        "bearer where basic is asked for",
        secured([{"k": []}], {"k": BASIC}),
        heading({"Authorization": "Bearer x"}),
        (f"{MISSING} request/headers {HOME}/k",),
    ),
    Case("bearer", secured([{"k": []}], {"k": BEARER}), heading({"Authorization": "BEARER x"})),
    Case(
        "digest",
        secured([{"k": []}], {"k": DIGEST}),
        heading({"Authorization": 'Digest username="a"'}),
        (),
        (MISSING,),
        "the scheme of the header is the one that is asked for; the peer knows basic and bearer only",
    ),
    Case("one of two alternatives", secured([{"k": []}, {"b": []}], {"k": KEY, "b": BEARER}), heading({"X-Key": "1"})),
    Case(
        "none of two alternatives",
        secured([{"k": []}, {"b": []}], {"k": KEY, "b": BEARER}),
        at("/x"),
        (f"{MISSING} request/headers {HOME}/k", f"{MISSING} request/headers {HOME}/b"),
    ),
    Case(
        "one of two that are asked for together",
        secured([{"k": [], "b": []}], {"k": KEY, "b": BEARER}),
        heading({"X-Key": "1"}),
        (f"{MISSING} request/headers {HOME}/b",),
        (),
        "all schemes of an alternative have to be met (security requirement object); one is enough for the peer",
    ),
    Case(
        "a key in a cookie that is not sent",
        secured([{"k": []}], {"k": {**KEY, "in": "cookie", "name": "sid"}}),
        at("/x"),
        (f"{MISSING} request/headers {HOME}/k",),
        (),
        "a cookie is a header of the request; the peer takes it as met",
    ),
    Case(
        "a key in a cookie",
        secured([{"k": []}], {"k": {**KEY, "in": "cookie", "name": "sid"}}),
        heading({"Cookie": "a=b; sid=1"}),
    ),
    Case("oauth can't be seen", secured([{"k": ["s"]}], {"k": {"type": "oauth2", "flows": {}}}), at("/x")),
    Case("an alternative that asks for nothing", secured([{"k": []}, {}], {"k": KEY}), at("/x")),
    Case("a scheme that nobody defines", secured([{"z": []}], {"k": KEY}), at("/x")),
    Case(
        "security of the whole document",
        {**secured(None, {"k": KEY}), "security": [{"k": []}]},
        at("/x"),
        (f"{MISSING} request/headers {HOME}/k",),
    ),
    Case(
        "the operation opens what the document secures", {**secured([], {"k": KEY}), "security": [{"k": []}]}, at("/x")
    ),
    Case(
        "without credentials on purpose",
        secured([{"k": []}], {"k": KEY}),
        pact(None, {"status": 401}),
        ("response.status.unknown response/status responses",),
    ),
    Case(
        "basic of Swagger 2.0",
        swagger({"security": [{"k": []}]}, securityDefinitions={"k": {"type": "basic"}}),
        at("/x"),
        (f"{MISSING} request/headers /securityDefinitions/k",),
    ),
]

ACCEPT = "request/headers/Accept responses"
ACCEPTS = [
    Case("accepted", answering(STRING), heading({"Accept": JSON})),
    Case("any type is accepted", answering(STRING), heading({"Accept": "*/*"})),
    Case("a type with the same suffix", answering(STRING), heading({"Accept": "application/hal+json"})),
    Case(
        "not a type that comes",
        answering(STRING),
        heading({"Accept": "text/xml"}),
        (f"request.accept.incompatible {ACCEPT}",),
    ),
    Case("no type is declared", api(), heading({"Accept": JSON}), (f"request.accept.unknown {ACCEPT}",)),
    Case(
        "a list with weights",
        answering(STRING),
        heading({"Accept": "application/xml;q=0.9, application/json"}),
        (),
        ("request.accept.incompatible",),
        "all of the list counts; the peer reads as far as the first semicolon",
    ),
    Case(
        "a type that does not come, on purpose",
        api(
            {
                "responses": {
                    "200": {"description": "k", "content": {JSON: {}}},
                    "406": {"description": "n", "content": {JSON: {}}},
                }
            }
        ),
        heading({"Accept": "text/xml"}, status=406),
        (),
        ("request.accept.incompatible",),
        "who expects a 406 has to send what earns it",
    ),
]

CASES = [*ROUTING, *QUERIES, *HEADERS, *SECURITY, *ACCEPTS]
