"""Compares two JSON Schemas: breaking is what a registry's relation says, and the rest is found in one walk beside."""

from collections.abc import Iterator
from dataclasses import replace

from contracthub.formats.changes import Change, Severity
from contracthub.formats.findings import Broken, Finding, broken_between, changes_of, proven, told
from contracthub.formats.jsonschema.compatibility import Policy, incompatibilities
from contracthub.formats.jsonschema.diff.proofs import Proofs
from contracthub.formats.jsonschema.diff.rules import CATALOGUE, NAMES
from contracthub.formats.jsonschema.diff.walk import Walk
from contracthub.formats.jsonschema.model import Schema
from contracthub.formats.jsonschema.reading import JsonSchema
from contracthub.formats.jsonschema.rules import DEFAULT_DIALECT


def changes_between(old: JsonSchema, new: JsonSchema, policy: Policy = Policy.STRICT) -> tuple[Change, ...]:
    """Every change of ``new`` against ``old``, worst first.

    One that breaks in direction ``REQUEST`` is there exactly when ``new`` may refuse what ``old`` let through, and one
    in ``RESPONSE`` when ``old`` may refuse what ``new`` lets through, as ``policy`` sees it; one in ``BOTH`` says
    either. Raises ``TooLarge`` when the schemas have more pairs of parts than are compared.
    """
    findings = [*findings_between(old.merging().root, new.merging().root, policy)]
    if _dialect(old) != _dialect(new):
        findings.append(Finding("dialect-changed", "$", "", "", "", _dialect(old), _dialect(new)))
    return proven(changes_of(findings, CATALOGUE), Proofs(old, new))


def findings_between(old: Schema, new: Schema, policy: Policy) -> Iterator[Finding]:
    """The findings that the changes are made of, for schemas anywhere in their documents."""
    broken = _broken(old, new, policy)
    yield from told(broken, NAMES)
    all_broken = broken
    if policy is Policy.LENIENT:
        strict = _broken(old, new, Policy.STRICT)
        rest = [each for each in strict if each not in set(broken)]
        # What came to an object that is open, or went from it, is told by the walk.
        passed = [each for each in rest if each.rule != "PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL"]
        kept = [each for each in rest if each.rule in STILL_BREAKS]
        passed = [each for each in passed if each.rule in LET_PASS]
        yield from told(kept, NAMES)
        yield from (replace(each, severity=Severity.DANGEROUS) for each in told(passed, NAMES))
        all_broken = (*broken, *kept, *passed)
    yield from Walk(old, new, all_broken).findings()


# Who takes no other properties refuses them, whatever the policy is.
STILL_BREAKS = frozenset({"PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL", "ADDITIONAL_PROPERTIES_REMOVED"})
LET_PASS = frozenset(
    {
        "PROPERTY_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL",
        "PROPERTY_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL",
        "ADDITIONAL_PROPERTIES_NARROWED",
    }
)


def _broken(old: Schema, new: Schema, policy: Policy) -> tuple[Broken, ...]:
    return broken_between(incompatibilities(new, old, policy), incompatibilities(old, new, policy))


def _dialect(schema: JsonSchema) -> str:
    named = schema.document.get("$schema") if isinstance(schema.document, dict) else None
    return named.rstrip("#") if isinstance(named, str) else DEFAULT_DIALECT
