"""``python -m benchmarks.differences [OLD NEW]``: what it costs to compare two documents, reading included.

Processor time of fresh processes, the interpreter's start included. Files that end in ``.graphql`` are GraphQL schemas,
others OpenAPI. Without files: made OpenAPI documents of 5, 10 and 20 MB,
all of whose schemas are one circle, of which one property has another type; the figure behind each is the growth.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.big_documents import openapi_document

_SIZES = (500, 1_000, 2_000)
_COMPARE = """
import sys
from datetime import date
from pathlib import Path
from contracthub.formats.differences import difference
from contracthub.formats.uploads import Upload
old, new = (Upload(name, {name: Path(name).read_bytes()}) for name in sys.argv[1:3])
format = "graphql" if new.root.endswith(".graphql") else "openapi"
found = difference(format, old, new, today=date(2026, 8, 15))
print(len(found.changes), len({operation for change in found.changes for operation in change.operations}))
"""


def measure(old: Path, new: Path, times: int = 3) -> tuple[float, str]:
    """The least processor time of several runs, in seconds, and what was found: changes, and operations reached."""
    costs, told = [], ""
    for _ in range(times):
        before = os.times()
        told = subprocess.run(
            [sys.executable, "-c", _COMPARE, str(old), str(new)], check=True, capture_output=True, text=True
        ).stdout.strip()
        after = os.times()
        costs.append(after.children_user + after.children_system - before.children_user - before.children_system)
    return min(costs), told


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print a line for each pair."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
    files = parser.parse_args(arguments).files
    if files:
        cost, told = measure(*files)
        sys.stdout.write(f"{cost:.2f} s   changes, operations: {told}\n")
        return
    last = 0.0
    for operations in _SIZES:
        with tempfile.TemporaryDirectory() as folder:
            old, new = Path(folder, "old.json"), Path(folder, "new.json")
            document = openapi_document(operations, operations * 4 // 5)
            old.write_text(json.dumps(document))
            document["components"]["schemas"]["Thing7"]["properties"]["field0"]["type"] = "array"
            new.write_text(json.dumps(document))
            cost, told = measure(old, new)
            growth = f"   x{cost / last:.1f}" if last else ""
            size = old.stat().st_size / 1e6
            sys.stdout.write(f"{size:5.1f} MB   {cost:.2f} s{growth}   changes, operations: {told}\n")
            last = cost


if __name__ == "__main__":
    main()
