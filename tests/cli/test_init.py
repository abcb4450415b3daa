"""`contracthub init` on folders, as its users run it."""

import json
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from contracthub.cli.init import command, configuration_for
from contracthub.cli.project_facts import ProjectFacts, Seen


@pytest.fixture(autouse=True)
def no_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CONTRACTHUB_BASE_URL", "PACT_BROKER_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


def init(*arguments: str) -> Result:
    return CliRunner().invoke(command, [*arguments], standalone_mode=False)


def test_what_is_found_is_written_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "orders"\ndependencies = ["fastapi"]')
    (tmp_path / "openapi.yaml").write_text("openapi: 3.1.0\ninfo: {title: a, version: '1'}\npaths: {}\n")
    (tmp_path / "app.py").write_text('@app.post("/_pact/provider-states")\n')
    result = init(str(tmp_path))
    written = (tmp_path / "contracthub.toml").read_text()
    settings = tomllib.loads(written)
    assert settings == {
        "verify": {
            "provider": "orders",
            "provider-base-url": "http://localhost:8000",
            "suite": ["smoke", "fuzz"],
            "state-url": "http://localhost:8000/_pact/provider-states",
            "openapi": "openapi.yaml",
            "fuzz": {"seconds": 60},
        }
    }
    assert "# app.py" in written
    assert "contracthub publish spec openapi.yaml --provider orders -r" in result.output
    assert "Warning" not in result.output


def test_contracts_are_among_the_suites_where_there_are_any(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert '"contracts" to the suites' in init(str(tmp_path), "--dry-run").output
    monkeypatch.setenv("PACT_BROKER_BASE_URL", "http://hub.example")
    output = init(str(tmp_path), "--dry-run").output
    assert tomllib.loads(output)["verify"]["suite"] == ["smoke", "contracts", "fuzz"]
    assert '"contracts" to the suites' not in output


def test_pacts_are_looked_for_under_the_name_that_is_given(tmp_path: Path) -> None:
    (tmp_path / "pacts").mkdir()
    pact = {"consumer": {"name": "till"}, "provider": {"name": "shop"}, "interactions": []}
    (tmp_path / "pacts" / "till-shop.json").write_text(json.dumps(pact))
    settings = tomllib.loads(init(str(tmp_path), "--dry-run", "--provider", "shop").output)["verify"]
    assert settings["pact"] == ["pacts"]
    assert "contracts" in settings["suite"]


def test_a_file_that_is_there_stays_unless_it_is_said(tmp_path: Path) -> None:
    file = tmp_path / "contracthub.toml"
    file.write_text("kept")
    assert init(str(tmp_path)).exception.exit_code == 1  # type: ignore[union-attr]
    assert file.read_text() == "kept"
    assert init(str(tmp_path), "--force").exception is None
    assert "[verify]" in file.read_text()


def test_a_dry_run_prints_and_writes_nothing(tmp_path: Path) -> None:
    result = init(str(tmp_path), "--dry-run", "--provider", "orders", "--provider-base-url", "http://a:1/")
    settings = tomllib.loads(result.output)["verify"]
    assert (settings["provider"], settings["provider-base-url"]) == ("orders", "http://a:1")
    assert not (tmp_path / "contracthub.toml").exists()


def test_a_guess_is_said_to_be_one(tmp_path: Path) -> None:
    assert "mend provider-base-url" in init(str(tmp_path)).output


def test_a_folder_that_cannot_be_written_to_is_said(tmp_path: Path) -> None:
    (tmp_path / "contracthub.toml").mkdir()
    assert init(str(tmp_path), "--force").exception.exit_code == 3  # type: ignore[union-attr]


NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=10)


@given(NAMES, NAMES, st.none() | NAMES, st.lists(NAMES, max_size=2))
def test_whatever_things_are_called_the_file_is_read_back(
    name: str, why: str, state: str | None, folders: list[str]
) -> None:
    facts = ProjectFacts(
        Seen(name, why),
        Seen("http://localhost:1", why),
        Seen(state, why) if state else None,
        (Seen(name, "openapi"), Seen(why, "graphql")),
        tuple(folders),
        (),
    )
    settings = tomllib.loads(configuration_for(facts))["verify"]
    assert settings["provider"] == settings["openapi"] == name
    assert settings["sdl"] == why
    assert settings.get("pact", []) == folders


@pytest.mark.parametrize("name", ["a\nb", "\x1b[31m", "a; rm -rf ~"])
def test_names_steer_neither_the_terminal_nor_the_shell(tmp_path: Path, name: str) -> None:
    (tmp_path / "openapi.yaml").write_text("openapi: 3.1.0\npaths: {}\n")
    output = init(str(tmp_path), "--provider", name).output
    assert "\x1b" not in output
    assert f"--provider {name}" not in output


def test_live_contracts_with_this_provider_bring_their_suites(tmp_path: Path) -> None:
    folder = tmp_path / "contracts"
    folder.mkdir()
    ask = {"request": {"method": "GET", "path": "/"}, "response": {"status": 200}}
    journey = {"contracthub": "journey/1", "name": "there and back", "consumer": "till", "provider": "shop"}
    (folder / "a.yaml").write_text(json.dumps({**journey, "steps": [{"name": "go", **ask}]}))
    (folder / "b.yaml").write_text("contracthub: slo/1\nname: fast\nprovider: somebody else\n")
    (folder / "c.yaml").write_text("contracthub: journey/1\nname: [\n")
    output = init(str(tmp_path), "--dry-run", "--provider", "shop").output
    settings = tomllib.loads(output)["verify"]
    assert settings["suite"] == ["smoke", "journeys", "fuzz"]
    assert settings["contract"] == ["contracts"]
    assert "# kafka" not in output
    assert "contract" not in tomllib.loads(init(str(tmp_path), "--dry-run", "--provider", "other").output)["verify"]


def test_events_of_a_provider_say_where_kafka_is_to_be_named(tmp_path: Path) -> None:
    events = {"asyncapi": "3.0.0", "info": {"title": "a", "version": "1"}, "channels": {}, "operations": {}}
    (tmp_path / "asyncapi.json").write_text(json.dumps(events))
    assert '# kafka = "localhost:9092"' in init(str(tmp_path), "--dry-run").output
