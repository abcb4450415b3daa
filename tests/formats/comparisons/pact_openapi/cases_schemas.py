"""Pairs about schemas: which keywords count, what a response may leave out, and combinations (§6)."""

from typing import Any

from tests.formats.comparisons.pact_openapi.cases import (
    BODY,
    INTEGER,
    REFUSED,
    SCHEMA,
    STRING,
    Case,
    answering,
    obj,
    reading,
    ref,
    sending,
    taking,
)

BAD = "response.body.incompatible response/body"
SENT = "request.body.incompatible request/body"
PEER_BAD = ("response.body.incompatible",)
V31 = "3.1.0"
HOME = "/components/schemas"


def told(keyword: str, value: Any, bad: Any, **more: Any) -> Case:
    """A value that one keyword refuses."""
    return Case(
        f"{keyword}: {value}"[:60], answering({keyword: value, **more}), reading(bad), (f"{BAD} {SCHEMA}/{keyword}",)
    )


def formatted(name: str, good: str, bad: str) -> list[Case]:
    """A value that has a format, and one that has not."""
    schema = {"type": "string", "format": name}
    return [
        Case(f"has the format {name}", answering(schema), reading(good)),
        Case(f"has not the format {name}", answering(schema), reading(bad), (f"{BAD} {SCHEMA}/format",)),
    ]


KEYWORDS = [
    told("enum", ["a"], "b"),
    told("minimum", 3, 2),
    told("maximum", 3, 4),
    told("minLength", 3, "ab"),
    told("maxLength", 1, "ab"),
    told("minItems", 2, [1]),
    told("maxItems", 0, [1]),
    told("uniqueItems", True, [1, 1]),
    told("maxProperties", 1, {"a": 1, "b": 2}),
    told("pattern", "^a$", "b"),
    told("multipleOf", 2, 3),
    Case(
        "a final line break is part of a text",
        answering({"pattern": "^a$"}),
        reading("a\n"),
        (f"{BAD} {SCHEMA}/pattern",),
    ),
    Case("digits are those of ASCII", answering({"pattern": "^\\d$"}), reading("\u0663"), (f"{BAD} {SCHEMA}/pattern",)),
    Case("letters of any script by their property", answering({"pattern": "^\\p{L}$"}), reading("\u00e9")),
    Case("lengths are counted in characters", answering({"type": "string", "maxLength": 1}), reading("\U0001f600")),
    Case("1.0 is an integer", answering(INTEGER), reading(1.0)),
    Case("true is not 1", answering({"enum": [1]}), reading(True), (f"{BAD} {SCHEMA}/enum",)),
    Case(
        "a bound that does not belong, in 3.0",
        answering({"minimum": 1, "exclusiveMinimum": True}),
        reading(1),
        (f"{BAD} {SCHEMA}/exclusiveMinimum",),
    ),
    Case(
        "a bound that does not belong, in 3.1",
        answering({"exclusiveMinimum": 1}, version=V31),
        reading(1),
        (f"{BAD} {SCHEMA}/exclusiveMinimum",),
    ),
    Case("a constant", answering({"const": 1}, version=V31), reading(2), (f"{BAD} {SCHEMA}/const",)),
    Case("a list of types", answering({"type": ["string", "null"]}, version=V31), reading(None)),
    Case(
        "not one of a list of types",
        answering({"type": ["string", "null"]}, version=V31),
        reading(1),
        (f"{BAD} {SCHEMA}/type",),
    ),
    Case(
        "the schema that allows nothing",
        answering(obj(a=False), version=V31),
        reading({"a": 1}),
        (f"{BAD}/a {SCHEMA}/properties/a",),
    ),
    Case("contains", answering({"contains": INTEGER}, version=V31), reading(["a"]), (f"{BAD} {SCHEMA}/contains",)),
    Case(
        "names of members",
        answering({"type": "object", "additionalProperties": {}, "propertyNames": {"maxLength": 1}}, version=V31),
        reading({"ab": 1}),
        (f"{BAD} {SCHEMA}/propertyNames/maxLength",),
    ),
    Case("a document of 3.2", answering(INTEGER, version="3.2.0"), reading("a"), (f"{BAD} {SCHEMA}/type",)),
    Case(
        "numbers with decimals",
        answering({"type": "number", "multipleOf": 0.01}),
        reading(19.99),
        (),
        PEER_BAD,
        "19.99 is 1999 hundredths; the peer reckons in binary",
    ),
    Case(
        "items by their places",
        answering({"type": "array", "prefixItems": [INTEGER]}, version=V31),
        reading(["a"]),
        (f"{BAD}/0 {SCHEMA}/prefixItems/0/type",),
        (),
        "prefixItems is a keyword of 3.1; the peer does not know it",
    ),
    Case(
        "keywords beside a reference, in 3.0",
        answering(obj(a={**ref("S"), "maxLength": 1}), {"S": STRING}),
        reading({"a": "xx"}),
        (),
        PEER_BAD,
        "siblings of $ref shall be ignored (3.0, reference object)",
    ),
    Case(
        "keywords beside a reference, in 3.1",
        answering(obj(a={**ref("S"), "maxLength": 1}), {"S": STRING}, version=V31),
        reading({"a": "xx"}),
        (f"{BAD}/a {SCHEMA}/properties/a/maxLength",),
    ),
    Case(
        "numeric formats",
        answering({"type": "integer", "format": "int32"}),
        reading(2**31),
        (f"{BAD} {SCHEMA}/format",),
    ),
    Case("a format that is not known", answering({"type": "string", "format": "sku"}), reading("?")),
    Case("a format of texts says nothing of numbers", answering({"format": "date"}), reading(1)),
    *formatted("date", "2024-02-29", "2023-02-29"),
    *formatted("date-time", "2024-02-29 12:00:00+0100", "2024-02-29T12:00:00"),
    *formatted("time", "23:59:60Z", "12:00:00"),
    *formatted("duration", "P1DT2H", "1D"),
    *formatted("email", "a@b.example", "a@b"),
    *formatted("hostname", "a-b.example", "a_b"),
    *formatted("ipv4", "10.0.0.1", "10.0.0.256"),
    *formatted("ipv6", "::1", "::z"),
    *formatted("uri", "urn:a:b", "a/b"),
    *formatted("uri-reference", "a/b?c", "a b"),
    *formatted("uri-template", "/a{?b}", "/a{"),
    *formatted("uuid", "URN:UUID:E2490DE5-5BD3-43D5-B7C4-526E33F71304", "e2490de5"),
    *formatted("json-pointer", "/a~1b", "a"),
    *formatted("regex", "^a+$", "("),
    *formatted("byte", "YQ==", "Y"),
]

