"""Random histories, made over the API or as an archive, and all questions about them: what two hubs answer alike."""

import hashlib
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from tests.features.given import Given, pact

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
        given.published(name, number, providers, branch=branch, tags=tags, example=chance.choice((None, 1, 2)))
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


def _is_result(name: str, value: Any) -> bool:
    return name == "number" and isinstance(value, int)


def comparable(answer: Any) -> Any:
    """An answer without what belongs to the hub alone: addresses, and numbers of results inside them."""
    if isinstance(answer, dict):
        # A version's number is a text, a result's an integer.
        kept = {name: value for name, value in answer.items() if name != "_links" and not _is_result(name, value)}
        return {name: comparable(value) for name, value in kept.items()}
    return [comparable(each) for each in answer] if isinstance(answer, list) else answer


def long_history(chance: random.Random, *, services: int, versions: int) -> tuple[Fleet, list[dict[str, Any]]]:
    """A history of very many versions as the records of an archive, because making it over the API takes too long."""
    began = datetime(2020, 1, 1, tzinfo=UTC)
    times = [(began + timedelta(minutes=minute)).isoformat() for minute in range(versions + 1)]
    names = [f"service {number}" for number in range(services)]
    fleet = Fleet({name: [] for name in names}, ["production", "staging", "test"])
    records: dict[str, list[dict[str, Any]]] = {kind: [] for kind in ("version", "contract", "verification", "stay")}
    publishers: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for minute in range(versions):
        at, name, number = times[minute], chance.choice(names), f"1.{minute}"
        what = {"pacticipant": name, "number": number, "createdAt": at}
        places = {"branches": [{"name": chance.choice(BRANCHES), "createdAt": at}]}
        tags = [{"name": tag, "createdAt": at} for tag in chance.sample(TAGS, chance.choice((0, 0, 1)))]
        records["version"].append({"type": "version", **what, **places, "tags": tags})
        fleet.numbers[name].append(number)
        for provider in chance.sample([each for each in names if each != name], chance.choice((0, 1, 2))):
            published = _published(name, number, provider, chance.randrange(30), at)
            publishers.setdefault((name, provider), []).append((number, published["contract"]))
            records["contract"].append(published)
            fleet.pairs.add((name, provider))
        if any(fleet.numbers[provider] for _, provider in publishers):
            records["verification"].append(_recorded(chance, fleet, publishers, at))
        if chance.random() < 0.05:
            home, uuid = chance.choice(fleet.environments), str(minute)
            stay = {"pacticipant": name, "version": number, "environment": home, "uuid": uuid, "createdAt": at}
            records["stay"].append({"type": "releasedVersion", **stay, "supportEndedAt": times[-1]})
    heads = [{"type": "pacticipant", "name": name, "mainBranch": "main", "createdAt": times[0]} for name in names]
    for name in fleet.environments:
        where: dict[str, Any] = {
            "uuid": f"home-{name}",
            "name": name,
            "production": name == "production",
            "createdAt": times[0],
        }
        heads.append({"type": "environment", **where})
    deployed = [_deployed(name, fleet.numbers[name][-1], home, times[-1]) for name in names for home in ("test",)]
    rest = (each for kind in ("version", "contract", "verification") for each in records[kind])
    return fleet, [*heads, *rest, *deployed, *records["stay"]]


def _published(name: str, number: str, provider: str, content: int, at: str) -> dict[str, Any]:
    text = json.dumps(pact(name, provider, content))
    sha = hashlib.sha256(text.encode()).hexdigest()
    who = {"consumer": name, "provider": provider, "consumerVersion": number}
    return {"type": "contract", **who, "contract": sha[:40], "contentSha": sha, "content": text, "createdAt": at}


def _recorded(
    chance: random.Random, fleet: Fleet, publishers: dict[tuple[str, str], list[tuple[str, str]]], at: str
) -> dict[str, Any]:
    consumer, provider = chance.choice([pair for pair in publishers if fleet.numbers[pair[1]]])
    number, contract = chance.choice(publishers[consumer, provider][-5:])
    who = {"consumer": consumer, "provider": provider, "contract": contract, "consumerVersions": [number]}
    document = json.dumps({"testResults": {"tests": [{"interactionId": "1", "success": True}]}})
    outcome = {"success": chance.random() < 0.8, "occurrence": 1, "document": document, "createdAt": at}
    return {"type": "verification", **who, "providerVersion": chance.choice(fleet.numbers[provider][-3:]), **outcome}


def _deployed(name: str, number: str, home: str, at: str) -> dict[str, Any]:
    who = {"pacticipant": name, "version": number, "environment": home}
    return {"type": "deployedVersion", **who, "uuid": f"{home}-{name}".replace(" ", "-"), "createdAt": at}
