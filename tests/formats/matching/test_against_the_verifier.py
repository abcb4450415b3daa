"""What our matching says of a value is what Pact's own verifier says of the same answer."""

import json
import os
import subprocess
import sys
from pathlib import Path

from contracthub.formats.matching import compile_pattern, matches_pattern
from tests.formats.matching.cases import CASES
from tests.formats.pact.replaying import replayed

PAIRS = [(expected, came) for expected, values in CASES for came in values]


def test_each_value_is_judged_as_the_verifier_judges_it(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "tests.formats.matching.writing_pact", tmp_path],
        check=True,
        env={**os.environ, "PACT_DO_NOT_TRACK": "true"},
        capture_output=True,
        timeout=100,
    )
    (file,) = tmp_path.glob("*.json")
    interactions = sorted(
        json.loads(file.read_text())["interactions"], key=lambda each: int(each["request"]["path"][1:])
    )
    answers = [{"body": json.dumps(came)} for _, came in PAIRS]
    theirs = replayed("4.0", interactions, answers).outcomes
    ours = [matches_pattern(compile_pattern(expected), came) for expected, came in PAIRS]
    differing = {
        f"{json.dumps(expected)} came {json.dumps(came)}": f"verifier {their}, ours {our}"
        for (expected, came), their, our in zip(PAIRS, theirs, ours, strict=True)
        if their is not our
    }
    assert not differing
    assert {True, False} == set(theirs)
