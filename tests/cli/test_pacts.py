import json
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.cli.stub_hub import StubHub, stub_hub

PACT = {"consumer": {"name": "web"}, "provider": {"name": "orders"}, "interactions": []}


def listed(hub: StubHub, relation: str = "pb:pacts", *, count: int = 1) -> dict[str, object]:
    links = [{"href": f"{hub.url}/pact/{at}", "title": f"Pact {at}", "name": "web"} for at in range(count)]
    return {"_links": {relation: links}}


def test_the_newest_pact_of_each_integration_is_listed(cli: Cli, hub: StubHub) -> None:
    version = {"_embedded": {"version": {"number": "7"}}, "name": "web\x1b[31m"}
    pact = {"createdAt": "2026-11-20", "_embedded": {"consumer": version, "provider": {"name": "orders"}}}
    hub.answer("GET", "/pacts/latest", {"pacts": [pact, "nonsense", {}]})
    ran = cli("list-latest-pact-versions", "-b", hub.url)
    assert (ran.code, [line.split() for line in ran.out.splitlines()]) == (
        0,
        [
            ["CONSUMER", "CONSUMER", "VERSION", "PROVIDER", "CREATED", "AT"],
            ["web\\x1b[31m", "7", "orders", "2026-11-20"],
            [],
        ],
    )
    assert json.loads(cli("list-latest-pact-versions", "-o", "json", "-b", hub.url).out)["pacts"][0] == pact


def test_a_hub_without_pacts_says_so(cli: Cli, hub: StubHub) -> None:
    hub.answer("GET", "/pacts/latest", {"pacts": []})
    assert cli("list-latest-pact-versions", "-b", hub.url).out == "There are no pacts.\n"


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        ([], "/pacts/provider/a%2Fb/branch"),
        (["--latest"], "/pacts/provider/a%2Fb/branch/latest"),
        (["--branch", "feat/x"], "/pacts/provider/a%2Fb/branch/feat%2Fx"),
        (["--branch", "feat/x", "--latest"], "/pacts/provider/a%2Fb/branch/feat%2Fx/latest"),
    ],
)
def test_each_question_about_a_provider_has_its_relation(
    cli: Cli, hub: StubHub, arguments: list[str], path: str
) -> None:
    hub.answer("GET", path, listed(hub))
    ran = cli("get-pacts", "--provider", "a/b", *arguments, "-b", hub.url)
    assert (ran.code, ran.out.splitlines()[1:]) == (0, [f"Pact 0  {hub.url}/pact/0"])


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        ([], "/branch/versions"),
        (["--latest"], "/branch/latest/versions"),
        (["--branch", "main"], "/branch/main"),
        (["--branch", "main", "--latest"], "/branch/main/latest/versions"),
    ],
)
@pytest.mark.parametrize("relation", ["pb:pact-versions", "pact-versions"])
def test_each_question_about_a_pair_has_its_relation(
    cli: Cli, hub: StubHub, arguments: list[str], path: str, relation: str
) -> None:
    hub.answer("GET", f"/pacts/provider/orders/consumer/web{path}", listed(hub, relation))
    ran = cli("get-pacts", "--provider", "orders", "--consumer", "web", *arguments, "-b", hub.url)
    assert (ran.code, "Pact 0" in ran.out) == (0, True)


def test_pacts_are_saved_as_they_were_published(cli: Cli, hub: StubHub, tmp_path: Path) -> None:
    hub.answer("GET", "/pacts/provider/orders/branch", listed(hub))
    version = {"pb:consumer-version": {"href": "x", "name": "1.2"}}
    hub.answer("GET", "/pact/0", PACT | {"createdAt": "2026", "_links": version})
    folder = tmp_path / "new" / "folder"
    ran = cli("get-pacts", "--provider", "orders", "--download", "--download-dir", str(folder), "-b", hub.url)
    assert (ran.code, ran.out.splitlines()[-1]) == (0, f"Saved {folder / 'web-orders-1.2.json'}")
    assert json.loads((folder / "web-orders-1.2.json").read_text(encoding="utf-8")) == PACT


