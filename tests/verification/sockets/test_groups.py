"""A law of unordered groups: a message has a place exactly when some way of giving places to all of them has one."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from contracthub.formats.conversation.model import Expected, Receive
from contracthub.formats.matching import compile_pattern
from contracthub.formats.safe_json import JsonValue
from contracthub.verification.sockets.groups import Group
from contracthub.verification.sockets.lines import Heard

LETTERS = "abc"
wants = st.sets(st.sampled_from(LETTERS), min_size=1)
bounds = st.tuples(st.integers(0, 2), st.integers(1, 2)).map(lambda pair: (min(pair), pair[1]))
members = st.lists(st.tuples(wants, bounds), min_size=1, max_size=4)
messages = st.lists(st.sampled_from(LETTERS), max_size=6)


def receive(letters: set[str], least: int, most: int) -> Receive:
    regex: JsonValue = {"pact:matcher:type": "regex", "regex": f"^[{''.join(sorted(letters))}]$"}
    return Receive(name="", expected=Expected("", text=compile_pattern(regex)), least=least, most=most)


def placings(wanted: list[tuple[set[str], tuple[int, int]]], said: list[str]) -> list[list[int]]:
    """How many messages each member has, for every way of giving all of them a place."""
    found = []
    for places in product(range(len(wanted)), repeat=len(said)):
        counts = [places.count(at) for at in range(len(wanted))]
        fits = all(letter in wanted[place][0] for letter, place in zip(said, places, strict=True))
        if fits and all(count <= most for count, (_, (_, most)) in zip(counts, wanted, strict=True)):
            found.append(counts)
    return found


@given(members, messages)
def test_every_message_that_can_have_a_place_has_one(
    wanted: list[tuple[set[str], tuple[int, int]]], said: list[str]
) -> None:
    group = Group([receive(letters, least, most) for letters, (least, most) in wanted])
    taken: list[str] = []
    for letter in said:
        if group.take(Heard(letter, 0.0)):
            taken.append(letter)
        else:
            assert placings(wanted, [*taken, letter]) == []
    ways = placings(wanted, taken)
    assert ways
    could_be_complete = any(all(n >= least for n, (_, (least, _)) in zip(way, wanted, strict=True)) for way in ways)
    assert group.is_complete == could_be_complete
