"""Imports go down the floors of the house (ARCHITECTURE.md), and the contract that says so can fail."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.repo import tree

# Imports that must be refused: where they are planted, what is planted, and the contract that speaks.
FORBIDDEN = [
    ("domain/planted.py", "import contracthub.formats", "down the floors"),
    ("domain/planted.py", "import click", "domain needs nothing but Python"),
    ("domain/planted.py", "import sqlalchemy", "domain needs nothing but Python"),
    ("formats/planted.py", "import contracthub.services", "down the floors"),
    ("formats/planted.py", "import socket", "formats turn bytes into documents"),
    ("services/planted.py", "import contracthub.storage", "down the floors"),
    ("services/planted.py", "import fastapi", "services know no framework"),
    ("reports/planted.py", "import contracthub.formats", "down the floors"),
    ("storage/planted.py", "import contracthub.web", "down the floors"),
    ("web/planted.py", "import contracthub.storage.tables", "web never sees a table"),
    ("web/planted.py", "import sqlalchemy", "web never sees a table"),
    ("web/planted.py", "import contracthub.client", "tools above the server"),
    ("client/planted.py", "import contracthub.services", "server above its tools"),
    ("verification/planted.py", "import contracthub.storage", "server above its tools"),
    ("mocks/__init__.py", "import contracthub.services", "server above its tools"),
    ("cli/planted.py", "import contracthub.web", "Only serve, migrate and backup"),
    ("cellar/__init__.py", "", "down the floors"),
]


PROGRAM = "from importlinter.cli import lint_imports_command as main; main()"


def lint_imports(source: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter with our contracts over a source folder."""
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, "--no-cache", "--config", str(tree.ROOT / "pyproject.toml")],
        cwd=source,
        env={"PYTHONPATH": str(source), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )


def test_imports_go_down_the_floors() -> None:
    result = lint_imports(tree.ROOT / "src")

    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(("place", "line", "contract"), FORBIDDEN, ids=[f"{p}: {i}" for p, i, _ in FORBIDDEN])
def test_an_import_upwards_is_refused(tmp_path: Path, place: str, line: str, contract: str) -> None:
    planted = skeleton(tmp_path) / place
    planted.parent.mkdir(exist_ok=True)
    planted.write_text(line)

    result = lint_imports(tmp_path)

    assert result.returncode == 1, result.stdout + result.stderr
    assert any(contract in said and "BROKEN" in said for said in result.stdout.splitlines()), result.stdout


def test_the_skeleton_itself_is_sound(tmp_path: Path) -> None:
    skeleton(tmp_path)

    result = lint_imports(tmp_path)

    assert result.returncode == 0, result.stdout + result.stderr


def skeleton(folder: Path) -> Path:
    """The packages of the house without their content, which keeps the planted import the only suspect."""
    house = folder / "contracthub"
    for package in tree.PACKAGE.rglob("__init__.py"):
        room = house / package.relative_to(tree.PACKAGE)
        room.parent.mkdir(parents=True, exist_ok=True)
        room.touch()
    (house / "storage" / "tables.py").touch()
    return house


def imported(path: Path) -> set[str]:
    """The modules that a module imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(tree.syntax(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or ".")
    return names


def test_domain_imports_the_standard_library_and_itself() -> None:
    foreign = {
        (tree.name_of(path), name)
        for path in rooms("domain")
        for name in imported(path)
        if name.split(".")[0] not in sys.stdlib_module_names and not name.startswith("contracthub.domain")
    }

    assert foreign == set()


# Asking the world: a file, the clock.
WORLDLY = {"open", "read_text", "read_bytes", "write_text", "write_bytes", "now", "utcnow", "today", "sleep", "urlopen"}


def test_the_lower_floors_ask_nothing_of_the_world() -> None:
    asked = {(tree.name_of(path), name) for path in rooms("domain", "formats") for name in called(path) & WORLDLY}

    assert asked == set()


def test_imports_are_absolute() -> None:
    relative = [
        f"{tree.name_of(path)}:{node.lineno}"
        for path in tree.modules("src")
        for node in ast.walk(tree.syntax(path))
        if isinstance(node, ast.ImportFrom) and node.level > 0
    ]

    assert relative == []


def rooms(*floors: str) -> list[Path]:
    """The modules of some floors of the house."""
    return [path for path in tree.modules("src") if path.relative_to(tree.PACKAGE).parts[0] in floors]


def called(path: Path) -> set[str]:
    """The last names of everything that a module calls."""
    return {
        node.func.id if isinstance(node.func, ast.Name) else node.func.attr
        for node in ast.walk(tree.syntax(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute)
    }
