"""The lives of resources, by the provider's own document, without any contract: made, read, listed, changed, removed.

A resource has a life cycle where a collection makes things (POST, or PUT to an id of one's own choice) that can be read
one by one. What is checked needs no opinion: what was made can be read, the list has it, a change that was accepted can
be seen, and what was removed is gone (404 or 410, or marked as removed) and in no list. Where nobody can tell, it is a
note and no fault.
"""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from contracthub.domain.verification_reports import Mismatch
from contracthub.domain.verification_runs import Check, CheckStatus, Suite
from contracthub.formats.safe_json import JsonObject, JsonValue
from contracthub.verification.journeys.marks import mark_of_removal
from contracthub.verification.provider_client import ProviderAnswer
from contracthub.verification.state_solving.api import Api, ApiOperation, Resource
from contracthub.verification.state_solving.values import Wishes, body_for, fits
from contracthub.verification.state_solving.wanted import arrays_in
from contracthub.verification.state_solving.workshop import NotMade, Round, Thing, Workshop, id_in, json_in

MOST_CYCLES = 50
_BROKE = re.compile(r" answered 5\d\d")
_GONE = (404, 410)
_LONGEST_WAIT = 5.0
_PAUSE = 0.1
_LONGEST_SHOWN = 160
_MORE = re.compile(r"next|cursor|more|continuation", re.IGNORECASE)
_TOTAL = re.compile(r"total|count", re.IGNORECASE)


class Broken(Exception):
    """A step of a life did not go as it has to."""

    def __init__(self, step: str, operation: ApiOperation, text: str, answer: ProviderAnswer | None = None) -> None:
        super().__init__(text)
        self.step, self.operation, self.answer = step, operation, answer


@dataclass(slots=True)
class _Life:
    """One resource's life as it goes on. ``steps`` are those that were taken, in order."""

    resource: Resource
    shop: Workshop
    now: Round
    heard: Callable[[str, ProviderAnswer], None]
    steps: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def ask(self, step: str, operation: ApiOperation, thing: Thing, body: JsonValue = None) -> ProviderAnswer:
        """The answer to the next step. Raises Broken where none came."""
        if not self.steps or self.steps[-1] != step:
            self.steps.append(step)
        try:
            answer = self.shop.send(self.now, operation, self.shop.values_of(thing), body)
        except NotMade as failure:
            raise Broken(step, operation, f"no answer came: {failure}") from failure
        self.heard(operation.name, answer)
        return answer


def life_cycles_of(api: Api) -> tuple[Resource, ...]:
    """The resources that have a life cycle, in the order of the document."""
    found = [each for each in api.resources.values() if _has_life(each)]
    return tuple(found[:MOST_CYCLES])


def _has_life(resource: Resource) -> bool:
    return bool((resource.create or resource.put) and resource.read and resource.parameter)


def life_cycle(api: Api, shop: Workshop, resource: Resource, heard: Callable[[str, ProviderAnswer], None]) -> Check:
    """Lives the life of one resource, and removes what was made for it."""
    now = Round()
    life = _Life(resource, shop, now, heard)
    started = time.monotonic()
    name = f"life cycle of {resource.path}"
    try:
        found = _lived(api, life)
    except Broken as broken:
        number = len(life.steps)
        where = f"Step {number} '{broken.step}' ({broken.operation.name})"
        found = Check(
            suite=Suite.JOURNEYS,
            name=name,
            status=CheckStatus.FAILED,
            operation=broken.operation.name,
            status_code=broken.answer.status if broken.answer else None,
            mismatches=(_mismatch(number, broken),),
            error=f"{where}: {broken}.",
            notes=tuple(life.notes),
        )
    finally:
        shop.remove(now)
    return _timed(found, name, started)


def _timed(check: Check, name: str, started: float) -> Check:
    return replace(check, name=name, milliseconds=round((time.monotonic() - started) * 1000, 3))


def _mismatch(number: int, broken: Broken) -> Mismatch:
    actual = str(broken.answer.status) if broken.answer else None
    return Mismatch("status" if broken.answer else "error", "", f"step {number}: {broken}", None, actual)


