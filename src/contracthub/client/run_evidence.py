"""Run reports at a hub: sending the evidence document of a run, so that it is kept with the provider's version."""

from urllib.parse import quote

from contracthub.client.errors import AnswerNotUnderstood, HubAnswered
from contracthub.client.hub import Hub
from contracthub.client.links import Resource
from contracthub.domain.verification_runs import RunReport


class TakesNoEvidence(AnswerNotUnderstood):
    """The hub is another product, or an older one, that has no place for evidence documents."""


def publish_evidence(hub: Hub, report: RunReport) -> Resource:
    """Stores the report's document at the hub. Raises HubFailure, and TakesNoEvidence where the hub has no place."""
    if not report.provider_version:
        raise AnswerNotUnderstood("Evidence without the provider's version can't be published.")
    where = f"providers/{quote(report.provider, safe='')}/versions/{quote(report.provider_version, safe='')}"
    url = f"{hub.connection.base_url}/api/v1/{where}/evidence"
    try:
        return hub.send_bytes(url, report.to_json().encode(), "application/json")
    except HubAnswered as refusal:
        if refusal.status in (404, 405):
            raise TakesNoEvidence(f"The hub at {hub.connection.base_url} takes no evidence documents.") from refusal
        raise
