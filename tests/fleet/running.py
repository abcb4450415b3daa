"""The fleet as it really runs: a provider in a process of its own, and a verifier in another."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from providers.detector_service.app import PROVIDER as DETECTOR_SERVICE
from providers.mercatrix.app import PROVIDER as MERCATRIX
from providers.neural_processor.app import PROVIDER as NEURAL_PROCESSOR
from providers.serving import Provider

ROOT = Path(__file__).resolve().parent.parent.parent
FLEET: dict[str, Provider] = {each.name: each for each in (DETECTOR_SERVICE, MERCATRIX, NEURAL_PROCESSOR)}
CONSUMERS = {
    "neural_processor": ("api_gateway",),
    "detector_service": ("anomaly_console",),
    "mercatrix": ("distilera_market",),
}
PROVIDERS = sorted(FLEET)
PACTS = {
    provider: tuple(ROOT / "pacts" / f"{consumer}-{provider}.json" for consumer in consumers)
    for provider, consumers in CONSUMERS.items()
}

StartProvider = Callable[..., str]

_ANNOUNCEMENT = "listening on "


@dataclass(frozen=True, slots=True)
class Replay:
    """The outcome of one run of the verifier."""

    passed: bool
    interactions: list[dict[str, Any]]

    @property
    def outcomes(self) -> dict[str, str]:
        """OK or Error for each interaction that was replayed, by description."""
        return {each["description"]: each["result"] for each in self.interactions}

    @property
    def complaints(self) -> dict[str, list[str]]:
        """What the verifier says of each interaction that failed, by description."""
        failed = (each for each in self.interactions if each["result"] != "OK")
        return {each["description"]: _sentences(each["mismatch"]) for each in failed}


def _sentences(mismatch: dict[str, Any]) -> list[str]:
    if mismatch["type"] == "error":
        return [mismatch["message"]]
    return [" ".join((each.get("path", ""), each["mismatch"])).strip() for each in mismatch["mismatches"]]


def launch(name: str, *arguments: str) -> subprocess.Popen[str]:
    """A provider's process, its standard output to be read."""
    command = [sys.executable, "-m", f"providers.{name}", *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@contextmanager
def serving(name: str, *breaks: str) -> Iterator[str]:
    """A provider with these breaks on a free port; yields its base URL, and ends it afterwards."""
    chosen = [word for each in breaks for word in ("--break", each)]
    with launch(name, "--port", "0", *chosen) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line.startswith(_ANNOUNCEMENT), f"{name} said {line!r} and not where it listens"
            yield line.removeprefix(_ANNOUNCEMENT).strip()
        finally:
            process.terminate()


def replay_pacts(provider: str, url: str, pact: Path | None = None) -> Replay:
    """Replay a pact file, or all committed ones of the provider, against it."""
    sources = [str(each) for each in ((pact,) if pact else PACTS[provider])]
    job = {"provider": provider, "url": url, "pacts": sources, "states": f"{url}/_pact/provider-states"}
    child = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("replay_child.py"))],
        input=json.dumps(job),
        env={**os.environ, "PACT_DO_NOT_TRACK": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert child.returncode == 0, child.stderr
    results = json.loads(child.stdout)
    return Replay(results["result"], results["interactionResults"])


def interactions_of(provider: str) -> list[dict[str, Any]]:
    """The interactions that the committed pacts with a provider hold."""
    return [each for pact in PACTS[provider] for each in json.loads(pact.read_bytes())["interactions"]]
