"""What consumers in environments need of a provider, as the hub tells it."""

from urllib.parse import quote

from contracthub.client.errors import AnswerNotUnderstood
from contracthub.client.hub import Hub
from contracthub.client.spelling import naming
from contracthub.formats.living_needs import NeedsAnswer, needs_from


def needs_of(hub: Hub, provider: str, environments: tuple[str, ...], *, main_branches: bool = False) -> NeedsAnswer:
    """What is needed of a provider in those environments, or in all, and on main branches. Raises HubFailure."""
    url = f"{hub.connection.base_url}/api/v1/providers/{quote(provider, safe='')}/needs"
    with naming((provider,), environments[0] if len(environments) == 1 else None):
        answer = hub.get(url, places_asked(environments, main_branches=main_branches)).data
    try:
        return needs_from(answer)
    except (KeyError, TypeError, ValueError) as error:
        told = f"{url} does not say who needs what ({type(error).__name__}: {error}). The hub may be too old."
        raise AnswerNotUnderstood(told) from error


def places_asked(environments: tuple[str, ...], *, main_branches: bool) -> list[tuple[str, str]]:
    """Where consumers have to live to count, as parameters of a request."""
    asked = [("environment", name) for name in environments]
    return [*asked, ("mainBranches", "true")] if main_branches else asked
