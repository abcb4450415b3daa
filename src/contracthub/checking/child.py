"""The process that checks one document: reads a job, shuts every door, checks, answers, and ends."""

import importlib.util
import os
import resource
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from contracthub.checking import graphql, openapi
from contracthub.checking.confined import confine, end_with, shut
from contracthub.checking.jobs import OUT_OF_MEMORY, Job, read_job, written_outcome
from contracthub.domain.document_checks import MOST_FINDINGS, CheckOutcome, Finding
from contracthub.domain.errors import HubError
from contracthub.formats.uploads import Upload

CHECKS: Mapping[str, Callable[[Upload], Iterator[Finding]]] = {"openapi": openapi.findings, "graphql": graphql.findings}
# So many are counted; the first of them are told.
_MOST_COUNTED = 1_000
_DEEPEST = 50_000
_STACK_BYTES = 128 * 1024 * 1024
_TOOLS_FILES = Path(str(importlib.util.find_spec("openapi_spec_validator").origin)).parent.as_uri() + "/"  # type: ignore[union-attr]


def main() -> None:
    """Check the document that comes in on standard input, and write what came of it to standard output."""
    answer = os.fdopen(os.dup(1), "wb")
    # Whatever a tool prints goes nowhere.
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    job = read_job(sys.stdin.buffer)
    end_with(job.lifeline)
    confine(job.memory_bytes)
    resource.setrlimit(resource.RLIMIT_CPU, (job.cpu_seconds, job.cpu_seconds))
    # Requests come first.
    os.nice(10)
    # The validator opens the specification's schemas, its own files, as URLs.
    shut(_TOOLS_FILES)
    # The validator calls itself for every schema that it comes to by references, some thousand deep in large documents.
    sys.setrecursionlimit(_DEEPEST)
    threading.stack_size(_STACK_BYTES)
    checking = threading.Thread(target=_answer, args=(job, answer))
    try:
        checking.start()
    except RuntimeError:
        # There is no room for so much as its stack.
        os._exit(OUT_OF_MEMORY)
    checking.join()


def _answer(job: Job, answer: BinaryIO) -> None:
    try:
        answer.write(written_outcome(outcome_of(job)))
        answer.flush()
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    # Without the cleaning up, which takes long for large documents.
    os._exit(0)


def outcome_of(job: Job) -> CheckOutcome:
    """What came of the check of a document."""
    seen: dict[Finding, None] = {}
    try:
        for finding in islice(CHECKS[job.format](job.upload), _MOST_COUNTED):
            seen.setdefault(finding)
    except MemoryError:
        raise
    except HubError as error:
        return CheckOutcome((Finding(error.message),))
    except RecursionError:
        return CheckOutcome(reason="The document is nested or refers to itself in a way that the tool can't follow.")
    except Exception as error:  # noqa: BLE001 - a tool may break in any way; that is a fact to tell, not our end
        return CheckOutcome(reason=f"The tool broke: {type(error).__name__}: {error}")
    findings = tuple(seen)
    return CheckOutcome(findings[:MOST_FINDINGS], max(0, len(findings) - MOST_FINDINGS))


if __name__ == "__main__":
    main()
