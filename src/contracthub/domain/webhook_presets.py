"""Ready-made webhooks: from a few settings to the request that a service wants, so that nobody writes it by hand.

What is sent follows the services' own interfaces: GitHub's REST API (commit statuses, repository and workflow
dispatches), GitLab's REST API v4 (commit statuses, pipeline triggers), Slack's incoming webhooks, and the adaptive
cards of the workflows that took the place of Teams' connectors.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from contracthub.domain.errors import Fault, Invalid
from contracthub.domain.webhook_hosts import UnusableUrl, read_url
from contracthub.domain.webhook_request import JsonValue, WebhookRequest

Settings = Mapping[str, str]

_PUBLISHED = ("contract_published", "provider_verification_published")
_REQUIRING = ("contract_requiring_verification_published",)
_NEWS = ("contract_content_changed", "provider_verification_published")
_MOST = 1024
# The versions of which commits are looked for: their numbers have to be the shas.
_COMMITS = {
    "consumer": "${pactbroker.consumerVersionNumber}",
    "provider": "${pactbroker.providerVersionNumber}",
}
# What a build needs to verify the one contract that it was started for.
_FACTS: Mapping[str, str] = {
    "PACT_URL": "${pactbroker.pactUrl}",
    "CONSUMER_NAME": "${pactbroker.consumerName}",
    "CONSUMER_VERSION_NUMBER": "${pactbroker.consumerVersionNumber}",
    "CONSUMER_VERSION_BRANCH": "${pactbroker.consumerVersionBranch}",
    "PROVIDER_NAME": "${pactbroker.providerName}",
    "PROVIDER_VERSION_NUMBER": "${pactbroker.providerVersionNumber}",
    "PROVIDER_VERSION_BRANCH": "${pactbroker.providerVersionBranch}",
}


def _no_token(value: str) -> str | None:
    return None if re.fullmatch(r"[\x21-\x7e]+", value) else "must be one word of ASCII characters"


def _has_no_dots(path: str) -> bool:
    """Whether no segment leads elsewhere."""
    return not {".", ".."} & set(path.split("/"))


def _no_repository(value: str) -> str | None:
    right = re.fullmatch(r"[A-Za-z0-9._-]+/[A-Za-z0-9._-]+", value) and _has_no_dots(value)
    return None if right else "must be OWNER/NAME"


def _no_project(value: str) -> str | None:
    right = re.fullmatch(r"\d+|[\w.-]+(/[\w.-]+)+", value) and _has_no_dots(value)
    return None if right else "must be the number of a project, or its whole path such as group/project"


def _no_url(value: str) -> str | None:
    try:
        read_url(value)
    except UnusableUrl as error:
        return f"is no address that can be called: {error}"
    return None


def _no_commit(value: str) -> str | None:
    return None if value in _COMMITS else f"must be one of: {', '.join(_COMMITS)}"


def _no_line(value: str) -> str | None:
    return None if value.isprintable() else "must be one line of text"


def _no_event_type(value: str) -> str | None:
    return None if len(value) <= 100 else "cannot be longer than 100 characters"


def _no_workflow(value: str) -> str | None:
    right = re.fullmatch(r"\d+|[\w.-]+\.ya?ml", value)
    return None if right else "must be the file name of a workflow, such as verify.yml, or its number"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of a ready-made webhook. ``wrong`` says what is wrong with a value, or ``None``."""

    name: str
    meaning: str
    wrong: Callable[[str], str | None] = _no_line
    default: str | None = None
    required: bool = False
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Preset:
    """A ready-made webhook; ``expand`` is given settings without fault, defaults included."""

    name: str
    meaning: str
    events: tuple[str, ...]
    expand: Callable[[Settings], WebhookRequest]
    settings: tuple[Setting, ...] = field(default=())


