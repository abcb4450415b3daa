"""Pairs in which the consumer's matching rules decide, and not its examples alone; the peer knows no rules."""

from typing import Any

from tests.formats.comparisons.pact_openapi.cases import (
    BODY,
    BOOLEAN,
    INTEGER,
    NUMBER,
    SCHEMA,
    STRING,
    V2,
    V3,
    V4,
    Case,
    answering,
    api,
    obj,
    pact,
    reading,
    sending,
    swagger,
    taking,
    with_header,
    with_query,
)

BAD, NARROW = "response.body.incompatible response/body", "response.body.narrower response/body"
LOOSE = "response.body.unpromised response/body"
PEER_BAD = ("response.body.incompatible",)
NO_RULES = "the peer ignores matching rules"
V31 = "3.1.0"
TYPE, ANY_INTEGER, DECIMAL, ANY_NUMBER = ({"match": each} for each in ("type", "integer", "decimal", "number"))
NOT_EMPTY = {"match": "notEmpty"}
A = f"{SCHEMA}/properties/a"
HERE = f"/a {A}"


def regex(text: str) -> dict[str, Any]:
    return {"match": "regex", "regex": text}


def listed(*values: Any) -> dict[str, Any]:
    return {"enum": [*values]}


def member(what: str, schema: Any, value: Any, rule: Any, *ours: str, peer: tuple[str, ...] | None = None) -> Case:
    """A member ``a`` with a rule, which always comes."""
    document = answering({**obj(a=schema), "required": ["a"]}, version=V31)
    return Case(what, document, reading({"a": value}, {"$.a": rule}), ours, peer, NO_RULES if peer is not None else "")


KINDS = [
    member("any integer where an integer is promised", INTEGER, 1, ANY_INTEGER),
    member("any integer where a number is promised", NUMBER, 1, ANY_INTEGER, f"{NARROW}{HERE}"),
    member("any integer where a text is promised", STRING, 1, ANY_INTEGER, f"{BAD}{HERE}/type"),
    member("any integer, whose example is a text", STRING, "1", ANY_INTEGER, f"{BAD}{HERE}", peer=()),
    member("any integer among listed ones", listed(1, 2), 5, ANY_INTEGER, peer=PEER_BAD),
    member("any integer where texts are listed", listed("a", "b"), 5, ANY_INTEGER, f"{BAD}{HERE}", peer=PEER_BAD),
    member("any integer, with a bound", {**INTEGER, "maximum": 3}, 5, ANY_INTEGER, peer=PEER_BAD),
    member(
        "any integer where it or a text is promised", {"type": ["integer", "string"]}, 1, ANY_INTEGER, f"{NARROW}{HERE}"
    ),
    member("decimals where numbers are promised", NUMBER, 1.5, DECIMAL, f"{LOOSE}{HERE}"),
    member("decimals where integers are promised", INTEGER, 1.0, DECIMAL, f"{NARROW}{HERE}"),
    member("any number, whose example has decimals", INTEGER, 2.5, ANY_NUMBER, peer=PEER_BAD),
    member("the same type as a number with decimals", INTEGER, 2.5, TYPE, peer=PEER_BAD),
    member("decimals, as the example has them", INTEGER, 2.5, DECIMAL, f"{BAD}{HERE}/type"),
    member("any number where integers are promised", INTEGER, 1, ANY_NUMBER),
    member("any boolean where booleans are promised", BOOLEAN, True, {"match": "boolean"}),
    member("any boolean, whose example is a text", STRING, "true", {"match": "boolean"}, f"{BAD}{HERE}", peer=()),
    member("null where it may be null", {"type": ["string", "null"]}, None, {"match": "null"}, f"{NARROW}{HERE}"),
    member("the same type as a number", NUMBER, 1, TYPE),
    member("the same type as a text", listed("x", "y"), "z", TYPE, peer=PEER_BAD),
    member("the same type, of another one", listed(1, 2), "z", TYPE, f"{BAD}{HERE}", peer=PEER_BAD),
    member("the same type as a text, with a pattern", {**STRING, "pattern": "^[A-Z]+$"}, "abc", TYPE, peer=PEER_BAD),
    member("the same type where others may come", listed("x", 1), "z", TYPE, f"{NARROW}{HERE}", peer=PEER_BAD),
    Case(
        "a rule of version 2",
        answering({**obj(a=listed("x")), "required": ["a"]}),
        pact(None, {"body": {"a": "z"}, "matchingRules": {"$.body.a": {"match": "type"}}}, V2),
        (),
        PEER_BAD,
        NO_RULES,
    ),
    Case(
        "a rule of version 4",
        answering({**obj(a=listed("x")), "required": ["a"]}),
        pact(None, {"body": {"content": {"a": "z"}}, "matchingRules": {"body": {"$.a": {"matchers": [TYPE]}}}}, V4),
        (),
        PEER_BAD,
        NO_RULES,
    ),
    Case(
        "a rule above goes for what is below",
        answering({**obj(a=listed("x")), "required": ["a"]}),
        reading({"a": "z"}, {"$": TYPE}),
        (),
        PEER_BAD,
        NO_RULES,
    ),
    member("one rule or another", listed("x", 1), "x", [TYPE, ANY_INTEGER], f"{BAD}{HERE}", peer=()),
]

