"""The messages of Protobuf files by name, as walks through values and through descriptors need them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    MethodDescriptorProto,
)
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass

from contracthub.formats.protobuf.parse import ProtobufSchema

Field: TypeAlias = FieldDescriptorProto
_DEEPEST = 32


@dataclass(frozen=True)
class Message:
    """A message type; ``name`` is its full name with a dot before it."""

    name: str
    descriptor: DescriptorProto

    @property
    def is_map_entry(self) -> bool:
        """Whether it stands for a key and a value of a map."""
        return self.descriptor.options.map_entry

    @cached_property
    def by_json_name(self) -> Mapping[str, Field]:
        """The fields by both names under which JSON may have them."""
        return {
            name: each
            for each in self.descriptor.field
            for name in (each.json_name or lower_camel(each.name), each.name)
        }

    @cached_property
    def by_number(self) -> Mapping[int, Field]:
        """The fields by number."""
        return {each.number: each for each in self.descriptor.field}

    def one_of(self, field: Field) -> str | None:
        """The group of which only one field may be there; None also for what is only called so to be optional."""
        if not field.HasField("oneof_index") or field.proto3_optional:
            return None
        return self.descriptor.oneof_decl[field.oneof_index].name

    @property
    def title(self) -> str:
        """Its full name."""
        return self.name.removeprefix(".")


class Types:
    """All types of a file and of those that it imports."""

    def __init__(self, schema: ProtobufSchema) -> None:
        self.messages: dict[str, Message] = {}
        self.enums: dict[str, EnumDescriptorProto] = {}
        for file in (*schema.imports.values(), schema.resolved):
            for name, message in _messages(file):
                self.messages[name] = Message(name, message)
                self.enums |= {f"{name}.{each.name}": each for each in message.enum_type}
            self.enums |= {f"{_start(file)}.{each.name}": each for each in file.enum_type}
        self._file = schema.resolved
        self._schema = schema

    @cached_property
    def _pool(self) -> DescriptorPool:
        pool = DescriptorPool()
        for file in (*self._schema.imports.values(), self._schema.resolved):
            pool.AddSerializedFile(file.SerializeToString())
        return pool

    def empty(self, message: Message) -> Any:
        """A message of a type with nothing in it."""
        return GetMessageClass(self._pool.FindMessageTypeByName(message.title))()

    def roots(self) -> list[Message]:
        """The messages of the file that none of its other messages has a field of; of a circle, the first."""
        own = [f"{_start(self._file)}.{each.name}" for each in self._file.message_type]
        used = {
            field.type_name
            for name, each in _messages(self._file)
            for field in each.field
            if not f"{name}.".startswith(f"{field.type_name}.")
        }
        return [self.messages[name] for name in [each for each in own if each not in used] or own[:1]]

    def methods(self) -> Mapping[str, MethodDescriptorProto]:
        """The methods of services by full name: ``orders.Orders/Place``."""
        package = f"{self._file.package}." if self._file.package else ""
        return {
            f"{package}{service.name}/{method.name}": method
            for service in self._file.service
            for method in service.method
        }

    def named(self, name: str) -> Message | None:
        """The message of a full name, or of a name that only one message has."""
        exact = self.messages.get("." + name.removeprefix("."))
        if exact is not None:
            return exact
        found = [each for key, each in self.messages.items() if key.endswith("." + name.removeprefix("."))]
        return found[0] if len(found) == 1 else None


def lower_camel(name: str) -> str:
    """The name of a field in JSON."""
    first, *rest = name.split("_")
    return first + "".join(each[:1].upper() + each[1:] for each in rest)


def _start(file: FileDescriptorProto) -> str:
    return f".{file.package}" if file.package else ""


def _messages(file: FileDescriptorProto) -> Iterator[tuple[str, DescriptorProto]]:
    todo = [(f"{_start(file)}.{each.name}", each, 0) for each in file.message_type]
    while todo:
        name, message, depth = todo.pop()
        yield name, message
        if depth < _DEEPEST:
            todo += [(f"{name}.{each.name}", each, depth + 1) for each in message.nested_type]