def expand(name: str, settings: Mapping[str, object]) -> tuple[WebhookRequest, tuple[str, ...]]:
    """The request of a ready-made webhook, and the events that it is for unless others are named.

    Raises :class:`Invalid` with every fault of the settings.
    """
    if name not in PRESETS:
        raise Invalid.of(Fault("preset", f"must be one of: {', '.join(PRESETS)}"))
    preset = PRESETS[name]
    if faults := _faults(preset, settings):
        raise Invalid.of(*faults)
    defaults = {each.name: each.default for each in preset.settings if each.default is not None}
    given = {key: value for key, value in settings.items() if isinstance(value, str)}
    return preset.expand({**defaults, **given}), preset.events


def redacted_settings(name: str, settings: Mapping[str, str], stars: str) -> dict[str, str]:
    """Settings as they may be shown. The settings of a preset that is not known any more are all hidden."""
    open_names = {each.name for each in PRESETS[name].settings if not each.secret} if name in PRESETS else set()
    return {key: value if key in open_names else stars for key, value in settings.items()}


def _faults(preset: Preset, settings: Mapping[str, object]) -> list[Fault]:
    known = {each.name: each for each in preset.settings}
    faults = [
        Fault(f"settings.{key[:_MOST]}", f"is no setting of {preset.name}; it has: {', '.join(known)}")
        for key in settings
        if key not in known
    ]
    for each in preset.settings:
        text = _fault_of(each, settings.get(each.name))
        if text is not None:
            faults.append(Fault(f"settings.{each.name}", text))
    return faults


def _fault_of(setting: Setting, value: object) -> str | None:
    if value is None:
        return "is missing" if setting.required else None
    if not isinstance(value, str):
        return "must be a string"
    if not value.strip():
        return "cannot be blank"
    if len(value) > _MOST:
        return f"cannot be longer than {_MOST} characters"
    return _no_line(value) or setting.wrong(value)


def _post(url: str, body: JsonValue, *headers: tuple[str, str]) -> WebhookRequest:
    return WebhookRequest("POST", url, (("Content-Type", "application/json"), *headers), body, None, None)


def _github(settings: Settings, path: str, body: JsonValue) -> WebhookRequest:
    return _post(
        f"{settings['apiUrl'].rstrip('/')}/repos/{settings['repository']}/{path}",
        body,
        ("Accept", "application/vnd.github+json"),
        ("Authorization", f"Bearer {settings['token']}"),
        ("X-GitHub-Api-Version", "2022-11-28"),
    )


def _gitlab(settings: Settings, path: str, body: JsonValue, *headers: tuple[str, str]) -> WebhookRequest:
    project = quote(settings["project"], safe="")
    return _post(f"{settings['apiUrl'].rstrip('/')}/projects/{project}/{path}", body, *headers)


def _github_commit_status(settings: Settings) -> WebhookRequest:
    body: JsonValue = {
        "state": "${pactbroker.githubVerificationStatus}",
        "context": settings["context"],
        "description": settings["description"],
        "target_url": "${pactbroker.pactUrl}",
    }
    return _github(settings, f"statuses/{_COMMITS[settings['commit']]}", body)


def _gitlab_commit_status(settings: Settings) -> WebhookRequest:
    body: JsonValue = {
        "state": "${pactbroker.gitlabVerificationStatus}",
        "name": settings["context"],
        "description": settings["description"],
        "target_url": "${pactbroker.pactUrl}",
    }
    path = f"statuses/{_COMMITS[settings['commit']]}"
    return _gitlab(settings, path, body, ("PRIVATE-TOKEN", settings["token"]))


def _github_actions(settings: Settings) -> WebhookRequest:
    facts: JsonValue = {name.lower(): value for name, value in _FACTS.items()}
    if workflow := settings.get("workflow"):
        return _github(settings, f"actions/workflows/{workflow}/dispatches", {"ref": settings["ref"], "inputs": facts})
    return _github(settings, "dispatches", {"event_type": settings["eventType"], "client_payload": facts})


def _gitlab_pipeline(settings: Settings) -> WebhookRequest:
    variables: JsonValue = dict(_FACTS)
    body: JsonValue = {"token": settings["token"], "ref": settings["ref"], "variables": variables}
    return _gitlab(settings, "trigger/pipeline", body)


