"""Whether a Protobuf file may follow another, as the schema registry decides it (schema-registry-api §18).

Messages are compared by name, level by level; their fields by number.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto, FileDescriptorProto

from contracthub.formats.changes import cut
from contracthub.formats.compatibility import Incompatibility
from contracthub.formats.protobuf.parse import ProtobufSchema

_F = FieldDescriptorProto
# Types that are read from each other's bytes.
_GROUPS: Mapping[int, str] = {
    **dict.fromkeys(
        (_F.TYPE_INT32, _F.TYPE_INT64, _F.TYPE_UINT32, _F.TYPE_UINT64, _F.TYPE_BOOL, _F.TYPE_ENUM), "varint"
    ),
    **dict.fromkeys((_F.TYPE_SINT32, _F.TYPE_SINT64), "zigzag"),
    **dict.fromkeys((_F.TYPE_STRING, _F.TYPE_BYTES), "text"),
    **dict.fromkeys((_F.TYPE_FIXED32, _F.TYPE_SFIXED32), "fixed32"),
    **dict.fromkeys((_F.TYPE_FIXED64, _F.TYPE_SFIXED64), "fixed64"),
    _F.TYPE_FLOAT: "float",
    _F.TYPE_DOUBLE: "double",
}
_MESSAGES = frozenset({_F.TYPE_MESSAGE, _F.TYPE_GROUP})
_MOST_SHOWN = 50


def reads(reader: ProtobufSchema, writer: ProtobufSchema) -> tuple[Incompatibility, ...]:
    """Reasons why ``reader`` must not follow ``writer``, the first of many; empty when it may."""
    return incompatibilities(reader, writer)[:_MOST_SHOWN]


def incompatibilities(reader: ProtobufSchema, writer: ProtobufSchema) -> tuple[Incompatibility, ...]:
    """Every reason, however many there are."""
    comparison = _Comparison(_Types.of(writer), _Types.of(reader))
    return tuple(comparison.of_files(writer.resolved, reader.resolved))


@dataclass(frozen=True, slots=True)
class _Types:
    """The messages of a file and its imports by full name; ``package`` and ``is_proto3`` by full name too."""

    messages: Mapping[str, DescriptorProto]
    files: Mapping[str, FileDescriptorProto]

    @classmethod
    def of(cls, schema: ProtobufSchema) -> "_Types":
        """Of a schema."""
        messages: dict[str, DescriptorProto] = {}
        files: dict[str, FileDescriptorProto] = {}
        for file in (*schema.imports.values(), schema.resolved):
            start = f".{file.package}" if file.package else ""
            todo = [(message, f"{start}.{message.name}") for message in file.message_type]
            while todo:
                message, name = todo.pop()
                messages[name], files[name] = message, file
                todo.extend((inner, f"{name}.{inner.name}") for inner in message.nested_type)
        return cls(messages, files)

    def map_entry(self, field: FieldDescriptorProto) -> DescriptorProto | None:
        """The pair that a map field is made of, None for other fields."""
        message = self.messages.get(field.type_name) if field.type in _MESSAGES else None
        return message if message is not None and message.options.map_entry else None

    def name_in_package(self, full_name: str) -> str:
        """A message's name without the package of its file."""
        file = self.files.get(full_name)
        return full_name.removeprefix(f".{file.package}.") if file is not None and file.package else full_name[1:]


