"""A command line of the Pact Broker, unchanged, pointed at a hub on a real socket."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.conftest import LiveHub

_FOREIGN = ("PACT_", "PACTFLOW_", "OTEL_")
_FIXED = {"PACT_DO_NOT_TRACK": "true", "NO_COLOR": "1"}


@dataclass(frozen=True)
class Broker:
    """The command line, pointed at a hub."""

    hub: LiveHub
    folder: Path
    program: tuple[str, ...]

    def run(self, *arguments: str, code: int = 0, features: str = "", pactflow_features: str = "") -> str:
        # Settings of the machine's own broker must not leak in; telemetry stays off.
        clean = {
            name: value for name, value in os.environ.items() if not name.startswith(("PACT_", "PACTFLOW_", "OTEL_"))
        }
        ran = subprocess.run(
            [*self.program, *arguments, "--broker-base-url", self.hub.url],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            cwd=self.folder,
            env={**clean, **_FIXED, "PACT_BROKER_FEATURES": features, "PACTFLOW_FEATURES": pactflow_features},
        )
        told = ran.stdout + ran.stderr
        assert ran.returncode == code, told
        return told

    def json(self, *arguments: str, code: int = 0) -> Any:
        told = self.run(*arguments, "--output", "json", code=code)
        return json.JSONDecoder().raw_decode(told[min(told.index(sign) for sign in "{[" if sign in told) :])[0]

    def pact(self, consumer: str, provider: str, *paths: str) -> str:
        """Write a pact file, and say where."""
        interactions = [
            {"description": path, "request": {"method": "GET", "path": path}, "response": {"status": 200}}
            for path in paths or ("/",)
        ]
        document = {
            "consumer": {"name": consumer},
            "provider": {"name": provider},
            "interactions": interactions,
            "metadata": {"pactSpecification": {"version": "3.0.0"}},
        }
        path = self.folder / f"{consumer}-{provider}.json".replace("/", "_")
        path.write_text(json.dumps(document))
        return path.name

    def verified(self, provider: str, version: str, consumer: str, consumer_version: str, *, branch: str) -> None:
        """Report a success, as a verifier does."""
        at = f"/pacts/provider/{quote(provider, safe='')}/consumer/{quote(consumer, safe='')}"
        pact = self.hub.get(f"{at}/version/{quote(consumer_version, safe='')}").json()
        result = {"success": True, "providerApplicationVersion": version}
        link = pact["_links"]["pb:publish-verification-results"]["href"].removeprefix(self.hub.url)
        assert self.hub.post(link, result).status_code == 201
        self.run("create-or-update-version", "-a", provider, "-e", version, "--branch", branch)

    def version(self, pacticipant: str, number: str) -> dict[str, Any]:
        answer = self.hub.get(f"/pacticipants/{quote(pacticipant, safe='')}/versions/{quote(number, safe='')}")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found
