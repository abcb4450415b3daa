"""The matrix and can-i-deploy: gathers the rows of a question, and lets the domain decide."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from contracthub.domain.comparisons import ContractKind
from contracthub.domain.environments import Environment
from contracthub.domain.errors import NotFound
from contracthub.domain.matrix import decide
from contracthub.domain.matrix_query import MatrixQuery
from contracthub.domain.matrix_question import MatrixRow
from contracthub.domain.pacticipants import BranchPlace, Tag
from contracthub.domain.verdicts import Decision
from contracthub.services.hub import Hub
from contracthub.services.matrix_question import gather
from contracthub.services.matrix_rows import order_of
from contracthub.services.pacticipants import required_pacticipant
from contracthub.services.ports import Unit
from contracthub.services.verdict_details import explained


@dataclass(frozen=True, slots=True)
class VersionContext:
    """What is shown beside a version in a row."""

    branches: Mapping[int, tuple[BranchPlace, ...]]
    tags: Mapping[int, tuple[Tag, ...]]
    environments: Mapping[int, tuple[Environment, ...]]


@dataclass(frozen=True, slots=True)
class MatrixAnswer:
    """A decision with the rows that it rests on. ``ignored`` rows did not influence it.

    ``kinds`` are those of all rows, also of rows that are not shown.
    """

    decision: Decision
    rows: tuple[MatrixRow, ...]
    ignored: tuple[MatrixRow, ...]
    context: VersionContext
    kinds: tuple[ContractKind, ...] = ()


def ask_matrix(hub: Hub, query: MatrixQuery) -> MatrixAnswer:
    """Answer a question. Raises :class:`Invalid` with all that is wrong with it."""
    with hub.reading() as unit:
        question = gather(unit, query, now=hub.now())
        decision = explained(unit, question, decide(question), now=hub.now())
        rows = _shown([row for row in question.rows if not question.ignores(row)], query)
        ignored = _shown([row for row in question.rows if question.ignores(row)], query)
        there = {row.kind for row in question.rows}
        kinds = tuple(each for each in ContractKind if each in there)
        return MatrixAnswer(decision, rows, ignored, _context(unit, (*rows, *ignored), decision), kinds)


def ask_for_latest(hub: Hub, query: MatrixQuery) -> MatrixAnswer:
    """Answer for the newest version with a tag or from a branch. Raises :class:`NotFound` where there is none."""
    (selector,) = query.selectors
    with hub.reading() as unit:
        required_pacticipant(unit, selector.pacticipant)
        asked = unit.matrix.asked(selector.pacticipant, None)
        if asked is None or not unit.matrix.matching(asked, selector, None):
            what = f"from branch {selector.branch}" if selector.branch else f"with tag {selector.tag}"
            raise NotFound("version-not-found", f"No version of {selector.pacticipant} {what} found")
        environment = query.target.environment
        if environment is not None and unit.matrix.environment_id(environment) is None:
            raise NotFound("environment-not-found", f"No environment with name '{environment}' found")
    return ask_matrix(hub, query)


def _newest(row: MatrixRow) -> datetime:
    compared_at = row.paper.comparison.compared_at if row.paper else None
    return row.verified_at or compared_at or row.published_at


def _context(unit: Unit, rows: Sequence[MatrixRow], decision: Decision) -> VersionContext:
    """For the rows that are shown, and for the results that verdicts rest on, whose rows need not be."""
    given = [row.provider_version_id for row in rows]
    given += [each.grounds.provider_version_id for each in decision.verdicts if each.grounds]
    ids = {row.consumer_version_id for row in rows} | {each for each in given if each is not None}
    return VersionContext(
        unit.versions.branches_of(ids), unit.versions.tags_of(ids), unit.environments.of_versions(ids)
    )


def _shown(rows: Sequence[MatrixRow], query: MatrixQuery) -> tuple[MatrixRow, ...]:
    """The rows to show: those with the outcomes and of the kinds asked for, and of these the most recent ones.

    The decision rests on all of them all the same: what is shown must not make a yes.
    """
    if query.outcomes is not None:
        rows = [row for row in rows if row.outcome in query.outcomes]
    if query.kinds is not None:
        rows = [row for row in rows if row.kind in query.kinds]
    if len(rows) <= query.limit:
        return tuple(rows)
    recent = sorted(rows, key=_newest, reverse=True)[: query.limit]
    return tuple(sorted(recent, key=order_of))
