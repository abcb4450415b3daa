"""A first look at a provider from the outside: what is shown, what is sent where, and the exit codes."""

import copy
import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from contracthub.verification.fuzz.first_contact import NoAddress, address, is_this_machine
from tests.cli.conftest import Cli
from tests.verification.fuzz.conftest import DOCUMENT, Orders, serving


class Well(Orders):
    """Only what is well, beside a document that says so; counts the methods that come in."""

    methods: set[str]

    def get(self) -> None:
        type(self).methods.add("GET")
        if self.path == "/docs/api.json":
            paths = {"/health": dict.fromkeys(("get", "post"), DOCUMENT["paths"]["/health"]["get"])}
            self.answer(200, {**DOCUMENT, "paths": paths})
        elif self.path.startswith("/health"):
            self.answer(200, {"status": "ok"})
        else:
            self.answer(404, {})

    def other(self, method: str) -> None:
        type(self).methods.add(method)
        if method == "POST" and self.path.startswith("/health"):
            self.answer(200, {"status": "ok"})
        else:
            self.answer(405, {}, allow="GET, POST")


@pytest.fixture
def buggy() -> Iterator[str]:
    with serving(Orders) as url:
        yield url


@pytest.fixture
def well() -> Iterator[str]:
    Well.methods = set()
    with ExitStack() as stack:
        yield stack.enter_context(serving(type("Counted", (Well,), {"methods": Well.methods})))


def test_it_says_what_where_why_and_how_to_see_it_again(cli: Cli, buggy: str) -> None:
    ran = cli("try", buggy, "--phase", "coverage", "--seed", "7")
    assert ran.code == 1
    assert f"OpenAPI document at {buggy}/openapi.json: 3 operations" in ran.out
    assert "\u2717 GET /broken \u2192 500  Server error (ST101)" in ran.out
    assert f"curl {buggy}/broken" in ran.out
    assert "A 5xx is an error that nobody handled." in ran.out
    assert "$[*]" not in ran.out
    assert "$.lines[*].sku: 12 is not of type" in ran.out
    assert f"contracthub try {buggy} --seed 7" in ran.out


def test_the_same_as_json(cli: Cli, buggy: str) -> None:
    ran = cli("try", f"{buggy}/openapi.json", "--phase", "coverage", "--output", "json")
    assert ran.code == 1
    document = json.loads(ran.out)
    assert document["documents"] == [{"kind": "openapi", "place": f"{buggy}/openapi.json"}]
    assert document["requests"] > 0
    server_error = next(each for each in document["findings"] if each["code"] == "ST101")
    assert server_error["operation"] == "GET /broken"
    assert server_error["why"].startswith("A 5xx is")


def test_nothing_found_is_zero_and_reading_is_all_that_is_done(cli: Cli, well: str) -> None:
    ran = cli("try", f"{well}/docs/api.json", "--phase", "coverage", "--safe-methods")
    assert "Nothing found: " in ran.out
    assert "Only reading: POST /health may change something." in ran.out
    assert ran.code == 0
    assert Well.methods == {"GET"}


def test_on_this_machine_everything_is_tried(cli: Cli, well: str) -> None:
    ran = cli("try", f"{well}/docs/api.json", "--phase", "coverage")
    assert "Only reading" not in ran.out
    assert "POST" in Well.methods


def test_where_nothing_is_served_it_says_what_was_looked_for(cli: Cli, well: str) -> None:
    ran = cli("try", well, "--seconds", "1")
    assert ran.code == 3
    assert "no document that can be used was found there" in ran.err
    assert "/openapi.json" in ran.err


def test_where_nothing_listens_it_can_not_be_tried(cli: Cli, well: str) -> None:
    ran = cli("try", "http://127.0.0.1:9", "--seconds", "1")
    assert ran.code == 3
    assert "does not answer" in ran.err


class Shut(Orders):
    """Lets nobody in who has no token."""

    def get(self) -> None:
        if self.path == "/openapi.json":
            document = copy.deepcopy(DOCUMENT)
            for item in document["paths"].values():
                item["get"]["responses"]["401"] = {"description": "no token"}
            self.answer(200, document)
        elif self.headers.get("Authorization") == "Bearer t":
            super().get()
        else:
            self.answer(401, {})


def test_who_is_let_in_nowhere_has_found_nothing_out(cli: Cli) -> None:
    with serving(Shut) as url:
        without = cli("try", url, "--phase", "coverage")
        with_token = cli("try", url, "--phase", "coverage", "--header", "Authorization: Bearer t")
    assert without.code == 3
    assert "Nothing found" not in without.out
    assert "Give credentials: --header" in without.out
    assert with_token.code == 1


class InParts(Orders):
    """Serves a document that is in several files, and a GraphQL endpoint that takes nothing but POST."""

    def get(self) -> None:
        if self.path == "/openapi.yaml":
            self.answer(200, {**DOCUMENT, "paths": {"/a": {"$ref": "paths/a.yaml"}}})
        else:
            self.answer(404, {})

    def other(self, method: str) -> None:
        if method == "POST" and self.path == "/graphql":
            from graphql import build_schema, introspection_from_schema

            self.answer(200, {"data": introspection_from_schema(build_schema("type Query { a: Int }"))})
        else:
            self.answer(404, {})


def test_a_served_document_that_cannot_be_used_is_told_with_what_to_do(cli: Cli) -> None:
    class OnlyThat(InParts):
        def other(self, method: str) -> None:
            self.answer(404, {})

    with serving(OnlyThat) as url:
        ran = cli("try", url, "--seconds", "1")
    assert ran.code == 3
    assert f"The OpenAPI document at {url}/openapi.yaml can't be used" in ran.err
    assert "--openapi FILE" in ran.err


def test_a_graphql_endpoint_that_takes_only_post_is_found(cli: Cli) -> None:
    with serving(InParts) as url:
        ran = cli("try", url, "--seconds", "1", "--output", "json")
    assert {"kind": "graphql", "place": f"{url}/graphql"} in json.loads(ran.out)["documents"]


def test_what_takes_a_connection_and_says_nothing_does_not_answer(cli: Cli) -> None:
    class Mute(Orders):
        asked = 0

        def get(self) -> None:
            type(self).asked += 1
            self.close_connection = True

    with serving(Mute) as url:
        ran = cli("try", url, "--seconds", "1")
    assert ran.code == 3
    assert f"gives no answer at {url}/" in ran.err
    assert " answers, " not in ran.err
    assert Mute.asked == 1


def test_a_file_is_no_api(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "openapi.yaml"
    file.write_text("openapi: 3.0.3", encoding="utf-8")
    ran = cli("try", str(file))
    assert ran.code == 2
    assert f"--openapi {file}" in ran.err


def test_no_address_is_a_usage_error(cli: Cli) -> None:
    ran = cli("try", "ftp://example.com")
    assert ran.code == 2
    assert "is no address of an HTTP server" in ran.err


@pytest.mark.parametrize(
    ("host", "is_own"),
    [
        ("localhost", True),
        ("LOCALHOST.", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("api.localhost", True),
        ("localhost.example.com", False),
        ("127.0.0.1.example.com", False),
        ("10.0.0.1", False),
        ("", False),
    ],
)
def test_this_machine_is_known_by_its_very_name(host: str, is_own: bool) -> None:
    assert is_this_machine(host) is is_own


@pytest.mark.parametrize("text", ["http://", "ftp://a", "http://a:0", "http://a:99999", "http://[", ""])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(NoAddress):
        address(text)
