"""The events that webhooks are for (pact-broker-api §14 "Events")."""

from contracthub.domain.publishing_events import CONTRACT_CONTENT_CHANGED, CONTRACT_PUBLISHED

CONTRACT_REQUIRING_VERIFICATION = "contract_requiring_verification_published"
VERIFICATION_PUBLISHED = "provider_verification_published"
VERIFICATION_SUCCEEDED = "provider_verification_succeeded"
VERIFICATION_FAILED = "provider_verification_failed"
# What a webhook is told that is only tried.
TEST = "test"

EVENTS = (
    CONTRACT_PUBLISHED,
    CONTRACT_CONTENT_CHANGED,
    CONTRACT_REQUIRING_VERIFICATION,
    VERIFICATION_PUBLISHED,
    VERIFICATION_FAILED,
    VERIFICATION_SUCCEEDED,
)
DEFAULT_EVENTS = (CONTRACT_CONTENT_CHANGED,)


def events_of_result(*, success: bool) -> tuple[str, str]:
    """What happens when a verification result is recorded."""
    return VERIFICATION_PUBLISHED, VERIFICATION_SUCCEEDED if success else VERIFICATION_FAILED