@dataclass(slots=True)
class _Comparison:
    """Compares an old file with a new one."""

    old: _Types
    new: _Types
    _compared: set[tuple[str, str]] = field(default_factory=set)

    def of_files(self, old: FileDescriptorProto, new: FileDescriptorProto) -> Iterator[Incompatibility]:
        """What is wrong with the new file."""
        if old.package != new.package:
            text = f"the package {old.package or 'none'} became {new.package or 'none'}: every type has another name"
            yield _found("PACKAGE_CHANGED", "package", text, "Keep the package.")
            return
        start = f".{old.package}" if old.package else ""
        after = {message.name: message for message in new.message_type}
        for message in old.message_type:
            yield from self._of_names(message, after.get(message.name), f"{start}.{message.name}", message.name)

    def _of_names(
        self, old: DescriptorProto, new: DescriptorProto | None, full_name: str, path: str
    ) -> Iterator[Incompatibility]:
        if new is None:
            text = f"the message {path} was removed or renamed"
            yield _found("MESSAGE_REMOVED", path, text, f"Keep {path}, and add the new message beside it.")
            return
        yield from self._of_messages(full_name, full_name, path)
        after = {message.name: message for message in new.nested_type}
        for message in old.nested_type:
            if not message.options.map_entry:
                inner = after.get(message.name)
                yield from self._of_names(message, inner, f"{full_name}.{message.name}", f"{path}.{message.name}")

    def _of_messages(self, old_name: str, new_name: str, path: str) -> Iterator[Incompatibility]:
        if (old_name, new_name) in self._compared:
            return
        self._compared.add((old_name, new_name))
        old, new = self.old.messages[old_name], self.new.messages[new_name]
        before = {each.number: each for each in old.field}
        after = {each.number: each for each in new.field}
        written = self.old.files[old_name].syntax != "proto3", self.new.files[new_name].syntax != "proto3"
        for number in sorted(before.keys() | after.keys()):
            yield from self._of_fields(before.get(number), after.get(number), written, path)
        yield from _of_oneofs(old, new, path)

    def _of_fields(
        self,
        old: FieldDescriptorProto | None,
        new: FieldDescriptorProto | None,
        always_written: tuple[bool, bool],
        path: str,
    ) -> Iterator[Incompatibility]:
        if old is None or new is None:
            only = old or new
            if only is not None and only.label == _F.LABEL_REQUIRED:
                happened, rule = ("removed", "REMOVED") if new is None else ("added", "ADDED")
                text = f"the required field {only.name} ({only.number}) was {happened}"
                remedy = "Keep it." if new is None else "Make it optional."
                yield _found(f"REQUIRED_FIELD_{rule}", f"{path}.{only.name}", text, remedy)
            return
        yield from self._of_types(old, new, f"{path}.{new.name}")
        if _is_number(old) and _is_number(new):
            labels = _label(old, always=always_written[0]), _label(new, always=always_written[1])
            if None not in labels and labels[0] != labels[1]:
                text = f"the label of the field {new.name} ({new.number}) changed from {labels[0]} to {labels[1]}"
                yield _found("FIELD_NUMERIC_LABEL_CHANGED", f"{path}.{new.name}", text, f"Keep it {labels[0]}.")

    def _of_types(self, old: FieldDescriptorProto, new: FieldDescriptorProto, path: str) -> Iterator[Incompatibility]:
        entries = self.old.map_entry(old), self.new.map_entry(new)
        if entries[0] is not None and entries[1] is not None:
            for one, other in zip(entries[0].field, entries[1].field, strict=False):
                yield from self._of_types(one, other, f"{path}.{one.name}")
        elif entries[0] is not None or entries[1] is not None or _kind(old) != _kind(new):
            text = f"{_told(old, entries[0])} became {_told(new, entries[1])}"
            rule = "FIELD_SCALAR_KIND_CHANGED" if _kind(old) != "message" != _kind(new) else "FIELD_KIND_CHANGED"
            yield _found(rule, path, f"the field {new.name} ({new.number}): {text}", "Use a field of a new number.")
        elif _kind(old) == "message":
            names = self.old.name_in_package(old.type_name), self.new.name_in_package(new.type_name)
            if names[0] != names[1]:
                text = f"the field {new.name} ({new.number}): {names[0]} became {names[1]}"
                yield _found("FIELD_NAMED_TYPE_CHANGED", path, text, "Use a field of a new number.")
            elif old.type_name in self.old.messages and new.type_name in self.new.messages:
                yield from self._of_messages(old.type_name, new.type_name, names[1])


def _of_oneofs(old: DescriptorProto, new: DescriptorProto, path: str) -> Iterator[Incompatibility]:
    before, after = _oneofs(old), _oneofs(new)
    numbers = {each.number for each in new.field}
    for name, members in before.items():
        lost = [number for number in members if number not in numbers]
        if lost and (name in after or len(lost) < len(members)):
            gone = cut(", ".join(_name_of(old, number) for number in sorted(lost)))
            text = f"of the oneof {name} went: {gone}; what was sent there is lost"
            yield _found("ONEOF_FIELD_REMOVED", f"{path}.{name}", text, "Keep the member, or remove the whole oneof.")
    containers = {number: name for name, members in before.items() for number in members}
    was_there = {each.number for each in old.field}
    for name, members in after.items():
        came_from = {containers.get(number, number) for number in members if number in was_there}
        if len(came_from) > 1:
            moved = cut(", ".join(_name_of(new, number) for number in sorted(set(members) & was_there)))
            text = f"fields that could be set together are now alternatives in the oneof {name}: {moved}"
            yield _found(
                "MULTIPLE_FIELDS_MOVED_TO_ONEOF", f"{path}.{name}", text, "Move at most one field, into a new oneof."
            )


def _oneofs(message: DescriptorProto) -> Mapping[str, list[int]]:
    """The numbers in each oneof; those that stand for an optional field of proto3 are nobody's."""
    found: dict[str, list[int]] = {}
    for each in message.field:
        if each.HasField("oneof_index") and not each.proto3_optional:
            found.setdefault(message.oneof_decl[each.oneof_index].name, []).append(each.number)
    return found


def _name_of(message: DescriptorProto, number: int) -> str:
    return next(each.name for each in message.field if each.number == number)


def _kind(field: FieldDescriptorProto) -> str:
    return "message" if field.type in _MESSAGES else _GROUPS[field.type]


def _is_number(field: FieldDescriptorProto) -> bool:
    return _kind(field) not in {"message", "text"}


def _label(field: FieldDescriptorProto, *, always: bool) -> str | None:
    """The label as it is written; None where proto3 lets it be left out."""
    if field.label == _F.LABEL_REPEATED:
        return "repeated"
    if field.label == _F.LABEL_REQUIRED:
        return "required"
    return "optional" if always or field.proto3_optional else None


def _told(field: FieldDescriptorProto, entry: DescriptorProto | None) -> str:
    if entry is not None:
        return "a map"
    if field.type in _MESSAGES or field.type == _F.TYPE_ENUM:
        return field.type_name.removeprefix(".")
    return _F.Type.Name(field.type).removeprefix("TYPE_").lower()


def _found(rule: str, path: str, message: str, remedy: str) -> Incompatibility:
    return Incompatibility(rule=rule, path=path, message=message, remedy=remedy)
