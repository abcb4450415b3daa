"""What a consumer expects back, and what a comparison says of it; see ``cases_of_requests`` for how it is written."""

from typing import Any

from tests.formats.comparisons.pact_graphql.cases import Case
from tests.formats.comparisons.pact_graphql.pairs import posting

_DATA = "response/body/data"
_ORDER = '{ order(id: "1") { id total count state note lines { sku amount } paid extra } }'
_ONE = f"{_DATA}/order"


def _answers(query: str, data: Any, *, read: Any = None, **more: Any) -> dict[str, Any]:
    return posting({"query": query}, {"data": data, **more}, read=read)


def _order(read: Any = None, **members: Any) -> dict[str, Any]:
    under = {f"$.data.order.{name}": rule for name, rule in (read or {}).items()}
    return _answers(_ORDER, {"order": members}, read=under)


def _regex(pattern: str) -> dict[str, str]:
    return {"match": "regex", "regex": pattern}


SHAPES = (
    Case(
        "all that is selected",
        _order(id="1", total=1.5, count=2, state="OPEN", note=None, lines=[], paid=True, extra={"a": [1]}),
    ),
    Case("a consumer expects a part of what it selects", _order(id="1")),
    Case("nothing of an object", _order()),
    Case("no data at all", posting({"query": "{ ok }"}, {})),
    Case("no body at all", posting({"query": "{ ok }"})),
    Case(
        "what is not selected does not come [6.3.2]",
        _answers('{ order(id: "1") { id } }', {"order": {"id": "1", "total": 1}}),
        f"E graphql.response.unselected {_ONE}/total @Order",
    ),
    Case(
        "what the type does not have does not come",
        _order(colour="red"),
        f"E graphql.response.unselected {_ONE}/colour @Order",
    ),
    Case("a field comes under its alias [2.7]", _answers("{ fine: ok }", {"fine": True})),
    Case(
        "a field with an alias does not come under its name [2.7]",
        _answers("{ fine: ok }", {"ok": True}),
        f"E graphql.response.unselected {_DATA}/ok @Query",
    ),
    Case(
        "an object is none",
        _answers('{ order(id: "1") { id } }', {"order": "1"}),
        f"E graphql.response.type {_ONE} @order",
    ),
    Case(
        "a list is no object",
        _answers('{ order(id: "1") { id } }', {"order": [{"id": "1"}]}),
        f"E graphql.response.type {_ONE} @order",
    ),
    Case(
        "an object is no list [3.11]",
        _answers("{ orders { id } }", {"orders": {"id": "1"}}),
        f"E graphql.response.type {_DATA}/orders @orders",
    ),
    Case(
        "each item of a list is looked at",
        _answers("{ orders { id } }", {"orders": [{"id": "1"}, {"id": 2}]}),
        f"E graphql.response.type {_DATA}/orders/1/id @id",
    ),
    Case("an empty list is one", _answers("{ orders { id } }", {"orders": []})),
    Case("a list of lists", _answers("{ grid }", {"grid": [[1, 2], []]})),
    Case(
        "a list is no list of lists",
        _answers("{ grid }", {"grid": [1]}),
        f"E graphql.response.type {_DATA}/grid/0 @grid",
    ),
    Case("data is an object", _answers("{ ok }", [True]), f"E graphql.response.type {_DATA} @Query"),
    Case(
        "an interface that no type has",
        _answers("{ nobody { id } }", {"nobody": {"id": "1"}}),
        f"E graphql.response.type {_DATA}/nobody @Empty",
    ),
    Case(
        "the answer of a mutation",
        _answers('mutation { cancel(id: "1") { id } }', {"cancel": {"id": 5}}),
        f"E graphql.response.type {_DATA}/cancel/id @id",
    ),
    Case(
        "the schema itself",
        _answers("{ __schema { queryType { name } } }", {"__schema": {"queryType": {"name": "Query"}}}),
    ),
    Case(
        "the schema itself, wrongly",
        _answers("{ __schema { queryType { name } } }", {"__schema": {"queryType": {"name": 1}}}),
        f"E graphql.response.type {_DATA}/__schema/queryType/name",
    ),
    Case(
        "selections of one field go together [5.3.2]",
        _answers('{ order(id: "1") { id } order(id: "1") { paid } }', {"order": {"id": "1", "paid": True}}),
    ),
    Case(
        "what is skipped does not come [3.13.1]",
        _answers("{ ok @skip(if: true) rate }", {"ok": True}),
        f"E graphql.response.unselected {_DATA}/ok @Query",
    ),
    Case(
        "what is included by a variable comes [3.13.2]",
        posting(
            {"query": "query ($all: Boolean!) { ok @include(if: $all) rate }", "variables": {"all": True}},
            {"data": {"ok": True}},
        ),
    ),
    Case(
        "what is left out by a variable does not come [3.13.2]",
        posting({"query": "query ($all: Boolean = false) { ok @include(if: $all) rate }"}, {"data": {"ok": True}}),
        f"E graphql.response.unselected {_DATA}/ok @Query",
    ),
)

