"""What helps where a reader can't read: a version of the writer that it can, if there is one."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from contracthub.domain.matrix_question import Question
from contracthub.domain.reader_verdicts import deploy_writer_remedy
from contracthub.domain.standings import VerdictKind
from contracthub.domain.verdicts import Decision, Verdict
from contracthub.services.comparisons import compared
from contracthub.services.ports import Unit
from contracthub.services.ports.matrix import VersionRef
from contracthub.services.ports.readers import Writing

# So many of the newest versions of a writer are looked at.
LOOKED_AT = 10
_MENDABLE = frozenset({VerdictKind.INCOMPATIBLE, VerdictKind.UNANSWERABLE})


def with_writers(
    unit: Unit, question: Question, decision: Decision, blocking: Sequence[Verdict], *, now: datetime
) -> Decision:
    """The decision, with a version to deploy first for each blocking verdict that a version of the writer would clear.

    Only partners are looked at: whoever is to be deployed itself has to be mended. Nobody is sent back to an older one.
    """
    environment = question.environment
    wanted = [each for each in blocking if _could_be_replaced(question, each)]
    if environment is None or not wanted:
        return decision
    known = unit.matrix.asked_each([(each.provider.name, "") for each in wanted if each.provider])
    keys = {asked.name: asked.id for asked in known.values()}
    subjects = {(keys[each.provider.name], _subject(each)) for each in wanted if each.provider}
    written = unit.topics.recent_writings(subjects, LOOKED_AT)
    pairs = {(each.compared.identity, one.sha) for each in wanted if each.compared for one in written}
    read = {pair for pair, outcome in compared(unit, pairs, now=now).items() if outcome.is_compatible}
    better: dict[Verdict, Verdict] = {}
    for each in wanted:
        good = _newest_good(question, each, written, keys, read)
        if good is not None and each.provider and each.compared:
            remedy = deploy_writer_remedy(each.provider.name, good.number, environment, each.compared.reading)
            better[each] = replace(each, remedy=remedy)
    return replace(decision, verdicts=tuple(better.get(each, each) for each in decision.verdicts))


def _could_be_replaced(question: Question, verdict: Verdict) -> bool:
    if verdict.compared is None or verdict.provider is None or verdict.kind not in _MENDABLE:
        return False
    # A version that carries no schema needs one, not another version in its place.
    lacks = verdict.kind is VerdictKind.UNANSWERABLE and verdict.provider.version is not None
    return not lacks and question.is_partner(verdict.provider.name)


def _subject(verdict: Verdict) -> str:
    return verdict.compared.reading.subject if verdict.compared else ""


def _newest_good(
    question: Question,
    verdict: Verdict,
    written: Sequence[Writing],
    keys: Mapping[str, int],
    read: set[tuple[str, str]],
) -> VersionRef | None:
    """The newest version all of whose schemas are read, if it is newer than every one that lives there."""
    if verdict.provider is None or verdict.compared is None:
        return None
    identity, owner = verdict.compared.identity, keys[verdict.provider.name]
    schemas: dict[VersionRef, list[str]] = {}
    for each in written:
        if (each.provider_id, each.subject) == (owner, _subject(verdict)):
            schemas.setdefault(each.version, []).append(each.sha)
    good = [version for version, shas in schemas.items() if all((identity, sha) in read for sha in shas)]
    living = [each.version_id or 0 for each in question.selectors if each.pacticipant == verdict.provider.name]
    newest = max(good, key=lambda each: each.id, default=None)
    return newest if newest is not None and newest.id > max(living, default=0) else None
