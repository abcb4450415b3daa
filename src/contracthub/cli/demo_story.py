"""The story of the demo: which commands run in which order, and what each must answer. Anything else ends it.

It acts as a person would, through the commands alone; how their processes live is demo_processes' matter.
"""

import json
import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from contracthub.cli.demo_processes import Children, Served, UnexpectedOutcome, environment_for
from contracthub.cli.demo_telling import Teller
from contracthub.client.connection import connection_to
from contracthub.client.errors import HubFailure
from contracthub.client.hub import Hub
from contracthub.client.matrix import MatrixQuestion, VersionSelector, ask_matrix

TARGET = "production"
BRANCH = "main"
# How far a report of a verification indents what differed, deeper than the interactions.
DIFFERENCE = " " * 8
CONSUMER_OF = {"neural_processor": "api_gateway", "detector_service": "anomaly_console"}


@dataclass(frozen=True, slots=True)
class Change:
    """A new version of a provider: how it differs, and the word that its failure has to name (none: no failure)."""

    provider: str
    version: str
    breaks: str
    title: str
    why: str
    named: str | None = None


CHANGES = (
    Change(
        "neural_processor",
        "1.1.0",
        "drops-total-samples",
        "A developer drops a field",
        "neural_processor 1.1.0 no longer answers total_samples. Does anyone read that field?",
        named="total_samples",
    ),
    Change(
        "neural_processor",
        "1.2.0",
        "adds-field",
        "A harmless change goes through",
        "neural_processor 1.2.0 has total_samples back, and a new field sampling_rate that nobody asked for.",
    ),
    Change(
        "detector_service",
        "1.1.0",
        "leaks-other-tenant",
        "A fault that no document shows",
        "detector_service 1.1.0 gives a dataset to the wrong tenant. Its OpenAPI is unchanged; its answers are not.",
        named="expected 404",
    ),
)


TOPIC = "simulation.events"
EVENT_SCHEMA = "distilera.simulation.events-value.avsc"
READER_SCHEMA = "specs/hoardwell.simulation.events-value.avsc"
DROPPED_EVENT_FIELD = ("drops-event-field", "yield_ml")


@dataclass(frozen=True, slots=True)
class Page:
    """A page worth a look; it answered when the story ended."""

    title: str
    url: str


