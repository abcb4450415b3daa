"""What a provider version offers, as comparisons get it: one of its documents, with all of its files."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from contracthub.domain.provider_contracts import ContractFormat


@dataclass(frozen=True, slots=True)
class OfferedDocument:
    """A document by its name among those of the version.

    ``identity`` is the same for documents that no comparison can tell apart. ``files`` are bytes by place, ``root`` is
    the one that the others hang on. ``subject`` and ``topic`` say which events a schema is about.
    """

    name: str
    format: ContractFormat
    identity: str
    files: Mapping[str, bytes]
    root: str
    subject: str | None = None
    topic: str | None = None

    @property
    def data(self) -> bytes:
        """The bytes of the root."""
        return self.files[self.root]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(map(len, self.files.values()))


def offer_identity(documents: Iterable[tuple[ContractFormat, str | None, str | None, str]]) -> str:
    """What stands for all documents of a version together, each as format, subject, topic and identity."""
    parts = sorted([each.value, subject or "", topic or "", identity] for each, subject, topic, identity in documents)
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
