"""Questions about the documents of a provider version: which are meant is said in the same way in all of them."""

from collections.abc import Mapping
from urllib.parse import quote

from contracthub.client.answers import JsonObject
from contracthub.client.hub import Hub
from contracthub.client.spelling import naming


def ask_about_documents(
    hub: Hub, provider: str, what: str, which: Mapping[str, str | None], *, main_branches: bool
) -> tuple[str, JsonObject]:
    """Where it was asked, and the answer; of a ``version``, ``branch`` or ``environment``. Raises HubFailure."""
    url = f"{hub.connection.base_url}/api/v1/providers/{quote(provider, safe='')}/{what}"
    asked = [(name, value) for name, value in which.items() if value is not None]
    asked += [("mainBranches", "true")] if main_branches else []
    with naming((provider,), which.get("environment")):
        return url, hub.get(url, asked).data
