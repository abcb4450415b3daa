"""Who changes a provider's states for a suite that sends its requests itself, as the target says."""

from contextlib import ExitStack

from contracthub.verification.provider_client import ProviderClient
from contracthub.verification.provider_states import NoStates, StateChanger, StatesByUrl
from contracthub.verification.state_module import serving_states
from contracthub.verification.suites import Target


def state_changer(target: Target, stack: ExitStack, deadline: float) -> StateChanger:
    """The provider's module of states, else its URL for them, else nobody. Raises StateModuleFailed.

    What has to be ended afterwards goes onto the stack.
    """
    seconds = target.request_timeout_ms / 1000
    if target.state_module:
        url = stack.enter_context(serving_states(target.state_module, deadline))
        return StatesByUrl(ProviderClient(url, seconds), teardown=True)
    if target.state_url:
        client = ProviderClient(target.state_url, seconds, (), target.verify_tls)
        return StatesByUrl(client, target.state_teardown)
    return NoStates()
