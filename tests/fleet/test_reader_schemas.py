"""distilera's schemas and hoardwell's reader schema at the gate: nothing runs, and a break still has a name."""

from pathlib import Path

import httpx
import pytest

from tests.conftest import LiveHub
from tests.fleet.running import FLEET, ROOT, launch, serving
from tests.fleet.test_gate import CommandLine

TOPIC = "simulation.events"
WRITER = "distilera.simulation.events-value.avsc"
READER = ROOT / "specs" / "hoardwell.simulation.events-value.avsc"


@pytest.fixture
def command(live_hub: LiveHub, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(live_hub, capsys)


def publish_writer(command: CommandLine, folder: Path, version: str, *breaks: str) -> None:
    """What the build of a distilera with these breaks publishes of its events."""
    distilera = FLEET["distilera"]
    file = folder / "simulation.events-value.avsc"
    file.write_text(distilera.specs[WRITER](distilera.create_app(frozenset(breaks))), encoding="utf-8")
    where = ["--provider", "distilera", "--version", version, "--branch", "main", "--topic", TOPIC]
    code, said = command("publish", "spec", str(file), *where)
    assert code == 0, said


def publish_reader(command: CommandLine, version: str, file: Path) -> None:
    where = ["--consumer", "hoardwell", "--version", version, "--branch", "main", "--topic", TOPIC]
    code, said = command("publish", "reader-schema", str(file), *where)
    assert code == 0, said


@pytest.fixture
def deployed(command: CommandLine, tmp_path: Path) -> None:
    """Both in production as they are, by what they published alone."""
    publish_writer(command, tmp_path, "1.0.0")
    publish_reader(command, "1.0.0", READER)
    for name in ("distilera", "hoardwell"):
        code, said = command.can_i_deploy(name, "1.0.0")
        assert code == 0, said
        command.deploy(name, "1.0.0")


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize(("harm", "named"), [("drops-event-field", "yield_ml"), ("renames-event-kind", "COMPLETED")])
def test_a_schema_that_its_reader_can_not_read_turns_the_gate_red(
    command: CommandLine, tmp_path: Path, harm: str, named: str
) -> None:
    publish_writer(command, tmp_path, "1.1.0", harm)
    code, said = command.can_i_deploy("distilera", "1.1.0")
    assert (code, "hoardwell" in said, named in said) == (1, True, True), said


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize("harmless", ["drops-unread-event-field", "adds-event-field"])
def test_a_field_that_nobody_reads_may_come_and_go(command: CommandLine, tmp_path: Path, harmless: str) -> None:
    publish_writer(command, tmp_path, "1.1.0", harmless)
    code, said = command.can_i_deploy("distilera", "1.1.0")
    assert code == 0, said


@pytest.mark.usefixtures("deployed")
def test_a_reader_that_wants_more_than_is_written_is_stopped(command: CommandLine, tmp_path: Path) -> None:
    eager = tmp_path / "eager.avsc"
    eager.write_text(READER.read_text(encoding="utf-8").replace('"yield_ml"', '"purity"'), encoding="utf-8")
    publish_reader(command, "1.1.0", eager)
    code, said = command.can_i_deploy("hoardwell", "1.1.0")
    assert (code, "distilera" in said, "purity" in said) == (1, True, True), said


@pytest.mark.usefixtures("deployed")
def test_a_provider_does_not_start_whose_schema_breaks_a_reader_in_production(command: CommandLine) -> None:
    check = f"{command.hub.url}/api/v1/subjects/{TOPIC}-value/readers-check"
    httpx.put(check, json={"environments": ["production"]}).raise_for_status()
    options = ["--schema-registry", f"{command.hub.url}/schema-registry"]
    with serving("distilera", options=options), serving("distilera", "adds-event-field", options=options):
        pass
    with launch("distilera", "--break", "drops-event-field", *options) as process:
        _, said = process.communicate(timeout=60)
    assert process.returncode != 0
    assert "hoardwell" in said
    assert "yield_ml" in said
