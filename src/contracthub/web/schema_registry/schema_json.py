"""Schemas as the registry's clients read them: nulls and empties are left out, and so is the type AVRO, which is meant
where there is none (schema-registry-api §4).
"""

from typing import Any

from contracthub.domain.registry import Reference, SchemaType, StoredSchema, SubjectVersion, parse_subject

Json = dict[str, Any]


def version_json(version: SubjectVersion, text: str, *, qualified: bool = False) -> Json:
    """A version of a subject; ``text`` is its schema in the format that was asked for, and ``qualified`` says whether
    references name the context too.
    """
    body: Json = {"subject": version.name.qualified, "version": version.version, "id": version.schema.id}
    body |= _about(version.schema, version.context if qualified else None) | {"schema": text}
    return body | ({"deleted": True} if version.deleted else {})


def schema_json(schema: StoredSchema, text: str, *, qualified_by: str | None = None) -> Json:
    """A schema by its id; ``qualified_by`` is the context that its references name too."""
    return _about(schema, qualified_by) | {"schema": text}


def _about(schema: StoredSchema, context: str | None) -> Json:
    facts: Json = {
        "guid": schema.guid,
        "schemaType": None if schema.type is SchemaType.AVRO else schema.type.value,
        "references": [_reference_json(each, context) for each in schema.references],
        "metadata": schema.metadata,
        "ruleSet": schema.rule_set,
    }
    return {name: value for name, value in facts.items() if value}


def _reference_json(reference: Reference, context: str | None) -> Json:
    subject = reference.subject if context is None else parse_subject(reference.subject, context).qualified
    return {"name": reference.name, "subject": subject, "version": reference.version}
