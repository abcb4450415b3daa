"""What tells one pact from another, and one interaction from another.

The identity covers what can influence a verification: interactions, messages and the specification version. Which parts
of these count is a rule that a workspace chooses. Where nothing is left out, all rules come to the identity of the Pact
Broker (pact-broker-api 7). Clients treat it as opaque; it must never change between releases, since evidence is kept
under it.
"""

import hashlib
import re
from collections.abc import Callable, Iterable

from contracthub.domain.contracts import IdentityRule
from contracthub.formats import safe_json
from contracthub.formats.pact.content import LISTS, PactContent
from contracthub.formats.pact.identity_examples import Reading
from contracthub.formats.safe_json import JsonObject, JsonValue

_MAJOR = re.compile(r"([234])(?:\.[0-9.]*)?")
_VERSIONS = ("pactSpecification", "pact-specification", "pactSpecificationVersion")


def without_id(interaction: JsonValue) -> JsonValue:
    """The interaction without the ``_id`` that the hub itself adds when it serves a pact.

    So a pact that was downloaded and published again is the same contract.
    """
    if not isinstance(interaction, dict) or "_id" not in interaction:
        return interaction
    return {name: value for name, value in interaction.items() if name != "_id"}


def rule_for(content: PactContent, rule: IdentityRule) -> IdentityRule:
    """The rule that a pact is told apart by in a workspace with that rule.

    A publisher may say of a pact that examples of its requests are interchangeable, with
    ``{"metadata": {"contracthub": {"interchangeableRequests": true}}}``. The Pact Broker's rule knows no such word.
    """
    if rule is not IdentityRule.STABLE:
        return rule
    metadata = content.document.get("metadata")
    said = metadata.get("contracthub") if isinstance(metadata, dict) else None
    is_said = isinstance(said, dict) and said.get("interchangeableRequests") is True
    return IdentityRule.INTERCHANGEABLE_REQUESTS if is_said else rule


def identity(content: PactContent, rule: IdentityRule = IdentityRule.STABLE) -> str:
    """The contract identity: 40 hex digits.

    Order of keys, order of interactions, names and other metadata do not count. Content without a list of interactions
    or messages is hashed whole, in its own order of keys (pact-broker-api 7).
    """
    if content.interactions is None and content.messages is None:
        return _sha(safe_json.dumps(content.document))
    used = rule_for(content, rule)
    if used is IdentityRule.PACT_BROKER:
        return _sha(_object_of(_counting_members(content, without_id)))
    members = [*_counting_members(content, what_counts(content, used)), *_telling_metadata(content)]
    return _sha(_object_of(members))


def identity_elsewhere(content: PactContent, theirs: str) -> str:
    """The identity of a pact that others tell apart by a rule that is not known here, where it had the identity
    ``theirs``. It is none that any rule of ours comes to, and one for what both they and the strictest rule call one.
    """
    return _sha(safe_json.dumps([theirs, identity(content, IdentityRule.PACT_BROKER)]))


def stricter_identities(content: PactContent, rule: IdentityRule) -> tuple[str, ...]:
    """The identities of a pact under all rules that tell apart more than the one it is told apart by."""
    *stricter, _ = rule_for(content, rule).as_strict_or_stricter
    return tuple(identity(content, each) for each in stricter)


def what_counts(content: PactContent, rule: IdentityRule) -> Callable[[JsonValue], JsonValue]:
    """What of each interaction of this pact counts under a rule."""
    if rule is IdentityRule.PACT_BROKER:
        return without_id
    version = content.specification_version
    found = _MAJOR.fullmatch(version) if isinstance(version, str) else None
    interchangeable = rule_for(content, rule) is IdentityRule.INTERCHANGEABLE_REQUESTS
    return Reading(int(found[1]) if found else 0, interchangeable).what_counts


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


def _counting_members(content: PactContent, counting: Callable[[JsonValue], JsonValue]) -> Iterable[tuple[str, bytes]]:
    for name, interactions in (("interactions", content.interactions), ("messages", content.messages)):
        if interactions is not None:
            texts = sorted(safe_json.canonical(counting(interaction)) for interaction in interactions)
            yield name, b"[" + b",".join(texts) + b"]"
    if content.specification_version is not None:
        yield "pact_specification_version", safe_json.canonical(content.specification_version)


def _telling_metadata(content: PactContent) -> Iterable[tuple[str, bytes]]:
    """What else in the metadata a verifier reads: the plugins, and a version that is given more than once."""
    metadata = content.document.get("metadata")
    if not isinstance(metadata, dict):
        return
    if metadata.get("plugins"):
        yield "plugins", safe_json.canonical(metadata["plugins"])
    versions = {name: metadata[name] for name in _VERSIONS if name in metadata}
    if len(versions) > 1:
        yield "versions", safe_json.canonical(versions)


def _object_of(members: Iterable[tuple[str, bytes]]) -> bytes:
    return b"{" + b",".join(safe_json.dumps(name) + b":" + text for name, text in members) + b"}"


def _sha(data: bytes) -> str:
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()
