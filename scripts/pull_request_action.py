"""What the steps of action.yml run, on the standard library alone: `install`, then `run`.

Every input comes as a variable of the environment and goes on as one argument of a program; no shell sees any.
"""

import hashlib
import json
import os
import subprocess
import sys
import venv
from collections.abc import Mapping, Sequence
from pathlib import Path

ACTION = Path(__file__).resolve().parents[1]
OLDEST = (3, 11)
_ON_PULL_REQUESTS = ("pull_request", "pull_request_target")


class Wrong(Exception):
    """An input can't be used."""


def main(arguments: Sequence[str]) -> int:
    """Runs one of the steps, and gives its exit code."""
    steps = {"install": install, "run": run}
    if len(arguments) != 1 or arguments[0] not in steps:
        _tell("error", f"Give one of {', '.join(steps)}.")
        return 2
    try:
        return steps[arguments[0]](os.environ)
    except Wrong as wrong:
        _tell("error", str(wrong))
        return 2


def install(environment: Mapping[str, str]) -> int:
    """Puts contracthub into a virtual environment of its own, at the versions that were tested; once a job."""
    if sys.version_info < OLDEST:
        raise Wrong("contracthub needs Python 3.11 or newer: use actions/setup-python before this action.")
    place = home(environment)
    if (place / "installed").exists():
        return 0
    venv.create(place, with_pip=True, clear=True)
    command = installation(place, environment)
    # What builds contracthub is held to the same versions; newer pips have a variable of its own for it.
    pinned = dict.fromkeys(("PIP_CONSTRAINT", "PIP_BUILD_CONSTRAINT"), str(ACTION / "constraints.txt"))
    done = subprocess.run(command, check=False, env={**environment, **pinned})
    if done.returncode != 0:
        _tell("error", "pip could not install contracthub; its output is above.")
        return 3
    (place / "installed").touch()
    return 0


def home(environment: Mapping[str, str]) -> Path:
    """The virtual environment: another one for another package."""
    package = environment.get("INPUT_PACKAGE", "")
    digest = hashlib.sha256(f"{ACTION}\n{package}".encode()).hexdigest()[:12]
    return Path(_needed(environment, "RUNNER_TEMP")) / f"contracthub-{digest}"


def installation(place: Path, environment: Mapping[str, str]) -> list[str]:
    """The command that installs: from the action's own checkout, unless a package is named."""
    package = environment.get("INPUT_PACKAGE", "").strip() or str(ACTION)
    if package.startswith("-"):
        raise Wrong(f"package is {package!r}, which is no package.")
    pip = [str(_program(place, "python")), "-m", "pip", "install", "--disable-pip-version-check", "--quiet"]
    return [*pip, "--constraint", str(ACTION / "constraints.txt"), package]


def run(environment: Mapping[str, str]) -> int:
    """Compares, annotates, writes the summary, comments. The exit code is that of the comparison."""
    program = str(_program(home(environment), "contracthub"))
    folder = Path(_needed(environment, "RUNNER_TEMP"))
    report, sarif = folder / "contracthub-diff.json", folder / "contracthub-diff.sarif"
    for left_over in (report, sarif):
        left_over.unlink(missing_ok=True)
    flags, arguments = commenting(environment), comparison(environment)
    inner = _inner_environment(environment)
    saving = ["--save", f"json={report}", "--save", f"sarif={sarif}"]
    if environment.get("GITHUB_STEP_SUMMARY"):
        saving += ["--summary", environment["GITHUB_STEP_SUMMARY"]]
    # The token that comments is nothing that a comparison needs.
    without_token = {name: value for name, value in inner.items() if name != "GITHUB_TOKEN"}
    code, told = _call([program, "diff-branch", *saving, *arguments], without_token)
    if report.exists():
        together = ["--group", group(environment)]
        if code not in (0, 1):
            _tell("error", "Not all could be found out: see the report in the summary of the job.")
    else:
        # Of no report nothing follows about documents that were told about before.
        together, code = [], code or 3
        _tell("error", f"The comparison could not be made. {told}")
        report.write_text('{"documents": []}', encoding="utf-8")
    _write_outputs(environment, code, report, sarif)
    if flags is not None:
        # The report is in the summary already, where a comment would go that is not allowed.
        unsummed = {name: value for name, value in inner.items() if name != "GITHUB_STEP_SUMMARY"}
        line = [program, "comment", "--github", "--from", str(report), "--diff-exit-code", str(code)]
        failed, told = _call([*line, *flags, *together], unsummed, stdout=subprocess.PIPE)
        if failed:
            _tell("warning", f"The pull request was not told; the report is in the summary of the job. {told}")
    return code


