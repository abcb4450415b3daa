"""What a consumer sends, and what a comparison says of it; written from the specification of GraphQL (October 2021).

Each expectation is the level (E, W, I or U), the rule, the place in the interaction, and after an ``@`` the name of
what the finding points to in the schema. Sections of the specification stand in brackets.
"""

import hashlib

from tests.formats.comparisons.pact_graphql.cases import Case
from tests.formats.comparisons.pact_graphql.pairs import posting

_QUERY = "request/body/query"
_VARIABLES = "request/body/variables"


def _sends(query: str, **more: object) -> dict[str, object]:
    return posting({"query": query, **more})


def _getting(**query: str) -> dict[str, object]:
    request = {"method": "GET", "path": "/graphql", "query": {name: [value] for name, value in query.items()}}
    return {"description": "it", "request": request, "response": {"status": 200}}


_HASH = hashlib.sha256(b"{ ok }").hexdigest()

OPERATIONS = (
    Case("a query without a name is enough", _sends("{ ok }")),
    Case("white space and comments mean nothing", _sends("\n\n  query   Q\n{\n# all of it\n ok ,, paid:ok }\n")),
    Case("a text that is no GraphQL is read by nobody [2]", _sends("{ ok"), f"E graphql.operation.syntax {_QUERY}"),
    Case("an empty selection is one, says the draft of the specification", _sends('{ order(id: "1") {} }')),
    Case(
        "of several operations the one that is named counts",
        _sends("query A { ok } query B { rate }", operationName="B"),
    ),
    Case(
        "several operations and no name can't be run [6.1]",
        _sends("query A { ok } query B { rate }"),
        f"E graphql.operation.unknown {_QUERY}",
    ),
    Case("an empty name is no name", _sends("query A { ok }", operationName="")),
    Case("null is no name", _sends("query A { ok }", operationName=None)),
    Case(
        "a name that the document does not have can't be run [6.1]",
        _sends("query A { ok }", operationName="B"),
        f"E graphql.operation.unknown {_QUERY}",
    ),
    Case(
        "a name is a text [GraphQL over HTTP]",
        _sends("query A { ok }", operationName=5),
        f"E graphql.request.malformed {_QUERY}",
    ),
    Case(
        "fragments alone can't be run [6.1]",
        _sends("fragment F on Order { id }"),
        f"E graphql.operation.unknown {_QUERY}",
        f"E graphql.operation.invalid {_QUERY}",
    ),
    Case(
        "a field that the type does not have [5.3.1]",
        _sends('{ order(id: "1") { id price } }'),
        f"E graphql.field.unknown {_QUERY} @Order",
    ),
    Case(
        "a field that only some types of a union have [5.3.1]",
        _sends('{ search(text: "a") { id } }'),
        f"E graphql.field.unknown {_QUERY} @Hit",
    ),
    Case("the name of the type can be asked for of a union", _sends('{ search(text: "a") { __typename } }')),
    Case(
        "an operation that nobody else has a wrong name in is refused, too",
        _sends("query A { ok } query B { nothing }", operationName="A"),
        f"E graphql.field.unknown {_QUERY} @Query",
    ),
    Case(
        "an object is asked for by its fields [5.3.3]",
        _sends('{ order(id: "1") }'),
        f"E graphql.selection.invalid {_QUERY} @order",
    ),
    Case("a value has no fields [5.3.3]", _sends("{ ok { id } }"), f"E graphql.selection.invalid {_QUERY} @ok"),
    Case(
        "two fields under one name in the answer [5.3.2]",
        _sends('{ order(id: "1") { a: id a: total } }'),
        f"E graphql.selection.conflict {_QUERY} @id",
    ),
    Case("the same field twice is one", _sends('{ order(id: "1") { id id } order(id: "1") { total } }')),
    Case(
        "an argument that is not there [5.4.1]",
        _sends("{ ok(really: true) }"),
        f"E graphql.argument.unknown {_QUERY} @ok",
    ),
    Case(
        "an argument that has to be given [5.4.2.1]",
        _sends("{ order { id } }"),
        f"E graphql.argument.missing {_QUERY} @order",
    ),
    Case("an argument with a default may be left out", _sends("{ orders { id } }")),
    Case(
        "a value of the wrong kind [5.6.1]",
        _sends('{ orders(first: "ten") { id } }'),
        f"E graphql.value.incompatible {_QUERY}",
    ),
    Case(
        "a value that the enum does not have [5.6.1]",
        _sends("{ orders(state: GONE) { id } }"),
        f"E graphql.value.incompatible {_QUERY}",
    ),
    Case(
        "an input field that is not there [5.6.2]",
        _sends("{ orders(where: {colour: 1}) { id } }"),
        f"E graphql.value.incompatible {_QUERY}",
    ),
    Case("one value does for a list [3.11]", _sends('{ orders(where: {ids: "1"}) { id } }')),
    Case(
        "a fragment on a type that is not there [5.5.1.2]",
        _sends('{ node(id: "1") { ... on Shop { id } } }'),
        f"E graphql.type.unknown {_QUERY}",
    ),
    Case(
        "a fragment on a type that can never be there [5.5.2.3]",
        _sends('{ order(id: "1") { ... on Customer { name } } }'),
        f"E graphql.fragment.impossible {_QUERY}",
    ),
    Case(
        "a fragment on a value [5.5.1.3]",
        _sends('{ order(id: "1") { ... on State { id } } }'),
        f"E graphql.fragment.impossible {_QUERY}",
    ),
    Case(
        "a fragment that is not there [5.5.2.1]",
        _sends('{ order(id: "1") { ...Parts } }'),
        f"E graphql.operation.invalid {_QUERY}",
    ),
    Case(
        "a fragment that leads to itself [5.5.2.2]",
        _sends('{ order(id: "1") { ...A } } fragment A on Order { ...B } fragment B on Order { ...A }'),
        f"E graphql.operation.invalid {_QUERY}",
    ),
    Case(
        "a fragment that nobody uses [5.5.1.4]",
        _sends("{ ok } fragment A on Order { id }"),
        f"E graphql.operation.invalid {_QUERY}",
    ),
    Case("a directive that is not there [5.7.1]", _sends("{ ok @loud }"), f"E graphql.directive.unknown {_QUERY}"),
    Case(
        "a schema without mutations [6.2.2]",
        posting({"query": "mutation { cancel }"}),
        f"E graphql.operation.unsupported {_QUERY}",
        sdl="type Query { ok: Boolean }",
    ),
    Case(
        "the schema itself can be asked for", _sends('{ __schema { types { name } } __type(name: "Order") { kind } }')
    ),
    Case(
        "a variable that is not declared [5.8.3]",
        _sends("{ order(id: $id) { id } }", variables={"id": "1"}),
        f"E graphql.operation.invalid {_QUERY}",
        f"W graphql.variable.undeclared {_VARIABLES}/id",
    ),
    Case(
        "a variable that is not used [5.8.4]",
        _sends("query ($id: ID) { ok }", variables={"id": "1"}),
        f"E graphql.operation.invalid {_QUERY}",
    ),
    Case(
        "a variable that may be null where nothing may be [5.8.5]",
        _sends("query ($id: ID) { order(id: $id) { id } }", variables={"id": "1"}),
        f"E graphql.variable.type {_QUERY}",
    ),
    Case(
        "a variable of a type that no input has [5.8.2]",
        _sends("query ($o: Order) { orders(where: $o) { id } }"),
        f"E graphql.variable.type {_QUERY}",
        f"E graphql.variable.type {_QUERY}",
    ),
    Case("a deprecated field", _sends("{ old }"), f"W graphql.deprecated.field {_QUERY} @old"),
    Case(
        "a deprecated argument",
        _sends('mutation { cancel(id: "1", why: "x") { id } }'),
        f"W graphql.deprecated.argument {_QUERY} @why",
    ),
    Case(
        "a deprecated input field in the text",
        _sends('{ orders(where: {owner: "me"}) { id } }'),
        f"W graphql.deprecated.input-field {_QUERY} @owner",
    ),
    Case(
        "a deprecated value in the text",
        _sends("{ orders(state: LOST) { id } }"),
        f"W graphql.deprecated.enum-value {_QUERY} @LOST",
    ),
    Case(
        "only what the operation itself uses is told to be deprecated",
        _sends("query A { ok } query B { old }", operationName="A"),
    ),
    Case(
        "what a subscription sends is not compared",
        _sends("subscription { changed { id } }"),
        f"I graphql.operation.subscription {_QUERY}",
    ),
    Case(
        "what a subscription asks for is",
        _sends("subscription { changed { colour } }"),
        f"E graphql.field.unknown {_QUERY} @Order",
        f"I graphql.operation.subscription {_QUERY}",
    ),
)

