import json

from tests.cli.conftest import Cli
from tests.cli.stub_hub import StubHub

PATH = "/api/v1/workspace"


def test_shows_how_contracts_are_told_apart(cli: Cli, hub: StubHub) -> None:
    hub.answer("GET", PATH, {"name": "default", "contractIdentity": "stable"})
    ran = cli("workspace", "show", "-b", hub.url)
    assert (ran.code, ran.out) == (0, "Workspace default tells contracts apart by the rule stable.\n")


def test_sets_how_contracts_are_told_apart(cli: Cli, hub: StubHub) -> None:
    hub.answer("PATCH", PATH, {"name": "default", "contractIdentity": "pact-broker"})
    ran = cli("workspace", "set", "--contract-identity", "pact-broker", "-o", "json", "-b", hub.url)
    assert (ran.code, json.loads(ran.out)["contractIdentity"]) == (0, "pact-broker")
    assert hub.one("PATCH", PATH).document == {"contractIdentity": "pact-broker"}


def test_an_unknown_rule_is_a_matter_of_usage(cli: Cli, hub: StubHub) -> None:
    ran = cli("workspace", "set", "--contract-identity", "mine", "-b", hub.url)
    assert (ran.code, "interchangeable-requests" in ran.err) == (2, True)
    assert hub.asked == []
