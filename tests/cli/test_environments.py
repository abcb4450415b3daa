import json
from typing import Any

import pytest

from tests.cli.conftest import Cli
from tests.cli.stub_hub import StubHub

PROD: dict[str, Any] = {
    "uuid": "1",
    "name": "prod",
    "displayName": "Prod",
    "production": True,
    "contacts": [{"name": "Team", "details": {"emailAddress": "a@b.c", "phone": "7"}}, {"name": "Other"}],
    "createdAt": "2026-11-20",
}


@pytest.fixture(autouse=True)
def _an_environment(hub: StubHub) -> None:
    links = {"self": {"href": hub.url + "/environments/1"}}
    hub.answer("GET", "/environments/1", PROD | {"_links": links})


def test_an_environment_is_described(cli: Cli, hub: StubHub) -> None:
    ran = cli("describe-environment", "--uuid", "1", "-b", hub.url)
    assert (ran.code, ran.out.splitlines()) == (
        0,
        [
            "PROPERTY      VALUE",
            "name          prod",
            "display name  Prod",
            "uuid          1",
            "production    yes",
            "contacts      Team <a@b.c>, Other",
            "created       2026-11-20",
        ],
    )
    assert json.loads(cli("describe-environment", "--uuid", "1", "-o", "json", "-b", hub.url).out)["uuid"] == "1"


@pytest.mark.parametrize("contacts", [None, "x", [], [1], [{}], [{"details": 1}], [{"name": 1, "details": {}}]])
def test_odd_contacts_are_shown_somehow(cli: Cli, hub: StubHub, contacts: object) -> None:
    hub.answer("GET", "/environments/2", {"name": "odd", "contacts": contacts})
    assert cli("describe-environment", "--uuid", "2", "-b", hub.url).code == 0


def test_what_is_not_given_stays(cli: Cli, hub: StubHub) -> None:
    hub.answer("PUT", "/environments/1", PROD)
    ran = cli("update-environment", "--uuid", "1", "--display-name", "Production", "-b", hub.url)
    assert (ran.code, ran.out) == (0, "Updated environment prod (1).\n")
    assert hub.one("PUT", "/environments/1").document == {
        "name": "prod",
        "displayName": "Production",
        "production": True,
        "contacts": PROD["contacts"],
    }


def test_a_contact_is_changed_in_its_place(cli: Cli, hub: StubHub) -> None:
    hub.answer("PUT", "/environments/1", PROD)
    what = ("--no-production", "--contact-email-address", "d@e.f", "-o", "id")
    ran = cli("update-environment", "--uuid", "1", *what, "-b", hub.url)
    assert (ran.code, ran.out) == (0, "1\n")
    sent = hub.one("PUT", "/environments/1").document
    assert sent["production"] is False
    assert sent["contacts"] == [{"name": "Team", "details": {"emailAddress": "d@e.f", "phone": "7"}}]


def test_an_environment_is_removed(cli: Cli, hub: StubHub) -> None:
    hub.answer("DELETE", "/environments/1", b"", status=204)
    ran = cli("delete-environment", "--uuid", "1", "-b", hub.url)
    assert (ran.code, ran.out) == (0, "Deleted environment prod (1).\n")


@pytest.mark.parametrize("command", ["describe-environment", "update-environment", "delete-environment"])
def test_an_unknown_environment_is_a_no(cli: Cli, hub: StubHub, command: str) -> None:
    ran = cli(command, "--uuid", "9", "-b", hub.url)
    assert (ran.code, "no environment with the uuid 9" in ran.err) == (1, True)
    assert cli(command, "--uuid", " ", "-b", hub.url).code == 2


def test_an_environment_that_somebody_else_removed_first_is_a_no(cli: Cli, hub: StubHub) -> None:
    assert cli("delete-environment", "--uuid", "1", "-b", hub.url).code == 1
