"""The last command line in Ruby (``pact-broker``), unchanged, against a hub on a real socket.

What is not here breaks inside the client, whoever answers: ``create-or-update-pacticipant --output json``,
``describe-version --output id`` and ``create-version-tag --tag-with-git-branch``.
"""

import subprocess
from uuid import UUID

import pytest

from tests.clients.command_line import Broker

# Each call starts an interpreter.
pytestmark = pytest.mark.timeout(240)


def environment(ruby: Broker, name: str) -> str:
    (found,) = [
        each["uuid"] for each in ruby.json("list-environments")["_embedded"]["environments"] if each["name"] == name
    ]
    return str(found)


def test_publish(ruby: Broker) -> None:
    name = ruby.pact("team/web", "orders")
    branch = ("-a", "1/0", "-h", "feat/x")
    told = ruby.run("publish", name, *branch, "-t", "dev", "-t", "rc/1", "--build-url", "https://ci.example/1")
    assert "Created team/web version 1/0 with branch feat/x and tags dev, rc/1" in told
    assert "Pact successfully published for team/web version 1/0 and provider orders." in told
    version = ruby.version("team/web", "1/0")
    assert version["buildUrl"] == "https://ci.example/1"
    assert [branch["name"] for branch in version["_embedded"]["branchVersions"]] == ["feat/x"]
    ruby.pact("team/web", "billing")
    (answer,) = ruby.json("publish", ".", *branch)
    published = [link["href"] for link in answer["_links"]["pb:contracts"]]
    assert [href.split("/")[5] for href in published] == ["billing", "orders"]
    ruby.pact("team/web", "orders", "/other")
    assert "Cannot change the content of the pact" in ruby.run("publish", name, *branch, code=1)


def test_publish_with_what_git_says(ruby: Broker) -> None:
    name = ruby.pact("web", "orders")
    for command in (
        ("init", "--initial-branch", "feat/x"),
        ("-c", "user.name=t", "-c", "user.email=t@t.example", "commit", "--allow-empty", "--message", "first"),
    ):
        subprocess.run(["git", *command], cwd=ruby.folder, check=True, capture_output=True)
    revision = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=ruby.folder, check=True, capture_output=True, text=True
    ).stdout.strip()
    ruby.run("publish", name, "--auto-detect-version-properties", "--tag-with-git-branch")
    found = ruby.version("web", revision)["_embedded"]
    assert [branch["name"] for branch in found["branchVersions"]] == ["feat/x"]
    assert [tag["name"] for tag in found["tags"]] == ["feat/x"]


def test_publish_the_old_way(ruby: Broker) -> None:
    """As against servers without ``pb:publish-contracts``: the tag, then the pact; branches are beyond it."""
    name, old = ruby.pact("team/web", "orders", "/a"), "publish_pacts_using_old_api"
    told = ruby.run("publish", name, "-a", "1/0", "-t", "dev", features=old)
    assert "/pacts/provider/orders/consumer/team%2Fweb/latest" in told
    found = ruby.version("team/web", "1/0")["_embedded"]
    assert [tag["name"] for tag in found["tags"]] == ["dev"]
    again = ruby.run("publish", name, "-a", "1/0", features=old)
    assert "A pact for this consumer version is already published. Overwriting." in again
    ruby.pact("team/web", "orders", "/b")
    assert "Failed to publish" in ruby.run("publish", name, "-a", "1/0", code=1, features=old)
    assert "Merging contents" in ruby.run("publish", name, "-a", "1/0", "--merge", features=old)
    pact = ruby.hub.get("/pacts/provider/orders/consumer/team%2Fweb/version/1%2F0").json()
    assert [each["description"] for each in pact["interactions"]] == ["/a", "/b"]


def test_merging_the_new_way_changes_no_published_content(ruby: Broker) -> None:
    publish = ("publish", ruby.pact("web", "orders", "/a"), "-a", "1", "-h", "main", "--merge")
    ruby.run(*publish)
    assert "no content changes" in ruby.run(*publish)
    ruby.pact("web", "orders", "/b")
    assert "Cannot change the content of the pact" in ruby.run(*publish, code=1)


def test_lists(ruby: Broker) -> None:
    ruby.run("publish", ruby.pact("web", "orders"), "-a", "1", "-h", "main")
    (pact,) = ruby.json("list-latest-pact-versions")["pacts"]
    assert pact["_embedded"]["consumer"]["_embedded"]["version"]["number"] == "1"
    table = ruby.run("list-latest-pact-versions").splitlines()
    assert [cell.strip() for cell in table[2].split("|")][:3] == ["web", "1", "orders"]
    assert "orders | Orders" in ruby.run("list-pacticipants")
    found = ruby.json("list-pacticipants")["_embedded"]["pacticipants"]
    assert [each["name"] for each in found] == ["orders", "web"]


