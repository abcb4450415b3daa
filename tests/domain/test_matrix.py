"""The gate's rules, each on the smallest question that shows it, and its laws over generated questions."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracthub.domain.matrix import decide
from contracthub.domain.matrix_question import (
    Criterion,
    IgnoreSelector,
    MatrixRow,
    Question,
    RequiredPair,
    ResolvedSelector,
)
from contracthub.domain.matrix_reasons import ALL_GOOD, NAME_A_VERSION, NAME_AN_ENVIRONMENT, NOTHING_NEEDED
from contracthub.domain.standings import VerdictKind
from contracthub.domain.verdicts import Decision, NoticeKind

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
FOO_1 = ResolvedSelector("Foo", Criterion.VERSION, None, 1, "1")
BAR_IN_PROD = ResolvedSelector("Bar", Criterion.ENVIRONMENT, "prod", 12, "2", specified=False)
NOBODY_IN_PROD = ResolvedSelector("Bar", Criterion.ENVIRONMENT, "prod", specified=False)


def row(success: bool | None = None, *, provider_version_id: int | None = 12, consumer: str = "Foo") -> MatrixRow:
    known = success is not None
    return MatrixRow(
        consumer=consumer,
        consumer_version_id=1,
        consumer_version="1",
        provider="Bar",
        contract_id=5,
        identity="a" * 40,
        published_at=NOW,
        provider_version_id=provider_version_id if known else None,
        provider_version="2" if known else None,
        success=success,
        verification=9 if known else None,
        verified_at=NOW if known else None,
    )


def ask(*rows: MatrixRow, selectors: tuple[ResolvedSelector, ...] = (FOO_1, BAR_IN_PROD), **more: object) -> Decision:
    options = {"has_target": True, "environment": "prod", "required": (RequiredPair("Foo", "Bar"),)} | more
    return decide(Question(selectors=selectors, rows=rows, **options))  # type: ignore[arg-type]


def kinds(decision: Decision) -> list[VerdictKind]:
    return [verdict.kind for verdict in decision.verdicts]


def test_a_successful_result_from_the_deployed_version_is_a_yes() -> None:
    decision = ask(row(True))
    assert decision.deployable is True
    assert decision.reason == ALL_GOOD
    assert kinds(decision) == [VerdictKind.VERIFIED]
    assert decision.blocking == ()


def test_a_failed_result_is_a_no_with_the_pair_and_a_remedy() -> None:
    decision = ask(row(False))
    assert decision.deployable is False
    assert decision.reason == (
        "The verification for the pact between version 1 of Foo and the version of Bar currently in prod (2) failed"
    )
    assert kinds(decision) == [VerdictKind.FAILED]
    assert decision.blocking == (0,)
    remedy = decision.verdicts[0].remedy
    assert remedy is not None
    assert remedy.command == "contracthub verify provider Bar --provider-base-url URL --publish"


def test_without_a_result_nothing_is_known() -> None:
    decision = ask(row(None))
    assert decision.deployable is None
    assert (decision.counts.success, decision.counts.failed, decision.counts.unknown) == (0, 0, 1)
    assert decision.reason == (
        "There is no verified pact between version 1 of Foo and the version of Bar currently in prod (2)"
    )
    verdict = decision.verdicts[0]
    assert (verdict.kind, verdict.provider and verdict.provider.version) == (VerdictKind.NEVER_VERIFIED, "2")
    assert verdict.remedy is not None
    assert "--provider-version 2" in verdict.remedy.command


def test_unknown_wins_over_failed() -> None:
    other = ResolvedSelector("Baz", Criterion.ENVIRONMENT, "prod", 13, "7", specified=False)
    unmet = MatrixRow("Foo", 1, "1", "Baz", 6, "b" * 40, NOW)
    decision = ask(row(False), unmet, selectors=(FOO_1, BAR_IN_PROD, other))
    assert decision.deployable is None
    assert kinds(decision) == [VerdictKind.FAILED, VerdictKind.NEVER_VERIFIED]


def test_nobody_in_the_environment_is_unanswerable_and_names_what_to_deploy() -> None:
    decision = ask(row(None), selectors=(FOO_1, NOBODY_IN_PROD))
    assert decision.deployable is None
    assert decision.reason == (
        "There is no verified pact between version 1 of Foo and a version of Bar currently in prod "
        "(no version is currently recorded as deployed/released in this environment)"
    )
    verdict = decision.verdicts[0]
    assert verdict.kind is VerdictKind.UNANSWERABLE
    assert verdict.remedy is not None
    assert verdict.remedy.command == (
        "contracthub can-i-deploy --pacticipant Bar --version VERSION --to-environment prod"
        " && contracthub record-deployment --pacticipant Bar --version VERSION --environment prod"
    )


def test_a_version_that_does_not_exist_is_a_no_and_the_only_error() -> None:
    missing = ResolvedSelector("Foo", Criterion.VERSION, None, None, "9")
    decision = ask(row(False), selectors=(missing, BAR_IN_PROD))
    assert decision.deployable is False
    assert decision.reason == "No pacts or verifications have been published for version 9 of Foo"
    assert kinds(decision)[0] is VerdictKind.NOT_PUBLISHED


def test_no_rows_needed_is_a_yes() -> None:
    decision = ask(required=())
    assert (decision.deployable, decision.reason) == (True, NOTHING_NEEDED)


def test_a_required_pair_without_a_row_is_unknown() -> None:
    decision = ask()
    assert decision.deployable is None
    assert decision.counts.unknown == 1
    assert decision.reason.startswith("There is no verified pact between version 1 of Foo and the version of Bar")


def test_each_version_that_lives_there_needs_evidence() -> None:
    eleven = ResolvedSelector("Bar", Criterion.ENVIRONMENT, "prod", 11, "11", several=True, specified=False)
    twelve = ResolvedSelector("Bar", Criterion.ENVIRONMENT, "prod", 12, "2", several=True, specified=False)
    unmet = MatrixRow("Foo", 1, "1", "Bar", 5, "a" * 40, NOW, 1, 11, "11")
    decision = ask(row(True), unmet, selectors=(FOO_1, eleven, twelve))
    assert decision.deployable is None
    assert "one of the versions of Bar currently in prod (11)" in decision.reason
    assert kinds(decision) == [VerdictKind.VERIFIED, VerdictKind.NEVER_VERIFIED]


def test_ignored_rows_do_not_count() -> None:
    decision = ask(row(False), ignore=(IgnoreSelector("Bar"),))
    assert decision.deployable is True
    assert decision.counts.ignored == 1
    assert decision.verdicts == ()


def test_what_can_not_be_ignored_is_a_warning() -> None:
    decision = ask(row(True), ignore=(IgnoreSelector("Nope", exists=False),))
    assert decision.notices[0].kind is NoticeKind.WARNING
    assert decision.notices[0].text == "WARN: Cannot ignore any version of Nope (no such pacticipant exists)"


def test_a_question_without_target_or_number_is_answered_with_warnings() -> None:
    latest = ResolvedSelector("Foo", Criterion.LATEST_TAG, "dev", 1, "1")
    decision = ask(row(True), selectors=(latest,), has_target=False)
    assert [notice.text for notice in decision.notices] == [NAME_AN_ENVIRONMENT, NAME_A_VERSION, ALL_GOOD]


def test_only_a_single_selector_is_told_to_name_an_environment() -> None:
    another = ResolvedSelector("Foo", Criterion.VERSION, None, 7, "3")
    assert NAME_AN_ENVIRONMENT in ask(row(True), selectors=(FOO_1,), has_target=False).reason
    assert ask(row(True), selectors=(FOO_1, another), has_target=False).reason == ALL_GOOD
    head = [ResolvedSelector("Foo", Criterion.BRANCH, "main", key, str(key), several=True) for key in (1, 2)]
    assert NAME_AN_ENVIRONMENT in ask(row(True), selectors=tuple(head), has_target=False).reason


@pytest.mark.parametrize(
    ("selector", "text"),
    [
        (ResolvedSelector("Foo", Criterion.ANY), "any version of Foo"),
        (FOO_1, "version 1 of Foo"),
        (ResolvedSelector("Foo", Criterion.VERSION, None, None, "1"), "version 1 of Foo (no such version exists)"),
        (ResolvedSelector("Foo", Criterion.LATEST, None, 1, "1"), "the latest version of Foo (1)"),
        (ResolvedSelector("Foo", Criterion.LATEST), "the latest version of Foo (no such version exists)"),
        (ResolvedSelector("Foo", Criterion.LATEST_TAG, "T", 1, "1"), "the latest version of Foo with tag T (1)"),
        (
            ResolvedSelector("Foo", Criterion.LATEST_TAG, "T"),
            "the latest version of Foo with tag T (no such version exists)",
        ),
        (ResolvedSelector("Foo", Criterion.LATEST_BRANCH, "B", 1, "1"), "the latest version of Foo from branch B (1)"),
        (ResolvedSelector("Foo", Criterion.TAG, "T", 1, "1"), "a version of Foo with tag T (1)"),
        (ResolvedSelector("Foo", Criterion.BRANCH, "B", 1, "1"), "the version of Foo from branch B (1)"),
        (
            ResolvedSelector("Foo", Criterion.BRANCH, "B", 1, "1", several=True),
            "one of the versions of Foo from branch B (1)",
        ),
        (
            ResolvedSelector("Foo", Criterion.LATEST_MAIN_BRANCH),
            "the latest version of Foo from the main branch (no versions exist for this branch)",
        ),
        (
            ResolvedSelector("Foo", Criterion.MAIN_BRANCH),
            "any version of Foo from the main branch (no versions exist for this branch)",
        ),
    ],
)
def test_selectors_are_described_in_the_words_of_the_pact_broker(selector: ResolvedSelector, text: str) -> None:
    assert str(selector) == text


@st.composite
def questions(draw: st.DrawFn) -> Question:
    living = draw(st.lists(st.integers(10, 14), unique=True, max_size=3))
    partners = [
        ResolvedSelector("Bar", Criterion.ENVIRONMENT, "prod", key, str(key), len(living) > 1, specified=False)
        for key in living
    ] or [NOBODY_IN_PROD]
    rows: list[MatrixRow] = []
    for key in living:
        success = draw(st.sampled_from([True, False, None]))
        verification = None if success is None else key
        rows.append(MatrixRow("Foo", 1, "1", "Bar", 5, "a" * 40, NOW, 1, key, str(key), success, verification))
    if not living and draw(st.booleans()):
        rows.append(MatrixRow("Foo", 1, "1", "Bar", 5, "a" * 40, NOW))
    ignore = draw(st.lists(st.sampled_from([IgnoreSelector("Bar"), IgnoreSelector("Bar", "11")]), max_size=1))
    needed: bool = bool(rows) or draw(st.booleans())
    required = (RequiredPair("Foo", "Bar"),) if needed else ()
    return Question((FOO_1, *partners), tuple(rows), required, tuple(ignore), has_target=True, environment="prod")


@given(questions())
def test_never_yes_without_evidence_for_every_row_and_never_no_without_a_reason(question: Question) -> None:
    decision = decide(question)
    considered = [each for each in question.rows if not question.ignores(each)]
    if decision.deployable:
        assert all(each.success for each in considered)
        assert all(verdict.kind.clears for verdict in decision.verdicts)
        assert not decision.blocking
    else:
        assert decision.blocking
        assert any(notice.kind is NoticeKind.ERROR for notice in decision.notices)
        assert all(decision.verdicts[place].remedy for place in decision.blocking)


@given(questions())
def test_the_order_of_rows_does_not_change_the_decision(question: Question) -> None:
    backwards = Question(
        question.selectors, question.rows[::-1], question.required, question.ignore, has_target=True, environment="prod"
    )
    one, other = decide(question), decide(backwards)
    assert (one.deployable, one.counts) == (other.deployable, other.counts)
    assert set(one.verdicts) == set(other.verdicts)
