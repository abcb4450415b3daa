"""Provider states that consumers count on (pact-broker-api §9)."""

from collections.abc import Sequence

from starlette.responses import Response

from contracthub.services import provider_states as services
from contracthub.services.provider_states import UsedState
from contracthub.web.hub import HubOf
from contracthub.web.pact_broker.hal import Json, hal
from contracthub.web.pact_broker.media_types import hal_router

router = hal_router()

_STATES = "/pacts/provider/{provider:segment}/provider-states"


@router.get(_STATES)
def list_of_main_branches(provider: str, hub: HubOf) -> Response:
    """Those of the head of each consumer's main branch."""
    return _answer(services.states_of_main_branches(hub, provider))


@router.get(_STATES + "/branch/{branch:segment}")
def list_of_branch(provider: str, branch: str, hub: HubOf) -> Response:
    """Those of the heads of a branch."""
    return _answer(services.states_of_branch(hub, provider, branch))


@router.get(_STATES + "/environment/{environment:segment}")
def list_in_environment(provider: str, environment: str, hub: HubOf) -> Response:
    """Those of what is deployed or released in the environment of that name."""
    return _answer(services.states_in_environment(hub, provider, environment))


def _answer(states: Sequence[UsedState]) -> Response:
    return hal({"providerStates": [_state(each) for each in states]})


def _state(used: UsedState) -> Json:
    params = {"params": used.state.params} if used.state.params else {}
    return {"name": used.state.name, **params, "consumers": list(used.consumers)}
