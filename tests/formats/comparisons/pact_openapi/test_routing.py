"""The operation of a request is the same, however the operations of a document are kept."""

import re

from hypothesis import given
from hypothesis import strategies as st

from contracthub.formats.comparisons.pact_openapi.routing import Router
from contracthub.formats.comparisons.pact_openapi.switches import OURS, Judge, Rules, Switch
from contracthub.formats.safe_json import JsonObject

ANY_CASE = Rules(Judge.PEER, frozenset({Switch.CASE_INSENSITIVE}))
SEGMENTS = st.sampled_from(["a", "A", "b", "", "{x}", "{y}", "a{x}", "{x}.b"])
PATHS = st.lists(SEGMENTS, min_size=1, max_size=3).map(lambda parts: "/" + "/".join(parts))
ASKED = st.lists(st.sampled_from(["a", "A", "b", "ab", "a.b", "c"]), min_size=1, max_size=3).map(
    lambda parts: "/" + "/".join(parts)
)


def first_fitting(paths: list[str], asked: str) -> str | None:
    """Tried one after the other: those whose earlier segments are texts first, then as the document has them."""
    ordered = sorted(paths, key=lambda path: ["{" in each for each in path.split("/")[1:]])
    for path in ordered:
        pattern = "".join("[^/]+" if each.startswith("{") else re.escape(each) for each in re.split(r"(\{\w\})", path))
        if path.count("/") == asked.count("/") and re.fullmatch(pattern, asked):
            return path
    return None


def found(paths: list[str], asked: str, rules: Rules) -> str | None:
    operations: JsonObject = {path: {"get": {"responses": {}}} for path in paths}
    route = Router({"paths": operations}, rules).find("GET", asked)
    return route.route.path if route else None


@given(st.lists(PATHS, unique=True, max_size=12), ASKED)
def test_an_operation_is_found_as_if_all_were_tried(paths: list[str], asked: str) -> None:
    assert found(paths, asked, OURS) == first_fitting(paths, asked)


def test_where_case_does_not_count_it_counts_for_no_segment() -> None:
    paths = ["/Orders/{id}", "/orders/mine", "/{any}/mine"]
    assert found(paths, "/ORDERS/7", ANY_CASE) == "/Orders/{id}"
    assert found(paths, "/ORDERS/Mine", ANY_CASE) == "/orders/mine"
    assert found(paths, "/ORDERS/7", OURS) is None
