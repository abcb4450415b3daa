"""``python -m benchmarks.mutations [NAME ...]``: how often the gate is right about providers with one line changed.

The mutations are in ``tests/fleet/mutations.py``. Exits with 1 where one hurts others than is written down there.
"""

import contextlib
import sys
import tempfile
from pathlib import Path

from tests.fleet.mutants import CONTRACTS_ON_PAPER, Fleet, Judged, matrix, mutant_of
from tests.fleet.mutations import MUTATIONS


def main(names: list[str]) -> int:
    """Judge these mutations, all without names."""
    found, on_paper, unsaid = [], [], []
    with contextlib.ExitStack() as running:
        whole = Path(running.enter_context(tempfile.TemporaryDirectory()))
        for each in ("all", "paper"):
            (whole / each).mkdir()
        fleet = running.enter_context(Fleet.running(whole / "all"))
        paper = running.enter_context(Fleet.running(whole / "paper", *CONTRACTS_ON_PAPER))
        for mutation in MUTATIONS:
            if names and mutation.name not in names:
                continue
            with mutant_of(mutation.provider, mutation, whole / mutation.name) as mutant:
                found.append(fleet.judged(mutation, mutant))
                if mutant.is_documented:
                    on_paper.append(paper.judged_on_paper(mutation, mutant))
                else:
                    unsaid.append(mutation)
            _tell("replayed", found[-1])
            if on_paper and on_paper[-1].mutation is mutation:
                _tell("compared", on_paper[-1])
    print(f"\nreplayed, compared, and asked for together: {len(found)}\n{matrix(found)}")
    print(f"\ncompared alone, where a document changes: {len(on_paper)}\n{matrix(on_paper)}")
    print(
        f"\nno document changes, so none could tell: {len(unsaid)}, of which hurt: {sum(bool(e.hurts) for e in unsaid)}"
    )
    return 0 if all(each.hurts == each.mutation.hurts for each in found) else 1


def _tell(how: str, judged: Judged) -> None:
    mutation = judged.mutation
    whom = ", ".join(judged.hurts) or "nobody"
    print(f"{how:<10}{judged.verdict:<13}{mutation.provider} {mutation.name}: {whom}", flush=True)
    if how == "replayed" and judged.hurts != mutation.hurts:
        print(f"  written down was: {', '.join(mutation.hurts) or 'nobody'}")
    if judged.verdict.startswith("false"):
        print(judged.told)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
