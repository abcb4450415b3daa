"""Repositories of tests, as a pull request finds them: a base branch, a branch that left it, and clones of both."""

import json
import os
import subprocess
from copy import deepcopy
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SPEC = ROOT / "specs" / "neural_processor.openapi.json"
IDENTITY = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    **{f"GIT_{who}_{what}": "ann@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
}


class Repository:
    """A working tree with a git of its own."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def git(self, *arguments: str) -> str:
        """What git says."""
        done = subprocess.run(
            ["git", "-c", "protocol.file.allow=always", *arguments],
            cwd=self.root,
            env={**os.environ, **IDENTITY},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def write(self, name: str, content: str | bytes | dict[str, Any]) -> None:
        """Puts a file into the working tree."""
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(content, indent=2) if isinstance(content, dict) else content
        file.write_bytes(text.encode() if isinstance(text, str) else text)

    def commit(self, message: str = "a change") -> str:
        """Commits all that is there, and gives the commit."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.git("rev-parse", "HEAD")


def repository(root: Path) -> Repository:
    """An empty repository on the branch main."""
    root.mkdir(parents=True)
    made = Repository(root)
    made.git("init", "--quiet", "--initial-branch", "main")
    return made


def clone(source: Repository, root: Path, *options: str) -> Repository:
    """A clone through a transport that can be shallow."""
    source.git("clone", "--quiet", *options, source.root.as_uri(), str(root))
    return Repository(root)


def specification() -> dict[str, Any]:
    """What neural_processor offers."""
    document: dict[str, Any] = json.loads(SPEC.read_text(encoding="utf-8"))
    return document


def without(field: str, schema: str = "SessionData") -> dict[str, Any]:
    """The same without a field of a schema."""
    document = deepcopy(specification())
    described = document["components"]["schemas"][schema]
    del described["properties"][field]
    described["required"] = [each for each in described.get("required", []) if each != field]
    return document
