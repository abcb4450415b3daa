"""Archives in files: written as they come in, checked whole before anything of them is believed.

Whatever is wrong with a file is an :class:`ArchiveUnreadable`: it may be cut, altered, no archive, or made to hurt.
"""

import gzip
import hashlib
import json
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

from contracthub.client.archive_sending import LARGEST_RECORD, Record
from contracthub.client.errors import HubFailure
from contracthub.client.transport import Download
from contracthub.domain.archive import END, FORMAT, FORMAT_VERSION, HEADER

PIECE = 1024 * 1024
_GZIP = b"\x1f\x8b"


class ArchiveUnreadable(HubFailure):
    """A file, or what a hub sent, is no whole archive."""


def write_archive(stream: Download, path: Path) -> int:
    """Write what a hub sends into a file, and say how many records that are; the file is whole or not there.

    Compressed, unless the name ends in ``.ndjson``. Raises ArchiveUnreadable when the stream was cut.
    """
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with _opened_for_writing(unfinished, plain=path.suffix == ".ndjson") as file:
            count = _copied(stream, file)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return count


def copy_archive(stream: Download, file: BinaryIO) -> int:
    """Pass on what a hub sends, and say how many records that are. Raises ArchiveUnreadable when it was cut."""
    return _copied(stream, file)


@contextmanager
def _opened_for_writing(path: Path, *, plain: bool) -> Iterator[BinaryIO]:
    with path.open("xb") as file:
        if plain:
            yield file
        else:
            # Without a name and a time, so that the same archive is the same file.
            with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0, compresslevel=6) as packed:
                yield cast("BinaryIO", packed)
        file.flush()
        os.fsync(file.fileno())


def _copied(stream: Download, file: BinaryIO) -> int:
    digest, waiting = _Digest(), b""
    while piece := stream.read(PIECE):
        file.write(piece)
        *lines, waiting = (waiting + piece).split(b"\n")
        for line in lines:
            digest.add(line)
        if len(waiting) > LARGEST_RECORD:
            raise ArchiveUnreadable("The hub sends a record without end.")
    if waiting:
        digest.add(waiting)
    return digest.count_of_whole()


def records_in(path: Path) -> Iterator[Record]:
    """The records of a file. Raises ArchiveUnreadable, before the first record, unless the file is whole."""
    count = check_archive(path)
    for number, line in enumerate(_lines(path)):
        if 0 < number <= count:
            record = _object_in(line, number + 1)
            if not isinstance(record.get("type"), str):
                raise ArchiveUnreadable(f"Line {number + 1} is a record without a type.")
            yield record


def check_archive(path: Path) -> int:
    """How many records a file holds. Raises ArchiveUnreadable unless it is a whole archive."""
    digest = _Digest()
    for line in _lines(path):
        digest.add(line)
    return digest.count_of_whole()


def _lines(path: Path) -> Iterator[bytes]:
    """The lines of a file, compressed or not; none is longer than a record may be, whatever it unpacks to."""
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == _GZIP
            raw.seek(0)
            file = cast("BinaryIO", gzip.GzipFile(fileobj=raw)) if packed else raw
            while line := file.readline(LARGEST_RECORD + 1):
                if len(line) > LARGEST_RECORD:
                    raise ArchiveUnreadable(f"{path} has a line of more than {LARGEST_RECORD:,} bytes.")
                yield line.removesuffix(b"\n")
    except (OSError, EOFError, zlib.error) as error:
        raise ArchiveUnreadable(f"{path} can't be read to its end: {error}.") from error


class _Digest:
    """Reads lines one by one, and knows in the end whether they were a whole archive."""

    def __init__(self) -> None:
        self._digest, self._lines = hashlib.sha256(), 0
        self._last: bytes | None = None

    def add(self, line: bytes) -> None:
        """The next line. Raises ArchiveUnreadable when the first one is not that of an archive."""
        if self._last is None:
            _check_header(line)
        else:
            self._digest.update(self._last + b"\n")
        self._last = line
        self._lines += 1

    def count_of_whole(self) -> int:
        """The number of records. Raises ArchiveUnreadable when the last line is missing, or does not fit."""
        last = None if self._last is None else _object_in(self._last, self._lines)
        if last is None or last.get("type") != END:
            raise ArchiveUnreadable("The archive is not whole: its last line is missing. Export it again.")
        count = self._lines - 2
        if last.get("records") != count or last.get("sha256") != self._digest.hexdigest():
            raise ArchiveUnreadable("The archive was altered: its last line does not fit to the others.")
        return count


def _check_header(line: bytes) -> None:
    head = _object_in(line, 1)
    if head.get("type") != HEADER or head.get("format") != FORMAT:
        raise ArchiveUnreadable("This is no archive of a ContractHub: its first line does not say so.")
    if head.get("version") != FORMAT_VERSION:
        raise ArchiveUnreadable(
            f"The archive has version {str(head.get('version'))[:20]} of the format, and this release reads version "
            f"{FORMAT_VERSION}. Use the release that wrote it, or a newer one."
        )


def _object_in(line: bytes, number: int) -> dict[str, Any]:
    try:
        document = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ArchiveUnreadable(f"Line {number} of the archive is no JSON. It was altered or cut.") from error
    if not isinstance(document, dict):
        raise ArchiveUnreadable(f"Line {number} of the archive is no JSON object.")
    return document
