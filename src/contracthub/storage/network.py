"""Who has contracts with whom."""

from collections.abc import Sequence

from sqlalchemy import func, or_, select

from contracthub.domain.pacticipants import Listing, Page
from contracthub.services.ports.matrix import Pair
from contracthub.storage.contract_statements import consumer, integration, provider
from contracthub.storage.scope import Scope

_named = integration.join(consumer, consumer.c.id == integration.c.consumer_id).join(
    provider, provider.c.id == integration.c.provider_id
)
_by_name = (func.lower(consumer.c.name), consumer.c.name, func.lower(provider.c.name), provider.c.name)
_pairs = select(consumer.c.id, consumer.c.name, provider.c.id, provider.c.name).select_from(_named).order_by(*_by_name)


class NetworkRepository:
    """Implements the port of the same name."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._execute = scope.connection.execute

    def integrations(self, *, part_of_name: str | None, page: Page | None) -> Listing[Pair]:
        """Those of which either name contains the text."""
        wanted = integration.c.workspace_id == self._scope.workspace_id
        if part_of_name:
            names = (each.c.name.icontains(part_of_name, autoescape=True) for each in (consumer, provider))
            wanted = wanted & or_(*names)
        if page is None:
            entries = tuple(Pair(*row) for row in self._execute(_pairs.where(wanted)))
            return Listing(entries, len(entries))
        total = self._execute(select(func.count()).select_from(_named).where(wanted)).scalar_one()
        rows = self._execute(_pairs.where(wanted).limit(page.size).offset(page.offset))
        return Listing(tuple(Pair(*row) for row in rows), total, page)

    def all(self) -> Sequence[Pair]:
        """All of them."""
        return self.integrations(part_of_name=None, page=None).entries