TRANSPORTS = (
    Case(
        "a query in the address", _getting(query="query ($id: ID!) { order(id: $id) { id } }", variables='{"id": "1"}')
    ),
    Case(
        "a query in the address of version 2",
        {
            "request": {"method": "get", "path": "/graphql", "query": "query=%7B%20nothing%20%7D"},
            "response": {"status": 200},
        },
        "E graphql.field.unknown request/query @Query",
    ),
    Case(
        "variables in the address are JSON",
        _getting(query="query ($id: ID!) { order(id: $id) { id } }", variables="id"),
        "E graphql.request.malformed request/query/variables",
    ),
    Case(
        "a mutation is never sent by GET [GraphQL over HTTP]",
        _getting(query='mutation { cancel(id: "1") { id } }'),
        "E graphql.request.method request/query/query",
    ),
    Case(
        "the text alone, as application/graphql",
        {
            "request": {
                "method": "POST",
                "path": "/",
                "headers": {"Content-Type": "application/graphql; charset=utf-8"},
                "body": "{ nothing }",
            },
            "response": {"status": 200},
        },
        "E graphql.field.unknown request/body @Query",
    ),
    Case(
        "a hash alone says nothing",
        posting({"extensions": {"persistedQuery": {"version": 1, "sha256Hash": _HASH}}}),
        "U graphql.operation.persisted request/body",
    ),
    Case(
        "the name of a document alone says nothing",
        posting({"documentId": "sha256:abc", "variables": {}}),
        "U graphql.operation.persisted request/body",
    ),
    Case(
        "a hash in the address says nothing",
        _getting(extensions='{"persistedQuery": {"version": 1, "sha256Hash": "a"}}'),
        "U graphql.operation.persisted request/query",
    ),
    Case("a hash with its text", _sends("{ ok }", extensions={"persistedQuery": {"version": 1, "sha256Hash": _HASH}})),
    Case(
        "a hash of another text is refused",
        _sends("{  ok }", extensions={"persistedQuery": {"version": 1, "sha256Hash": _HASH}}),
        f"E graphql.operation.hash {_QUERY}",
    ),
    Case(
        "several operations in one request",
        posting([{"query": "{ ok }"}, {"query": "{ nothing }"}], [{"data": {"ok": True}}, {"data": {}}]),
        "E graphql.field.unknown request/body/1/query @Query",
    ),
    Case(
        "several operations have several answers",
        posting([{"query": "{ ok }"}, {"query": "{ ok }"}], {"data": {"ok": True}}),
        "E graphql.response.batch response/body",
    ),
    Case(
        "each of several answers is the answer to its operation",
        posting([{"query": "{ ok }"}, {"query": "{ rate }"}], [{"data": {"rate": 1}}, {"data": {"rate": 2}}]),
        "E graphql.response.unselected response/body/0/data/rate @Query",
    ),
)