def test_environments(ruby: Broker) -> None:
    contact = ("--contact-name", "Ann", "--contact-email-address", "ann@shop.example")
    told = ruby.run("create-environment", "--name", "uat", "--display-name", "UAT", "--no-production", *contact)
    assert "Created uat environment" in told
    assert "already" in ruby.run("create-environment", "--name", "uat", code=1)
    which = ("--uuid", environment(ruby, "uat"))
    assert "ann@shop.example" in ruby.run("describe-environment", *which)
    assert "Updated" in ruby.run("update-environment", *which, "--name", "uat2", "--display-name", "2", "--production")
    described = ruby.json("describe-environment", *which)
    assert (described["name"], described["displayName"], described["production"]) == ("uat2", "2", True)
    assert "uat2" in ruby.run("list-environments")
    assert "Deleted" in ruby.run("delete-environment", *which)
    ruby.run("delete-environment", *which, code=1)
    ruby.run("describe-environment", *which, code=1)


def test_deployments_and_releases(ruby: Broker) -> None:
    ruby.run("publish", ruby.pact("team/web", "orders"), "-a", "1/0", "-h", "main")
    version, where = ("-a", "team/web", "-e", "1/0"), ("--environment", "test")
    deploy = ("record-deployment", *version, *where)
    assert "Recorded deployment of team/web version 1/0 to test environment" in ruby.run(*deploy)
    assert ruby.json(*deploy, "--target", "blue")["applicationInstance"] == "blue"
    assert ruby.json(*deploy, "--application-instance", "green")["currentlyDeployed"] is True
    undeploy = ("record-undeployment", "-a", "team/web", *where)
    assert "(application instance blue)" in ruby.run(*undeploy, "--target", "blue")
    ruby.run(*undeploy, "--application-instance", "green")
    ruby.run(*undeploy)
    assert "is not currently deployed to test environment" in ruby.run(*undeploy, code=1)
    told = ruby.run("record-undeployment", "-a", "nobody", *where, code=1)
    assert "No pacticipant with name 'nobody' found" in told
    assert "Recorded release" in ruby.run("record-release", *version, *where)
    assert "Recorded support ended" in ruby.run("record-support-ended", *version, *where)
    assert "is not currently released" in ruby.run("record-support-ended", *version, *where, code=1)
    assert "version 9 not found" in ruby.run("record-deployment", "-a", "team/web", "-e", "9", *where, code=1)
    told = ruby.run("record-deployment", *version, "--environment", "nowhere", code=1)
    assert "Available options: production, test" in told


def test_can_i_deploy(ruby: Broker) -> None:
    ruby.run("publish", ruby.pact("web", "orders"), "-a", "1", "-h", "main", "-t", "dev")
    ask = ("can-i-deploy", "-a", "web")
    to = ("--to-environment", "production")
    assert "Computer says no" in ruby.run(*ask, "-e", "1", *to, code=1)
    told = ruby.run(*ask, "-e", "1", "--retry-while-unknown", "1", "--retry-interval", "0", *to, code=1)
    assert "Waiting for 1 verification result" in told
    assert "Dry run enabled" in ruby.run(*ask, "-e", "1", *to, "--dry-run")
    assert "Computer says yes" in ruby.run(*ask, "-e", "1", *to, "--ignore", "orders")
    verify(ruby)
    ruby.run("record-deployment", "-a", "orders", "-e", "7", "--environment", "production")
    ruby.run("create-version-tag", "-a", "orders", "-e", "7", "-t", "prod")
    ruby.run("create-or-update-pacticipant", "--name", "web", "--main-branch", "main")
    for version in (("-e", "1"), ("--latest",), ("--latest", "dev"), ("--branch", "main"), ("--main-branch",)):
        assert "Computer says yes" in ruby.run(*ask, *version, *to), version
    assert "Computer says yes" in ruby.run(*ask, "-e", "1", "--to", "prod", "--limit", "10")
    assert "Computer says yes" in ruby.run(*ask, "-e", "1", "-a", "orders", "-e", "7")
    answer = ruby.json(*ask, "-e", "1", "-a", "orders", "--latest", "prod")
    assert answer["summary"] == {"deployable": True, "reason": answer["summary"]["reason"]} | {
        "success": 1,
        "failed": 0,
        "unknown": 0,
    }
    assert "Pacticipant nobody not found" in ruby.run("can-i-deploy", "-a", "nobody", "-e", "1", *to, code=1)
    told = ruby.run(*ask, "-e", "1", "--to-environment", "nowhere", code=1)
    assert "Environment with name 'nowhere' does not exist" in told


