"""By what a question is weighed: the policy of its environment, fuzz runs where that asks for them, and waivers."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from contracthub.domain.comparisons import LiveCheck
from contracthub.domain.matrix_question import MatrixRow, Question
from contracthub.domain.standings import Terms
from contracthub.domain.weighing import weighed_question
from contracthub.services.ports import Unit


def terms_in(unit: Unit, environment: str | None, *, now: datetime) -> Terms:
    """The terms of an environment, or of the workspace, before any waivers."""
    return Terms(unit.gate_policies.policy_for(environment), (), environment, now)


def with_fuzz_runs(unit: Unit, rows: Sequence[MatrixRow], terms: Terms) -> Sequence[MatrixRow]:
    """The rows with the newest fuzz runs of their provider versions, where the policy asks for any."""
    keys = {row.provider_version_id for row in rows if row.provider_version_id is not None}
    runs = fuzz_runs_of(unit, keys, terms)
    return [replace(row, fuzzed=runs.get(row.provider_version_id or 0)) for row in rows] if runs else rows


def fuzz_runs_of(unit: Unit, version_ids: Collection[int], terms: Terms) -> Mapping[int, LiveCheck]:
    """The newest fuzz runs of those versions, where the policy asks for any."""
    return unit.evidence_documents.newest_fuzz_runs(version_ids) if terms.needs_fuzzing and version_ids else {}


def with_waivers(unit: Unit, terms: Terms, providers: Iterable[str]) -> Terms:
    """The terms with the waivers that hold today of anything with those providers."""
    names = set(providers)
    return replace(terms, waivers=tuple(unit.waivers.covering(names, terms.now.date()))) if names else terms


def weighed_in(unit: Unit, question: Question, *, now: datetime) -> Question:
    """The question with all rows weighed. Waivers are looked up only where something stands in the way."""
    terms = terms_in(unit, question.environment, now=now)
    rows = tuple(with_fuzz_runs(unit, question.rows, terms))
    plain = weighed_question(replace(question, rows=rows, terms=terms))
    waived = with_waivers(unit, terms, (row.provider for row in plain.rows if row.outcome is not True))
    return weighed_question(replace(plain, terms=waived)) if waived.waivers else plain
