"""What it costs to tell a pact of a megabyte apart: `python -m benchmarks.identity` prints it as a multiple.

Of the Pact Broker's rule alone, and of reading the pact and that rule together, which is what publishing has to do.
"""

import json
import time
from collections.abc import Callable
from typing import Any

from contracthub.domain.contracts import IdentityRule
from contracthub.formats.pact.content import read_content
from contracthub.formats.pact.identity import identity

ROUNDS = 15
INTERACTIONS = 300


def _rule(**matcher: object) -> dict[str, Any]:
    return {"combine": "AND", "matchers": [matcher]}


RULES = {
    "no rules": {},
    "one rule that reaches down": {"$.items": _rule(match="type", min=1)},
    "a rule for each field": {
        "$.items": _rule(match="type", min=1),
        "$.items[*].id": _rule(match="integer"),
        "$.items[*].name": _rule(match="regex", regex="a"),
        "$.items[*].price": _rule(match="decimal"),
        "$.items[*].at": _rule(match="date", format="yyyy-MM-dd"),
    },
}


def _pact(rules: dict[str, Any]) -> bytes:
    item = {"id": 1, "name": "some name", "price": 1.5, "tags": ["a", "b"], "at": "2020-01-01"}
    body = {"content": {"items": [item] * 40}, "contentType": "application/json", "encoded": False}
    response = {"status": 200, "body": body, "matchingRules": {"body": rules}}
    interactions = [
        {"type": "Synchronous/HTTP", "description": f"{number}", "request": {"path": "/"}, "response": response}
        for number in range(INTERACTIONS)
    ]
    return json.dumps({"interactions": interactions, "metadata": {"pactSpecification": {"version": "4.0"}}}).encode()


def _least(act: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        act()
        times.append(time.process_time() - start)
    return min(times)


def main() -> None:
    """Print a line for each kind of pact."""
    for title, rules in RULES.items():
        data = _pact(rules)
        content = read_content(data)
        reading = _least(lambda data=data: read_content(data))  # type: ignore[misc]
        plain, stable = (
            _least(lambda content=content, rule=rule: identity(content, rule))  # type: ignore[misc]
            for rule in (IdentityRule.PACT_BROKER, IdentityRule.STABLE)
        )
        whole = (reading + stable) / (reading + plain)
        print(f"{title:28} {len(data) / 1e6:.1f} MB: x{stable / plain:.1f}, with reading x{whole:.1f}")


if __name__ == "__main__":
    main()
