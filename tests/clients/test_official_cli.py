"""The official command line (``pact broker …``, Rust), unchanged, against a hub on a real socket, on both databases."""

import json

import pytest

from tests.clients.command_line import Broker


def test_publish_a_file_with_branch_and_tags(broker: Broker) -> None:
    told = broker.run("publish", broker.pact("web", "orders"), "-a", "1", "--branch", "feat/x", "-t", "dev", "rc")
    assert "Created web version 1 with branch feat/x and tags dev, rc" in told
    assert "Pact successfully published for web version 1 and provider orders." in told
    embedded = broker.version("web", "1")["_embedded"]
    assert [branch["name"] for branch in embedded["branchVersions"]] == ["feat/x"]
    assert sorted(tag["name"] for tag in embedded["tags"]) == ["dev", "rc"]
    again = broker.run("publish", broker.pact("web", "orders"), "-a", "1", "--branch", "feat/x")
    assert "no content changes" in again


def test_publish_a_folder(broker: Broker) -> None:
    broker.pact("web", "orders")
    broker.pact("web", "billing")
    broker.run("publish", str(broker.folder), "-a", "1", "--branch", "main")
    listed = broker.json("list-latest-pact-versions")
    providers = sorted(pact["_embedded"]["provider"]["name"] for pact in listed["pacts"])
    assert providers == ["billing", "orders"]
    table = broker.run("list-latest-pact-versions")
    assert '"billing"' in table
    assert '"orders"' in table


def test_changed_content_for_the_same_version_is_refused(broker: Broker) -> None:
    broker.run("publish", broker.pact("web", "orders", "/a"), "-a", "1", "--branch", "main")
    told = broker.run("publish", broker.pact("web", "orders", "/b"), "-a", "1", "--branch", "main", code=1)
    assert "Cannot change the content of the pact for web version 1 and provider orders" in told


def test_environments(broker: Broker) -> None:
    created = broker.run("create-environment", "--name", "staging", "--display-name", "Staging", "--production")
    assert "Created staging environment" in created
    listed = broker.json("list-environments")
    names = {each["name"]: each["production"] for each in listed["_embedded"]["environments"]}
    assert names == {"production": True, "staging": True, "test": False}
    assert "Staging" in broker.run("list-environments")
    assert "already used" in broker.run("create-environment", "--name", "staging", code=1)


def test_deployments_and_releases(broker: Broker) -> None:
    broker.run("publish", broker.pact("team/web", "orders"), "-a", "1/0", "--branch", "main")
    deploy = ("record-deployment", "-a", "team/web", "-e", "1/0", "--environment", "test")
    assert "Recorded deployment of team/web version 1/0 to test environment" in broker.run(*deploy)
    broker.run(*deploy, "--application-instance", "blue")
    links = broker.version("team/web", "1/0")["_links"]["pb:deployed-environments"]
    assert sorted(link.get("application_instance", "") for link in links) == ["", "blue"]
    undeploy = ("record-undeployment", "-a", "team/web", "--environment", "test")
    assert "Undeployed team/web from test environment" in broker.run(*undeploy, "--application-instance", "blue")
    broker.run(*undeploy)
    broker.run(*undeploy, code=1)
    told = broker.run("record-release", "-a", "team/web", "-e", "1/0", "--environment", "production")
    assert "Recorded release of team/web version 1/0 to production environment" in told
    ended = ("record-support-ended", "-a", "team/web", "-e", "1/0", "--environment", "production")
    broker.run(*ended)


@pytest.mark.parametrize(
    "arguments",
    [
        ("record-deployment", "-a", "web", "-e", "9", "--environment", "test"),
        ("record-deployment", "-a", "web", "-e", "1", "--environment", "nowhere"),
        ("record-release", "-a", "nobody", "-e", "1", "--environment", "test"),
    ],
    ids=" ".join,
)
def test_what_does_not_exist_can_not_be_deployed(broker: Broker, arguments: tuple[str, ...]) -> None:
    broker.run("publish", broker.pact("web", "orders"), "-a", "1", "--branch", "main")
    broker.run(*arguments, code=1)


