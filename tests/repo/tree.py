"""The files of this repository, as the tests in this room look at them."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "contracthub"

# Folders of programs: what is asked of code is asked of these.
CODE = ("src", "consumers", "providers", "benchmarks", "scripts")


@cache
def committed_files() -> tuple[Path, ...]:
    """Every file that is committed or would be by `git add`, and that exists."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    return tuple(sorted({path for name in listing.split("\0") if name and (path := ROOT / name).is_file()}))


def texts() -> Iterator[tuple[str, str]]:
    """Name and content of every committed file that is text."""
    for path in committed_files():
        try:
            yield name_of(path), path.read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError):
            # Not text, or a file that a test beside this one had for a moment.
            continue


def modules(*folders: str) -> list[Path]:
    """The Python modules below the folders."""
    found = [path for path in committed_files() if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in folders]
    assert found, f"no module below {', '.join(folders)}: a test over nothing proves nothing"
    return found


def name_of(path: Path) -> str:
    """The path as people write it, from the root of the repository."""
    return path.relative_to(ROOT).as_posix()


def syntax(path: Path) -> ast.Module:
    """The module, parsed."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


@dataclass(frozen=True, slots=True)
class Function:
    """One function of one module, and how long it is."""

    place: str
    lines: int


def functions(path: Path) -> Iterator[Function]:
    """Every function of a module with its number of lines that are not blank."""
    text = path.read_text(encoding="utf-8").splitlines()
    for node in ast.walk(syntax(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = text[node.lineno - 1 : node.end_lineno]
            yield Function(f"{name_of(path)}:{node.name}", filled(body))


def size_of(path: Path) -> int:
    """How many lines of a file are not blank."""
    return filled(path.read_text(encoding="utf-8").splitlines())


def filled(lines: list[str]) -> int:
    """How many lines are not blank."""
    return sum(1 for line in lines if line.strip())
