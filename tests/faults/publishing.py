"""Publishes that are remembered with their outcome, and what must be found of them later, whatever happened."""

import base64
import http.client
import json
import random
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import text

from contracthub.storage.engine import Database
from tests.faults.hub_process import Caller

PROVIDERS = ("Oven", "Cellar")


@dataclass(slots=True)
class Publish:
    """One publish: what was sent, and what the hub said to it; ``None`` is nothing."""

    consumer: str
    number: str
    contents: Mapping[str, bytes]
    branch: str
    tag: str
    status: int | None = None

    @property
    def is_acknowledged(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    def send(self, caller: Caller) -> None:
        """Publish it. Raises when the connection breaks."""
        self.status = caller.call("POST", "/contracts/publish", self.body()).status

    def body(self) -> dict[str, object]:
        return {
            "pacticipantName": self.consumer,
            "pacticipantVersionNumber": self.number,
            "branch": self.branch,
            "tags": [self.tag],
            "contracts": [self._entry(provider) for provider in self.contents],
        }

    def _entry(self, provider: str) -> dict[str, str]:
        return {
            "consumerName": self.consumer,
            "providerName": provider,
            "specification": "pact",
            "contentType": "application/json",
            "content": base64.b64encode(self.contents[provider]).decode(),
        }


def pact_bytes(consumer: str, provider: str, content: str, chance: random.Random) -> bytes:
    """A pact whose layout is odd, so that only the very bytes that were sent are equal to it."""
    interactions = [
        {
            "description": f"{content} {number}",
            "request": {"method": "GET", "path": f"/{content}/{number}"},
            "response": {"status": 200, "body": {"digits": chance.randrange(10**9), "word": "ä" * chance.randrange(9)}},
        }
        for number in range(chance.randrange(1, 6))
    ]
    document = {"consumer": {"name": consumer}, "provider": {"name": provider}, "interactions": interactions}
    return json.dumps(document, indent=chance.randrange(4), ensure_ascii=chance.random() < 0.5).encode() + b"\n"


def new_publish(writer: int, number: str, chance: random.Random) -> Publish:
    """The publish of one version of a writer's consumer, with every provider."""
    consumer = f"Writer{writer}"
    contents = {provider: pact_bytes(consumer, provider, number, chance) for provider in PROVIDERS}
    return Publish(consumer, number, contents, branch=f"branch-{chance.randrange(3)}", tag=f"tag-{chance.randrange(3)}")


@dataclass
class Stream:
    """Several clients that publish one version after the other until the hub goes away or they are told to stop."""

    url: str
    seed: int
    label: str
    writers: int = 4
    most: int | None = None
    sent: list[Publish] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._stop, self._progress = threading.Event(), threading.Condition()
        self._threads = [threading.Thread(target=self._write, args=(number,)) for number in range(self.writers)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def join(self, *, stop: bool = True) -> None:
        """Wait for the clients; ``stop`` tells them to end after the request that they are at."""
        if stop:
            self._stop.set()
        for thread in self._threads:
            thread.join()

    def wait_for(self, acknowledged: int) -> None:
        """Wait until that many publishes were acknowledged, or all clients have ended."""
        with self._progress:
            self._progress.wait_for(lambda: len(self.acknowledged()) >= acknowledged or not self._is_running())

    def acknowledged(self) -> list[Publish]:
        return [each for each in list(self.sent) if each.is_acknowledged]

    def _is_running(self) -> bool:
        return any(thread.is_alive() for thread in self._threads)

    def _write(self, writer: int) -> None:
        chance, caller, count = random.Random(f"{self.seed}-{self.label}-{writer}"), Caller(self.url), 0
        try:
            while not self._stop.is_set() and (self.most is None or count < self.most):
                publish = new_publish(writer, f"{self.label}.{count}", chance)
                self.sent.append(publish)
                publish.send(caller)
                count += 1
                with self._progress:
                    self._progress.notify_all()
        except (OSError, http.client.HTTPException):
            # Killed in between: what became of the request is not known.
            return
        finally:
            caller.close()
            with self._progress:
                self._progress.notify_all()


_STORED = text(
    "SELECT pacticipant.name, version.number, provider.name, content.body FROM version"
    " JOIN pacticipant ON pacticipant.id = version.pacticipant_id"
    " LEFT JOIN publication ON publication.version_id = version.id"
    " LEFT JOIN pacticipant AS provider ON provider.id = publication.provider_id"
    " LEFT JOIN content ON content.id = publication.content_id"
)
_PLACES = text(
    "SELECT pacticipant.name, version.number, branch.name, tag.name FROM version"
    " JOIN pacticipant ON pacticipant.id = version.pacticipant_id"
    " LEFT JOIN branch_version ON branch_version.version_id = version.id"
    " LEFT JOIN branch ON branch.id = branch_version.branch_id"
    " LEFT JOIN tag ON tag.version_id = version.id"
)


def check(database: Database, sent: Iterable[Publish]) -> int:
    """Compare what is stored with what was sent; returns how many versions there are.

    What was acknowledged is there, byte for byte; what was not is there as a whole or not at all; and nothing else is.
    """
    with database.reading() as connection:
        stored: dict[tuple[str, str], dict[str, bytes]] = {}
        for consumer, number, provider, body in connection.execute(_STORED):
            stored.setdefault((consumer, number), {})[provider] = bytes(body or b"")
        places = {(consumer, number): (branch, tag) for consumer, number, branch, tag in connection.execute(_PLACES)}
    for each in sent:
        key = (each.consumer, each.number)
        found = stored.pop(key, None)
        assert found is not None or not each.is_acknowledged, f"lost: {key}, answered {each.status}"
        if found is not None:
            assert found == dict(each.contents), f"not what was sent: {key}"
            assert places[key] == (each.branch, each.tag), f"half of it: {key}"
    assert stored == {}, "never sent, or without any contract"
    return len(places)


def check_soundness(database: Database) -> None:
    """SQLite's own checks find nothing."""
    if not database.is_sqlite:
        return
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