def test_no_name_leads_out_of_the_folder_and_none_overwrites_another(cli: Cli, hub: StubHub, tmp_path: Path) -> None:
    names = ["../../etc", "..", "/", "a/b", "a\\b", "A_B", "\x1b[31m\n", "n" * 5000, "."]
    hub.answer("GET", "/pacts/provider/orders/branch", listed(hub, count=len(names)))
    for at, name in enumerate(names):
        hub.answer("GET", f"/pact/{at}", PACT | {"consumer": {"name": name}, "provider": {"name": name}})
    folder = tmp_path / "pacts"
    ran = cli("get-pacts", "--provider", "orders", "--download", "--download-dir", str(folder), "-b", hub.url)
    saved = [path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()]
    assert (ran.code, len(saved), {path.parent for path in saved}) == (0, len(names), {Path("pacts")})
    assert all(path.name.isprintable() and path.name.isascii() and path.suffix == ".json" for path in saved)


@pytest.mark.parametrize("answer", [{}, {"consumer": "web", "provider": "orders"}, b"[]", b"<html>"])
def test_what_is_no_pact_is_not_saved(cli: Cli, hub: StubHub, tmp_path: Path, answer: object) -> None:
    hub.answer("GET", "/pacts/provider/orders/branch", listed(hub))
    hub.answer("GET", "/pact/0", answer)
    ran = cli("get-pacts", "--provider", "orders", "--download", "--download-dir", str(tmp_path), "-b", hub.url)
    assert (ran.code, list(tmp_path.iterdir())) == (3, [])


def test_a_folder_that_can_not_be_written_is_told(cli: Cli, hub: StubHub, tmp_path: Path) -> None:
    hub.answer("GET", "/pacts/provider/orders/branch", listed(hub))
    hub.answer("GET", "/pact/0", PACT)
    (tmp_path / "file").write_text("")
    ran = cli("get-pacts", "--provider", "orders", "--download", "--download-dir", f"{tmp_path}/file/x", "-b", hub.url)
    assert (ran.code, "Can't write to" in ran.err) == (3, True)


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        ([], "/pacts/provider/a%2Fb/provider-states"),
        (["--branch", "feat/x"], "/pacts/provider/a%2Fb/provider-states/branch/feat%2Fx"),
        (["--environment", "prod"], "/pacts/provider/a%2Fb/provider-states/environment/prod"),
    ],
)
@pytest.mark.parametrize("prefix", ["", "/broker"])
def test_provider_states_are_listed(cli: Cli, arguments: list[str], path: str, prefix: str) -> None:
    with stub_hub(prefix) as hub:
        states = [{"name": "a user", "params": {"id": 1}, "consumers": ["web", "app"]}, {"name": 7}, "nonsense"]
        hub.answer("GET", prefix + path, {"providerStates": states})
        ran = cli("provider-states", "list", "-r", "a/b", *arguments, "-b", hub.url)
    assert (ran.code, ran.out.splitlines()) == (
        0,
        [
            "PROVIDER STATE  PARAMETERS  CONSUMERS",
            'a user          {"id": 1}   web, app',
            "7               -           -",
        ],
    )


@pytest.mark.parametrize("flags", [["--json"], ["-o", "json"]])
def test_provider_states_for_programs(cli: Cli, hub: StubHub, flags: list[str]) -> None:
    hub.answer("GET", "/pacts/provider/p/provider-states", {"providerStates": []})
    assert json.loads(cli("provider-states", "list", "-r", "p", *flags, "-b", hub.url).out) == {"providerStates": []}
    assert cli("provider-states", "list", "-r", "p", "-b", hub.url).out == "There are no provider states.\n"


def test_provider_states_of_a_broker_that_has_none_to_tell(cli: Cli, hub: StubHub) -> None:
    hub.answer("GET", "/pacts/provider/p/provider-states", {})
    assert cli("provider-states", "list", "-r", "p", "-b", hub.url).code == 3
    assert cli("provider-states", "list", "-r", "q", "-b", hub.url).code == 1
    assert cli("provider-states", "list", "-r", "p", "--branch", "a", "--environment", "b", "-b", hub.url).code == 2
