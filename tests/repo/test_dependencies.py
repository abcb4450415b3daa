"""constraints.txt covers what pyproject.toml asks for, and pyproject.toml asks for what is imported."""

import ast
import importlib.metadata
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.repo import tree

PROJECT = tomllib.loads((tree.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
RUNTIME = [Requirement(line) for line in PROJECT["dependencies"]]
DEV = [Requirement(line) for line in PROJECT["optional-dependencies"]["dev"]]
LINE = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>[A-Za-z0-9.!+]+)")


def pins() -> dict[str, Version]:
    """Package → version, from constraints.txt."""
    lines = (tree.ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    matches = [LINE.fullmatch(line) for line in lines if line and not line.startswith("#")]
    assert all(matches), "constraints.txt holds comments and name==version, nothing else"
    return {canonicalize_name(match["name"]): Version(match["version"]) for match in matches if match}


def needed(requirements: list[Requirement]) -> set[str]:
    """The requirements with all that they pull in on this machine."""
    found: set[str] = set()
    waiting = [(requirement, "") for requirement in requirements]
    while waiting:
        requirement, extra = waiting.pop()
        name = canonicalize_name(requirement.name)
        if not applies(requirement, extra) or (name in found and not requirement.extras):
            continue
        found.add(name)
        waiting += [(below, extra) for extra in ("", *requirement.extras) for below in required_by(name)]
    return found


def applies(requirement: Requirement, extra: str) -> bool:
    """Whether a requirement counts here, for somebody who asked for the extra."""
    return requirement.marker is None or requirement.marker.evaluate({"extra": extra})


def required_by(name: str) -> Iterator[Requirement]:
    """What an installed package says that it needs."""
    for line in importlib.metadata.requires(name) or ():
        yield Requirement(line)


def test_every_package_that_gets_installed_is_pinned() -> None:
    assert needed(RUNTIME + DEV) - set(pins()) == set()


@pytest.mark.parametrize("requirement", RUNTIME + DEV, ids=lambda requirement: requirement.name)
def test_the_pin_is_a_version_that_was_asked_for(requirement: Requirement) -> None:
    pin = pins()[canonicalize_name(requirement.name)]

    assert requirement.specifier.contains(pin, prereleases=True)


def test_every_third_party_import_is_a_declared_dependency() -> None:
    owners = importlib.metadata.packages_distributions()
    declared = {canonicalize_name(requirement.name) for requirement in RUNTIME}
    undeclared = {
        (tree.name_of(path), name)
        for path in tree.modules("src")
        for name in imported(path) - set(sys.stdlib_module_names) - {"contracthub"}
        if not declared & {canonicalize_name(owner) for owner in owners.get(name, ())}
    }

    assert undeclared == set()


def imported(path: Path) -> set[str]:
    """The packages that a module imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(tree.syntax(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names
