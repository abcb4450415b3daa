"""Where users of other brokers despair: each case has a verdict and a remedy, and the remedy works when carried out."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import LiveHub
from tests.features.scenes import Scene, serving, without_settings


@pytest.fixture
def scene(
    live_hub: LiveHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Scene]:
    without_settings(monkeypatch, live_hub, tmp_path)
    with serving() as provider:
        yield Scene(live_hub, provider, tmp_path, capsys)


def test_a_version_that_was_never_published(scene: Scene) -> None:
    scene.publish("Foo", "1", "Bar", branch="main")
    scene.result("Foo", "1", "Bar", "1")
    scene.deploy("Bar", "1")
    answer = scene.ask("Foo", "2")
    assert not answer.is_yes
    assert answer.kinds == ["NOT_PUBLISHED"]
    assert answer.blocking["fact"] == "No pacts or verifications have been published for version 2 of Foo."
    assert answer.remedy == {
        "text": "Publish the pacts of Foo 2, or check the version number.",
        "command": "contracthub publish pacts --consumer-app-version 2",
    }
    scene.write_pact("Foo", "Bar")
    assert scene.carry_out(answer) == 0
    # The content is what Bar 1 has met already: nothing has to be verified again.
    assert (scene.ask("Foo", "2").is_yes, scene.ask("Foo", "2").kinds) == (True, ["VERIFIED"])


def test_a_provider_version_that_was_never_published(scene: Scene) -> None:
    scene.publish("Foo", "1", "Bar", branch="main")
    scene.deploy("Foo", "1")
    answer = scene.ask("Bar", "9")
    assert answer.kinds == ["NOT_PUBLISHED"]
    assert answer.remedy["text"] == "Verify Bar 9, and publish the result, or check what was asked for."
    assert scene.carry_out(answer) == 0
    assert scene.ask("Bar", "9").is_yes


def test_a_deployed_version_that_carries_no_contract(scene: Scene) -> None:
    scene.publish("Foo", "1", "Bar", branch="main")
    scene.result("Foo", "1", "Bar", "1")
    scene.make("Bar", "7")
    scene.deploy("Bar", "7")
    answer = scene.ask("Foo", "1")
    assert answer.kinds == ["NEVER_VERIFIED"]
    assert answer.blocking["fact"] == (
        "No verification of the pact of Foo 1 by Bar 7 has been published. Bar 1 met it."
    )
    assert answer.remedy["text"] == "Verify it and publish the result."
    assert "--provider-version 7" in answer.remedy["command"]
    assert scene.carry_out(answer) == 0
    assert scene.ask("Foo", "1").is_yes


def test_an_unchanged_service_redeployed_inherits_its_evidence(scene: Scene) -> None:
    scene.publish("Foo", "1", "Bar", branch="main")
    scene.result("Foo", "1", "Bar", "1")
    scene.deploy("Bar", "1")
    scene.publish("Foo", "2", "Bar", branch="main")
    first, second = scene.ask("Foo", "1"), scene.ask("Foo", "2")
    assert second.is_yes
    (before,), (after,) = first.document["pairs"], second.document["pairs"]
    assert after["evidence"] == before["evidence"]
    code, text = scene.text("can-i-deploy", "-a", "Foo", "-e", "2", "--to-environment", "production", "--explain")
    assert code == 0
    assert "Foo 2 → Bar 1: VERIFIED" in text
    assert "by Bar 1, on no branch." in text
    assert after["evidence"]["_links"]["self"]["href"] in text
    assert scene.hub.get(after["evidence"]["_links"]["self"]["href"].removeprefix(scene.hub.url)).status_code == 200


def test_a_provider_that_never_publishes_results(scene: Scene) -> None:
    scene.publish("Foo", "1", "Bar", branch="main")
    answer = scene.ask("Foo", "1")
    assert answer.kinds == ["UNANSWERABLE"]
    assert answer.blocking["fact"] == (
        "Foo 1 needs Bar. No version of Bar is currently recorded as deployed or released in environment production. "
        "Bar has never published a result for Foo."
    )
    assert answer.remedy["text"] == "Verify a version of Bar, deploy it to production, and record it."
    assert scene.carry_out(answer, VERSION="1") == 0
    assert scene.ask("Foo", "1").is_yes


def test_a_missing_provider_state_in_one_of_six_pairs(scene: Scene) -> None:
    providers = [f"P{number}" for number in range(1, 7)]
    scene.publish("Foo", "1", *providers, branch="main")
    for provider in providers:
        if provider != "P4":
            scene.result("Foo", "1", provider, "1")
            scene.deploy(provider, "1")
    scene.provider.states.clear()
    url = scene.provider.url
    scene.shell(
        f"contracthub verify provider P4 --provider-version 1 --provider-base-url {url} --state-url {url} --publish"
    )
    scene.deploy("P4", "1")
    answer = scene.ask("Foo", "1")
    assert answer.kinds == ["VERIFIED"] * 3 + ["MISSING_STATE"] + ["VERIFIED"] * 2
    assert answer.blocking["provider"]["name"] == "P4"
    assert answer.blocking["fact"].endswith("“request 1” needs “a thing exists”.")
    assert answer.remedy["text"] == (
        "Add a handler for the provider state “a thing exists” to the verification of P4, then verify P4 1 again."
    )
    scene.provider.states.add("a thing exists")
    assert scene.carry_out(answer) == 0
    assert scene.ask("Foo", "1").kinds == ["VERIFIED"] * 6


def test_results_published_without_a_branch(scene: Scene) -> None:
    scene.publish("Foo", "1", "Bar", branch="main")
    scene.result("Foo", "1", "Bar", "5")
    question = "q[][pacticipant]=Foo&q[][version]=1&mainBranch=true&latest=true&latestby=cvp"
    decision = scene.hub.get(f"/matrix?{question}").json()["decision"]
    (verdict,) = decision["verdicts"]
    assert (decision["deployable"], verdict["verdict"]) == (None, "UNANSWERABLE")
    assert verdict["fact"] == (
        "Foo 1 needs Bar. No version of Bar from the main branch exists. Bar 5 met it, but is on no branch."
    )
    assert verdict["remedy"]["text"] == "Put Bar 5 on branch main, and verify with --provider-branch from now on."
    assert scene.shell(verdict["remedy"]["command"]) == 0
    assert scene.hub.get(f"/matrix?{question}").json()["decision"]["deployable"] is True


def test_a_counterpart_in_several_instances_with_different_versions(scene: Scene) -> None:
    scene.publish("Foo", "1", "Bar", branch="main")
    scene.result("Foo", "1", "Bar", "1")
    scene.deploy("Bar", "1", "blue")
    scene.make("Bar", "2")
    scene.deploy("Bar", "2", "green")
    answer = scene.ask("Foo", "1")
    assert not answer.is_yes
    assert sorted(answer.kinds) == ["NEVER_VERIFIED", "VERIFIED"]
    assert answer.blocking["provider"] == {"name": "Bar", "version": "2"}
    assert scene.carry_out(answer) == 0
    assert (scene.ask("Foo", "1").is_yes, scene.ask("Foo", "1").kinds) == (True, ["VERIFIED", "VERIFIED"])


def test_a_deleted_branch_that_is_asked_for(scene: Scene) -> None:
    scene.publish("Foo", "1", "Bar", branch="feat/x")
    scene.result("Foo", "1", "Bar", "1")
    scene.deploy("Bar", "1")
    assert scene.ask("-a", "Foo", "--branch", "feat/x").is_yes
    scene.delete_branch("Foo", "feat/x")
    answer = scene.ask("-a", "Foo", "--branch", "feat/x")
    assert answer.kinds == ["NOT_PUBLISHED"]
    assert answer.blocking["fact"] == "No version of Foo from branch feat/x exists."
    assert answer.remedy["text"] == "Publish the pacts of Foo on branch feat/x, or check the branch."
    scene.write_pact("Foo", "Bar")
    assert scene.carry_out(answer, VERSION="2") == 0
    assert scene.ask("-a", "Foo", "--branch", "feat/x").is_yes


def test_a_deployed_version_whose_branch_is_deleted_keeps_its_evidence(scene: Scene) -> None:
    scene.publish("Foo", "1", "Bar", branch="feat/x")
    scene.deploy("Foo", "1")
    scene.delete_branch("Foo", "feat/x")
    scene.make("Bar", "1")
    assert scene.hub.get("/pacticipants/Foo/versions/1").json()["_embedded"]["branchVersions"] == []
    answer = scene.ask("Bar", "1")
    # It is still reached: what is deployed is among the usual selectors.
    assert scene.carry_out(answer) == 0
    assert scene.ask("Bar", "1").is_yes


def test_an_old_version_that_no_selector_finds_since_its_branch_was_deleted(scene: Scene) -> None:
    scene.publish("Foo", "1", "Bar", content=1, branch="feat/x")
    scene.publish("Foo", "2", "Bar", content=2, branch="main")
    scene.make("Bar", "1")
    scene.deploy("Bar", "1")
    scene.delete_branch("Foo", "feat/x")
    answer = scene.ask("Foo", "1")
    assert answer.kinds == ["NEVER_VERIFIED"]
    assert scene.carry_out(answer) == 0
    assert scene.ask("Foo", "1").is_yes


def test_a_transitively_needed_provider(scene: Scene) -> None:
    """Foo 2 needs Bar 2, which needs Baz 2; production has all of them at 1."""
    for number in ("1", "2"):
        scene.publish("Foo", number, "Bar", content=int(number), branch="main")
        scene.publish("Bar", number, "Baz", content=int(number), branch="main")
        scene.result("Foo", number, "Bar", number)
        scene.result("Bar", number, "Baz", number)
    scene.result("Foo", "2", "Bar", "1", success=False)
    scene.result("Bar", "2", "Baz", "1", success=False)
    scene.result("Foo", "1", "Bar", "2")
    scene.result("Bar", "1", "Baz", "2")
    for name in ("Baz", "Bar", "Foo"):
        scene.deploy(name, "1")
    answer = scene.ask("Foo", "2")
    assert answer.blocking["verdict"] == "FAILED"
    assert answer.remedy["text"] == "Deploy Bar 2 to production first, and record it."
    # What clears the way for Foo would break Bar, so the remedy stops, and the one of Bar has to come before.
    assert scene.carry_out(answer) == 1
    deeper = scene.ask("Bar", "2")
    assert deeper.remedy["text"] == "Deploy Baz 2 to production first, and record it."
    assert scene.carry_out(deeper) == 0
    assert scene.carry_out(answer) == 0
    assert scene.ask("Foo", "2").is_yes


def test_a_plan_for_what_is_needed_transitively(scene: Scene) -> None:
    scene.publish("Foo", "2", "Bar", branch="main")
    scene.publish("Bar", "2", "Baz", branch="main")
    scene.result("Foo", "2", "Bar", "2")
    words = ("plan", "--to-environment", "production", "-a", "Foo", "-e", "2", "-a", "Bar", "-e", "2", "-a", "Baz")
    scene.result("Bar", "2", "Baz", "1")
    code, document = scene.json(*words, "-e", "1")
    assert code == 0
    order = [[one["pacticipant"] for one in step["versions"]] for step in document["steps"]]
    assert order == [["Baz"], ["Bar"], ["Foo"]]
    scene.deploy("Baz", "1")
    scene.result("Bar", "2", "Baz", "3", success=False)
    code, document = scene.json(*words, "-e", "3")
    assert (code, document["steps"], document["possible"]) == (1, [], False)
    (place,) = document["decision"]["blocking"]
    verdict = document["decision"]["verdicts"][place]
    assert (verdict["consumer"]["name"], verdict["verdict"]) == ("Bar", "FAILED")
    code, text = scene.text(*words, "-e", "3")
    assert code == 1
    assert text.startswith("There is no safe order in which these can be deployed to production.")
    code, text = scene.text(*words, "-e", "1")
    assert (code, text.splitlines()[0]) == (0, "A safe order of deployments to production:")
    steps = [line.strip().removeprefix("$ ") for line in text.splitlines() if line.strip().startswith("$ ")]
    for line in steps:
        name, number = line.split()[3], line.split()[5]
        assert scene.ask(name, number).is_yes
        assert scene.shell(line) == 0
    assert scene.ask("Foo", "2").is_yes
