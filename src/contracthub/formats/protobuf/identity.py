"""When two Protobuf files are the same for everybody who reads and writes data of them.

What does not count: comments, the order of fields, values and options, how a type's name is spelt, and options that
tell code generators what to write (packages of a language and the like). All else does: the order of messages, because
serializers name a message by its place in the file; and every file that is imported, however indirectly, but not the
path by which it is.
"""

import hashlib
from collections.abc import Iterator

from google.protobuf.descriptor_pb2 import FileDescriptorProto

from contracthub.formats.protobuf.parse import ProtobufSchema
from contracthub.formats.protobuf.text import normalised_text

_FOR_GENERATORS = (
    *("java_package", "java_outer_classname", "java_multiple_files", "java_generate_equals_and_hash"),
    *("java_string_check_utf8", "optimize_for", "go_package", "cc_generic_services", "java_generic_services"),
    *("py_generic_services", "cc_enable_arenas", "objc_class_prefix", "csharp_namespace", "swift_prefix"),
    *("php_class_prefix", "php_namespace", "php_metadata_namespace", "ruby_package"),
)


def identity(schema: ProtobufSchema) -> str:
    """The sha under which evidence about the file is kept."""
    texts = [_text(schema.written, schema.resolved), *sorted(_text(each, each) for each in _imported(schema))]
    return hashlib.sha1("\0".join(texts).encode(), usedforsecurity=False).hexdigest()


def _text(written: FileDescriptorProto, resolved: FileDescriptorProto) -> str:
    bare = ProtobufSchema(_bare(written), _bare(resolved), {})
    return normalised_text(bare)


def _bare(file: FileDescriptorProto) -> FileDescriptorProto:
    copy = FileDescriptorProto.FromString(file.SerializeToString())
    for field in ("dependency", "public_dependency", "weak_dependency"):
        copy.ClearField(field)
    for option in _FOR_GENERATORS:
        if option in copy.options.DESCRIPTOR.fields_by_name:
            copy.options.ClearField(option)  # type: ignore[arg-type]
    return copy


def _imported(schema: ProtobufSchema) -> Iterator[FileDescriptorProto]:
    """The files that the schema depends on, each once; others may have been given beside them."""
    todo, seen = [*schema.resolved.dependency], set[str]()
    while todo:
        path = todo.pop()
        if path not in seen and path in schema.imports:
            seen.add(path)
            yield schema.imports[path]
            todo.extend(schema.imports[path].dependency)