def comparison(environment: Mapping[str, str]) -> list[str]:
    """The arguments of the comparison."""
    patterns = _lines(environment, "DOCUMENTS")
    if not patterns:
        raise Wrong("documents is empty; name at least one pattern.")
    arguments = ["--output", "github"]
    for name in ("BASE", "PROVIDER", "FAIL_ON", "SEVERITY_CONFIG", "IGNORE_FILE"):
        value = environment.get(f"INPUT_{name}", "").strip()
        if value:
            arguments.append(f"--{name.lower().replace('_', '-')}={value}")
    arguments += [f"--against-environment={each}" for each in _lines(environment, "ENVIRONMENTS")]
    arguments += ["--main-branches"] if _is_true(environment, "MAIN_BRANCHES") else []
    return [*arguments, "--", *patterns]


def commenting(environment: Mapping[str, str]) -> list[str] | None:
    """The arguments of the comment; None when there is none to write, or nothing to write it on."""
    comment, status = _is_true(environment, "COMMENT"), _is_true(environment, "STATUS")
    if not comment and not status:
        return None
    event = environment.get("GITHUB_EVENT_NAME", "")
    if event not in _ON_PULL_REQUESTS:
        _tell("notice", f"This run is for {event or 'no event'}, not for a pull request; nobody is told by a comment.")
        return None
    flags = ["--status"] if status else []
    return flags if comment else [*flags, "--only-status"]


def group(environment: Mapping[str, str]) -> str:
    """What tells this use of the action from every other one: what is told here no more is of the past."""
    names = ("GITHUB_WORKFLOW", "GITHUB_JOB", "INPUT_DOCUMENTS", "INPUT_PROVIDER", "INPUT_HUB_URL")
    return json.dumps([environment.get(name, "") for name in names])


def _inner_environment(environment: Mapping[str, str]) -> dict[str, str]:
    inner = dict(environment)
    for name, variable in (("HUB_URL", "CONTRACTHUB_BASE_URL"), ("HUB_TOKEN", "CONTRACTHUB_TOKEN")):
        value = environment.get(f"INPUT_{name}", "").strip()
        if value:
            inner[variable] = value
    return inner


def _call(command: Sequence[str], environment: Mapping[str, str], stdout: int | None = None) -> tuple[int, str]:
    """Runs a program, and gives its exit code and what it complains of. Annotations go out as they are."""
    sys.stdout.flush()
    done = subprocess.run(command, check=False, env=dict(environment), stdout=stdout, stderr=subprocess.PIPE)
    told = done.stderr.decode("utf-8", "replace").strip()
    said = (done.stdout or b"").decode("utf-8", "replace")
    for line in (said + told).splitlines():
        # A runner takes orders from lines that begin with two colons, or that have "##[" anywhere.
        print(f"contracthub: {line.replace('##[', '## [')}", flush=True)
    return done.returncode, " ".join(told.split())[:1000]


def _write_outputs(environment: Mapping[str, str], code: int, report: Path, sarif: Path) -> None:
    path = environment.get("GITHUB_OUTPUT")
    if not path:
        return
    summary = json.loads(report.read_text(encoding="utf-8")).get("summary", {})
    facts = {"exit-code": code, "report": report, "sarif": sarif if sarif.exists() else ""}
    facts |= {name: summary.get(name, "") for name in ("breaking", "dangerous", "safe")}
    deployable = summary.get("deployable")
    facts["deployable"] = "" if deployable is None else str(bool(deployable)).lower()
    with Path(path).open("a", encoding="utf-8") as outputs:
        outputs.writelines(f"{name}={value}\n" for name, value in facts.items())


def _lines(environment: Mapping[str, str], name: str) -> list[str]:
    return [line.strip() for line in environment.get(f"INPUT_{name}", "").splitlines() if line.strip()]


def _is_true(environment: Mapping[str, str], name: str) -> bool:
    text = environment.get(f"INPUT_{name}", "").strip().lower()
    if text not in ("true", "false", ""):
        raise Wrong(f"{name.lower().replace('_', '-')} is {text!r}; it must be true or false.")
    return text == "true"


def _needed(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name)
    if not value:
        raise Wrong(f"{name} is not set: this is run by a runner of GitHub Actions.")
    return value


def _program(place: Path, name: str) -> Path:
    return place / "Scripts" / f"{name}.exe" if os.name == "nt" else place / "bin" / name


def _tell(kind: str, text: str) -> None:
    escaped = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    print(f"::{kind} title=contracthub::{escaped}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
