"""`contracthub import schema-registry` from a second hub over HTTP: ids and versions answer the same afterwards."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from contracthub.cli.main import run
from tests.cli.stub_hub import StubHub, stub_hub
from tests.conftest import LiveHub
from tests.features.test_archive_of_the_registry import answers, fill, registry_comparable
from tests.features.test_import_pact_broker import asked_directly
from tests.web.schema_registry.registry_calls import Registry
from tests.web.schema_registry.samples import INCOMPATIBLE, ORDER, ORDER_2, record

Start = Callable[[str], LiveHub]


@pytest.fixture
def hub() -> Iterator[StubHub]:
    with stub_hub() as hub:
        yield hub


@pytest.fixture
def source(start_hub: Start, sqlite_template: Any, tmp_path: Any) -> LiveHub:
    path = tmp_path / "source.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    return start_hub(f"sqlite:///{path}")


@pytest.fixture
def target(start_hub: Start, database_url: str) -> LiveHub:
    return start_hub(database_url)


def imported(url: str, target: LiveHub, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, dict[str, Any]]:
    capsys.readouterr()
    code = run(["import", "schema-registry", url, "-b", target.url, "--retries", "0", "--output", "json", *more])
    said = capsys.readouterr()
    assert "Error" not in said.err, said.err
    return code, json.loads(said.out)


def shown(registry: Registry) -> dict[str, Any]:
    """What a registry shows; an empty context, and settings without any version, are seen by nobody."""
    told = answers(registry)
    hidden = ("only-config", "/schemas/ids/3", "/schemas/ids/4")
    return {path: answer for path, answer in told.items() if not any(each in path for each in hidden)}


def test_every_id_and_version_answers_the_same(
    source: LiveHub, target: LiveHub, capsys: pytest.CaptureFixture[str]
) -> None:
    with asked_directly(source) as there, asked_directly(target) as here:
        fill(there)
        code, report = imported(source.url + "/schema-registry", target, capsys)
        assert (code, report["problems"]) == (0, [])
        assert shown(Registry(here)) == shown(Registry(there))
        before = registry_comparable(here)

        code, again = imported(source.url + "/schema-registry", target, capsys)
        assert code == 0
        assert {what for done in again["records"].values() for what in done} == {"unchanged"}
        assert registry_comparable(here) == before

        Registry(there).register("free", record("since"))
        Registry(there).delete("/subjects/orders/versions/2")
        code, later = imported(source.url + "/schema-registry", target, capsys)
        assert code == 0
        assert later["records"]["registryVersion"]["created"] == 1
        assert later["records"]["registryVersion"]["updated"] == 1
        assert shown(Registry(here)) == shown(Registry(there))


def test_into_a_context_of_its_own_no_id_is_in_the_way(
    source: LiveHub, target: LiveHub, capsys: pytest.CaptureFixture[str]
) -> None:
    with asked_directly(source) as there, asked_directly(target) as here:
        ours, theirs = Registry(here), Registry(there)
        ours.register("mine", INCOMPATIBLE)
        theirs.register("orders", ORDER)
        uses = {"type": "record", "name": "Uses", "fields": [{"name": "order", "type": "Order"}]}
        theirs.register("uses", uses, references=[{"name": "Order", "subject": "orders", "version": 1}])
        theirs.register(":.eu:orders", ORDER_2)
        theirs.register(":.eu:uses", uses, references=[{"name": "Order", "subject": ":.eu:orders", "version": 1}])
        theirs.put("/mode", {"mode": "READONLY"})
        code, report = imported(source.url + "/schema-registry", target, capsys, "--context", "team")
        assert (code, report["problems"]) == (0, [])
        assert "The source is in mode READONLY" in report["notCarriedOver"][-1]
        assert ours.get("/contexts") == [".", ".team", ".team.eu"]
        assert ours.get("/subjects/:.team:uses/versions/1")["id"] == theirs.get("/subjects/uses/versions/1")["id"]
        moved = ours.get("/subjects/:.team.eu:uses/versions/1")
        assert moved["references"] == [{"name": "Order", "subject": ":.team.eu:orders", "version": 1}]
        assert ours.get("/mode") == {"mode": "READWRITE"}
        assert ours.get("/mode/:.team:") == {"mode": "READONLY"}
        assert ours.get("/subjects/mine/versions/1")["id"] == 1


def test_what_is_in_the_way_is_told_and_the_rest_comes(
    source: LiveHub, target: LiveHub, capsys: pytest.CaptureFixture[str]
) -> None:
    with asked_directly(source) as there, asked_directly(target) as here:
        Registry(here).register("mine", INCOMPATIBLE)
        Registry(there).register("orders", ORDER)
        Registry(there).register("other", ORDER_2)
        code, report = imported(source.url + "/schema-registry", target, capsys)
        assert code == 1
        assert [each["text"] for each in report["problems"]] == [
            "Version 1 of subject orders: Id 1 in context . is another schema's here."
        ]
        assert Registry(here).get("/subjects/other/versions/1")["id"] == 2


@pytest.fixture
def plain(hub: StubHub) -> StubHub:
    """A registry that knows nothing of contexts, with one subject; what it has no answer for it says 404 to."""
    hub.answer("GET", "/subjects", ["orders"])
    hub.answer("GET", "/config", {"compatibilityLevel": "FULL"})
    hub.answer("GET", "/mode", {"mode": "READWRITE"})
    hub.answer("GET", "/subjects/orders/versions", [4])
    return hub


GOOD = {"subject": "orders", "version": 4, "id": 77, "schema": json.dumps(ORDER)}
PATH = "/subjects/orders/versions/4"


def test_a_registry_that_knows_no_contexts(
    plain: StubHub, live_hub: LiveHub, capsys: pytest.CaptureFixture[str]
) -> None:
    plain.answer("GET", PATH, GOOD | {"more": "than known"})
    plain.answer("GET", "/mode/orders", {"mode": "READWRITE"})
    more = ("--from-username", "reader", "--from-password", "there", "--broker-token", "here")
    code, report = imported(plain.url, live_hub, capsys, *more)
    assert (code, report["problems"]) == (0, [])
    with asked_directly(live_hub) as here:
        registry = Registry(here)
        assert registry.get("/schemas/ids/77/versions") == [{"subject": "orders", "version": 4}]
        assert registry.get("/config")["compatibilityLevel"] == "FULL"
        assert registry.register("next", INCOMPATIBLE)["id"] == 78
        assert registry.refused("GET", "/mode/orders")[1] == 40409
    assert {each.headers["authorization"] for each in plain.asked} == {"Basic cmVhZGVyOnRoZXJl"}
    assert {each.method for each in plain.asked} == {"GET"}


@pytest.mark.parametrize(
    ("version", "told"),
    [
        (GOOD | {"schema": "{"}, "Version 4 of subject orders is refused here: Invalid schema of type AVRO"),
        (GOOD | {"schema": None}, "registryVersion orders 4: content/schema must be a string"),
        (GOOD | {"schemaType": "XML"}, "content/schemaType must be one of: AVRO, JSON, PROTOBUF"),
        (GOOD | {"schemaType": []}, "content/schemaType must be one of"),
        (GOOD | {"id": "77"}, "id must be an integer of at least 1"),
        (GOOD | {"id": 2**40}, "id must be an integer of at least 1"),
        (GOOD | {"id": None}, "id must be an integer of at least 1"),
        (
            GOOD | {"references": [{"name": "a", "subject": "b", "version": 1}]},
            'No schema reference found for subject "b"',
        ),
        (GOOD | {"references": [{"subject": ":.x:b"}]}, "content/references/0/name must be 1 to 1000 characters"),
        (GOOD | {"references": {"name": "a"}}, "content/references must be a list"),
        (GOOD | {"references": [1]}, "content/references must be a list"),
        (GOOD | {"ruleSet": {"domainRules": [{"name": 1}]}}, "is refused here"),
        ([], "answered with no JSON object"),
        (b"<html>", "answered with no JSON"),
    ],
)
def test_a_version_that_is_none_is_told_and_the_rest_comes(
    plain: StubHub, live_hub: LiveHub, capsys: pytest.CaptureFixture[str], version: object, told: str
) -> None:
    plain.answers[("GET", "/subjects")] = []
    plain.answer("GET", "/subjects", ["fine", "orders"])
    plain.answer("GET", "/subjects/fine/versions", [1])
    plain.answer("GET", "/subjects/fine/versions/1", GOOD | {"version": 1, "id": 5, "schema": json.dumps(ORDER_2)})
    plain.answer("GET", PATH, version)
    code, report = imported(plain.url, live_hub, capsys)
    assert code == 1
    (problem,) = report["problems"]
    assert told in problem["text"]
    with asked_directly(live_hub) as here:
        assert Registry(here).get("/subjects?deleted=true") == ["fine"]


@pytest.mark.parametrize(
    ("path", "body", "status", "told"),
    [
        ("/subjects", {"subjects": []}, 200, "answered with no list of names"),
        ("/subjects", [1], 200, "answered with no list of names"),
        ("/subjects", b"<html>", 200, "Check that the URL is the address of a schema registry"),
        ("/subjects", {"message": "no token there"}, 401, "no token ***"),
        ("/subjects", {"error_code": 50001, "message": "broken"}, 500, "broken"),
        (PATH, {"message": "no"}, 403, "no"),
    ],
)
def test_a_source_that_can_not_be_asked_ends_the_import(
    plain: StubHub,
    live_hub: LiveHub,
    capsys: pytest.CaptureFixture[str],
    path: str,
    body: object,
    status: int,
    told: str,
) -> None:
    plain.answers.pop(("GET", path), None)
    plain.answer("GET", path, body, status)
    code = run(["import", "schema-registry", plain.url, "-b", live_hub.url, "--retries", "0", "--from-token", "there"])
    said = capsys.readouterr()
    assert (code, told in said.err) == (3, True), said.err
    assert "Start the import again" in said.err


def test_to_be_writable_where_all_else_is_not_is_a_choice(
    plain: StubHub, live_hub: LiveHub, capsys: pytest.CaptureFixture[str]
) -> None:
    plain.answers.pop(("GET", "/mode"))
    plain.answer("GET", "/mode", {"mode": "READONLY"})
    plain.answer("GET", "/mode/orders", {"mode": "READWRITE"})
    plain.answer("GET", PATH, GOOD)
    assert imported(plain.url, live_hub, capsys)[0] == 0
    with asked_directly(live_hub) as here:
        assert Registry(here).get("/mode") == {"mode": "READONLY"}
        assert Registry(here).get("/mode/orders") == {"mode": "READWRITE"}


def test_what_the_source_could_not_say_comes_with_the_next_run(
    plain: StubHub, live_hub: LiveHub, capsys: pytest.CaptureFixture[str]
) -> None:
    plain.answer("GET", PATH, {"error_code": 50001, "message": "later"}, 500)
    plain.answer("GET", PATH, GOOD)
    code, report = imported(plain.url, live_hub, capsys)
    assert (code, report["problems"][0]["type"], report["problemCount"]) == (1, "registryVersion", 1)
    code, report = imported(plain.url, live_hub, capsys)
    assert (code, report["records"]["registryVersion"]) == (0, {"created": 1})


@pytest.mark.parametrize("more", [("ftp://x",), ("http://x", "--context", "a\u0007")])
def test_what_is_no_address_or_context_is_told(
    live_hub: LiveHub, capsys: pytest.CaptureFixture[str], more: tuple[str, ...]
) -> None:
    assert run(["import", "schema-registry", *more, "-b", live_hub.url]) == 2
    assert "Error" in capsys.readouterr().err
