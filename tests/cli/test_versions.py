import json

import pytest

from tests.cli.conftest import Cli
from tests.cli.stub_hub import StubHub

WHICH = ("-a", "web/app", "-e", "1+2")
AT = "/pacticipants/web%2Fapp"


def test_a_version_is_put_on_its_branch_and_tagged(cli: Cli, hub: StubHub) -> None:
    hub.answer("PUT", f"{AT}/branches/feat%2Fx/versions/1%2B2", {}, status=201)
    hub.answer("PUT", f"{AT}/versions/1%2B2/tags/t", {}, status=201)
    hub.answer("GET", f"{AT}/versions/1%2B2", {"number": "1+2"})
    ran = cli("create-or-update-version", *WHICH, "--branch", "feat/x", "-t", "t", "-b", hub.url)
    assert (ran.code, ran.out) == (0, "Recorded web/app 1+2 on branch feat/x with t.\n")


def test_a_version_that_is_missing_is_made(cli: Cli, hub: StubHub) -> None:
    hub.answer("PUT", f"{AT}/versions/1%2B2", {"number": "1+2"}, status=201)
    ran = cli("create-or-update-version", *WHICH, "-o", "json", "-b", hub.url)
    assert (ran.code, json.loads(ran.out)) == (0, {"number": "1+2"})


def test_a_version_that_is_there_keeps_its_build(cli: Cli, hub: StubHub) -> None:
    """A PUT without a build address would clear it."""
    hub.answer("GET", f"{AT}/versions/1%2B2", {"number": "1+2", "buildUrl": "http://ci/1"})
    assert cli("create-or-update-version", *WHICH, "-b", hub.url).code == 0
    assert not [one for one in hub.asked if one.method == "PUT"]


def test_tags_are_taken_off(cli: Cli, hub: StubHub) -> None:
    hub.answer("DELETE", f"{AT}/versions/1%2B2/tags/a%2Fb", b"", status=204)
    ran = cli("delete-version-tag", *WHICH, "-t", "a/b", "-b", hub.url)
    assert (ran.code, ran.out) == (0, "Removed a/b from web/app 1+2.\n")
    ran = cli("delete-version-tag", *WHICH, "-t", "a/b", "-t", "c", "-b", hub.url)
    assert (ran.code, ran.out, ran.err) == (
        1,
        "Removed a/b from web/app 1+2.\n",
        "Error: web/app 1+2 has no tag c.\n",
    )


@pytest.mark.parametrize("command", ["delete-version-tag", "create-or-update-version"])
def test_a_blank_tag_is_a_usage_error_and_nothing_is_sent(cli: Cli, hub: StubHub, command: str) -> None:
    assert (cli(command, *WHICH, "-t", "a", "-t", " ", "-b", hub.url).code, hub.asked) == (2, [])


def test_a_branch_is_removed(cli: Cli, hub: StubHub) -> None:
    hub.answer("DELETE", f"{AT}/branches/feat%2Fx", b"", status=204)
    ran = cli("delete-branch", "-a", "web/app", "--branch", "feat/x", "-b", hub.url)
    assert (ran.code, ran.out) == (0, "Deleted branch feat/x of web/app.\n")


@pytest.mark.parametrize(
    ("flags", "code"),
    [
        ([], 1),
        (["--error-when-not-found"], 1),
        (["--error-when-not-found", "true"], 1),
        (["--error-when-not-found", "false"], 0),
        (["--no-error-when-not-found"], 0),
        (["--error-when-not-found", "perhaps"], 2),
    ],
)
def test_a_branch_that_is_not_there(cli: Cli, hub: StubHub, flags: list[str], code: int) -> None:
    ran = cli("delete-branch", "-a", "web/app", "--branch", "x", *flags, "-b", hub.url)
    assert (ran.code, ran.out, "There is no branch x of web/app." in ran.err) == (code, "", code != 2)


def record(number: str, **more: object) -> dict[str, object]:
    return {"createdAt": "2026", "_embedded": {"version": {"number": number}}} | more


