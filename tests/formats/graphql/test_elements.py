from contracthub.formats.elements import Element, ElementKind
from contracthub.formats.graphql.elements import elements
from contracthub.formats.graphql.parse import parse

SCHEMA = """type Query {
  orders(first: Int, all: Boolean @deprecated): [Order!]!
  old: Int @deprecated
}
type Order { state: State! }
enum State { OPEN GONE @deprecated }
input Filter { state: State }
union Found = Order
scalar Money
directive @cost(weight: Int) on FIELD_DEFINITION
extend type Order { total: Money }
"""


def test_everything_that_can_be_used_is_told_by_its_coordinate_and_place() -> None:
    told = {element.name: (element.kind, element.pointer, element.deprecated) for element in elements(parse(SCHEMA))}
    assert told == {
        "Query": (ElementKind.TYPE, "1:1", False),
        "Query.orders": (ElementKind.FIELD, "2:3", False),
        "Query.orders(first:)": (ElementKind.ARGUMENT, "2:10", False),
        "Query.orders(all:)": (ElementKind.ARGUMENT, "2:22", True),
        "Query.old": (ElementKind.FIELD, "3:3", True),
        "Order": (ElementKind.TYPE, "5:1", False),
        "Order.state": (ElementKind.FIELD, "5:14", False),
        "Order.total": (ElementKind.FIELD, "11:21", False),
        "State": (ElementKind.TYPE, "6:1", False),
        "State.OPEN": (ElementKind.ENUM_VALUE, "6:14", False),
        "State.GONE": (ElementKind.ENUM_VALUE, "6:19", True),
        "Filter": (ElementKind.TYPE, "7:1", False),
        "Filter.state": (ElementKind.FIELD, "7:16", False),
        "Found": (ElementKind.TYPE, "8:1", False),
        "Money": (ElementKind.TYPE, "9:1", False),
        "@cost": (ElementKind.DIRECTIVE, "10:1", False),
        "@cost(weight:)": (ElementKind.ARGUMENT, "10:17", False),
    }


def test_an_introspection_answer_has_elements_without_places() -> None:
    from graphql import get_introspection_query, graphql_sync

    from contracthub.formats import safe_json

    answer = graphql_sync(parse("type Query { a: Int }").schema, get_introspection_query()).data
    assert elements(parse(safe_json.dumps(answer))) == (
        Element(ElementKind.TYPE, "Query", "Query"),
        Element(ElementKind.FIELD, "Query.a", "Query.a"),
    )
