"""The one table of formats. A new format is one new package and one line here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

from contracthub.domain.contracts import IdentityRule
from contracthub.domain.errors import NotFound
from contracthub.formats.limits import Limits
from contracthub.formats.needs import Need
from contracthub.formats.pact import contract as pact

Document = TypeVar("Document")


class Side(StrEnum):
    """Who speaks in contracts of a format: consumers say what they need, providers what they offer."""

    CONSUMER = "consumer"
    PROVIDER = "provider"


@dataclass(frozen=True, slots=True)
class Format(Generic[Document]):
    """The verbs that every format has.

    ``read`` raises ``Invalid`` or ``TooLarge`` and nothing else; the other verbs never raise on what ``read`` returned.
    """

    name: str
    side: Side
    read: Callable[[bytes, Limits], Document]
    identity: Callable[[Document, IdentityRule], str]
    needs: Callable[[Document], tuple[Need, ...]]
    text_diff: Callable[[Document, Document], str]


PACT: Format[pact.PactContent] = Format(
    name="pact",
    side=Side.CONSUMER,
    read=pact.read_content,
    identity=pact.identity,
    needs=pact.needs_of,
    text_diff=pact.text_diff_of,
)

# Each entry has documents of a type of its own, which only its own verbs ever see.
FORMATS: Mapping[str, Format[Any]] = {entry.name: entry for entry in (PACT,)}


def format_named(name: str) -> Format[Any]:
    """The format of this name, or ``NotFound`` with the names there are."""
    if name not in FORMATS:
        raise NotFound("unknown-format", f"There is no format {name[:100]!r}. Use one of: {', '.join(FORMATS)}.")
    return FORMATS[name]
