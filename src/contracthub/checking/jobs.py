"""What the hub sends to a checking process, and what comes back: plain bytes, bounded."""

from dataclasses import dataclass
from typing import Any, BinaryIO

from contracthub.domain.document_checks import MOST_FINDINGS, CheckOutcome, Finding
from contracthub.formats import safe_json
from contracthub.formats.limits import Limits
from contracthub.formats.safe_json import JsonObject
from contracthub.formats.uploads import Upload

OUT_OF_MEMORY = 70
"""The exit status of a process that was refused memory."""

_LONGEST_MESSAGE = 500
_LARGEST_ANSWER = 1024 * 1024
_ANSWER = Limits(max_bytes=_LARGEST_ANSWER, max_depth=10)


@dataclass(frozen=True, slots=True)
class Job:
    """A document to check, the memory there is for it in bytes, and the seconds of a processor.

    ``lifeline`` is a descriptor that ends when the hub does.
    """

    format: str
    upload: Upload
    memory_bytes: int
    cpu_seconds: int
    lifeline: int


def written_job(job: Job) -> bytes:
    """A job as it is sent: a line of JSON, and the bytes of the files one after the other."""
    head: JsonObject = {
        "format": job.format,
        "root": job.upload.root,
        "files": [[path, len(data)] for path, data in job.upload.files.items()],
        "memory": job.memory_bytes,
        "cpu": job.cpu_seconds,
        "lifeline": job.lifeline,
    }
    return b"".join([safe_json.dumps(head), b"\n", *job.upload.files.values()])


def read_job(source: BinaryIO) -> Job:
    """The job that was sent."""
    head: Any = safe_json.loads(source.readline())
    files = {path: source.read(size) for path, size in head["files"]}
    return Job(head["format"], Upload(head["root"], files), head["memory"], head["cpu"], head["lifeline"])


def written_outcome(outcome: CheckOutcome) -> bytes:
    """An outcome as it is sent back, no larger than is of use to anybody."""
    told = outcome.findings[:MOST_FINDINGS]
    answer: JsonObject = {
        "findings": [[_cut(each.message), None if each.place is None else _cut(each.place)] for each in told],
        "left_out": outcome.left_out + len(outcome.findings) - len(told),
        "reason": None if outcome.reason is None else _cut(outcome.reason),
    }
    return safe_json.dumps(answer)


def read_outcome(data: bytes) -> CheckOutcome:
    """The outcome that was sent back. Raises ``Invalid``, ``TooLarge``, ``KeyError`` and the like for anything else."""
    answer: Any = safe_json.loads(data, _ANSWER)
    findings = tuple(Finding(message, place) for message, place in answer["findings"])
    return CheckOutcome(findings, answer["left_out"], answer["reason"])


def _cut(text: str) -> str:
    # A tool may quote the document's escapes; what can't be stored is not to come in by that way.
    clean = text.encode("utf-8", "replace").decode().replace("\x00", "\ufffd")
    return clean if len(clean) <= _LONGEST_MESSAGE else f"{clean[:_LONGEST_MESSAGE]}…"
