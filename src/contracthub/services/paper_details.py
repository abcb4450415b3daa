"""What helps where documents do not fit: a newer version of the provider whose documents do, if there is one."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from contracthub.domain.matrix_question import MatrixRow, Question
from contracthub.domain.standings import VerdictKind
from contracthub.domain.verdicts import Remedy, Verdict, deployment_remedy
from contracthub.domain.weighing import weigh
from contracthub.services.on_paper import PaperPair, on_paper, recent_offering
from contracthub.services.ports import Unit

# So many of the newest versions of a provider are looked at.
LOOKED_AT = 5
_MENDABLE = frozenset({VerdictKind.INCOMPATIBLE, VerdictKind.UNANSWERABLE})


def with_offers(
    unit: Unit, question: Question, verdicts: Sequence[Verdict], *, now: datetime
) -> Mapping[Verdict, Remedy]:
    """By verdict on paper, a version of its provider to deploy first, where one would clear it.

    Only partners are looked at: whoever is to be deployed itself has to be mended. Nobody is sent back to an older one.
    """
    environment = question.environment
    wanted = {each: row for each in verdicts if (row := _replaceable(question, each)) is not None}
    if environment is None or not wanted:
        return {}
    known = unit.matrix.asked_each([(row.provider, "") for row in wanted.values()])
    keys = {asked.name: asked.id for asked in known.values()}
    offering = recent_offering(unit, keys.values(), LOOKED_AT)
    pairs = {
        PaperPair(row.consumer_version_id, keys[row.provider], version.id, row.live): (each, version)
        for each, row in wanted.items()
        for version in offering.get(keys[row.provider], ())
        if version.id > _newest_there(question, row.provider)
    }
    better: dict[Verdict, Remedy] = {}
    for pair, said in sorted(on_paper(unit, pairs, now=now).items(), key=lambda each: each[0].provider_version_id):
        verdict, version = pairs[pair]
        row = replace(
            wanted[verdict], provider_version_id=version.id, provider_version=version.number, paper=said, fuzzed=None
        )
        if weigh(row, question.terms).kind is VerdictKind.COMPATIBLE:
            text = f"Deploy {row.provider} {version.number}, which has what is needed on paper, to {environment} first."
            better[verdict] = deployment_remedy(row.provider, version.number, environment, text)
    return better


def _replaceable(question: Question, verdict: Verdict) -> MatrixRow | None:
    """The row of a verdict that another version of its provider may clear."""
    provider = verdict.provider
    if verdict.paper is None or provider is None or verdict.kind not in _MENDABLE:
        return None
    if not question.is_partner(provider.name):
        return None
    return next(
        (
            row
            for row in question.rows
            if (row.consumer, row.consumer_version) == (verdict.consumer.name, verdict.consumer.version)
            and (row.provider, row.provider_version) == (provider.name, provider.version)
            and (row.contract_id, row.live) == (verdict.contract_id, verdict.live)
        ),
        None,
    )


def _newest_there(question: Question, provider: str) -> int:
    return max((each.version_id or 0 for each in question.selectors if each.pacticipant == provider), default=0)
