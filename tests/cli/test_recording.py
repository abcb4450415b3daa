import json
from typing import Any

import pytest

from tests.cli.conftest import Cli
from tests.cli.stub_hub import StubHub


@pytest.fixture(autouse=True)
def _environments(hub: StubHub) -> None:
    links = {
        "pb:currently-deployed-deployed-versions": {"href": hub.url + "/environments/1/deployed"},
        "pb:currently-supported-released-versions": {"href": hub.url + "/environments/1/released"},
    }
    environment = {"uuid": "1", "name": "prod", "displayName": "Prod", "production": True, "_links": links}
    hub.answer("GET", "/environments", {"_embedded": {"environments": [environment]}})


def version(hub: StubHub, relation: str, **more: Any) -> None:
    link = {"name": "prod", "href": hub.url + "/record/prod"}
    other = {"name": "test", "href": hub.url + "/record/test"}
    document = {"number": "1", "_links": {relation: [other, link]}} | more
    hub.answer("GET", "/pacticipants/web%2Fapp/versions/1%2B2", document)


WHAT = ("-a", "web/app", "--environment", "prod")


def test_a_deployment_is_posted_to_the_link_of_its_environment(cli: Cli, hub: StubHub) -> None:
    version(hub, "pb:record-deployment")
    hub.answer("POST", "/record/prod", {"uuid": "u"}, status=201)
    ran = cli("record-deployment", *WHAT, "-e", "1+2", "--application-instance", "blue", "-b", hub.url)
    assert (ran.code, ran.out) == (0, "Recorded deployment of web/app 1+2 to prod (blue).\n")
    assert hub.one("POST", "/record/prod").document == {"applicationInstance": "blue"}


def test_a_release_is_posted_to_the_link_of_its_environment(cli: Cli, hub: StubHub) -> None:
    version(hub, "pb:record-release")
    hub.answer("POST", "/record/prod", {"uuid": "u"}, status=201)
    ran = cli("record-release", *WHAT, "-e", "1+2", "-o", "json", "-b", hub.url)
    assert (ran.code, json.loads(ran.out)) == (0, {"uuid": "u"})


def test_an_unknown_environment_is_a_no_that_names_the_known_ones(cli: Cli, hub: StubHub) -> None:
    ran = cli("record-deployment", "-a", "web", "-e", "1", "--environment", "moon", "-b", hub.url)
    assert (ran.code, "moon (there are: prod)" in ran.err) == (1, True)


def test_an_unknown_version_is_a_no(cli: Cli, hub: StubHub) -> None:
    assert cli("record-deployment", *WHAT, "-e", "9", "-b", hub.url).code == 1


def test_the_version_of_a_deployment_is_detected_only_when_asked_to(
    cli: Cli, hub: StubHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CIRCLECI", "true")
    monkeypatch.setenv("CIRCLE_SHA1", "1+2")
    version(hub, "pb:record-deployment")
    hub.answer("POST", "/record/prod", {}, status=201)
    assert cli("record-deployment", *WHAT, "-b", hub.url).code == 2
    assert cli("record-deployment", *WHAT, "-r", "-b", hub.url).code == 0


def test_an_undeployment_without_instance_means_the_one_without_instance(cli: Cli, hub: StubHub) -> None:
    deployed = {"_links": {"self": {"href": hub.url + "/deployed-versions/7"}}}
    hub.answer("GET", "/environments/1/deployed", {"_embedded": {"deployedVersions": [deployed]}})
    hub.answer("PATCH", "/deployed-versions/7", {"currentlyDeployed": False})
    assert cli("record-undeployment", *WHAT, "-b", hub.url).code == 0
    assert hub.one("GET", "/environments/1/deployed").query == [("pacticipant", "web/app"), ("applicationInstance", "")]
    patch = hub.one("PATCH", "/deployed-versions/7")
    assert (patch.document, patch.headers["content-type"]) == (
        {"currentlyDeployed": False},
        "application/merge-patch+json",
    )


def test_the_end_of_support_is_patched(cli: Cli, hub: StubHub) -> None:
    released = {"_links": {"self": {"href": hub.url + "/released-versions/7"}}}
    hub.answer("GET", "/environments/1/released", {"_embedded": {"releasedVersions": [released]}})
    hub.answer("PATCH", "/released-versions/7", {})
    assert cli("record-support-ended", *WHAT, "-e", "1", "-b", hub.url).code == 0
    assert hub.one("PATCH", "/released-versions/7").document == {"currentlySupported": False}


@pytest.mark.parametrize(("command", "arguments"), [("record-undeployment", ()), ("record-support-ended", ("-e", "1"))])
def test_what_is_not_there_can_not_end(cli: Cli, hub: StubHub, command: str, arguments: tuple[str, ...]) -> None:
    hub.answer("GET", "/environments/1/deployed", {"_embedded": {"deployedVersions": []}})
    hub.answer("GET", "/environments/1/released", {"_embedded": {"releasedVersions": []}})
    hub.answer("GET", "/pacticipants/web%2Fapp", {"name": "web/app"})
    ran = cli(command, *WHAT, *arguments, "-b", hub.url)
    assert (ran.code, "is not recorded as" in ran.err) == (1, True)


def test_an_application_that_nobody_knows_is_told_from_one_that_is_not_deployed(cli: Cli, hub: StubHub) -> None:
    hub.answer("GET", "/environments/1/deployed", {"_embedded": {"deployedVersions": []}})
    ran = cli("record-undeployment", *WHAT, "-b", hub.url)
    assert (ran.code, ran.err) == (1, "Error: The hub knows no application web/app.\n")


@pytest.mark.parametrize("blank", ["-a", "-e", "--environment"])
def test_a_blank_value_is_a_usage_error_and_nothing_is_sent(cli: Cli, hub: StubHub, blank: str) -> None:
    ran = cli("record-release", *WHAT, "-e", "1", blank, " ", "-b", hub.url)
    assert (ran.code, "is blank" in ran.err, hub.asked) == (2, True, [])


def test_environments_are_listed(cli: Cli, hub: StubHub) -> None:
    assert cli("list-environments", "-b", hub.url).out.splitlines() == [
        "NAME  DISPLAY NAME  PRODUCTION  UUID",
        "prod  Prod          yes         1",
    ]


def test_an_environment_is_made(cli: Cli, hub: StubHub) -> None:
    hub.answer("POST", "/environments", {"uuid": "2", "name": "uat"}, status=201)
    ran = cli(
        "create-environment", "--name", "uat", "--no-production", "--contact-email-address", "a@b.c", "-b", hub.url
    )
    assert (ran.code, ran.out) == (0, "Created environment uat (2).\n")
    assert hub.one("POST", "/environments").document == {
        "name": "uat",
        "production": False,
        "contacts": [{"name": "a@b.c", "details": {"emailAddress": "a@b.c"}}],
    }
