"""Where a contract is compared with an offer: in this process, or, where documents are large, in one that can be ended.

To make a large document ready may take seconds and gigabytes, which would be everybody's; there, neither is.
"""

import hashlib
import time
from collections.abc import Callable

from contracthub.domain.comparisons import ContractKind, Finding
from contracthub.domain.errors import HubError, NotFound
from contracthub.formats.comparisons.offers import CompiledOffer
from contracthub.formats.comparisons.paper_jobs import NamedOffered, PaperJob
from contracthub.formats.limits import MEBIBYTE
from contracthub.services.offers import Offer, compiled
from contracthub.services.paper_findings import findings_of, not_compared
from contracthub.services.ports import Unit
from contracthub.services.ports.comparing import PaperComparer

LARGEST_HERE = MEBIBYTE
"""So large may all files of an offer be together, to be compared in this process."""

Judge = Callable[[bytes, float], tuple[Finding, ...]]

_elsewhere: list[PaperComparer] = []


def compare_large_ones_with(comparer: PaperComparer) -> None:
    """Say who compares what is large for this process; without anybody it does so itself."""
    _elsewhere[:] = [comparer]


def findings_by(unit: Unit, kind: ContractKind, offer: Offer) -> Judge:
    """What finds out about one contract after the other, by its bytes and until a moment of the monotonic clock."""
    comparer = next((each for each in _elsewhere if not each.is_stopped), None)
    if comparer is None or unit.paper.size_of(offer.version_id) <= LARGEST_HERE:
        ready: CompiledOffer = compiled(unit, offer)
        return lambda body, until: findings_of(kind, body, ready, until=until)
    documents = tuple(_named(unit, each.id, offer) for each in offer.documents)

    def judge(body: bytes, until: float) -> tuple[Finding, ...]:
        sha = hashlib.sha256(body).hexdigest()
        job = PaperJob(kind, sha, documents, max(0.0, until - time.monotonic()))
        try:
            return comparer.findings(job, lambda wanted: body if wanted == sha else _content(unit, wanted))
        except HubError as error:
            return (not_compared(error),)

    return judge


def _named(unit: Unit, key: int, offer: Offer) -> NamedOffered:
    it = next(each for each in offer.documents if each.id == key)
    files = unit.paper.files_of(key)
    root = next((each.path for each in files if each.is_root), "")
    shas = tuple((each.path, each.sha) for each in files)
    return NamedOffered(it.name, it.format, it.identity, root, shas, it.subject, it.topic)


def _content(unit: Unit, sha: str) -> bytes:
    found = unit.provider_contracts.document(sha)
    if found is None:
        raise NotFound("provider-contract-not-found", "A document that was to be compared is removed meanwhile.")
    return found
