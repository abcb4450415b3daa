"""How a version gets to where a question looks for it: published, verified, or put on a branch, so that it is found."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from contracthub.domain.live_contracts import LiveName
from contracthub.domain.matrix_question import Criterion, Question, ResolvedSelector
from contracthub.domain.verdicts import (
    Remedy,
    Verdict,
    branch_remedy,
    publish_remedy,
    tagged_first,
    verify_remedy,
    verify_remedy_for,
)
from contracthub.services.ports import Unit
from contracthub.services.ports.matrix import Asked, VersionRef

# Selectors are looked up for this many versions.
LOOKED_UP = 10
_MAIN = frozenset({Criterion.MAIN_BRANCH, Criterion.LATEST_MAIN_BRANCH})
BY_BRANCH = _MAIN | {Criterion.BRANCH, Criterion.LATEST_BRANCH}
_BY_TAG = frozenset({Criterion.TAG, Criterion.LATEST_TAG})
# What a main branch is called where nothing is known of it; the hub takes it for one (pact-broker-api §17).
_USUAL_MAIN = "main"


@dataclass(frozen=True, slots=True)
class Reach:
    """The consumer version selector (JSON) that finds a version, and the tag that it has to get before, if any."""

    consumer: str
    version: str
    selector: str
    tag: str | None = None

    def applied_to(self, remedy: Remedy) -> Remedy:
        """The run of a verification with this selector."""
        with_selector = verify_remedy_for(remedy, self.selector)
        return with_selector if self.tag is None else tagged_first(with_selector, self.consumer, self.version, self.tag)


def reaches(unit: Unit, question: Question, contracts: Collection[int]) -> Mapping[tuple[str, str | None], Reach]:
    """By consumer and version, how a verification finds its contracts where the usual selectors do not.

    Usual are the heads of main branches and what is deployed or released (pact-broker-api §11): whatever counts only
    because it lives in the environment is found.
    """
    wanted = set(contracts)
    asked_about = [row for row in question.rows if not question.is_partner(row.consumer)]
    rows = {row.consumer_version_id: row for row in asked_about if row.contract_id in wanted}
    rows = dict(list(rows.items())[:LOOKED_UP])
    branches = unit.versions.branches_of(rows)
    living = unit.environments.of_versions(rows)
    found: dict[tuple[str, str | None], Reach] = {}
    for version_id, row in rows.items():
        heads = [place.name for place in branches.get(version_id, ()) if place.latest]
        asked = unit.matrix.asked(row.consumer, None)
        if living.get(version_id) or asked is None or asked.main_branch in heads:
            continue
        newest = unit.versions.latest(asked.id)
        version = VersionRef(version_id, row.consumer_version)
        is_newest = newest is not None and newest.id == version_id
        found[row.consumer, row.consumer_version] = _reach(row.consumer, version, heads, is_newest=is_newest)
    return found


def _reach(consumer: str, version: VersionRef, heads: Sequence[str], *, is_newest: bool) -> Reach:
    if heads:
        return Reach(consumer, version.number, json.dumps({"consumer": consumer, "branch": heads[0]}))
    if is_newest:
        return Reach(consumer, version.number, json.dumps({"consumer": consumer, "latest": True}))
    # An older version on no branch, as after its branch was deleted: only a tag makes it findable again.
    tag = f"verify-{version.number}"
    return Reach(consumer, version.number, json.dumps({"consumer": consumer, "tag": tag}), tag)


def with_way_in(unit: Unit, question: Question, verdict: Verdict) -> Verdict:
    """The verdict on a version that does not exist, with what would make it exist: providers publish no pacts."""
    name, number = verdict.consumer.name, verdict.consumer.version
    missing = [each for each in question.specified if each.is_missing and each.pacticipant == name]
    selector = next((each for each in missing if each.version_number == number), None)
    asked = unit.matrix.asked(name, None)
    if selector is None or asked is None:
        return verdict
    branch = _branch_of(selector, asked)
    if unit.matrix.providers_of(asked.id) or not unit.matrix.consumers_of(asked.id):
        return replace(verdict, remedy=publish_remedy(name, number, branch))
    text = f"Verify {name} {number or ''}".rstrip() + ", and publish the result, or check what was asked for."
    return replace(verdict, remedy=verify_remedy(name, number, text, branch=branch))


def remedy_beside_branch(
    question: Question, provider: str, main_branch: str | None, good: VersionRef | None, live: LiveName | None = None
) -> Remedy | None:
    """What brings a version of the provider to the branch or tag that is asked for. ``good`` is on no branch.

    ``live`` is the live contract that is to be verified, where it is no pact.
    """
    selectors = [each for each in question.selectors if each.pacticipant == provider and each.is_missing]
    if not selectors:
        return None
    selector = selectors[0]
    if selector.criterion in _BY_TAG:
        text = f"Verify a version of {provider} with tag {selector.qualifier} and publish the result."
        return verify_remedy(provider, None, text, tag=selector.qualifier, live=live)
    if selector.criterion not in BY_BRANCH:
        return None
    branch = selector.qualifier or main_branch or _USUAL_MAIN
    if good is not None:
        text = f"Put {provider} {good.number} on branch {branch}, and verify with --provider-branch from now on."
        return branch_remedy(provider, good.number, branch, text)
    text = f"Verify a version of {provider} on branch {branch} and publish the result."
    return verify_remedy(provider, None, text, branch=branch, live=live)


def main_branches(unit: Unit, question: Question, verdicts: Sequence[Verdict]) -> Mapping[str, str]:
    """The main branches of providers that have nothing on theirs."""
    if not any(each.criterion in _MAIN for each in question.selectors):
        return {}
    names = {each.provider.name for each in verdicts if each.provider is not None}
    found = unit.matrix.asked_each([(name, "") for name in sorted(names)])
    return {asked.name: asked.main_branch for asked in found.values() if asked.main_branch}


def pairs_without_results(unit: Unit, verdicts: Sequence[Verdict]) -> Collection[tuple[str, str]]:
    """Consumers and providers, by name, whose pacts have no result at all."""
    pairs = {(each.consumer.name, each.provider.name) for each in verdicts if each.provider is not None}
    if not pairs:
        return ()
    known = unit.matrix.asked_each([(name, "") for name in sorted({name for pair in pairs for name in pair})])
    keys = {asked.name: asked.id for asked in known.values()}
    verified: set[tuple[str, int]] = set()
    for consumer in sorted({consumer for consumer, _ in pairs}):
        providers = {keys[provider] for one, provider in pairs if one == consumer}
        verified |= {(consumer, key) for key in unit.evidence.verified_providers(keys[consumer], providers)}
    return {(consumer, provider) for consumer, provider in pairs if (consumer, keys[provider]) not in verified}


def _branch_of(selector: ResolvedSelector, asked: Asked) -> str | None:
    if selector.criterion in _MAIN:
        return asked.main_branch or _USUAL_MAIN
    return selector.qualifier if selector.criterion in BY_BRANCH else None
