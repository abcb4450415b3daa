"""The page of this comparison names every code there is."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[4]
CODE = re.compile(r"message\.(?:[a-z]+[.-])*[a-z]+|comparison\.impossible")


def test_the_page_has_all_codes() -> None:
    sources = (ROOT / "src/contracthub/formats/comparisons/pact_events").glob("*.py")
    used = {code for each in sources for code in re.findall(rf'"({CODE.pattern})"', each.read_text())}
    page = (ROOT / "docs/compare-events.md").read_text()
    listed = set(re.findall(rf"`({CODE.pattern})`", page))
    assert used <= listed
    assert {"message.headers.narrower", "message.key.narrower"} >= listed - used