PET = {
    "type": "object",
    "required": ["kind"],
    "properties": {"kind": STRING},
    "discriminator": {"propertyName": "kind"},
}
DOG = {"allOf": [ref("Pet"), obj(bark=STRING)]}
CAT = obj(kind={"enum": ["cat"]}, lives=INTEGER)
BIRD = obj(kind={"enum": ["bird"]}, song=STRING)
TAGGED = {"oneOf": [ref("Cat"), ref("Bird")], "discriminator": {"propertyName": "kind"}}
PLAIN = {"Cat": obj(kind=STRING, lives=INTEGER), "Bird": obj(kind=STRING, song=STRING)}
TREE = {"allOf": [obj(name=STRING), obj(child=ref("Tree"))]}
NULLABLE = {"type": "object", "properties": {"a": INTEGER}, "nullable": True}

OBJECTS = [
    Case(
        "closed in lists",
        answering({"type": "array", "items": obj(a=INTEGER)}),
        reading([{"a": 1, "b": 2}]),
        (f"{BAD}/0/b {SCHEMA}/items",),
    ),
    Case(
        "closed inside of members",
        answering(obj(o=obj(a=INTEGER))),
        reading({"o": {"b": 2}}),
        (f"{BAD}/o/b {SCHEMA}/properties/o",),
    ),
    Case(
        "others are promised by a schema",
        answering({**obj(a=INTEGER), "additionalProperties": STRING}),
        reading({"b": "x"}),
    ),
    Case(
        "others of another type",
        answering({**obj(a=INTEGER), "additionalProperties": STRING}),
        reading({"b": 1}),
        (f"{BAD}/b {SCHEMA}/additionalProperties/type",),
    ),
    Case(
        "others may come, but which is not promised",
        answering({**obj(a=INTEGER), "additionalProperties": True}),
        reading({"b": 1}),
        (f"{BAD}/b {SCHEMA}",),
    ),
    Case(
        "members by pattern",
        answering({"type": "object", "patternProperties": {"^x": INTEGER}}, version=V31),
        reading({"xa": 1}),
    ),
    Case(
        "an object of any members",
        answering({"type": "object"}),
        reading({"a": 1}),
        (),
        PEER_BAD,
        "a schema that names no members says nothing of them; the peer takes it to allow none",
    ),
    Case(
        "an object of any members, said", answering({"type": "object", "additionalProperties": {}}), reading({"a": 1})
    ),
    Case(
        "members of a schema without a type",
        answering({"properties": {"a": INTEGER}}),
        reading({"b": 1}),
        (f"{BAD}/b {SCHEMA}",),
        (),
        "who names members promises those; the peer closes only what says that it is an object",
    ),
    Case(
        "members of what may be null",
        answering(NULLABLE),
        reading({"b": 1}),
        (f"{BAD}/b {SCHEMA}",),
        (),
        "that it may be null promises no more members; the peer leaves it open",
    ),
    Case(
        "members of a list of types",
        answering({**obj(a=INTEGER), "type": ["object", "null"]}, version=V31),
        reading({"b": 1}),
        (f"{BAD}/b {SCHEMA}",),
        (),
        "that it may be null promises no more members; the peer leaves it open",
    ),
    Case(
        "fewer members than the least",
        answering({**obj(a=INTEGER, b=INTEGER), "minProperties": 2}),
        reading({"a": 1}),
        (),
        PEER_BAD,
        "a pact holds what its consumer reads, which may be less than what comes",
    ),
    Case("what may be null is null", answering(obj(a={**STRING, "nullable": True})), reading({"a": None})),
    Case(
        "what may not be null is null",
        answering(obj(a=STRING)),
        reading({"a": None}),
        (f"{BAD}/a {SCHEMA}/properties/a/type",),
    ),
    Case(
        "an enumeration that does not list null",
        answering(obj(a={"type": "string", "enum": ["x"], "nullable": True})),
        reading({"a": None}),
        (f"{BAD}/a {SCHEMA}/properties/a/enum",),
    ),
    Case(
        "an extension is no keyword",
        answering(obj(a={**STRING, "x-nullable": True})),
        reading({"a": None}),
        (f"{BAD}/a {SCHEMA}/properties/a/type",),
    ),
    Case("requests may hold null where it is said", taking(obj(a={**STRING, "nullable": True})), sending({"a": None})),
]

