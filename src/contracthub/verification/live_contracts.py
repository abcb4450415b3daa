"""The contracts that only a running provider can show: where a suite gets them from, and what it says of each.

They come from files (``--contract``), else from the hub by the same selectors as pacts do.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contracthub.client.answers import JsonObject
from contracthub.client.errors import HubFailure
from contracthub.client.hub import Hub
from contracthub.client.live_contracts import ToVerify, content_of, contracts_to_verify
from contracthub.domain.errors import HubError
from contracthub.domain.verification_reports import Mismatch, PactResult
from contracthub.domain.verification_runs import Check, CheckStatus
from contracthub.formats.live_contract import LiveDocument
from contracthub.formats.live_contracts import identity, read
from contracthub.verification.job import HubSource
from contracthub.verification.suites import Target

MOST_CONTRACTS = 500
LARGEST_FILE = 1024 * 1024
_MOST_CHECKS, _MOST_MISMATCHES, _LONGEST_TEXT = 1_000, 50, 2_000
_ENDINGS = frozenset({".yaml", ".yml", ".json"})
# A folder holds other documents, too: only what says that it is a contract of ours has to be one.
_HAS_HEAD = re.compile(rb"""(?:^|[\s{,])["']?contracthub["']?\s*:""")
_NOT_SET_UP = "One or more of the setup state change handlers has failed"


@dataclass(frozen=True, slots=True)
class SourcedContract:
    """A contract of the wanted kind, the consumer version it was published for, and where a result for it goes.

    Without a hub, ``consumer_version`` and ``result_url`` are empty. ``identity`` is what evidence is kept under.
    """

    document: LiveDocument
    consumer: str
    consumer_version: str = ""
    is_pending: bool = False
    result_url: str = ""
    identity: str = ""

    def status(self, found: CheckStatus) -> CheckStatus:
        """How a check of this contract counts: what fails for a pending one is shown, and does no harm."""
        harmless = self.is_pending and found in (CheckStatus.FAILED, CheckStatus.MISSING_STATE)
        return CheckStatus.PENDING if harmless else found


def live_contracts_of(target: Target, kind: str, problems: list[str]) -> Iterator[SourcedContract]:
    """The contracts of a kind for this provider, in order; what can't be read is told in ``problems``.

    A hub that does not know the provider has none for it.
    """
    for place in target.contracts:
        yield from _wanted(_in_files(Path(place), kind, target.provider, problems), target)
    if target.hub is None or target.contracts:
        return
    try:
        yield from _wanted(_in_hub(target.hub, kind, target, problems), target)
    except HubFailure as failure:
        problems.append(f"Which {kind} contracts there are is not known: {failure}")


def result_of(contract: SourcedContract, checks: Sequence[Check], target: Target) -> PactResult | None:
    """What is to be published of a contract; None where nothing was found out, or where nobody can take it.

    A contract is met when each of its checks passed. A check that could not run, or was left out, keeps a contract from
    being met; a failure is one, whatever else could not be found out.
    """
    statuses = {check.status for check in checks}
    is_met = statuses == {CheckStatus.PASSED}
    has_failed = statuses & {CheckStatus.FAILED, CheckStatus.PENDING, CheckStatus.MISSING_STATE, CheckStatus.KNOWN}
    version = target.provider_version
    if not contract.result_url or not version or not (is_met or has_failed):
        return None
    publishing = target.replay.publishing if target.replay else None
    result: JsonObject = {
        "success": is_met,
        "providerApplicationVersion": version,
        "testResults": [_tested(check) for check in checks[:_MOST_CHECKS]],
    }
    optional = {
        "branch": publishing.branch if publishing else None,
        "tags": list(publishing.tags) if publishing else None,
        "buildUrl": publishing.build_url if publishing else None,
    }
    return PactResult(
        url=contract.result_url,
        consumer=contract.consumer,
        consumer_version=contract.consumer_version,
        result=result | {name: value for name, value in optional.items() if value},
    )


def _wanted(contracts: Iterator[SourcedContract], target: Target) -> Iterator[SourcedContract]:
    return (each for each in contracts if not target.consumers or each.consumer in target.consumers)


def _in_files(place: Path, kind: str, provider: str, problems: list[str]) -> Iterator[SourcedContract]:
    in_folder = place.is_dir()
    files = files_at(place)
    if len(files) > MOST_CONTRACTS:
        problems.append(f"{place} has more than {MOST_CONTRACTS} files; the rest is not looked at.")
    for file in files[:MOST_CONTRACTS]:
        try:
            document = contract_in(file, only_ours=in_folder)
        except HubError as error:
            problems.append(f"{file}: {error.message}")
            continue
        except OSError as error:
            problems.append(f"{file} can't be read: {error.strerror}.")
            continue
        if document is None or document.kind != kind:
            continue
        if provider in document.providers:
            yield _from_file(document)
        elif not in_folder:
            named = " and ".join(document.providers) or "nobody"
            problems.append(f"{file} is a contract with {named}, not with {provider}.")


def files_at(place: Path) -> list[Path]:
    """The file itself, or those of a folder that may be contracts."""
    if not place.is_dir():
        return [place]
    return sorted(each for each in place.rglob("*") if each.suffix.lower() in _ENDINGS and each.is_file())


def contract_in(file: Path, *, only_ours: bool) -> LiveDocument | None:
    """The contract in a file; with ``only_ours`` None for a document that does not say that it is one.

    Raises OSError, ``TooLarge``, and ``Invalid`` with every fault and its place.
    """
    with file.open("rb") as stream:
        # One byte more than is allowed: the reader refuses what is too large in its own words.
        data = stream.read(LARGEST_FILE + 1)
    return read(data) if not only_ours or _HAS_HEAD.search(data) else None


def _from_file(document: LiveDocument) -> SourcedContract:
    # A provider's own promise names no consumer: it is the one who relies on it.
    consumer = document.consumer or (document.providers[0] if document.kind == "slo" else "")
    return SourcedContract(document, consumer, identity=identity(document))


def _in_hub(source: HubSource, kind: str, target: Target, problems: list[str]) -> Iterator[SourcedContract]:
    hub = Hub(source.connection)
    question: JsonObject = {
        "consumerVersionSelectors": [dict(each) for each in source.selectors],
        "includePendingStatus": source.include_pending,
    }
    if source.include_wip_since:
        question["includeWipPactsSince"] = source.include_wip_since
    if target.provider_branch:
        question["providerVersionBranch"] = target.provider_branch
    if target.provider_version:
        question["providerVersion"] = target.provider_version
    listed = contracts_to_verify(hub, target.provider, kind, question)
    if len(listed) > MOST_CONTRACTS:
        problems.append(
            f"The hub has more than {MOST_CONTRACTS} {kind} contracts for {target.provider}; the rest is not looked at."
        )
    for each in listed[:MOST_CONTRACTS]:
        try:
            yield _from_hub(each, read(content_of(hub, each.url)))
        except HubError as error:
            problems.append(f"{each.url}: {error.message}")


def _from_hub(listed: ToVerify, document: LiveDocument) -> SourcedContract:
    return SourcedContract(
        document,
        listed.consumer,
        listed.consumer_version,
        listed.is_pending,
        listed.result_url,
        listed.identity,
    )


def _tested(check: Check) -> dict[str, Any]:
    """A check in the shape in which verifiers tell of an interaction (pact-broker-api §14)."""
    told: dict[str, Any] = {"interactionDescription": check.name, "success": check.status is CheckStatus.PASSED}
    if told["success"]:
        return told
    told["mismatches"] = [_told(each) for each in check.mismatches[:_MOST_MISMATCHES]]
    if check.status is CheckStatus.MISSING_STATE:
        told["mismatches"] = []
        told["exceptions"] = [{"message": f"{_NOT_SET_UP}: {check.error}"[:_LONGEST_TEXT]}]
    elif check.error:
        told["exceptions"] = [{"message": check.error[:_LONGEST_TEXT]}]
    return told


def _told(mismatch: Mismatch) -> dict[str, str]:
    return {
        "attribute": mismatch.attribute,
        "identifier": mismatch.location,
        "description": mismatch.text[:_LONGEST_TEXT],
    }
