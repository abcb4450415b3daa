"""The pack ``tenants``: what one tenant makes, another can neither see nor touch."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from contracthub.formats.safe_json import JsonValue
from contracthub.verification.policies.error_style import body_of
from contracthub.verification.policies.look import Look
from contracthub.verification.policies.pages import Paging
from contracthub.verification.policies.paging import pagings, walk
from contracthub.verification.policies.rules import Exchanged, Observation, Severity, broken, held, judged, rule
from contracthub.verification.policies.settings import NotSettings, Principal
from contracthub.verification.state_solving.api import ApiOperation, Resource, name_in_braces
from contracthub.verification.state_solving.wanted import arrays_in
from contracthub.verification.state_solving.workshop import NotMade, Thing, id_in

_REFUSED = frozenset({401, 403, 404, 410})
_NOTHING = "Two principals of different tenants are needed: [verify.policies.principals.NAME] tenant."
_NONE = "Nothing that a tenant makes can be told apart from what others make."


@dataclass(frozen=True, slots=True)
class Both:
    """Whose things they are, and who should not see them."""

    owner: Principal
    other: Principal


@dataclass(frozen=True, slots=True)
class Owned:
    """A thing that the owner made and can read."""

    thing: Thing
    as_read: JsonValue

    @property
    def resource(self) -> Resource:
        """Its kind."""
        return self.thing.resource


def _both(look: Look) -> Both | None:
    named = {each.name: each for each in look.settings.principals}
    table = look.settings.table("tenants")
    for role in ("owner", "other"):
        if table.get(role) and table[role] not in named:
            raise NotSettings(f"[verify.policies.tenants] {role}: there is no principal {table[role]!r}.")
    if table.get("owner") and table.get("other"):
        return Both(named[table["owner"]], named[table["other"]])
    tenants: dict[str, Principal] = {}
    for each in look.settings.principals:
        if each.tenant:
            tenants.setdefault(each.tenant, each)
    found = list(tenants.values())
    return Both(found[0], found[1]) if len(found) > 1 else None


def _owned(look: Look, rule_id: str, *, reads: bool = False) -> Iterator[tuple[Both, Owned]]:
    """One thing of every kind, made anew for each rule: the one before may have changed or removed it.

    For what only ``reads`` it may be one that was there before.
    """
    both = _both(look)
    if both is None:
        look.skip(rule_id, _NOTHING)
        return
    if not look.may_change and not reads:
        look.skip(rule_id, "The provider has a public address, so nothing is made there; unsafe-methods allows it.")
        return
    for resource in look.surface.api.resources.values():
        thing = _made(look, both.owner, resource)
        if thing is None and reads:
            thing = look.maker(both.owner).listed(resource)
        # What its owner can't read proves nothing when others can't.
        as_read = None if thing is None or thing.id is None else look.maker(both.owner).read(thing)
        if thing is not None and as_read is not None:
            yield both, Owned(thing, as_read)
    look.skip(rule_id, _NONE)


def _made(look: Look, owner: Principal, resource: Resource) -> Thing | None:
    if resource.read is None or not (resource.create or resource.put):
        return None
    try:
        return look.maker(owner).new(resource)
    except NotMade:
        return None


def _as_other(look: Look, both: Both, owned: Owned, operation: ApiOperation | None) -> Exchanged | None:
    described = None if operation is None else look.surface.by_name.get(operation.name)
    if described is None:
        return None
    call = look.maker(both.other).call_for(described, look.maker(both.owner).values_of(owned.thing))
    return None if call is None else look.ask(described.name, call)


def _unseen(by: Exchanged, both: Both, deed: str) -> Observation | None:
    status = by.answer.status
    if status < 400:
        return broken(by, f"What belongs to {_who(both.owner)} can be {deed} by {_who(both.other)}: {status}.")
    return held(by) if status in _REFUSED else None


def _who(principal: Principal) -> str:
    return f"{principal.name} of {principal.tenant}" if principal.tenant else principal.name


@rule(
    "tenants.read",
    Severity.HIGH,
    title="Another tenant's thing can't be read",
    sentence="What one tenant makes, and what is read of it, is 404 or 403 for another who knows its id.",
    mending="Look things up by their id and their tenant together, and answer as if there were none.",
)
def _read(look: Look) -> Iterator[Observation]:
    for both, owned in _owned(look, "tenants.read", reads=True):
        by = _as_other(look, both, owned, owned.resource.read)
        found = None if by is None else _unseen(by, both, "read")
        if by is None or found is None:
            continue
        yield found
        below = _beneath(look, both, owned, owned.resource.read)
        if below is not None and _shows(owned, below):
            yield broken(below, f"What belongs to {_who(both.owner)} can be read by {_who(both.other)} as its own.")
        if not found.fault:
            yield from _parts(look, both, owned)


def _beneath(look: Look, both: Both, owned: Owned, operation: ApiOperation | None) -> Exchanged | None:
    """The thing by its id, but beneath what the other has itself: its own tenant, or its own parent."""
    described = None if operation is None else look.surface.by_name.get(operation.name)
    if described is None or not owned.thing.path_values:
        return None
    maker, values = look.maker(both.other), dict(look.maker(both.owner).values_of(owned.thing))
    own = maker.values_above(described.api, set(owned.thing.path_values))
    call = maker.call_for(described, values | own) if own else None
    return None if call is None else look.ask(described.name, call)


def _shows(owned: Owned, by: Exchanged) -> bool:
    """Whether an answer tells of the thing: an id may be counted anew beneath each parent, and be of another then."""
    return by.answer.status < 300 and _is_same(owned.as_read, body_of(by.answer))


def _parts(look: Look, both: Both, owned: Owned) -> Iterator[Observation]:
    """What else is read of a thing that the other can't read: the other is not shown what its owner is shown."""
    values = look.maker(both.owner).values_of(owned.thing)
    for each in look.operations:
        names = {name for name in map(name_in_braces, each.api.segments) if name}
        is_part = owned.resource.parameter in names and names <= set(values) and each.api != owned.resource.read
        if each.api.method != "GET" or not is_part:
            continue
        asked = [look.maker(who).call_for(each, values) for who in (both.owner, both.other)]
        told, by = (None if call is None else look.ask(each.name, call) for call in asked)
        if told is None or by is None or told.answer.status != 200:
            continue
        shown = by.answer.status == 200 and by.answer.body == told.answer.body and not _is_bare(body_of(by.answer))
        fault = f"What belongs to {_who(both.owner)} can be read by {_who(both.other)}: {by.answer.status}."
        yield judged(by, fault if shown else "")


