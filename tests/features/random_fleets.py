"""Random fleets: a history of a few pacticipants told to a hub, and kept so that all of it can be looked at."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from hypothesis import strategies as st

from contracthub.services.deployments import record_deployment, record_release
from contracthub.services.hub import Hub
from contracthub.services.pacts import Pair
from contracthub.services.provider_contract_requests import publication_from
from contracthub.services.publish_contracts import put_pact
from contracthub.services.publish_provider_contracts import publish
from contracthub.services.reader_schemas import publish_readers
from contracthub.services.verifications import ReportedFor, record_result
from tests.features.given import pact

NAMES = ("a", "b", "c", "d")
NUMBERS = ("1", "2")
INSTANCES = ("", "blue")
STATE_FAILED = {
    "interactionDescription": "a request",
    "success": False,
    "exceptions": [{"message": "One or more of the setup state change handlers has failed"}],
}
GOOD, BAD, NO_STATE = "good", "bad", "no state"
TOPICS = ("t", "u")
# What readers need, and what writers write, by content.
NEEDED = {1: {"x"}, 2: {"y"}, 3: {"x", "y"}}
WRITTEN = {1: {"x", "y"}, 2: {"x"}, 3: {"y"}}


@dataclass(frozen=True)
class Publish:
    consumer: str
    number: str
    provider: str
    content: int


@dataclass(frozen=True)
class Verify:
    consumer: str
    provider: str
    content: int
    number: str
    outcome: str


@dataclass(frozen=True)
class Read:
    consumer: str
    number: str
    topic: str
    content: int
    provider: str | None


@dataclass(frozen=True)
class Write:
    provider: str
    number: str
    topic: str
    content: int


@dataclass(frozen=True)
class Live:
    name: str
    number: str
    instance: str | None


Event = Publish | Verify | Read | Write | Live


def is_read(needs: int, writes: int) -> bool:
    """Whether a reader schema of that content reads what a writer's of the other content writes."""
    return NEEDED[needs] <= WRITTEN[writes]


def schema(fields: set[str]) -> str:
    """An Avro schema with those fields."""
    made = [{"name": name, "type": "string"} for name in sorted(fields)]
    return json.dumps({"type": "record", "name": "Event", "fields": made})


@dataclass
class Fleet:
    """What happened, as far as it makes sense: nobody verifies or deploys what nobody published."""

    versions: list[tuple[str, str]] = field(default_factory=list)
    pacts: dict[tuple[str, str, str], int] = field(default_factory=dict)
    results: dict[tuple[str, str, int, str], str] = field(default_factory=dict)
    numbers: dict[tuple[str, str, int, str], int] = field(default_factory=dict)
    places: dict[tuple[str, str], str] = field(default_factory=dict)
    released: set[tuple[str, str]] = field(default_factory=set)
    reads: dict[tuple[str, str, str], tuple[int, str | None]] = field(default_factory=dict)
    writes: dict[tuple[str, str, str], int] = field(default_factory=dict)

    def knows(self, name: str, number: str) -> None:
        """A version is made by the first event that names it."""
        if (name, number) not in self.versions:
            self.versions.append((name, number))

    def key(self, name: str, number: str) -> int:
        """Grows with the order in which versions were made."""
        return self.versions.index((name, number))

    def living(self, name: str) -> list[str]:
        """Which versions live in the environment, newest first."""
        found = {number for (n, _), number in self.places.items() if n == name}
        found |= {number for n, number in self.released if n == name}
        return sorted(found, key=lambda number: -self.key(name, number))

    def takes(self, event: Event) -> bool:
        """Whether the event makes sense now; if so, it has happened."""
        match event:
            case Publish(consumer, number, provider, content):
                if (consumer, number, provider) in self.pacts:
                    return False
                self.pacts[consumer, number, provider] = content
                self.knows(consumer, number)
            case Verify(consumer, provider, content, number, outcome):
                known = {(c, p, each) for (c, _, p), each in self.pacts.items()}
                if (consumer, provider, content) not in known:
                    return False
                self.results[consumer, provider, content, number] = outcome
                self.knows(provider, number)
            case Read() | Write():
                return self._takes_schema(event)
            case Live(name, number, instance):
                if (name, number) not in self.versions:
                    return False
                if instance is None:
                    self.released.add((name, number))
                else:
                    self.places[name, instance] = number
        return True

    def _takes_schema(self, event: Read | Write) -> bool:
        match event:
            case Read(consumer, number, topic, content, provider):
                if (consumer, number, topic) in self.reads:
                    return False
                self.reads[consumer, number, topic] = content, provider
                self.knows(consumer, number)
            case Write(provider, number, topic, content):
                if (provider, number, topic) in self.writes:
                    return False
                self.writes[provider, number, topic] = content
                self.knows(provider, number)
        return True