_BY_ID = "query ($id: ID!) { order(id: $id) { id } }"
_WHERE = "query ($w: Filter) { orders(where: $w) { id } }"
_FIRST = "query ($n: Int) { orders(first: $n) { id } }"
_STATE = "query ($s: State) { orders(state: $s) { id } }"
_STAMP = "query ($d: Date) { on(day: $d) }"

VARIABLES = (
    Case("a variable of its type", _sends(_BY_ID, variables={"id": "1"})),
    Case("an ID may be sent as a whole number [3.5.5]", _sends(_BY_ID, variables={"id": 1})),
    Case(
        "an ID is no fraction [3.5.5]",
        _sends(_BY_ID, variables={"id": 1.5}),
        f"E graphql.variable.incompatible {_VARIABLES}/id",
    ),
    Case("a variable that has to be sent [6.1.2]", _sends(_BY_ID), f"E graphql.variable.missing {_VARIABLES}"),
    Case(
        "null where nothing may be null [6.1.2]",
        _sends(_BY_ID, variables={"id": None}),
        f"E graphql.variable.incompatible {_VARIABLES}/id",
    ),
    Case("a variable with a default may be left out", _sends('query ($id: ID! = "1") { order(id: $id) { id } }')),
    Case("null variables are none", _sends(_FIRST, variables=None)),
    Case("variables are an object", _sends(_FIRST, variables=[1]), f"E graphql.request.malformed {_VARIABLES}"),
    Case(
        "a variable that is not declared is told",
        _sends("{ ok }", variables={"id": "1"}),
        f"W graphql.variable.undeclared {_VARIABLES}/id",
    ),
    Case(
        "an Int has 32 bits [3.5.1]",
        _sends(_FIRST, variables={"n": 2**31}),
        f"E graphql.variable.incompatible {_VARIABLES}/n",
    ),
    Case(
        "a text is no Int [3.5.1]",
        _sends(_FIRST, variables={"n": "5"}),
        f"E graphql.variable.incompatible {_VARIABLES}/n",
    ),
    Case(
        "a truth is no Int [3.5.1]",
        _sends(_FIRST, variables={"n": True}),
        f"E graphql.variable.incompatible {_VARIABLES}/n",
    ),
    Case(
        "a value that the enum does not have [3.9]",
        _sends(_STATE, variables={"s": "GONE"}),
        f"E graphql.variable.incompatible {_VARIABLES}/s @State",
    ),
    Case(
        "a deprecated value is told",
        _sends(_STATE, variables={"s": "LOST"}),
        f"W graphql.deprecated.enum-value {_VARIABLES}/s @LOST",
    ),
    Case(
        "an input field that is not there [3.10]",
        _sends(_WHERE, variables={"w": {"colour": 1}}),
        f"E graphql.variable.incompatible {_VARIABLES}/w/colour @Filter",
    ),
    Case(
        "an input field of the wrong kind",
        _sends(_WHERE, variables={"w": {"min": "1"}}),
        f"E graphql.variable.incompatible {_VARIABLES}/w/min",
    ),
    Case(
        "a deprecated input field is told",
        _sends(_WHERE, variables={"w": {"owner": "me"}}),
        f"W graphql.deprecated.input-field {_VARIABLES}/w/owner @owner",
    ),
    Case(
        "a text is no input object",
        _sends(_WHERE, variables={"w": "all"}),
        f"E graphql.variable.incompatible {_VARIABLES}/w @Filter",
    ),
    Case("one value does for a list [3.11]", _sends(_WHERE, variables={"w": {"ids": "1"}})),
    Case(
        "null in a list that has none",
        _sends(_WHERE, variables={"w": {"ids": ["1", None]}}),
        f"E graphql.variable.incompatible {_VARIABLES}/w/ids/1",
    ),
    Case(
        "an input field that has to be sent",
        _sends("query ($w: Must!) { must(be: $w) }", variables={"w": {}}),
        f"E graphql.variable.missing {_VARIABLES}/w @here",
    ),
    Case(
        "of a oneOf exactly one field is sent",
        _sends("query ($p: Pick!) { pick(one: $p) }", variables={"p": {"id": "1", "name": "a"}}),
        f"E graphql.variable.incompatible {_VARIABLES}/p @Pick",
    ),
    Case("a scalar of the provider's own may be written in any way", _sends(_STAMP, variables={"d": {"day": 1}})),
    Case(
        "any integer for an Int", posting({"query": _FIRST, "variables": {"n": 5}}, sent={"$.variables.n": "integer"})
    ),
    Case(
        "any integer for a text is wrong, even where the schema takes the example",
        posting(
            {"query": _STAMP.replace("Date", "String").replace("on(day", "tell(text"), "variables": {"d": "5"}},
            sent={"$.variables.d": "integer"},
        ),
        f"E graphql.variable.rule {_VARIABLES}/d",
    ),
    Case(
        "a text that is like the example is one for any text",
        posting({"query": _BY_ID, "variables": {"id": "1"}}, sent={"$.variables": "type"}),
    ),
    Case(
        "what is sent has to be taken, whatever else the consumer would send",
        posting({"query": _STATE, "variables": {"s": "string"}}, sent={"$.variables.s": "type"}),
        f"E graphql.variable.incompatible {_VARIABLES}/s @State",
    ),
    Case(
        "a regular expression that names more than the enum has",
        posting(
            {"query": _STATE, "variables": {"s": "OPEN"}},
            sent={"$.variables.s": {"match": "regex", "regex": "^(OPEN|GONE)$"}},
        ),
        f"W graphql.variable.rule-too-wide {_VARIABLES}/s @State",
    ),
    Case(
        "a regular expression that names what the enum has",
        posting(
            {"query": _STATE, "variables": {"s": "OPEN"}},
            sent={"$.variables.s": {"match": "regex", "regex": "OPEN|SENT"}},
        ),
    ),
)