VALUES = (
    Case("a whole number is a Float [3.5.2]", _order(total=2)),
    Case("a text is no Float [3.5.2]", _order(total="2"), f"E graphql.response.type {_ONE}/total @total"),
    Case("2.0 is an Int in JSON", _order(count=2.0)),
    Case("2.5 is no Int [3.5.1]", _order(count=2.5), f"E graphql.response.type {_ONE}/count @count"),
    Case("a truth is no Int [3.5.1]", _order(count=True), f"E graphql.response.type {_ONE}/count @count"),
    Case("an Int has 32 bits [3.5.1]", _order(count=2**31), f"E graphql.response.value {_ONE}/count @count"),
    Case("the least Int is one [3.5.1]", _order(count=-(2**31))),
    Case("an ID comes as a text [3.5.5]", _order(id=1), f"E graphql.response.type {_ONE}/id @id"),
    Case("a number is no String [3.5.3]", _order(note=1), f"E graphql.response.type {_ONE}/note @note"),
    Case("1 is no Boolean [3.5.4]", _order(paid=1), f"E graphql.response.type {_ONE}/paid @paid"),
    Case(
        "a value that the enum does not have [3.9]",
        _order(state="GONE"),
        f"E graphql.response.value {_ONE}/state @State",
    ),
    Case("a value of an enum is a text [3.9]", _order(state=1), f"E graphql.response.type {_ONE}/state @state"),
    Case("a deprecated value is told", _order(state="LOST"), f"W graphql.deprecated.enum-value {_ONE}/state @LOST"),
    Case("a scalar of the provider's own may come in any way", _answers("{ stamp }", {"stamp": [1, {"a": None}]})),
    Case("null where it may be", _order(note=None)),
    Case("an object that may be null", _answers('{ order(id: "1") { id } }', {"order": None})),
    Case(
        "null where it may not be goes further up [6.4.4]",
        _order(total=None),
        f"E graphql.response.null {_ONE}/total @total",
    ),
    Case(
        "null in a list that has none",
        _answers("{ orders { id } }", {"orders": [None]}),
        f"E graphql.response.null {_DATA}/orders/0 @orders",
    ),
    Case("null in a list that may have some", _answers('{ search(text: "a") { __typename } }', {"search": [None]})),
    Case(
        "null with an error that says why",
        _answers('{ order(id: "1") { id } }', {"order": None}, errors=[{"message": "gone", "path": ["order"]}]),
    ),
    Case(
        "an error does not make null where it can't be [6.4.4]",
        _order(total=None),
        f"E graphql.response.null {_ONE}/total @total",
    ),
)