class Told:
    """A fleet in a hub, under names of its own: one database serves many fleets."""

    def __init__(self, hub: Hub, environment_uuid: str, prefix: str) -> None:
        self.hub, self.uuid, self.prefix = hub, environment_uuid, prefix
        self.fleet = Fleet()
        self._identities: dict[tuple[str, str, int], str] = {}

    def named(self, name: str) -> str:
        return self.prefix + name

    def tell(self, events: Sequence[Event]) -> None:
        for event in events:
            if self.fleet.takes(event):
                self._do(event)

    def _do(self, event: Event) -> None:
        match event:
            case Publish(consumer, number, provider, content):
                names = self.named(consumer), self.named(provider)
                body = json.dumps(pact(*names, content)).encode()
                served, _ = put_pact(self.hub, *names, number, body)
                self._identities[consumer, provider, content] = served.publication.identity
            case Verify(consumer, provider, content, number, outcome):
                body_of = {"success": outcome == GOOD, "providerApplicationVersion": number}
                more = {"testResults": [STATE_FAILED]} if outcome == NO_STATE else {}
                pair = Pair(self.named(consumer), self.named(provider))
                identity = self._identities[consumer, provider, content]
                view = record_result(self.hub, pair, identity, ReportedFor(), body_of | more)
                self.fleet.numbers[consumer, provider, content, number] = view.result.verification.number
            case Read(consumer, number, topic, content, provider):
                entry = {"topic": self.named(topic), "schema": schema(NEEDED[content])}
                entry |= {"provider": self.named(provider)} if provider else {}
                publish_readers(self.hub, {"consumer": self.named(consumer), "version": number, "schemas": [entry]})
            case Write(provider, number, topic, content):
                text = base64.b64encode(schema(WRITTEN[content]).encode()).decode()
                contract = {"topic": self.named(topic), "files": [{"path": "event.avsc", "content": text}]}
                offered = {"provider": self.named(provider), "version": number, "contract": contract}
                publish(self.hub, publication_from(offered))
            case Live(name, number, instance):
                self.live(name, number, instance)

    def live(self, name: str, number: str, instance: str | None) -> None:
        if instance is None:
            record_release(self.hub, self.named(name), number, self.uuid)
        else:
            body = {"applicationInstance": instance} if instance else {}
            record_deployment(self.hub, self.named(name), number, self.uuid, body)


_names, _numbers = st.sampled_from(NAMES), st.sampled_from(NUMBERS)
_contents = st.integers(1, 2)


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """Contracts, then results for most of them, then deployments: so that most questions have something to look at."""
    made = [Publish(*each) for each in draw(
        st.lists(st.tuples(_names, _numbers, _names, _contents), min_size=1, max_size=6)
    )]  # fmt: skip
    topics = st.sampled_from(TOPICS)
    named = st.sampled_from([None, None, *NAMES])
    reads = [Read(*each) for each in draw(
        st.lists(st.tuples(_names, _numbers, topics, st.sampled_from([1, 1, 1, 2, 3]), named), max_size=4)
    )]  # fmt: skip
    writes = [Write(*each) for each in draw(
        st.lists(st.tuples(_names, _numbers, topics, st.sampled_from([1, 1, 1, 2, 3])), max_size=5)
    )]  # fmt: skip
    # Mostly good, or there would hardly ever be a yes.
    outcomes = st.sampled_from([GOOD] * 6 + [BAD, NO_STATE])
    results = [
        Verify(each.consumer, each.provider, each.content, number, draw(outcomes))
        for each in made
        for number in draw(st.sets(_numbers))
    ]
    instances = st.sampled_from([*INSTANCES, "", None])
    lives = [Live(*each) for each in draw(st.lists(st.tuples(_names, _numbers, instances), max_size=5))]
    again = draw(st.lists(st.sampled_from(results), max_size=1)) if results else []
    turned = [Verify(each.consumer, each.provider, each.content, each.number, BAD) for each in again]
    topical: list[Event] = [*reads, *writes]
    return [*made, *draw(st.permutations(topical)), *draw(st.permutations(results)), *lives, *turned]
