"""What all builders do: matchers written out, documents checked with places, files written in one step."""

import json
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pact import match
from pact.match.matcher import IntegrationJSONEncoder

from contracthub.consumer import Conversation, Slo
from contracthub.consumer.matchers import plain
from contracthub.domain.errors import Invalid
from contracthub.formats.live_contracts import identity, read


def talk(name: str = "a talk") -> Conversation:
    return (
        Conversation(name, consumer="viewer", provider="speaker").connect("/ws").receive("hello", {"a": match.int(1)})
    )


@pytest.mark.parametrize(
    "matcher",
    [
        match.int(2),
        match.number(0.5),
        match.str("x"),
        match.regex("ab", regex="a.*"),
        match.datetime("2020-01-01", "%Y-%m-%d"),
        match.uuid("00000000-0000-0000-0000-000000000000"),
        match.array_containing([match.int(1), "x"]),
        match.each_value_matches({"a": 1}, rules=match.int(1)),
        {"deep": [{"inside": match.each_like({"x": match.bool(True)}, min=1, max=3)}]},
    ],
)
def test_matchers_are_written_as_pact_writes_them(matcher: object) -> None:
    assert plain(matcher) == json.loads(json.dumps(matcher, cls=IntegrationJSONEncoder))


def test_a_bound_that_is_not_set_is_left_out() -> None:
    assert plain(match.each_like(1, min=2)) == {"pact:matcher:type": "type", "value": [1], "min": 2}


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@given(VALUES)
def test_plain_json_stays_what_it_is(value: object) -> None:
    assert plain(value) == value


@pytest.mark.parametrize("value", [{1: 2}, {"a": object()}, {"a": {b"x"}}, b"bytes"])
def test_what_json_can_not_hold_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        plain(value)


def test_a_value_inside_of_itself_is_refused() -> None:
    endless: list[object] = []
    endless.append(endless)
    with pytest.raises(TypeError, match="levels"):
        plain(endless)


def test_pact_is_not_loaded_until_somebody_uses_it() -> None:
    code = "import sys, contracthub.consumer; print(sorted({'pact', 'uvicorn', 'websockets'} & set(sys.modules)))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_it_is_written_where_its_name_says_and_reads_back(tmp_path: Path) -> None:
    path = talk("it's / a ../talk").write(tmp_path / "new")
    assert path.parent == tmp_path / "new"
    assert re.fullmatch(r"viewer-speaker\.it-s-a-\.\.-talk-[0-9a-f]{8}\.conversation\.yaml", path.name)
    document = read(path.read_bytes())
    assert (document.name, document.consumer, document.providers) == ("it's / a ../talk", "viewer", ("speaker",))
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_the_same_contract_is_the_same_bytes(tmp_path: Path) -> None:
    assert talk().write(tmp_path / "a").read_bytes() == talk().write(tmp_path / "b").read_bytes()


def test_what_is_wrong_is_told_with_its_place_and_nothing_is_written(tmp_path: Path) -> None:
    builder = talk().within("soon")
    with pytest.raises(Invalid) as refused:
        builder.write(tmp_path)
    (fault,) = refused.value.faults
    assert fault.pointer == "/within"
    assert "(line " in fault.text
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_is_not_known_is_told_at_once() -> None:
    with pytest.raises(TypeError, match="has no wihtin; it has: "):
        talk().receive("more", {}, wihtin="1s")


def test_who_builds_further_changes_no_document_that_was_taken() -> None:
    builder = talk()
    before = builder.document
    text = builder.text()
    builder.receive("more", {"b": 2})
    assert len(before["steps"]) == 1  # type: ignore[arg-type]
    assert builder.text() != text


def test_a_description_does_not_change_what_it_is() -> None:
    assert identity(talk().checked()) == identity(talk().described("For people.").checked())


def test_an_slo_is_what_its_document_says() -> None:
    slo = (
        Slo("reading", consumer="viewer", provider="speaker", preset="interactive")
        .promise("GET /a/{id}", users=10, think="10ms")
        .given("an a exists", {"id": 1})
        .request("/a/1", headers={"X": "y"})
        .promise("GET /b", "GET /c", p95="700ms")
        .request("/b", method="GET")
        .request("/c", method="GET")
    )
    body = slo.checked().body
    assert body["operations"] == [
        {
            "operation": "GET /a/{id}",
            "users": 10,
            "think": "10ms",
            "given": [{"name": "an a exists", "params": {"id": 1}}],
            "requests": [{"path": "/a/1", "headers": {"X": "y"}}],
        },
        {
            "operation": ["GET /b", "GET /c"],
            "p95": "700ms",
            "requests": [{"method": "GET", "path": "/b"}, {"method": "GET", "path": "/c"}],
        },
    ]


def test_a_provider_promises_by_itself_where_no_consumer_is_named(tmp_path: Path) -> None:
    path = Slo("reading", provider="speaker", preset="interactive").promise("GET /a").write(tmp_path)
    assert path.name == "speaker.reading.slo.yaml"
    assert read(path.read_bytes()).consumer is None


def test_a_state_or_request_without_a_promise_is_told() -> None:
    with pytest.raises(ValueError, match="promise"):
        Slo("reading", provider="speaker").given("x")


def test_contracts_with_other_names_never_share_a_file(tmp_path: Path) -> None:
    names = ["заказ оплачен", "заказ отменён", "a/b", "a:b", "...", f"{'x' * 100} one", f"{'x' * 100} two", "a b"]
    paths = [
        Slo(each, consumer="gateway", provider="store").promise("GET /a", p95="1s").request("/a").write(tmp_path)
        for each in names
    ]
    assert len({each.name for each in tmp_path.iterdir()}) == len(names)
    assert all(each.parent == tmp_path for each in paths)
    assert paths[-1].name == "gateway-store.a-b.slo.yaml"
    assert max(len(each.name) for each in paths) <= 255
