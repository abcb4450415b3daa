"""Live contracts on disk: finding them, checking that they are sound, and whose they are."""

import glob
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from contracthub.domain.errors import HubError, Invalid
from contracthub.formats.live_contract import LiveDocument
from contracthub.formats.live_contracts import kind_named
from contracthub.verification.live_contracts import contract_in, files_at


class NotContracts(Exception):
    """Some files are no contracts of the kind; ``faults`` has a sentence for each, naming file and place."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class LiveFile:
    """A file that is a sound contract, and the consumer that it is published for."""

    path: Path
    document: LiveDocument
    consumer: str

    @property
    def line(self) -> str:
        """What it is, in one line."""
        it = self.document
        told = kind_named(it.kind).describe(it)
        return f"{self.path}: {it.kind} “{it.name}” of {self.consumer} with {' and '.join(it.providers)}: {told}"


def read_live_files(patterns: Iterable[str], kind: str, consumer: str | None) -> list[LiveFile]:
    """The contracts of a kind in files, folders and patterns. Raises NotContracts with all that is wrong."""
    found: list[LiveFile] = []
    faults: list[str] = []
    for pattern in patterns:
        before = len(found) + len(faults)
        for place in _places(pattern):
            for path in files_at(place):
                _read_into(found, faults, path, kind, consumer, in_folder=place.is_dir())
        if len(found) + len(faults) == before:
            there = "holds no" if Path(pattern).is_dir() else "there is no such file, or it is no"
            faults.append(f"{pattern}: {there} {kind}")
    if faults:
        raise NotContracts(faults)
    return found


def _places(pattern: str) -> list[Path]:
    if Path(pattern).exists():
        return [Path(pattern)]
    return sorted(map(Path, glob.glob(pattern, recursive=True)))  # noqa: PTH207 (an absolute pattern is fine, too)


def _read_into(
    found: list[LiveFile], faults: list[str], path: Path, kind: str, consumer: str | None, *, in_folder: bool
) -> None:
    try:
        document = contract_in(path, only_ours=in_folder)
    except Invalid as error:
        faults += [f"{path}: {each.pointer or ''} {each.text}".replace(":  ", ": ") for each in error.faults]
        return
    except HubError as error:
        faults.append(f"{path}: {error.message}")
        return
    except OSError as error:
        faults.append(f"{path}: {error.strerror}")
        return
    if document is None:
        return
    if document.kind != kind:
        if not in_folder:
            faults.append(f"{path}: is a {document.kind}; publish it with: contracthub publish {document.kind} {path}")
        return
    whose = _whose(document, consumer)
    if isinstance(whose, str):
        found.append(LiveFile(path, document, whose))
    else:
        faults += [f"{path}: {each}" for each in whose]


def _whose(document: LiveDocument, consumer: str | None) -> str | list[str]:
    """The consumer, or why there is none."""
    if document.consumer is not None and consumer not in (None, document.consumer):
        return [f"is a contract of {document.consumer}, and --consumer says {consumer}"]
    if document.consumer or consumer:
        return document.consumer or consumer or ""
    if document.kind == "slo":
        # Nobody asks for it: it is the provider's own promise.
        return document.providers[0]
    return ["names no consumer; write it there, or give --consumer"]
