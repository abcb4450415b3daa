"""Compares what two Protobuf files consist of, for all that the registry's relation does not look at.

Messages and enums are found by their name without the package, fields by number, values of enums by name.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    MethodDescriptorProto,
    ServiceDescriptorProto,
)

from contracthub.formats.findings import Finding
from contracthub.formats.protobuf.parse import ProtobufSchema

_F = FieldDescriptorProto
_NAMED = frozenset({_F.TYPE_MESSAGE, _F.TYPE_GROUP, _F.TYPE_ENUM})
_BUILT_IN = "google/protobuf/"
Part = TypeVar("Part")


@dataclass(slots=True)
class Names:
    """Messages, enums and services of a schema by their name without the package; ``own`` are those of the file."""

    messages: dict[str, DescriptorProto] = field(default_factory=dict)
    enums: dict[str, EnumDescriptorProto] = field(default_factory=dict)
    services: dict[str, ServiceDescriptorProto] = field(default_factory=dict)
    own: set[str] = field(default_factory=set)
    maps: set[str] = field(default_factory=set)
    proto2: set[str] = field(default_factory=set)


def names_of(schema: ProtobufSchema) -> Names:
    """What the file and its imports define; those that every compiler brings along are left out."""
    names = Names()
    for each in (schema.resolved, *(file for path, file in sorted(schema.imports.items()) if _BUILT_IN not in path)):
        _add(names, each, is_own=each is schema.resolved)
    return names


def _add(names: Names, file: FileDescriptorProto, *, is_own: bool) -> None:
    found: list[str] = []
    todo = [(message, message.name) for message in file.message_type]
    enums = [(enum, enum.name) for enum in file.enum_type]
    while todo:
        message, name = todo.pop()
        if message.options.map_entry:
            names.maps.add(name)
            continue
        names.messages.setdefault(name, message)
        if file.syntax != "proto3":
            names.proto2.add(name)
        found.append(name)
        todo.extend((inner, f"{name}.{inner.name}") for inner in message.nested_type)
        enums.extend((enum, f"{name}.{enum.name}") for enum in message.enum_type)
    for enum, name in enums:
        names.enums.setdefault(name, enum)
        found.append(name)
    if is_own:
        names.services.update((service.name, service) for service in file.service)
        names.own.update(found)


class Walk:
    """Finds what the relation did not say: ``told`` are its findings."""

    def __init__(self, old: ProtobufSchema, new: ProtobufSchema, told: Collection[Finding]) -> None:
        self._schemas = old, new
        self._old, self._new = names_of(old), names_of(new)
        self._told = {(each.rule, each.location) for each in told}
        self._places = {each.location for each in told}

    def findings(self) -> Iterator[Finding]:
        """Everything found."""
        yield from self._of_files()
        yield from self._of_messages()
        yield from self._of_enums()
        yield from self._of_services()

    def _of_files(self) -> Iterator[Finding]:
        old, new = (schema.resolved for schema in self._schemas)
        before, after = old.syntax or "proto2", new.syntax or "proto2"
        if (before, old.edition) != (after, new.edition):
            yield Finding("syntax-changed", "syntax", old=before, new=after)
        yield from _of_options("options", old.options, new.options)
        if [*map(_text, old.extension)] != [*map(_text, new.extension)]:
            yield Finding("extensions-changed", "extensions")

    def _of_messages(self) -> Iterator[Finding]:
        for name, old, new in _paired(self._old.messages, self._new.messages):
            if old is not None and new is not None:
                yield from self._of_message(name, old, new)
            elif name in (self._new if old is None else self._old).own:
                rule = "message-added" if old is None else "message-removed"
                if (rule, name) not in self._told:
                    yield Finding(rule, name)

    def _of_message(self, name: str, old: DescriptorProto, new: DescriptorProto) -> Iterator[Finding]:
        yield from _of_options(name, old.options, new.options)
        before, after = _reserved(old), _reserved(new)
        if after - before:
            yield Finding("reservation-added", name, new=", ".join(sorted(after - before)))
        if before - after:
            yield Finding("reservation-removed", name, old=", ".join(sorted(before - after)))
        ranges = [[(each.start, each.end) for each in side.extension_range] for side in (old, new)]
        if ranges[0] != ranges[1] or [*map(_text, old.extension)] != [*map(_text, new.extension)]:
            yield Finding("extensions-changed", name)
        fields = ({each.number: each for each in side.field} for side in (old, new))
        for _, one, other in _paired(*fields):
            if one is None or other is None:
                yield from self._alone(name, one, other, (old, new))
            else:
                yield from self._of_field(f"{name}.{other.name}", one, other, (old, new))

    def _alone(
        self, name: str, old: _F | None, new: _F | None, holders: tuple[DescriptorProto, DescriptorProto]
    ) -> Iterator[Finding]:
        each, holder = (old, holders[0]) if old is not None else (new, holders[1])
        if each is None or each.label == _F.LABEL_REQUIRED:
            return
        how = "removed" if new is None else "added"
        oneof = _oneof(each, holder)
        if oneof and (f"oneof-member-{how}", f"{name}.{oneof}") in self._told:
            return
        if new is None:
            how = "removed" if _is_reserved(each.number, holders[1]) else "removed-without-reservation"
        yield Finding(f"field-{how}", f"{name}.{each.name}")

    def _of_field(
        self, place: str, old: _F, new: _F, holders: tuple[DescriptorProto, DescriptorProto]
    ) -> Iterator[Finding]:
        if old.name != new.name:
            yield Finding("field-renamed", place, old=old.name, new=new.name)
        elif _json_name(old) != _json_name(new):
            yield Finding("json-name-changed", place, old=_json_name(old), new=_json_name(new))
        is_told = any(each == place or each.startswith(f"{place}.") for each in self._places)
        if not is_told:
            one, other = self._type(old, 0), self._type(new, 1)
            if one != other:
                yield Finding("type-widened-or-narrowed", place, old=one, new=other)
            labels = old.label == _F.LABEL_REPEATED, new.label == _F.LABEL_REPEATED
            if labels[0] is not labels[1]:
                yield Finding("cardinality-changed", place)
            elif old.label != new.label or old.proto3_optional != new.proto3_optional:
                yield Finding("presence-changed", place)
        if old.default_value != new.default_value or old.HasField("default_value") != new.HasField("default_value"):
            yield Finding("default-changed", place, old=_default(old), new=_default(new))
        yield from self._of_oneofs(place, _oneof(old, holders[0]), _oneof(new, holders[1]))
        yield from _of_options(place, old.options, new.options)

    def _of_oneofs(self, place: str, old: str | None, new: str | None) -> Iterator[Finding]:
        message = place.rpartition(".")[0]
        if old == new or any(
            (f"fields-moved-{how}-oneof", f"{message}.{name}") in self._told
            for how in ("into", "out-of")
            for name in (old, new)
        ):
            return
        if old is None:
            yield Finding("field-moved-into-oneof", place, new=new)
        elif new is None:
            yield Finding("field-moved-out-of-oneof", place, old=old)
        else:
            yield Finding("oneof-renamed", place, old=old, new=new)

    def _type(self, each: _F, side: int) -> str:
        """A type as it is told; messages are left to the relation."""
        if each.type == _F.TYPE_ENUM:
            package = self._schemas[side].resolved.package
            return each.type_name.removeprefix(".").removeprefix(f"{package}.")
        return "message" if each.type in _NAMED else _F.Type.Name(each.type).removeprefix("TYPE_").lower()

    def _of_enums(self) -> Iterator[Finding]:
        for name, old, new in _paired(self._old.enums, self._new.enums):
            if old is None or new is None:
                if name in (self._new if old is None else self._old).own:
                    yield Finding("enum-added" if old is None else "enum-removed", name)
                continue
            yield from _of_options(name, old.options, new.options)
            yield from _of_values(name, old, new)

    def _of_services(self) -> Iterator[Finding]:
        for name, old, new in _paired(self._old.services, self._new.services):
            if old is None or new is None:
                yield Finding("service-added" if old is None else "service-removed", name)
                continue
            yield from _of_options(name, old.options, new.options)
            methods = ({each.name: each for each in side.method} for side in (old, new))
            for method, one, other in _paired(*methods):
                place = f"{name}/{method}"
                if one is None or other is None:
                    yield Finding("method-added" if one is None else "method-removed", place)
                    continue
                before, after = self._signature(one, 0), self._signature(other, 1)
                if before != after:
                    yield Finding("method-signature-changed", place, old=before, new=after)
                yield from _of_options(place, one.options, other.options)

    def _signature(self, method: MethodDescriptorProto, side: int) -> str:
        package = self._schemas[side].resolved.package
        names = (each.removeprefix(".").removeprefix(f"{package}.") for each in (method.input_type, method.output_type))
        streams = ("stream " if each else "" for each in (method.client_streaming, method.server_streaming))
        taken, given = (stream + name for stream, name in zip(streams, names, strict=True))
        return f"({taken}) returns ({given})"


def _of_values(name: str, old: EnumDescriptorProto, new: EnumDescriptorProto) -> Iterator[Finding]:
    before, after = ({each.name: each for each in side.value} for side in (old, new))
    came = {each.number: each.name for each in new.value if each.name not in before}
    renamed: set[str] = set()
    for each in old.value:
        if each.name in after:
            other = after[each.name]
            if each.number != other.number:
                numbers = str(each.number), str(other.number)
                yield Finding("enum-value-renumbered", f"{name}.{each.name}", old=numbers[0], new=numbers[1])
            yield from _of_options(f"{name}.{each.name}", each.options, other.options)
        elif each.number in came and came[each.number] not in renamed:
            renamed.add(came[each.number])
            yield Finding("enum-value-renamed", f"{name}.{came[each.number]}", old=each.name, new=came[each.number])
        else:
            yield Finding("enum-value-removed", f"{name}.{each.name}")
    for each in new.value:
        if each.name not in before and each.name not in renamed:
            yield Finding("enum-value-added", f"{name}.{each.name}")


def _of_options(place: str, old: Any, new: Any) -> Iterator[Finding]:
    if old.deprecated is not new.deprecated:
        yield Finding("deprecated" if new.deprecated else "reactivated", place)
    bare = []
    for each in (old, new):
        copy = type(each)()
        copy.CopyFrom(each)
        copy.ClearField("deprecated")
        bare.append(sorted(str(copy).splitlines()))
    if bare[0] != bare[1]:
        yield Finding("option-changed", place)


def _paired(old: Mapping[Any, Part], new: Mapping[Any, Part]) -> Iterable[tuple[Any, Part | None, Part | None]]:
    return ((key, old.get(key), new.get(key)) for key in sorted(old.keys() | new.keys()))


def _oneof(each: _F, holder: DescriptorProto) -> str | None:
    if not each.HasField("oneof_index") or each.proto3_optional:
        return None
    return holder.oneof_decl[each.oneof_index].name


def _reserved(message: DescriptorProto) -> set[str]:
    ranges = ((one.start, one.end - 1) for one in message.reserved_range)
    return {str(start) if start == end else f"{start} to {end}" for start, end in ranges} | set(message.reserved_name)


def _is_reserved(number: int, message: DescriptorProto) -> bool:
    return any(one.start <= number < one.end for one in message.reserved_range)


def _json_name(each: _F) -> str:
    """The name in JSON, which follows from the other one unless it is written."""
    first, *rest = each.name.split("_")
    return each.json_name or first + "".join(part[:1].upper() + part[1:] for part in rest)


def _default(each: _F) -> str | None:
    return each.default_value if each.HasField("default_value") else None


def _text(each: _F) -> str:
    return str(each)
