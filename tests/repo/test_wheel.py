"""The wheel carries all that an installed hub needs, and a hub runs from it."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.repo import tree


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this tree, freshly built."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=tree.ROOT,
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("contracthub-*-py3-none-any.whl")
    return built


@pytest.fixture(scope="module")
def content(wheel: Path) -> set[str]:
    """The names of the files in the wheel."""
    return set(zipfile.ZipFile(wheel).namelist())


def test_every_file_of_the_package_is_in_it(content: set[str]) -> None:
    package = {
        path.relative_to(tree.ROOT / "src").as_posix()
        for path in tree.committed_files()
        if path.is_relative_to(tree.PACKAGE)
    }

    assert "contracthub/py.typed" in package
    assert package - content == set()


def test_every_migration_is_in_it(content: set[str]) -> None:
    migrations = {
        f"contracthub/_migrations/{path.relative_to(tree.ROOT / 'migrations').as_posix()}"
        for path in tree.committed_files()
        if path.is_relative_to(tree.ROOT / "migrations")
    }

    assert "contracthub/_migrations/env.py" in migrations
    assert migrations - content == set()


def test_nothing_else_is_in_it(content: set[str]) -> None:
    others = {name for name in content if not name.startswith("contracthub/") and ".dist-info/" not in name}

    assert others == set()
    assert not {name for name in content if "__pycache__" in name or name.endswith(".pyc")}


def test_it_has_the_console_script_and_the_license(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        (scripts,) = [name for name in opened.namelist() if name.endswith(".dist-info/entry_points.txt")]
        assert "contracthub = contracthub.cli.main:main" in opened.read(scripts).decode()
        assert any(name.endswith("licenses/LICENSE") for name in opened.namelist())


def test_an_unpacked_wheel_migrates_with_its_own_migrations(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path)
    program = "from contracthub.storage.migrate import migrations_folder; print(migrations_folder())"

    told = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path)},
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()

    assert told == str(tmp_path / "contracthub" / "_migrations")
