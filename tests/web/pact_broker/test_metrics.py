"""Metrics over HTTP (pact-broker-api §16)."""

import json

from starlette.testclient import TestClient

from tests.features.given import Given
from tests.web.pact_broker.published import JSON, pact_path

MESSAGES = {"messages": [{"description": "m", "contents": {}}], "metadata": {"pactSpecification": {"version": "3.0.0"}}}
MIXED = {
    "interactions": [
        {"description": "a", "type": "Synchronous/HTTP", "request": {"method": "GET", "path": "/"}},
        {"description": "b", "type": "Asynchronous/Messages"},
    ],
    "metadata": {"pactSpecification": {"version": "4.0"}},
}


def test_an_empty_hub_counts_nothing(api: TestClient) -> None:
    body = api.get("/metrics").json()
    assert body["pacticipants"] == {"count": 0, "withMainBranchSetCount": 0}
    assert body["pactPublications"] == {"count": 0, "first": None, "last": None}
    assert body["matrix"] == {"count": -1}
    assert body["environments"] == {"count": 2}


def test_everything_is_counted(api: TestClient) -> None:
    given = Given(api)
    given.published("Foo", "1", {"Bar": 1}, branch="main", tags=("a", "b"))
    given.published("Foo", "2", {"Bar": 1}, branch="main", tags=("a",))
    given.verified("Foo", "1", "Bar", "7")
    given.verified("Foo", "1", "Bar", "7", success=False)
    given.deployed("Foo", "1", given.environment_uuid("test"))
    given.deployed("Foo", "2", given.environment_uuid("test"))
    given.released("Bar", "7", given.environment_uuid("test"))
    body = api.get("/metrics").json()
    assert body["pacticipants"] == {"count": 2, "withMainBranchSetCount": 1}
    assert body["integrations"] == {"count": 1}
    assert body["pactPublications"]["count"] == 2
    assert body["pactPublications"]["first"] <= body["pactPublications"]["last"]
    assert body["pactVersions"] == {"count": 1}
    assert body["pactRevisionsPerConsumerVersion"] == {"distribution": {"1": 2}}
    results = body["verificationResults"]
    counts = [results[name] for name in ("count", "successCount", "failureCount", "distinctCount")]
    assert counts == [2, 1, 1, 1]
    assert body["verificationResultsPerPactVersion"] == {"distribution": {"2": 1}}
    versions = body["pacticipantVersions"]
    assert (versions["count"], versions["withBranchCount"]) == (3, 2)
    assert body["tags"] == {"count": 3, "distinctCount": 2, "distinctWithPacticipantCount": 2}
    deployed = {"count": 2, "userCreatedCount": 2, "currentlyDeployedCount": 1}
    assert body["deployedVersions"] == deployed
    assert body["releasedVersions"] == {"count": 1, "currentlySupportedCount": 1}


def test_interactions_and_messages_of_the_newest_pacts(api: TestClient) -> None:
    for number, provider, content in (("1", "Bar", MESSAGES), ("2", "Bar", MIXED), ("1", "Baz", MESSAGES)):
        assert api.put(pact_path(number, provider=provider), content=json.dumps(content), headers=JSON).is_success
    counts = {"latestInteractionsCount": 1, "latestMessagesCount": 2, "latestInteractionsAndMessagesCount": 3}
    assert api.get("/metrics").json()["interactions"] == counts
