"""The command line that both providers share."""

import json
import socket
import subprocess
from pathlib import Path

import httpx
import pytest
from graphql import build_schema, validate_schema
from openapi_spec_validator import validate

from tests.fleet.running import FLEET, PROVIDERS, ROOT, StartProvider, launch

BREAKS = {name: provider.breaks for name, provider in FLEET.items()}
SPECS = ROOT / "specs"
SERVED_AT = {"graphql": "/schema.graphql"}


def outcome(provider: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    with launch(provider, *arguments) as process:
        out, err = process.communicate(timeout=60)
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_breaks_are_listed_with_a_sentence_each(provider: str) -> None:
    listed = outcome(provider, "--list-breaks")
    assert listed.returncode == 0
    assert listed.stdout.splitlines() == [f"{each.name}: {each.sentence}" for each in BREAKS[provider]]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_unknown_break_is_a_usage_error_that_names_the_known(provider: str) -> None:
    refused = outcome(provider, "--break", "nothing-like-it")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "There is no break 'nothing-like-it'." in refused.stderr
    assert all(each.name in refused.stderr for each in BREAKS[provider])


@pytest.mark.parametrize("port", ["x", "-1", "65536"])
def test_a_port_that_is_none_is_a_usage_error(port: str) -> None:
    refused = outcome("neural_processor", f"--port={port}")
    assert refused.returncode == 2
    assert "Traceback" not in refused.stderr


def test_a_port_in_use_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = outcome("detector_service", "--port", str(port))
    assert refused.returncode == 1
    assert f"Cannot listen on 127.0.0.1:{port}" in refused.stderr


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_committed_specifications_are_what_the_service_exports_and_serves(
    provider: str, start_provider: StartProvider, tmp_path: Path
) -> None:
    assert outcome(provider, "--write-specs", str(tmp_path)).returncode == 0
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted(FLEET[provider].specs)
    url = start_provider(provider)
    for file in tmp_path.iterdir():
        assert file.read_bytes() == (SPECS / file.name).read_bytes()
        name = file.name.removeprefix(f"{provider}.")
        served = httpx.get(url + SERVED_AT.get(name, f"/{name}"))
        assert _same(file.name, served.text, file.read_text(encoding="utf-8"))


def _same(name: str, one: str, other: str) -> bool:
    return json.loads(one) == json.loads(other) if name.endswith(".json") else one == other


@pytest.mark.parametrize("file", sorted(SPECS.glob("*.openapi.json")), ids=lambda file: file.name)
def test_a_committed_openapi_is_valid(file: Path) -> None:
    validate(json.loads(file.read_bytes()))


@pytest.mark.parametrize("file", sorted(SPECS.glob("*.graphql")), ids=lambda file: file.name)
def test_a_committed_schema_is_valid(file: Path) -> None:
    assert validate_schema(build_schema(file.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_break_changes_the_specifications_that_it_says_and_no_other(name: str) -> None:
    provider = FLEET[name]
    for each in provider.breaks:
        broken = provider.create_app(frozenset({each.name}))
        changed = [file for file, text in provider.specs.items() if text(broken) != (SPECS / file).read_text("utf-8")]
        assert sorted(changed) == sorted(each.changes), each.name


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    refused = outcome("neural_processor", "--write-specs", str(tmp_path / "missing"))
    assert refused.returncode == 1
    assert "No such file or directory" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_the_readme_names_every_break() -> None:
    readme = (ROOT / "providers" / "README.md").read_text(encoding="utf-8")
    assert [each.name for name in BREAKS for each in BREAKS[name] if f"`{each.name}`" not in readme] == []
