"""What changed between documents of a provider, asked of the hub, which compares them where they are."""

import base64
from collections.abc import Mapping
from urllib.parse import quote

from contracthub.client.answers import JsonObject
from contracthub.client.hub import Hub
from contracthub.client.provider_contracts import OfferQuestion
from contracthub.client.spelling import naming


def published(question: OfferQuestion) -> JsonObject:
    """One side that the hub has, as it is asked for."""
    kinds = {"version": question.version, "environment": question.environment, "branch": question.branch}
    return {kind: value for kind, value in kinds.items() if value is not None}


def sent(files: Mapping[str, bytes], root: str, format_name: str | None) -> JsonObject:
    """A document that comes along with the question."""
    listed = [{"path": path, "content": base64.b64encode(body).decode("ascii")} for path, body in files.items()]
    said: JsonObject = {"files": listed, "root": root}
    return said | ({"format": format_name} if format_name else {})


def diff_in_hub(hub: Hub, provider: str, question: JsonObject) -> JsonObject:
    """The report, as `contracthub diff --output json` writes it. Raises HubFailure."""
    environments = question.get("environments")
    one = environments[0] if isinstance(environments, list) and len(environments) == 1 else None
    url = f"{hub.connection.base_url}/api/v1/providers/{quote(provider, safe='')}/diff"
    with naming((provider,), one):
        return hub.send("POST", url, question, repeatable=True).data
