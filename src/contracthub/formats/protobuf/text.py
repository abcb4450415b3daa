"""Writes a descriptor back as the text of a ``.proto`` file (schema-registry-api §11).

As stored, everything keeps its order and comments are gone. Normalised, fields, values and ranges stand by number,
options and imports by name, and types are named in full, so that files that mean the same are the same.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from google.protobuf import descriptor_pb2 as pb

from contracthub.formats.protobuf.parse import ProtobufSchema
from contracthub.formats.protobuf.tokens import escaped

_F = pb.FieldDescriptorProto
_LABELS = {_F.LABEL_REPEATED: "repeated ", _F.LABEL_REQUIRED: "required "}
_LARGEST = 2**29
_LARGEST_ENUM = 2**31 - 1
_ESCAPES = {each: escaped(bytes([each])) for each in (*range(32), 127, ord('"'), ord("\\"))}


def canonical_text(schema: ProtobufSchema) -> str:
    """The file as it is stored and given back."""
    return "\n".join(_Writer(schema.written, normalised=False).file()) + "\n"


def normalised_text(schema: ProtobufSchema) -> str:
    """The file with everything in one order and types named in full."""
    return "\n".join(_Writer(_named_in_full(schema), normalised=True).file()) + "\n"


def meaning_text(schema: ProtobufSchema) -> str:
    """The file in its own order with types named in full: the same for a text and for the descriptor made of it."""
    return "\n".join(_Writer(_named_in_full(schema), normalised=False).file()) + "\n"


def text_without_extensions(schema: ProtobufSchema) -> str:
    """The file as it is stored, without the extensions that it declares and the options that are extensions."""
    file = pb.FileDescriptorProto.FromString(schema.written.SerializeToString())
    _take_extensions_out(file)
    return "\n".join(_Writer(file, normalised=False).file()) + "\n"


def _take_extensions_out(message: Any) -> None:
    for field, value in message.ListFields():
        if field.name == "extension":
            message.ClearField(field.name)
        elif field.name == "uninterpreted_option":
            kept = [each for each in value if not any(part.is_extension for part in each.name)]
            message.ClearField(field.name)
            value.extend(kept)
        elif field.message_type is not None:
            for each in value if field.is_repeated else (value,):
                _take_extensions_out(each)


def _named_in_full(schema: ProtobufSchema) -> pb.FileDescriptorProto:
    named = pb.FileDescriptorProto.FromString(schema.resolved.SerializeToString())
    _carry_options(schema.written, named)
    return named


def _carry_options(written: Any, named: Any) -> None:
    """Options of others are not part of what was resolved; they stand at the same places in both."""
    for field in written.DESCRIPTOR.fields:
        if field.message_type is None or (not field.is_repeated and not written.HasField(field.name)):
            continue
        if field.name == "options":
            named.options.CopyFrom(written.options)
        elif field.is_repeated and field.name != "uninterpreted_option":
            for one, other in zip(getattr(written, field.name), getattr(named, field.name), strict=False):
                _carry_options(one, other)


class _Writer:
    """Writes one file, line by line."""

    def __init__(self, file: pb.FileDescriptorProto, *, normalised: bool) -> None:
        self._file, self._normalised = file, normalised
        self._is_proto2 = not file.syntax or file.syntax == "proto2"

    def file(self) -> Iterator[str]:
        """The lines of the file."""
        file = self._file
        if file.syntax == "editions":
            yield f'edition = "{pb.Edition.Name(file.edition).removeprefix("EDITION_")}";'
        elif not self._is_proto2:
            yield f'syntax = "{file.syntax}";'
        if file.package:
            yield f"package {file.package};"
        yield from self._imports()
        yield from (f"option {option};" for option in self._options(file.options))
        for message in file.message_type:
            yield from ("", *self._message(message))
        for enum in file.enum_type:
            yield from ("", *self._enum(enum))
        yield from self._extensions(file.extension, file.message_type)
        for service in file.service:
            yield from ("", *self._service(service))

    def _imports(self) -> Iterator[str]:
        public, weak = {*self._file.public_dependency}, {*self._file.weak_dependency}
        lines = [
            f'import {"public " if index in public else "weak " if index in weak else ""}"{path.translate(_ESCAPES)}";'
            for index, path in enumerate(self._file.dependency)
        ]
        yield from sorted(set(lines)) if self._normalised else lines

    def _message(self, message: pb.DescriptorProto, head: str | None = None) -> Iterator[str]:
        yield f"{head or f'message {message.name}'} {{"
        yield from _indented(self._members(message))
        yield "}"

    def _members(self, message: pb.DescriptorProto) -> Iterator[str]:
        groups = {field.type_name.rpartition(".")[2] for field in message.field if field.type == _F.TYPE_GROUP}
        entries = {inner.name: inner for inner in message.nested_type if inner.options.map_entry}
        yield from (f"option {option};" for option in self._options(message.options))
        yield from _reserved(message, _LARGEST, past_end=True, normalised=self._normalised)
        for each in self._by(message.extension_range, lambda ranged: ranged.start):
            yield f"extensions {_range(each.start, each.end - 1, _LARGEST - 1)}{self._bracketed(each.options)};"
        begun: set[int] = set()
        for field in self._by(message.field, lambda each: each.number):
            if field.HasField("oneof_index") and not field.proto3_optional:
                if field.oneof_index not in begun:
                    begun.add(field.oneof_index)
                    yield from self._oneof(message, field.oneof_index)
            else:
                yield from self._field(field, message, entries.get(field.type_name.rpartition(".")[2]))
        for inner in message.nested_type:
            if inner.name not in entries and inner.name not in groups:
                yield from self._message(inner)
        for enum in message.enum_type:
            yield from self._enum(enum)
        yield from self._extensions(message.extension, message.nested_type)

    def _by(self, items: Sequence[Any], key: Any) -> Iterable[Any]:
        return sorted(items, key=key) if self._normalised else items

    def _oneof(self, message: pb.DescriptorProto, index: int) -> Iterator[str]:
        declared = message.oneof_decl[index]
        yield f"oneof {declared.name} {{"
        yield from _indented(f"option {option};" for option in self._options(declared.options))
        members = [each for each in message.field if each.HasField("oneof_index") and each.oneof_index == index]
        for field in self._by(members, lambda each: each.number):
            yield from _indented(self._field(field, message, None, in_oneof=True))
        yield "}"

    def _field(
        self,
        field: pb.FieldDescriptorProto,
        message: pb.DescriptorProto | None,
        entry: pb.DescriptorProto | None,
        *,
        in_oneof: bool = False,
    ) -> Iterator[str]:
        end = f"= {field.number}{self._field_options(field)}"
        if entry is not None and field.type in {_F.TYPE_MESSAGE, 0}:
            key, value = entry.field
            yield f"map<{self._type(key)}, {self._type(value)}> {field.name} {end};"
            return
        label = "" if in_oneof else self._label(field)
        if field.type == _F.TYPE_GROUP and message is not None:
            name = field.type_name.rpartition(".")[2]
            body = next(inner for inner in message.nested_type if inner.name == name)
            yield from self._message(body, f"{label}group {name} {end}")
        else:
            yield f"{label}{self._type(field)} {field.name} {end};"

    def _label(self, field: pb.FieldDescriptorProto) -> str:
        plain = "optional " if self._is_proto2 or field.proto3_optional else ""
        return _LABELS.get(field.label, plain)

    def _type(self, field: pb.FieldDescriptorProto) -> str:
        return field.type_name or _F.Type.Name(field.type).removeprefix("TYPE_").lower()

    def _field_options(self, field: pb.FieldDescriptorProto) -> str:
        own = []
        if field.HasField("default_value"):
            own.append(f"default = {_default(field)}")
        if field.json_name and field.json_name != _json_name(field.name):
            own.append(f"json_name = {_quoted(field.json_name)}")
        options = [*own, *self._options(field.options)]
        return f" [{', '.join(options)}]" if options else ""

    def _bracketed(self, options: Any) -> str:
        found = [*self._options(options)]
        return f" [{', '.join(found)}]" if found else ""

    def _options(self, options: Any) -> Iterable[str]:
        found: list[str] = []
        for field, value in options.ListFields():
            if field.name in {"uninterpreted_option", "map_entry"}:
                continue
            if field.message_type is None:
                values = value if field.is_repeated else [value]
                found.extend(f"{field.name} = {_option_value(field, each)}" for each in values)
        for kept in options.uninterpreted_option:
            name = ".".join(f"({part.name_part})" if part.is_extension else part.name_part for part in kept.name)
            found.append(f"{name} = {_kept_value(kept)}")
        return sorted(found) if self._normalised else found

    def _enum(self, enum: pb.EnumDescriptorProto) -> Iterator[str]:
        yield f"enum {enum.name} {{"
        yield from _indented(f"option {option};" for option in self._options(enum.options))
        yield from _indented(_reserved(enum, _LARGEST_ENUM, past_end=False, normalised=self._normalised))
        for value in self._by(enum.value, lambda each: each.number):
            yield f"  {value.name} = {value.number}{self._bracketed(value.options)};"
        yield "}"

    def _extensions(self, extensions: Sequence[Any], nested: Sequence[Any]) -> Iterator[str]:
        by_extendee: dict[str, list[Any]] = {}
        for field in extensions:
            by_extendee.setdefault(field.extendee, []).append(field)
        holder = pb.DescriptorProto(nested_type=nested)
        for extendee, fields in by_extendee.items():
            yield f"extend {extendee} {{"
            for field in self._by(fields, lambda each: each.number):
                yield from _indented(self._field(field, holder, None))
            yield "}"

    def _service(self, service: pb.ServiceDescriptorProto) -> Iterator[str]:
        yield f"service {service.name} {{"
        yield from _indented(f"option {option};" for option in self._options(service.options))
        for method in service.method:
            sent = f"{'stream ' if method.client_streaming else ''}{method.input_type}"
            answered = f"{'stream ' if method.server_streaming else ''}{method.output_type}"
            options = [*self._options(method.options)]
            begin = f"  rpc {method.name}({sent}) returns ({answered})"
            if options:
                yield f"{begin} {{"
                yield from (f"    option {option};" for option in options)
                yield "  }"
            else:
                yield f"{begin};"
        yield "}"


def _indented(lines: Iterable[str]) -> Iterator[str]:
    return (f"  {line}" if line else line for line in lines)


def _reserved(holder: Any, largest: int, *, past_end: bool, normalised: bool) -> Iterator[str]:
    ranges = [(each.start, each.end - 1 if past_end else each.end) for each in holder.reserved_range]
    names = [*holder.reserved_name]
    if normalised:
        ranges, names = sorted(ranges), sorted(names)
    last = largest - 1 if past_end else largest
    if ranges:
        yield f"reserved {', '.join(_range(start, end, last) for start, end in ranges)};"
    if names:
        yield f"reserved {', '.join(map(_quoted, names))};"


def _range(start: int, end: int, largest: int) -> str:
    if start == end:
        return str(start)
    return f"{start} to {'max' if end >= largest else end}"


def _default(field: pb.FieldDescriptorProto) -> str:
    if field.type == _F.TYPE_BYTES:
        return f'"{field.default_value}"'  # which is escaped already
    return _quoted(field.default_value) if field.type == _F.TYPE_STRING else field.default_value


def _quoted(text: str) -> str:
    return f'"{text.translate(_ESCAPES)}"'


def _option_value(field: Any, value: Any) -> str:
    if field.enum_type is not None:
        return str(field.enum_type.values_by_number[value].name)
    if isinstance(value, bool):
        return "true" if value else "false"
    return _quoted(value) if isinstance(value, str) else str(value)


def _kept_value(kept: pb.UninterpretedOption) -> str:
    if kept.HasField("aggregate_value"):
        return f"{{ {kept.aggregate_value} }}"
    if kept.HasField("string_value"):
        try:
            return _quoted(kept.string_value.decode())
        except UnicodeDecodeError:
            return f'"{escaped(kept.string_value)}"'
    return str(kept.positive_int_value) if kept.HasField("positive_int_value") else kept.identifier_value


def _json_name(name: str) -> str:
    """The name in JSON that a field has without saying so (language specification, "JSON Mapping")."""
    parts = name.split("_")
    return parts[0] + "".join(part[:1].upper() + part[1:] for part in parts[1:])
