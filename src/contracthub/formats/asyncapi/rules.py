"""Holds documents against the JSON Schemas that AsyncAPI publishes, and words what they find.

The schemas are data files beside this module (see ``specification/README.md``); each is loaded when a document of its
version comes, and builds in milliseconds.
"""

import gzip
import pkgutil
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from contracthub.formats import safe_json
from contracthub.formats.pointers import pointer_from
from contracthub.formats.safe_json import MOST_FAULTS, JsonValue

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError, Validator

VERSIONS = ("2.0", "2.1", "2.2", "2.3", "2.4", "2.5", "2.6", "3.0", "3.1")
_LONGEST_TEXT = 300
_DEEPEST = 20


def broken_rules(version: str, document: JsonValue, part: str | None = None) -> Iterator[tuple[str, str]]:
    """The JSON pointer and the wording of each rule that a document, or a ``part`` of one, breaks; at most 50.

    ``part`` is the name of a definition in the schema: ``message``, ``channelItem``.
    """
    seen: set[tuple[str, str]] = set()
    for error in islice(_validator(version, part).iter_errors(document), MOST_FAULTS):
        for told in _explained(error, 0):
            if told not in seen:
                seen.add(told)
                yield told


@lru_cache(maxsize=64)
def _validator(version: str, part: str | None) -> "Validator":
    import jsonschema_rs

    schema = _schema(version)
    if part is not None:
        schema = {**{key: schema[key] for key in ("$schema", "definitions")}, "$ref": f"#/definitions/{part}"}
    return jsonschema_rs.validator_for(schema, validate_formats=False)


@lru_cache(maxsize=len(VERSIONS))
def _schema(version: str) -> dict[str, Any]:
    packed = pkgutil.get_data(__package__ or "", f"specification/{version}.json.gz")
    assert packed is not None
    schema = safe_json.loads(gzip.decompress(packed))
    assert isinstance(schema, dict)
    return schema


def _explained(error: "ValidationError", depth: int) -> Iterator[tuple[str, str]]:
    """What is wrong in the alternative that was most likely meant; "none of these" helps nobody."""
    branches = [branch for branch in getattr(error.kind, "context", None) or () if branch]
    if not branches or depth == _DEEPEST:
        yield pointer_from(error.instance_path), error.message[:_LONGEST_TEXT]
        return
    for inner in max(branches, key=_likeness):
        yield from _explained(inner, depth + 1)


def _likeness(branch: "list[ValidationError]") -> tuple[bool, int, int]:
    """How well a document fits an alternative: not asked for a reference, fails deep inside, and seldom."""
    wants_reference = any(error.message == '"$ref" is a required property' for error in branch)
    deepest = max(len(error.instance_path) for error in branch)
    return not wants_reference, deepest, -len(branch)
