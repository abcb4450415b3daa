"""The dashboard (pact-broker-api §16). Unlike everywhere else, what has no value is ``null`` here."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from contracthub.domain.pacticipants import Page, Tag
from contracthub.services import dashboard as services
from contracthub.services.dashboard import DashboardItem, VersionOnDashboard
from contracthub.services.pacts import Pair
from contracthub.services.ports.dashboard import NotedResult
from contracthub.web.hub import HubOf
from contracthub.web.pact_broker.hal import Json, Urls, UrlsOf, hal, link, moment, page_of, paging
from contracthub.web.pact_broker.media_types import chosen_type
from contracthub.web.pact_broker.text_tables import TEXT, text_table
from contracthub.web.pact_broker.version_json import requested
from contracthub.web.problems import HAL_JSON

router = APIRouter()

PAGE_SIZE = 30
_COLUMNS = ("CONSUMER_NAME", "C_VERSION", "C_TAGS", "PROVIDER_NAME", "P_VERSION", "P_TAGS", "SUCCESS")


@router.get("/dashboard")
def get_dashboard(request: Request, hub: HubOf, urls: UrlsOf) -> Response:
    """The pacts of note of all pairs."""
    return _answer(request, hub, urls, None)


@router.get("/dashboard/provider/{provider:segment}/consumer/{consumer:segment}")
def get_dashboard_of_pair(request: Request, provider: str, consumer: str, hub: HubOf, urls: UrlsOf) -> Response:
    """Those of one pair."""
    return _answer(request, hub, urls, Pair(consumer, provider))


def _answer(request: Request, hub: HubOf, urls: Urls, pair: Pair | None) -> Response:
    media_type, page = chosen_type(request, (HAL_JSON, TEXT)), page_of(request) or Page(1, PAGE_SIZE)
    listing = services.get_dashboard(hub, pair=pair, page=page)
    if media_type == TEXT:
        table = text_table(_COLUMNS, [_cells(each) for each in listing.entries])
        return Response(f"{table}\n", media_type=TEXT)
    here = requested(request, urls)
    facts, links = paging(here, page, listing.total)
    items = [_item(each, urls) for each in listing.entries]
    return hal({"items": items, **facts, "_links": {"self": link(here, "Dashboard")} | links})


def _cells(it: DashboardItem) -> tuple[str, ...]:
    provider = it.provider_version
    tags = [tag.name for tag in provider.tags if tag.latest] if provider else []
    return (
        it.publication.consumer_name,
        it.publication.version_number,
        ", ".join(tag.name for tag in it.consumer_version.tags),
        it.publication.provider_name,
        provider.number if provider else "",
        ", ".join(tags),
        it.status,
    )


def _item(it: DashboardItem, urls: Urls) -> Json:
    consumer, provider = it.publication.consumer_name, it.publication.provider_name
    pact = urls.pact(provider, consumer, it.publication.version_number)
    status = f"{urls.pair(provider, consumer)}/webhooks/status"
    return {
        "consumer": _pacticipant(consumer, it.consumer_version, urls),
        "provider": _pacticipant(provider, it.provider_version, urls),
        "pact": {"createdAt": moment(it.publication.created_at), "_links": {"self": link(pact)}},
        "pactTags": _tags(it.consumer_version.tags),
        "latestVerificationResult": it.result and _result(it, it.result, urls),
        "latestVerificationResultTags": _tags(it.provider_version.tags if it.provider_version else ()),
        "verificationStatus": it.status,
        "webhookStatus": "none",
        "latestWebhookExecution": None,
        "_links": {"pb:webhook-status": link(status, f"Status of webhooks for {consumer}/{provider} pact")},
    }


def _pacticipant(name: str, version: VersionOnDashboard | None, urls: Urls) -> Json:
    links = {"self": link(urls.pacticipant(name))}
    return {"name": name, "version": version and _version(name, version, urls), "_links": links}


def _version(pacticipant: str, version: VersionOnDashboard, urls: Urls) -> Json:
    return {
        "number": version.number,
        "branch": version.branches[0].name if version.branches else None,
        "headBranchNames": [branch.name for branch in version.branches if branch.latest],
        "_links": {"self": link(urls.version(pacticipant, version.number))},
    }


def _tags(tags: tuple[Tag, ...]) -> list[Json]:
    return [{"name": tag.name, "latest": tag.latest} for tag in tags]


def _result(it: DashboardItem, result: NotedResult, urls: Urls) -> Json:
    contract = urls.contract(it.publication.provider_name, it.publication.consumer_name, it.publication.identity)
    links = {"self": link(f"{contract}/verification-results/{result.number}")}
    return {"success": result.success, "verifiedAt": moment(result.verified_at), "_links": links}
