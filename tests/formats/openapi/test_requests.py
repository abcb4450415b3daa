"""Which operation of an OpenAPI document a request is for."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracthub.formats.openapi.parse import parse
from contracthub.formats.openapi.requests import PathTemplate, Requests, without_names


@pytest.mark.parametrize(
    ("template", "path", "expected"),
    [
        ("/orders/{id}", "/orders/7", True),
        ("/orders/{id}", "/orders/", False),
        ("/orders/{id}", "/orders/7/lines", False),
        ("/orders/{id}.json", "/orders/7.json", True),
        ("/orders/{id}.json", "/orders/.json", False),
        ("/{a}-{b}", "/x-y-z", True),
        ("/{a}-{b}", "/-y", False),
        ("/{a}{b}", "/x", False),
        ("/{a}{b}", "/xy", True),
        ("/a.b", "/axb", False),
        ("/{}", "/x", False),
        ("/{a/b}", "/x", True),
        ("/{a/b}/c", "/x/c", True),
    ],
)
def test_a_path_fills_in_a_template(template: str, path: str, expected: bool) -> None:
    assert PathTemplate(template).is_filled_in_by(path) is expected


@given(st.lists(st.sampled_from(["{a}", "a", "b", "/", "-"]), max_size=7).map("".join), st.text("ab/-", max_size=8))
def test_a_template_is_what_its_regular_expression_is(template: str, path: str) -> None:
    pattern = "[^/]+".join(re.escape(each) for each in template.split("{a}"))
    assert PathTemplate(template).is_filled_in_by(path) is (re.fullmatch(pattern, path) is not None)


def test_a_hostile_template_takes_no_longer_than_another() -> None:
    assert not PathTemplate("/" + "{a}a" * 500 + "b").is_filled_in_by("/" + "a" * 5_000)


def test_names_of_parameters_do_not_tell_operations_apart() -> None:
    assert without_names("GET /orders/{id}/lines/{line}") == without_names("GET /orders/{order}/lines/{n}")


paths = st.lists(st.sampled_from(["a", "b", "{x}", "{x}-a", "a{y}b"]), min_size=1, max_size=3).map("/".join)


@given(st.lists(paths, min_size=1, max_size=6, unique_by=without_names), st.text("ab/-", max_size=8))
def test_the_most_concrete_operation_is_found(templates: list[str], path: str) -> None:
    spec = {
        "openapi": "3.1.0",
        "info": {"title": "a", "version": "1"},
        "paths": {f"/{each}": {"get": {"responses": {"200": {"description": ""}}}} for each in templates},
    }
    found = Requests(parse(json.dumps(spec).encode())).operation(f"GET /{path}")
    fitting = [each for each in templates if PathTemplate(f"/{each}").is_filled_in_by(f"/{path}")]
    if not fitting:
        assert found is None
    else:
        assert found is not None
        assert found.name.removeprefix("GET /") in fitting
        assert found.name.count("{") == min(each.count("{") for each in fitting)


def test_a_slash_in_the_name_of_a_parameter_is_part_of_the_name() -> None:
    spec = {"openapi": "3.1.0", "info": {"title": "a", "version": "1"}}
    answers = {"get": {"responses": {"200": {"description": ""}}}}
    found = Requests(parse(json.dumps(spec | {"paths": {"/{a/b}/c": answers}}).encode())).operation("GET /x/c")
    assert found is not None
