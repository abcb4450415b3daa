"""Start-up is a promise: what a gate command has imported when its first request goes out, and what --help imports."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

FORBIDDEN = {
    "aiokafka", "alembic", "asyncio", "fastapi", "graphql", "httpx", "hypothesis", "jinja2", "orjson", "pact",
    "pact_ffi", "psycopg", "pydantic", "rich", "schemathesis", "sqlalchemy", "sqlmodel", "starlette", "uvicorn", "yaml",
    "subprocess", "importlib.metadata",
}  # fmt: skip

# Stands in for the network: the first attempt to connect prints what is imported by then, and ends the process.
SPY = """
import json, os, socket, sys
def spy(*_, **__):
    os.write(1, json.dumps(sorted(sys.modules)).encode())
    os._exit(0)
socket.create_connection = spy
from contracthub.cli.main import main
main(sys.argv[1:])
"""


def imported_before_the_first_request(*arguments: str) -> set[str]:
    command = [sys.executable, "-c", SPY, *arguments, "-b", "http://127.0.0.1:1"]
    return set(json.loads(subprocess.run(command, capture_output=True, check=True).stdout))


def pact_file(folder: Path) -> str:
    file = folder / "pact.json"
    file.write_text('{"consumer":{"name":"c"},"provider":{"name":"p"},"interactions":[]}', encoding="utf-8")
    return str(file)


@pytest.mark.parametrize(
    "command", ["can-i-deploy", "can-i-merge", "record-deployment", "create-webhook", "get-pacts", "publish"]
)
def test_gate_commands_import_click_and_the_standard_library_only(command: str, tmp_path: Path) -> None:
    arguments = {
        "can-i-deploy": ["-a", "web", "-e", "1"],
        "can-i-merge": ["-a", "web", "-e", "1"],
        "create-webhook": ["https://ci.example.org"],
        "get-pacts": ["--provider", "orders"],
        "record-deployment": ["-a", "web", "-e", "1", "--environment", "prod"],
        "publish": [pact_file(tmp_path), "-a", "1"],
    }[command]
    modules = imported_before_the_first_request(command, *arguments)
    assert {"click", "http.client"} <= modules
    assert not FORBIDDEN & modules
    outside = {name.partition(".")[0] for name in modules} - set(sys.stdlib_module_names)
    assert {name for name in outside if not name.startswith("_")} <= {"click", "contracthub"}


def test_help_imports_no_command_and_no_client_transport() -> None:
    code = (
        "import json, sys\nfrom contracthub.cli.main import run\nassert run(['--help']) == 0\n"
        "print(json.dumps(sorted(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    modules = set(json.loads(done.stderr))
    assert not (FORBIDDEN | {"http.client", "ssl"}) & modules
    commands = {name for name in modules if name.startswith("contracthub.cli.")}
    assert commands == {"contracthub.cli.exits", "contracthub.cli.lazy", "contracthub.cli.main"}
