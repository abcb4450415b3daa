"""Full checks of documents: asked for when a document is published, claimed and recorded by a worker beside requests.

At least once: a claim is a lease, so what a killed hub had begun is taken up again when the lease is over, but not for
ever: a document that takes hubs down with it is given up.
"""

import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from functools import lru_cache
from importlib import metadata

from contracthub.domain.document_checks import CheckOutcome, DocumentCheck, File, Tool
from contracthub.domain.errors import NotFound
from contracthub.services.hub import Hub
from contracthub.services.ports import Unit
from contracthub.services.ports.checks import Checker, DueCheck
from contracthub.services.provider_contracts import Address, get_contract

MOST_ATTEMPTS = 3
# Beyond what a check may take: reading the document, and writing down what came of it.
_LEASE_MARGIN_SECONDS = 30.0
_DISTRIBUTIONS: Mapping[str, str] = {"openapi": "openapi-spec-validator", "graphql": "graphql-core"}
logger = logging.getLogger(__name__)


@lru_cache(maxsize=16)
def tool_for(format_name: str) -> Tool | None:
    """What documents of a format are checked with in full; None where reading them checks everything already."""
    name = _DISTRIBUTIONS.get(format_name)
    return Tool(name, metadata.version(name)) if name else None


def request(hub: Hub, unit: Unit, format_name: str, files: Sequence[File]) -> None:
    """Have a document checked that is published in this transaction, unless the same bytes were checked before."""
    tool = tool_for(format_name)
    if tool is not None:
        unit.checks.request(format_name, files, tool, now=hub.now())


def checks_of(hub: Hub, contract_ids: Collection[int]) -> Mapping[int, DocumentCheck]:
    """The checks of the documents of provider contracts, for those whose format is checked."""
    with hub.reading() as unit:
        return unit.checks.of(contract_ids)


def check_of(hub: Hub, address: Address) -> DocumentCheck:
    """The check of a document. Raises :class:`NotFound`, also for formats that are checked in full when published."""
    contract = get_contract(hub, address)
    found = checks_of(hub, [contract.id]).get(contract.id)
    if found is None:
        text = f"Documents of the format {contract.format.value} are checked in full when they are published."
        raise NotFound("check-not-found", text)
    return found


def claim(hub: Hub, longest_seconds: float) -> DueCheck | None:
    """Claim the check that waits for the longest time, if any does. Raises :class:`Unavailable`."""
    with hub.reading() as unit:
        if not unit.checks.is_any_due(hub.now()):
            return None
    with hub.writing() as unit:
        now = hub.now()
        until = now + timedelta(seconds=longest_seconds + _LEASE_MARGIN_SECONDS)
        return unit.checks.claim_due(now, lease_until=until)


def carry_out(hub: Hub, checker: Checker, due: DueCheck) -> CheckOutcome | None:
    """Make a claimed check, and record what came of it; None when it was stopped, or its document is gone.

    Raises :class:`Unavailable` when it can't be recorded; it is made again then, when the lease is over.
    """
    with hub.reading() as unit:
        upload = unit.checks.upload_of(due)
    if upload is None:
        with hub.writing() as unit:
            unit.checks.forget(due)
        return None
    outcome = _given_up() if due.attempts > MOST_ATTEMPTS else checker.check(due.format, upload)
    with hub.writing() as unit:
        if outcome is None:
            unit.checks.release(due)
            return None
        unit.checks.record(due, outcome, now=hub.now())
    logger.info("Check %d of a document, %s: %s", due.id, due.format, outcome.status)
    return outcome


def _given_up() -> CheckOutcome:
    return CheckOutcome(reason=f"The hub ended {MOST_ATTEMPTS} times while it was being checked.")
