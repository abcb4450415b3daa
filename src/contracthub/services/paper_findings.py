"""What comes out for one contract and one offer, whatever either of them brings up, and within a time."""

import logging
import time
from dataclasses import replace

from contracthub.domain.comparisons import ContractKind, Finding, Level
from contracthub.domain.errors import HubError, Unavailable
from contracthub.formats.comparisons.offers import CompiledOffer, Step, steps

logger = logging.getLogger(__name__)

SILENT = "contract.spec.missing"
"""The rule of the one finding where none of the documents speaks of anything in the contract."""
TIMED_OUT, FAILED, TOO_LARGE = "comparison.timed-out", "comparison.failed", "comparison.too-large"
BUSY = "comparison.busy"
"""Others were being compared: whoever asks again may be lucky at once."""
PASSING = frozenset({TIMED_OUT, FAILED, TOO_LARGE, BUSY})
"""What says less of the two contents than of the moment and the machine."""
_MISSING = ".spec.missing"
# A contract with more has one fault many times over, or is out for trouble.
MOST_FINDINGS = 1_000
# What is worth knowing and decides nothing is told of this often.
_MOST_HINTS = 100


def findings_of(kind: ContractKind, body: bytes, offer: CompiledOffer, *, until: float) -> tuple[Finding, ...]:
    """What comes out for one contract, at most :data:`MOST_FINDINGS`; what is not done by then is left unanswered."""
    found, hints = list[Finding](), list[Finding]()
    every = _steps(kind, body, offer)
    for place, each in enumerate(every):
        if time.monotonic() > until:
            found.append(_gave_up(len(every) - place))
            break
        for finding in _findings(each):
            (hints if finding.level is Level.INFORMATION else found).append(finding)
        if len(found) > MOST_FINDINGS:
            return _shortened(found)
    if not every or _says_nothing(found, len(every)):
        return (_silent(found),)
    return (*found, *hints[:_MOST_HINTS])


def _steps(kind: ContractKind, body: bytes, offer: CompiledOffer) -> list[Step]:
    try:
        return [*steps(kind, body, offer)]
    except Exception as error:  # noqa: BLE001 - whatever a contract brings up, others are compared all the same
        failed = _failed(error)
        return [Step(None, lambda: (failed,))]


def _findings(step: Step) -> tuple[Finding, ...]:
    try:
        return step.findings()
    except Exception as error:  # noqa: BLE001 - one interaction that breaks leaves the others to be compared
        finding = _failed(error)
        about = step.interaction
        if about is None:
            return (finding,)
        pointer = f"/interactions/{about.index}"
        return (replace(finding, consumer_pointer=pointer, interaction=about.index, description=about.description),)


def not_compared(error: HubError) -> Finding:
    """That the process which compares what is large did not come to an end with it."""
    told = f"This could not be compared: {error.message}"
    remedy = "Compare them with the command line (contracthub compare), or verify the provider by a replay."
    rule = BUSY if isinstance(error, Unavailable) else TOO_LARGE
    return Finding(rule, "", told, remedy, level=Level.UNANSWERED)


def _failed(error: Exception) -> Finding:
    if isinstance(error, HubError):
        told = error.message
    elif isinstance(error, RecursionError):
        told = "It is nested, or refers to itself, too deeply."
    else:
        logger.error("A comparison broke", exc_info=error)
        told = f"The comparison broke ({type(error).__name__}); the hub's log has the details."
    remedy = "Verify the provider by a replay; what broke is a fault of the hub, and worth a report."
    return Finding(FAILED, "", f"This could not be compared: {told}", remedy, level=Level.UNANSWERED)


def _gave_up(left: int) -> Finding:
    told = f"Comparing took too long: {left} of the contract's parts are not compared."
    remedy = "Compare them with the command line (contracthub compare), or verify the provider by a replay."
    return Finding(TIMED_OUT, "", told, remedy, level=Level.UNANSWERED)


def _shortened(found: list[Finding]) -> tuple[Finding, ...]:
    told = f"There are more findings than the {MOST_FINDINGS:,} that are kept."
    remedy = "Mend these first, or look at all with the command line (contracthub compare)."
    # Errors first: they decide, whatever is left out.
    kept = sorted(found, key=lambda each: each.level is not Level.ERROR)[:MOST_FINDINGS]
    return (*kept, Finding("comparison.shortened", "", told, remedy, level=Level.UNANSWERED))


def _says_nothing(found: list[Finding], parts: int) -> bool:
    if not all(each.level is Level.UNANSWERED and each.rule.endswith(_MISSING) for each in found):
        return False
    return len({each.interaction for each in found}) == parts


def _silent(found: list[Finding]) -> Finding:
    told = found[0].message if found else "The contract has nothing that documents could speak of"
    remedy = found[0].remedy if found else "Verify the provider by a replay."
    return Finding(SILENT, "", told, remedy, level=Level.UNANSWERED)
