"""Pact files on disk: finding them, checking that they are pacts, and joining files of the same pair."""

import glob
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from contracthub.client.contracts import PactToPublish

LARGEST_FILE = 64 * 1024 * 1024
_LISTS = ("interactions", "messages")


class NotPacts(Exception):
    """Some files are no pacts; ``faults`` has a sentence for each, naming the file."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class PactFile:
    """A file that is a pact, with the exact bytes it holds."""

    path: Path
    content: bytes
    document: Mapping[str, object]
    consumer: str
    provider: str


def find_pact_files(patterns: Iterable[str]) -> list[Path]:
    """The files that the patterns mean: files themselves, all JSON files below folders, matches of globs.

    Raises NotPacts when a pattern means no file at all.
    """
    found: dict[Path, None] = {}
    faults = []
    for pattern in patterns:
        paths = _matches(pattern)
        if not paths:
            is_folder = Path(pattern).is_dir()
            faults.append(f"{pattern}: {'holds no JSON files' if is_folder else 'there is no such file'}")
        found |= dict.fromkeys(paths)
    if faults:
        raise NotPacts(faults)
    return list(found)


def read_pact_files(paths: Iterable[Path]) -> list[PactFile]:
    """The files as pacts. Raises NotPacts that lists every file that is none, with what is wrong."""
    pacts, faults = [], []
    for path in paths:
        try:
            pacts.append(_read(path))
        except (OSError, ValueError, RecursionError) as error:
            faults.append(f"{path}: {_why(error)}")
    if faults:
        raise NotPacts(faults)
    return pacts


def by_consumer(files: Iterable[PactFile]) -> dict[str, tuple[PactToPublish, ...]]:
    """The pacts of each consumer, one for each provider; files of the same pair are joined.

    Raises NotPacts when two files describe the same interaction differently.
    """
    pairs: dict[tuple[str, str], list[PactFile]] = {}
    for file in files:
        pairs.setdefault((file.consumer, file.provider), []).append(file)
    grouped: dict[str, tuple[PactToPublish, ...]] = {}
    for (consumer, provider), same in pairs.items():
        content = same[0].content if len(same) == 1 else _joined(same)
        grouped[consumer] = (*grouped.get(consumer, ()), PactToPublish(consumer, provider, content))
    return grouped


def _matches(pattern: str) -> list[Path]:
    path = Path(pattern)
    if path.is_dir():
        return sorted(one for one in path.rglob("*.json") if one.is_file())
    if path.is_file():
        return [path]
    matches = (Path(one) for one in sorted(glob.glob(pattern, recursive=True)))  # noqa: PTH207 (absolute patterns)
    return [file for one in matches for file in ([one] if one.is_file() else sorted(one.rglob("*.json")))]


def _read(path: Path) -> PactFile:
    if path.stat().st_size > LARGEST_FILE:
        raise ValueError(f"is larger than {LARGEST_FILE} bytes")
    content = path.read_bytes()
    document = json.loads(content.decode("utf-8"))
    if not isinstance(document, dict):
        raise ValueError("is JSON, but no object, so it is no pact")  # noqa: TRY004
    consumer, provider = _name(document, "consumer"), _name(document, "provider")
    if not any(isinstance(document.get(name), list) for name in _LISTS):
        raise ValueError("has neither a list of interactions nor of messages, so it is no pact")
    return PactFile(path, content, document, consumer, provider)


def _name(document: Mapping[str, object], role: str) -> str:
    party = document.get(role)
    name = party.get("name") if isinstance(party, Mapping) else None
    if not isinstance(name, str) or not name.strip():
        raise ValueError(f"has no {role}.name, so it is no pact")
    return name


def _why(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"is not JSON: {error.msg} at line {error.lineno}, column {error.colno}"
    if isinstance(error, UnicodeDecodeError):
        return f"is not UTF-8 at byte {error.start}"
    if isinstance(error, RecursionError):
        return "is nested too deeply"
    return str(getattr(error, "strerror", None) or error)


def _joined(files: Sequence[PactFile]) -> bytes:
    """One pact with the interactions of all files, as a consumer's test processes each wrote a part."""
    document = dict(files[0].document)
    for name in _LISTS:
        if any(name in file.document for file in files):
            document[name] = _joined_list(name, files)
    return json.dumps(document, ensure_ascii=False).encode()


def _joined_list(name: str, files: Sequence[PactFile]) -> list[object]:
    seen: dict[str, tuple[object, Path]] = {}
    faults = []
    for file in files:
        items = file.document.get(name)
        for item in items if isinstance(items, list) else []:
            known, where = seen.setdefault(_key(item), (item, file.path))
            if known != item:
                faults.append(f"{file.path}: describes an interaction otherwise than {where} does: {_key(item)}")
    if faults:
        raise NotPacts(faults)
    return [item for item, _ in seen.values()]


def _key(item: object) -> str:
    """What tells interactions apart: kind, description and provider states (Pact specification, V3 and V4)."""
    if not isinstance(item, Mapping):
        return json.dumps(item, sort_keys=True)
    names = ("type", "description", "providerState", "providerStates")
    return json.dumps({name: item[name] for name in names if name in item}, sort_keys=True)
