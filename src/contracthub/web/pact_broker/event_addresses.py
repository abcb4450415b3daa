"""The addresses that webhooks are told: as the client of the request that caused the event sees the hub."""

from starlette.requests import Request

from contracthub.domain.contracts import Publication
from contracthub.domain.live_contracts import LivePublication
from contracthub.web.addresses import base_of
from contracthub.web.pact_broker.hal import Urls
from contracthub.web.pact_broker.metadata import Metadata, encode


class EventAddresses:
    """Implements the port ``Addresses``. The base is worked out when it is asked for: most requests cause nothing."""

    def __init__(self, request: Request) -> None:
        self._request = request

    def pact(self, publication: Publication) -> str:
        """Where the content of a contract is; a result for it is reported for that consumer version."""
        if isinstance(publication, LivePublication):
            return self._content(publication)
        metadata = encode(Metadata(consumer_version_numbers=(publication.version_number,)))
        return f"{self._content(publication)}/metadata/{metadata}"

    def result(self, publication: Publication, number: int) -> str:
        """Where a verification result for it is."""
        return f"{self._content(publication)}/verification-results/{number}"

    def _content(self, it: Publication) -> str:
        urls = Urls(base_of(self._request))
        if isinstance(it, LivePublication):
            return urls.live(it.consumer_name, it.version_number, it.kind.value, it.provider_name, it.name)
        return urls.contract(it.provider_name, it.consumer_name, it.identity)
