"""Writes a pact with an interaction for each case: Pact's library takes the matchers out of the bodies."""

import json
import sys
from pathlib import Path

from pact import Pact

from tests.formats.matching.cases import CASES


def main(folder: str) -> None:
    """Writes the file into the folder; the interaction of case N asks for ``/N``."""
    pact = Pact("web", "orders").with_specification("V4")
    number = 0
    for expected, values in CASES:
        for _ in values:
            interaction = pact.upon_receiving(f"case {number}").with_request("GET", f"/{number}")
            interaction.will_respond_with(200).with_body(json.dumps(expected), "application/json")
            number += 1
    pact.write_file(Path(folder))


if __name__ == "__main__":
    main(sys.argv[1])
