"""Nothing that is committed knows the machine it was written on, or where packages are fetched from."""

import re
from pathlib import Path

import pytest

from tests.repo import tree

# A path from the root of some machine. Below a URL or a placeholder it would be part of something else.
MACHINE_PATH = re.compile(r"(?<![\w.:/}~-])/(?:work|root|tmp|opt|home|Users)/[\w.]")

REGISTRY = re.compile(
    r"pypi\.org|pythonhosted\.org|registry\.npmjs|static\.crates\.io|proxy\.golang|repo1?\.maven|deb\.debian\.org"
    r"|--(?:extra-)?index-url\b|--find-links\b|PIP_(?:EXTRA_)?INDEX_URL",
)


@pytest.mark.parametrize("pattern", [MACHINE_PATH, REGISTRY], ids=["machine path", "registry address"])
def test_no_committed_file_names_it(pattern: re.Pattern[str]) -> None:
    here = tree.name_of(Path(__file__))
    found = [
        f"{name}:{text.count(chr(10), 0, hit.start()) + 1}: {hit.group()}"
        for name, text in tree.texts()
        if name != here
        for hit in pattern.finditer(text)
    ]

    assert found == []


@pytest.mark.parametrize("line", ["see /work/main/x", "'/root/.venv'", 'open("/tmp/x")', "HOME=/home/a/b"])
def test_machine_paths_are_recognised(line: str) -> None:
    assert MACHINE_PATH.search(line)


@pytest.mark.parametrize("line", ["http://hub/tmp/x", "/w/work/pacts", "{base}/work/x", "tests/tmp/x"])
def test_other_paths_are_left_alone(line: str) -> None:
    assert not MACHINE_PATH.search(line)


@pytest.mark.parametrize("line", ["--index-url https://example.com/simple", "https://files.pythonhosted.org/x"])
def test_registry_addresses_are_recognised(line: str) -> None:
    assert REGISTRY.search(line)
