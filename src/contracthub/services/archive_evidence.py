"""Takes in contracts and the results of their verification.

Contracts are kept apart exactly as they were where they come from, whatever rule the workspace has: it counts for what
is published here. A result is evidence for the contract that the same consumer version has here. What is published for
a version stays: other content for it is told, not taken.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from contracthub.domain.archive import ArchivedContract, ArchivedVerification
from contracthub.domain.contracts import PACT, Content, IdentityRule, NewContract, Publication
from contracthub.domain.errors import HubError, Invalid
from contracthub.domain.evidence import NewVerification
from contracthub.domain.pacticipants import Pacticipant, Version
from contracthub.formats import safe_json
from contracthub.formats.limits import ENVELOPE
from contracthub.formats.pact.content import PactContent, read_content
from contracthub.formats.pact.identity import identity, identity_elsewhere, rule_for, with_interaction_ids
from contracthub.services.archive_batches import Batch, Numbered, fault_at
from contracthub.services.archive_versions import refuse_missing, required_pacticipants, required_versions


@dataclass(frozen=True, slots=True)
class _Taken:
    """A contract as it is taken in, and its identities under all rules."""

    contract: NewContract
    identities: frozenset[str]


def write_contracts(batch: Batch, records: Numbered) -> None:
    """Publish contracts for the versions that they were published for."""
    owners = required_pacticipants(batch, [pair for line, it in records for pair in _names(line, it)])
    versions = required_versions(batch, [(line, it.consumer, it.consumer_version) for line, it in records])
    there = batch.unit.archive.published({version.id for version in versions.values()})
    ready: dict[tuple[str, str, str | None], _Taken] = {}
    for line, record in records:
        consumer, provider = owners[record.consumer], owners[record.provider]
        version = versions[record.consumer, record.consumer_version]
        known = there.get((version.id, provider.id))
        if known is not None and known.content_sha == record.content_sha:
            batch.identities[line] = known.identity
            batch.count("contract", "unchanged")
            continue
        key = (record.content_sha, record.contract, record.rule)
        taken = ready[key] = ready.get(key) or _taken(batch, line, record)
        (stored,) = batch.unit.contracts.store(version, consumer, [(provider, taken.contract)], now=record.created_at)
        if not (stored.created or _is_same(stored.publication, record, taken)):
            text = (
                f"{record.consumer} {record.consumer_version} has published another contract with {record.provider} "
                "here. It was left as it is; publish what you mean under a new version."
            )
            batch.refuse(line, "contract", text)
            continue
        batch.identities[line] = stored.publication.identity
        batch.count("contract", "created" if stored.created else "unchanged")
        changed_at = record.updated_at or record.created_at
        if stored.created and (record.revision > 1 or changed_at != record.created_at):
            batch.unit.archive.set_revision(stored.publication.id, record.revision, changed_at)


def _is_same(published: Publication, record: ArchivedContract, taken: _Taken) -> bool:
    """Whether what is published here is the same by any rule, though it may be written otherwise."""
    return published.content_sha == record.content_sha or published.identity in taken.identities


def _names(line: int, record: ArchivedContract | ArchivedVerification) -> tuple[tuple[int, str], tuple[int, str]]:
    return (line, record.consumer), (line, record.provider)


def _taken(batch: Batch, line: int, record: ArchivedContract) -> _Taken:
    if record.content is None:
        body = batch.unit.archive.content(record.content_sha)
        if body is None:
            text = "is missing, and there is no content of that sha yet; the first record of a content has to hold it"
            raise Invalid.of(fault_at(line, "content", text))
    else:
        body = record.content.encode()
        if sha256(body).hexdigest() != record.content_sha:
            raise Invalid.of(fault_at(line, "contentSha", "is not the SHA-256 of the content"))
    try:
        content = read_content(body)
    except HubError as error:
        raise Invalid.of(fault_at(line, "content", error.message)) from error
    served = safe_json.dumps(with_interaction_ids(content.document))
    stored = Content(record.content_sha, body, served)
    by_rule = {rule: identity(content, rule) for rule in IdentityRule}
    chosen, rule = _told_apart(content, record, by_rule)
    return _Taken(NewContract(PACT, chosen, stored, rule, stricter=None), frozenset({chosen, *by_rule.values()}))


def _told_apart(
    content: PactContent, record: ArchivedContract, by_rule: Mapping[IdentityRule, str]
) -> tuple[str, IdentityRule]:
    """The identity by which a contract stays apart from what it was apart from, and the rule that this comes of."""
    named = () if record.rule is None else (IdentityRule(record.rule),)
    for rule in (*named, *IdentityRule):
        if by_rule[rule] == record.contract:
            return record.contract, rule_for(content, rule)
    return identity_elsewhere(content, record.contract), IdentityRule.PACT_BROKER


@dataclass(frozen=True, slots=True)
class _Evidence:
    """A result, and the contracts that it is evidence for."""

    line: int
    record: ArchivedVerification
    consumer: Pacticipant
    version: Version
    contract_ids: tuple[int, ...]


def write_verifications(batch: Batch, records: Numbered) -> None:
    """Record results in their order, as evidence for the contracts of the versions that they name."""
    owners = required_pacticipants(batch, [pair for line, it in records for pair in _names(line, it)])
    named = [(line, it.consumer, number) for line, it in records for number in it.consumer_versions]
    theirs = [(line, it.provider, it.provider_version) for line, it in records]
    versions = required_versions(batch, named + theirs)
    publishing = {versions[name, number].id for _, name, number in named}
    contracts = batch.unit.archive.contracts(publishing)
    is_live = any(it.kind is not None for _, it in records)
    live = batch.unit.archive.live_contracts(publishing) if is_live else {}
    evidence = []
    for line, record in records:
        _refuse_broken_document(line, record)
        consumer, provider = owners[record.consumer], owners[record.provider]
        publishers = [versions[record.consumer, number].id for number in record.consumer_versions]
        if record.kind is None:
            found = [contracts[each, provider.id] for each in publishers if (each, provider.id) in contracts]
        else:
            slots = [(each, provider.id, record.kind, record.name or "") for each in publishers]
            found = [live[slot] for slot in slots if slot in live]
        if not found and record.kind is not None:
            # The contract itself was refused, and told.
            text = f"There is no {record.kind} “{record.name}” of {record.consumer} with {record.provider} here."
            batch.refuse(line, "verification", text)
            continue
        if not found:
            numbers = ", ".join(record.consumer_versions[:3])
            refuse_missing([(line, f"contract of {record.consumer} {numbers} with {record.provider}")])
        version = versions[record.provider, record.provider_version]
        evidence.append(_Evidence(line, record, consumer, version, tuple(dict.fromkeys(found))))
    _record_missing(batch, evidence)


def _refuse_broken_document(line: int, record: ArchivedVerification) -> None:
    try:
        if isinstance(safe_json.loads(record.document, ENVELOPE), dict):
            return
        text = "must be the text of a JSON object"
    except HubError as error:
        text = error.message
    raise Invalid.of(fault_at(line, "document", text))


def _record_missing(batch: Batch, evidence: list[_Evidence]) -> None:
    archive = batch.unit.archive
    kinds = [
        (key, it.version.id, it.record.created_at, it.record.success) for it in evidence for key in it.contract_ids
    ]
    counts = archive.results_like(kinds)
    newest = dict(archive.newest_results({kind[0] for kind in kinds}, {kind[1] for kind in kinds}))
    for it in evidence:
        record, done = it.record, "unchanged"
        known_until = max(record.created_at, record.not_after or record.created_at)
        for key in it.contract_ids:
            kind, pair = (key, it.version.id, record.created_at, record.success), (key, it.version.id)
            if counts[kind] >= record.occurrence:
                continue
            if newest.get(pair, known_until) > known_until:
                done = "refused"
                continue
            batch.unit.evidence.record(_new_verification(it, key))
            counts[kind] += 1
            newest[pair] = max(newest.get(pair, record.created_at), record.created_at)
            done = "created" if done == "unchanged" else done
        if done != "refused":
            batch.count("verification", done)
            continue
        # Results count in the order in which they are recorded, so an older one would take the place of a newer one.
        text = (
            f"{record.provider} {record.provider_version} has a newer result here for the contract of "
            f"{record.consumer} {record.consumer_versions[0]}. The older one was left out."
        )
        batch.refuse(it.line, "verification", text)


def _new_verification(it: _Evidence, contract_id: int) -> NewVerification:
    return NewVerification(
        contract_id=contract_id,
        consumer_id=it.consumer.id,
        provider_id=it.version.pacticipant_id,
        provider_version_id=it.version.id,
        success=it.record.success,
        wip=it.record.wip,
        pending=it.record.pending,
        build_url=it.record.build_url,
        document=it.record.document.encode(),
        created_at=it.record.created_at,
    )
