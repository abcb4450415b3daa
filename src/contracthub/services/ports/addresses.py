"""The port to addresses: where receivers of webhooks find what happened. Only a face knows its own."""

from typing import Protocol

from contracthub.domain.contracts import Publication


class Addresses(Protocol):
    """Addresses as the client of a request sees the hub."""

    def pact(self, publication: Publication) -> str:
        """Where the content of a contract is, told for which consumer version."""

    def result(self, publication: Publication, number: int) -> str:
        """Where a verification result for it is."""
