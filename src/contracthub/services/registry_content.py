"""What a request says about a schema: resolved, told apart from every other, and read if need be.

Telling a schema apart needs its canonical text, which needs reading it. What came out is remembered, so that a client
that registers at each start what is registered already costs a look into an index (schema-registry-api §7).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from contracthub.domain.errors import Invalid, TooLarge
from contracthub.domain.registry import Json, Reference, SchemaRequest, SchemaType
from contracthub.domain.registry_errors import RegistryRefusal, empty_schema, invalid_schema, schema_too_large
from contracthub.domain.registry_rules import check_rules
from contracthub.domain.registry_settings import merged
from contracthub.formats.event_schemas import EventSchema, digest_of, identity_of_digest, parse, substance
from contracthub.formats.limits import MEBIBYTE
from contracthub.services.bounded_cache import BoundedCache
from contracthub.services.ports import Unit
from contracthub.services.ports.registry import KeptVersion, NewSchema, SubjectRecord
from contracthub.services.registry_references import numbered, referenced_by_request, targets_of

LARGEST_SCHEMA = 5 * MEBIBYTE
_REMEMBERED = 50_000


@dataclass(frozen=True, slots=True)
class _Digests:
    """What stands for the texts of a schema: as it is spelt, normalised, and both with references inlined."""

    plain: bytes
    normal: bytes
    inlined: bytes | None
    normal_inlined: bytes | None


# A pure function of the key, which has all that the texts depend on: they are alike for every hub of the process.
_known: BoundedCache[bytes, _Digests] = BoundedCache(_REMEMBERED)


@dataclass(frozen=True, slots=True)
class Content:
    """A schema as it was sent, with its references resolved; ``targets`` are in their order."""

    type: SchemaType
    text: str
    references: tuple[Reference, ...]
    targets: tuple[KeptVersion, ...]
    metadata: Json | None
    rule_set: Json | None
    is_normal: bool


@dataclass(frozen=True, slots=True)
class Identified:
    """A content, what tells it apart, and the schema where it was read for that."""

    content: Content
    identity: str
    inlined_identity: str | None
    schema: EventSchema | None

    def new_schema(self, schema: EventSchema) -> NewSchema:
        """What is stored of it."""
        content = self.content
        return NewSchema(
            identity=self.identity,
            inlined_identity=self.inlined_identity,
            guid=str(UUID(self.identity[:32])),
            type=content.type,
            text=schema.canonical,
            references=content.references,
            targets=tuple((each.subject_key, each.version) for each in content.targets),
            metadata=content.metadata,
            rule_set=content.rule_set,
        )


def content_of(
    unit: Unit, record: SubjectRecord, request: SchemaRequest, *, normalize: bool, deleted: bool = False
) -> Content:
    """What the request says, completed by what the subject has chosen.

    ``deleted`` lets it refer to soft-deleted versions. Raises ``RegistryRefusal``: 42201 for a schema that is empty or
    a reference that leads nowhere, 42209 for one that is too large, 42210 for rules that are none.
    """
    text = request.schema or ""
    if not text.strip():
        raise empty_schema()
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > LARGEST_SCHEMA:
        told = f"The schema has {size:,} bytes; at most {LARGEST_SCHEMA:,} are accepted. Split it by references."
        raise schema_too_large(told)
    config = record.config
    targets = targets_of(unit, record.name, request.references, deleted=deleted)
    references = numbered(request.references, targets)
    is_normal = normalize or bool(config.normalize)
    if is_normal:
        references, targets = _sorted(references, targets)
    rule_set = substance(merged(config.default_rule_set, request.rule_set, config.override_rule_set))
    check_rules(rule_set)
    return Content(
        type=request.schema_type,
        text=text,
        references=references,
        targets=targets,
        metadata=substance(merged(config.default_metadata, request.metadata, config.override_metadata)),
        rule_set=rule_set,
        is_normal=is_normal,
    )


def _sorted(
    references: Sequence[Reference], targets: Sequence[KeptVersion]
) -> tuple[tuple[Reference, ...], tuple[KeptVersion, ...]]:
    """In one order, and each once (schema-registry-api §11)."""
    pairs = dict(zip(references, targets, strict=True))
    ordered = sorted(pairs, key=lambda each: (each.name, each.subject, each.version))
    return tuple(ordered), tuple(pairs[each] for each in ordered)


def identified(unit: Unit, content: Content) -> Identified:
    """What tells the content apart; it is read if it was not read before.

    Raises ``RegistryRefusal`` 42201 when it is no schema, 42209 when it is over a limit.
    """
    key, schema = _key_of(content), None
    digests = _known.get(key)
    if digests is None:
        schema = read(unit, replace(content, is_normal=False))
        digests = _digests_of(schema, content)
        _known.put(key, digests)
        schema = schema.in_normal_form() if content.is_normal else schema
    return _identified(content, digests, schema)


def spellings_identified(unit: Unit, content: Content) -> tuple[Identified, Identified]:
    """A content that was accepted elsewhere, perhaps by earlier rules: taken as it is spelt, and as a normal form.

    Raises as ``identified`` does.
    """
    plain = replace(content, is_normal=False)
    normal = replace(content, is_normal=True)
    try:
        return identified(unit, plain), identified(unit, normal)
    except RegistryRefusal:
        return by_earlier_rules(unit, plain), by_earlier_rules(unit, normal)


def by_earlier_rules(unit: Unit, content: Content) -> Identified:
    """What tells a content apart that was perhaps taken when rules were fewer (schema-registry-api §7).

    It is not remembered: what is new has to keep to the rules. Raises as ``identified`` does.
    """
    schema = read(unit, replace(content, is_normal=False), lenient=True)
    digests = _digests_of(schema, content)
    return _identified(content, digests, schema.in_normal_form() if content.is_normal else schema)


def _identified(content: Content, digests: _Digests, schema: EventSchema | None) -> Identified:
    digest = digests.normal if content.is_normal else digests.plain
    inlined = digests.normal_inlined if content.is_normal else digests.inlined
    metadata, rules = content.metadata, content.rule_set
    return Identified(
        content,
        identity_of_digest(content.type, digest, content.references, metadata, rules),
        identity_of_digest(content.type, inlined, (), metadata, rules) if inlined else None,
        schema,
    )


def read(unit: Unit, content: Content, *, lenient: bool = False) -> EventSchema:
    """The schema itself; ``lenient`` reads what earlier rules allowed. Raises as ``identified`` does."""
    try:
        used = referenced_by_request(unit, content.references, content.targets)
        schema = parse(content.type, content.text, used, lenient=lenient)
        return schema.in_normal_form() if content.is_normal else schema
    except TooLarge as error:
        raise schema_too_large(error.message) from error
    except Invalid as error:
        raise invalid_schema(f"Invalid schema of type {content.type}: {error.message}") from error


def _digests_of(schema: EventSchema, content: Content) -> _Digests:
    normal = schema.in_normal_form()
    inlines = content.type is SchemaType.AVRO and bool(content.references)
    return _Digests(
        plain=digest_of(schema.meaning),
        normal=digest_of(normal.meaning),
        inlined=digest_of(schema.resolved()) if inlines else None,
        normal_inlined=digest_of(normal.resolved()) if inlines else None,
    )


def _key_of(content: Content) -> bytes:
    key = hashlib.sha256(f"{content.type}\n".encode())
    for each, target in sorted(
        zip(content.references, content.targets, strict=True), key=lambda pair: (pair[0].name, pair[1].kept.identity)
    ):
        key.update(f"{len(each.name)}:{each.name}\n{target.kept.identity}\n".encode("utf-8", "surrogatepass"))
    key.update(content.text.encode("utf-8", "surrogatepass"))
    return key.digest()
