"""The verbs of a format for Protobuf files. The registry knows it by these."""

import posixpath
from collections.abc import Mapping

from google.protobuf.descriptor_pb2 import Edition

from contracthub.domain.errors import Fault, Invalid
from contracthub.formats.faults import in_file
from contracthub.formats.limits import DOCUMENT, Limits
from contracthub.formats.protobuf.elements import elements
from contracthub.formats.protobuf.identity import identity
from contracthub.formats.protobuf.parse import ProtobufSchema, imports_of, parse
from contracthub.formats.uploads import Upload

__all__ = ["ProtobufSchema", "elements", "identity", "read", "version"]

_DEEPEST = 60


def read(upload: Upload, limits: Limits = DOCUMENT) -> ProtobufSchema:
    """The root with the files that it imports, by their name or by where they are beside it.

    Raises ``Invalid`` and ``TooLarge``.
    """
    folder = posixpath.dirname(upload.root)
    named = {posixpath.relpath(name, folder) if folder else name: data for name, data in upload.files.items()}
    reading = _Imports({**named, **upload.files}, limits)
    references = {path: reading.read(path) for path in imports_of(upload.text, limits) if path in reading.files}
    return parse(upload.text, references, name=posixpath.basename(upload.root), limits=limits)


def version(schema: ProtobufSchema) -> str | None:
    """``proto2``, ``proto3`` or the edition."""
    if schema.written.syntax == "editions":
        return Edition.Name(schema.written.edition).removeprefix("EDITION_")
    return schema.written.syntax or "proto2"


class _Imports:
    """Reads files after those that they import, each once."""

    def __init__(self, files: Mapping[str, bytes], limits: Limits) -> None:
        self.files = files
        self._limits = limits
        self._read: dict[str, ProtobufSchema] = {}
        self._open: list[str] = []

    def read(self, path: str) -> ProtobufSchema:
        """The file of this path. Raises ``Invalid`` with its name."""
        if path in self._read:
            return self._read[path]
        if path in self._open or len(self._open) >= _DEEPEST:
            told = (
                f"{path} imports itself" if path in self._open else f"imports are nested deeper than {_DEEPEST} files"
            )
            text = f"{told}, by way of {', '.join(self._open[-5:])}"
            raise Invalid("invalid-protobuf", f"The Protobuf file is not valid: {text}.", faults=[Fault("", text)])
        self._open.append(path)
        try:
            inner = {each: self.read(each) for each in self._imports(path) if each in self.files}
            self._read[path] = self._parsed(path, inner)
        finally:
            self._open.pop()
        return self._read[path]

    def _imports(self, path: str) -> tuple[str, ...]:
        try:
            return imports_of(self.files[path], self._limits)
        except Invalid as error:
            raise in_file(path, error) from error

    def _parsed(self, path: str, inner: Mapping[str, ProtobufSchema]) -> ProtobufSchema:
        try:
            return parse(self.files[path], inner, name=path, limits=self._limits)
        except Invalid as error:
            raise in_file(path, error) from error
