"""Rule packs are said in a hub that is really served, and a verification keeps to them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Cli, Ran
from tests.conftest import LiveHub

Run = Callable[..., Ran]
DOCUMENT = {"openapi": "3.1.0", "info": {"title": "shop", "version": "1"}, "paths": {}}


@pytest.fixture
def hub(database_url: str, start_hub: Callable[[str], LiveHub]) -> LiveHub:
    return start_hub(database_url)


@pytest.fixture
def told(cli: Cli, hub: LiveHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command against a hub that knows the provider shop."""
    monkeypatch.chdir(tmp_path)
    Path("openapi.json").write_text(json.dumps(DOCUMENT))

    def run(*arguments: str, code: int = 0) -> Ran:
        ran = cli(*arguments, "-b", hub.url, "--retries", "0")
        assert ran.code == code, ran
        return ran

    run("create-or-update-pacticipant", "--name", "shop")
    return run


def test_they_are_said_shown_and_taken_back(told: Run) -> None:
    assert told("rule-packs", "show").out == "Nothing was said for the workspace.\n"
    assert told("rule-packs", "set", "--pack", "default").out == 'For the workspace:\n  packs = ["default"]\n'
    Path("packs.toml").write_text('[verify.policies]\npacks = ["health"]\n[verify.policies.health]\npath = "/up"\n')
    out = told("rule-packs", "set", "packs.toml", "--provider", "shop").out
    assert 'For shop:\n  packs = ["health"]\n  health = {"path": "/up"}\n' in out
    assert out.endswith('For the workspace:\n  packs = ["default"]\n')
    assert told("rule-packs", "show").out.endswith("Providers with settings of their own: shop.\n")
    shown = json.loads(told("rule-packs", "show", "--provider", "shop", "-o", "json").out)
    assert shown["settings"]["health"] == {"path": "/up"}
    assert told("rule-packs", "remove", "--provider", "shop").out.startswith("Nothing was said for shop.\n")
    assert "Nothing was said for shop." in told("rule-packs", "remove", "--provider", "shop", code=1).err


def test_what_makes_no_sense_is_not_sent(told: Run) -> None:
    for text, fault in (
        ("packs = ['eror']", "packs must be of default, all"),
        ("only = ['errors.there-is-none']", "there is no rule"),
        ("[principals.ada]\nrole = 'clerk'", "principals belongs to whoever runs a verification"),
        (
            "[[waivers]]\nrule = 'errors.*'\noperation = '*'\nowner = 'a'\nreason = 'b'\nuntil = 2030-13-01",
            "can't be read",
        ),
    ):
        Path("packs.toml").write_text(text)
        ran = told("rule-packs", "set", "packs.toml", code=3 if "read" in fault else 2)
        assert fault in ran.err
    assert told("rule-packs", "show").out == "Nothing was said for the workspace.\n"
    told("rule-packs", "set", code=2)
    assert (
        "contracthub list-pacticipants" in told("rule-packs", "set", "--pack", "all", "--provider", "shp", code=1).err
    )


def test_a_verification_keeps_to_them(told: Run, hub: LiveHub) -> None:
    Path("packs.toml").write_text("packs = ['health']\n[health]\npath = '/diagnostic/status/heartbeat'\n")
    told("rule-packs", "set", "packs.toml", "--provider", "shop")
    told("rule-packs", "set", "--pack", "errors")
    words = ("verify", "provider", "shop", "--suite", "policies", "--openapi", "openapi.json", "--provider-base-url")
    out = told(*words, hub.url).out
    assert "health." in out
    assert "errors." not in out
    typed = told(*words, hub.url, "--policy", "headers").out
    assert "headers." in typed
    assert "health." not in typed


def test_where_each_setting_comes_from_is_shown(told: Run) -> None:
    told("rule-packs", "set", "--pack", "errors")
    Path("packs.toml").write_text("packs = ['health']\n[health]\npath = '/up'\n")
    told("rule-packs", "set", "packs.toml", "--provider", "shop")
    file = "[verify]\nprovider = 'shop'\nprovider-base-url = 'http://127.0.0.1:1'\nsuite = ['policies']\n"
    Path("contracthub.toml").write_text(file)
    words = ("verify", "provider", "--show-settings", "-o", "json")
    shown = {each["setting"]: each for each in json.loads(told(*words).out)}
    assert shown["[verify.policies] packs"]["value"] == '["health"]'
    assert shown["[verify.policies] packs"]["source"] == "hub: the provider"
    assert json.loads(shown["[verify.policies] health"]["value"]) == {"path": "/up"}
    typed = {each["setting"] for each in json.loads(told(*words, "--policy", "errors").out)}
    assert "[verify.policies] packs" not in typed
    assert "[verify.policies] health" in typed
    told("rule-packs", "remove", "--provider", "shop")
    left = {each["setting"]: each["source"] for each in json.loads(told(*words).out)}
    assert left["[verify.policies] packs"] == "hub: the workspace"
