"""Documents that are made of several files: which files they are, and the document that they make as one."""

import json
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import quote, unquote

from contracthub.formats import safe_yaml
from contracthub.formats.bundle import references_in
from contracthub.formats.json_places import values_along
from contracthub.formats.safe_json import JsonValue

Beside = Callable[[str], bytes | None]
PARTS = "x-files"
# References to other files as JSON, YAML and Protobuf write them; each begins with what is found fast in a large text.
# What is found too much is only read in vain.
_REFERENCES = re.compile(rb"""\$ref["']?\s*:\s*(?:"([^"\n#]+)|'([^'\n#]+)|([^\s"'#,}\]]+))""")
_IMPORTS = re.compile(rb"""import\s+(?:public\s+|weak\s+)?"([^"\n]+)\"""")


class TooManyParts(Exception):
    """A document refers to more files, or larger ones, than are read."""


def with_parts(root: str, body: bytes, beside: Beside, *, most_files: int, most_bytes: int) -> dict[str, bytes]:
    """The file with those that it refers to, in its folder or below, as far as they are there. Raises TooManyParts."""
    files, todo, size = {root: body}, [root], len(body)
    while todo:
        here = todo.pop()
        for name in referred(here, files[here]):
            found = None if name in files else beside(name)
            if found is None:
                continue
            size += len(found)
            if len(files) >= most_files or size > most_bytes:
                raise TooManyParts(f"{root} refers to more than {most_files} files or {most_bytes:,} bytes.")
            files[name] = found
            todo.append(name)
    return files


def referred(file: str, body: bytes) -> Iterator[str]:
    """The names of the files that a file names, as seen from the folder of the first one."""
    for match in (_IMPORTS if file.endswith(".proto") else _REFERENCES).finditer(body):
        text = next((each for each in match.groups() if each), b"").decode("utf-8", "replace").strip()
        name = posixpath.normpath(posixpath.join(posixpath.dirname(file), text))
        if text and ":" not in text and "\0" not in text and not name.startswith(("/", "..")):
            yield name


def in_one(root: str, files: Mapping[str, bytes]) -> bytes:
    """A JSON or YAML document of several files as one that says the same, for tools that read only one.

    The other files are kept under ``x-files``, and references lead there. Raises Invalid and TooLarge of a file that
    can't be read.
    """
    if len(files) <= 1:
        return files[root]
    documents = {name: safe_yaml.loads(body) for name, body in files.items()}
    whole = documents[root]
    if not isinstance(whole, dict):
        return files[root]
    for name, document in documents.items():
        _lead_inside(document, name, root, documents)
    whole[PARTS] = {name: document for name, document in documents.items() if name != root}
    return json.dumps(whole).encode()


def _lead_inside(document: JsonValue, file: str, root: str, documents: Mapping[str, JsonValue]) -> None:
    # What aliases of YAML share is one object, and is changed once.
    done: set[int] = set()
    for pointer, reference in [*references_in(document)]:
        holder = values_along(document, pointer)[-1]
        path, _, fragment = reference.partition("#")
        name = posixpath.normpath(posixpath.join(posixpath.dirname(file), unquote(path))) if path else file
        if not isinstance(holder, dict) or id(holder) in done or name not in documents:
            continue
        done.add(id(holder))
        holder["$ref"] = "#" + ("" if name == root else f"/{PARTS}/{_step(name)}") + fragment


def _step(name: str) -> str:
    return quote(name.replace("~", "~0").replace("/", "~1"), safe="~")
