"""Reads the text of a ``.proto`` file into a file descriptor, names as they are written (language specification)."""

from typing import Any

from google.protobuf import descriptor_pb2 as pb

from contracthub.formats.protobuf.cursor import Cursor
from contracthub.formats.protobuf.tokens import Kind, Token, escaped

Field = pb.FieldDescriptorProto
_SCALARS = """
    double float int32 int64 uint32 uint64 sint32 sint64 fixed32 fixed64 sfixed32 sfixed64 bool string bytes
"""
SCALARS = {name: getattr(Field, f"TYPE_{name.upper()}") for name in _SCALARS.split()}
_LABELS = {
    "optional": Field.LABEL_OPTIONAL,
    "required": Field.LABEL_REQUIRED,
    "repeated": Field.LABEL_REPEATED,
}
_LARGEST = 2**29 - 1
_LARGEST_ENUM = 2**31 - 1
_DEEPEST = 32
_EDITIONS = {"2023": pb.EDITION_2023, "2024": pb.EDITION_2024}


def read(source: str, name: str) -> pb.FileDescriptorProto:
    """The descriptor of a file. Types are not looked for yet. Raises ``Malformed`` with line and column."""
    return _Reader(source, name).file()


class _Reader(Cursor):
    """Recursive descent over the tokens of one file."""

    def __init__(self, source: str, name: str) -> None:
        super().__init__(source)
        self._depth = 0
        self._file = pb.FileDescriptorProto(name=name)
        self._is_proto3 = False

    # The file

    def file(self) -> pb.FileDescriptorProto:
        self._syntax()
        while self.next.kind is not Kind.END:
            self._statement()
        return self._file

    def _syntax(self) -> None:
        if self.accept("syntax"):
            self.expect("=")
            token, said = self.next, self.text()
            if said not in {"proto2", "proto3"}:
                raise self.refused(f"the syntax {said[:50]!r} is unknown; it is proto2 or proto3", token)
            self.expect(";")
            self._is_proto3 = said == "proto3"
            # proto2 is what a descriptor without a syntax is of.
            if self._is_proto3:
                self._file.syntax = said
        elif self.accept("edition"):
            self.expect("=")
            token, said = self.next, self.text()
            if said not in _EDITIONS:
                raise self.refused(f"the edition {said[:50]!r} is unknown here", token)
            self.expect(";")
            self._file.syntax, self._file.edition = "editions", _EDITIONS[said]

    def _statement(self) -> None:
        token = self.next
        if self.accept(";"):
            return
        if self.accept("package"):
            if self._file.package:
                raise self.refused("the package is given twice", token)
            self._file.package = self.full_name()
            self.expect(";")
        elif self.accept("import"):
            self._import()
        elif self.accept("option"):
            self._option(self._file.options)
            self.expect(";")
        elif self.accept("message"):
            self._message(self._file.message_type.add())
        elif self.accept("enum"):
            self._enum(self._file.enum_type.add())
        elif self.accept("service"):
            self._service(self._file.service.add())
        elif self.accept("extend"):
            self._extend(self._file.extension, self._file.message_type)
        else:
            raise self.refused(f"{token.text[:50]!r} begins nothing that a file has")

    def _import(self) -> None:
        index = len(self._file.dependency)
        if self.accept("public"):
            self._file.public_dependency.append(index)
        elif self.accept("weak"):
            self._file.weak_dependency.append(index)
        token, path = self.next, self.text()
        if path in self._file.dependency:
            raise self.refused(f"{path[:200]!r} is imported twice", token)
        self._file.dependency.append(path)
        self.expect(";")

    # Messages

    def _message(self, message: Any) -> None:
        message.name = self.name()
        self._message_body(message)

    def _message_body(self, message: Any) -> None:
        self._deeper()
        self.expect("{")
        while not self.accept("}"):
            self._member(message)
        self._depth -= 1
        if self._is_proto3:
            _add_synthetic_oneofs(message)

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self.refused(f"it is nested deeper than {_DEEPEST} levels")

    def _member(self, message: Any) -> None:
        token = self.next
        following = self.ahead(1)
        # A word that begins a statement may as well be the type of a field: message message = 1.
        begins = following.kind is Kind.NAME
        if self.accept(";"):
            return
        if token.text == "message" and begins and self.ahead(2).text == "{":
            self.take()
            self._message(message.nested_type.add())
        elif token.text == "enum" and begins and self.ahead(2).text == "{":
            self.take()
            self._enum(message.enum_type.add())
        elif token.text == "oneof" and begins and self.ahead(2).text == "{":
            self.take()
            self._oneof(message)
        elif token.text == "extend" and (begins or following.text == "."):
            self.take()
            self._extend(message.extension, message.nested_type)
        elif token.text == "option" and (begins or following.text == "("):
            self.take()
            self._option(message.options)
            self.expect(";")
        elif token.text == "reserved" and following.text != "=" and not self._is_field():
            self.take()
            self._reserved(message, _LARGEST)
        elif token.text == "extensions" and following.kind is Kind.INT:
            self.take()
            self._extension_ranges(message)
        elif token.text == "map" and following.text == "<":
            self.take()
            self._map(message)
        else:
            self._field(message.field.add(), message.nested_type)

    def _is_field(self) -> bool:
        """Whether ``name name =`` follows."""
        return self.ahead(1).kind is Kind.NAME and self.ahead(2).text == "="

    def _field(self, field: Any, nested: Any, *, in_oneof: bool = False) -> None:
        token = self.next
        label = _LABELS.get(token.text)
        following = self.ahead(1)
        if label is not None and (following.kind is Kind.NAME or following.text == "."):
            if in_oneof:
                raise self.refused("a field of a oneof has no label")
            if label == Field.LABEL_REQUIRED and self._file.syntax:
                raise self.refused("required is of proto2 alone")
            self.take()
            field.label = label
            field.proto3_optional = self._is_proto3 and token.text == "optional"
            if not field.proto3_optional:
                field.ClearField("proto3_optional")
        else:
            field.label = Field.LABEL_OPTIONAL
            if not self._file.syntax and not in_oneof:
                raise self.refused("a field of proto2 begins with optional, required or repeated")
        if self.next.text == "group" and not self._file.syntax:
            self._group(field, nested)
            return
        self._type(field)
        field.name = self.name()
        self.expect("=")
        field.number = self.integer(1, _LARGEST)
        self._field_options(field)
        self.expect(";")

    def _type(self, field: Any) -> None:
        name = self.full_name()
        if name in SCALARS:
            field.type = SCALARS[name]
        else:
            field.type_name = name

    def _group(self, field: Any, nested: Any) -> None:
        self.take()
        token, name = self.next, self.name()
        if not name[0].isupper():
            raise self.refused("the name of a group begins with a capital letter", token)
        field.name, field.type, field.type_name = name.lower(), Field.TYPE_GROUP, name
        self.expect("=")
        field.number = self.integer(1, _LARGEST)
        self._field_options(field)
        body = nested.add()
        body.name = name
        self._message_body(body)

    def _map(self, message: Any) -> None:
        self.expect("<")
        key = Field(name="key", number=1, label=Field.LABEL_OPTIONAL)
        value = Field(name="value", number=2, label=Field.LABEL_OPTIONAL)
        self._type(key)
        self.expect(",")
        self._type(value)
        self.expect(">")
        name = self.name()
        entry = message.nested_type.add()
        entry.name = f"{_camel(name)}Entry"
        entry.field.extend([key, value])
        entry.options.map_entry = True
        field = message.field.add()
        field.name, field.label = name, Field.LABEL_REPEATED
        field.type, field.type_name = Field.TYPE_MESSAGE, entry.name
        self.expect("=")
        field.number = self.integer(1, _LARGEST)
        self._field_options(field)
        self.expect(";")

    def _oneof(self, message: Any) -> None:
        index = len(message.oneof_decl)
        declared = message.oneof_decl.add()
        declared.name = self.name()
        self.expect("{")
        while not self.accept("}"):
            if self.accept(";"):
                continue
            if self.next.text == "option" and self.ahead(1).kind is Kind.NAME and not self._is_field():
                self.take()
                self._option(declared.options)
                self.expect(";")
                continue
            field = message.field.add()
            self._field(field, message.nested_type, in_oneof=True)
            field.oneof_index = index

    def _extend(self, extensions: Any, nested: Any) -> None:
        extendee = self.full_name()
        self.expect("{")
        while not self.accept("}"):
            if self.accept(";"):
                continue
            field = extensions.add()
            self._field(field, nested)
            field.extendee = extendee

    def _extension_ranges(self, message: Any) -> None:
        first = len(message.extension_range)
        while True:
            start, end = self._range(1, _LARGEST)
            message.extension_range.add(start=start, end=end + 1)
            if not self.accept(","):
                break
        if self.accept("["):
            for each in list(message.extension_range)[first:]:
                self._options_until_bracket(each.options)
                break
        self.expect(";")

    def _range(self, least: int, most: int) -> tuple[int, int]:
        start = self.integer(least, most)
        if not self.accept("to"):
            return start, start
        return start, most if self.accept("max") else self.integer(start, most)

    def _reserved(self, holder: Any, most: int) -> None:
        is_enum = most == _LARGEST_ENUM
        while True:
            if self.next.kind is Kind.STRING:
                holder.reserved_name.append(self.text())
            elif self.next.kind is Kind.NAME:
                holder.reserved_name.append(self.name())
            else:
                start, end = self._range(-(2**31) if is_enum else 1, most)
                # The end of a range is inside of it for enums, and behind it for messages.
                holder.reserved_range.add(start=start, end=end if is_enum else end + 1)
            if not self.accept(","):
                break
        self.expect(";")

    # Enums and services

    def _enum(self, enum: Any) -> None:
        enum.name = self.name()
        self.expect("{")
        while not self.accept("}"):
            if self.accept(";"):
                continue
            following = self.ahead(1)
            if self.next.text == "option" and following.text != "=":
                self.take()
                self._option(enum.options)
                self.expect(";")
            elif self.next.text == "reserved" and following.text != "=":
                self.take()
                self._reserved(enum, _LARGEST_ENUM)
            else:
                value = enum.value.add()
                value.name = self.name()
                self.expect("=")
                value.number = self.integer(-(2**31), _LARGEST_ENUM)
                if self.accept("["):
                    self._options_until_bracket(value.options)
                self.expect(";")

    def _service(self, service: Any) -> None:
        service.name = self.name()
        self.expect("{")
        while not self.accept("}"):
            if self.accept(";"):
                continue
            if self.accept("option"):
                self._option(service.options)
                self.expect(";")
                continue
            self.expect("rpc")
            self._method(service.method.add())

    def _method(self, method: Any) -> None:
        method.name = self.name()
        for streaming, kind in (("client_streaming", "input_type"), ("server_streaming", "output_type")):
            if kind == "output_type":
                self.expect("returns")
            self.expect("(")
            if self.next.text == "stream" and self.ahead(1).text != ")":
                self.take()
                setattr(method, streaming, True)
            setattr(method, kind, self.full_name())
            self.expect(")")
        if not self.accept("{"):
            self.expect(";")
            return
        while not self.accept("}"):
            if self.accept(";"):
                continue
            self.expect("option")
            self._option(method.options)
            self.expect(";")

    # Options

    def _field_options(self, field: Any) -> None:
        if not self.accept("["):
            return
        while True:
            token = self.next
            if token.text == "default":
                self.take()
                self.expect("=")
                field.default_value = self._default(field)
            elif token.text == "json_name":
                self.take()
                self.expect("=")
                field.json_name = self.text()
            else:
                self._option(field.options)
            if not self.accept(","):
                break
        self.expect("]")

    def _default(self, field: Any) -> str:
        if self.next.kind is Kind.STRING:
            data = self.string()
            # Bytes stand in a descriptor as they would be written (descriptor.proto, ``default_value``).
            return escaped(data) if field.type == Field.TYPE_BYTES else data.decode("utf-8", "replace")
        sign = "-" if self.accept("-") else ""
        token = self.take()
        if token.kind is Kind.INT:
            is_octal = len(token.text) > 1 and token.text.isdigit() and token.text[0] == "0"
            number = int(token.text[:40], 8 if is_octal else 0) if not token.text.isdigit() or is_octal else token.text
            return f"{sign}{number}"
        return f"{sign}{token.text}"

    def _options_until_bracket(self, options: Any) -> None:
        while True:
            self._option(options)
            if not self.accept(","):
                break
        self.expect("]")

    def _option(self, options: Any) -> None:
        """One option. Those of the language are set, everybody else's are kept as they are written."""
        token = self.next
        parts = [self._option_part()]
        while self.accept("."):
            parts.append(self._option_part())
        self.expect("=")
        known = options.DESCRIPTOR.fields_by_name.get(parts[0].name_part)
        start = self.next
        raw = self._constant()
        if (
            len(parts) == 1
            and not parts[0].is_extension
            and known is not None
            and self._set(options, known, start, raw)
        ):
            return
        if len(parts) == 1 and not parts[0].is_extension and known is None:
            raise self.refused(f"the option {parts[0].name_part[:100]!r} is unknown", token)
        kept = options.uninterpreted_option.add()
        kept.name.extend(parts)
        _keep(kept, start, raw)

    def _option_part(self) -> Any:
        part = pb.UninterpretedOption.NamePart()
        part.is_extension = self.accept("(")
        part.name_part = self.full_name() if part.is_extension else self.name()
        if part.is_extension:
            self.expect(")")
        return part

    def _constant(self) -> str:
        """The text of a value: a literal, or an aggregate in braces."""
        token = self.next
        if token.text == "{":
            return self._aggregate()
        if token.kind is Kind.STRING:
            return self.string().decode("utf-8", "surrogateescape")
        sign = self.take().text if token.text in {"-", "+"} else ""
        if self.next.kind is Kind.NAME:
            return sign + self.full_name()
        if self.next.kind not in {Kind.INT, Kind.FLOAT}:
            raise self.refused(f"a value is expected, and {self.next.text[:50]!r} is there")
        return sign + self.take().text

    def _aggregate(self) -> str:
        """Everything between a pair of braces, as it is written."""
        start, open_braces = self.next.offset, 0
        while True:
            token = self.take()
            if token.kind is Kind.END:
                raise self.refused("a brace is not closed", token)
            if token.text == "{":
                open_braces += 1
            elif token.text == "}":
                open_braces -= 1
                if not open_braces:
                    return self.source[start + 1 : token.offset].strip()

    def _set(self, options: Any, known: Any, start: Token, raw: str) -> bool:
        """Set an option of the language. Raises ``Malformed`` when the value is not of its kind."""
        if known.message_type is not None or known.is_repeated:
            return False
        values: dict[str, Any] = {}
        if known.enum_type is not None:
            values = {name: value.number for name, value in known.enum_type.values_by_name.items()}
        elif known.type == known.TYPE_BOOL:
            values = {"true": True, "false": False}
        elif known.type == known.TYPE_STRING and start.kind is Kind.STRING:
            values = {raw: raw}
        if raw not in values:
            raise self.refused(f"{raw[:100]!r} is no value of the option {known.name}", start)
        setattr(options, known.name, values[raw])
        return True


def _keep(kept: Any, start: Token, raw: str) -> None:
    if start.text == "{":
        kept.aggregate_value = raw
    elif start.kind is Kind.STRING:
        kept.string_value = raw.encode("utf-8", "surrogateescape")
    elif start.kind is Kind.INT and int(raw[:40], 0 if not raw.isdigit() else 10) < 2**64:
        kept.positive_int_value = int(raw, 0 if not raw.isdigit() else 10)
    else:
        kept.identifier_value = raw


def _add_synthetic_oneofs(message: Any) -> None:
    """An optional field of proto3 is alone in a oneof that nobody wrote (descriptor.proto, ``proto3_optional``)."""
    for field in message.field:
        if field.proto3_optional and not field.HasField("oneof_index"):
            field.oneof_index = len(message.oneof_decl)
            message.oneof_decl.add(name=f"_{field.name}")


def _camel(name: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))
