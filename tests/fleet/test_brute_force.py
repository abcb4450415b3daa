"""Whatever field a provider drops or alters: the diff names exactly the interactions that fail against it."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from contracthub.formats.differences import difference
from contracthub.formats.impact.openapi import OpenApiImpact
from contracthub.formats.limits import DOCUMENT
from contracthub.formats.needs import Direction, Need
from contracthub.formats.registry import PACT
from contracthub.formats.uploads import Upload
from contracthub.verification.job import ReplayJob
from contracthub.verification.replay import replay
from tests.fleet.altering import WAYS, Alteration, Altering, alterations_of, headers_gone, played, served
from tests.fleet.running import FLEET, PACTS, ROOT

TODAY = datetime(2026, 11, 21, tzinfo=UTC).date()
DESCRIBED = [name for name, provider in FLEET.items() if f"{name}.openapi.json" in provider.specs]
# A field that need not be there is dropped as one that is gone, so the rest is for those who have minutes.
OFTEN = ("removed", "nullable", "headers")
CASES = [
    pytest.param(provider, way, marks=() if way in OFTEN else pytest.mark.soak)
    for provider in DESCRIBED
    for way in (*WAYS, "headers")
]


def failing(provider: str, alterations: list[Alteration], folder: Path) -> set[tuple[str, str, str]]:
    """Alteration, consumer and interaction of all that the altered provider fails."""
    files = {pact.name: played(pact, alterations, folder) for pact in PACTS[provider]}
    files = {name: file for name, file in files.items() if json.loads(file.read_bytes())["interactions"]}
    with served(Altering(FLEET[provider].create_app(), alterations)) as url:
        state_url = f"{url}/_pact/provider-states"
        job = ReplayJob(provider, url, files=tuple(map(str, files.values())), state_url=state_url, state_teardown=True)
        report = replay(job, timeout=100)
    assert report.interactions
    found = set()
    for each in report.interactions:
        number, _, description = each.description.partition(" ")
        if not each.passed:
            found.add((alterations[int(number)].name, each.consumer, description))
    return found


def named(provider: str, alterations: list[Alteration]) -> set[tuple[str, str, str]]:
    """Alteration, consumer and interaction of all that the diff says are broken."""
    name = f"{provider}.openapi.json"
    before = Upload(name, {name: (ROOT / "specs" / name).read_bytes()})
    needs = {pact.name.partition("-")[0]: by_interaction(pact) for pact in PACTS[provider]}
    found = set()
    for alteration in alterations:
        after = Upload(name, {name: json.dumps(alteration.document).encode()})
        result = difference("openapi", before, after, today=TODAY)
        impact = OpenApiImpact(result.old, result.new, result.changes)
        for consumer, interactions in needs.items():
            for description, each in interactions.items():
                if any(hit.breaks for hit in impact.of(each).hits):
                    found.add((alteration.name, consumer, description))
    return found


def by_interaction(pact: Path) -> dict[str, list[Need]]:
    found: dict[str, list[Need]] = {}
    for need in PACT.needs(PACT.read(pact.read_bytes(), DOCUMENT)):
        if need.direction is not Direction.MESSAGE:
            found.setdefault(need.interaction, []).append(need)
    return found


@pytest.mark.parametrize(("provider", "way"), CASES)
def test_who_is_named_is_who_fails(provider: str, way: str, tmp_path: Path) -> None:
    document = json.loads((ROOT / "specs" / f"{provider}.openapi.json").read_bytes())
    alterations = list(headers_gone(document) if way == "headers" else alterations_of(document, way))
    assert alterations
    assert named(provider, alterations) == failing(provider, alterations, tmp_path)
