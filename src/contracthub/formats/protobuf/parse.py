"""Reads Protobuf schemas as clients send them: the text of a ``.proto`` file, or a serialized descriptor in base64."""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from google.protobuf import descriptor_pb2
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import DecodeError

from contracthub.domain.errors import Fault, Invalid, Malformed, TooLarge
from contracthub.formats.limits import DOCUMENT, Limits
from contracthub.formats.protobuf.reading import read
from contracthub.formats.protobuf.well_known import WELL_KNOWN, needed_for
from contracthub.formats.safe_json import MOST_FAULTS

_BASE64 = re.compile(r"[A-Za-z0-9+/\s]+={0,2}\s*")
_LONGEST_TEXT = 500
_DEEPEST = 32


@dataclass(frozen=True, slots=True)
class ProtobufSchema:
    """A file and the files that it imports.

    ``written`` is the descriptor with names and options as they were written, ``resolved`` the one in which every type
    is known and named in full; ``imports`` are the resolved files by path.
    """

    written: descriptor_pb2.FileDescriptorProto
    resolved: descriptor_pb2.FileDescriptorProto
    imports: Mapping[str, descriptor_pb2.FileDescriptorProto]


def parse(
    data: bytes | str,
    references: Mapping[str, ProtobufSchema] | None = None,
    *,
    name: str = "schema.proto",
    limits: Limits = DOCUMENT,
) -> ProtobufSchema:
    """The schema of a text or a descriptor in base64; ``references`` are the files that it imports, by their path.

    Raises ``Malformed`` and ``Invalid`` with the place of each fault, and ``TooLarge``.
    """
    written = _descriptor_of(_text_of(data, limits), name)
    return _resolved(written, references or {})


def imports_of(data: bytes | str, limits: Limits = DOCUMENT) -> tuple[str, ...]:
    """The paths that a text or a descriptor imports. Raises ``Malformed`` and ``TooLarge``."""
    return tuple(_descriptor_of(_text_of(data, limits), "schema.proto").dependency)


def _text_of(data: bytes | str, limits: Limits) -> str:
    if len(data) > limits.max_bytes:
        told = f"The file has {len(data):,} bytes; at most {limits.max_bytes:,} are accepted. Split it."
        raise TooLarge("document-too-large", told, size=len(data), limit=limits.max_bytes)
    try:
        text = data.decode() if isinstance(data, bytes) else data
        text.encode()
    except UnicodeError as error:
        raise Malformed("not-utf-8", "The file is not UTF-8. Send it as UTF-8.") from error
    return text


def _descriptor_of(text: str, name: str) -> descriptor_pb2.FileDescriptorProto:
    if not text.strip() or not _BASE64.fullmatch(text):
        return read(text, name)
    try:
        written = descriptor_pb2.FileDescriptorProto.FromString(base64.b64decode("".join(text.split()), validate=True))
    except (binascii.Error, DecodeError):
        return read(text, name)
    written.name = name
    if any(_depth_of(message) > _DEEPEST for message in written.message_type):
        raise Malformed("invalid-protobuf", f"The descriptor is nested deeper than {_DEEPEST} levels. Flatten it.")
    return written


def _depth_of(message: descriptor_pb2.DescriptorProto) -> int:
    # A descriptor can't be deeper than its own parser lets it, which is a hundred levels.
    return 1 + max(map(_depth_of, message.nested_type), default=0)


def _resolved(written: descriptor_pb2.FileDescriptorProto, references: Mapping[str, ProtobufSchema]) -> ProtobufSchema:
    faults = [*_missing_imports(written, references)]
    if faults:
        raise _invalid(faults)
    pool, imports = _pool_with(written, references)
    bare = descriptor_pb2.FileDescriptorProto.FromString(written.SerializeToString())
    _drop_uninterpreted(bare)
    faults = [*_unknown_types(bare, imports)][:MOST_FAULTS]
    if faults:
        raise _invalid(faults)
    try:
        pool.AddSerializedFile(bare.SerializeToString())
        resolved = descriptor_pb2.FileDescriptorProto()
        pool.FindFileByName(bare.name).CopyToProto(resolved)
    except (TypeError, KeyError, DecodeError) as error:
        told = str(error).rpartition("descriptor pool: ")[2].strip("'\"")[:_LONGEST_TEXT]
        if "mini table" in told:
            # What the runtime says of its own tables is no help to anybody.
            told = "a message has more fields than can be read: some 4,000 texts, or 16,000 numbers. Split it"
        raise _invalid([Fault("schema", told)]) from error
    return ProtobufSchema(written, resolved, imports)