def _lived(api: Api, life: _Life) -> Check:
    resource = life.resource
    maker = resource.create or resource.put
    assert maker is not None
    assert resource.read is not None
    life.steps.append("create")
    try:
        thing = life.shop.make(life.now, resource, Wishes())
    except NotMade as failure:
        if _BROKE.search(str(failure)):
            raise Broken("create", maker, str(failure)) from failure
        return _skipped(f"Nothing of this kind could be made: {failure}.")
    if thing.id is None:
        return _skipped(f"{maker.name} does not tell the id of what it made, which stays there.")
    first = _read(life, thing)
    _listed(life, thing)
    _changed(api, life, thing, first)
    _removed(life, thing, first)
    told = f"{', '.join(dict.fromkeys(life.steps))}"
    return Check(
        suite=Suite.JOURNEYS,
        name="",
        status=CheckStatus.PASSED,
        operation=maker.name,
        notes=(f"taken: {told}", *life.notes),
    )


def _skipped(why: str) -> Check:
    return Check(suite=Suite.JOURNEYS, name="", status=CheckStatus.SKIPPED, error=why)


def _read(life: _Life, thing: Thing) -> JsonValue:
    read = life.resource.read
    assert read is not None
    maker = life.resource.create or life.resource.put
    # What is accepted with 202 may come about a little later.
    ends = time.monotonic() + (_LONGEST_WAIT if maker is not None and "202" in maker.statuses else 0.0)
    answer = life.ask("read what was made", read, thing)
    while answer.status == 404 and time.monotonic() < ends:
        time.sleep(_PAUSE)
        answer = life.ask("read what was made", read, thing)
    if not 200 <= answer.status < 300:
        text = f"the answer was {answer.status} for {thing.id!r}, which had just been made{_said(answer)}"
        raise Broken("read what was made", read, text, answer)
    told = json_in(answer)
    known = id_in(life.resource, told)
    if known is not None and str(known) != str(thing.id):
        text = f"{thing.id!r} was asked for, and the answer is about {known!r}"
        raise Broken("read what was made", read, text, answer)
    return told


def _listed(life: _Life, thing: Thing) -> None:
    """That the list has it. A list that goes on elsewhere, or can be asked only with a filter, tells nothing."""
    listing = life.resource.listing
    if listing is None or any(each.required and each.where == "query" for each in listing.parameters):
        return
    step = "find it in the list"
    answer = life.ask(step, listing, thing)
    if answer.status >= 500:
        raise Broken(step, listing, f"the answer was {answer.status}{_said(answer)}", answer)
    told = json_in(answer)
    if answer.status != 200 or told is None or _holds(told, thing):
        return
    if _may_go_on(answer, told):
        life.notes.append(f"{listing.name} has more than one page; whether it has the new one was not looked for")
        return
    text = f"{thing.id!r} had just been made, and the list is whole and does not have it"
    raise Broken(step, listing, text, answer)


def _holds(told: JsonValue, thing: Thing) -> bool:
    waiting: list[JsonValue] = [told]
    for each in waiting:
        if isinstance(each, dict):
            waiting.extend(each.values())
        elif isinstance(each, list):
            waiting.extend(each)
        elif isinstance(each, str | int) and not isinstance(each, bool):
            text = str(each)
            if text == str(thing.id) or text.endswith(f"/{thing.id}"):
                return True
    return False


def _may_go_on(answer: ProviderAnswer, told: JsonValue) -> bool:
    """Whether an answer says, or can be understood, that the list does not end with it."""
    if "next" in answer.headers.get("link", "").lower():
        return True
    lists = [told] if isinstance(told, list) else [items for _, items in arrays_in(told)]
    longest = max(map(len, lists), default=0)
    for name, value in _members(told):
        if _MORE.search(name) and value not in (None, False, "", 0):
            return True
        if _TOTAL.search(name) and isinstance(value, int) and not isinstance(value, bool) and value > longest:
            return True
    # A round number of items may well be all that fits on a page.
    return longest >= 10 and longest % 5 == 0


def _members(told: JsonValue, depth: int = 0) -> Iterator[tuple[str, JsonValue]]:
    if isinstance(told, dict) and depth < 3:
        for name, value in told.items():
            yield name, value if not isinstance(value, dict | list) else None
            yield from _members(value, depth + 1)


def _changed(api: Api, life: _Life, thing: Thing, before: JsonValue) -> None:
    """That a change which the provider accepted can be seen. A change that it refuses for its content is a note."""
    operation = life.resource.put or life.resource.patch
    if operation is None or operation.body is None:
        return
    made = _change(api, operation, before)
    if made is None:
        return
    body, member, value = made
    step = "change it"
    answer = life.ask(step, operation, thing, body)
    if answer.status >= 500 or answer.status in (404, 405, 410):
        raise Broken(step, operation, f"the answer was {answer.status}{_said(answer)}", answer)
    if answer.status >= 300:
        life.notes.append(f"{operation.name} answered {answer.status}{_said(answer)}, so no change was looked for")
        return
    if answer.status == 202:
        return
    after = _read_again(life, thing)
    if member is None:
        return
    old, new = _member(before, member), _member(after, member)
    if new == old and old != value:
        text = f"the answer to the change was {answer.status}, and {member} still is {old!r}, not {value!r}"
        raise Broken("see the change", operation, text, answer)


