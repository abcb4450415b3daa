"""The fleet as it really runs: a provider in a process of its own, and a verifier in another."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from contracthub.domain.verification_reports import InteractionOutcome, VerificationReport
from contracthub.verification.job import ReplayJob
from contracthub.verification.replay import replay
from providers.detector_service.app import PROVIDER as DETECTOR_SERVICE
from providers.distilera.app import PROVIDER as DISTILERA
from providers.mercatrix.app import PROVIDER as MERCATRIX
from providers.neural_processor.app import PROVIDER as NEURAL_PROCESSOR
from providers.serving import Provider

ROOT = Path(__file__).resolve().parent.parent.parent
FLEET: dict[str, Provider] = {each.name: each for each in (DETECTOR_SERVICE, DISTILERA, MERCATRIX, NEURAL_PROCESSOR)}
CONSUMERS = {
    "neural_processor": ("api_gateway",),
    "detector_service": ("anomaly_console",),
    "mercatrix": ("distilera_market",),
    "distilera": ("alchemist_web", "hoardwell"),
}
PROVIDERS = sorted(FLEET)
PACTS = {
    provider: tuple(ROOT / "pacts" / f"{consumer}-{provider}.json" for consumer in consumers)
    for provider, consumers in CONSUMERS.items()
}

StartProvider = Callable[..., str]

_ANNOUNCEMENT = "listening on "


def complaints_of(report: VerificationReport) -> dict[str, list[str]]:
    """What is said of each interaction that failed, by description."""
    return {each.description: _sentences(each) for each in report.interactions if not each.passed}


def _sentences(outcome: InteractionOutcome) -> list[str]:
    return [f"{each.location} {each.text}".strip() for each in outcome.mismatches]


def launch(name: str, *arguments: str) -> subprocess.Popen[str]:
    """A provider's process, its standard output to be read."""
    command = [sys.executable, "-m", f"providers.{name}", *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@contextmanager
def serving(name: str, *breaks: str, options: Sequence[str] = ()) -> Iterator[str]:
    """A provider with these breaks and options on a free port; yields its base URL, and ends it afterwards."""
    chosen = [word for each in breaks for word in ("--break", each)]
    with launch(name, "--port", "0", *chosen, *options) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line.startswith(_ANNOUNCEMENT), f"{name} said {line!r} and not where it listens"
            yield line.removeprefix(_ANNOUNCEMENT).strip()
        finally:
            process.terminate()


def replay_pacts(provider: str, url: str, pact: Path | None = None) -> VerificationReport:
    """Replay a pact file, or all committed ones of the provider, against it."""
    job = ReplayJob(
        provider,
        url,
        files=tuple(str(each) for each in ((pact,) if pact else PACTS[provider])),
        state_url=f"{url}/_pact/provider-states",
        state_teardown=True,
        message_url=f"{url}/_pact/messages",
    )
    return replay(job, timeout=60)


def interactions_of(provider: str) -> list[dict[str, Any]]:
    """The interactions that the committed pacts with a provider hold."""
    return [each for pact in PACTS[provider] for each in json.loads(pact.read_bytes())["interactions"]]
