import json

import pytest

from tests.cli.conftest import Cli
from tests.cli.stub_hub import StubHub, matrix_answer


def test_a_new_pacticipant_is_posted(cli: Cli, hub: StubHub) -> None:
    hub.answer("POST", "/pacticipants", {"name": "web"}, status=201)
    ran = cli("create-or-update-pacticipant", "--name", "web", "--main-branch", "main", "-b", hub.url)
    assert (ran.code, ran.out) == (0, "Created web.\n")
    assert hub.one("POST", "/pacticipants").document == {"name": "web", "mainBranch": "main"}


def test_a_known_pacticipant_is_patched(cli: Cli, hub: StubHub) -> None:
    hub.answer("GET", "/pacticipants/web", {"_links": {"self": {"href": hub.url + "/pacticipants/web"}}})
    hub.answer("PATCH", "/pacticipants/web", {"name": "web"})
    ran = cli("create-or-update-pacticipant", "--name", "web", "--repository-url", "http://git/web", "-b", hub.url)
    assert (ran.code, ran.out) == (0, "Updated web.\n")
    assert hub.one("PATCH", "/pacticipants/web").document == {"repositoryUrl": "http://git/web"}


def test_tags_are_put_with_their_slashes_encoded(cli: Cli, hub: StubHub) -> None:
    hub.answer("GET", "/pacticipants/web/versions/1", {"number": "1"})
    hub.answer("PUT", "/pacticipants/web/versions/1/tags/feat%2Fx", {}, status=201)
    ran = cli("create-version-tag", "-a", "web", "-e", "1", "-t", "feat/x", "-b", hub.url)
    assert (ran.code, ran.out) == (0, "Tagged web 1 with feat/x.\n")


def test_a_missing_version_is_tagged_only_when_it_may_be_made(cli: Cli, hub: StubHub) -> None:
    hub.answer("PUT", "/pacticipants/web/versions/1/tags/t", {}, status=201)
    what = ("create-version-tag", "-a", "web", "-e", "1", "-t", "t", "-b", hub.url)
    assert cli(*what).code == 1
    assert cli(*what, "--auto-create-version").code == 0


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        (["-e", "1"], "/pacticipants/web/versions/1"),
        ([], "/pacticipants/web/latest-version"),
        (["-l"], "/pacticipants/web/latest-version"),
        (["-l", "prod"], "/pacticipants/web/latest-version/prod"),
    ],
)
def test_a_version_is_described(cli: Cli, hub: StubHub, arguments: list[str], path: str) -> None:
    embedded = {"branchVersions": [{"name": "main"}], "tags": [{"name": "prod"}]}
    links = {"pb:deployed-environments": [{"name": "Prod", "href": "x"}]}
    hub.answer("GET", path, {"number": "1", "_embedded": embedded, "_links": links})
    ran = cli("describe-version", "-a", "web", *arguments, "-b", hub.url)
    assert (ran.code, ran.out.splitlines()) == (
        0,
        [
            "PROPERTY     VALUE",
            "pacticipant  web",
            "number       1",
            "branches     main",
            "tags         prod",
            "build        -",
            "created      -",
            "deployed to  Prod",
        ],
    )


def test_a_version_that_is_not_there_is_a_no(cli: Cli, hub: StubHub) -> None:
    assert cli("describe-version", "-a", "web", "-b", hub.url).code == 1


def test_the_matrix_is_shown_and_judges_nothing(cli: Cli, hub: StubHub) -> None:
    hub.answer("GET", "/matrix", matrix_answer(False))
    ran = cli("matrix", "-a", "web", "-a", "orders", "-b", hub.url)
    assert (ran.code, ran.out.splitlines()) == (
        0,
        [
            "CONSUMER  C.VERSION  PROVIDER  P.VERSION  RESULT  VERIFIED AT                KIND  EVIDENCE",
            "web       1.2.3      orders    2.0.0      FAILED  2026-11-20T10:00:00+00:00  -     -",
        ],
    )
    assert json.loads(cli("matrix", "-a", "web", "-o", "json", "-b", hub.url).out) == matrix_answer(False)