def _is_bare(body: JsonValue) -> bool:
    """Whether it shows nothing of anybody: no item, no text."""
    if isinstance(body, dict):
        return all(map(_is_bare, body.values()))
    return body is None or isinstance(body, bool | int | float) or not body


def _is_same(thing: JsonValue, other: JsonValue) -> bool:
    """Whether two objects tell of one thing: what both say is the same, and that is more than an id."""
    if not isinstance(thing, dict) or not isinstance(other, dict):
        return False
    both = thing.keys() & other.keys()
    return len(both) > 1 and all(thing[name] == other[name] for name in both)


@rule(
    "tenants.list",
    Severity.HIGH,
    title="Another tenant's things are in no list",
    sentence="What one tenant makes is on no page of another's list.",
    mending="Filter lists by the tenant of whoever asks, where the query is made and not where it is called.",
)
def _list(look: Look) -> Iterator[Observation]:
    paged = {each.operation.name: each for each in pagings(look)}
    for both, owned in _owned(look, "tenants.list", reads=True):
        listing = owned.resource.listing
        described = None if listing is None else look.surface.by_name.get(listing.name)
        if described is None:
            continue
        whole = Paging(described, owned.resource, "whole", None, None, None, None)
        paging = paged.get(described.name, whole)
        pages = walk(look, paging, paging.most, both.other)
        if pages is None:
            continue
        yield _hidden(both, owned, pages.keys, pages.pages[-1].by)
    yield from _in_other_lists(look)


def _in_other_lists(look: Look) -> Iterator[Observation]:
    """Lists that are no collection of their own, as ``/search`` and ``/orders/{id}/lines`` of another's order."""
    for both, owned in _owned(look, "tenants.list", reads=True):
        if (by := _as_other(look, both, owned, owned.resource.read)) is None or by.answer.status < 400:
            continue
        if owned.thing.path_values and owned.resource.listing is not None:
            listed = _as_other(look, both, owned, owned.resource.listing)
            yield from () if listed is None else _shown(both, owned, listed)
        for each in look.operations:
            is_list = each.api.method == "GET" and "{" not in each.api.path and each.api != owned.resource.listing
            call = look.maker(both.other).call_for(each) if is_list else None
            answered = None if call is None else look.ask(each.name, call)
            yield from () if answered is None else _shown(both, owned, answered)


