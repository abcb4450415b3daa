"""One Kafka broker for the whole run, shared by all its workers: a real one where there is one, else a stand-in.

Run as a program it is the broker's keeper: it starts the broker, and ends it as soon as no worker holds its lock any
more, however that worker ended.
"""

import fcntl
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self, TextIO

import pytest

Kind = Literal["apache", "mock", "given"]

JARS = Path(__file__).parents[1] / ".clients" / "kafka"
PARTITIONS = 4  # what librdkafka's cluster gives every topic; the same everywhere, so that a test means the same
PATIENCE = 60.0

SETTINGS = """\
process.roles=broker,controller
node.id=1
listeners=BROKER://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=BROKER://127.0.0.1:{port}
listener.security.protocol.map=BROKER:{protocol},CONTROLLER:PLAINTEXT
controller.listener.names=CONTROLLER
inter.broker.listener.name=BROKER
controller.quorum.voters=1@127.0.0.1:{controller}
log.dirs={folder}/data
num.partitions={partitions}
auto.create.topics.enable=true
group.initial.rebalance.delay.ms=0
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
"""


@dataclass(frozen=True)
class KafkaBroker:
    """Where the broker is, and what it is: Apache Kafka, librdkafka's mock cluster, or one that was named."""

    bootstrap: str
    kind: Kind


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaBroker]:
    """A broker: the one KAFKA_BOOTSTRAP_SERVERS names, else Apache Kafka, else librdkafka's mock cluster.

    Topics come into being when they are first used, with four partitions. Tests share the broker: they make up the
    names of their topics and groups. The mock cluster knows no rebalance and no transaction isolation.
    """
    if named := os.environ.get("KAFKA_BOOTSTRAP_SERVERS"):
        yield KafkaBroker(named, "given")
        return
    base = tmp_path_factory.getbasetemp()
    with shared_broker(base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) as broker:
        yield broker


@contextmanager
def shared_broker(folder: Path, jars: Path = JARS) -> Iterator[KafkaBroker]:
    """The broker of everybody who names this folder: the first one starts it, after the last one it ends."""
    with (folder / "kafka.lock").open("a") as starting:
        fcntl.flock(starting, fcntl.LOCK_EX)
        broker, used = _join(folder / "kafka") or _start(folder / "kafka", jars)
    with used:
        yield broker


def _join(current: Path) -> tuple[KafkaBroker, TextIO] | None:
    try:
        broker = _said_in(current)
        used = (current / "used").open()
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(used, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:  # its keeper has seen the last user go
        used.close()
        return None
    return broker, used


def _said_in(folder: Path) -> KafkaBroker:
    kind, bootstrap = (folder / "ready").read_text().split()
    return KafkaBroker(bootstrap, "apache" if kind == "apache" else "mock")


def _start(current: Path, jars: Path) -> tuple[KafkaBroker, TextIO]:
    # Short and out of pytest's way: the keeper may outlive this run by a moment.
    folder = Path(tempfile.mkdtemp(prefix="contracthub-kafka-"))
    used = (folder / "used").open("a")
    fcntl.flock(used, fcntl.LOCK_SH)
    current.unlink(missing_ok=True)
    current.symlink_to(folder)
    try:
        subprocess.run([sys.executable, __file__, str(folder), str(jars)], check=True, timeout=3 * PATIENCE)
        return _said_in(folder), used
    except BaseException:
        used.close()
        raise


def keep(folder: Path, jars: Path) -> None:
    """Starts a broker in a process that lives on by itself; returns when it can be used.

    Raises:
        SystemExit: It could not be started; the log says why.
    """
    reader, writer = os.pipe()
    if os.fork():
        os.close(writer)
        if os.read(reader, 1):
            return
        raise SystemExit((folder / "log").read_text()[-4000:])
    os.setsid()
    log = os.open(folder / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for standard in (0, 1, 2):
        os.dup2(log, standard)
    with (folder / "used").open() as used, running(folder, jars) as broker:
        (folder / "ready").write_text(f"{broker.kind} {broker.bootstrap}")
        os.write(writer, b".")
        os.close(writer)
        fcntl.flock(used, fcntl.LOCK_EX)
    shutil.rmtree(folder)


@contextmanager
def running(folder: Path, jars: Path) -> Iterator[KafkaBroker]:
    """A broker that runs as long as the context: Apache Kafka if its jars are there, else librdkafka's cluster."""
    if has_apache(jars):
        with ApacheKafka(folder, jars) as apache:
            yield KafkaBroker(apache.bootstrap, "apache")
        return
    from confluent_kafka import Producer

    cluster = Producer({"test.mock.num.brokers": 1, "bootstrap.servers": "none", "log_level": 0})
    brokers = cluster.list_topics(timeout=PATIENCE).brokers.values()
    yield KafkaBroker(",".join(f"{broker.host}:{broker.port}" for broker in brokers), "mock")


def has_apache(jars: Path = JARS) -> bool:
    """Whether a real broker can be started here."""
    return (jars / ".ready").exists() and shutil.which("java") is not None


class ApacheKafka:
    """A real broker with its data in a folder, in a ``with`` block; it can be killed and started anew meanwhile.

    ``more`` are lines of settings, and ``protocol`` is what its listener speaks.
    """

    def __init__(self, folder: Path, jars: Path = JARS, *, protocol: str = "PLAINTEXT", more: str = "") -> None:
        self._folder, self._jars, self._protocol, self._more = folder, jars, protocol, more
        self._settings = folder / "server.properties"
        self._process: subprocess.Popen[bytes] | None = None
        self._port = 0

    @property
    def bootstrap(self) -> str:
        """Where it listens, also while it is down."""
        return f"127.0.0.1:{self._port}"

    def __enter__(self) -> Self:
        for _ in range(3):  # another process may take a port before the broker does
            self._port, controller = _free_ports()
            values = {"port": self._port, "controller": controller, "folder": self._folder, "partitions": PARTITIONS}
            settings = SETTINGS.format(**values, protocol=self._protocol)
            self._settings.write_text(f"{settings}{self._more}")
            name = ("format", "-t", "contracthub-tests", "-c", str(self._settings))
            _java(self._jars, "kafka.tools.StorageTool", *name).wait(PATIENCE)
            if self.start():
                return self
            self.kill()
            shutil.rmtree(self._folder / "data", ignore_errors=True)
        raise SystemExit("Kafka did not start")

    def __exit__(self, *_: object) -> None:
        self.kill()  # an orderly end takes seconds and saves data that nobody wants

    def start(self) -> bool:
        """Starts it where it was, with the data that it had; whether it takes connections."""
        self._process = _java(self._jars, "kafka.Kafka", str(self._settings))
        return _answers(self._process, self._port)

    def kill(self) -> None:
        """Ends it at once."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()


def _java(jars: Path, program: str, *arguments: str) -> subprocess.Popen[bytes]:
    machine = ("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
    quiet = "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"
    return subprocess.Popen(["java", *machine, quiet, "-cp", str(jars / "lib" / "*"), program, *arguments], stdout=2)


def _free_ports() -> tuple[int, int]:
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
        return one.getsockname()[1], other.getsockname()[1]


def _answers(process: subprocess.Popen[bytes], port: int) -> bool:
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return True
    return False


if __name__ == "__main__":
    keep(Path(sys.argv[1]), Path(sys.argv[2]))
