"""What runs make of a finding: the laws, over every order of runs on several branches."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from contracthub.domain.finding_states import Remembered, Run, after_absence, after_acceptance, after_sighting
from contracthub.domain.findings import FindingState
from tests.domain.test_findings import KNOWN

NEW, ACCEPTED, FIXED, CAME_BACK = FindingState
START = datetime(2026, 11, 21, 12, tzinfo=UTC)
BRANCHES = (None, "", "feature", "other")


def run(order: int, branch: str | None = None, days: int = 0) -> Run:
    return Run(version=str(order), order=order, branch=branch, at=START + timedelta(days=days))


def remembered(branch: str | None = None, order: int = 10) -> Remembered:
    return Remembered(known=replace(KNOWN, branch=branch), seen_order=order)


runs = st.builds(run, st.integers(1, 20), st.sampled_from(BRANCHES), st.integers(0, 20))
steps = st.lists(st.tuples(st.sampled_from(["sighting", "absence", "acceptance"]), runs), max_size=12)


def after(it: Remembered, what: str, a_run: Run) -> Remembered:
    if what == "acceptance":
        if it.known.state is FIXED:
            return it
        until = a_run.at.date() + timedelta(days=5)
        return replace(it, known=after_acceptance(it.known, owner="Ada", reason="later", until=until))
    return after_sighting(it, a_run) if what == "sighting" else after_absence(it, a_run)


def test_a_newer_version_of_the_main_branch_fixes_and_brings_back() -> None:
    fixed = after_absence(remembered(), run(11))
    assert (fixed.known.state, fixed.known.fixed_version) == (FIXED, "11")
    back = after_sighting(fixed, run(12))
    assert (back.known.state, back.known.last_seen_version) == (CAME_BACK, "12")
    assert after_absence(back, run(13)).known.state is FIXED


def test_the_same_version_can_be_seen_again_without_it() -> None:
    assert after_absence(remembered(), run(10)).known.state is FIXED


def test_an_older_version_has_no_say() -> None:
    assert after_absence(remembered(), run(9)) == remembered()
    fixed = after_absence(remembered(), run(12))
    assert after_sighting(fixed, run(11)) == fixed


def test_a_branch_neither_fixes_nor_brings_back_what_is_of_the_main_branch() -> None:
    assert after_absence(remembered(), run(11, "feature")) == remembered()
    fixed = after_absence(remembered(), run(11))
    assert after_sighting(fixed, run(12, "feature")) == fixed


def test_what_only_a_branch_has_shown_is_fixed_by_that_branch_and_becomes_the_main_branchs() -> None:
    of_branch = remembered("feature")
    assert after_absence(of_branch, run(11)) == of_branch
    assert after_absence(of_branch, run(11, "feature")).known.state is FIXED
    merged = after_sighting(of_branch, run(11))
    assert (merged.known.branch, merged.known.state) == (None, NEW)
    assert after_sighting(of_branch, run(11, "other")).known.branch == "other"


def test_what_was_accepted_and_fixed_comes_back_unaccepted() -> None:
    known = after_acceptance(KNOWN, owner="Ada", reason="later", until=date(2027, 1, 1))
    fixed = after_absence(replace(remembered(), known=known), run(11))
    assert after_sighting(fixed, run(12)).known.state is CAME_BACK


def test_an_acceptance_that_has_run_out_is_new_again_with_the_words_of_whoever_accepted() -> None:
    known = after_acceptance(KNOWN, owner="Ada", reason="later", until=START.date())
    it = replace(remembered(), known=known)
    assert after_sighting(it, run(11)).known.state is ACCEPTED
    over = after_sighting(it, run(12, days=1)).known
    assert (over.state, over.owner, over.reason) == (NEW, "Ada", "later")


@given(steps)
def test_once_of_the_main_branch_always_of_the_main_branch(done: list[tuple[str, Run]]) -> None:
    it = remembered("feature")
    for what, a_run in done:
        was_main = it.known.branch is None
        it = after(it, what, a_run)
        assert not was_main or it.known.branch is None


@given(steps, steps)
def test_what_branches_do_leaves_the_main_branchs_findings_alone(
    main: list[tuple[str, Run]], others: list[tuple[str, Run]]
) -> None:
    it = remembered()
    for what, a_run in main:
        it = after(it, what, replace(a_run, branch=None))
    before = it
    for what, a_run in others:
        if what != "acceptance" and a_run.branch is not None:
            it = after(it, what, a_run)
    assert it == before


@given(steps)
def test_a_state_is_fixed_exactly_where_a_version_fixed_it(done: list[tuple[str, Run]]) -> None:
    it = remembered()
    for what, a_run in done:
        it = after(it, what, a_run)
        if it.known.state is FIXED:
            assert it.fixed_order is not None
            assert it.fixed_order >= it.seen_order
            assert it.known.fixed_at is not None
        if it.known.state is CAME_BACK:
            assert it.fixed_order is not None


@given(steps, runs)
def test_seeing_or_missing_twice_is_seeing_or_missing_once(done: list[tuple[str, Run]], last: Run) -> None:
    it = remembered()
    for what, a_run in done:
        it = after(it, what, a_run)
    for step in (after_sighting, after_absence):
        once = step(it, last)
        assert step(once, last) == once
