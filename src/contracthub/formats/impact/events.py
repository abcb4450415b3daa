"""What the changes of an event schema are to a pact about messages of its topic."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from contracthub.formats.avro.model import AvroSchema
from contracthub.formats.bundle import Bundle, Place
from contracthub.formats.changes import Change
from contracthub.formats.impact.hits import Hit, Impact, worst_of_each
from contracthub.formats.impact.messages import Index, Readable, message_groups, parts_of, readable, schema_spots
from contracthub.formats.needs import Need
from contracthub.formats.protobuf.parse import ProtobufSchema
from contracthub.formats.safe_json import loads
from contracthub.formats.uploads import Upload


class EventImpact:
    """The changes between two schemas of one topic, to be held against contracts one after the other."""

    def __init__(self, old: Readable, new: Readable, changes: Sequence[Change], *, is_key: bool = False) -> None:
        self._old, self._new = old, new
        self._index = Index(changes)
        self._is_key = is_key

    def of(self, needs: Iterable[Need], is_topic: Callable[[str], bool]) -> Impact | None:
        """Which changes a contract feels through messages of a topic, None when it has none of that topic."""
        hits: list[Hit] = []
        groups = {key: each for key, each in message_groups(needs).items() if is_topic(key[1])}
        for (title, _), inside in groups.items():
            bodies, _, keys = parts_of(inside)
            spots = [*schema_spots(keys if self._is_key else bodies, self._old, self._new)]
            hits += self._index.hits(title, spots)
        return Impact(worst_of_each(hits)) if groups else None


def schema_of(document: Any, upload: Upload) -> Readable:
    """A schema that was compared, as contracts are held against it."""
    if isinstance(document, AvroSchema | ProtobufSchema):
        return readable(document)
    files = {name: loads(body) for name, body in upload.files.items()}
    return Place(upload.root, "", files[upload.root]), Bundle(upload.root, files)