def _shown(both: Both, owned: Owned, by: Exchanged) -> Iterator[Observation]:
    body = body_of(by.answer) if by.answer.status == 200 else None
    for items in [body] if isinstance(body, list) else [found for _, found in arrays_in(body)]:
        thing = next((each for each in items if id_in(owned.resource, each) == owned.thing.id), None)
        if thing is not None and _is_same(owned.as_read, thing):
            yield broken(by, f"What belongs to {_who(both.owner)} is in the list of {_who(both.other)}.")
            return


def _hidden(both: Both, owned: Owned, keys: tuple[str, ...], by: Exchanged) -> Observation:
    shown = json.dumps(owned.thing.id, sort_keys=True) in keys
    fault = f"What belongs to {_who(both.owner)} is in the list of {_who(both.other)}."
    return judged(by, fault if shown else "")


@rule(
    "tenants.update",
    Severity.HIGH,
    title="Another tenant's thing can't be changed",
    sentence="What one tenant makes can't be replaced, changed or taken further by another, and stays as it is.",
    mending="Look things up by their id and their tenant together for every operation, not for reads alone.",
)
def _update(look: Look) -> Iterator[Observation]:
    for both, owned in _owned(look, "tenants.update"):
        for operation in (owned.resource.put, owned.resource.patch, *_own_actions(owned.resource)):
            by = _as_other(look, both, owned, operation)
            if by is None:
                continue
            found = _unseen(by, both, "changed")
            if found is not None and not found.fault and look.maker(both.owner).read(owned.thing) != owned.as_read:
                refused = f"{_who(both.other)} is refused with {by.answer.status}"
                yield broken(by, f"{refused}, and it has changed all the same.")
            elif found is not None:
                yield found
            yield from _changed_beneath(look, both, owned, operation)


def _changed_beneath(
    look: Look, both: Both, owned: Owned, operation: ApiOperation | None, deed: str = "changed"
) -> Iterator[Observation]:
    maker = look.maker(both.owner)
    before = maker.read(owned.thing) if owned.thing.path_values else None
    by = None if before is None else _beneath(look, both, owned, operation)
    if by is not None and (_shows(owned, by) or maker.read(owned.thing) != before):
        yield broken(by, f"What belongs to {_who(both.owner)} can be {deed} by {_who(both.other)} as its own.")


def _own_actions(resource: Resource) -> list[ApiOperation]:
    return [each for each in resource.actions if len(each.segments) == len(resource.path.strip("/").split("/")) + 2]


@rule(
    "tenants.delete",
    Severity.HIGH,
    title="Another tenant's thing can't be deleted",
    sentence="What one tenant makes can't be deleted by another, and is still there afterwards.",
    mending="Delete by the id and the tenant together.",
)
def _delete(look: Look) -> Iterator[Observation]:
    for both, owned in _owned(look, "tenants.delete"):
        by = _as_other(look, both, owned, owned.resource.delete)
        found = None if by is None else _unseen(by, both, "deleted")
        if by is None or found is None:
            continue
        if not found.fault and look.maker(both.owner).read(owned.thing) is None:
            yield broken(by, f"{_who(both.other)} is refused with {by.answer.status}, and it is gone all the same.")
        else:
            yield found
            yield from _changed_beneath(look, both, owned, owned.resource.delete, "deleted")


@rule(
    "tenants.same-answer",
    Severity.LOW,
    title="Another tenant's thing looks like none",
    sentence="A read of another tenant's thing is answered with the status of a read of a thing that never was.",
    mending="Answer 404 to both, from the same line of code; 403 tells that there is one.",
)
def _same_answer(look: Look) -> Iterator[Observation]:
    for both, owned in _owned(look, "tenants.same-answer", reads=True):
        by = _as_other(look, both, owned, owned.resource.read)
        nothing = _nothing_as_other(look, both, owned.resource.read)
        if by is not None and nothing is not None and by.answer.status >= 400:
            fault = f"Another's thing is {by.answer.status}, and one that never was is {nothing.answer.status}."
            yield judged(by, fault if by.answer.status != nothing.answer.status else "")


def _nothing_as_other(look: Look, both: Both, operation: ApiOperation | None) -> Exchanged | None:
    described = None if operation is None else look.surface.by_name.get(operation.name)
    call = None if described is None else look.maker(both.other).call_for_nothing(described)
    return None if call is None or described is None else look.ask(described.name, call)
