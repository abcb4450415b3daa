"""Documents of providers on disk: a file, several that refer to one another, or folders of them."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

# The hub takes requests of 50 MiB, and base64 makes four bytes of three.
MOST_BYTES = 36 * 1024 * 1024
MOST_FILES = 500
ENDINGS = frozenset({".json", ".yaml", ".yml", ".graphql", ".graphqls", ".gql", ".proto", ".avsc"})


class TooMuch(click.UsageError):
    """There are more files, or larger ones, than are taken at once."""


class SpecFiles:
    """The files of one document by their place below one folder; ``root`` is the one that is meant, if it was said."""

    def __init__(self, files: dict[str, bytes], root: str | None) -> None:
        self.files = files
        self.root = root


def read_spec_files(given: Sequence[str], root: str | None) -> SpecFiles:
    """The files, with those in folders below them. Raises UsageError for what is none, or too much."""
    paths = [Path(each) for each in given]
    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        raise click.UsageError(f"There is no file or folder {missing[0]}.")
    found = list(dict.fromkeys(file for path in paths for file in _files_at(path)))
    if not found:
        raise click.UsageError(f"No documents in {', '.join(given)}: files must end in {', '.join(sorted(ENDINGS))}.")
    if len(found) > MOST_FILES:
        raise TooMuch(f"{len(found)} files are too many for one document; {MOST_FILES} are taken. Name fewer.")
    base = _base_of(paths)
    bodies = {Path(os.path.relpath(_place_of(file), base)).as_posix(): file for file in found}
    return SpecFiles(_read(bodies), _root(bodies, paths, root))


def _files_at(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for folder, inner, names in os.walk(path):
        inner[:] = sorted(name for name in inner if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith(".") and Path(name).suffix.lower() in ENDINGS:
                yield _inside(Path(folder) / name, path)


def _inside(file: Path, folder: Path) -> Path:
    """The file, unless it is a link to what nobody named. Raises UsageError."""
    if not Path(os.path.realpath(file)).is_relative_to(os.path.realpath(folder)):
        raise click.UsageError(f"{file} is a link that leads out of {folder}. Name the file itself, or take it away.")
    return file


def _place_of(file: Path) -> Path:
    """Where a file is. A link to a file has the place of the link."""
    return Path(os.path.realpath(file.parent)) / file.name


def _base_of(paths: Sequence[Path]) -> Path:
    """The folder that places are relative to: the one that is given, or the nearest above all that are."""
    folders = [os.path.realpath(path if path.is_dir() else path.parent) for path in paths]
    return Path(os.path.commonpath(folders))


def _root(bodies: dict[str, Path], paths: Sequence[Path], said: str | None) -> str | None:
    if said is not None:
        for place, file in bodies.items():
            if said == place or _place_of(Path(said)) == _place_of(file):
                return place
        raise click.UsageError(f"--root {said} is none of the files: {', '.join([*bodies][:10])}.")
    # A file beside folders is the one that is meant; the folders hold what it refers to.
    single = [path for path in paths if not path.is_dir()]
    if len(single) == 1 and len(bodies) > 1:
        return next(place for place, file in bodies.items() if file == single[0])
    return None


def _read(bodies: dict[str, Path]) -> dict[str, bytes]:
    read: dict[str, bytes] = {}
    size = 0
    for place, file in bodies.items():
        try:
            size += file.stat().st_size
            if size > MOST_BYTES:
                raise TooMuch(f"The files have more than {MOST_BYTES:,} bytes, the most that is sent at once.")
            read[place] = file.read_bytes()
        except OSError as error:
            raise click.UsageError(f"Can't read {file}: {error.strerror or error}.") from error
    return read
