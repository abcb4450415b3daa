"""The README's client commands, in its order, against a hub that is served: they answer what it says they do."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.cli.conftest import Cli
from tests.conftest import LiveHub
from tests.repo import tree

WRITTEN = "http://127.0.0.1:8000"
# What needs a hub of its own, another broker, a pull request, or runs until it is stopped.
ELSEWHERE = {"serve", "import", "diff-branch", "comment"}
# Nobody has recorded a deployment of the provider when the README first asks; the plan says what to deploy first.
ANSWERS = {"can-i-deploy": 1}


@pytest.fixture
def provider_url() -> Iterator[str]:
    command = [sys.executable, "-m", "providers.neural_processor"]
    with subprocess.Popen(command, cwd=tree.ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().split()[-1]
        finally:
            process.kill()


def commands() -> list[list[str]]:
    text = (tree.ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```console\n(.*?)```", text, flags=re.DOTALL)
    lines = (line for block in blocks for line in block.replace("\\\n", " ").splitlines())
    words = [shlex.split(line, comments=True)[1:] for line in lines if line.startswith("contracthub ")]
    return [one for one in words if one[0] not in ELSEWHERE]


def test_a_new_user_gets_from_the_first_pact_to_a_plan(
    cli: Cli, live_hub: LiveHub, provider_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tree.ROOT)
    monkeypatch.setenv("CONTRACTHUB_BASE_URL", live_hub.url)
    ran = {}
    for words in commands():
        ran[words[0]] = cli(*(word.replace(WRITTEN, provider_url) for word in words))
        assert ran[words[0]].code == ANSWERS.get(words[0], 0), ran[words[0]]
    told = ["publish", "diff", "compare", "verify", "create-environment", "can-i-deploy", "record-deployment", "plan"]
    assert list(ran) == told
    assert "Results are published." in ran["verify"].out
    assert "What blocks:" in ran["can-i-deploy"].out
    assert "A safe order of deployments to production:" in ran["plan"].out
