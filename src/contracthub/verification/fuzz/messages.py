"""What the child of a fuzzing job tells its parent, one line of JSON each. What was told is kept if the child dies."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from contracthub.domain.findings import Finding, finding_fields, finding_in


@dataclass(frozen=True, slots=True)
class Began:
    """The document was read: these are its operations, and by operation the consumers who send requests to it."""

    operations: tuple[str, ...]
    tool: str
    tool_version: str
    consumers: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Going:
    """So many requests were made; ``samples`` are those that say something new: operation, status, milliseconds."""

    examples: int
    what: str
    samples: tuple[tuple[str, int, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A finding; one with the same fingerprint that comes later is the same with a smaller request."""

    finding: Finding


@dataclass(frozen=True, slots=True)
class Said:
    """A problem that is no fault of the provider's answers."""

    text: str


@dataclass(frozen=True, slots=True)
class Over:
    """The job is done, with the reason that it ended for."""

    reason: str


Message = Began | Going | Found | Said | Over


def written(message: Message) -> str:
    """The message as one line."""
    if isinstance(message, Found):
        return json.dumps(["found", finding_fields(message.finding)])
    if isinstance(message, Began):
        fields: Sequence[Any] = [message.operations, message.tool, message.tool_version, message.consumers]
        return json.dumps(["began", *fields])
    if isinstance(message, Going):
        return json.dumps(["going", message.examples, message.what, message.samples])
    if isinstance(message, Said):
        return json.dumps(["said", message.text])
    return json.dumps(["over", message.reason])


def read(line: str) -> Message | None:
    """The message of a line; None for a line that is none: a library may print."""
    try:
        kind, *rest = json.loads(line)
        if kind == "found":
            return Found(finding_in(rest[0]))
        if kind == "began":
            return Began(tuple(rest[0]), rest[1], rest[2], rest[3])
        if kind == "going":
            return Going(rest[0], rest[1], tuple((name, status, ms) for name, status, ms in rest[2]))
        if kind == "said":
            return Said(rest[0])
        if kind == "over":
            return Over(rest[0])
    except (ValueError, TypeError, KeyError, IndexError):
        return None
    return None
