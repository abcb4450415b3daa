"""Whom changes hit, across formats: what is asked of nobody is not looked at, what is not known is said."""

from datetime import date

from contracthub.formats.document_pairs import Document, Pair, compared
from contracthub.formats.impact.judging import Judging
from contracthub.formats.living_needs import LivingConsumer, NeededByContract, NeedsAnswer
from contracthub.formats.needs import Direction, JsonType, Need, Shape
from contracthub.formats.uploads import Upload

TODAY = date(2026, 11, 21)
WEB = LivingConsumer("web", "1", ("production",))
ASKS = Need("POST /graphql", Direction.REQUEST, "body", "$.query", Shape(JsonType.STRING, "equality"), "all")


def part_of_a_schema() -> Pair:
    """Two sides that can be compared, and that are no whole schema: a type is not defined."""
    sides = (
        Document("it", "it", Upload("it.graphql", {"it.graphql": text.encode()}), "graphql")
        for text in ("type A { a: Missing b: Int }", "type A { a: Missing }")
    )
    return Pair(*sides)


def judged(*contracts: NeededByContract) -> tuple[str, ...]:
    judging = Judging(NeedsAnswer("shop", ("production",), contracts, (), ()))
    pair = part_of_a_schema()
    found = compared(pair, TODAY)
    assert found.changes
    assert judging.hits(pair, found, found.changes) == {}
    return judging.scope().unknown


def test_a_schema_that_can_not_be_judged_by_is_said_to_those_who_have_consumers() -> None:
    (told,) = judged(NeededByContract(WEB, (ASKS,), "2026-11-21T00:00:00Z"))
    assert "is no whole schema, so nobody is judged" in told


def test_where_nobody_asks_nothing_is_unknown() -> None:
    assert judged() == ()
    assert judged(NeededByContract(WEB, (), "2026-11-21T00:00:00Z")) == ()