TEXTS = [
    member("a pattern where all that is listed fits", listed("a", "b"), "a", regex("^[ab]$")),
    member(
        "a pattern where some of what is listed fits", listed("a", "b", "c"), "a", regex("^[ab]$"), f"{NARROW}{HERE}"
    ),
    member("a pattern, and its example is not listed", listed("a"), "b", regex("^[ab]$"), peer=PEER_BAD),
    member(
        "a pattern where nothing that is listed fits", listed("x", "y"), "x", regex("^[ab]$"), f"{BAD}{HERE}", peer=()
    ),
    member("a pattern and a constant", {"const": "c"}, "c", regex("^[ab]$"), f"{BAD}{HERE}", peer=()),
    member("the same pattern", {**STRING, "pattern": "^[ab]$"}, "a", regex("^[ab]$")),
    member(
        "a pattern, and its example has not the document's",
        {**STRING, "pattern": "^c$"},
        "a",
        regex("^[ab]$"),
        f"{BAD}{HERE}/pattern",
    ),
    member("a pattern where any text may come", STRING, "a", regex("^[ab]$"), f"{LOOSE}{HERE}"),
    member("a pattern for numbers as texts", INTEGER, 5, regex("^[0-9]+$")),
    member("a pattern for some numbers as texts", INTEGER, 5, regex("^[0-9]$"), f"{LOOSE}{HERE}"),
    member("a pattern for no numbers", {"type": ["integer", "string"]}, "a", regex("^a$"), f"{NARROW}{HERE}"),
    member("a pattern where a list may come", {"type": ["array", "string"]}, "a", regex("^a$"), f"{NARROW}{HERE}"),
    member(
        "a pattern that an ordinary date fits",
        {**STRING, "format": "date"},
        "2024-05-06",
        regex("^\\d{4}-\\d\\d-\\d\\d$"),
    ),
    member(
        "a pattern that no ordinary date fits",
        {**STRING, "format": "date"},
        "2024-05-06",
        regex("^2024-05-.*$"),
        f"{NARROW}{HERE}",
    ),
    member("a pattern that looks ahead", listed("a"), "a", regex("^(?=a).*$")),
    member(
        "a date by its format", {**STRING, "format": "date"}, "2024-05-06", {"match": "date", "format": "yyyy-MM-dd"}
    ),
    member(
        "a date the other way round",
        {**STRING, "format": "date"},
        "06.05.2024",
        {"match": "date", "format": "dd.MM.yyyy"},
        f"{BAD}{HERE}/format",
    ),
    member(
        "a time without a zone",
        {**STRING, "format": "date-time"},
        "2024-05-06T01:02:03Z",
        {"match": "timestamp", "format": "yyyy-MM-dd'T'HH:mm:ss"},
        f"{NARROW}{HERE}",
    ),
    member(
        "a time with a zone",
        {**STRING, "format": "date-time"},
        "2024-05-06T01:02:03Z",
        {"match": "timestamp", "format": "yyyy-MM-dd'T'HH:mm:ssXXX"},
    ),
    member("a text that has a part", listed("ab", "cd"), "ab", {"match": "include", "value": "b"}, f"{NARROW}{HERE}"),
    member("a version", STRING, "1.2.3", {"match": "semver"}, f"{LOOSE}{HERE}"),
    member("not empty, and not said", STRING, "a", NOT_EMPTY, f"{LOOSE}{HERE}"),
    member("not empty, and said", {**STRING, "minLength": 1}, "a", NOT_EMPTY),
    member("not empty where nothing else may come", {**STRING, "maxLength": 0}, "a", NOT_EMPTY, f"{BAD}{HERE}"),
]

