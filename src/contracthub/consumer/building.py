"""What the builders of all kinds do: hold the document, check it, write it."""

import os
import re
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Self

from contracthub.consumer.matchers import plain, plain_object
from contracthub.formats.live_contract import HEAD, LiveDocument
from contracthub.formats.live_contracts import read
from contracthub.formats.safe_json import JsonObject, JsonValue

_LONGEST_NAME = 100
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]+")


class Builder:
    """A contract that grows call by call; each call gives the builder back.

    Nothing is checked before `text`, `write` or playing the provider: then all of it is, as a hub does.
    """

    kind = ""

    def __init__(self, name: str, *, consumer: str | None, provider: str | None) -> None:
        self._body: JsonObject = {HEAD: f"{self.kind}/1", "name": name}
        if consumer is not None:
            self._body["consumer"] = consumer
        if provider is not None:
            self._body["provider"] = provider

    def described(self, text: str) -> Self:
        """Says what it is for, to people."""
        self._body["description"] = text
        return self

    @property
    def document(self) -> JsonObject:
        """The contract as it stands so far; not checked."""
        copied = plain(self._body)
        assert isinstance(copied, dict)
        return copied

    def text(self) -> str:
        """The contract in YAML. Raises ``Invalid`` with every fault, its pointer and its line."""
        import yaml

        written: str = yaml.safe_dump(self.document, sort_keys=False, width=100, allow_unicode=True)
        read(written.encode())
        return written

    def checked(self) -> LiveDocument:
        """The contract as a hub would read it. Raises ``Invalid``."""
        return read(self.text().encode())

    def write(self, folder: str | os.PathLike[str]) -> Path:
        """Writes it to ``CONSUMER-PROVIDER.NAME.KIND.yaml`` in the folder, in one step, and says where. Raises Invalid.

        A contract of the same name is replaced; others stay.
        """
        document = self.checked()
        directory = Path(folder)
        directory.mkdir(parents=True, exist_ok=True)
        parties = "-".join(dict.fromkeys([document.consumer or document.providers[0], *document.providers]))
        path = directory / f"{_in_file_names(parties)}.{_in_file_names(document.name)}.{self.kind}.yaml"
        handle, temporary = tempfile.mkstemp(dir=directory, prefix=".contract-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(document.source)
            Path(temporary).chmod(0o644)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        return path

    def _set(self, **members: object) -> Self:
        """Sets members of the document; those that are None stay as they are."""
        self._body |= given(**members)
        return self

    def _add(self, name: str, item: JsonObject) -> Self:
        """Appends to a list of the document."""
        self._list(name).append(item)
        return self

    def _list(self, name: str) -> list[JsonValue]:
        found = self._body.setdefault(name, [])
        assert isinstance(found, list)
        return found


def _in_file_names(text: str) -> str:
    """The text as a part of a file's name; what would lose letters has a sum at its end, so that no two have the same.

    Tests run at once and in any order, so a name must not depend on which files are there already.
    """
    readable = _NOT_IN_NAMES.sub("-", text).strip("-.")[:_LONGEST_NAME]
    if readable == text.replace(" ", "-"):
        return readable
    return f"{readable}-{sha256(text.encode()).hexdigest()[:8]}".lstrip("-")


def given(**members: object) -> JsonObject:
    """The members that are not None, as JSON; an underscore at the end of a name is Python's."""
    return plain_object({name.rstrip("_"): each for name, each in members.items() if each is not None})


def state(name: str, params: dict[str, object]) -> JsonObject:
    """A provider state as contracts write it."""
    return given(name=name, params=params or None)


def only(what: str, members: dict[str, object], known: frozenset[str]) -> dict[str, object]:
    """The members. Raises TypeError for a name that is none of those known."""
    for name in members:
        if name not in known:
            raise TypeError(f"{what} has no {name}; it has: {', '.join(sorted(known))}.")
    return members
