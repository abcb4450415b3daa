"""The Pact Broker's API as a face of the hub: its routes, relations, names and quirks, and nothing of its rules."""

from contracthub.web.pact_broker import (
    branches,
    deletion,
    deployments,
    environments,
    for_verification,
    index,
    integrations,
    labels,
    matrix,
    pact_lists,
    pacticipants,
    pacts,
    publishing,
    tags,
    verifications,
    versions,
)

ROUTERS = (
    index.router,
    for_verification.router,
    matrix.router,
    publishing.router,
    verifications.router,
    pact_lists.router,
    pacts.router,
    labels.router,
    deletion.router,
    integrations.router,
    pacticipants.router,
    branches.router,
    deployments.router,
    environments.router,
    tags.router,
    versions.router,
)
