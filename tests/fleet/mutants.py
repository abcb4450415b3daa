"""Runs a fleet whose providers have one line changed, gathers all evidence in a hub, and asks the gate.

What is right, the consumers' own code says (``consumers_alone``), which knows nothing of contracts. Promises of time
are left out: no line here makes anything slow. ``python -m benchmarks.mutations`` prints how often the gate is right.
"""

import contextlib
import io
import json
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import yaml

from contracthub.cli.main import run
from contracthub.storage.engine import open_database
from contracthub.storage.migrate import migrate
from tests.conftest import LiveHub
from tests.fleet.consumers_alone import hurt
from tests.fleet.mutations import Mutation
from tests.fleet.running import FLEET, PACTS, ROOT

READER = ROOT / "specs" / "hoardwell.simulation.events-value.avsc"
ANNOUNCEMENT = "listening on "
SUITES = {
    "neural_processor": ("contracts", "sockets", "journeys", "events"),
    "detector_service": ("contracts", "journeys"),
    "distilera": ("contracts",),
    "mercatrix": ("contracts",),
}
ON_KAFKA = ("neural_processor", "distilera")
# Of journeys, flows, server-sent events and close codes no document of the fleet speaks.
ON_PAPER = frozenset({"pact", "conversation", "reader schema"})
CONTRACTS = ("*.conversation.yaml", "*.journey.yaml", "*.flow.yaml")
CONTRACTS_ON_PAPER = ("*.live-stream-of-a-session.conversation.yaml",)


@dataclass(frozen=True)
class Mutant:
    """A provider that runs with one line changed, and the documents that it makes of itself."""

    url: str
    kafka: str
    documents: tuple[Path, ...]

    @property
    def is_documented(self) -> bool:
        """Whether any of its documents differs from the committed one."""
        return any(each.read_bytes() != _committed(each) for each in self.documents)


@dataclass(frozen=True)
class Judged:
    """What the gate said of a mutant, and who is hurt by it in fact."""

    mutation: Mutation
    hurts: tuple[str, ...]
    passes: bool
    told: str

    @property
    def verdict(self) -> str:
        """Whether the gate was right."""
        if self.passes:
            return "false green" if self.hurts else "true green"
        return "true red" if self.hurts else "false red"


def _committed(file: Path) -> bytes:
    content = (ROOT / "specs" / file.name).read_bytes()
    # Served as the framework writes it, committed for people.
    return json.dumps(json.loads(content), sort_keys=True).encode() if file.suffix == ".json" else content


@contextlib.contextmanager
def kafka_cluster() -> Iterator[str]:
    """A Kafka of its own, so that topics may keep the names that the code gives them."""
    from confluent_kafka import Producer

    cluster = Producer({"test.mock.num.brokers": 1, "bootstrap.servers": "none", "log_level": 0})
    yield ",".join(f"{each.host}:{each.port}" for each in cluster.list_topics(timeout=60).brokers.values())


@contextlib.contextmanager
def mutant_of(provider: str, mutation: Mutation | None, folder: Path) -> Iterator[Mutant]:
    """A copy of the provider's sources with the mutation in it, running on a socket of its own."""
    shutil.copytree(ROOT / "providers", folder / "providers", ignore=shutil.ignore_patterns("__pycache__"))
    if mutation:
        _change(folder / "providers" / mutation.file, mutation)
    with contextlib.ExitStack() as around:
        kafka = around.enter_context(kafka_cluster()) if provider in ON_KAFKA else ""
        command = [sys.executable, "-m", f"providers.{provider}", "--port", "0", *(("--kafka", kafka) if kafka else ())]
        process = around.enter_context(subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True))
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line.startswith(ANNOUNCEMENT), f"{provider} said {line!r} and not where it listens"
            url = line.removeprefix(ANNOUNCEMENT).strip()
            yield Mutant(url, kafka, tuple(_documents(provider, url, folder)))
        finally:
            process.terminate()


def _change(file: Path, mutation: Mutation) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(mutation.old) == 1, f"{mutation.name}: {file.name} has the line {text.count(mutation.old)} times"
    file.write_text(text.replace(mutation.old, mutation.new), encoding="utf-8")


def _documents(provider: str, url: str, folder: Path) -> Iterator[Path]:
    """The documents as the mutant itself serves them, under the names of the committed ones."""
    for name in FLEET[provider].specs:
        served = name.removeprefix(f"{provider}.") if not name.endswith(".graphql") else "schema.graphql"
        content = httpx.get(f"{url}/{served}").raise_for_status().content
        file = folder / name
        is_json = file.suffix == ".json"
        file.write_bytes(json.dumps(json.loads(content), sort_keys=True).encode() if is_json else content)
        yield file


