"""What a runner of GitHub Actions does with the steps of a composite action: expressions, variables, a shell, files."""

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.pull_requests.repositories import IDENTITY, ROOT

ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
_EXPRESSION = re.compile(r"\$\{\{\s*([\w.-]+)\s*\}\}")


@dataclass(frozen=True)
class Ended:
    """How a job ended, and what it left."""

    code: int
    log: str
    summary: str
    outputs: Mapping[str, str]


@dataclass
class Job:
    """A job: its workspace, its temporary folder, and the variables that every step sees."""

    workspace: Path
    temp: Path
    variables: dict[str, str] = field(default_factory=dict)
    token: str = ""

    def runs(self, **inputs: str) -> Ended:
        """Runs all steps of the action; inputs are spelled with underscores."""
        given = {name.replace("_", "-"): value for name, value in inputs.items()}
        assert given.keys() <= ACTION["inputs"].keys()
        values = {
            f"inputs.{name}": given.get(name, self._resolved(str(facts.get("default", "")), {}))
            for name, facts in ACTION["inputs"].items()
        }
        summary, output = self.temp / "summary", self.temp / "output"
        for file in (summary, output):
            file.write_text("", encoding="utf-8")
        log, code = "", 0
        for step in ACTION["runs"]["steps"]:
            done = self._step(step, values, {"GITHUB_STEP_SUMMARY": str(summary), "GITHUB_OUTPUT": str(output)})
            log, code = log + done.stdout, done.returncode
            if code:
                break
        outputs = dict(line.split("=", 1) for line in output.read_text(encoding="utf-8").splitlines())
        return Ended(code, log, summary.read_text(encoding="utf-8"), outputs)

    def _step(
        self, step: Mapping[str, Any], values: Mapping[str, str], files: Mapping[str, str]
    ) -> subprocess.CompletedProcess[str]:
        program = self.temp / "step.sh"
        program.write_text(self._resolved(step["run"], values), encoding="utf-8")
        assert step["shell"] == "bash"
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        own = {name: self._resolved(value, values) for name, value in step["env"].items()}
        runners = {
            "GITHUB_ACTIONS": "true",
            "CI": "true",
            "RUNNER_TEMP": str(self.temp),
            "GITHUB_ACTION_PATH": str(ROOT),
        }
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(program)],
            cwd=self.workspace,
            env={**kept, **IDENTITY, **runners, **files, **self.variables, **own},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    def _resolved(self, text: str, values: Mapping[str, str]) -> str:
        known = {"github.token": self.token, **values}
        return _EXPRESSION.sub(lambda match: known[match.group(1)], text)
