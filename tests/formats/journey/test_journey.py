"""Journeys as documents: what is refused and where, what counts, what they need, how nested ones are put in place."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracthub.domain.errors import Invalid
from contracthub.formats.journey.contract import KIND
from contracthub.formats.journey.model import document_from
from contracthub.formats.journey.values import NotSaved, filled, uses_in
from contracthub.formats.live_contract import LiveDocument
from contracthub.formats.live_contracts import identity, read

PAGE = Path(__file__).resolve().parents[3] / "docs" / "journeys.md"
TYPE = {"pact:matcher:type": "type", "value": "7"}


def step(name: str = "read", /, **more: Any) -> dict[str, Any]:
    return {"name": name, "request": {"method": "GET", "path": "/orders"}, "response": {"status": 200}, **more}


def nested(name: str, journey: str) -> dict[str, Any]:
    return {"name": name, "journey": journey}


def poll(**more: Any) -> dict[str, Any]:
    return {"name": "wait", "eventually": {"within": "5s", "until": {"status": 200}, **more}}


def document(*steps: dict[str, Any], **more: Any) -> bytes:
    head = {"contracthub": "journey/1", "name": "an order is paid", "consumer": "web", "provider": "orders"}
    return json.dumps({**head, "steps": list(steps), **more}).encode()


def faults(*steps: dict[str, Any], **more: Any) -> dict[str | None, str]:
    with pytest.raises(Invalid) as refused:
        read(document(*steps, **more))
    return {each.pointer: each.text for each in refused.value.faults}


def sound(*steps: dict[str, Any], **more: Any) -> LiveDocument:
    return read(document(*steps, **more))


SAVING = step("create", save={"order": {"body": "$.id"}})
USING = step("look", request={"method": "GET", "path": "/orders/${order}"})


@pytest.mark.parametrize(
    ("steps", "more", "pointer", "words"),
    [
        ((), {}, "/steps", ""),
        ((step(colour="red"),), {}, "/steps/0/colour", "is not known here"),
        ((step(),), {"stepz": []}, "/stepz", "is not known here"),
        (({"name": "rest"},), {}, "/steps/0", "does nothing"),
        (({"name": "a", "request": {"method": "GET", "path": "/"}},), {}, "/steps/0", "response is missing"),
        ((step(journey="pay"),), {"journeys": {"pay": {"steps": [step()]}}}, "/steps/0/journey", "a step is one of"),
        ((nested("pay", "pay"),), {}, "/steps/0/journey", "the journeys here are: none"),
        ((step(),), {"journeys": {"pay": {"steps": [step()]}}}, "/journeys/pay", "is used by no step"),
        ((USING,), {}, "/steps/0/request/path", "no step saves"),
        ((USING, SAVING), {}, "/steps/0/request/path", "step 2 saves only later"),
        (({**SAVING, "request": USING["request"]},), {}, "/steps/0/request/path", "this very step saves"),
        ((step(request={"method": "GET", "path": "/${a b}"}),), {}, "/steps/0/request/path", "no name of a value"),
        ((step(within="3m"),), {"within": "2m"}, "/steps/0/within", "longer than the whole journey's 120 s"),
        ((step(), poll(within="3m")), {}, "/steps/1/eventually/within", "longer than the whole"),
        ((step(), poll(every="6s")), {}, "/steps/1/eventually/every", "longer than the 5 s of within"),
        ((step(), poll(every="0s")), {}, "/steps/1/eventually/every", "no time at all"),
        ((step(),), {"within": "2000m"}, "/within", "longer than the 3600 s"),
        ((step(), {**poll(), "within": "1s"}), {}, "/steps/1/within", "eventually.within"),
        ((poll(),), {}, "/steps/0", "no step before it says where to ask"),
        ((step(save={"all": {"example": "x"}}),), {}, "/steps/0/save/all", "from body or from header"),
        ((step(save={"all": {"body": "$.a", "header": "b"}}),), {}, "/steps/0/save/all", "from body or from header"),
        ((step(save={"all": {"body": "$.items[*].id"}}),), {}, "/steps/0/save/all/body", "means several values"),
        ((step(provider="orders", given=[{"name": "x", "provider": "stock"}]),), {}, "/steps/0/given/0/provider", ""),
        ((step(replace={"7": "8"}),), {}, "/steps/0/replace", "is for interactions"),
        (
            ({"name": "a", "interaction": {"provider": "o", "description": "d"}, "response": {"status": 200}},),
            {},
            "/steps/0/response",
            "the interaction's own",
        ),
        (
            (step(response={"body": {"id": {"pact:matcher:type": "regex", "regex": "(?=x)"}}}),),
            {},
            "/steps/0/response/body/id/regex",
            "",
        ),
        (
            (step(), poll(never=[{"body": {"pact:matcher:type": "nonsense"}}])),
            {},
            "/steps/1/eventually/never/0/body/pact:matcher:type",
            "",
        ),
        ((step(), {"name": "wait", "eventually": {"within": "5s"}}), {}, "/steps/1/eventually", "what is waited for?"),
        ((step(provider="\t"),), {}, "/steps/0/provider", ""),
        (
            (step(request={"method": "GET", "path": "/", "headers": {"A": "b\nc"}}),),
            {},
            "/steps/0/request/headers/A",
            "no header can hold",
        ),
        (
            (step(request={"method": "GET", "path": "/", "headers": {"Content-Length": 7}}),),
            {},
            "/steps/0/request/headers/Content-Length",
            "by the connection",
        ),
        (
            ({"name": "a", "interaction": {"provider": "o", "consumer": "\t", "description": "d"}},),
            {},
            "/steps/0/interaction/consumer",
            "",
        ),
        ((step(response={"headers": {"Link": ["a"]}}),), {}, "/steps/0/response/headers/Link", "is a header"),
    ],
)
def test_what_is_wrong_is_refused_where_it_is(
    steps: tuple[dict[str, Any], ...], more: dict[str, Any], pointer: str, words: str
) -> None:
    found = faults(*steps, **more)
    assert pointer in found, found
    assert words in found[pointer]
    assert "(line 1)" in found[pointer]


def test_a_journey_that_is_inside_of_itself_is_refused_at_each_reference_of_the_cycle() -> None:
    found = faults(
        nested("begin", "a"),
        journeys={
            "a": {"steps": [step(), nested("on", "b")]},
            "b": {"steps": [nested("back", "a")]},
            "alone": {"steps": [nested("again", "alone")]},
        },
    )
    assert {each for each in found if "cycle" in found[each]} == {
        "/journeys/a/steps/1/journey",
        "/journeys/b/steps/0/journey",
        "/journeys/alone/steps/0/journey",
    }


def test_journeys_of_journeys_do_not_grow_without_bound() -> None:
    journeys = {f"j{n}": {"steps": [nested("x", f"j{n + 1}"), nested("y", f"j{n + 1}")]} for n in range(30)}
    journeys["j30"] = {"steps": [step()]}
    assert faults(nested("all", "j0"), journeys=journeys)["/steps"].startswith("stand for 1073741824 steps")


def test_nested_journeys_are_put_in_their_places_with_numbers_of_their_own() -> None:
    journey = document_from(
        sound(step("first"), nested("pay", "pay"), step("last"), journeys={"pay": {"steps": [step("a"), step("b")]}})
    )
    assert [(each.number, each.name, each.pointer) for each in journey.steps] == [
        ("1", "first", "/steps/0"),
        ("2.1", "a", "/journeys/pay/steps/0"),
        ("2.2", "b", "/journeys/pay/steps/1"),
        ("3", "last", "/steps/2"),
    ]


def test_a_nested_journey_uses_what_was_saved_before_it() -> None:
    document_from(sound(SAVING, nested("look", "look"), journeys={"look": {"steps": [USING]}}))
    found = faults(nested("look", "look"), SAVING, journeys={"look": {"steps": [USING]}})
    assert "step 2 saves only later" in found["/journeys/look/steps/0/request/path"]


def test_providers_are_those_of_the_steps_and_a_poll_is_at_the_step_before() -> None:
    found = sound(
        step(provider="stock"),
        {"name": "ask", "interaction": {"provider": "billing", "description": "d"}},
        poll(),
        provider="orders",
        cleanup=[step("away")],
    )
    assert found.providers == ("stock", "billing", "orders")
    own = sound(step(), poll())
    assert own.providers == ("orders",)
    assert sound(step(provider="stock"), poll()).providers == ("stock",)
    body = json.loads(document(step(provider="stock"), poll()))
    del body["provider"]
    assert document_from(read(json.dumps(body).encode())).steps[1].provider == "stock"


def test_names_descriptions_examples_and_how_it_is_cut_do_not_count() -> None:
    typed = step("a", response={"status": 200, "body": {"id": TYPE}})
    one = identity(sound(typed, step("b")))
    other = identity(
        sound(
            nested("all", "all"),
            step("bb", description="why"),
            name="another name",
            description="why",
            journeys={"all": {"steps": [step("aa", response={"body": {"id": {**TYPE, "value": "8"}}, "status": 200})]}},
        )
    )
    assert one == other


@pytest.mark.parametrize(
    "changed",
    [
        step("a", response={"status": 201, "body": {"id": TYPE}}),
        step("a", response={"status": 200, "body": {"id": "7"}}),
        step("a", response={"status": 200}),
        step("a", response={"status": 200, "body": {"id": TYPE}}, provider="stock"),
        step("a", response={"status": 200, "body": {"id": TYPE}}, save={"x": {"body": "$.id"}}),
        step("a", response={"status": 200, "body": {"id": TYPE}}, within="1s"),
        step("a", response={"status": 200, "body": {"id": TYPE}}, given=[{"name": "x"}]),
        step("a", response={"status": 200, "body": {"id": TYPE}}, request={"method": "GET", "path": "/orders?x=1"}),
    ],
)
def test_what_a_verification_sees_counts(changed: dict[str, Any]) -> None:
    assert identity(sound(step("a", response={"status": 200, "body": {"id": TYPE}}))) != identity(sound(changed))


def test_the_example_of_a_value_tells_which_operation_is_asked() -> None:
    saving = {"name": "ask", "interaction": {"provider": "orders", "description": "d"}}

    def needed(**more: Any) -> LiveDocument:
        return sound(
            {**saving, "save": {"job": {"header": "Location", **more}}},
            step("read", request={"method": "GET", "path": "${job}"}),
        )

    assert {each.operation for each in KIND.needs(needed(example="/jobs/7"), "orders")} == {"GET /jobs/7"}
    assert {each.operation for each in KIND.needs(needed(), "orders")} == {"GET ${job}"}
    assert identity(needed(example="/jobs/7")) == identity(needed())


def test_needs_are_those_of_one_provider_with_examples_in_the_place_of_what_is_saved() -> None:
    found = sound(
        step(
            "start",
            request={"method": "POST", "path": "/orders", "body": {"sku": "a"}},
            response={
                "status": 202,
                "headers": {"Location": {"pact:matcher:type": "regex", "regex": "/jobs/[0-9]+", "value": "/jobs/7"}},
            },
            save={"job": {"header": "Location"}},
        ),
        poll(until={"status": 200, "body": {"status": "done", "job": "${job}"}}),
        {
            "name": "wait by name",
            "request": {"method": "GET", "path": "${job}"},
            "eventually": {"within": "5s", "until": {"body": {"n": 1}}},
        },
        step("elsewhere", provider="stock"),
    )
    needs = KIND.needs(found, "orders")
    told = {(each.operation, each.direction.value, each.part, each.path) for each in needs}
    assert told == {
        ("POST /orders", "request", "body", "$.sku"),
        ("POST /orders", "response", "status", ""),
        ("POST /orders", "response", "header", "Location"),
        ("GET /jobs/7", "response", "status", ""),
        ("GET /jobs/7", "response", "body", "$.status"),
        ("GET /jobs/7", "response", "body", "$.job"),
        ("GET /jobs/7", "response", "body", "$.n"),
    }
    assert {each.shape.detail for each in needs if each.path == "$.job"} == {'"/jobs/7"'}
    assert {each.operation for each in KIND.needs(found, "stock")} == {"GET /orders"}
    assert KIND.needs(found, "nobody") == ()
    assert KIND.describe(found) == "4 steps at orders and stock"


def test_the_journey_that_the_documentation_shows_is_sound() -> None:
    shown = re.findall(r"```yaml\n(contracthub: .*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert [read(each.encode()).name for each in shown] == ["a session is processed"]


WHOLE: dict[str, Any] = json.loads(
    document(
        {**SAVING, "given": [{"name": "x", "params": {"n": "${v}"}}]},
        {**USING, "response": {"status": "2xx", "headers": {"ETag": TYPE}, "body": {"id": "${order}"}}},
        {"name": "ask", "interaction": {"provider": "stock", "description": "d"}, "replace": {"7": "${order}"}},
        poll(never=[{"status": [500, 503]}]),
        nested("pay", "pay"),
        journeys={"pay": {"steps": [step()]}},
        values={"v": "1"},
        cleanup=[step("away")],
        within="1m",
    )
)


def places_in(value: Any, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place, *(each for name, one in inner for each in places_in(one, (*place, name)))]


def with_value(value: Any, place: tuple[Any, ...], other: Any) -> Any:
    if not place:
        return other
    changed = with_value(value[place[0]], place[1:], other)
    if isinstance(value, list):
        return [*value[: place[0]], changed, *value[place[0] + 1 :]]
    return {**value, place[0]: changed}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=10,
)


ODD = JSON | st.sampled_from(
    ["${x}", "//[", "/${order}", "$.a[", "0s", "1ms", "pay", "GET", TYPE, [TYPE], {"pact:matcher:type": "regex"}]
)


@given(st.sampled_from(places_in(WHOLE)), ODD)
def test_whatever_stands_anywhere_is_refused_with_places_or_can_be_worked_with(place: Any, value: Any) -> None:
    try:
        found = read(json.dumps(with_value(WHOLE, place, value)).encode())
    except Invalid:
        return
    assert document_from(found).steps
    assert len(identity(found)) == 64
    assert KIND.describe(found)
    for provider in found.providers:
        KIND.needs(found, provider)


@given(JSON)
def test_a_value_without_uses_stays_as_it_is(value: Any) -> None:
    if not any(True for _ in uses_in(value, "")) and "$${" not in json.dumps(value):
        assert filled(value, {}) == value


@given(st.lists(st.sampled_from(["a", "${x}", "$${x}", "$", "{", "}", "${y}"]), max_size=6).map("".join))
def test_every_use_that_is_told_is_needed_and_no_other(text: str) -> None:
    names = {name for name, _ in uses_in(text, "")}
    filled(text, dict.fromkeys(names, "v"))
    for name in names:
        with pytest.raises(NotSaved):
            filled(text, dict.fromkeys(names - {name}, "v"))


def test_a_text_that_is_one_use_becomes_the_value_itself() -> None:
    values = {"n": 7, "yes": True, "none": None, "t": "x"}
    assert filled(["${n}", "a${n}", "${yes}", "${none}/${yes}", "$${n}", {"${t}": "${t}"}], values) == [
        7,
        "a7",
        True,
        "null/true",
        "${n}",
        {"x": "x"},
    ]


def test_the_order_and_the_case_of_statuses_say_nothing() -> None:
    def of(status: object) -> str:
        return identity(sound(step("a", response={"status": status})))

    assert of([404, 200]) == of([200, 404])
    assert of("5XX") == of("5xx")
    assert len({of([200, 404]), of([200]), of([200, 500]), of("5xx")}) == 4
