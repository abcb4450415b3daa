"""The matrix and can-i-deploy over HTTP, on both databases: the Pact Broker's rules, words and shapes (§13)."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from contracthub.domain.matrix_reasons import ALL_GOOD, NAME_A_VERSION, NAME_AN_ENVIRONMENT, NOTHING_NEEDED
from tests.features.given import Given


@pytest.fixture
def given(api: TestClient) -> Given:
    return Given(api)


@pytest.fixture
def prod(given: Given) -> str:
    return given.environment("prod", production=True)


def ask(given: Given, query: str) -> Any:
    return given.get(f"/matrix?{query}")


def one(name: str, number: str, more: str = "") -> str:
    return f"q[][pacticipant]={name}&q[][version]={number}&{more}"


FOO_TO_PROD = one("Foo", "1", "latestby=cvpv&environment=prod")


def deployable(answer: Any) -> Any:
    return answer["summary"]["deployable"]


def rows(answer: Any) -> list[tuple[Any, ...]]:
    return [
        (
            row["consumer"]["version"]["number"],
            row["provider"]["version"] and row["provider"]["version"]["number"],
            row["verificationResult"] and row["verificationResult"]["success"],
        )
        for row in answer["matrix"]
    ]


# The worked examples of the reference: Foo consumes Bar; environment prod.


def test_verified_by_the_deployed_version(given: Given, prod: str) -> None:
    given.published("Foo", "1", {"Bar": 1})
    given.verified("Foo", "1", "Bar", "2")
    given.deployed("Bar", "2", prod)
    answer = ask(given, FOO_TO_PROD)
    assert deployable(answer) is True
    assert answer["summary"] == {"deployable": True, "reason": ALL_GOOD, "success": 1, "failed": 0, "unknown": 0}
    assert answer["notices"] == [{"type": "success", "text": ALL_GOOD}]
    assert answer["decision"]["verdicts"][0]["verdict"] == "VERIFIED"


def test_failed_by_the_deployed_version_though_a_newer_one_succeeded(given: Given, prod: str) -> None:
    given.published("Foo", "1", {"Bar": 1})
    given.verified("Foo", "1", "Bar", "2", success=False)
    given.deployed("Bar", "2", prod)
    given.verified("Foo", "1", "Bar", "3")
    answer = ask(given, FOO_TO_PROD)
    assert deployable(answer) is False
    assert answer["summary"]["reason"] == (
        "The verification for the pact between version 1 of Foo and the version of Bar currently in prod (2) failed"
    )
    (verdict,) = answer["decision"]["verdicts"]
    assert verdict["verdict"] == "FAILED"
    assert "Bar 3 met it." in verdict["fact"]


def test_nothing_of_the_provider_deployed(given: Given, prod: str) -> None:
    assert prod
    given.published("Foo", "1", {"Bar": 1})
    given.verified("Foo", "1", "Bar", "2")
    answer = ask(given, FOO_TO_PROD)
    assert deployable(answer) is None
    assert rows(answer) == [("1", None, None)]
    assert answer["summary"]["unknown"] == 1
    assert answer["decision"]["verdicts"][0]["remedy"]["command"] == (
        "contracthub can-i-deploy --pacticipant Bar --version 2 --to-environment prod"
        " && contracthub record-deployment --pacticipant Bar --version 2 --environment prod"
    )


def test_verified_by_another_version_than_the_deployed_one(given: Given, prod: str) -> None:
    given.published("Foo", "1", {"Bar": 1})
    given.verified("Foo", "1", "Bar", "3")
    given.version("Bar", "2")
    given.deployed("Bar", "2", prod)
    answer = ask(given, FOO_TO_PROD)
    assert deployable(answer) is None
    assert answer["summary"]["reason"] == (
        "There is no verified pact between version 1 of Foo and the version of Bar currently in prod (2)"
    )


def test_a_version_without_pacts(given: Given, prod: str) -> None:
    assert prod
    given.version("Foo", "1")
    answer = ask(given, FOO_TO_PROD)
    assert (deployable(answer), answer["summary"]["reason"]) == (True, NOTHING_NEEDED)


def test_each_of_several_released_versions_counts(given: Given, prod: str) -> None:
    given.published("Foo", "1", {"Bar": 1})
    given.verified("Foo", "1", "Bar", "10", success=False)
    given.verified("Foo", "1", "Bar", "11")
    given.released("Bar", "10", prod)
    given.released("Bar", "11", prod)
    answer = ask(given, FOO_TO_PROD)
    assert deployable(answer) is False
    assert "one of the versions of Bar currently in prod (10)" in answer["summary"]["reason"]


def test_evidence_for_one_of_two_instances_is_not_enough(given: Given, prod: str) -> None:
    given.published("Foo", "1", {"Bar": 1})
    given.verified("Foo", "1", "Bar", "11")
    given.version("Bar", "10")
    given.deployed("Bar", "10", prod, "blue")
    given.deployed("Bar", "11", prod, "green")
    for latest_by in ("cvpv", "cvp"):
        answer = ask(given, one("Foo", "1", f"latestby={latest_by}&environment=prod"))
        assert deployable(answer) is None
        assert rows(answer) == [("1", "10", None), ("1", "11", True)]


@pytest.mark.parametrize("latest_by", ["cvpv", "cvp", "cp"])
def test_all_that_live_where_a_selector_says_count_on_either_side(given: Given, prod: str, latest_by: str) -> None:
    given.published("Foo", "1", {"Bar": 1})
    given.verified("Foo", "1", "Bar", "10", success=False)
    given.verified("Foo", "1", "Bar", "11")
    given.deployed("Bar", "10", prod, "blue")
    given.deployed("Bar", "11", prod, "green")
    living = f"q[][pacticipant]=Bar&q[][environment]=prod&latestby={latest_by}"
    answer = ask(given, f"q[][pacticipant]=Foo&q[][version]=1&{living}")
    assert deployable(answer) is False
    assert rows(answer) == [("1", "11", True), ("1", "10", False)]
    given.published("Foo", "2", {"Bar": 2})
    given.verified("Foo", "2", "Bar", "11")
    given.deployed("Foo", "1", prod, "old")
    given.deployed("Foo", "2", prod, "new")
    living = f"q[][pacticipant]=Foo&q[][environment]=prod&latestby={latest_by}"
    answer = ask(given, f"q[][pacticipant]=Bar&q[][version]=10&{living}")
    assert deployable(answer) is not True
    assert ("1", "10", False) in rows(answer)


def test_a_provider_does_not_need_its_consumers(given: Given, prod: str) -> None:
    given.published("Foo", "1", {"Bar": 1})
    given.version("Bar", "2")
    assert deployable(ask(given, one("Bar", "2", "latestby=cvpv&environment=prod"))) is True
    given.deployed("Foo", "1", prod)
    assert deployable(ask(given, one("Bar", "2", "latestby=cvpv&environment=prod"))) is None
    given.version("Foo", "2")
    given.deployed("Foo", "2", prod)
    assert deployable(ask(given, one("Bar", "2", "latestby=cvpv&environment=prod"))) is True


def test_a_version_that_does_not_exist(given: Given, prod: str) -> None:
    assert prod
    given.published("Foo", "1", {"Bar": 1})
    answer = ask(given, one("Foo", "9", "latestby=cvpv&environment=prod"))
    assert deployable(answer) is False
    text = "No pacts or verifications have been published for version 9 of Foo"
    assert answer["notices"] == [{"type": "error", "text": text}]
    assert answer["decision"]["verdicts"][0]["verdict"] == "NOT_PUBLISHED"


# Tags, branches, ways to ask


def test_by_tags(given: Given) -> None:
    given.published("Foo", "1", {"Bar": 1}, tags=("dev",))
    given.verified("Foo", "1", "Bar", "2")
    given.tag("Bar", "2", "prod")
    given.verified("Foo", "1", "Bar", "3", success=False)
    answer = ask(given, one("Foo", "1", "latestby=cvp&latest=true&tag=prod"))
    assert deployable(answer) is True
    assert rows(answer) == [("1", "2", True)]
    given.tag("Bar", "3", "prod")
    answer = ask(given, one("Foo", "1", "latestby=cvp&latest=true&tag=prod"))
    assert deployable(answer) is False
    assert "the latest version of Bar with tag prod (3)" in answer["summary"]["reason"]


def test_by_latest_and_tag_of_the_asker(given: Given) -> None:
    given.published("Foo", "1", {"Bar": 1}, tags=("dev",))
    given.verified("Foo", "1", "Bar", "2")
    answer = ask(given, "q[][pacticipant]=Foo&q[][latest]=true&q[][tag]=dev&latestby=cvp")
    assert [notice["text"] for notice in answer["notices"]] == [NAME_AN_ENVIRONMENT, NAME_A_VERSION, ALL_GOOD]
    answer = ask(given, "q[][pacticipant]=Foo&q[][latest]=true&q[][tag]=no&latestby=cvp")
    assert deployable(answer) is False
    assert "No version with tag no exists for Foo" in answer["summary"]["reason"]


def test_by_branches(given: Given) -> None:
    given.call("PATCH", "/pacticipants/Bar", {"mainBranch": "main"})
    given.published("Foo", "1", {"Bar": 1}, branch="feat/x")
    given.version("Bar", "2", branch="main")
    answer = ask(given, one("Foo", "1", "latestby=cvp&latest=true&mainBranch=true"))
    assert deployable(answer) is None
    assert "the latest version of Bar from the main branch (2)" in answer["summary"]["reason"]
    given.verified("Foo", "1", "Bar", "2")
    assert deployable(ask(given, one("Foo", "1", "latestby=cvp&latest=true&mainBranch=true"))) is True
    answer = ask(
        given, "q[][pacticipant]=Foo&q[][branch]=feat%2Fx&q[][latest]=true&latestby=cvp&mainBranch=true&latest=true"
    )
    assert deployable(answer) is True


def test_two_versions_of_two_pacticipants(given: Given) -> None:
    given.published("Foo", "1", {"Bar": 1, "Baz": 1})
    given.verified("Foo", "1", "Bar", "2")
    both = "q[][pacticipant]=Foo&q[][version]=1&q[][pacticipant]=Bar&q[][version]=2&latestby=cvpv"
    assert deployable(ask(given, both)) is True
    encoded = both.replace("[", "%5B").replace("]", "%5D")
    assert deployable(ask(given, encoded)) is True
    assert deployable(ask(given, both.replace("][", "]").replace("]=", "=").replace("q[]", "q[]"))) is True


def test_without_latestby_every_result_is_a_row(given: Given) -> None:
    given.published("Foo", "1", {"Bar": 1})
    given.verified("Foo", "1", "Bar", "2", success=False)
    given.verified("Foo", "1", "Bar", "2")
    given.verified("Foo", "1", "Bar", "3")
    assert rows(ask(given, "q[][pacticipant]=Foo&q[][pacticipant]=Bar")) == [
        ("1", "3", True), ("1", "2", True), ("1", "2", False),
    ]  # fmt: skip
    assert rows(ask(given, "q[][pacticipant]=Foo&q[][pacticipant]=Bar&latestby=cvpv")) == [
        ("1", "3", True), ("1", "2", True),
    ]  # fmt: skip
    assert rows(ask(given, "q[][pacticipant]=Foo&q[][pacticipant]=Bar&latestby=cvp")) == [("1", "3", True)]


def test_latest_by_pair_keeps_the_newest_of_each(given: Given) -> None:
    given.published("Foo", "1", {"Bar": 1})
    given.verified("Foo", "1", "Bar", "2")
    given.published("Foo", "2", {"Bar": 1})
    assert rows(ask(given, "q[][pacticipant]=Foo&q[][pacticipant]=Bar&latestby=cvp")) == [
        ("2", "2", True), ("1", "2", True),
    ]  # fmt: skip
    assert rows(ask(given, "q[][pacticipant]=Foo&q[][pacticipant]=Bar&latestby=cp")) == [("2", "2", True)]


def test_what_is_shown_does_not_change_what_is_decided(given: Given) -> None:
    given.published("Foo", "1", {"Bar": 1})
    given.verified("Foo", "1", "Bar", "2", success=False)
    answer = ask(given, "q[][pacticipant]=Foo&q[][version]=1&latestby=cvpv&success[]=true")
    assert rows(answer) == []
    assert deployable(answer) is False
    given.verified("Foo", "1", "Bar", "3")
    answer = ask(given, "q[][pacticipant]=Foo&q[][version]=1&latestby=cvpv&limit=1")
    assert rows(answer) == [("1", "3", True)]
    assert deployable(answer) is False


def test_ignored_rows_stand_last_and_are_marked(given: Given, prod: str) -> None:
    given.published("Foo", "1", {"Bar": 1, "Baz": 1})
    given.verified("Foo", "1", "Bar", "2")
    given.deployed("Bar", "2", prod)
    assert deployable(ask(given, FOO_TO_PROD)) is None
    answer = ask(given, FOO_TO_PROD + "&ignore[][pacticipant]=Baz")
    assert deployable(answer) is True
    assert answer["summary"]["ignored"] == 1
    assert [row.get("ignored", False) for row in answer["matrix"]] == [False, True]


def test_a_single_provider_without_a_target_shows_only_results(given: Given) -> None:
    given.published("Foo", "1", {"Bar": 1})
    given.version("Bar", "2")
    assert rows(ask(given, one("Bar", "2", "latestby=cvpv"))) == []
    given.verified("Foo", "1", "Bar", "2")
    assert rows(ask(given, one("Bar", "2", "latestby=cvpv"))) == [("1", "2", True)]


def test_versions_carry_their_branches_tags_and_environments(given: Given, prod: str) -> None:
    given.published("Foo", "1", {"Bar": 1}, branch="main", tags=("dev",))
    given.verified("Foo", "1", "Bar", "2")
    given.deployed("Bar", "2", prod)
    (row,) = ask(given, FOO_TO_PROD)["matrix"]
    version = row["consumer"]["version"]
    assert version["branch"] == "main"
    assert [(place["name"], place["latest"]) for place in version["branchVersions"]] == [("main", True)]
    assert [(tag["name"], tag["latest"]) for tag in version["tags"]] == [("dev", True)]
    assert [each["name"] for each in row["provider"]["version"]["environments"]] == ["prod"]
    assert row["pact"]["_links"]["self"]["href"] == "http://hub.test/pacts/provider/Bar/consumer/Foo/version/1"
    assert row["verificationResult"]["_links"]["self"]["href"].startswith("http://hub.test/pacts/provider/Bar/")


def test_the_failed_interaction_is_named(given: Given, prod: str) -> None:
    given.published("Foo", "1", {"Bar": 1})
    mismatch = {"attribute": "body", "identifier": "$.total", "description": "Expected a number"}
    tested = [{"interactionId": "1", "interactionDescription": "get", "success": False, "mismatches": [mismatch]}]
    given.verified("Foo", "1", "Bar", "2", success=False, testResults=tested)
    given.deployed("Bar", "2", prod)
    (verdict,) = ask(given, FOO_TO_PROD)["decision"]["verdicts"]
    assert "“get”, body $.total: Expected a number." in verdict["fact"]


# Errors and other shapes


@pytest.mark.parametrize(
    ("query", "errors"),
    [
        ("", ["Please provide 1 or more version selectors."]),
        ("q[][version]=1", ["Please specify the pacticipant name"]),
        ("q[][pacticipant]=No", ["Pacticipant No not found"]),
        ("q[][pacticipant]=Foo&q[][version]=1&q[][latest]=true",
         ["A version number and latest flag cannot both be specified for Foo"]),
        ("q[][pacticipant]=Foo&ignore[][version]=1", ["Please specify the pacticipant name to ignore"]),
        ("q[][pacticipant]=Foo&tag=a&environment=test",
         ["Cannot specify more than one of tag, environment and mainBranch."]),
        ("q[][pacticipant]=Foo&latest=true&environment=test",
         ["Cannot specify both latest=true and an environment."]),
        ("q[][pacticipant]=Foo&environment=no", ["Environment with name 'no' does not exist"]),
        ("q[][pacticipant]=Foo&limit=0", ["The limit must be 1 or greater."]),
        ("q[][pacticipant]=Foo&limit=x", ["The limit must be 1 or greater."]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_question_is_listed(api: TestClient, given: Given, query: str, errors: list[str]) -> None:
    given.version("Foo", "1")
    answer = api.get(f"/matrix?{query}")
    assert answer.status_code == 400
    assert answer.json() == {"errors": errors}


def test_a_query_that_is_no_utf8_is_refused(api: TestClient) -> None:
    assert api.get("/matrix?q[][pacticipant]=%ff").status_code == 400


def test_as_a_table(api: TestClient, given: Given) -> None:
    given.published("Foo", "1", {"Bar": 1})
    given.verified("Foo", "1", "Bar", "2")
    accept = "application/hal+json;q=0.5, text/plain"
    answer = api.get("/matrix?q[][pacticipant]=Foo&latestby=cvpv", headers={"Accept": accept})
    assert answer.headers["content-type"] == "text/plain;charset=utf-8"
    lines = answer.text.splitlines()
    assert lines[0].split(" | ")[0].strip() == "CONSUMER"
    assert [cell.strip() for cell in lines[2].split("|")][:2] == ["Foo", "1"]
    assert "Deployable: true" in lines


def test_of_two_names(api: TestClient, given: Given) -> None:
    given.published("Foo", "1", {"Bar": 1, "Baz": 1})
    given.verified("Foo", "1", "Bar", "2")
    answer = given.get("/matrix/provider/Bar/consumer/Foo")
    assert rows(answer) == [("1", "2", True)]
    for path, text in (
        ("/matrix/provider/Bar/consumer/No", "No consumer with name 'No' found"),
        ("/matrix/provider/No/consumer/Foo", "No provider with name 'No' found"),
    ):
        missing = api.get(path)
        assert (missing.status_code, missing.json()) == (404, {"error": text})


def test_can_i_deploy_to_an_environment_and_beside_a_tag(given: Given, prod: str) -> None:
    given.published("Foo", "1", {"Bar": 1})
    given.verified("Foo", "1", "Bar", "2")
    given.deployed("Bar", "2", prod)
    assert deployable(given.get("/can-i-deploy?pacticipant=Foo&version=1&environment=prod")) is True
    assert deployable(given.get("/can-i-deploy?pacticipant=Foo&version=1&to=prod")) is None
    given.tag("Bar", "2", "live")
    assert deployable(given.get("/can-i-deploy?pacticipant=Foo&version=1&to=live")) is True
    given.published("Foo", "3", {"Baz": 1})
    assert deployable(given.get("/can-i-deploy?pacticipant=Foo&version=3&environment=prod")) is None
    assert deployable(given.get("/can-i-deploy?pacticipant=Foo&version=3&environment=prod&ignore[]=Baz")) is True


@pytest.mark.parametrize(
    ("query", "errors"),
    [
        ("", {"pacticipant": ["is missing"], "version": ["is missing"],
              "": ["Must specify either an environment or a 'to' tag."]}),
        ("pacticipant=Foo&version=1&to=a&environment=test",
         {"": ["Cannot specify both a 'to' tag and an environment."]}),
        ("pacticipant=No&version=1&environment=test", {"pacticipant": ["does not match an existing pacticipant"]}),
        ("pacticipant=Foo&version=1&environment=no", {"environment": ["with name 'no' does not exist"]}),
    ],
)  # fmt: skip
def test_can_i_deploy_tells_errors_by_parameter(
    api: TestClient, given: Given, query: str, errors: dict[str, list[str]]
) -> None:
    given.version("Foo", "1")
    answer = api.get(f"/can-i-deploy?{query}")
    assert (answer.status_code, answer.json()) == (400, {"errors": errors})


def test_the_newest_version_of_a_tag_or_branch(api: TestClient, given: Given, prod: str) -> None:
    given.published("Foo", "1", {"Bar": 1}, branch="main", tags=("dev",))
    given.verified("Foo", "1", "Bar", "2")
    given.tag("Bar", "2", "live")
    given.deployed("Bar", "2", prod)
    by_tag = given.get("/pacticipants/Foo/latest-version/dev/can-i-deploy/to/live")
    assert deployable(by_tag) is True
    assert NAME_A_VERSION in by_tag["summary"]["reason"]
    by_branch = given.get("/pacticipants/Foo/branches/main/latest-version/can-i-deploy/to-environment/prod")
    assert deployable(by_branch) is True
    heads = "branches/{}/latest-version/can-i-deploy/to-environment/{}"
    for missing in ("latest-version/no/can-i-deploy/to/live", heads.format("no", "prod"), heads.format("main", "no")):
        assert api.get(f"/pacticipants/Foo/{missing}").status_code == 404