TYPES = (
    Case(
        "a fragment on the type [5.5]",
        _answers('{ node(id: "1") { id ... on Order { total } } }', {"node": {"id": "1", "total": 1}}),
    ),
    Case(
        "a fragment by name",
        _answers('{ node(id: "1") { ...O } } fragment O on Order { total }', {"node": {"total": 1}}),
    ),
    Case(
        "what only different types have does not come together",
        _answers(
            '{ node(id: "1") { ... on Order { total } ... on Customer { name } } }', {"node": {"total": 1, "name": "a"}}
        ),
        f"E graphql.response.unselected {_DATA}/node/name @Order",
    ),
    Case(
        "the type's own name decides",
        _answers(
            '{ node(id: "1") { __typename ... on Order { total } } }', {"node": {"__typename": "Customer", "total": 1}}
        ),
        f"E graphql.response.unselected {_DATA}/node/total @Customer",
    ),
    Case(
        "the type's own name under an alias decides",
        _answers(
            '{ node(id: "1") { kind: __typename ... on Order { total } } }', {"node": {"kind": "Customer", "total": 1}}
        ),
        f"E graphql.response.unselected {_DATA}/node/total @Customer",
    ),
    Case(
        "a type that it can't be",
        _answers('{ node(id: "1") { __typename id } }', {"node": {"__typename": "Line", "id": "1"}}),
        f"E graphql.response.value {_DATA}/node/__typename",
    ),
    Case(
        "any text for the type's own name",
        _answers(
            '{ node(id: "1") { __typename ... on Order { total } } }',
            {"node": {"__typename": "string", "total": 1}},
            read={"$.data.node.__typename": "type"},
        ),
    ),
    Case("the name of an object", _answers("{ __typename ok }", {"__typename": "Query"})),
    Case(
        "another name of an object",
        _answers("{ __typename ok }", {"__typename": "Root"}),
        f"E graphql.response.value {_DATA}/__typename @Query",
    ),
    Case(
        "each item of a union may be of another type",
        _answers(
            '{ search(text: "a") { ... on Order { total } ... on Customer { name } } }',
            {"search": [{"total": 1}, {"name": "a"}, {"total": "x"}]},
        ),
        f"E graphql.response.type {_DATA}/search/2/total @total",
    ),
    Case(
        "a fragment on an interface applies to the types that have it",
        _answers('{ search(text: "a") { ... on Node { id } } }', {"search": [{"id": "1"}]}),
    ),
    Case(
        "a fragment without a type always applies",
        _answers('{ order(id: "1") { ... { id } } }', {"order": {"id": "1"}}),
    ),
)

