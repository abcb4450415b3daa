"""What is answered when a publication of several contracts is refused: each reason, with what would change."""

from contracthub.domain.errors import Conflict
from contracthub.services.first_publications import Refusal
from contracthub.web.pact_broker.hal import Json


def with_notices(error: Conflict) -> Conflict:
    """The same refusal, as clients print it: a notice for each reason, and one for each difference."""
    refusals = error.facts.get("refusals")
    if not isinstance(refusals, tuple):
        return error
    notices = [notice for refusal in refusals if isinstance(refusal, Refusal) for notice in _notices_of(refusal)]
    return Conflict(error.code, error.message, body={"error": refusals[0].text, "notices": notices})


def _notices_of(refusal: Refusal) -> list[Json]:
    told = [{"type": "error", "text": refusal.text}]
    return [*told, {"type": "info", "text": refusal.difference}] if refusal.difference else told