class Story:
    """One telling, in a clone, with a folder to work in."""

    def __init__(self, children: Children, teller: Teller, folder: Path) -> None:
        self._children = children
        self._teller = teller
        self._folder = folder
        self._environment = environment_for({}, colour=teller.colourful)

    def tell(self) -> Served:
        """From an empty hub to four changes judged; gives the hub, still serving.

        Raises UnexpectedOutcome as soon as a command answers other than it must.
        """
        hub = self._start_hub()
        self._run_consumer_tests()
        self._publish()
        self._verify_providers()
        self._deploy_all()
        for change in CHANGES:
            self._judge(change)
        self._judge_events()
        return hub

    def pages(self, hub: Served) -> list[Page]:
        """The pages to look at, each of which has just answered. Raises UnexpectedOutcome when one does not."""
        blocked = CHANGES[0]
        query = urlencode({"pacticipant": blocked.provider, "version": blocked.version, "environment": TARGET})
        pages = [
            Page("Who talks to whom", f"{hub.url}/"),
            Page(f"Why {blocked.provider} {blocked.version} is stopped", f"{hub.url}/can-i-deploy?{query}"),
            Page("What it answered, beside what was expected", _evidence(hub.url, blocked)),
        ]
        for page in pages:
            _must_answer(page)
        return pages

    def _start_hub(self) -> Served:
        self._teller.step(
            "Start a hub",
            "It keeps contracts and evidence; this one in a SQLite file in a temporary folder.",
        )
        database = f"sqlite:///{self._folder / 'hub.sqlite3'}"
        hub = self._serve(["contracthub", "serve", "--port", "0", "--database-url", database], "Starting the hub")
        self._environment |= {"CONTRACTHUB_BASE_URL": hub.url}
        self._teller.lines([f"The hub is at {hub.url}"])
        self._teller.command(["export", f"CONTRACTHUB_BASE_URL={hub.url}"])
        return hub

    def _run_consumer_tests(self) -> None:
        self._teller.step(
            "Consumers say what they need",
            "Their tests run against a mock, and write down what each call relies on: a pact for each provider.",
        )
        command = ["python", "-m", "pytest", *(f"consumers/{name}" for name in CONSUMER_OF.values()), "--quiet"]
        said = self._run(command, "Running the consumers' tests", setting={"PACT_DIR": str(self._pacts)})
        self._teller.lines([said.strip().splitlines()[-1].strip("= ")])
        self._teller.lines(f"{name}: {count} interactions" for name, count in self._written_pacts())

    def _written_pacts(self) -> list[tuple[str, int]]:
        files = sorted(self._pacts.glob("*.json"))
        expected = {f"{consumer}-{provider}.json" for provider, consumer in CONSUMER_OF.items()}
        if {file.name for file in files} != expected:
            raise UnexpectedOutcome(f"The tests wrote {[file.name for file in files]}, not {sorted(expected)}.")
        return [(file.name, len(json.loads(file.read_bytes())["interactions"])) for file in files]

    def _publish(self) -> None:
        self._teller.step("Publish the pacts", "Each build of a consumer says: this version of me needs this.")
        command = ["contracthub", "publish", str(self._pacts), "--consumer-app-version", "1.0.0", "--branch", BRANCH]
        named = [f"successfully published for {consumer} version 1.0.0" for consumer in CONSUMER_OF.values()]
        said = self._run(command, "Publishing", naming=named)
        self._teller.lines(line for line in said.splitlines() if "successfully published" in line)

    def _verify_providers(self) -> None:
        self._teller.step(
            "Providers prove that they answer it",
            "Each build of a provider starts it, and replays what the consumers of it need, request by request.",
        )
        for provider in CONSUMER_OF:
            self._verify(provider, "1.0.0", code=0, naming=["Results are published"])

    def _deploy_all(self) -> None:
        self._teller.step(
            f"Ask, then deploy to {TARGET}",
            "Providers go first, then those who need them. A yes is an exit code of 0, so a pipeline can act on it.",
        )
        for name in (*CONSUMER_OF, *CONSUMER_OF.values()):
            self._deploy(name)

    def _deploy(self, name: str) -> None:
        said = self._ask(name, "1.0.0", deployable=True)
        self._teller.lines(line for line in said.splitlines() if "Yes:" in line)
        command = ["contracthub", "record-deployment", "--pacticipant", name, "--version", "1.0.0"]
        said = self._run([*command, "--environment", TARGET], "Recording")
        self._teller.lines(said.splitlines())

    def _judge(self, change: Change) -> None:
        self._teller.step(change.title, change.why)
        bad = change.named is not None
        naming = [change.named] if change.named else ["Results are published"]
        self._verify(change.provider, change.version, breaks=change.breaks, code=int(bad), naming=naming)
        remedy = ["What blocks:", change.named, f"$ contracthub verify provider {change.provider}"]
        said = self._ask(
            change.provider, change.version, deployable=not bad, naming=[each for each in remedy if each and bad]
        )
        self._teller.lines(said.splitlines())

    def _judge_events(self) -> None:
        self._teller.step(
            "An event on Kafka loses a field",
            "distilera publishes the schema that it writes with, hoardwell the one that it reads with. Nothing runs.",
        )
        harm, field = DROPPED_EVENT_FIELD
        self._publish_events("1.0.0")
        command = ["contracthub", "publish", "reader-schema", READER_SCHEMA, "--consumer", "hoardwell"]
        self._run([*command, "--version", "1.0.0", "--branch", BRANCH, "--topic", TOPIC], "Publishing")
        for name in ("distilera", "hoardwell"):
            self._deploy(name)
        self._publish_events("1.1.0", "--break", harm)
        said = self._ask("distilera", "1.1.0", deployable=False, naming=["What blocks:", "hoardwell 1.0.0", field])
        self._teller.lines(said.splitlines())

    def _publish_events(self, version: str, *broken: str) -> None:
        folder = self._folder / f"distilera-{version}"
        folder.mkdir()
        self._run(["python", "-m", "providers.distilera", *broken, "--write-specs", str(folder)], "Writing")
        command = ["contracthub", "publish", "spec", str(folder / EVENT_SCHEMA), "--provider", "distilera"]
        self._run([*command, "--version", version, "--branch", BRANCH, "--topic", TOPIC], "Publishing")

    def _verify(
        self, provider: str, version: str, *, code: int, naming: Sequence[str], breaks: str | None = None
    ) -> None:
        broken = ["--break", breaks] if breaks else []
        served = self._serve(["python", "-m", f"providers.{provider}", *broken], f"Starting {provider}")
        command = ["contracthub", "verify", "provider", provider, "--provider-base-url", served.url]
        command += ["--state-url", f"{served.url}/_pact/provider-states"]
        command += ["--provider-version", version, "--provider-branch", BRANCH, "--publish"]
        said = self._run(command, f"Verifying {provider} {version}", code=code, naming=naming)
        self._children.stop(served)
        self._teller.lines(_essence_of_verification(said))

    def _ask(self, name: str, version: str, *, deployable: bool, naming: Sequence[str] = ()) -> str:
        command = ["contracthub", "can-i-deploy", "--pacticipant", name, "--version", version]
        answer = "Yes:" if deployable else "No:"
        code = 0 if deployable else 1
        return self._run([*command, "--to-environment", TARGET], "Asking", code=code, naming=[answer, *naming])

    def _serve(self, words: Sequence[str], title: str) -> Served:
        self._teller.command(words, background=True)
        return self._children.serve(_runnable(words), self._environment, title=title)

    def _run(
        self,
        words: Sequence[str],
        title: str,
        *,
        code: int = 0,
        naming: Sequence[str] = (),
        setting: Mapping[str, str] | None = None,
    ) -> str:
        """What a command printed. Raises UnexpectedOutcome unless it ended with the code and named every text."""
        extra = dict(setting or {})
        shown = "".join(f"{name}={shlex.quote(value)} " for name, value in extra.items())
        self._teller.command(words, setting=shown)
        ended = self._children.run(_runnable(words), {**self._environment, **extra}, title=title)
        missing = [text for text in naming if text not in ended.output]
        if ended.code != code or missing:
            why = f"it ended with exit code {ended.code}, where {code} is right"
            why = f"it does not say “{missing[0]}”" if ended.code == code else why
            raise UnexpectedOutcome(f"{shlex.join(words)}\n{why}. It printed:\n{ended.output.rstrip()}")
        return ended.output

    @property
    def _pacts(self) -> Path:
        return self._folder / "pacts"