LIST = {"type": "array", "items": INTEGER}
LISTS = [
    member("one item at least, as libraries write", LIST, [1], {"match": "type", "min": 1}, f"{LOOSE}{HERE}"),
    member("more items than are promised", LIST, [1, 2], {"match": "type", "min": 2}, f"{NARROW}{HERE}"),
    member("as many items as are promised", {**LIST, "minItems": 2}, [1, 2], {"match": "type", "min": 2}),
    member(
        "more items than there may be",
        {**LIST, "maxItems": 1},
        [1],
        {"match": "type", "min": 2},
        f"{BAD}{HERE}",
        peer=(),
    ),
    member("fewer items than there may be", LIST, [1], {"match": "type", "max": 2}, f"{NARROW}{HERE}"),
    member(
        "fewer items than there are",
        {**LIST, "minItems": 3},
        [1, 1, 1],
        {"match": "type", "max": 2},
        f"{BAD}{HERE}",
        peer=(),
    ),
    member("no more items than there may be", {**LIST, "maxItems": 2}, [1], {"match": "type", "max": 2}),
    member("an example with fewer items", {**LIST, "minItems": 2}, [1], {"match": "type", "min": 1}, peer=PEER_BAD),
    Case(
        "items by a star",
        answering({"type": "array", "items": listed("x")}),
        reading(["z"], {"$": {"match": "type", "min": 1}, "$[*]": TYPE}),
        (f"{LOOSE} {SCHEMA}",),
        PEER_BAD,
        NO_RULES,
    ),
    member(
        "each value of a map",
        {"type": "object", "additionalProperties": listed("x")},
        {"k": "z"},
        {"match": "eachValue", "rules": [TYPE]},
        peer=PEER_BAD,
    ),
    member(
        "each value of a map, of another kind",
        {"type": "object", "additionalProperties": STRING},
        {"k": "1"},
        {"match": "eachValue", "rules": [ANY_INTEGER]},
        f"{BAD}/a/k {A}/additionalProperties",
        peer=(),
    ),
    member(
        "each key of a map of any",
        {"type": "object", "additionalProperties": STRING},
        {"k": "x"},
        {"match": "eachKey", "rules": [regex("^k$")]},
    ),
    member(
        "each key, and there are others",
        obj(k1=STRING, z=STRING),
        {"k1": "x"},
        {"match": "eachKey", "rules": [regex("^k")]},
        f"{NARROW}{HERE}",
        f"response.body.optional response/body/a/k1 {A}/properties/k1",
    ),
    member(
        "each key, and all are others",
        {**obj(z=STRING), "additionalProperties": False},
        {},
        {"match": "eachKey", "rules": [regex("^k")]},
        f"{BAD}{HERE}",
        peer=(),
    ),
    member(
        "values of a map",
        {"type": "object", "additionalProperties": listed("x")},
        {"k": "z"},
        {"match": "values"},
        peer=PEER_BAD,
    ),
    member("a list that has variants", LIST, [1, 2], {"match": "arrayContains", "variants": []}),
    member(
        "a list that has variants where none is promised",
        STRING,
        "x",
        {"match": "arrayContains", "variants": []},
        f"{BAD}{HERE}",
        peer=(),
    ),
]

OPTIONAL, NULLABLE = "response.body.optional response/body", "response.body.nullable response/body"
NEEDS = [
    Case("read, and may be absent", answering(obj(a=INTEGER)), reading({"a": 1}), (f"{OPTIONAL}{HERE}",)),
    Case(
        "read, and may be null",
        answering({**obj(a={**INTEGER, "nullable": True}), "required": ["a"]}),
        reading({"a": 1}),
        (f"{NULLABLE}{HERE}",),
    ),
    Case(
        "read, and may be null in 3.1",
        answering({**obj(a={"anyOf": [INTEGER, {"type": "null"}]}), "required": ["a"]}, version=V31),
        reading({"a": 1}),
        (f"{NULLABLE}{HERE}",),
    ),
    Case(
        "read, and there in one part",
        answering({"allOf": [obj(a=INTEGER), {"required": ["a"]}], "required": ["b"], "properties": {"b": INTEGER}}),
        reading({"a": 1, "b": 1}),
    ),
    Case(
        "told once for all items",
        answering({"type": "array", "items": obj(a=INTEGER)}),
        reading([{"a": 1}, {"a": 2}]),
        (f"{OPTIONAL}/0/a {SCHEMA}/items/properties/a",),
    ),
]

QUERY, WIDE = "request.query.wider request/query/a parameters/0/schema", "request.body.wider request/body/a"


def queried(schema: Any, value: str, rule: Any, *ours: str, what: str) -> Case:
    rules = {"matchingRules": {"query": {"a": {"matchers": [rule]}}}}
    return Case(what, with_query(("a", schema, {})), pact({"query": {"a": [value]}, **rules}, None, V3), ours)


