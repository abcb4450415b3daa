"""The pacts of a run, for suites that read them themselves: from files, from addresses, or from a hub."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contracthub.client.answers import JsonObject
from contracthub.client.errors import HubAnswered, HubFailure
from contracthub.client.hub import Hub
from contracthub.client.links import Resource
from contracthub.client.pacts import version_in
from contracthub.domain.errors import HubError
from contracthub.formats.pact.model import PactDocument
from contracthub.formats.pact.parse import parse
from contracthub.verification.job import HubSource
from contracthub.verification.report import none_for
from contracthub.verification.suites import Target

MOST_PACTS = 100
_LARGEST_FILE = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class SourcedPact:
    """A pact, the consumer version that it was published for (empty for a file), and whether it is pending."""

    document: PactDocument
    consumer_version: str = ""
    is_pending: bool = False


def pacts_of(target: Target, problems: list[str], notices: list[str]) -> Iterator[SourcedPact]:
    """The pacts in order; what can't be read is told in ``problems``, that a hub has none in ``notices``."""
    for place in target.pacts:
        for document in _in_files(Path(place), target.provider, problems):
            yield SourcedPact(document)
    try:
        for address in target.replay.addresses if target.replay else ():
            yield from _at(Hub(address.connection), address.url, problems, is_pending=False)
        if target.hub is not None:
            yield from _in_hub(target.hub, target, problems, notices)
    except HubFailure as failure:
        problems.append(f"What consumers send is not known: {failure}")


def _in_files(place: Path, provider: str, problems: list[str]) -> Iterator[PactDocument]:
    files = sorted(each for each in place.rglob("*.json") if each.is_file()) if place.is_dir() else [place]
    for file in files[:MOST_PACTS]:
        try:
            if file.stat().st_size <= _LARGEST_FILE:
                document = parse(file.read_bytes())
                # A folder may hold the pacts of other providers, too.
                if not place.is_dir() or document.provider_name == provider:
                    yield document
        except HubError as error:
            problems.append(f"{file}: {error.message}")
        except OSError as error:
            problems.append(f"{file} can't be read: {error.strerror}.")


def _in_hub(source: HubSource, target: Target, problems: list[str], notices: list[str]) -> Iterator[SourcedPact]:
    """The pacts that the hub has this provider verify, as a verifier asks for them (pact-broker-api §11)."""
    hub = Hub(source.connection)
    url = hub.index().link("pb:provider-pacts-for-verification", provider=target.provider)
    question: JsonObject = {"consumerVersionSelectors": [dict(each) for each in source.selectors]}
    question["includePendingStatus"] = source.include_pending
    if source.include_wip_since:
        question["includeWipPactsSince"] = source.include_wip_since
    if target.provider_branch:
        question["providerVersionBranch"] = target.provider_branch
    listed = _selected(hub, url, question)
    if not listed:
        notices.append(none_for(target.provider))
    for each in listed[:MOST_PACTS]:
        properties = each.data.get("verificationProperties")
        is_pending = isinstance(properties, Mapping) and properties.get("pending") is True
        yield from _at(hub, each.link("self"), problems, is_pending=is_pending)
    if len(listed) > MOST_PACTS:
        problems.append(f"The hub has more than {MOST_PACTS} pacts for {target.provider}; the rest is not looked at.")


def _selected(hub: Hub, url: str, question: JsonObject) -> Sequence[Resource]:
    try:
        return hub.send("POST", url, question, repeatable=True).embedded("pacts")
    except HubAnswered as refusal:
        # A provider that nobody has told the hub of yet; that it is a hub, its index has shown.
        if refusal.status == 404:
            return ()
        raise


def _at(hub: Hub, href: str, problems: list[str], *, is_pending: bool) -> Iterator[SourcedPact]:
    answer = hub.get(href).data
    try:
        yield SourcedPact(parse(json.dumps(_plain(answer))), version_in(answer), is_pending)
    except HubError as error:
        problems.append(f"{href}: {error.message}")


def _plain(document: JsonObject) -> Any:
    return {name: value for name, value in document.items() if name != "_links"}
