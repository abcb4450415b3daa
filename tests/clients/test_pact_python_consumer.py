"""A consumer in pact-python: its test writes the pact, the hub takes it, the provider is verified against it."""

import json
import subprocess
import sys
from pathlib import Path

from tests.clients.orders import Provider
from tests.clients.test_pact_python_verifier import Workshop, verified
from tests.conftest import LiveHub

CHILD = Path(__file__).with_name("consumer_child.py")


def consume(folder: Path, orders: str, messages: str) -> bytes:
    """The pact that a consumer's test leaves."""
    job = {
        "consumer": "team/web",
        "provider": "orders",
        "folder": str(folder),
        "orders": list(orders),
        "messages": list(messages),
    }
    subprocess.run([sys.executable, str(CHILD)], input=json.dumps(job), text=True, timeout=90, check=True)
    (written,) = folder.rglob("*.json")
    return written.read_bytes()


def test_http(live_hub: LiveHub, provider: Provider, pacts: Path) -> None:
    workshop = Workshop(live_hub, provider)
    workshop.publish_content("team/web", "1", consume(pacts, "12", ""))
    asked = {"selectors": [{"main_branch": True}], "branch": "main"}
    assert verified(workshop.verify("10", **asked)) == [
        ("team/web", "get order 1", True),
        ("team/web", "get order 2", True),
    ]
    assert workshop.deployable("team/web", "1", "10") is True
    provider.broken.add("2")
    assert workshop.verify("11", **asked)["result"] is False
    assert workshop.deployable("team/web", "1", "11") is False


def test_messages_beside_http(live_hub: LiveHub, provider: Provider, pacts: Path) -> None:
    workshop = Workshop(live_hub, provider)
    workshop.publish_content("team/web", "1", consume(pacts, "1", "7"))
    asked = {"selectors": [{"main_branch": True}], "branch": "main"}
    good = {"order 7 paid": {"id": "7", "status": "paid"}}
    assert verified(workshop.verify("10", messages=good, **asked)) == [
        ("team/web", "get order 1", True),
        ("team/web", "order 7 paid", True),
    ]
    assert workshop.deployable("team/web", "1", "10") is True
    bad = {"order 7 paid": {"id": "7"}}
    assert workshop.verify("11", messages=bad, **asked)["result"] is False
    failed = [test for test in workshop.result("team/web", "1")["testResults"] if not test["success"]]
    assert [test["interactionDescription"] for test in failed] == ["order 7 paid"]
    assert workshop.deployable("team/web", "1", "11") is False
