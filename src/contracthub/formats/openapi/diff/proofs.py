"""Decides by algebra what rules only guess, and gives a value that tells the old and the new schema apart.

A severity is only ever made milder, and only for edits of schemas made of schemas, where a rule sees that members came
or went and not what they take. Everything else keeps the rule's severity; there a proof is evidence for the reader.
"""

import re
from collections.abc import Iterable

from contracthub.formats.changes import Direction, Proof, Proven, Severity
from contracthub.formats.jsonschema.proof import proof_of
from contracthub.formats.openapi.diff.catalogue import severity_of
from contracthub.formats.openapi.diff.frames import Finding, Frame
from contracthub.formats.openapi.diff.standalone import NotStandalone, standalone
from contracthub.formats.safe_json import JsonValue, canonical

# More than this in one document are read by nobody one by one.
MOST_PROOFS = 40
_MOST_BYTES = 1_500
_DECIDED = re.compile(
    r"-(?:not-\w+|(?<!m..-)contains-\w+|prefix-items-\w+|property-names-\w+|dependent-\w+-\w+|pattern-property-\w+)$"
)
# Objects that say little take one another's values: that a variant of them came or went is news all the same.
_OF_PLAIN_VALUES = re.compile(r"-(?:one-of|any-of|all-of)-(?:added|removed)$")
_OBJECTS = re.compile(rb'"(?:object|properties|required)"')


def proofs_of(frames: Iterable[Frame]) -> tuple[dict[Finding, Proof], set[Finding]]:
    """A proof for what may break, by finding, for as many schemas as are worth it; and what is shown to be harmless."""
    proofs: dict[Finding, Proof] = {}
    harmless: set[Finding] = set()
    asked = 0
    for frame in frames:
        worth = [finding for finding in frame.found if _is_worth_it(finding)]
        if not worth or asked >= MOST_PROOFS:
            continue
        schemas = _schemas(frame)
        if schemas is None:
            continue
        asked += 1
        old, new = schemas
        # Who reads must take all that may be sent.
        is_sent_by_provider = frame.setting.direction is Direction.RESPONSE
        proof = proof_of(old, new) if is_sent_by_provider else proof_of(new, old)
        proofs.update(dict.fromkeys(worth, proof))
        # The algebra takes a format for a remark.
        if proof.verdict is Proven.COMPATIBLE and b'"format"' not in canonical([old, new]):
            is_plain = not any(_OBJECTS.search(canonical(schema)) for schema in schemas)
            decided = (_DECIDED, _OF_PLAIN_VALUES) if is_plain else (_DECIDED,)
            harmless.update(finding for finding in worth if any(pattern.search(finding.rule) for pattern in decided))
    return proofs, harmless


def _is_worth_it(finding: Finding) -> bool:
    if finding.is_harmless:
        return False
    severity = finding.severity or severity_of(finding.rule, finding.direction)
    return severity is not Severity.SAFE


def _schemas(frame: Frame) -> tuple[JsonValue, JsonValue] | None:
    """Both schemas by themselves; None where they can't be, or are more than the algebra is asked about."""
    if len(frame.old.parts) != 1 or len(frame.new.parts) != 1 or frame.setting.is_text:
        return None
    direction = frame.setting.direction
    try:
        old = standalone(frame.walk.old.side, frame.old.parts[0], direction)
        new = standalone(frame.walk.new.side, frame.new.parts[0], direction)
    except NotStandalone:
        return None
    return (old, new) if max(len(canonical(old)), len(canonical(new))) <= _MOST_BYTES else None
