"""The command line that both providers share."""

import json
import socket
import subprocess
from pathlib import Path

import httpx
import pytest
from openapi_spec_validator import validate

from providers.breaking import Break
from providers.detector_service.breaks import BREAKS as DETECTOR_BREAKS
from providers.neural_processor.breaks import BREAKS as NEURAL_BREAKS
from tests.fleet.running import PROVIDERS, ROOT, StartProvider, launch

BREAKS: dict[str, tuple[Break, ...]] = {"neural_processor": NEURAL_BREAKS, "detector_service": DETECTOR_BREAKS}


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
def test_the_committed_openapi_is_what_the_service_exports_and_serves(
    provider: str, start_provider: StartProvider, tmp_path: Path
) -> None:
    committed = (ROOT / "specs" / f"{provider}.openapi.json").read_bytes()
    exported = tmp_path / "openapi.json"
    assert outcome(provider, "--write-openapi", str(exported)).returncode == 0
    assert exported.read_bytes() == committed
    assert httpx.get(f"{start_provider(provider)}/openapi.json").json() == json.loads(committed)
    validate(json.loads(committed))


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_break_changes_the_openapi_only_if_it_says_so(provider: str, tmp_path: Path) -> None:
    committed = (ROOT / "specs" / f"{provider}.openapi.json").read_bytes()
    exported = tmp_path / "openapi.json"
    for each in BREAKS[provider]:
        outcome(provider, "--break", each.name, "--write-openapi", str(exported))
        assert (exported.read_bytes() != committed) == each.changes_openapi, each.name


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    refused = outcome("neural_processor", "--write-openapi", str(tmp_path / "missing" / "openapi.json"))
    assert refused.returncode == 1
    assert "No such file or directory" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_the_readme_names_every_break() -> None:
    readme = (ROOT / "providers" / "README.md").read_text(encoding="utf-8")
    assert [each.name for name in BREAKS for each in BREAKS[name] if f"`{each.name}`" not in readme] == []
