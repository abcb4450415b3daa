"""Style sheet, script and icon come from the package, with their types, for good."""

import re

import pytest
from starlette.testclient import TestClient

from contracthub.web.pages.assets import STATIC, TYPES, asset_paths
from tests.web.pages.browsing import open_page


@pytest.mark.parametrize("name", sorted(TYPES))
def test_an_asset_is_served_with_its_type_and_kept_forever(api: TestClient, name: str) -> None:
    answer = api.get(asset_paths()[name])

    assert answer.content == (STATIC / name).read_bytes()
    assert answer.headers["content-type"] == TYPES[name]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "immutable" in answer.headers["cache-control"]
    again = api.get(asset_paths()[name], headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_an_address_of_another_release_is_not_kept(api: TestClient) -> None:
    answer = api.get("/static/0123456789abcdef/contracthub.css")

    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-cache")


@pytest.mark.parametrize(
    "path",
    ["/static/x/app.py", "/static/x/..%2F..%2Frendering.py", "/static/x", "/static/x/%2e%2e", "/static/x/icon.svg/x"],
)
def test_nothing_else_is_served(api: TestClient, path: str) -> None:
    assert api.get(path).status_code == 404


def test_every_file_has_a_type_and_is_linked(api: TestClient) -> None:
    assert {path.name for path in STATIC.iterdir()} == set(TYPES)
    source = open_page(api, "/").source
    assert all(path in source for path in asset_paths().values())


def test_browsers_find_the_icon_unasked(api: TestClient) -> None:
    answer = api.get("/favicon.ico")

    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")


def test_the_style_sheet_fetches_nothing(api: TestClient) -> None:
    sheet = (STATIC / "contracthub.css").read_text()

    assert not re.search(r"url\(|@import|http", sheet)


def test_every_class_in_the_templates_is_known_to_the_style_sheet() -> None:
    sheet = (STATIC / "contracthub.css").read_text()
    known = set(re.findall(r"\.([a-z][a-z-]*)", sheet))
    templates = STATIC.parent / "templates"
    used = {
        name
        for path in templates.glob("*.html")
        for value in re.findall(r'class="([^"]*)"', path.read_text())
        for name in re.sub(r"\{[{%].*?[%}]\}", " ", value).split()
    }

    assert used - known <= {"production", "fact", "big", "crumbs", "expected"} & known
