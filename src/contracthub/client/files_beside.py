"""The files beside one that a person named: those that a document may be made of."""

from collections.abc import Callable
from pathlib import Path


def files_beside(folder: Path, most_bytes: int) -> Callable[[str], bytes | None]:
    """What reads a file of the folder or below it by its name there; None for what is not there or too large."""
    folder = folder.resolve()

    def found(name: str) -> bytes | None:
        path = (folder / name).resolve()
        # A link may lead out of the folder, and a document is not to be trusted with a reader of files.
        if not path.is_relative_to(folder) or not path.is_file() or path.stat().st_size > most_bytes:
            return None
        try:
            return path.read_bytes()
        except OSError:
            return None

    return found
