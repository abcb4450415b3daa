"""Reading live contracts: what is said of the head, of the schema, of the kind's own rules, and where."""

import json
from collections.abc import Iterator

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from contracthub.domain.errors import Fault, Invalid, TooLarge
from contracthub.formats import live_contracts
from contracthub.formats.live_contract import LIVE_CONTRACT
from contracthub.formats.live_contracts import KINDS, identity, kind_named, read

GOOD = """\
contracthub: greeting/1
name: says hello
consumer: web
provider: doorman
say:
  words: hello
"""


@pytest.fixture(autouse=True, scope="module")
def _greeting() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(live_contracts, "KINDS", {**KINDS, "greeting": "tests.formats.live_kinds.greeting"})
        yield


def faults_of(text: str) -> tuple[Fault, ...]:
    with pytest.raises(Invalid) as refused:
        read(text.encode())
    return refused.value.faults


def test_a_sound_contract_is_read() -> None:
    document = read(GOOD.encode())
    assert (document.kind, document.name, document.consumer, document.providers) == (
        "greeting",
        "says hello",
        "web",
        ("doorman",),
    )
    assert document.source == GOOD.encode()


def test_the_consumer_may_be_left_out() -> None:
    assert read(GOOD.replace("consumer: web\n", "").encode()).consumer is None


def test_json_and_yaml_are_the_same_contract() -> None:
    assert identity(read(json.dumps(yaml.safe_load(GOOD)).encode())) == identity(read(GOOD.encode()))


@given(st.permutations(GOOD.splitlines()[:4]), st.sampled_from(["name: other", "description: why"]))
def test_order_and_what_is_only_told_do_not_count(head: list[str], told: str) -> None:
    lines = [line for line in head if not told.startswith(line.split(":")[0])]
    text = "\n".join([*lines, told, "say:", "  words: hello"])
    if told.startswith("description"):
        text += "\n"
    assert identity(read(text.encode())) == identity(read(GOOD.encode()))


def test_what_is_needed_counts() -> None:
    assert identity(read(GOOD.replace("hello\n", "good morning\n").encode())) != identity(read(GOOD.encode()))


@pytest.mark.parametrize(
    ("before", "after", "pointer", "text"),
    [
        ("greeting/1", "greeting/2", "/contracthub", "names version 2 of the format"),
        ("greeting/1", "greetings/1", "/contracthub", "must be one of: conversation/1"),
        ("greeting/1", "[greeting]", "/contracthub", "must be one of"),
        ("contracthub: greeting/1\n", "", "/contracthub", "must say what this is"),
        ("provider: doorman\n", "", "", "provider is missing (line 1)"),
        ("provider: doorman", "provider: 7", "/provider", "(line 4)"),
        ("name: says hello", 'name: "two\\nlines"', "/name", "cannot contain multiple lines (line 2)"),
        ("  words: hello", "  words: goodbye", "/say/words", "is no greeting (line 6)"),
        ("  words: hello", "  words: 7", "/say/words", '7 is not of type "string" (line 6)'),
        ("  words: hello", "  words: hello\n  wrods: x", "/say/wrods", "is not known here"),
    ],
)
def test_a_fault_says_where_it_is(before: str, after: str, pointer: str, text: str) -> None:
    (fault,) = faults_of(GOOD.replace(before, after, 1))
    assert fault.pointer == pointer
    assert text in fault.text


def test_all_faults_are_told_at_once() -> None:
    found = faults_of(GOOD.replace("provider: doorman", "providr: doorman"))
    assert {each.pointer for each in found} == {"", "/providr"}


@pytest.mark.parametrize("text", ["", "- a", "contracthub", "7", "{"])
def test_what_is_no_object_is_refused(text: str) -> None:
    assert faults_of(text)


def test_a_large_one_is_refused() -> None:
    with pytest.raises(TooLarge):
        read(GOOD.encode() + b"#" * LIVE_CONTRACT.max_bytes)


@pytest.mark.parametrize("name", sorted(KINDS))
def test_every_kind_has_the_verbs(name: str) -> None:
    kind = kind_named(name)
    assert kind.name == name
    assert kind.schema["additionalProperties"] is False