COMBINED = [
    Case("members of all parts", answering({"allOf": [obj(a=INTEGER), obj(b=INTEGER)]}), reading({"a": 1, "b": 2})),
    Case(
        "a member of no part",
        answering({"allOf": [obj(a=INTEGER), obj(b=INTEGER)]}),
        reading({"c": 1}),
        (f"{BAD}/c {SCHEMA}",),
    ),
    Case(
        "a part by reference",
        answering({"allOf": [ref("A"), obj(b=INTEGER)]}, {"A": obj(a=INTEGER)}),
        reading({"a": "x"}),
        (f"{BAD}/a {HOME}/A/properties/a/type",),
    ),
    Case(
        "what both parts ask for",
        taking(
            {"allOf": [{**obj(a=INTEGER, b=INTEGER), "required": ["a", "b"]}, {**obj(c=INTEGER), "required": ["c"]}]}
        ),
        sending({"b": 1, "c": 1}),
        (f"{SENT} {BODY}/allOf/0/required",),
        (),
        "both lists count; the peer merges them by position, and a is lost",
    ),
    Case(
        "two enumerations",
        answering({"allOf": [{"enum": ["a", "b"]}, {"enum": ["c", "b"]}]}),
        reading("c"),
        (f"{BAD} {SCHEMA}/allOf/0/enum",),
        (),
        "both lists count; the peer merges them by position",
    ),
    Case(
        "the common part of two alternatives",
        answering({"oneOf": [obj(a=INTEGER, b=INTEGER), obj(a=INTEGER, c=INTEGER)]}),
        reading({"a": 1}),
        (),
        PEER_BAD,
        "a part may be part of both, and what comes is one of them",
    ),
    Case(
        "members beside alternatives",
        answering({**obj(a=INTEGER), "oneOf": [obj(b=INTEGER), obj(c=INTEGER)]}),
        reading({"a": 1, "b": 2}),
        (),
        PEER_BAD,
        "they count together; the peer closes each alternative by itself",
    ),
    Case(
        "parts and alternatives",
        answering({"allOf": [obj(a=INTEGER)], "oneOf": [obj(b=INTEGER), obj(c=INTEGER)]}),
        reading({"a": 1, "b": 2}),
        (),
        PEER_BAD,
        "they count together; the peer closes each alternative by itself",
    ),
    Case(
        "several alternatives at once",
        answering({"anyOf": [obj(a=INTEGER), obj(b=INTEGER)]}),
        reading({"a": 1, "b": 2}),
        (),
        PEER_BAD,
        "anyOf is several at once; the peer closes each by itself",
    ),
    Case(
        "a request of both alternatives",
        taking({"oneOf": [obj(a=INTEGER), obj(a=INTEGER)]}),
        sending({"a": 1}),
        (f"{SENT} {BODY}/oneOf",),
    ),
    Case(
        "a type that holds itself",
        answering(ref("Tree"), {"Tree": obj(name=STRING, child=ref("Tree"))}),
        reading({"child": {"child": {"name": 1}}}),
        (f"{BAD}/child/child/name {HOME}/Tree/properties/name/type",),
    ),
    Case(
        "a type that holds itself inside of a combination",
        answering(ref("Tree"), {"Tree": TREE}),
        reading({"child": {"child": {"name": "x"}}}),
    ),
    Case(
        "a type that is a part of itself",
        answering(ref("S"), {"S": {"allOf": [ref("S"), obj(a=INTEGER)]}}),
        reading({"a": 1}),
        ("document.unusable response/body responses/200/content/application~1json/schema",),
        REFUSED,
        "it can't be worked out, which is told of the one interaction that needs it",
    ),
    Case(
        "asked for in one case only",
        answering(
            {**obj(a=INTEGER, b=INTEGER), "if": {"properties": {"a": {"const": 1}}}, "then": {"required": ["b"]}},
            version=V31,
        ),
        reading({"a": 1}),
        (),
        PEER_BAD,
        "a pact holds what its consumer reads; required counts for the whole",
    ),
    Case(
        "required beside another member",
        taking({**obj(a=INTEGER, b=INTEGER), "dependentRequired": {"a": ["b"]}}, version=V31),
        sending({"a": 1}),
        (f"{SENT} {BODY}/dependentRequired",),
    ),
    Case(
        "nothing else is evaluated",
        taking({**obj(a=INTEGER), "unevaluatedProperties": False}, version=V31),
        sending({"b": 1}),
        (f"{SENT}/b {BODY}/unevaluatedProperties",),
    ),
]

