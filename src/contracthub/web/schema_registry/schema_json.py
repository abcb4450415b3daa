"""Schemas as the registry's clients read them: nulls and empties are left out, and so is the type AVRO, which is meant
where there is none (schema-registry-api §4).
"""

from typing import Any

from contracthub.domain.registry import Reference, SchemaType, StoredSchema, SubjectVersion

Json = dict[str, Any]


def version_json(version: SubjectVersion, text: str) -> Json:
    """A version of a subject; ``text`` is its schema in the format that was asked for."""
    body: Json = {"subject": version.name.qualified, "version": version.version, "id": version.schema.id}
    body |= _about(version.schema) | {"schema": text}
    return body | ({"deleted": True} if version.deleted else {})


def schema_json(schema: StoredSchema, text: str, first: SubjectVersion | None = None) -> Json:
    """A schema by its id; ``first`` is a version that it is."""
    where: Json = {} if first is None else {"subject": first.name.qualified, "version": first.version}
    return where | _about(schema) | {"schema": text}


def _about(schema: StoredSchema) -> Json:
    facts: Json = {
        "guid": schema.guid,
        "schemaType": None if schema.type is SchemaType.AVRO else schema.type.value,
        "references": [reference_json(each) for each in schema.references],
        "metadata": schema.metadata,
        "ruleSet": schema.rule_set,
    }
    return {name: value for name, value in facts.items() if value}


def reference_json(reference: Reference) -> Json:
    """A reference to another schema."""
    return {"name": reference.name, "subject": reference.subject, "version": reference.version}
