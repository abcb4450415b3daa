"""What tells one pact from another, and one interaction from another.

The identity covers what can influence a verification: interactions, messages and the specification version
(pact-broker-api 7). Clients treat it as opaque; it must never change between releases, since evidence is kept under it.
"""

import hashlib
from collections.abc import Callable, Iterable
from typing import TypeAlias

from contracthub.formats import safe_json
from contracthub.formats.pact.content import LISTS, PactContent
from contracthub.formats.safe_json import JsonObject, JsonValue

IdentityPolicy: TypeAlias = Callable[[JsonValue], JsonValue]
"""What of one interaction counts. It returns a new value and leaves the interaction as it was."""


def without_id(interaction: JsonValue) -> JsonValue:
    """The policy of the Pact Broker: everything counts but the ``_id`` that the hub itself adds when it serves a pact.

    So a pact that was downloaded and published again is the same contract.
    """
    if not isinstance(interaction, dict) or "_id" not in interaction:
        return interaction
    return {name: value for name, value in interaction.items() if name != "_id"}


def identity(content: PactContent, policy: IdentityPolicy = without_id) -> str:
    """The contract identity: 40 hex digits.

    Order of keys, order of interactions, names and other metadata do not count. Content without a list of interactions
    or messages is hashed whole, in its own order of keys (pact-broker-api 7).
    """
    if content.interactions is None and content.messages is None:
        return _sha(safe_json.dumps(content.document))
    return _sha(_object_of(_counting_members(content, policy)))


def interaction_id(interaction: JsonValue) -> str:
    """The ``_id`` of an interaction or message: SHA-1 of it with sorted keys, without an ``_id`` of its own."""
    return _sha(safe_json.canonical(without_id(interaction)))


def with_interaction_ids(document: JsonObject) -> JsonObject:
    """A pact as the hub serves it: ``_id`` is the first key of every interaction and message.

    The document that was given stays as it was; unchanged parts are shared. An ``_id`` that was sent is replaced.
    """
    return {name: _with_ids(value) if name in LISTS else value for name, value in document.items()}


def _with_ids(interactions: JsonValue) -> JsonValue:
    if not isinstance(interactions, list):
        return interactions
    return [_with_id(interaction) for interaction in interactions]


def _with_id(interaction: JsonValue) -> JsonValue:
    bare = without_id(interaction)
    if not isinstance(bare, dict):
        return interaction
    return {"_id": interaction_id(bare), **bare}


def _counting_members(content: PactContent, policy: IdentityPolicy) -> Iterable[tuple[str, bytes]]:
    for name, interactions in (("interactions", content.interactions), ("messages", content.messages)):
        if interactions is not None:
            texts = sorted(safe_json.canonical(policy(interaction)) for interaction in interactions)
            yield name, b"[" + b",".join(texts) + b"]"
    if content.specification_version is not None:
        yield "pact_specification_version", safe_json.canonical(content.specification_version)


def _object_of(members: Iterable[tuple[str, bytes]]) -> bytes:
    return b"{" + b",".join(safe_json.dumps(name) + b":" + text for name, text in members) + b"}"


def _sha(data: bytes) -> str:
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()
