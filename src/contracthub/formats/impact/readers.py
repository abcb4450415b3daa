"""What the changes of an event schema are to a consumer that reads with a schema of its own.

Whether it breaks is never guessed from changes: its schema is held against the new one, by the rules of the registry.
"""

from collections.abc import Sequence

from contracthub.domain.comparisons import Finding
from contracthub.domain.readers import EventText, ReferencedText
from contracthub.domain.registry import SchemaType
from contracthub.formats.changes import Change, Severity
from contracthub.formats.comparisons.reader_writer import compare_texts
from contracthub.formats.impact.hits import Hit, Impact, worst_of_each
from contracthub.formats.uploads import Upload

TYPES = {"avro": SchemaType.AVRO, "json-schema": SchemaType.JSON, "protobuf": SchemaType.PROTOBUF}
"""The formats of events, by what the registry calls them."""


def event_text(name: str, upload: Upload) -> EventText:
    """A schema and the files that it uses, in the shape in which reader schemas are kept."""
    others = tuple(ReferencedText(each, body.decode("utf-8", "replace")) for each, body in upload.others.items())
    return EventText(TYPES[name], upload.text.decode("utf-8", "replace"), others, upload.root)


def impact_on_reader(reader: EventText, old: EventText, new: EventText, changes: Sequence[Change]) -> Impact:
    """Which changes break the reader: what it cannot read now and could read before."""
    before = {(each.rule, each.path) for each in compare_texts(reader, old)}
    findings = [each for each in compare_texts(reader, new) if (each.rule, each.path) not in before]
    hits: list[Hit] = []
    for finding in findings:
        where = f"reads {finding.path}: {finding.message}"
        hits += [Hit(change, where, breaks=True) for change in _behind(finding, changes)]
    return Impact(worst_of_each(hits))


def _behind(finding: Finding, changes: Sequence[Change]) -> list[Change]:
    """The changes at the place of a finding; where none is known, all that are as bad as the worst."""
    exact = [
        each
        for each in changes
        if each.severity is not Severity.SAFE
        and (each.pointer_new == finding.provider_pointer or _last(each.location) == _last(finding.path))
    ]
    worst = max((each.severity.rank for each in changes), default=0)
    return exact or [each for each in changes if each.severity.rank == worst]


def _last(path: str) -> str:
    return path.replace("[*]", "").rpartition(".")[2]