RULES = (
    Case("any integer for an Int", _order({"count": "integer"}, count=5)),
    Case(
        "any integer for a String is wrong, even if the example is right",
        _order({"note": "integer"}, note="5"),
        f"E graphql.response.rule {_ONE}/note @note",
    ),
    Case(
        "any integer for a Float may be wrong one day",
        _order({"total": "integer"}, total=5),
        f"W graphql.response.rule-too-narrow {_ONE}/total @total",
    ),
    Case(
        "any decimal number for an Int never comes",
        _order({"count": "decimal"}, count=5),
        f"E graphql.response.rule {_ONE}/count @count",
    ),
    Case("any number for an Int", _order({"count": "number"}, count=5)),
    Case(
        "any number for a Boolean never comes",
        _order({"paid": "number"}, paid=True),
        f"E graphql.response.rule {_ONE}/paid @paid",
    ),
    Case("a value like the example", _order({"count": "type"}, count=5)),
    Case(
        "a number like the example, which is no Int",
        _order({"count": "type"}, count=5.5),
        f"W graphql.response.example {_ONE}/count @count",
    ),
    Case(
        "a number like the example, which is too large",
        _order({"count": "type"}, count=2**40),
        f"W graphql.response.example {_ONE}/count @count",
    ),
    Case(
        "a text like the example for an Int never comes",
        _order({"count": "type"}, count="5"),
        f"E graphql.response.type {_ONE}/count @count",
    ),
    Case(
        "any text for an enum, with an example that never comes",
        _order({"state": "type"}, state="string"),
        f"W graphql.response.example {_ONE}/state @state",
    ),
    Case(
        "null alone for what is never null",
        _order({"total": "null"}, total=1),
        f"E graphql.response.rule {_ONE}/total @total",
    ),
    Case("null alone for what may be null", _order({"note": "null"}, note=None)),
    Case(
        "a date for a Boolean never comes",
        _order({"paid": {"match": "date", "format": "yyyy"}}, paid=True),
        f"E graphql.response.rule {_ONE}/paid @paid",
    ),
    Case(
        "one of two rules is enough",
        _order({"note": {"combine": "OR", "matchers": [{"match": "integer"}, {"match": "type"}]}}, note="a"),
    ),
    Case(
        "both of two rules are asked for",
        _order({"note": {"combine": "AND", "matchers": [{"match": "integer"}, {"match": "type"}]}}, note="a"),
        f"E graphql.response.rule {_ONE}/note @note",
    ),
    Case("a pattern that takes all of an enum", _order({"state": _regex("^(OPEN|SENT|LOST)$")}, state="OPEN")),
    Case(
        "a pattern that takes some of an enum",
        _order({"state": _regex("^(OPEN|SENT)$")}, state="OPEN"),
        f"W graphql.response.rule-too-narrow {_ONE}/state @state",
    ),
    Case(
        "a pattern that takes more than an enum",
        _order({"state": _regex("OPEN|SENT|LOST|GONE")}, state="OPEN"),
        f"W graphql.response.rule-too-wide {_ONE}/state @state",
    ),
    Case(
        "a pattern that takes none of an enum",
        _order({"state": _regex("^[a-z]+$")}, state="OPEN"),
        f"E graphql.response.rule {_ONE}/state @state",
    ),
    Case(
        "a pattern with an example that the enum does not have",
        _order({"state": _regex("^[A-Z]+$")}, state="GONE"),
        f"E graphql.response.value {_ONE}/state @State",
    ),
    Case("a pattern that nobody here can read says nothing", _order({"state": _regex("^(?!x)")}, state="OPEN")),
    Case("a pattern for the text of a number", _order({"count": _regex("^[0-9]+$")}, count=5)),
    Case(
        "each item is like the first",
        _answers(
            "{ orders { id state } }",
            {"orders": [{"id": "1", "state": "string"}]},
            read={"$.data.orders": {"match": "type", "min": 1}},
        ),
        f"W graphql.response.example {_DATA}/orders/0/state @state",
    ),
    Case(
        "a rule for each item",
        _answers(
            "{ orders { id count } }",
            {"orders": [{"id": "1", "count": 5}]},
            read={"$.data.orders": "type", "$.data.orders[*].id": "integer"},
        ),
        f"E graphql.response.rule {_DATA}/orders/0/id @id",
    ),
    Case(
        "a list under a rule for values",
        _answers("{ tags }", {"tags": ["a"]}, read={"$.data.tags": "integer"}),
        f"E graphql.response.rule {_DATA}/tags @tags",
    ),
    Case(
        "an object under a rule for lists",
        _order({"id": "arrayContains"}, id="1"),
        f"E graphql.response.rule {_ONE}/id @id",
    ),
    Case(
        "each variant of a list has rules of its own",
        _answers(
            '{ search(text: "a") { ... on Order { count } ... on Customer { name } } }',
            {"search": [{"count": 5}, {"name": "a"}]},
            read={
                "$.data.search": {
                    "match": "arrayContains",
                    "variants": [
                        {"index": 0, "rules": {"$.count": {"matchers": [{"match": "integer"}]}}},
                        {"index": 1, "rules": {"$.name": {"matchers": [{"match": "integer"}]}}},
                    ],
                }
            },
        ),
        f"E graphql.response.rule {_DATA}/search/1/name @name",
    ),
    Case(
        "under eachKey the names are only examples, and have to meet its pattern",
        posting(
            {"query": _ORDER},
            {"data": {"order": {"whatever": "1"}}},
            read={"$.data.order": {"match": "eachKey", "rules": [_regex("^[a-z]+$")]}},
        ),
    ),
    Case(
        "under eachKey a pattern that no name in the answer meets",
        posting(
            {"query": _ORDER},
            {"data": {"order": {"id": "1"}}},
            read={"$.data.order": {"match": "eachKey", "rules": [_regex("^[0-9]+$")]}},
        ),
        f"E graphql.response.rule {_ONE}",
    ),
    Case(
        "any object for a scalar of the provider's own", _order({"extra": "type", "extra.*": "integer"}, extra={"a": 1})
    ),
)