def test_can_i_deploy_says_no_and_then_yes(broker: Broker) -> None:
    broker.run("publish", broker.pact("web", "orders"), "-a", "1", "--branch", "main")
    ask = ("can-i-deploy", "-a", "web", "-e", "1", "--to-environment", "production")
    assert "Computer says no" in broker.run(*ask, code=1)
    broker.verified("orders", "7", "web", "1", branch="main")
    assert "Computer says no" in broker.run(*ask, code=1)
    broker.run("record-deployment", "-a", "orders", "-e", "7", "--environment", "production")
    assert "Computer says yes" in broker.run(*ask)
    answer = broker.json(*ask)
    assert answer["summary"]["deployable"] is True
    assert [row["provider"]["version"]["number"] for row in answer["matrix"]] == ["7"]


def test_can_i_deploy_two_versions_together(broker: Broker) -> None:
    broker.run("publish", broker.pact("web", "orders"), "-a", "1", "--branch", "main")
    broker.verified("orders", "7", "web", "1", branch="main")
    both = ("can-i-deploy", "-a", "web", "-e", "1", "-a", "orders", "-e")
    assert "Computer says yes" in broker.run(*both, "7")
    broker.run("create-or-update-version", "-a", "orders", "-e", "8")
    assert "Computer says no" in broker.run(*both, "8", code=1)


def test_a_dry_run_never_fails(broker: Broker) -> None:
    broker.run("publish", broker.pact("web", "orders"), "-a", "1", "--branch", "main")
    broker.run("can-i-deploy", "-a", "web", "-e", "1", "--to-environment", "test", "--dry-run")


def test_can_i_merge(broker: Broker) -> None:
    broker.run("publish", broker.pact("web", "orders"), "-a", "1", "--branch", "feat/x")
    broker.run("create-or-update-pacticipant", "--name", "orders", "--main-branch", "main")
    ask = ("can-i-merge", "-a", "web", "-e", "1")
    broker.run(*ask, code=1)
    broker.verified("orders", "7", "web", "1", branch="main")
    broker.run(*ask)


def test_describe_a_version(broker: Broker) -> None:
    broker.run("publish", broker.pact("web", "orders"), "-a", "1", "--branch", "main", "-t", "dev")
    broker.run("publish", broker.pact("web", "orders"), "-a", "2", "--branch", "main")
    assert broker.json("describe-version", "-a", "web", "-e", "1")["number"] == "1"
    assert broker.json("describe-version", "-a", "web")["number"] == "2"
    assert broker.json("describe-version", "-a", "web", "--latest", "dev")["number"] == "1"
    broker.run("describe-version", "-a", "web", "-e", "9", code=1)


def test_tag_a_version(broker: Broker) -> None:
    broker.run("create-version-tag", "-a", "web", "-e", "1/0", "-t", "rc/1", "--auto-create-version")
    assert [tag["name"] for tag in broker.version("web", "1/0")["_embedded"]["tags"]] == ["rc/1"]
    broker.run("create-version-tag", "-a", "web", "-e", "2", "-t", "rc", code=1)


def test_pacticipants(broker: Broker) -> None:
    create = ("create-or-update-pacticipant", "--name", "team a/orders", "--display-name", "Orders")
    assert "created" in broker.run(*create)
    assert "updated" in broker.run(*create, "--main-branch", "main", "--repository-url", "https://git.example/orders")
    described = broker.json("describe-pacticipant", "--name", "team a/orders")
    assert (described["displayName"], described["mainBranch"]) == ("Orders", "main")
    assert "https://git.example/orders" in broker.run("describe-pacticipant", "--name", "team a/orders")
    broker.run("describe-pacticipant", "--name", "nobody", code=1)
    assert "team a/orders" in broker.run("list-pacticipants")


