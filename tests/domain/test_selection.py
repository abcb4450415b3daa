"""How selectors resolve to pacts, and when a pact is pending or work in progress."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracthub.domain.selection import (
    BRANCH,
    TAG,
    Candidate,
    Consumer,
    Line,
    LineEvidence,
    default_selectors,
    found_by,
    found_by_fallback,
    is_pending,
    is_work_in_progress,
    merged,
    with_pending,
    work_in_progress,
)
from contracthub.domain.selectors import ConsumerVersionSelector, SelectorKind

START = datetime(2026, 1, 1, tzinfo=UTC)
MAIN, FEAT = Line(BRANCH, "main"), Line(BRANCH, "feat")
DEV, PROD = Line(TAG, "dev"), Line(TAG, "prod")
LATEST = ConsumerVersionSelector(SelectorKind.LATEST)
BRANCHES = ConsumerVersionSelector(SelectorKind.BRANCH)


def day(number: int) -> datetime:
    return START + timedelta(days=number)


def pact(
    consumer: str = "Foo", version: int = 1, contract: int = 1, found: str | None = None, *, production: bool = False
) -> Candidate:
    return Candidate(contract, f"sha{contract}", consumer, version, f"v{version}", found, production)


def test_a_selector_takes_only_its_consumer_and_its_name() -> None:
    heads = [pact("Foo", 1, 1, "main"), pact("Foo", 2, 2, "feat"), pact("Baz", 3, 3, "main")]
    only = ConsumerVersionSelector(SelectorKind.BRANCH, "main", "Foo")
    ((candidate, resolved),) = found_by(only, heads)
    assert (candidate.version_number, resolved.name, resolved.consumer) == ("v1", "main", "Foo")
    assert len(found_by(BRANCHES, heads)) == 3


def test_a_fallback_tells_which_tag_had_no_pact() -> None:
    selector = ConsumerVersionSelector(SelectorKind.LATEST_WITH_TAG, "feat", None, "main")
    ((_, resolved),) = found_by_fallback(selector, [pact(found="main")])
    assert (resolved.name, resolved.instead_of) == ("main", "feat")


def test_same_content_is_one_entry_for_its_newest_version() -> None:
    found = [
        *found_by(BRANCHES, [pact("Foo", 1, 1, "main"), pact("Foo", 3, 1, "feat")]),
        *found_by(LATEST, [pact("Foo", 3, 1)]),
        *found_by(LATEST, [pact("Foo", 3, 1)]),
    ]
    (entry,) = merged(found)
    assert (entry.version_number, entry.version_numbers) == ("v3", ("v3", "v1"))
    assert [(each.kind, each.name) for each in entry.selectors] == [
        (SelectorKind.LATEST, None),
        (SelectorKind.BRANCH, "feat"),
        (SelectorKind.BRANCH, "main"),
    ]


@given(st.permutations([pact("Foo", 1, 1), pact("Foo", 2, 2), pact("Baz", 9, 3), pact("Foo", 3, 1)]))
def test_the_order_of_rows_does_not_matter(rows: list[Candidate]) -> None:
    assert [(each.consumer_name, each.version_id) for each in merged(found_by(LATEST, rows))] == [
        ("Baz", 9),
        ("Foo", 2),
        ("Foo", 3),
    ]


def test_production_environments_are_told_last() -> None:
    homes = [pact(found="a-production", production=True), pact(found="test")]
    (entry,) = merged(found_by(ConsumerVersionSelector(SelectorKind.DEPLOYED), homes))
    assert [each.name for each in entry.selectors] == ["test", "a-production"]


def test_without_selectors_each_consumer_gets_the_best_there_is() -> None:
    consumers = [
        Consumer("Branched", "main", main_branch_has_versions=True),
        Consumer("Tagged", "main", main_branch_has_versions=False),
        Consumer("Neither", "main", main_branch_has_versions=False),
        Consumer("Plain", None, main_branch_has_versions=False),
    ]
    assert default_selectors(consumers, ["Tagged", "Branched"]) == [
        ConsumerVersionSelector(SelectorKind.MAIN_BRANCH, None, "Branched"),
        ConsumerVersionSelector(SelectorKind.LATEST_WITH_TAG, "main", "Tagged"),
        ConsumerVersionSelector(SelectorKind.LATEST, None, "Neither"),
        ConsumerVersionSelector(SelectorKind.LATEST, None, "Plain"),
        ConsumerVersionSelector(SelectorKind.DEPLOYED),
        ConsumerVersionSelector(SelectorKind.RELEASED),
    ]


@pytest.mark.parametrize(
    ("evidence", "first_used", "pending"),
    [
        (LineEvidence(), None, True),
        (LineEvidence(), day(5), True),
        (LineEvidence(succeeded=True), day(5), False),
        (LineEvidence(first_elsewhere=day(4)), day(5), False),
        (LineEvidence(first_elsewhere=day(5)), day(5), True),
        (LineEvidence(first_elsewhere=day(6)), day(5), True),
        (LineEvidence(first_elsewhere=day(6)), None, False),
    ],
)
def test_pending_until_this_line_succeeded_or_another_before_it_began(
    evidence: LineEvidence, first_used: datetime | None, pending: bool
) -> None:
    assert is_pending(evidence, first_used) is pending


def test_pending_for_one_of_several_tags_is_pending() -> None:
    (entry,) = merged(found_by(LATEST, [pact()]))
    evidence = {DEV: LineEvidence(succeeded=True), PROD: LineEvidence()}
    found = with_pending(entry, evidence, {DEV: day(1), PROD: day(1)})
    assert (found.pending, found.pending_for, found.settled_for) == (True, (PROD,), (DEV,))


@pytest.mark.parametrize(
    ("line", "evidence", "first_used", "wip"),
    [
        (MAIN, LineEvidence(), None, True),
        (MAIN, LineEvidence(succeeded=True), day(5), True),
        (MAIN, LineEvidence(succeeded=True, succeeded_when_selected=True), day(5), False),
        (MAIN, LineEvidence(first_selected_elsewhere=day(4)), day(5), True),
        (MAIN, LineEvidence(first_selected_elsewhere_recent=day(4)), day(5), False),
        (MAIN, LineEvidence(first_selected_elsewhere_recent=day(6)), day(5), True),
        (MAIN, LineEvidence(first_elsewhere=day(4)), day(5), True),
        (DEV, LineEvidence(first_selected_elsewhere=day(4)), day(5), False),
        (DEV, LineEvidence(first_selected_elsewhere=day(6)), day(5), True),
    ],
)
def test_work_in_progress_until_a_selector_picked_it_up(
    line: Line, evidence: LineEvidence, first_used: datetime | None, wip: bool
) -> None:
    assert is_work_in_progress(line, evidence, first_used) is wip


def test_what_selectors_selected_is_no_work_in_progress() -> None:
    selected = merged(found_by(LATEST, [pact("Foo", 1, 1)]))
    heads = found_by(BRANCHES, [pact("Foo", 2, 1, "feat"), pact("Foo", 3, 2, "a"), pact("Foo", 4, 2, "b")])
    heads += found_by(BRANCHES, [pact("Foo", 5, 3, "done")])
    settled = LineEvidence(succeeded=True, succeeded_when_selected=True)
    evidence = {1: {DEV: LineEvidence()}, 2: {DEV: settled, PROD: LineEvidence()}, 3: {DEV: settled, PROD: settled}}
    (entry,) = work_in_progress(heads, selected, evidence, {DEV: None, PROD: None})
    assert (entry.version_number, entry.wip, entry.pending, entry.pending_for) == ("v4", True, True, (PROD,))
