"""Who changes a provider's states, as the options of a run say: a module of callables, or an endpoint of its own."""

from contextlib import ExitStack

from contracthub.verification.provider_client import ProviderClient
from contracthub.verification.provider_states import NoStates, StateChanger, StatesByUrl
from contracthub.verification.state_module import serving_states
from contracthub.verification.suites import Target


def state_changer(target: Target, stack: ExitStack, deadline: float) -> StateChanger:
    """The one that the target names, for as long as the stack is open. Raises StateModuleFailed."""
    seconds = target.request_timeout_ms / 1000
    if target.state_module:
        url = stack.enter_context(serving_states(target.state_module, deadline))
        return StatesByUrl(ProviderClient(url, seconds), teardown=True)
    if target.state_url:
        return StatesByUrl(ProviderClient(target.state_url, seconds, (), target.verify_tls), target.state_teardown)
    return NoStates()
