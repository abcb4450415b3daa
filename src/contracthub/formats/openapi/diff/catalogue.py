"""Every rule about OpenAPI documents: the rows of the families for each kind of place, and those of documents."""

from collections.abc import Iterator

from contracthub.formats.changes import Catalogue, Direction, Effect, Example, Rule, Severity, severity_by_law
from contracthub.formats.openapi.diff import families_of_bounds, families_of_structure, families_of_values
from contracthub.formats.openapi.diff.family import Family
from contracthub.formats.openapi.diff.places import RENAMED, Kind
from contracthub.formats.openapi.diff.rules_of_documents import DOCUMENT_RULES
from contracthub.formats.openapi.diff.rules_of_messages import MESSAGE_RULES
from contracthub.formats.openapi.diff.rules_of_writing import WRITING_RULES

_FAMILIES = (*families_of_bounds.FAMILIES, *families_of_values.FAMILIES, *families_of_structure.FAMILIES)
_SUBJECTS = {
    Kind.PARAMETER: "parameter",
    Kind.PARAMETER_PROPERTY: "property of a parameter",
    Kind.REQUEST_BODY: "request body",
    Kind.REQUEST_PROPERTY: "property of a request",
    Kind.RESPONSE_BODY: "response body",
    Kind.RESPONSE_PROPERTY: "property of a response",
    Kind.RESPONSE_HEADER: "response header",
}
# Where the established verdict is another one than the law's (diff-rules §4).
_EXCEPTIONS = {
    # Nobody can say without knowing how the object is written into the request.
    "request-parameter-property-type-changed": Severity.DANGEROUS,
    # A mapping is often written down long after its values were sent.
    "response-body-discriminator-mapping-added": Severity.DANGEROUS,
    "response-property-discriminator-mapping-added": Severity.DANGEROUS,
    "response-header-discriminator-mapping-added": Severity.DANGEROUS,
}


def _rules() -> Iterator[Rule]:
    for family in _FAMILIES:
        for kind in family.kinds:
            yield _rule(family, kind)
    yield from MESSAGE_RULES
    yield from DOCUMENT_RULES
    yield from WRITING_RULES


def _rule(family: Family, kind: Kind) -> Rule:
    named = f"{kind}-{family.suffix}"
    severity = _EXCEPTIONS.get(named, severity_by_law(family.effect, kind.direction))
    mirror, waiver = _mirror(family, kind)
    return Rule(
        RENAMED.get(named, named),
        severity,
        kind.direction,
        _SUBJECTS[kind],
        f"The {_SUBJECTS[kind]} {family.says}.",
        Example(family.old, family.new, f"{kind}{family.within}"),
        mirror,
        waiver,
    )


def _mirror(family: Family, kind: Kind) -> tuple[str | None, str]:
    if family.waiver or family.mirror is None:
        return None, family.waiver
    known = {other.suffix for other in _FAMILIES if kind in other.kinds}
    if family.mirror not in known:
        return None, f"nothing of the kind {family.mirror} is told of a {_SUBJECTS[kind]}"
    named = f"{kind}-{family.mirror}"
    return RENAMED.get(named, named), ""


CATALOGUE = Catalogue(_rules())
QUIET = frozenset(f"{kind}-{family.suffix}" for family in _FAMILIES for kind in family.quiet if kind in family.kinds)
"""Rules that are told on demand only, where they harm nobody."""
EFFECTS: dict[str, Effect] = {
    RENAMED.get(f"{kind}-{family.suffix}", f"{kind}-{family.suffix}"): family.effect
    for family in _FAMILIES
    for kind in family.kinds
}


_B, _D, _S = Severity.BREAKING, Severity.DANGEROUS, Severity.SAFE
# Where the provider sends the request and the consumer answers it: callbacks and webhooks.
_INVERTED = {
    "request-body-added-required": _S,
    "request-body-removed": _B,
    "request-body-became-required": _S,
    "request-body-became-optional": _B,
    "request-body-media-type-added": _B,
    "request-body-media-type-removed": _S,
    "request-body-media-type-schema-added": _S,
    "request-body-media-type-schema-removed": _B,
    "new-required-request-property": _S,
    "new-required-request-property-with-default": _S,
    "request-property-removed": _B,
    "request-property-became-required": _S,
    "request-property-became-required-with-default": _S,
    "request-property-became-optional": _B,
    "new-required-request-parameter": _S,
    "request-parameter-removed": _B,
    "request-parameter-became-required": _S,
    "request-parameter-became-optional": _B,
    "response-required-property-added": _B,
    "response-required-property-removed": _D,
    "response-optional-property-removed": _D,
    "response-property-became-required": _B,
    "response-property-became-optional": _S,
    "response-body-media-type-schema-added": _B,
    "response-body-media-type-schema-removed": _S,
}


def severity_of(rule_id: str, direction: Direction) -> Severity:
    """The severity of a rule where its data is sent in ``direction``: in callbacks it is the other one."""
    rule = CATALOGUE[rule_id]
    if direction is rule.direction:
        return rule.severity
    effect = EFFECTS.get(rule_id)
    return _INVERTED.get(rule_id, rule.severity) if effect is None else severity_by_law(effect, direction)
