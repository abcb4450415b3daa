"""What the words of a state are taken to say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracthub.verification.state_solving.wording import alike, parts, singular, wording


@pytest.mark.parametrize(
    "state",
    [
        "no session exists",
        "nothing is for sale",
        "there are no orders",
        "order 42 does not exist",
        "the order doesn't exist",
        "the basket is empty",
        "an empty database",
        "user 7 is missing",
        "a customer without orders",
    ],
)
def test_it_says_that_something_is_not_there(state: str) -> None:
    assert wording(state).is_negative


@pytest.mark.parametrize("state", ["a session exists", "an empty wallet exists", "an order is not paid", "north"])
def test_it_does_not(state: str) -> None:
    assert not wording(state).is_negative


@pytest.mark.parametrize(
    ("state", "count"),
    [("three orders exist", 3), ("several orders exist", 2), ("5 orders exist", 5), ("an order exists", 1)],
)
def test_how_many(state: str, count: int) -> None:
    assert wording(state).count == count


@pytest.mark.parametrize(
    ("state", "values"),
    [
        ("an order 42 exists for customer 7", (("order", "42"), ("customer", "7"))),
        ("user 'ada' exists", (("user", "ada"),)),
        ('a user with name "Ada L" exists', (("name", "Ada L"),)),
        ("order ord-17 is paid", (("order", "ord-17"),)),
        ("an order exists", ()),
    ],
)
def test_which_ones(state: str, values: tuple[tuple[str, str], ...]) -> None:
    assert wording(state).values == values


def test_whose_it_is() -> None:
    assert wording("a dataset belongs to another tenant").other == "tenant"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("finish", "finished", True),
        ("train", "trained", True),
        ("cancel", "cancelled", True),
        ("cancel", "cancellation", True),
        ("stop", "stopped", True),
        ("pay", "paid", False),
        ("start", "finished", False),
        ("order", "orders", True),
    ],
)
def test_forms_of_one_word(one: str, other: str, expected: bool) -> None:
    assert alike(one, other) is expected
    assert alike(other, one) is expected


@pytest.mark.parametrize("name", ["orderLines", "order_lines", "order-lines", "OrderLine", "ORDER_LINE"])
def test_names_are_told_apart_by_their_words(name: str) -> None:
    assert parts(name) == ("order", "line")


@given(st.text(max_size=200))
def test_any_text_is_a_state(text: str) -> None:
    found = wording(text)
    assert 1 <= found.count <= 20
    assert all(noun == noun.lower() for noun in found.nouns)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=12))
def test_what_is_singular_stays_so(word: str) -> None:
    once = singular(word)
    assert len(once) <= len(word)