def _invalid(faults: Sequence[Fault]) -> Invalid:
    first = "; ".join(f"{fault.pointer}: {fault.text}" if fault.pointer else fault.text for fault in faults[:3])
    return Invalid("invalid-protobuf", f"The Protobuf file is not valid: {first}.", faults=faults)


def _missing_imports(
    written: descriptor_pb2.FileDescriptorProto, references: Mapping[str, ProtobufSchema]
) -> Iterator[Fault]:
    for path in written.dependency:
        if path not in references and path not in WELL_KNOWN:
            yield Fault(
                "schema", f"imports {path[:200]!r}, which is not among the references; add it", pointer="import"
            )


def _pool_with(
    written: descriptor_pb2.FileDescriptorProto, references: Mapping[str, ProtobufSchema]
) -> tuple[DescriptorPool, dict[str, descriptor_pb2.FileDescriptorProto]]:
    pool = DescriptorPool()
    direct = [*written.dependency, *(path for schema in references.values() for path in schema.resolved.dependency)]
    files: dict[str, bytes] = {**needed_for(direct)}
    for path, schema in references.items():
        for inner, descriptor in schema.imports.items():
            files.setdefault(inner, descriptor.SerializeToString())
        named = descriptor_pb2.FileDescriptorProto.FromString(schema.resolved.SerializeToString())
        named.name = path
        files[path] = named.SerializeToString()
    imports: dict[str, descriptor_pb2.FileDescriptorProto] = {}
    for path, serialized in files.items():
        pool.AddSerializedFile(serialized)
        imports[path] = descriptor_pb2.FileDescriptorProto.FromString(serialized)
    return pool, imports


def _drop_uninterpreted(message: descriptor_pb2.FileDescriptorProto) -> None:
    """Options of others need their definitions to be understood; types do not depend on them."""
    todo: list[object] = [message]
    while todo:
        each = todo.pop()
        if each.DESCRIPTOR.fields_by_name.get("uninterpreted_option"):  # type: ignore[attr-defined]
            each.ClearField("uninterpreted_option")  # type: ignore[attr-defined]
        for field, value in each.ListFields():  # type: ignore[attr-defined]
            if field.message_type is not None:
                todo.extend(value if field.is_repeated else [value])


def _unknown_types(
    file: descriptor_pb2.FileDescriptorProto, imports: Mapping[str, descriptor_pb2.FileDescriptorProto]
) -> Iterator[Fault]:
    """Types that are named and not there, all of them: the pool would tell the first, without its place."""
    known = {name for each in (file, *imports.values()) for name in _names_in(each)}
    for message, scope in _messages_in(file):
        for field in message.field:
            if field.type_name and not _is_known(field.type_name, scope, known):
                text = f"the type {field.type_name[:200]!r} is not defined here nor in an import"
                yield Fault("schema", text, pointer=f"{scope.removeprefix('.')}.{field.name}")


def _messages_in(file: descriptor_pb2.FileDescriptorProto) -> Iterator[tuple[descriptor_pb2.DescriptorProto, str]]:
    start = f".{file.package}" if file.package else ""
    todo = [(message, f"{start}.{message.name}") for message in reversed(file.message_type)]
    while todo:
        message, scope = todo.pop()
        yield message, scope
        todo.extend((inner, f"{scope}.{inner.name}") for inner in reversed(message.nested_type))


def _names_in(file: descriptor_pb2.FileDescriptorProto) -> Iterator[str]:
    start = f".{file.package}" if file.package else ""
    yield from (f"{start}.{enum.name}" for enum in file.enum_type)
    for message, scope in _messages_in(file):
        yield scope
        yield from (f"{scope}.{enum.name}" for enum in message.enum_type)


def _is_known(name: str, scope: str, known: set[str]) -> bool:
    if name.startswith("."):
        return name in known
    while scope:
        if f"{scope}.{name}" in known:
            return True
        scope = scope.rpartition(".")[0]
    return f".{name}" in known
