"""Where a conversation is held: which channel its path leads to, and what stands for the parameters."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from contracthub.formats.comparisons.conversation_asyncapi.channels import (
    PARAMETER,
    CompiledChannels,
    ConversationChannel,
)
from contracthub.formats.conversation.expressions import names_in
from contracthub.formats.conversation.model import Connect
from contracthub.formats.path_segments import gaps_in

UNKNOWN = "\0"
"""Stands for what only a provider state can say."""
_EXPRESSION = re.compile(r"\$\{[^{}]*\}")
_MOST_NEAR, _LONGEST_NEAR = 500, 200


@dataclass(frozen=True, slots=True)
class FoundChannel:
    """A channel, and the texts that stand where its address has parameters."""

    document: CompiledChannels
    channel: ConversationChannel
    values: dict[str, str]


def filled_path(connect: Connect) -> str:
    """The path with its parameters filled in, as far as they are known."""
    path = _EXPRESSION.sub(UNKNOWN, connect.template)
    return PARAMETER.sub(lambda match: _known(connect.params.get(match[0][1:-1], UNKNOWN)), path)


def _known(text: str) -> str:
    # No slash in a parameter: it would be escaped on its way.
    return UNKNOWN if names_in(text) or "/" in text or not text else text


def find(connect: Connect, documents: Sequence[CompiledChannels]) -> FoundChannel | None:
    """The channel at a path; of several that fit the one whose address says most."""
    path = filled_path(connect)
    found = [each for document in documents for each in _in(document, path, connect)]
    return min(found, key=lambda each: each.channel.freedom, default=None)


def _in(document: CompiledChannels, path: str, connect: Connect) -> Iterator[FoundChannel]:
    texts = [path.removeprefix(prefix) for prefix in document.prefixes if path.startswith(f"{prefix}/")]
    for channel in document.channels:
        if channel.carries(connect.transport):
            for text in texts:
                values = values_in(channel.address, text)
                if values is not None:
                    yield FoundChannel(document, channel, values)
                    break


def values_in(address: str, path: str) -> dict[str, str] | None:
    """What stands for each parameter of an address; None for a path that is not at the address."""
    wanted, texts = address.split("/"), path.split("/")
    if len(wanted) != len(texts):
        return None
    values: dict[str, str] = {}
    for segment, text in zip(wanted, texts, strict=True):
        spans = gaps_in(PARAMETER.split(segment), text)
        if spans is None:
            return None
        names = (each[1:-1] for each in PARAMETER.findall(segment))
        values |= {name: text[at:upto] for name, (at, upto) in zip(names, spans, strict=True)}
    return values


def nearest(connect: Connect, documents: Sequence[CompiledChannels]) -> tuple[CompiledChannels, str, str] | None:
    """The document, address and pointer of the channel that is written most like the path; None where none is alike."""
    known = {
        channel.address: (document, channel.address, channel.pointer)
        for document in documents
        for channel in document.channels[:_MOST_NEAR]
        if channel.carries(connect.transport) and len(channel.address) <= _LONGEST_NEAR
    }
    close = get_close_matches(connect.template[:_LONGEST_NEAR], list(known), 1, 0.5)
    return known[close[0]] if close else None
