"""The verbs of a format for Avro schemas. The registry knows it by these."""

from collections.abc import Mapping

from contracthub.domain.errors import Invalid, TooLarge
from contracthub.formats.avro.elements import elements
from contracthub.formats.avro.identity import identity
from contracthub.formats.avro.model import AvroSchema
from contracthub.formats.avro.parse import parse
from contracthub.formats.faults import in_file
from contracthub.formats.limits import DOCUMENT, Limits
from contracthub.formats.uploads import Upload

__all__ = ["AvroSchema", "elements", "identity", "read", "version"]

_MOST_FILES = 100


def read(upload: Upload, limits: Limits = DOCUMENT) -> AvroSchema:
    """The schema of the root; the other files define types that it uses. Raises ``Invalid`` and ``TooLarge``."""
    if len(upload.files) > _MOST_FILES:
        text = (
            f"{len(upload.files)} files were sent; an Avro schema may come with {_MOST_FILES - 1}. Put some together."
        )
        raise TooLarge("too-many-files", text, limit=_MOST_FILES)
    return parse(upload.text, _definitions(upload.others, limits), limits)


def version(_: AvroSchema) -> str | None:
    """None: schemas do not say which edition of Avro they are written in."""
    return None


def _definitions(files: Mapping[str, bytes], limits: Limits) -> list[AvroSchema]:
    """The schemas of files that use one another's types, whatever their order; not in a circle, as in Avro itself."""
    read_so_far: list[AvroSchema] = []
    left = dict(files)
    while left:
        refused: dict[str, Invalid] = {}
        for name, data in left.items():
            try:
                read_so_far.append(parse(data, read_so_far, limits))
            except Invalid as error:
                refused[name] = error
        if len(refused) == len(left):
            first, cause = next(iter(refused.items()))
            raise in_file(first, cause) from cause
        left = {name: left[name] for name in refused}
    return read_so_far
