"""``GET /``: every relation by name. Clients probe for features here (pact-broker-api §4)."""

from starlette.responses import Response

from contracthub.web.pact_broker.hal import Json, UrlsOf, hal, link
from contracthub.web.pact_broker.media_types import hal_router

router = hal_router()

_PAIR = "/pacts/provider/{provider}/consumer/{consumer}"
_PROVIDER = "/pacts/provider/{provider}"
_PACTICIPANT = "/pacticipants/{pacticipant}"
_CAN_I_DEPLOY = "/can-i-deploy?pacticipant={pacticipant}&version={version}"

# Relation, path, title, whether it is marked as a template.
RELATIONS: tuple[tuple[str, str, str, bool], ...] = (
    ("self", "", "Index", False),
    ("pb:publish-pact", f"{_PAIR}/version/{{consumerApplicationVersion}}", "Publish a pact", True),
    ("pb:publish-contracts", "/contracts/publish", "Publish contracts", False),
    (
        "pf:publish-provider-contract",
        "/provider-contracts/provider/{provider}/publish",
        "Publish a provider contract",
        True,
    ),
    ("pb:latest-pact-versions", "/pacts/latest", "Latest pact versions", False),
    ("pb:tagged-pact-versions", f"{_PAIR}/tag/{{tag}}", "All versions of a pact with a tag", False),
    ("pb:branch-pact-versions", f"{_PAIR}/branch/{{branch}}", "Pacts of a branch", True),
    ("pb:latest-branch-pact-versions", f"{_PAIR}/branch/{{branch}}/latest/versions", "Latest pact of a branch", True),
    ("pb:main-branch-pact-versions", f"{_PAIR}/branch/versions", "Pacts of the main branch", True),
    ("pb:latest-main-branch-pact-versions", f"{_PAIR}/branch/latest/versions", "Latest pact of the main branch", True),
    ("pb:provider-pacts-with-main-branch", f"{_PROVIDER}/branch", "Pacts of the main branches", True),
    ("pb:provider-pacts-with-branch", f"{_PROVIDER}/branch/{{branch}}", "Pacts of a branch, by provider", True),
    ("pb:latest-provider-pacts-with-main-branch", f"{_PROVIDER}/branch/latest", "Latest pacts of main branches", True),
    ("pb:latest-provider-pacts-with-branch", f"{_PROVIDER}/branch/{{branch}}/latest", "Latest pacts of a branch", True),
    ("pb:pacticipants", "/pacticipants", "Pacticipants", False),
    ("pb:pacticipant", _PACTICIPANT, "Fetch pacticipant by name", True),
    ("pb:latest-provider-pacts", f"{_PROVIDER}/latest", "Latest pacts by provider", True),
    ("pb:latest-provider-pacts-with-tag", f"{_PROVIDER}/latest/{{tag}}", "Latest pacts by provider and tag", True),
    ("pb:provider-pacts-with-tag", f"{_PROVIDER}/tag/{{tag}}", "Pacts by provider and tag", True),
    ("pb:provider-pacts", _PROVIDER, "Pacts by provider", True),
    ("pb:latest-version", f"{_PACTICIPANT}/latest-version", "Latest pacticipant version", True),
    ("pb:latest-tagged-version", f"{_PACTICIPANT}/latest-version/{{tag}}", "Latest version with a tag", True),
    ("pb:webhooks", "/webhooks", "Webhooks", False),
    ("pb:webhook", "/webhooks/{uuid}", "Webhook", True),
    ("pb:integrations", "/integrations", "Integrations", False),
    ("pb:pacticipant-version-tag", f"{_PACTICIPANT}/versions/{{version}}/tags/{{tag}}", "Tag a version", True),
    ("pb:pacticipant-branch", f"{_PACTICIPANT}/branches/{{branch}}", "Branch of a pacticipant", True),
    (
        "pb:pacticipant-branch-version",
        f"{_PACTICIPANT}/branches/{{branch}}/versions/{{version}}",
        "Version on a branch",
        True,
    ),
    ("pb:pacticipant-version", f"{_PACTICIPANT}/versions/{{version}}", "Pacticipant version", True),
    ("pb:metrics", "/metrics", "Metrics", False),
    ("pb:can-i-deploy-pacticipant-version-to-tag", f"{_CAN_I_DEPLOY}&to={{tag}}", "Can I deploy to a tag", True),
    (
        "pb:can-i-deploy-pacticipant-version-to-environment",
        f"{_CAN_I_DEPLOY}&environment={{environment}}",
        "Can I deploy to an environment",
        True,
    ),
    ("pb:provider-pacts-for-verification", f"{_PROVIDER}/for-verification", "Pacts to be verified", True),
    ("beta:provider-pacts-for-verification", f"{_PROVIDER}/for-verification", "DEPRECATED", True),
    ("pb:environments", "/environments", "Environments", False),
    ("pb:environment", "/environments/{uuid}", "Environment", True),
)


@router.get("/")
async def index(urls: UrlsOf) -> Response:
    """All relations, with templates."""
    links: Json = {
        relation: link(urls.template(path), title, templated=templated)
        for relation, path, title, templated in RELATIONS
    }
    beta = {"name": "beta", "href": f"{urls.base}/doc/{{rel}}?context=index", "templated": True}
    pactflow = {"name": "pf", "href": f"{urls.base}/doc/{{rel}}?context=index", "templated": True}
    links["curies"] = [*urls.curies("index"), beta, pactflow]
    return hal({"_links": links})
