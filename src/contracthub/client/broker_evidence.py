"""Contracts, results, deployments and releases of another broker, as records of an archive."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from contracthub.client.archive_sending import Record
from contracthub.client.broker_records import Inventory, Published
from contracthub.client.broker_source import BrokerSource, consumer_in, last_after, provider_in
from contracthub.client.errors import HubAnswered
from contracthub.client.links import Resource
from contracthub.formats.pact.content import LISTS
from contracthub.formats.pact.identity import without_id

# What a broker says beside a content, or beside a result.
_BESIDE_CONTENT = frozenset({"createdAt", "_links", "_embedded"})
_BESIDE_RESULT = frozenset(
    {"providerName", "providerApplicationVersion", "success", "verificationDate", "buildUrl", "createdAt", "_links"}
) | {"_embedded"}
# The most rows that a hub gives of a matrix.
MOST_ROWS = 1000


@dataclass(frozen=True, slots=True)
class ContractKey:
    """A contract at the source, by its identity there."""

    consumer: str
    provider: str
    identity: str


@dataclass(frozen=True, slots=True)
class _Found:
    """A result that the matrix named."""

    number: int
    key: ContractKey
    publisher: str


def contracts(source: BrokerSource, found: Inventory, publishers: dict[ContractKey, str]) -> Iterator[Record]:
    """Every pact of every version; ``publishers`` gets the newest version of each contract."""
    for pact, told in source.each(lambda each: (each, _pact(source, each)), found.pacts):
        record = None if told is None else _contract(source, pact, told)
        if record is not None:
            publishers[ContractKey(pact.consumer, pact.provider, record["contract"])] = pact.number
            yield record


def _pact(source: BrokerSource, pact: Published) -> Resource | None:
    names = ("pacts", "provider", pact.provider, "consumer", pact.consumer, "version", pact.number)
    return source.try_get("contract", f"Pact of {pact.consumer} {pact.number} with {pact.provider}", *names)


def _contract(source: BrokerSource, pact: Published, told: Resource) -> Record | None:
    text = _text_of(_content(told.data))
    if text is None:
        title = f"Pact of {pact.consumer} {pact.number} with {pact.provider}"
        source.report.tell("contract", f"{title}: its content is no JSON that others could read")
        return None
    sha = hashlib.sha256(text.encode()).hexdigest()
    link = next(iter(told.links("pb:pact-version")), None)
    named = last_after(source.names_in(link.href), "pact-version") if link else None
    return {
        "type": "contract",
        "consumer": pact.consumer,
        "provider": pact.provider,
        "consumerVersion": pact.number,
        "contract": named or sha[:40],
        "contentSha": sha,
        "content": text,
        "createdAt": told.data.get("createdAt"),
    }


def _text_of(document: dict[str, Any]) -> str | None:
    """A document as text; ``None`` when it holds what JSON has not (NaN, half a surrogate pair), or is too deep."""
    try:
        text = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        text.encode()
    except (ValueError, RecursionError):
        return None
    return text


def _content(document: dict[str, Any]) -> dict[str, Any]:
    """The content as it was sent: without what the broker puts beside it, and into every interaction."""
    bare = {name: value for name, value in document.items() if name not in _BESIDE_CONTENT}
    for name in LISTS:
        if isinstance(bare.get(name), list):
            bare[name] = [without_id(each) for each in bare[name]]
    return bare


def verifications(source: BrokerSource, found: Inventory, publishers: dict[ContractKey, str]) -> Iterator[Record]:
    """Every result that the matrix shows, in the order in which they were recorded."""
    named: dict[int, _Found] = {}
    asked = source.each(lambda each: _results_of(source, found, *each), publishers.items())
    for results in asked:
        named |= {each.number: each for each in results}
    in_order = [named[number] for number in sorted(named)]
    for result, told in source.each(lambda each: (each, _result(source, each)), in_order):
        record = None if told is None else _verification(source, result, told)
        if record is not None:
            yield record


def _results_of(source: BrokerSource, found: Inventory, key: ContractKey, publisher: str) -> list[_Found]:
    """The results for a contract, asked for by a version that published it."""
    rows = _rows(source, key, publisher, None)
    if len(rows) >= MOST_ROWS:
        # The source gives no more rows than that, so it is asked for each provider version.
        rows = [row for theirs in found.numbers.get(key.provider, ()) for row in _rows(source, key, publisher, theirs)]
    results = []
    for row in rows:
        names = source.names_in(row)
        number, identity = last_after(names, "verification-results"), last_after(names, "pact-version")
        if (consumer_in(names), provider_in(names)) == (key.provider, key.consumer) != (key.consumer, key.provider):
            # Of the other direction: the two have contracts with each other.
            continue
        if number and identity and number.isascii() and number.isdigit() and len(number) < 19:
            results.append(_Found(int(number), ContractKey(key.consumer, key.provider, identity), publisher))
        else:
            source.report.tell("verification", f"A result for {key.consumer} {publisher} has an odd address: {row}")
    return results


def _rows(source: BrokerSource, key: ContractKey, publisher: str, theirs: str | None) -> list[str]:
    """The addresses of results in the matrix of a consumer version with the provider, or with a version of it."""
    query = [("q[][pacticipant]", key.consumer), ("q[][version]", publisher), ("q[][pacticipant]", key.provider)]
    query += [("q[][version]", theirs)] if theirs is not None else []
    title = f"The matrix of {key.consumer} {publisher} with {key.provider}"
    matrix = source.try_get("verification", title, "matrix", query=[*query, ("limit", str(MOST_ROWS))])
    rows = matrix.data.get("matrix") if matrix else []
    results = [row.get("verificationResult") for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    found = [Resource("", each).links("self") for each in results if isinstance(each, dict)]
    if theirs is not None and len(found) >= MOST_ROWS:
        source.report.tell("verification", f"{title} {theirs} has more than {MOST_ROWS} results; the oldest are lost.")
    return [links[0].href for links in found if links]


def _result(source: BrokerSource, result: _Found) -> Resource | None:
    key = result.key
    names = ("pacts", "provider", key.provider, "consumer", key.consumer, "pact-version", key.identity)
    title = f"Result {result.number} for {key.consumer} {result.publisher} by {key.provider}"
    return source.try_get("verification", title, *names, "verification-results", str(result.number))


def _verification(source: BrokerSource, result: _Found, told: Resource) -> Record | None:
    sent: dict[str, Any] = {name: value for name, value in told.data.items() if name not in _BESIDE_RESULT}
    text = _text_of(sent)
    if text is None:
        title = f"Result {result.number} for {result.key.consumer} {result.publisher} by {result.key.provider}"
        source.report.tell("verification", f"{title}: what the verifier sent is no JSON that others could read")
        return None
    record = {
        "type": "verification",
        "consumer": result.key.consumer,
        "provider": result.key.provider,
        "contract": result.key.identity,
        "consumerVersions": [result.publisher],
        "providerVersion": told.data.get("providerApplicationVersion"),
        "success": told.data.get("success"),
        "buildUrl": told.data.get("buildUrl"),
        "document": text,
        "createdAt": told.data.get("verificationDate"),
    }
    return {name: value for name, value in record.items() if value is not None}


@dataclass(frozen=True, slots=True)
class _Kind:
    """Deployments or releases: how records, lists and addresses name them."""

    record: str
    listed: str
    path: str


_KINDS = (
    _Kind("deployedVersion", "deployedVersions", "deployed-versions"),
    _Kind("releasedVersion", "releasedVersions", "released-versions"),
)


def stays(source: BrokerSource, found: Inventory) -> Iterator[Record]:
    """Deployments and releases, former ones too: deployments first, each kind in order of time."""
    places = [(name, home) for home in found.environments for name in found.pacticipants]
    lived = [
        (name, number, home)
        for (name, home), numbers in source.each(lambda it: (it, _versions_in(source, found, *it)), places)
        for number in numbers
    ]
    for kind in _KINDS:
        records = [record for some in source.each(partial(_stays_of, source, kind), lived) for record in some]
        yield from sorted(records, key=lambda each: str(each.get("createdAt")))


def _versions_in(source: BrokerSource, found: Inventory, name: str, home: tuple[str, str]) -> list[str]:
    """The versions that ever lived in an environment; where the source has no such list, all that there are."""
    try:
        entries = source.entries("versions", "pacticipants", name, "environments", home[0], "versions")
        return [each.text("number") or "" for each in entries]
    except HubAnswered as refusal:
        if refusal.status != 404:
            raise
        return found.numbers.get(name, [])


def _stays_of(source: BrokerSource, kind: _Kind, lived: tuple[str, str, tuple[str, str]]) -> list[Record]:
    name, number, (uuid, environment) = lived
    title = f"{kind.listed} of {name} {number} in {environment}"
    names = ("pacticipants", name, "versions", number, kind.path, "environment", uuid)
    told = source.try_get(kind.record, title, *names)
    fields = ("uuid", "createdAt", "applicationInstance", "undeployedAt", "supportEndedAt")
    return [
        {"type": kind.record, "pacticipant": name, "version": number, "environment": environment}
        | {field: each.data[field] for field in fields if each.data.get(field) is not None}
        for each in (told.embedded(kind.listed) if told else ())
    ]
