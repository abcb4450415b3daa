"""Which pacts a provider has to verify: selected ones with their pending state, and work in progress."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from contracthub.domain.errors import Fault, Invalid
from contracthub.domain.names import faults_of_name
from contracthub.domain.selection import (
    BRANCH,
    TAG,
    Candidate,
    Found,
    Line,
    LineEvidence,
    VerifiablePact,
    default_selectors,
    found_by,
    found_by_fallback,
    merged,
    with_pending,
    work_in_progress,
)
from contracthub.domain.selectors import (
    FIELD,
    MOST_SELECTORS,
    ConsumerVersionSelector,
    SelectorKind,
    faults_of_environments,
    faults_of_selectors,
    selectors_from,
)
from contracthub.services.hub import Hub
from contracthub.services.pacticipants import required_pacticipant
from contracthub.services.ports import Unit
from contracthub.services.ports.selection import Selection

_BLANK_BRANCH = (
    "must not be empty when pending or work in progress pacts are asked for without provider tags, because these "
    "depend on it; name the branch, or leave the field out"
)


@dataclass(frozen=True, slots=True)
class PactsForVerification:
    """The pacts that a provider has to verify, in order."""

    provider_name: str
    pacts: tuple[VerifiablePact, ...]


@dataclass(frozen=True, slots=True)
class _Question:
    lines: tuple[Line, ...]
    selectors: tuple[ConsumerVersionSelector, ...]
    include_pending: bool
    wip_since: datetime | None


def pacts_for_verification(hub: Hub, provider_name: str, body: Mapping[str, Any]) -> PactsForVerification:
    """The pacts that the selectors in ``body`` select, and work in progress when it is asked for.

    Selected pacts come first, each group by consumer and version. Raises :class:`NotFound` for an unknown provider and
    :class:`Invalid` with every fault of the body (pact-broker-api §11).
    """
    with hub.reading() as unit:
        provider_id = required_pacticipant(unit, provider_name, "provider").id
        return PactsForVerification(provider_name, verifiable(hub, unit, unit.selection, provider_id, body))


def verifiable(
    hub: Hub, unit: Unit, selection: Selection, provider_id: int, body: Mapping[str, Any]
) -> tuple[VerifiablePact, ...]:
    """What the selectors in ``body`` select of what ``selection`` leads to, then work in progress, if asked for.

    Raises :class:`Invalid` with every fault of the body.
    """
    question = _question(unit, body)
    selected = merged(_Finder(selection, provider_id).found(question.selectors))
    if question.include_pending:
        selected = _with_pending(hub, selection, provider_id, question, selected)
    wip = _work_in_progress(hub, selection, provider_id, question, selected)
    if not question.include_pending:
        wip = [replace(pact, pending=None) for pact in wip]
    return (*selected, *wip)


def _question(unit: Unit, body: Mapping[str, Any]) -> _Question:
    branch, tags = body.get("providerVersionBranch"), body.get("providerVersionTags")
    selectors, pending = body.get(FIELD), body.get("includePendingStatus")
    wip_since, faults_of_wip = _moment_from(body.get("includeWipPactsSince"))
    faults = [*_faults_of_lines(body), *faults_of_wip]
    if pending is not None and not isinstance(pending, bool):
        faults.append(Fault("includePendingStatus", "must be boolean"))
    if selectors is not None:
        faults += faults_of_selectors(selectors, branch) or _faults_of_environments(unit, selectors)
    if faults:
        raise Invalid.of(*faults)
    names = dict.fromkeys(tags or ())
    lines = (Line(BRANCH, branch),) if branch else tuple(Line(TAG, name) for name in names)
    return _Question(lines, selectors_from(selectors or (), branch), pending is not False, wip_since)


def _faults_of_lines(body: Mapping[str, Any]) -> list[Fault]:
    branch, tags = body.get("providerVersionBranch"), body.get("providerVersionTags")
    if tags is not None and not isinstance(tags, list):
        return [Fault("providerVersionTags", "must be an array")]
    if len(tags or ()) > MOST_SELECTORS:
        return [Fault("providerVersionTags", f"cannot have more than {MOST_SELECTORS} tags")]
    faults = [
        fault
        for index, tag in enumerate(tags or ())
        for fault in faults_of_name("providerVersionTags", tag, index=index)
    ]
    if branch == "":
        if not tags and (body.get("includePendingStatus") or body.get("includeWipPactsSince")):
            faults.append(Fault("providerVersionBranch", _BLANK_BRANCH))
    elif branch is not None:
        faults += faults_of_name("providerVersionBranch", branch)
    return faults


def _faults_of_environments(unit: Unit, selectors: Sequence[Mapping[str, Any]]) -> list[Fault]:
    names = {name for each in selectors if (name := each.get("environment")) is not None}
    return faults_of_environments(selectors, unit.selection.environments(names)) if names else []


def _moment_from(value: object) -> tuple[datetime | None, list[Fault]]:
    if value is None:
        return None, []
    try:
        # 20260131 is a date as text, and no date as a number.
        return _moment_in(value if isinstance(value, str) else ""), []
    except (ValueError, OverflowError):
        return None, [Fault("includeWipPactsSince", "must be a date or a date-time, such as 2026-01-31")]


def _moment_in(text: str) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(text), time(), UTC)
    except ValueError:
        moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


class _Finder:
    """Finds what selectors lead to, asking storage once for each kind, or for each tag."""

    def __init__(self, selection: Selection, provider_id: int) -> None:
        self._selection = selection
        self._provider_id = provider_id
        self._known: dict[tuple[SelectorKind, str | None], Sequence[Candidate]] = {}

    def found(self, selectors: Sequence[ConsumerVersionSelector]) -> list[Found]:
        """What the selectors lead to; the default ones when there are none."""
        chosen = selectors or self._default()
        self._know_branches([each for each in chosen if each.kind is SelectorKind.BRANCH])
        return [found for selector in chosen for found in self._found_by(selector)]

    def _found_by(self, selector: ConsumerVersionSelector) -> list[Found]:
        found = found_by(selector, self._candidates(selector.kind, selector.name))
        if not found and selector.fallback_tag:
            return found_by_fallback(selector, self._candidates(selector.kind, selector.fallback_tag))
        return found

    def _default(self) -> Sequence[ConsumerVersionSelector]:
        consumers = self._selection.consumers(self._provider_id)
        tagged: set[str] = set()
        if any(each.main_branch and not each.main_branch_has_versions for each in consumers):
            tagged = {each.consumer_name for each in self._selection.newest_with_main_branch_tag(self._provider_id)}
        return default_selectors(consumers, tagged)

    def _know_branches(self, selectors: Sequence[ConsumerVersionSelector]) -> None:
        names = {each.name for each in selectors if each.name is not None}
        if not names:
            return
        heads = self._selection.branch_heads(self._provider_id, names)
        for name in names:
            self._known[SelectorKind.BRANCH, name] = [head for head in heads if head.found_by == name]

    def _candidates(self, kind: SelectorKind, name: str | None) -> Sequence[Candidate]:
        # What lives in environments is asked for all of them at once.
        key = (kind, None if kind in {SelectorKind.DEPLOYED, SelectorKind.RELEASED} else name)
        if key not in self._known:
            self._known[key] = self._asked(kind, name)
        return self._known[key]

    def _asked(self, kind: SelectorKind, name: str | None) -> Sequence[Candidate]:
        it = self._selection
        if name is not None and kind is SelectorKind.LATEST_WITH_TAG:
            return it.newest_with_tag(self._provider_id, name)
        if name is not None and kind is SelectorKind.WITH_TAG:
            return it.with_tag(self._provider_id, name)
        ask: dict[SelectorKind, Callable[[int], Sequence[Candidate]]] = {
            SelectorKind.LATEST: it.newest,
            SelectorKind.MAIN_BRANCH: it.main_branch_heads,
            SelectorKind.BRANCH: it.all_branch_heads,
            SelectorKind.DEPLOYED: it.deployed,
            SelectorKind.RELEASED: it.released,
        }
        return ask[kind](self._provider_id)


def _with_pending(
    hub: Hub, selection: Selection, provider_id: int, question: _Question, pacts: list[VerifiablePact]
) -> list[VerifiablePact]:
    keys = [pact.contract_id for pact in pacts]
    if not question.lines:
        verified = selection.ever_verified(keys)
        return [replace(pact, pending=pact.contract_id not in verified) for pact in pacts]
    first_used, evidence = _history(hub, selection, provider_id, question.lines, keys)
    return [with_pending(pact, evidence[pact.contract_id], first_used) for pact in pacts]


def _work_in_progress(
    hub: Hub, selection: Selection, provider_id: int, question: _Question, selected: Sequence[VerifiablePact]
) -> list[VerifiablePact]:
    if question.wip_since is None or not question.lines:
        return []
    branches = selection.all_branch_heads(provider_id, published_after=question.wip_since)
    tags = selection.newest_with_any_tag(provider_id, published_after=question.wip_since)
    heads = [
        *found_by(ConsumerVersionSelector(SelectorKind.BRANCH), branches),
        *found_by(ConsumerVersionSelector(SelectorKind.LATEST_WITH_TAG), tags),
    ]
    keys = {candidate.contract_id for candidate, _ in heads}
    first_used, evidence = _history(hub, selection, provider_id, question.lines, keys)
    return work_in_progress(heads, selected, evidence, first_used)


def _history(
    hub: Hub, selection: Selection, provider_id: int, lines: Sequence[Line], contract_ids: Collection[int]
) -> tuple[dict[Line, datetime | None], dict[int, dict[Line, LineEvidence]]]:
    """When each line was first used, and for each contract what each line knows of successes."""
    recent = hub.now() - timedelta(days=hub.rules.other_branch_lookback_days)
    by_line = {line: selection.evidence(contract_ids, line, recent=recent) for line in lines}
    first_used = {line: selection.first_used(provider_id, line) for line in lines}
    return first_used, {key: {line: by_line[line][key] for line in lines} for key in contract_ids}