def pathed(what: str, schema: Any, value: str, rule: Any, *ours: str) -> Case:
    parameters = {"parameters": [{"name": "id", "in": "path", "required": True, "schema": schema}]}
    said = {"path": f"/x/{value}", "matchingRules": {"path": {"matchers": [rule]}}}
    return Case(what, api(parameters, path="/x/{id}"), pact(said, None, V3), ours)


TAKEN = taking({**obj(a=listed(1, 2))})
REQUESTS = [
    queried(INTEGER, "1", regex("^\\d+$"), what="digits where an integer is taken"),
    queried(INTEGER, "1", regex("^\\w+$"), QUERY, what="letters where an integer is taken"),
    queried(listed("a", "b"), "a", regex("^(a|b)$"), what="listed texts that are taken"),
    queried(listed("a", "b"), "a", regex("^(a|b|c)$"), QUERY, what="listed texts that are not all taken"),
    queried(INTEGER, "1", DECIMAL, QUERY, what="decimals where integers are taken"),
    Case(
        "any integer where some are taken",
        TAKEN,
        sending({"a": 1}, rules={"$.a": ANY_INTEGER}),
        (f"{WIDE} {BODY}/properties/a",),
    ),
    Case("any integer where any is taken", taking(obj(a=INTEGER)), sending({"a": 1}, rules={"$.a": ANY_INTEGER})),
    Case(
        "decimals in a body where integers are taken",
        taking(obj(a=INTEGER)),
        sending({"a": 1}, rules={"$.a": DECIMAL}),
        (f"{WIDE} {BODY}/properties/a",),
    ),
    Case(
        "listed texts in a body that are not all taken",
        taking(obj(a=listed("x", "y"))),
        sending({"a": "x"}, rules={"$.a": regex("x|z")}),
        (f"{WIDE} {BODY}/properties/a",),
    ),
    Case(
        "the example of a request counts by its value",
        TAKEN,
        sending({"a": 5}, rules={"$.a": ANY_INTEGER}),
        (f"request.body.incompatible request/body/a {BODY}/properties/a/enum",),
    ),
    Case(
        "letters in a header where an integer is taken",
        with_header("X-A", INTEGER),
        pact({"headers": {"X-A": "1"}, "matchingRules": {"header": {"X-A": {"matchers": [regex(".+")]}}}}, None, V3),
        ("request.header.wider request/headers/X-A parameters/0/schema",),
    ),
    pathed("digits in the path where an integer is taken", INTEGER, "5", regex("^/x/\\d+$")),
    pathed(
        "letters in the path where an integer is taken",
        INTEGER,
        "5",
        regex("^/x/[a-z0-9]+$"),
        "request.path.wider request/path parameters/0/schema",
    ),
    pathed(
        "the example of a path counts by its value",
        INTEGER,
        "abc",
        regex("^/x/\\d+$"),
        "request.path-or-method.unknown request/path parameters/0/schema/type",
    ),
]

X_A = "responses/200/headers/X-A/schema"


def headed(what: str, schema: Any, value: str, rule: Any, *ours: str, peer: tuple[str, ...] | None = None) -> Case:
    document = api({"responses": {"200": {"description": "k", "headers": {"X-A": {"schema": schema}}}}})
    said = {"headers": {"X-A": value}, "matchingRules": {"header": {"X-A": {"matchers": [rule]}}}}
    return Case(what, document, pact(None, said, V3), ours, peer, NO_RULES if peer is not None else "")


ANSWERS = [
    headed("a header whose listed values all fit", listed("a", "b"), "a", regex("^[ab]$")),
    headed(
        "a header of which some listed values fit",
        listed("a", "c"),
        "a",
        regex("^[ab]$"),
        f"response.header.narrower response/headers/X-A {X_A}",
    ),
    headed(
        "a header of which no listed value fits",
        listed("c", "d"),
        "c",
        regex("^[ab]$"),
        f"response.header.incompatible response/headers/X-A {X_A}",
        peer=(),
    ),
    Case(
        "a rule in Swagger 2.0",
        swagger(
            {
                "produces": ["application/json"],
                "responses": {"200": {"description": "k", "schema": {**obj(a=listed("c")), "required": ["a"]}}},
            }
        ),
        reading({"a": "c"}, {"$.a": regex("^[ab]$")}),
        (f"{BAD}/a responses/200/schema/properties/a",),
        (),
        NO_RULES,
    ),
]

CASES = [*KINDS, *TEXTS, *LISTS, *NEEDS, *REQUESTS, *ANSWERS]