ENVELOPES = (
    Case(
        "extensions are nobody's business",
        posting({"query": "{ ok }"}, {"data": {"ok": True}, "extensions": {"cost": [1]}}),
    ),
    Case(
        "errors as they are",
        posting(
            {"query": "{ ok }"},
            {
                "errors": [
                    {
                        "message": "no",
                        "locations": [{"line": 1, "column": 1}],
                        "path": ["ok", 0],
                        "extensions": {"code": "X"},
                    }
                ]
            },
        ),
    ),
    Case("null data with errors", posting({"query": "{ ok }"}, {"data": None, "errors": [{"message": "no"}]})),
    Case(
        "an answer has no other members [7.1]",
        posting({"query": "{ ok }"}, {"data": {}, "status": "ok"}),
        "E graphql.response.malformed response/body/status",
    ),
    Case("parts of an answer come later", posting({"query": "{ ok }"}, {"data": {"ok": True}, "hasNext": True})),
    Case(
        "an answer is an object [7.1]",
        posting({"query": "{ ok }"}, [{"data": {"ok": True}}]),
        "E graphql.response.malformed response/body",
    ),
    Case(
        "errors are a list [7.1.2]",
        posting({"query": "{ ok }"}, {"errors": {"message": "no"}}),
        "E graphql.response.errors response/body/errors",
    ),
    Case(
        "an error is an object [7.1.2]",
        posting({"query": "{ ok }"}, {"errors": ["no"]}),
        "E graphql.response.errors response/body/errors/0",
    ),
    Case(
        "the message of an error is a text [7.1.2]",
        posting({"query": "{ ok }"}, {"errors": [{"message": 1}]}),
        "E graphql.response.errors response/body/errors/0/message",
    ),
    Case(
        "errors without one are left out [7.1.2]",
        posting({"query": "{ ok }"}, {"data": {"ok": True}, "errors": []}),
        "W graphql.response.errors-empty response/body/errors",
    ),
    Case(
        "a consumer may send what is refused, and expect that",
        posting({"query": "{ nothing }"}, {"errors": [{"message": "no"}]}, status=400),
        "W graphql.field.unknown request/body/query @Query",
    ),
    Case(
        "also where the server says null",
        posting({"query": "{ nothing }"}, {"data": None, "errors": [{"message": "no"}]}),
        "W graphql.field.unknown request/body/query @Query",
    ),
    Case(
        "also where something before the server refuses",
        posting({"query": "{ nothing }"}, {"title": "Who are you?"}, status=401),
        "W graphql.field.unknown request/body/query @Query",
    ),
    Case(
        "an error of a field is no refusal",
        posting({"query": "{ nothing }"}, {"data": {"nothing": None}, "errors": [{"message": "no"}]}),
        "E graphql.field.unknown request/body/query @Query",
    ),
    Case(
        "a stream is not compared",
        {
            "request": {"method": "POST", "path": "/graphql", "body": {"query": "{ ok }"}},
            "response": {"status": 200, "headers": {"Content-Type": "multipart/mixed; boundary=x"}, "body": "--x"},
        },
        "I graphql.response.unread response/body",
    ),
    Case(
        "JSON that is written as a text is JSON",
        posting({"query": "{ ok }"}, '{"data": {"ok": 1}}'),
        f"E graphql.response.type {_DATA}/ok @ok",
    ),
    Case("a text is no answer", posting({"query": "{ ok }"}, "fine"), "E graphql.response.malformed response/body"),
)
