"""Random fleets made over the API, and all questions about them: what two hubs must answer alike."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from tests.features.given import Given

BRANCHES = ("main", "feat/x", "fix")
TAGS = ("dev", "prod-like", "master")
INSTANCES = (None, "blue", "green")


@dataclass
class Fleet:
    """What is in a hub, as far as questions name it."""

    numbers: dict[str, list[str]] = field(default_factory=dict)
    environments: list[str] = field(default_factory=list)
    pairs: set[tuple[str, str]] = field(default_factory=set)


def make_fleet(given: Given, chance: random.Random, *, services: int, versions: int) -> Fleet:
    """A history of so many versions: publishes, results, tags, deployments, releases, and their ends, in any order."""
    fleet = Fleet({f"service {number}": [] for number in range(services)})
    names, published = list(fleet.numbers), dict[tuple[str, str], list[str]]()
    homes = {name: given.environment_uuid(name) for name in ("test", "production")}
    homes["staging"] = given.environment("staging")
    fleet.environments = sorted(homes)
    for name in names[::2]:
        given.call("PUT", f"/pacticipants/{quote(name)}/labels/team-{chance.randrange(3)}")
    for step in range(versions):
        name, number = chance.choice(names), f"1.{step}"
        providers = {other: chance.randrange(4) for other in chance.sample(names, chance.randrange(3)) if other != name}
        branch, tags = chance.choice((*BRANCHES, None)), tuple(chance.sample(TAGS, chance.randrange(2)))
        given.published(name, number, providers, branch=branch, tags=tags)
        fleet.numbers[name].append(number)
        for provider in providers:
            published.setdefault((name, provider), []).append(number)
            fleet.pairs.add((name, provider))
        for _ in range(chance.randrange(3)):
            _verify(given, chance, fleet, published)
        if chance.random() < 0.4:
            given.deployed(name, number, chance.choice(list(homes.values())), chance.choice(INSTANCES))
        if chance.random() < 0.2:
            given.released(name, number, chance.choice(list(homes.values())))
        if chance.random() < 0.2:
            older = chance.choice(fleet.numbers[name])
            given.version(name, older, chance.choice(BRANCHES))
            given.call("PUT", f"/pacticipants/{quote(name)}/versions/{older}/tags/{chance.choice(TAGS)}")
    _end_some(given, chance, homes)
    return fleet


def _verify(given: Given, chance: random.Random, fleet: Fleet, published: dict[tuple[str, str], list[str]]) -> None:
    if not published:
        return
    consumer, provider = chance.choice(sorted(published))
    numbers = fleet.numbers[provider]
    theirs = chance.choice(numbers) if numbers and chance.random() < 0.8 else f"9.{chance.randrange(5)}"
    if theirs not in numbers:
        given.version(provider, theirs, chance.choice((*BRANCHES, None)))
        numbers.append(theirs)
    tests = [{"interactionId": "1", "success": True, "mismatches": []}]
    more: dict[str, Any] = {"testResults": {"tests": tests}, "buildUrl": "http://ci.test/7"}
    success = chance.random() < 0.7
    given.verified(consumer, chance.choice(published[consumer, provider]), provider, theirs, success=success, **more)


def _end_some(given: Given, chance: random.Random, homes: dict[str, str]) -> None:
    for uuid in homes.values():
        for kind, list_name, path in (
            ("currentlyDeployed", "deployedVersions", "deployed-versions/currently-deployed"),
            ("currentlySupported", "releasedVersions", "released-versions/currently-supported"),
        ):
            found = given.get(f"/environments/{uuid}/{path}")["_embedded"][list_name]
            for each in chance.sample(found, len(found) // 4):
                end = f"/{path.partition('/')[0]}/{each['uuid']}"
                given.patch(end, {kind: False})


def questions(fleet: Fleet) -> Iterator[str]:
    """Every question of a kind that people ask, about everything there is."""
    for name, numbers in fleet.numbers.items():
        for number in numbers:
            one = [("q[][pacticipant]", name), ("q[][version]", number)]
            yield _asked(*one)
            for home in fleet.environments:
                yield _asked(*one, ("latestby", "cvpv"), ("environment", home))
            for tag in TAGS:
                yield _asked(*one, ("latestby", "cvp"), ("latest", "true"), ("tag", tag))
            yield _asked(*one, ("latestby", "cvp"), ("latest", "true"), ("mainBranch", "true"))
        yield _asked(("q[][pacticipant]", name), ("q[][latest]", "true"), ("latestby", "cvp"), ("latest", "true"))
        for branch in BRANCHES:
            head = [("q[][pacticipant]", name), ("q[][branch]", branch), ("q[][latest]", "true")]
            for home in fleet.environments:
                yield _asked(*head, ("latestby", "cvpv"), ("environment", home))
    for consumer, provider in sorted(fleet.pairs):
        for latest_by in ("cvpv", "cvp", "cp"):
            yield _asked(("q[][pacticipant]", consumer), ("q[][pacticipant]", provider), ("latestby", latest_by))


def _asked(*query: tuple[str, str]) -> str:
    return "/matrix?" + urlencode([*query, ("limit", "1000")])


def comparable(answer: Any) -> Any:
    """An answer without what belongs to the hub alone: addresses, and numbers of results inside them."""
    if isinstance(answer, dict):
        return {name: comparable(value) for name, value in answer.items() if name not in {"_links", "logs"}}
    return [comparable(each) for each in answer] if isinstance(answer, list) else answer
