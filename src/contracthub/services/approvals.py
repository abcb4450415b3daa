"""Approvals of breaking changes: who lets which change of a provider pass, why, and until when."""

import logging
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from contracthub.domain.approvals import (
    MOST_APPROVALS,
    Approval,
    faults_of_approval,
    faults_of_fingerprint,
    required_line,
)
from contracthub.domain.deadlines import day_in
from contracthub.domain.errors import Conflict, Invalid, NotFound
from contracthub.domain.names import faults_of_name
from contracthub.domain.pacticipants import Listing, Page
from contracthub.services.first_publications import ensured_pacticipants
from contracthub.services.hub import Hub
from contracthub.services.pacticipants import required_pacticipant
from contracthub.services.ports import Unit

logger = logging.getLogger(__name__)


def today_of(hub: Hub) -> date:
    """The day that last days are held against: the hub's, in UTC."""
    return hub.now().date()


def list_approvals(hub: Hub, provider: str, *, page: Page) -> Listing[Approval]:
    """The approvals of a provider's changes, those that end last first. Raises :class:`NotFound`."""
    with hub.reading() as unit:
        return unit.approvals.list(required_pacticipant(unit, provider, "provider").id, page=page)


def get_approval(hub: Hub, provider: str, fingerprint: str) -> Approval:
    """The approval of one change. Raises :class:`NotFound`."""
    with hub.reading() as unit:
        return _required(unit, provider, fingerprint)


def approve(
    hub: Hub, provider: str, fingerprint: str, body: Mapping[str, Any], principal: str | None
) -> tuple[Approval, bool]:
    """Let a change pass, or let it pass on other terms; whether it is new.

    ``principal`` is whose credentials were shown; where the hub asks for none, ``by`` in the body says who it is. The
    provider is created where it is not known: its documents need not be published. Raises :class:`Invalid`, and
    :class:`Conflict` for too many.
    """
    faults = [*faults_of_name("provider", provider), *faults_of_fingerprint(fingerprint)]
    faults += faults_of_approval(body, today_of(hub))
    faults += required_line("by", body.get("by")) if principal is None else []
    if faults:
        raise Invalid.of(*faults)
    until = day_in(body["until"])
    assert until is not None
    now = hub.now()
    words = {name: body.get(name) or "" for name in ("rule", "location", "message")}
    new = Approval(
        provider=provider,
        fingerprint=fingerprint,
        by=principal if principal is not None else body["by"],
        reason=body["reason"],
        until=until,
        created_at=now,
        updated_at=now,
        **words,
    )
    stored, created = hub.write(lambda unit: _store(hub, unit, new))
    logger.info("%s approved the change %s of %s until %s", stored.by, fingerprint, provider, stored.until)
    return stored, created


def _store(hub: Hub, unit: Unit, new: Approval) -> tuple[Approval, bool]:
    known = unit.pacticipants.named([new.provider])
    owner = ensured_pacticipants(hub, unit, [new.provider], known, what="approval")[new.provider]
    created = unit.approvals.store(owner.id, new)
    if created and unit.approvals.count(owner.id) > MOST_APPROVALS:
        text = f"{new.provider} has {MOST_APPROVALS} approvals, the most that are kept. Withdraw those that are over."
        raise Conflict("too-many-approvals", text)
    return _required(unit, new.provider, new.fingerprint), created


def withdraw(hub: Hub, provider: str, fingerprint: str, principal: str | None) -> None:
    """Let a change pass no longer. Raises :class:`NotFound`."""
    with hub.writing() as unit:
        owner = required_pacticipant(unit, provider, "provider")
        if not unit.approvals.delete(owner.id, fingerprint):
            raise _missing(provider, fingerprint)
    logger.info("%s withdrew the approval of the change %s of %s", principal or "somebody", fingerprint, provider)


def withdraw_expired(hub: Hub, provider: str, principal: str | None) -> Sequence[str]:
    """Remove the approvals whose last day is over, and say which. Raises :class:`NotFound` for an unknown provider."""
    with hub.writing() as unit:
        owner = required_pacticipant(unit, provider, "provider")
        removed = unit.approvals.delete_expired(owner.id, today_of(hub))
    logger.info("%s removed %d approvals of %s that were over", principal or "somebody", len(removed), provider)
    return removed


def _required(unit: Unit, provider: str, fingerprint: str) -> Approval:
    owner = required_pacticipant(unit, provider, "provider")
    found = unit.approvals.find(owner.id, fingerprint)
    if found is None:
        raise _missing(provider, fingerprint)
    return found


def _missing(provider: str, fingerprint: str) -> NotFound:
    shown = fingerprint[:64]
    return NotFound("approval-not-found", f"No approval of the change '{shown}' of {provider} found", provider=provider)
