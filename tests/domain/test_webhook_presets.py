"""Ready-made webhooks: the requests that the services' own interfaces ask for."""

import pytest

from contracthub.domain.errors import Invalid
from contracthub.domain.webhook_hosts import read_url
from contracthub.domain.webhook_presets import PRESETS, expand, redacted_settings
from contracthub.domain.webhook_secrets import STARS, redacted, secret_values
from contracthub.domain.webhook_templates import fill, status_parameters

PARAMETERS = {
    "consumerName": "Foo",
    "providerName": "Bar",
    "consumerVersionNumber": "a1b2c3",
    "providerVersionNumber": "d4e5f6",
    "consumerVersionBranch": "feat/x",
    "pactUrl": "https://hub.example/pacts/1",
    "eventName": "contract_published",
    **status_parameters(success=False),
}
GOOD = {
    "github-commit-status": {"repository": "acme/foo", "token": "ghp_secret"},
    "gitlab-commit-status": {"project": "acme/team/foo", "token": "glpat-secret"},
    "slack": {"url": "https://hooks.slack.com/services/T0/B0/slack-secret"},
    "teams": {"url": "https://x.westeurope.logic.azure.com/workflows/1/triggers?sig=teams-secret"},
    "github-actions": {"repository": "acme/bar", "token": "ghp_secret"},
    "gitlab-pipeline": {"project": "42", "token": "glptt-secret"},
}


def test_a_status_goes_to_the_commit_at_github() -> None:
    request, events = expand("github-commit-status", GOOD["github-commit-status"])
    request = fill(request, PARAMETERS)
    assert request.url == "https://api.github.com/repos/acme/foo/statuses/a1b2c3"
    assert request.body == {
        "state": "failure",
        "context": "contracthub/Foo/Bar",
        "description": "Contract verification",
        "target_url": "https://hub.example/pacts/1",
    }
    assert dict(request.headers)["Authorization"] == "Bearer ghp_secret"
    assert events == ("contract_published", "provider_verification_published")


def test_a_status_goes_to_the_providers_commit_at_a_gitlab_of_ones_own() -> None:
    settings = {**GOOD["gitlab-commit-status"], "apiUrl": "https://git.acme.example/api/v4/", "commit": "provider"}
    request = fill(expand("gitlab-commit-status", settings)[0], PARAMETERS)
    assert request.url == "https://git.acme.example/api/v4/projects/acme%2Fteam%2Ffoo/statuses/d4e5f6"
    assert isinstance(request.body, dict)
    assert (request.body["state"], request.body["name"]) == ("failed", "contracthub/Foo/Bar")
    assert dict(request.headers)["PRIVATE-TOKEN"] == "glpat-secret"


def test_the_providers_build_is_started_at_github() -> None:
    request = fill(expand("github-actions", GOOD["github-actions"])[0], PARAMETERS)
    assert request.url == "https://api.github.com/repos/acme/bar/dispatches"
    assert isinstance(request.body, dict)
    assert request.body["event_type"] == "contract_published"
    payload = request.body["client_payload"]
    assert isinstance(payload, dict)
    assert payload["pact_url"] == "https://hub.example/pacts/1"
    assert len(payload) <= 10
    request = fill(expand("github-actions", {**GOOD["github-actions"], "workflow": "verify.yml"})[0], PARAMETERS)
    assert request.url == "https://api.github.com/repos/acme/bar/actions/workflows/verify.yml/dispatches"
    assert request.body == {"ref": "main", "inputs": payload}


def test_the_providers_pipeline_is_started_at_gitlab() -> None:
    request, events = expand("gitlab-pipeline", GOOD["gitlab-pipeline"])
    request = fill(request, PARAMETERS)
    assert request.url == "https://gitlab.com/api/v4/projects/42/trigger/pipeline"
    assert isinstance(request.body, dict)
    assert (request.body["token"], request.body["ref"]) == ("glptt-secret", "main")
    assert events == ("contract_requiring_verification_published",)


def test_slack_and_teams_show_names_as_they_are() -> None:
    hostile = {**PARAMETERS, "consumerName": "<!channel> [x](https://evil.example)"}
    slack = fill(expand("slack", GOOD["slack"])[0], hostile).body
    assert isinstance(slack, dict)
    assert "channel" not in str(slack["text"])
    assert isinstance(slack["blocks"], list)
    section, link = slack["blocks"]
    assert isinstance(section, dict)
    assert isinstance(section["text"], dict)
    assert section["text"]["type"] == "plain_text"
    assert "<!channel>" in str(section["text"]["text"])
    assert "channel" not in str(link)
    teams = fill(expand("teams", GOOD["teams"])[0], hostile).body
    assert isinstance(teams, dict)
    assert isinstance(teams["attachments"], list)
    [attachment] = teams["attachments"]
    assert isinstance(attachment, dict)
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert "TextBlock" not in str(attachment["content"]).replace("RichTextBlock", "")


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_can_be_sent_and_hides_its_secret(name: str) -> None:
    request, events = expand(name, GOOD[name])
    assert events
    read_url(fill(request, PARAMETERS).url)
    everything = redacted(f"{request.url} {dict(request.headers)} {request.body}", secret_values(request))
    assert "secret" not in everything
    assert "secret" not in str(redacted_settings(name, GOOD[name], STARS))
    assert "secret" not in str(redacted_settings("gone", GOOD[name], STARS))


@pytest.mark.parametrize("name", PRESETS)
def test_every_missing_setting_is_named(name: str) -> None:
    with pytest.raises(Invalid) as caught:
        expand(name, {})
    assert {fault.field for fault in caught.value.faults} == {f"settings.{each}" for each in GOOD[name]}


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("github-commit-status", {"repository": "acme/../x"}),
        ("github-commit-status", {"repository": "acme/foo?x"}),
        ("github-commit-status", {"repository": "acme/.."}),
        ("gitlab-commit-status", {"project": "../foo"}),
        ("github-commit-status", {"token": "a\r\nX-Evil: 1"}),
        ("github-commit-status", {"commit": "both"}),
        ("github-commit-status", {"context": "a\nb"}),
        ("github-commit-status", {"apiUrl": "ftp://x"}),
        ("github-commit-status", {"token": 5}),
        ("github-commit-status", {"token": " "}),
        ("github-commit-status", {"token": "x" * 2000}),
        ("github-commit-status", {"colour": "red"}),
        ("gitlab-commit-status", {"project": "foo?x=y"}),
        ("github-actions", {"workflow": "../../x"}),
        ("github-actions", {"eventType": "x" * 101}),
        ("slack", {"url": "hooks.slack.com"}),
    ],
)
def test_settings_that_would_break_the_request_are_refused(name: str, settings: dict[str, object]) -> None:
    with pytest.raises(Invalid) as caught:
        expand(name, {**GOOD[name], **settings})
    assert [fault.field for fault in caught.value.faults] == [f"settings.{next(iter(settings))}"]


def test_a_preset_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(Invalid, match="github-actions"):
        expand("jira", {})