def _runnable(words: Sequence[str]) -> list[str]:
    """The command line with this installation in place of whatever the search path holds."""
    program, *rest = words
    return [sys.executable, *(["-m", "contracthub"] if program == "contracthub" else []), *rest]


def _essence_of_verification(said: str) -> list[str]:
    """The last line, and the interactions that failed with what differed. The hub's notices are left out."""
    lines = said.rstrip().splitlines()
    interactions = lines[1 : lines.index("")] if "" in lines else []
    failed, failures = False, []
    for line in interactions:
        is_difference = line.startswith(DIFFERENCE)
        failed = failed if is_difference else "FAILED" in line
        failures += [line] if failed else []
    return [*failures, lines[-1]]


def _evidence(hub_url: str, change: Change) -> str:
    """The address of the result that stops a change, as the gate's own answer links it."""
    question = MatrixQuestion((VersionSelector(change.provider, version=change.version),), environment=TARGET)
    try:
        document = ask_matrix(Hub(connection_to(hub_url)), question).document
        return str(document["matrix"][0]["verificationResult"]["_links"]["self"]["href"])  # type: ignore[index]
    except (HubFailure, LookupError, TypeError) as error:
        raise UnexpectedOutcome(f"The hub links no evidence for {change.provider} {change.version}.") from error


def _must_answer(page: Page) -> None:
    """Asks for the page as a browser does. Raises UnexpectedOutcome unless it is there, and a page."""
    parts = urlsplit(page.url)
    connection = HTTPConnection(parts.netloc, timeout=30)
    try:
        connection.request("GET", parts._replace(scheme="", netloc="").geturl(), headers={"Accept": "text/html"})
        answer = connection.getresponse()
        kind = answer.getheader("Content-Type", "")
    except (OSError, HTTPException) as error:
        raise UnexpectedOutcome(f"The page {page.url} does not answer: {error}.") from error
    finally:
        connection.close()
    if answer.status != 200 or not kind.startswith("text/html"):
        raise UnexpectedOutcome(f"The page {page.url} answers {answer.status} with {kind or 'nothing'}.")
