"""A consumer's tests in pact-python, unchanged, in a process of its own: a job on standard input, a pact file for it.

Orders are really fetched from the mock server, and messages really handled.
"""

import json
import sys
import urllib.request

from pact import Pact, match


def order(number: str) -> dict[str, object]:
    return {"id": match.str(number), "status": match.regex("open", regex="open|paid")}


def fetched(pact: Pact, numbers: list[str]) -> None:
    for number in numbers:
        (
            pact.upon_receiving(f"get order {number}")
            .with_request("GET", f"/orders/{number}")
            .will_respond_with(200)
            .with_body(order(number), "application/json")
        )
    with pact.serve() as server:
        for number in numbers:
            with urllib.request.urlopen(f"{server.url}/orders/{number}") as answer:
                assert json.load(answer)["status"] == "open"


def handled(pact: Pact, numbers: list[str]) -> None:
    for number in numbers:
        pact.upon_receiving(f"order {number} paid", "Async").with_body(order(number), "application/json")
    seen: list[str] = []
    pact.verify(lambda body, _metadata: seen.append(json.loads(body or "")["id"]), "Async")
    assert seen == numbers, seen


def main() -> None:
    job = json.load(sys.stdin)
    for test, numbers in ((fetched, job["orders"]), (handled, job["messages"])):
        if numbers:
            # As in separate tests: the second pact is merged into the file of the first.
            pact = Pact(job["consumer"], job["provider"]).with_specification("V4")
            test(pact, numbers)
            pact.write_file(job["folder"])


main()
