"""Takes in what people say of the gate: waivers, and gate policies."""

from collections.abc import Sequence
from datetime import date, timedelta

from contracthub.domain.archive import ArchivedGatePolicy, ArchivedWaiver
from contracthub.domain.comparisons import ContractKind, EvidenceKind
from contracthub.domain.deadlines import MOST_DAYS, day_in
from contracthub.domain.gate_policies import GatePolicy, Requirement
from contracthub.domain.pacticipants import Pacticipant
from contracthub.domain.waivers import MOST_WAIVERS, NOT_STORED, Waiver, WaiverScope
from contracthub.formats.durations import OLDEST
from contracthub.services.archive_batches import Batch, Numbered
from contracthub.services.archive_versions import required_pacticipants

_WAIVER, _POLICY = "waiver", "gatePolicy"


def write_gate_policies(batch: Batch, records: Numbered) -> None:
    """Say what counts where nobody says it yet; what is said here stays."""
    policies = batch.unit.gate_policies
    there = {each.environment: each for each in policies.all()}
    for line, record in records:
        new, ours = _policy(record), there.get(record.environment)
        whose = record.environment or "the workspace"
        if ours is not None and set(ours.accepts) == set(new.accepts):
            batch.count(_POLICY, "unchanged")
        elif ours is not None:
            batch.refuse(line, _POLICY, f"The gate policy of {whose} is another one here, which stays.")
        elif new.environment is not None and not batch.unit.environments.with_names([new.environment]):
            batch.refuse(line, _POLICY, f"There is no environment {whose} here, so it got no gate policy.")
        else:
            policies.store(new, now=batch.hub.now())
            there[record.environment] = new
            batch.count(_POLICY, "created")


def _policy(record: ArchivedGatePolicy) -> GatePolicy:
    accepts = tuple(
        Requirement(
            frozenset(map(EvidenceKind, each.evidence)),
            None if each.within_seconds is None else _age(each.within_seconds),
        )
        for each in record.accepts
    )
    return GatePolicy(record.environment, accepts)


def _age(seconds: int) -> timedelta:
    """In whole minutes, as people write it."""
    return min(timedelta(minutes=-(-seconds // 60)), OLDEST)


def write_waivers(batch: Batch, records: Numbered) -> None:
    """Give waivers that are not here; those that are stay, but one that was taken back there is taken back here."""
    owners = required_pacticipants(batch, [(line, it.provider) for line, it in records])
    for name in dict.fromkeys(it.provider for _, it in records):
        _write_waivers(batch, owners[name], [(line, _waiver(it)) for line, it in records if it.provider == name])


def _write_waivers(batch: Batch, owner: Pacticipant, records: Sequence[tuple[int, Waiver]]) -> None:
    waivers, today = batch.unit.waivers, batch.hub.now().date()
    there = {_key(each): each for each in waivers.given_at(owner.id, [new.created_at for _, new in records])}
    room = MOST_WAIVERS - len(waivers.covering([owner.name], today))
    for line, new in records:
        ours = there.get(_key(new))
        if ours is not None and ours.withdrawn_at is None and new.withdrawn_at is not None and ours.id != NOT_STORED:
            waivers.withdraw(ours.id, new.withdrawn_by or "", now=new.withdrawn_at)
            batch.count(_WAIVER, "updated")
        elif ours is not None:
            batch.count(_WAIVER, "unchanged")
        elif refusal := _refusal(new, today, room):
            batch.refuse(line, _WAIVER, refusal)
        else:
            waivers.add(owner.id, new)
            there[_key(new)] = new
            room -= new.is_valid(today)
            batch.count(_WAIVER, "created")


def _refusal(new: Waiver, today: date, room: int) -> str | None:
    """Why a waiver is not given here: what nobody could ask for is not taken in either."""
    provider = new.scope.provider
    if new.scope.consumer is None and new.scope.rule is None:
        return f"A waiver of {provider} is for everything at once, which would be no gate at all."
    if new.until - today > timedelta(days=MOST_DAYS):
        return f"A waiver of {provider} ends more than {MOST_DAYS} days ahead, on {new.until}."
    if room <= 0 and new.is_valid(today):
        return f"{provider} has {MOST_WAIVERS} waivers that hold here, the most that there may be."
    return None


def _key(waiver: Waiver) -> tuple[object, ...]:
    """What tells it from others: it has no number that lasts."""
    return waiver.scope, waiver.by, waiver.reason, waiver.until, waiver.created_at


def _waiver(record: ArchivedWaiver) -> Waiver:
    until = day_in(record.until)
    assert until is not None
    scope = WaiverScope(
        provider=record.provider,
        provider_version=record.provider_version,
        consumer=record.consumer,
        consumer_version=record.consumer_version,
        environment=record.environment,
        contract=ContractKind(record.contract) if record.contract else None,
        rule=record.rule,
        path=record.path,
    )
    return Waiver(
        id=NOT_STORED,
        scope=scope,
        by=record.by,
        reason=record.reason,
        until=until,
        created_at=record.created_at,
        withdrawn_at=record.withdrawn_at,
        withdrawn_by=record.withdrawn_by,
    )
