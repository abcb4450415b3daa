"""Contracts that only a running provider can show to be kept: what all kinds of them have in common.

Each says in its first line what it is, ``contracthub: conversation/1``, then its name, who needs it and of whom; the
rest is the kind's own. A kind is a package with the verbs of `LiveKind`, and one line in
``contracthub.formats.live_contracts``.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from contracthub.domain.errors import Fault
from contracthub.formats import safe_json
from contracthub.formats.limits import MEBIBYTE, Limits
from contracthub.formats.needs import Need
from contracthub.formats.safe_json import JsonObject, JsonValue

HEAD = "contracthub"
LIVE_CONTRACT = Limits(max_bytes=MEBIBYTE, max_depth=64, max_nodes=100_000)

_NAME: JsonObject = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": r"\S"}
# What no verification can see.
_TOLD_ONLY = frozenset({HEAD, "$schema", "name", "consumer", "description"})


@dataclass(frozen=True, slots=True)
class LiveDocument:
    """A contract that was read and is sound. ``consumer`` is None where the document leaves it to who publishes it.

    ``providers`` are those that it is about, at least one; ``body`` is the whole document; ``source`` the bytes that
    it was read from.
    """

    kind: str
    name: str
    consumer: str | None
    providers: tuple[str, ...]
    body: JsonObject = field(repr=False)
    source: bytes = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveKind:
    """The verbs that every kind has.

    ``schema`` is a JSON Schema (2020-12) of the whole document, the head included, in which no unknown key is allowed.
    ``check`` finds what a schema can't, in a body that keeps it. The other verbs get what was found sound, and never
    raise: ``providers`` those that it is about, in the order of the document; ``identity`` a text that is the same for
    documents which no verification can tell apart; ``needs`` what it relies on of one of its providers; ``describe``
    one line for people.
    """

    name: str
    schema: JsonObject
    check: Callable[[JsonObject], Iterable[Fault]]
    providers: Callable[[JsonObject], tuple[str, ...]]
    identity: Callable[[JsonObject], str]
    needs: Callable[[LiveDocument, str], tuple[Need, ...]]
    describe: Callable[[LiveDocument], str]


def schema_of(kind: str, properties: Mapping[str, JsonValue], *, required: Iterable[str] = ()) -> JsonObject:
    """The schema of a kind: the head that all have, and these properties.

    ``provider`` is among them where ``required`` names it.
    """
    names = list(required)
    head: JsonObject = {
        HEAD: {"const": f"{kind}/1"},
        "$schema": {"type": "string"},
        "name": {**_NAME, "description": "What it is called; one of a kind per consumer and provider."},
        "consumer": {**_NAME, "description": "Who needs it. May be left to who publishes it."},
        "description": {"type": "string", "maxLength": 10_000},
    }
    if "provider" in names:
        head["provider"] = {**_NAME, "description": "Who has to keep it."}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"ContractHub {kind}",
        "type": "object",
        "additionalProperties": False,
        "required": [HEAD, "name", *names],
        "properties": {**head, **properties},
    }


def one_provider(body: JsonObject) -> tuple[str, ...]:
    """The provider of a kind that has one."""
    return (str(body["provider"]),)


def identity_of(kind: str, meaning: Mapping[str, JsonValue]) -> str:
    """The SHA-256 of what counts of a body, in hexadecimal; names and descriptions of the whole do not count.

    The order of members never counts. A kind takes out of ``meaning`` what else no verification sees.
    """
    counted = {name: value for name, value in meaning.items() if name not in _TOLD_ONLY}
    return hashlib.sha256(b"live contract\0" + kind.encode() + b"\0" + safe_json.canonical(counted)).hexdigest()
