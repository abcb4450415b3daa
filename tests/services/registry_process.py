"""A process that registers schemas and prints each id after it was acknowledged: ``URL SEED COUNT PAUSE-FILE``.

It waits for a line on standard input, so that several can begin at the same moment.
"""

import random
import sys

from contracthub.domain.registry import SchemaRequest, parse_subject
from contracthub.services.hub import Hub
from contracthub.services.registry_register import register
from contracthub.storage.engine import open_database
from contracthub.storage.units import DatabaseStorage
from tests.services.registering import record


def text_of(number: int) -> str:
    """The schema that every process means by that number."""
    return record("n.R", **{f"f{number}": "int"})


def main(url: str, seed: int, count: int) -> None:
    """Register the schemas of those numbers in an order of this process's own."""
    hub = Hub(DatabaseStorage(open_database(url)))
    numbers = [*range(count)]
    random.Random(seed).shuffle(numbers)
    print("ready", flush=True)  # noqa: T201
    sys.stdin.readline()
    for number in numbers:
        found = register(hub, parse_subject(f"s{number % 7}"), SchemaRequest(text_of(number)), normalize=False)
        print(number, found.schema.id, found.version, flush=True)  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