def verify(ruby: Broker) -> None:
    """A success of orders 7 on branch main against web 1."""
    pact = ruby.hub.get("/pacts/provider/orders/consumer/web/version/1").json()
    link = pact["_links"]["pb:publish-verification-results"]["href"].removeprefix(ruby.hub.url)
    assert ruby.hub.post(link, {"success": True, "providerApplicationVersion": "7"}).status_code == 201
    ruby.run("create-or-update-version", "-a", "orders", "-e", "7", "--branch", "main")


def test_can_i_merge(ruby: Broker) -> None:
    ruby.run("publish", ruby.pact("web", "orders"), "-a", "1", "-h", "feat/x")
    ruby.run("create-or-update-pacticipant", "--name", "orders", "--main-branch", "main")
    ask = ("can-i-merge", "-a", "web", "-e", "1")
    assert "Computer says no" in ruby.run(*ask, code=1)
    ruby.run(*ask, "--dry-run")
    ruby.run(*ask, "--ignore", "orders")
    verify(ruby)
    assert "Computer says yes" in ruby.run(*ask, "--retry-while-unknown", "1", "--retry-interval", "0")


def test_verification_required(ruby: Broker) -> None:
    ruby.run("publish", ruby.pact("web", "orders"), "-a", "1", "-h", "main")
    ruby.run("create-or-update-version", "-a", "orders", "-e", "7", "--branch", "main")
    ask = ("verification-required", "-a", "web", "-e", "1", "-a", "orders", "-e", "7")
    hidden = "verification_required"
    told = ruby.run(*ask, features=hidden)
    assert "Verification is required." in told
    assert "Error" not in told
    verify(ruby)
    assert "No verification is required." in ruby.run(*ask, code=1, features=hidden)


def test_pacticipants(ruby: Broker) -> None:
    create = ("create-or-update-pacticipant", "--name", "team a/orders", "--display-name", "Orders")
    assert '"team a/orders" created' in ruby.run(*create)
    more = ("--main-branch", "main", "--repository-url", "https://git.example/orders")
    assert '"team a/orders" updated' in ruby.run(*create, *more)
    described = ruby.run("describe-pacticipant", "--name", "team a/orders")
    assert "Main Branch: main" in described
    assert "Repository Url: https://git.example/orders" in described
    assert ruby.json("describe-pacticipant", "--name", "team a/orders")["displayName"] == "Orders"
    ruby.run("describe-pacticipant", "--name", "nobody", code=1)


def test_versions_tags_and_branches(ruby: Broker) -> None:
    version = ("-a", "team/web", "-e", "1/0")
    assert "with branch feat/x and tag(s) a/b" in ruby.run(
        "create-or-update-version", *version, "--branch", "feat/x", "-t", "a/b"
    )
    assert ruby.json("create-or-update-version", "-a", "team/web", "-e", "2", "-t", "c")["number"] == "2"
    ruby.run("create-or-update-version", "-a", "team/web", "-e", "3")
    told = ruby.run("describe-version", *version)
    assert "1/0    | a/b" in told
    assert ruby.json("describe-version", "-a", "team/web", "--latest")["number"] == "3"
    assert ruby.json("describe-version", "-a", "team/web", "--latest", "c")["number"] == "2"
    assert "not found" in ruby.run("describe-version", "-a", "team/web", "-e", "9", code=1)
    assert "does not exist" in ruby.run("create-version-tag", "-a", "team/web", "-e", "9", "-t", "x", code=1)
    ruby.run("create-version-tag", "-a", "team/web", "-e", "9", "-t", "x", "-t", "y/z", "--auto-create-version")
    assert sorted(tag["name"] for tag in ruby.version("team/web", "9")["_embedded"]["tags"]) == ["x", "y/z"]
    delete = ("delete-branch", "-a", "team/web", "--branch", "feat/x")
    assert "Successfully deleted branch feat/x" in ruby.run(*delete)
    assert "was not found" in ruby.run(*delete, code=1)
    ruby.run(*delete, "--no-error-when-not-found")


def test_what_needs_no_hub(ruby: Broker) -> None:
    def alone(command: str) -> str:
        ran = subprocess.run([*ruby.program, command], capture_output=True, text=True, timeout=60, check=True)
        return ran.stdout.strip()

    assert UUID(alone("generate-uuid")).version == 4
    assert alone("version").startswith("1.")
