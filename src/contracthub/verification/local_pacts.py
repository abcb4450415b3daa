"""Pact files as they are given to the verifier: folders by their files, plugins' interactions taken out."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from contracthub.domain.verification_reports import OpaqueInteraction
from contracthub.verification.pact_facts import Facts, facts_of, name_in, without_plugins

LARGEST_FILE = 64 * 1024 * 1024
_LISTS = ("interactions", "messages")


@dataclass(frozen=True, slots=True)
class LocalPacts:
    """The files to replay, what only plugins understand in them, and what they held before that was taken out."""

    files: tuple[str, ...]
    opaque: tuple[OpaqueInteraction, ...]
    contents: tuple[tuple[str, bytes], ...] = ()
    interactions: int = 0

    def facts(self) -> Facts:
        """The facts by consumer and description. Takes time, so ask for them while something else is waited for."""
        return {
            (consumer, name): fact for consumer, content in self.contents for name, fact in facts_of(content).items()
        }


@contextmanager
def replayable_files(patterns: Sequence[str], provider: str) -> Iterator[LocalPacts]:
    """The files as they can be replayed; copies that had to be made last as long as the block.

    In a folder the pacts of other providers are passed over: teams keep all of theirs in one. A file that is named is
    meant, whoever's it is.
    """
    with TemporaryDirectory(prefix="contracthub-pacts-") as folder:
        files: list[str] = []
        opaque: list[OpaqueInteraction] = []
        contents: list[tuple[str, bytes]] = []
        interactions = 0
        for path, is_named in _files(patterns):
            content = _read(path)
            document = _object_in(content)
            if not is_named and name_in(document.get("provider")) not in {"", provider}:
                continue
            consumer = name_in(document.get("consumer"))
            contents.append((consumer, content))
            interactions += sum(len(found) for name in _LISTS if isinstance(found := document.get(name), list))
            kept, theirs = without_plugins(document)
            opaque += theirs
            if not theirs:
                files.append(str(path))
            elif kept["interactions"]:
                copy = Path(folder) / f"{len(files)}-{path.name}"
                copy.write_text(json.dumps(kept), encoding="utf-8")
                files.append(str(copy))
        yield LocalPacts(tuple(files), tuple(opaque), tuple(contents), interactions)


def _files(patterns: Sequence[str]) -> Iterator[tuple[Path, bool]]:
    """Each file, and whether it was named itself."""
    for path in map(Path, patterns):
        if path.is_dir():
            yield from ((one, False) for one in sorted(path.rglob("*.json")) if one.is_file())
        else:
            yield path, True


def _read(path: Path) -> bytes:
    """The file's content; nothing where it can't be read, which the verifier will say."""
    try:
        return path.read_bytes() if path.stat().st_size <= LARGEST_FILE else b""
    except OSError:
        return b""


def _object_in(content: bytes) -> Mapping[str, object]:
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}
