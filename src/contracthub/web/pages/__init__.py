"""The pages: the same services, rendered for people. They live at the addresses of the resources that they show."""

from contracthub.web.pages import (
    assets,
    comparison,
    decision,
    evidence,
    home,
    matrix,
    pact,
    pacticipant,
    relation,
    waivers,
)

# These stand before the routes of the API; but for assets and relations they match only when HTML is preferred.
ROUTERS = (
    assets.router,
    home.router,
    decision.router,
    matrix.router,
    pacticipant.router,
    evidence.router,
    comparison.router,
    pact.router,
    waivers.router,
    relation.router,
)