def _read_again(life: _Life, thing: Thing) -> JsonValue:
    read = life.resource.read
    assert read is not None
    answer = life.ask("see the change", read, thing)
    if not 200 <= answer.status < 300:
        raise Broken("see the change", read, f"the answer was {answer.status}{_said(answer)}", answer)
    return json_in(answer)


def _change(api: Api, operation: ApiOperation, before: JsonValue) -> tuple[JsonObject, str | None, JsonValue] | None:
    """A body that changes one plain text of a thing and leaves the rest, the member, and its new value."""
    assert operation.body is not None
    schema = operation.body
    members = api.members(schema)
    known: JsonObject = {}
    for name in members:
        value = _member(before, name)
        if value is not None:
            known[name] = value
    member = next((name for name in known if _is_plain_text(api.facts(members[name]), name, known[name])), None)
    changed: JsonValue = None
    if member is not None:
        changed = f"{known[member]} 2"
        if fits(api.facts(members[member]), changed):
            known = {**known, member: changed} if operation.method == "PUT" else {member: changed}
        else:
            member = None
    made = body_for(api, schema, Wishes(like=known, index=1))
    return (made, member, changed) if isinstance(made, dict) else None


def _is_plain_text(facts: JsonObject, name: str, value: JsonValue) -> bool:
    special = {"enum", "const", "format", "pattern", "readOnly"} & set(facts)
    is_id = name.lower().endswith(("id", "key", "code", "slug", "url", "uri", "email", "status", "state"))
    return isinstance(value, str) and not special and not is_id


def _member(told: JsonValue, name: str) -> JsonValue:
    """A member of a thing, or of the envelope that it is in."""
    if not isinstance(told, dict):
        return None
    if name in told:
        return told[name]
    inner = [each for each in told.values() if isinstance(each, dict)]
    return inner[0].get(name) if len(inner) == 1 else None


def _removed(life: _Life, thing: Thing, before: JsonValue) -> None:
    """That what was removed is gone, from the list as well."""
    delete, read = life.resource.delete, life.resource.read
    if delete is None or read is None:
        return
    answer = life.ask("remove it", delete, thing)
    if answer.status >= 500 or answer.status in (404, 405, 410):
        raise Broken("remove it", delete, f"the answer was {answer.status}{_said(answer)}", answer)
    if answer.status >= 300:
        life.notes.append(f"{delete.name} answered {answer.status}{_said(answer)}, so it is not looked for afterwards")
        return
    life.now.things.remove(thing)
    patience = _LONGEST_WAIT if answer.status == 202 else 0.0
    ends = time.monotonic() + patience
    step = "find it gone"
    while True:
        gone = life.ask(step, read, thing)
        if gone.status in _GONE:
            break
        if gone.status == 200 and (mark := mark_of_removal(json_in(gone), before)):
            life.notes.append(f"{read.name} still tells of it after {delete.name}, marked as removed ({mark})")
            return
        if time.monotonic() >= ends:
            text = (
                f"the answer was {gone.status} for {thing.id!r}, which had been removed ({delete.name} {answer.status})"
            )
            raise Broken(step, read, text, gone)
        time.sleep(_PAUSE)
    _unlisted(life, thing, before)


def _unlisted(life: _Life, thing: Thing, before: JsonValue) -> None:
    listing = life.resource.listing
    if listing is None or any(each.required and each.where == "query" for each in listing.parameters):
        return
    step = "find it in no list"
    answer = life.ask(step, listing, thing)
    told = json_in(answer) if answer.status == 200 else None
    lists = [told] if isinstance(told, list) else [items for _, items in arrays_in(told)]
    for each in (item for items in lists for item in items):
        if str(id_in(life.resource, each)) == str(thing.id) and not mark_of_removal(each, before):
            raise Broken(step, listing, f"{thing.id!r} had been removed, and the list still has it", answer)


def _said(answer: ProviderAnswer) -> str:
    text = answer.body[:_LONGEST_SHOWN].decode("utf-8", "replace").strip()
    return f" ({text})" if text else ""