TAGS = [
    Case(
        "an alternative by its tag", answering(TAGGED, {"Cat": CAT, "Bird": BIRD}), reading({"kind": "cat", "lives": 9})
    ),
    Case(
        "a member of another alternative",
        answering(TAGGED, {"Cat": CAT, "Bird": BIRD}),
        reading({"kind": "cat", "song": "x"}),
        (f"{BAD}/song {SCHEMA}",),
    ),
    Case(
        "the consumer does not read the tag",
        answering(TAGGED, {"Cat": CAT, "Bird": BIRD}),
        reading({"lives": 9}),
        (),
        PEER_BAD,
        "a pact holds what its consumer reads",
    ),
    Case(
        "names of schemas are tags",
        answering(TAGGED, PLAIN),
        reading({"kind": "Cat", "lives": 9}),
        (),
        REFUSED,
        "the name of a schema is the tag's value where nothing maps it (discriminator object)",
    ),
    Case(
        "a name in the mapping",
        answering({**TAGGED, "discriminator": {"propertyName": "kind", "mapping": {"c": "Cat", "b": "Bird"}}}, PLAIN),
        reading({"kind": "c", "lives": 9}),
        (),
        REFUSED,
        "a mapping may have names (discriminator object)",
    ),
    Case(
        "a mapping by references",
        answering(
            {
                **TAGGED,
                "discriminator": {
                    "propertyName": "kind",
                    "mapping": {"c": "#/components/schemas/Cat", "b": "#/components/schemas/Bird"},
                },
            },
            PLAIN,
        ),
        reading({"kind": "c", "lives": 9}),
    ),
    Case(
        "a base type stands for its subtypes",
        answering(ref("Pet"), {"Pet": PET, "Dog": DOG}),
        reading({"kind": "Dog", "bark": "w"}),
        (),
        PEER_BAD,
        "a discriminator on a base type means any of its subtypes; the peer ignores it",
    ),
    Case(
        "a request without its tag",
        taking(TAGGED, {"Cat": CAT, "Bird": BIRD}),
        sending({"lives": 9}),
        (f"{SENT} {BODY}", f"{SENT} {BODY}/oneOf"),
    ),
]

REFERENCES = [
    Case(
        "a reference that leads nowhere",
        answering(obj(a=ref("Nobody"))),
        reading({"a": 1}),
        (f"{BAD}/a {SCHEMA}/properties/a",),
        (),
        "what nobody describes, nobody promises; the peer accepts anything",
    ),
    Case(
        "a reference that leads out of the document",
        answering(obj(a={"$ref": "other.yaml#/A"}, b=INTEGER)),
        reading({"b": "x"}),
        (f"{BAD}/b {SCHEMA}/properties/b/type",),
        REFUSED,
        "only what is behind the reference can't be judged",
    ),
    Case(
        "a name that is escaped",
        answering(obj(a={"$ref": "#/components/schemas/a~1b%3Cc"}), {"a/b<c": INTEGER}),
        reading({"a": "x"}),
        (f"{BAD}/a {HOME}/a~1b<c/type",),
    ),
    Case(
        "a regular expression that can't be read",
        answering(obj(a={"pattern": "("}, b=INTEGER)),
        reading({"b": "x"}),
        (
            "document.pattern.unusable response/body responses/200/content/application~1json/schema",
            f"{BAD}/b {SCHEMA}/properties/b/type",
        ),
        REFUSED,
        "one expression does not keep the rest from being judged",
    ),
]

CASES = [*KEYWORDS, *OBJECTS, *COMBINED, *TAGS, *REFERENCES]
