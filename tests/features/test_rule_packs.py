"""Rule packs over HTTP: said for the workspace and for a provider, told together, and refused with every fault."""

from fastapi.testclient import TestClient

ALL = "/api/v1/rule-packs"
WAIVER = {"rule": "errors.*", "operation": "GET /", "owner": "ada", "reason": "later", "until": "2030-01-31"}


def known(api: TestClient, name: str) -> None:
    assert api.post("/pacticipants", json={"name": name}).status_code == 201


def test_what_is_said_of_a_provider_and_of_the_workspace_is_told_together(api: TestClient) -> None:
    known(api, "shop")
    assert api.get(ALL).json()["settings"] is None
    assert api.put(ALL, json={"packs": ["default"]}).status_code == 201
    assert api.put(f"{ALL}/shop", json={"packs": ["health"], "health": {"path": "/up"}}).status_code == 201
    assert api.put(f"{ALL}/shop", json={"packs": ["all"], "waivers": [WAIVER]}).status_code == 200
    told = api.get(f"{ALL}/shop").json()
    assert told["settings"] == {"packs": ["all"], "waivers": [WAIVER]}
    assert told["workspace"] == {"packs": ["default"]}
    whole = api.get(ALL).json()
    assert [each["name"] for each in whole["providers"]] == ["shop"]
    assert whole["settings"] == {"packs": ["default"]}


def test_what_is_taken_back_is_said_by_nobody(api: TestClient) -> None:
    known(api, "shop")
    for each in (ALL, f"{ALL}/shop"):
        assert api.put(each, json={"packs": ["default"]}).status_code == 201
        assert api.delete(each).status_code == 204
        assert api.delete(each).status_code == 404
    assert api.get(f"{ALL}/shop").json()["settings"] is None


def test_they_go_with_the_provider(api: TestClient) -> None:
    known(api, "shop")
    api.put(f"{ALL}/shop", json={"packs": ["default"]})
    assert api.delete("/pacticipants/shop").status_code == 204
    assert api.get(ALL).json()["providers"] == []
    assert api.get(f"{ALL}/shop").status_code == 404


def test_what_can_not_be_kept_is_refused_and_nothing_is_kept(api: TestClient) -> None:
    refused = api.put(ALL, json={"packs": ["eror"], "unsafe-methods": True})
    assert refused.status_code == 400
    assert "must be of default, all, errors" in refused.text
    assert "say it in contracthub.toml" in refused.text
    assert api.get(ALL).json()["settings"] is None


def test_an_unknown_provider_is_none(api: TestClient) -> None:
    for answer in (api.get(f"{ALL}/x"), api.put(f"{ALL}/x", json={"packs": ["all"]}), api.delete(f"{ALL}/x")):
        assert answer.status_code == 404
