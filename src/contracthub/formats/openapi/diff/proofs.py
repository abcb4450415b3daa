"""Adds to what rules found a value that tells the old and the new schema apart, where one can be given.

Only schemas that stand by themselves are asked about: without references, and in the words of JSON Schema alone. The
severity stays the rule's; a proof is evidence for whoever reads the change.
"""

import re
from collections.abc import Iterable

from contracthub.formats.changes import Direction, Proof, Severity
from contracthub.formats.jsonschema.proof import MOST_BYTES, proof_of
from contracthub.formats.openapi.diff.catalogue import EFFECTS, severity_of
from contracthub.formats.openapi.diff.frames import Finding, Frame
from contracthub.formats.safe_json import JsonValue, canonical

# More than this in one document are read by nobody one by one.
MOST_PROOFS = 20
_OF_OPENAPI = re.compile(
    rb'"(?:\\$ref|nullable|x-nullable|discriminator|readOnly|writeOnly)":|"exclusiveM(?:in|ax)imum":(?:true|false)'
)


def proofs_of(frames: Iterable[Frame]) -> dict[Finding, Proof]:
    """A proof for what may break, by finding, for as many schemas as are worth it."""
    proofs: dict[Finding, Proof] = {}
    asked = 0
    for frame in frames:
        worth = [finding for finding in frame.found if _is_worth_it(finding)]
        if not worth or asked >= MOST_PROOFS:
            continue
        old, new = frame.old.place.value, frame.new.place.value
        is_whole = len(frame.old.parts) == len(frame.new.parts) == 1 and not frame.setting.is_text
        if not (is_whole and _stands_alone(old) and _stands_alone(new)):
            continue
        asked += 1
        # Who reads must take all that may be sent.
        is_sent_by_provider = frame.setting.direction is Direction.RESPONSE
        proof = proof_of(old, new) if is_sent_by_provider else proof_of(new, old)
        proofs.update(dict.fromkeys(worth, proof))
    return proofs


def _is_worth_it(finding: Finding) -> bool:
    is_of_values = finding.rule in EFFECTS
    return (
        is_of_values and not finding.is_harmless and severity_of(finding.rule, finding.direction) is not Severity.SAFE
    )


def _stands_alone(schema: JsonValue) -> bool:
    text = canonical(schema)
    return len(text) <= MOST_BYTES and _OF_OPENAPI.search(text) is None
