"""Pacts of a hub as files in a folder. Their names come from outside, and can lead to no other folder."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

from contracthub.client.answers import JsonObject
from contracthub.client.pacts import party_in, version_in

_NO_NAME = re.compile(r"[^\w.-]+", re.ASCII)
_LONGEST = 60
# What the hub adds to what was published.
_OF_THE_HUB = ("_links", "createdAt")


@dataclass(slots=True)
class FileNames:
    """Gives each pact of one run a name of its own."""

    taken: set[str] = field(default_factory=set)

    def name_for(self, pact: JsonObject) -> str:
        """Consumer, provider and version, in characters that every file system takes."""
        parts = (party_in(pact, "consumer"), party_in(pact, "provider"), version_in(pact))
        stem = "-".join(_plain(part) for part in parts if part)
        name, at = stem, 1
        while name.lower() in self.taken:
            at += 1
            name = f"{stem}-{at}"
        self.taken.add(name.lower())
        return f"{name}.json"


def save_pact(pact: JsonObject, folder: Path, names: FileNames) -> Path:
    """Writes what was published into a new or existing file of the folder. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / names.name_for(pact)
    published = {name: value for name, value in pact.items() if name not in _OF_THE_HUB}
    path.write_text(json.dumps(published, indent=2) + "\n", encoding="utf-8")
    return path


def _plain(text: str) -> str:
    return _NO_NAME.sub("_", text)[:_LONGEST].strip(".-") or "_"
