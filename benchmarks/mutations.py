"""``python -m benchmarks.mutations [NAME ...]``: how often the gate is right about providers with one line changed.

The mutations are in ``tests/fleet/mutations.py``. Exits with 1 where one hurts others than is written down there.
"""

import sys
import tempfile
from pathlib import Path

from tests.fleet.mutants import Fleet, Judged, matrix, mutant_of
from tests.fleet.mutations import MUTATIONS


def main(names: list[str]) -> int:
    """Judge these mutations, all without names."""
    found = []
    with tempfile.TemporaryDirectory() as whole, Fleet.running(Path(whole)) as fleet:
        for mutation in MUTATIONS:
            if not names or mutation.name in names:
                with mutant_of(mutation.provider, mutation, Path(whole, mutation.name)) as mutant:
                    found.append(fleet.judged(mutation, mutant))
                _tell(found[-1])
    print(f"\n{matrix(found)}")
    return 0 if all(each.hurts == each.mutation.hurts for each in found) else 1


def _tell(judged: Judged) -> None:
    mutation = judged.mutation
    print(f"{judged.verdict:<13}{mutation.provider} {mutation.name}: {', '.join(judged.hurts) or 'nobody'}", flush=True)
    if judged.hurts != mutation.hurts:
        print(f"  written down was: {', '.join(mutation.hurts) or 'nobody'}")
    if judged.verdict.startswith("false"):
        print(judged.told)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