def test_delete_a_branch(broker: Broker) -> None:
    broker.run("publish", broker.pact("team/web", "orders"), "-a", "1", "--branch", "feat/x")
    delete = ("delete-branch", "-a", "team/web", "--branch", "feat/x")
    broker.run(*delete)
    assert broker.version("team/web", "1")["_embedded"]["branchVersions"] == []
    assert "it was not found" in broker.run(*delete)
    broker.run(*delete, "--error-when-not-found", "true", code=1)


def test_delete_a_tag(broker: Broker) -> None:
    broker.run("publish", broker.pact("team/web", "orders"), "-a", "1/0", "--branch", "main", "-t", "rc/1", "dev")
    delete = ("delete-version-tag", "-a", "team/web", "-e", "1/0", "-t")
    broker.run(*delete, "rc/1")
    assert [tag["name"] for tag in broker.version("team/web", "1/0")["_embedded"]["tags"]] == ["dev"]
    assert "was not found" in broker.run(*delete, "rc/1")


def test_get_pacts_in_every_way(broker: Broker) -> None:
    for number, branch in (("1", "main"), ("2", "main"), ("3", "feat/x")):
        broker.run("publish", broker.pact("team/web", "orders", f"/{number}"), "-a", number, "--branch", branch)
    of_provider = ("get-pacts", "--provider", "orders")
    of_pair = (*of_provider, "--consumer", "team/web")
    for ask in (of_provider, of_pair):
        for more, numbers in (
            ((), "12"),
            (("--latest",), "2"),
            (("--branch", "feat/x"), "3"),
            (("--branch", "feat/x", "--latest"), "3"),
        ):
            told = broker.run(*ask, *more, "--output", "json")
            found = {number for number in "123" if f"/consumer/team%2Fweb/version/{number}" in told}
            assert found == set(numbers), (ask, more, told)


def test_list_provider_states(broker: Broker) -> None:
    name = broker.pact("web", "orders")
    path = broker.folder / name
    document = json.loads(path.read_text())
    document["interactions"][0]["providerStates"] = [{"name": "a shop"}, {"name": "an order", "params": {"id": 7}}]
    path.write_text(json.dumps(document))
    broker.run("publish", name, "-a", "1", "--branch", "main")
    broker.run("record-deployment", "-a", "web", "-e", "1", "--environment", "test")
    ask = ("provider-states", "list", "--provider", "orders")
    for more in ((), ("--branch", "main"), ("--environment", "test")):
        told = broker.run(*ask, *more)
        assert "a shop" in told
        assert "an order" in told
    assert "a shop" not in broker.run(*ask, "--environment", "production")


def test_can_i_deploy_counts_what_is_no_pact(broker: Broker) -> None:
    broker.run("publish", broker.pact("web", "orders"), "-a", "1", "--branch", "main")
    broker.verified("orders", "7", "web", "1", branch="main")
    broker.run("record-deployment", "-a", "orders", "-e", "7", "--environment", "test")
    ask = ("can-i-deploy", "-a", "web", "-e", "1", "--to-environment", "test")
    assert "Computer says yes" in broker.run(*ask)
    contract: dict[str, object] = {"contracthub": "conversation/1", "name": "live stream", "provider": "orders"}
    contract |= {"connect": {"path": "/ws"}, "steps": [{"receive": {"json": 1}}]}
    body = {"consumer": "web", "version": "1", "contracts": [{"content": json.dumps(contract)}]}
    assert broker.hub.post("/api/v1/live-contracts", body).status_code == 201
    told = broker.run(*ask, code=1)
    assert "Computer says no" in told
    assert "There is no verified conversation “live stream” between" in told
    place = "/api/v1/pacticipants/web/versions/1/live-contracts/conversation/orders/live%20stream/verification-results"
    for success, said in ((False, "no"), (True, "yes")):
        result = {"success": success, "providerApplicationVersion": "7"}
        number = broker.hub.post(place, result).json()["number"]
        told = broker.run(*ask, code=0 if success else 1)
        assert f"Computer says {said}" in told
        # A row beside that of the pact, with the number of its result.
        assert sum("| web " in line or "│ web " in line for line in told.splitlines()) == 2, told
        assert str(number) in told
