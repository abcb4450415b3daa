"""Metrics (pact-broker-api §16)."""

from collections.abc import Mapping
from datetime import datetime

from starlette.responses import Response

from contracthub.services import metrics as services
from contracthub.services.metrics import MetricsView
from contracthub.services.ports.metrics import Totals
from contracthub.web.hub import HubOf
from contracthub.web.pact_broker.hal import Json, hal, moment
from contracthub.web.pact_broker.media_types import hal_router

router = hal_router()


@router.get("/metrics")
def get_metrics(hub: HubOf) -> Response:
    """How much of everything there is."""
    view = services.get_metrics(hub)
    return hal(_of_contracts(view) | _of_results(view) | _of_versions(view.totals) | _of_environments(view.totals))


def _of_contracts(view: MetricsView) -> Json:
    it, both = view.totals, view.interactions + view.messages
    return {
        "interactions": {
            "latestInteractionsCount": view.interactions,
            "latestMessagesCount": view.messages,
            "latestInteractionsAndMessagesCount": both,
        },
        "pacticipants": {"count": it.pacticipants, "withMainBranchSetCount": it.with_main_branch},
        "integrations": {"count": it.integrations},
        "pactPublications": {"count": it.publications, **_span(it.first_publication, it.last_publication)},
        "pactVersions": {"count": it.contracts},
        "pactRevisionsPerConsumerVersion": {"distribution": _distribution(view.revisions)},
    }


def _of_results(view: MetricsView) -> Json:
    it = view.totals
    return {
        "verificationResults": {
            "count": it.results,
            "successCount": it.successes,
            "failureCount": it.results - it.successes,
            "distinctCount": it.distinct_results,
            **_span(it.first_result, it.last_result),
        },
        "verificationResultsPerPactVersion": {"distribution": _distribution(view.results_per_contract)},
    }


def _of_versions(it: Totals) -> Json:
    """It is not kept which branches were made from tags, so all count as made by people."""
    return {
        "pacticipantVersions": {
            "count": it.versions,
            "withUserCreatedBranchCount": it.versions_on_branches,
            "withBranchCount": it.versions_on_branches,
            "withBranchSetCount": it.versions_on_branches,
        },
        "webhooks": {"count": it.webhooks},
        "tags": {
            "count": it.tags,
            "distinctCount": it.distinct_tags,
            "distinctWithPacticipantCount": it.distinct_tags_of_pacticipants,
        },
        "triggeredWebhooks": {"count": it.triggered_webhooks},
        "webhookExecutions": {"count": it.webhook_executions},
        "matrix": {"count": -1},
    }


def _of_environments(it: Totals) -> Json:
    return {
        "environments": {"count": it.environments},
        "deployedVersions": {
            "count": it.deployments,
            "userCreatedCount": it.deployments,
            "currentlyDeployedCount": it.current_deployments,
        },
        "releasedVersions": {"count": it.releases, "currentlySupportedCount": it.supported_releases},
    }


def _span(first: datetime | None, last: datetime | None) -> Json:
    return {"first": first and moment(first), "last": last and moment(last)}


def _distribution(counts: Mapping[int, int]) -> dict[str, int]:
    return {str(key): count for key, count in counts.items()}
