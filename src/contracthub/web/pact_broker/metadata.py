"""Metadata in pact URLs: for whom a pact was asked, packed into one segment that clients carry along (§7).

URL-safe base64 without padding of a query string with short keys. Links that verifiers follow must have no query of
their own (toolkit 1.3), hence the packing.
"""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

MOST_FIELDS = 2000
_ALPHABET = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


@dataclass(frozen=True, slots=True)
class MetadataSelector:
    """What selected the pact."""

    branch: str | None = None
    tag: str | None = None
    latest: bool = False
    environment: str | None = None
    consumer_version_id: int | None = None


@dataclass(frozen=True, slots=True)
class Metadata:
    """Why a pact is being verified, and for which consumer versions its result counts.

    Addresses are limited to 16 KB, so whoever names many versions has to stop early.
    """

    consumer_version_numbers: tuple[str, ...] = ()
    consumer_version_tags: tuple[str, ...] = ()
    wip: bool = False
    pending: bool = False
    selectors: tuple[MetadataSelector, ...] = ()


def encode(metadata: Metadata) -> str:
    """One URL segment; :func:`decode` gives the same metadata back."""
    query = urlencode(list(_fields(metadata)))
    return base64.urlsafe_b64encode(query.encode()).rstrip(b"=").decode()


def decode(text: str) -> Metadata:
    """The metadata in a segment; what can't be understood is ignored."""
    if not _ALPHABET.issuperset(text):
        return Metadata()
    try:
        query = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
        fields = parse_qsl(query, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError:
        return Metadata()
    return _metadata_from(fields)


def _fields(metadata: Metadata) -> Iterator[tuple[str, str]]:
    numbers = metadata.consumer_version_numbers
    key = "cvn" if len(numbers) == 1 else "cvn[]"
    yield from ((key, number) for number in numbers)
    yield from (("cvt[]", tag) for tag in metadata.consumer_version_tags)
    if metadata.wip:
        yield "w", "true"
    if metadata.pending:
        yield "p", "true"
    for selector in metadata.selectors:
        yield from _fields_of_selector(selector)


def _fields_of_selector(selector: MetadataSelector) -> Iterator[tuple[str, str]]:
    # A repeated key opens the next selector, so one key is always there.
    yield "s[][l]", "true" if selector.latest else "false"
    if selector.branch is not None:
        yield "s[][b]", selector.branch
    if selector.tag is not None:
        yield "s[][t]", selector.tag
    if selector.environment is not None:
        yield "s[][e]", selector.environment
    if selector.consumer_version_id is not None:
        yield "s[][cv]", str(selector.consumer_version_id)


def _metadata_from(fields: list[tuple[str, str]]) -> Metadata:
    return Metadata(
        consumer_version_numbers=tuple(value for key, value in fields if key in {"cvn", "cvn[]"}),
        consumer_version_tags=tuple(value for key, value in fields if key == "cvt[]"),
        wip=("w", "true") in fields,
        pending=("p", "true") in fields,
        selectors=tuple(_selector_from(group) for group in _grouped(fields)),
    )


def _grouped(fields: list[tuple[str, str]]) -> list[dict[str, str]]:
    groups: list[dict[str, str]] = []
    for key, value in fields:
        if not (key.startswith("s[][") and key.endswith("]")):
            continue
        short = key[4:-1]
        if not groups or short in groups[-1]:
            groups.append({})
        groups[-1][short] = value
    return groups


def _selector_from(group: dict[str, str]) -> MetadataSelector:
    key = group.get("cv", "")
    return MetadataSelector(
        branch=group.get("b"),
        tag=group.get("t"),
        latest=group.get("l") == "true",
        environment=group.get("e"),
        consumer_version_id=int(key) if key.isascii() and key.isdigit() and len(key) < 19 else None,
    )
