"""Writes the values of messages: as JSON, or as the newest schema of a subject in the registry's wire format."""

from dataclasses import dataclass

from contracthub.domain.registry import SchemaType
from contracthub.formats import safe_json
from contracthub.formats.avro import binary as avro
from contracthub.formats.protobuf import binary as protobuf
from contracthub.formats.safe_json import JsonValue
from contracthub.verification.events.registry import Registry, SchemaUnknown


class Unwritable(Exception):
    """A value can't be written as its schema says; the text says why."""


@dataclass(frozen=True, slots=True)
class Writing:
    """Writes values. ``registry`` is where subjects are looked up."""

    registry: Registry | None

    def written(self, value: JsonValue, subject: str | None) -> bytes:
        """The bytes of a value (schema-registry-api §20). Raises Unwritable, and RegistryAway."""
        if subject is None:
            return safe_json.dumps(value)
        if self.registry is None:
            raise Unwritable(f"the schema of {subject!r} is in a registry; say where with --schema-registry URL")
        try:
            schema_id, schema = self.registry.latest(subject)
            if schema.type is SchemaType.AVRO:
                payload = avro.encoded(value, schema.document)
            elif schema.type is SchemaType.PROTOBUF:
                payload = b"\0" + protobuf.encoded(value, schema.document)
            else:
                payload = safe_json.dumps(value)
        except (SchemaUnknown, avro.NotAvro, protobuf.NotProtobuf) as error:
            raise Unwritable(str(error)) from error
        return b"\0" + schema_id.to_bytes(4, "big") + payload
