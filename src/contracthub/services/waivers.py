"""Waivers: who takes it upon themselves that a verdict does not block, why, and until when."""

import logging
from collections.abc import Mapping
from datetime import date
from typing import Any

from contracthub.domain.deadlines import day_in
from contracthub.domain.errors import Conflict, Fault, Invalid, NotFound
from contracthub.domain.names import faults_of_line, faults_of_name
from contracthub.domain.pacticipants import Listing, Page
from contracthub.domain.waivers import (
    MOST_WAIVERS,
    NOT_STORED,
    Waiver,
    WaiverScope,
    WaiverState,
    faults_of_waiver,
    scope_in,
)
from contracthub.services.hub import Hub
from contracthub.services.pacticipants import required_pacticipant
from contracthub.services.ports import Unit

logger = logging.getLogger(__name__)


def today_of(hub: Hub) -> date:
    """The day that last days are held against: the hub's, in UTC."""
    return hub.now().date()


def list_waivers(hub: Hub, *, provider: str | None, state: WaiverState | None, page: Page) -> Listing[Waiver]:
    """Waivers, those given last first; with ``provider``, those about it. Raises :class:`NotFound`."""
    with hub.reading() as unit:
        owner = required_pacticipant(unit, provider, "provider").id if provider is not None else None
        return unit.waivers.list(owner, state, today_of(hub), page=page)


def get_waiver(hub: Hub, number: int) -> Waiver:
    """One waiver, also one that no longer holds. Raises :class:`NotFound`."""
    with hub.reading() as unit:
        return _required(unit, number)


def waive(hub: Hub, body: Mapping[str, Any], principal: str | None) -> Waiver:
    """Let what a waiver covers pass until a day.

    ``principal`` is whose credentials were shown; where the hub asks for none, ``by`` in the body says who it is.
    Raises :class:`Invalid`, also for names that the hub does not know, because such a waiver would cover nothing; and
    :class:`Conflict` for too many.
    """
    faults = faults_of_waiver(body, today_of(hub))
    if principal is None:
        faults += [Fault("by", "is missing")] if body.get("by") is None else faults_of_name("by", body["by"])
    if faults:
        raise Invalid.of(*faults)
    until = day_in(body["until"])
    assert until is not None
    by = principal if principal is not None else body["by"]
    reason, now = body["reason"], hub.now()
    new = Waiver(id=NOT_STORED, scope=scope_in(body), by=by, reason=reason, until=until, created_at=now)
    with hub.writing() as unit:
        stored = _store(unit, new)
    logger.info("%s gave waiver %d of %s until %s", stored.by, stored.id, stored.scope.provider, stored.until)
    return stored


def _store(unit: Unit, new: Waiver) -> Waiver:
    scope = new.scope
    owner = unit.pacticipants.find(scope.provider)
    faults = _faults_of_unknown(unit, scope)
    if faults or owner is None:
        raise Invalid.of(*faults)
    if len(unit.waivers.covering([scope.provider], new.created_at.date())) >= MOST_WAIVERS:
        text = f"{scope.provider} has {MOST_WAIVERS} waivers that hold, the most that there may be. Withdraw some."
        raise Conflict("too-many-waivers", text)
    return _required(unit, unit.waivers.add(owner.id, new))


def _faults_of_unknown(unit: Unit, scope: WaiverScope) -> list[Fault]:
    found = [
        Fault(field, f"'{name}' does not match an existing pacticipant")
        for field, name in (("provider", scope.provider), ("consumer", scope.consumer))
        if name is not None and unit.pacticipants.find(name) is None
    ]
    if scope.environment is not None and not unit.environments.with_names([scope.environment]):
        found.append(Fault("environment", f"'{scope.environment}' does not match an existing environment"))
    return found


def withdraw(hub: Hub, number: int, by: str | None, principal: str | None) -> Waiver:
    """Take a waiver back; it is kept as history. One that was withdrawn already stays as it is.

    Where the hub asks for no credentials, ``by`` may say who takes it back. Raises :class:`NotFound`, and
    :class:`Invalid`.
    """
    faults = faults_of_line("by", by)
    if faults:
        raise Invalid.of(*faults)
    who = (principal if principal is not None else by) or "somebody"
    with hub.writing() as unit:
        _required(unit, number)
        if unit.waivers.withdraw(number, who, now=hub.now()):
            logger.info("%s withdrew waiver %d", who, number)
        return _required(unit, number)


def _required(unit: Unit, number: int) -> Waiver:
    found = unit.waivers.find(number)
    if found is None:
        raise NotFound("waiver-not-found", f"No waiver with number {number} found")
    return found