@pytest.fixture
def in_prod(hub: StubHub) -> StubHub:
    links = {
        "pb:currently-deployed-deployed-versions": {"href": hub.url + "/deployed"},
        "pb:currently-supported-released-versions": {"href": hub.url + "/released"},
    }
    hub.answer("GET", "/environments", {"_embedded": {"environments": [{"name": "prod", "_links": links}]}})
    deployed = [record("1", applicationInstance="blue"), record("2")]
    hub.answer("GET", "/deployed", {"_embedded": {"deployedVersions": deployed}})
    hub.answer("GET", "/released", {"_embedded": {"releasedVersions": [record("0")]}})
    return hub


@pytest.mark.parametrize(
    ("flags", "numbers"),
    [
        ([], ["1", "2", "0"]),
        (["--deployed"], ["1", "2"]),
        (["--released"], ["0"]),
        (["--deployed", "--released"], ["1", "2", "0"]),
    ],
)
def test_the_versions_in_an_environment(cli: Cli, in_prod: StubHub, flags: list[str], numbers: list[str]) -> None:
    what = ("describe-version", "-a", "web", "--environment", "prod", *flags, "-b", in_prod.url)
    assert cli(*what, "-o", "id").out.split() == numbers
    shown = json.loads(cli(*what, "-o", "json").out)
    assert [one["_embedded"]["version"]["number"] for one in shown] == numbers
    assert all(one.query == [("pacticipant", "web")] for one in in_prod.asked if one.path in ("/deployed", "/released"))


def test_how_versions_came_to_an_environment(cli: Cli, in_prod: StubHub) -> None:
    ran = cli("describe-version", "-a", "web", "--environment", "prod", "-b", in_prod.url)
    assert ran.out.splitlines() == [
        "NUMBER  HOW       INSTANCE  SINCE",
        "1       deployed  blue      2026",
        "2       deployed  -         2026",
        "0       released  -         2026",
    ]


def test_nothing_in_an_environment_is_a_no(cli: Cli, in_prod: StubHub) -> None:
    in_prod.answers["GET", "/released"] = []
    in_prod.answer("GET", "/released", {})
    what = ("describe-version", "-a", "web", "--environment", "prod", "--released", "-b", in_prod.url)
    ran = cli(*what)
    assert (ran.code, ran.err) == (1, "Error: No version of web is recorded in prod.\n")
    assert (cli(*what, "-o", "json").code, cli(*what, "-o", "json").out) == (1, "[]\n")


@pytest.mark.parametrize(
    "flags",
    [["-e", "1", "-l"], ["-e", "1", "--environment", "prod"], ["-l", "--environment", "prod"], ["--deployed"]],
)
def test_only_one_version_can_be_meant(cli: Cli, hub: StubHub, flags: list[str]) -> None:
    assert cli("describe-version", "-a", "web", *flags, "-b", hub.url).code == 2


def test_an_application_is_described(cli: Cli, hub: StubHub) -> None:
    embedded = {"latestVersion": {"number": "7"}, "labels": [{"name": "a"}, {"name": "b"}]}
    links = {"pb:deployed-environments": [{"name": "Prod", "href": "x"}]}
    hub.answer(
        "GET", "/pacticipants/web", {"name": "web", "mainBranch": "main", "_embedded": embedded, "_links": links}
    )
    ran = cli("describe-pacticipant", "--name", "web", "-b", hub.url)
    assert (ran.code, ran.out.splitlines()) == (
        0,
        [
            "PROPERTY        VALUE",
            "name            web",
            "display name    -",
            "main branch     main",
            "repository      -",
            "latest version  7",
            "labels          a, b",
            "created         -",
            "deployed to     Prod",
        ],
    )
    assert cli("describe-pacticipant", "--name", "nobody", "-b", hub.url).code == 1


def test_applications_are_listed(cli: Cli, hub: StubHub) -> None:
    embedded = {"pacticipants": [{"name": "web", "_embedded": {"latestVersion": {"number": "7"}}}, {"name": "x\x1b"}]}
    hub.answer("GET", "/pacticipants", {"_embedded": embedded})
    assert cli("list-pacticipants", "-b", hub.url).out.splitlines() == [
        "NAME   DISPLAY NAME  MAIN BRANCH  LATEST VERSION",
        "web    -             -            7",
        "x\\x1b  -             -            -",
    ]
    assert json.loads(cli("list-pacticipants", "-o", "json", "-b", hub.url).out) == {"_embedded": embedded}
