"""The example fleet, unbroken, passes its contracts however often it is asked."""

from pathlib import Path

import pytest

from contracthub.cli.main import run
from contracthub.domain.verification_runs import CheckStatus, run_from_json
from tests.fleet.running import PACTS, PROVIDERS, serving

pytestmark = pytest.mark.soak

RUNS = 20


@pytest.mark.timeout(900)
@pytest.mark.parametrize("provider", PROVIDERS)
def test_twenty_runs_in_a_row(provider: str, tmp_path: Path) -> None:
    evidence = tmp_path / "evidence.json"
    pacts = [word for path in PACTS[provider] for word in ("--pact", str(path))]
    with serving(provider) as url:
        asked = ("--provider-base-url", url, "--state-url", f"{url}/_pact/provider-states", "--state-teardown")
        told = ("--message-url", f"{url}/_pact/messages", "--evidence", str(evidence))
        for _ in range(RUNS):
            assert run(["verify", "provider", provider, *asked, *told, *pacts, "--suite", "contracts"]) == 0
            report = run_from_json(evidence.read_bytes())
            assert {check.status for check in report.checks} == {CheckStatus.PASSED}
