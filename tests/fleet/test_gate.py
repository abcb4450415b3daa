"""The fleet and the hub, through the command line alone: a break turns the gate red and is named, or hurts nobody."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from contracthub.cli.main import run
from tests.conftest import LiveHub
from tests.fleet.running import CONSUMERS, PACTS, PROVIDERS, StartProvider

# For each provider: a break that somebody notices, what the gate's answer must name, and a break that hurts nobody.
CHANGES = {
    "detector_service": ("removes-deprecated-field", "state", "drops-unread-field"),
    "distilera": ("drops-event-field", "yield_ml", "drops-unread-event-field"),
    "mercatrix": ("renames-essence-coins", "essence_coins", "drops-unread-field"),
    "neural_processor": ("drops-total-samples", "total_samples", "adds-field"),
}


@dataclass(frozen=True)
class CommandLine:
    """Commands as a pipeline gives them, and what they said."""

    hub: LiveHub
    capture: pytest.CaptureFixture[str]

    def __call__(self, *words: str) -> tuple[int, str]:
        code = run([*words, "--broker-base-url", self.hub.url])
        said = self.capture.readouterr()
        return code, said.out + said.err

    def verify(self, provider: str, version: str, url: str) -> tuple[int, str]:
        states = ["--state-url", f"{url}/_pact/provider-states", "--message-url", f"{url}/_pact/messages"]
        published = ["--provider-version", version, "--provider-branch", "main", "--publish"]
        return self("verify", "provider", provider, "--provider-base-url", url, *states, *published)

    def can_i_deploy(self, name: str, version: str) -> tuple[int, str]:
        asked = ["--pacticipant", name, "--version", version, "--to-environment", "production"]
        return self("can-i-deploy", *asked)

    def deploy(self, name: str, version: str) -> None:
        where = ["--pacticipant", name, "--version", version, "--environment", "production"]
        assert self("record-deployment", *where)[0] == 0


@pytest.fixture
def command(live_hub: LiveHub, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(live_hub, capsys)


@pytest.fixture
def deployed(command: CommandLine, start_provider: StartProvider) -> Callable[[str], None]:
    """Brings a provider and its consumers into production as they are, each only after the gate has agreed."""

    def bring(provider: str) -> None:
        files = [str(file) for file in PACTS[provider]]
        assert command("publish", *files, "--consumer-app-version", "1.0.0", "--branch", "main")[0] == 0
        code, said = command.verify(provider, "1.0.0", start_provider(provider))
        assert code == 0, said
        for name in (provider, *CONSUMERS[provider]):
            code, said = command.can_i_deploy(name, "1.0.0")
            assert code == 0, said
            command.deploy(name, "1.0.0")

    return bring


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_gate_stops_what_hurts_somebody_and_nothing_else(
    provider: str, command: CommandLine, deployed: Callable[[str], None], start_provider: StartProvider
) -> None:
    harm, named, harmless = CHANGES[provider]
    deployed(provider)
    code, said = command.verify(provider, "1.1.0", start_provider(provider, harm))
    assert (code, named in said) == (1, True), said
    code, said = command.can_i_deploy(provider, "1.1.0")
    assert (code, named in said) == (1, True), said
    code, said = command.verify(provider, "1.2.0", start_provider(provider, harmless))
    assert code == 0, said
    assert command.can_i_deploy(provider, "1.2.0")[0] == 0