_SENTENCE = (
    "${pactbroker.eventName}: ${pactbroker.consumerName} ${pactbroker.consumerVersionNumber} and "
    "${pactbroker.providerName} ${pactbroker.providerVersionNumber}, verification: "
    "${pactbroker.githubVerificationStatus}"
)


def _slack(settings: Settings) -> WebhookRequest:
    # Names stand in plain text only: in Slack's markup a pacticipant could be called <!channel>.
    sentence: JsonValue = {"type": "section", "text": {"type": "plain_text", "text": settings["text"]}}
    link: JsonValue = {
        "type": "context",
        "elements": [{"type": "mrkdwn", "text": "<${pactbroker.pactUrl}|Show the contract>"}],
    }
    return _post(settings["url"], {"text": "ContractHub: ${pactbroker.eventName}", "blocks": [sentence, link]})


def _teams(settings: Settings) -> WebhookRequest:
    # A text block would read names as Markdown; a text run takes them as they are.
    runs: JsonValue = [{"type": "TextRun", "text": settings["text"]}]
    card: JsonValue = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [{"type": "RichTextBlock", "inlines": runs}],
        "actions": [{"type": "Action.OpenUrl", "title": "Show the contract", "url": "${pactbroker.pactUrl}"}],
    }
    attachment: JsonValue = {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": None,
        "content": card,
    }
    return _post(settings["url"], {"type": "message", "attachments": [attachment]})


_REPOSITORY = Setting("repository", "the repository, OWNER/NAME", _no_repository, required=True)
_PROJECT = Setting("project", "the project's number or path, group/project", _no_project, required=True)
_TOKEN = Setting("token", "an access token", _no_token, required=True, secret=True)
_GITHUB_API = Setting("apiUrl", "where the API is", _no_url, "https://api.github.com")
_GITLAB_API = Setting("apiUrl", "where the API is", _no_url, "https://gitlab.com/api/v4")
_COMMIT = Setting("commit", "whose version number is the sha: consumer or provider", _no_commit, "consumer")
_CONTEXT = Setting(
    "context",
    "what the status is called",
    _no_line,
    "contracthub/${pactbroker.consumerName}/${pactbroker.providerName}",
)
_DESCRIPTION = Setting("description", "what the status says", _no_line, "Contract verification")
_REF = Setting("ref", "the branch or tag to build", _no_line, "main")
_URL = Setting("url", "the address that the service gave", _no_url, required=True, secret=True)
_TEXT = Setting("text", "what is said", _no_line, _SENTENCE)
_WORKFLOW = Setting("workflow", "a workflow to dispatch; without it the repository is", _no_workflow)
_EVENT_TYPE = Setting("eventType", "the type of a repository dispatch", _no_event_type, "${pactbroker.eventName}")

PRESETS: Mapping[str, Preset] = {
    preset.name: preset
    for preset in (
        Preset(
            "github-commit-status",
            "a status on the commit at GitHub",
            _PUBLISHED,
            _github_commit_status,
            (_REPOSITORY, _TOKEN, _COMMIT, _CONTEXT, _DESCRIPTION, _GITHUB_API),
        ),
        Preset(
            "gitlab-commit-status",
            "a status on the commit at GitLab",
            _PUBLISHED,
            _gitlab_commit_status,
            (_PROJECT, _TOKEN, _COMMIT, _CONTEXT, _DESCRIPTION, _GITLAB_API),
        ),
        Preset("slack", "a message in a Slack channel", _NEWS, _slack, (_URL, _TEXT)),
        Preset("teams", "a card in a Teams channel", _NEWS, _teams, (_URL, _TEXT)),
        Preset(
            "github-actions",
            "the provider's build at GitHub Actions",
            _REQUIRING,
            _github_actions,
            (_REPOSITORY, _TOKEN, _WORKFLOW, _REF, _EVENT_TYPE, _GITHUB_API),
        ),
        Preset(
            "gitlab-pipeline",
            "the provider's pipeline at GitLab",
            _REQUIRING,
            _gitlab_pipeline,
            (_PROJECT, _TOKEN, _REF, _GITLAB_API),
        ),
    )
}
