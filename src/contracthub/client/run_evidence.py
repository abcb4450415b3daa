"""Run reports at a hub: sending the evidence document of a run, so that it is kept with the provider's version."""

from hashlib import sha256
from urllib.parse import quote

from contracthub.client.errors import AnswerNotUnderstood, HubAnswered, HubFailure
from contracthub.client.hub import Hub
from contracthub.client.links import Resource
from contracthub.domain.verification_runs import RunReport

_MOST_COMPARED = 100


class TakesNoEvidence(AnswerNotUnderstood):
    """The hub is another product, or an older one, that has no place for evidence documents."""


def publish_evidence(hub: Hub, report: RunReport) -> Resource:
    """Stores the report's document at the hub. Raises HubFailure, and TakesNoEvidence where the hub has no place."""
    url = _address(hub, report)
    try:
        return hub.send_bytes(url, report.to_json().encode(), "application/json")
    except HubAnswered as refusal:
        if refusal.status in (404, 405):
            raise TakesNoEvidence(f"The hub at {hub.connection.base_url} takes no evidence documents.") from refusal
        raise


def holds_evidence(hub: Hub, report: RunReport) -> bool:
    """Whether the hub says that it has this very document, among the newest of its version."""
    try:
        listed = hub.get(_address(hub, report), (("pageSize", str(_MOST_COMPARED)),)).data.get("evidence")
    except HubFailure:
        # Whoever can't say so may still take it.
        return False
    digest = sha256(report.to_json().encode()).hexdigest()
    return any(
        isinstance(each, dict) and each.get("sha256") == digest for each in (listed if isinstance(listed, list) else ())
    )


def _address(hub: Hub, report: RunReport) -> str:
    if not report.provider_version:
        raise AnswerNotUnderstood("Evidence without the provider's version can't be published.")
    where = f"providers/{quote(report.provider, safe='')}/versions/{quote(report.provider_version, safe='')}"
    return f"{hub.connection.base_url}/api/v1/{where}/evidence"
