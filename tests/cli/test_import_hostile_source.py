"""A source that lies, breaks or means harm: a clear sentence and exit code 3, or a report of what was left out."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from contracthub.cli.main import run
from tests.cli.stub_hub import StubHub
from tests.conftest import LiveHub


@pytest.fixture
def target(live_hub: LiveHub) -> LiveHub:
    return live_hub


@pytest.fixture
def source(hub: StubHub) -> StubHub:
    """A broker with one pacticipant that has one version, and nothing else."""
    hub.answer("GET", "/pacticipants", listed("pacticipants", {"name": "Foo", "createdAt": NOW}))
    hub.answer("GET", "/environments", listed("environments"))
    hub.answer("GET", "/webhooks", {"_links": {"pb:webhooks": []}})
    hub.answer("GET", "/pacticipants/Foo/branches", listed("branches"))
    return hub


NOW = "2026-11-20T10:00:00+00:00"
Imported = Callable[..., tuple[int, str, str]]


def listed(name: str, *entries: Any, **links: Any) -> dict[str, Any]:
    return {"_embedded": {name: list(entries)}, "_links": links}


@pytest.fixture
def imported(target: LiveHub, source: StubHub, capsys: pytest.CaptureFixture[str]) -> Imported:
    def import_it(*more: str) -> tuple[int, str, str]:
        capsys.readouterr()
        arguments = ["import", "pact-broker", source.url, "-b", target.url, "--retries", "0", "-o", "json", *more]
        code = run(arguments)
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        assert "a fault of contracthub itself" not in said.err
        return code, said.out, said.err

    return import_it


def test_pages_without_an_end_are_noticed(source: StubHub, imported: Imported) -> None:
    here = {"href": f"{source.url}/pacticipants/Foo/versions?page=2"}
    version = {"number": "1", "createdAt": NOW}
    source.answer("GET", "/pacticipants/Foo/versions", listed("versions", version, next=here))

    code, _, err = imported()

    assert code == 3
    assert "The list has no end" in err


@pytest.mark.parametrize("relation", ["next", "pb:pact-versions"])
def test_a_link_to_another_host_is_never_followed(source: StubHub, imported: Imported, relation: str) -> None:
    # The stub itself under another name: if anybody were to ask there, it would be seen.
    away = source.url.replace("127.0.0.1", "localhost")
    link = {"href": f"{away}/pacts/provider/Bar/consumer/Foo/version/1"}
    version = {"number": "1", "createdAt": NOW, "_links": {relation: [link] if relation != "next" else {}}}
    body = listed("versions", version, **({"next": link} if relation == "next" else {}))
    source.answer("GET", "/pacticipants/Foo/versions", body)

    code, _, err = imported("--from-token", "geheim-token")

    assert code == 3
    assert "links to another host" in err
    assert "geheim" not in err
    assert {asked.headers.get("Host", asked.headers.get("host", "")).split(":")[0] for asked in source.asked} == {
        "127.0.0.1"
    }


def test_the_hub_s_own_token_never_goes_to_the_source(source: StubHub, imported: Imported) -> None:
    source.answer("GET", "/pacticipants/Foo/versions", listed("versions"))

    code, _, _ = imported("-k", "token-of-the-hub")

    assert code == 0
    assert all("token-of-the-hub" not in str(asked.headers) for asked in source.asked)


@pytest.mark.parametrize(
    "entry",
    [
        {"number": "2", "createdAt": "yesterday"},
        {"number": "2", "createdAt": 5},
        {"number": "line\nbreak", "createdAt": NOW},
        {"number": "\ud800", "createdAt": NOW},
        {"number": "x" * 5000, "createdAt": NOW},
        {"number": "2", "createdAt": NOW, "buildUrl": ["no", "text"]},
        {"number": "2", "createdAt": NOW, "buildUrl": "zero\u0000"},
        {"number": "2", "createdAt": "0001-01-01T00:00:00+23:59"},
    ],
    ids=["no time", "a number for a time", "line break", "surrogate", "long", "list", "zero", "before all time"],
)
def test_a_version_that_can_t_be_is_reported_and_the_others_come(
    target: LiveHub, source: StubHub, imported: Imported, entry: dict[str, Any]
) -> None:
    good = {"number": "1", "createdAt": NOW}
    source.answer("GET", "/pacticipants/Foo/versions", listed("versions", entry, good))

    code, out, _ = imported()

    assert code == 1
    assert [each["type"] for each in json.loads(out)["problems"]] == ["version"]
    versions = target.get("/pacticipants/Foo/versions").json()["_embedded"]["versions"]
    assert [each["number"] for each in versions] == ["1"]


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b"<html>broken</html>"),
        (200, b"[1]"),
        (200, b"{" * 100_000),
        (200, b'{"_embedded":{"versions":7}'),
        (200, b"\xff\xfe"),
    ],
)
def test_a_list_that_is_no_answer_ends_the_import(
    source: StubHub, imported: Imported, status: int, body: bytes
) -> None:
    source.answer("GET", "/pacticipants/Foo/versions", body, status=status)

    code, _, err = imported()

    assert code == 3
    assert "Start the import again" in err


@pytest.mark.parametrize("embedded", [None, 7, "text", {"versions": 7}, {"versions": ["a", None, []]}, []])
def test_lists_of_wrong_types_are_empty(source: StubHub, imported: Imported, embedded: Any) -> None:
    source.answer("GET", "/pacticipants/Foo/versions", {"_embedded": embedded, "_links": embedded})

    assert imported()[0] == 0


def test_a_pact_that_can_t_be_read_is_reported(source: StubHub, imported: Imported) -> None:
    link = {"href": f"{source.url}/pacts/provider/Foo/consumer/Foo/version/1"}
    version = {"number": "1", "createdAt": NOW, "_links": {"pb:pact-versions": [link]}}
    source.answer("GET", "/pacticipants/Foo/versions", listed("versions", version))
    source.answer("GET", "/pacts/provider/Foo/consumer/Foo/version/1", b'{"a":NaN,"createdAt":"' + NOW.encode() + b'"}')

    code, out, _ = imported()

    assert code == 1
    assert [each["type"] for each in json.loads(out)["problems"]] == ["contract"]


def test_a_source_that_is_no_broker(source: StubHub, imported: Imported) -> None:
    source.answers[("GET", "/")] = [(200, b"<html>", {"Content-Type": "text/html"})]

    code, _, err = imported()

    assert code == 3
    assert "not JSON" in err
