"""What a publisher sends as one document: a file, or several that refer to one another."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Upload:
    """``files`` are the bytes by name, relative to one folder and with ``/``; ``root`` is the one that is meant."""

    root: str
    files: Mapping[str, bytes]

    @property
    def text(self) -> bytes:
        """The bytes of the root."""
        return self.files[self.root]

    @property
    def others(self) -> Mapping[str, bytes]:
        """The files that came along."""
        return {name: data for name, data in self.files.items() if name != self.root}
