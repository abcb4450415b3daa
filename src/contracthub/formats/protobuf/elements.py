"""What a Protobuf file is made of: messages, fields, the values of enums, and the methods of services.

Names are those without the package, as in the messages of a comparison: ``Order.lines``, ``Status.OPEN``. A message is
used from many places, and its fields are named by it and not by every path that leads there.
"""

from collections.abc import Iterator

from google.protobuf.descriptor_pb2 import DescriptorProto, EnumDescriptorProto, FileDescriptorProto

from contracthub.formats.elements import Element, ElementKind, bounded
from contracthub.formats.protobuf.parse import ProtobufSchema


def elements(schema: ProtobufSchema) -> tuple[Element, ...]:
    """The parts of the file itself; what it imports is not part of it. A text has no pointers."""
    return bounded(_of_file(schema.resolved))


def _of_file(file: FileDescriptorProto) -> Iterator[Element]:
    start = f"{file.package}." if file.package else ""
    for message in file.message_type:
        yield from _of_message(message, message.name, start)
    for enum in file.enum_type:
        yield from _of_enum(enum, enum.name, start)
    for service in file.service:
        yield Element(ElementKind.SERVICE, service.name, start + service.name, None, service.options.deprecated)
        for method in service.method:
            name = f"{service.name}/{method.name}"
            yield Element(ElementKind.OPERATION, name, start + name, None, method.options.deprecated)


def _of_message(message: DescriptorProto, name: str, start: str) -> Iterator[Element]:
    if message.options.map_entry:
        return
    yield Element(ElementKind.TYPE, name, start + name, None, message.options.deprecated)
    for field in message.field:
        place = f"{name}.{field.name}"
        yield Element(ElementKind.FIELD, place, start + place, None, field.options.deprecated)
    for enum in message.enum_type:
        yield from _of_enum(enum, f"{name}.{enum.name}", start)
    for inner in message.nested_type:
        yield from _of_message(inner, f"{name}.{inner.name}", start)


def _of_enum(enum: EnumDescriptorProto, name: str, start: str) -> Iterator[Element]:
    yield Element(ElementKind.TYPE, name, start + name, None, enum.options.deprecated)
    for value in enum.value:
        place = f"{name}.{value.name}"
        yield Element(ElementKind.ENUM_VALUE, place, start + place, None, value.options.deprecated)