@dataclass(frozen=True)
class Fleet:
    """A hub in which the consumers live in production with what they published."""

    hub: LiveHub

    @classmethod
    @contextlib.contextmanager
    def running(cls, folder: Path, *contracts: str) -> Iterator["Fleet"]:
        """A fresh hub with the consumers' pacts, reader schemas, and those of their other contracts in it."""
        url = f"sqlite:///{folder / 'hub.sqlite3'}"
        database = open_database(url)
        migrate(database)
        database.close()
        hub = LiveHub.start(url)
        try:
            fleet = cls(hub)
            fleet._publish_consumers(contracts or CONTRACTS)
            yield fleet
        finally:
            hub.stop()

    def judged(self, mutation: Mutation, mutant: Mutant) -> Judged:
        """Publishes what the mutant says and does as a version of its own, and asks whether it may go to production."""
        self._publish_documents(mutation.provider, mutation.name, mutant.documents)
        self._verify(mutation.provider, mutation.name, mutant)
        passes, told = self._may_deploy(mutation.provider, mutation.name)
        hurts = tuple(sorted({each.consumer for each in hurt(mutation.provider, mutant.url, mutant.kafka)}))
        return Judged(mutation, hurts, passes, told)

    def judged_on_paper(self, mutation: Mutation, mutant: Mutant) -> Judged:
        """Publishes only what the mutant says, and asks the same. Who is hurt by what no document speaks of, is not."""
        self._publish_documents(mutation.provider, mutation.name, mutant.documents)
        passes, told = self._may_deploy(mutation.provider, mutation.name)
        found = hurt(mutation.provider, mutant.url, mutant.kafka)
        hurts = tuple(sorted({each.consumer for each in found if each.contract in ON_PAPER}))
        return Judged(mutation, hurts, passes, told)

    def _publish_consumers(self, contracts: Iterable[str]) -> None:
        version = ("--consumer-app-version", "1", "--branch", "main")
        self._do("publish", *(str(each) for pacts in PACTS.values() for each in pacts), *version)
        for pattern in contracts:
            kind = pattern.split(".")[-2]
            self._do("publish", kind, *map(str, sorted((ROOT / "contracts").glob(pattern))), *version)
        where = ("--consumer", "hoardwell", "--version", "1", "--branch", "main", "--topic", "simulation.events")
        self._do("publish", "reader-schema", str(READER), *where)
        names = {each.name.partition("-")[0] for pacts in PACTS.values() for each in pacts}
        for name in sorted(names | {"signal_viewer"}):
            self._do("record-deployment", "--pacticipant", name, "--version", "1", "--environment", "production")

    def _publish_documents(self, provider: str, version: str, documents: Iterable[Path]) -> None:
        topic = ""
        for file in documents:
            if file.name.endswith(".asyncapi.yaml"):
                channels = yaml.safe_load(file.read_bytes())["channels"].values()
                topic = next(each["address"] for each in channels if "kafka" in each["bindings"])
            where = ("--provider", provider, "--version", version, "--branch", "main")
            of_topic = ("--topic", topic) if file.suffix == ".avsc" else ()
            self._do("publish", "spec", str(file), *where, *of_topic)

    def _verify(self, provider: str, version: str, mutant: Mutant) -> None:
        url = mutant.url
        suites = [word for each in SUITES[provider] for word in ("--suite", each)]
        states = ("--state-url", f"{url}/_pact/provider-states", "--state-teardown")
        messages = ("--message-url", f"{url}/_pact/messages") if provider == "distilera" else ()
        kafka = ("--kafka", mutant.kafka) if "events" in SUITES[provider] else ()
        result = ("--provider-version", version, "--provider-branch", "main", "--publish", "--no-enable-pending")
        where = ("verify", "provider", provider, "--provider-base-url", url)
        code, said = self._say(*where, *suites, *states, *messages, *kafka, *result)
        # With 3 a part could not be found out, because what it needs is there no more.
        assert code in {0, 1, 3}, said

    def _may_deploy(self, provider: str, version: str) -> tuple[bool, str]:
        asked = ("--pacticipant", provider, "--version", version, "--to-environment", "production")
        code, said = self._say("can-i-deploy", *asked)
        assert code in {0, 1}, said
        return code == 0, said

    def _do(self, *words: str) -> None:
        code, said = self._say(*words)
        assert code == 0, said

    def _say(self, *words: str) -> tuple[int, str]:
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            code = run([*words, "--broker-base-url", self.hub.url])
        return code, said.getvalue()


def matrix(judged: Iterable[Judged]) -> str:
    """How often the gate was right, as a table."""
    count = dict.fromkeys(("true red", "false green", "false red", "true green"), 0)
    for each in judged:
        count[each.verdict] += 1
    return "\n".join(
        (
            f"{'':<22}{'gate red':>10}{'gate green':>12}",
            f"{'hurts a consumer':<22}{count['true red']:>10}{count['false green']:>12}",
            f"{'hurts nobody':<22}{count['false red']:>10}{count['true green']:>12}",
        )
    )
