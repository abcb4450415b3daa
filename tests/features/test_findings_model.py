"""Random histories of a provider, held against a plain telling of what a finding's state is: on both databases."""

import random
from dataclasses import dataclass, field

import pytest
from starlette.testclient import TestClient

from tests.features.given import Given
from tests.web.api.test_findings import Provider, finding

OPERATIONS = [f"GET /{index}" for index in range(4)]
STEPS = 40


@dataclass
class Line:
    """What the main branch has shown of one fault, told by its story alone."""

    story: list[str] = field(default_factory=list)

    @property
    def state(self) -> str | None:
        """The last word of the story, with what came before it."""
        seen = [each for each in self.story if each in {"seen", "missed"}]
        if "seen" not in seen:
            return None
        if seen[-1] == "missed":
            return "fixed"
        last_missed = max((at for at, each in enumerate(self.story) if each == "missed"), default=-1)
        first_seen = self.story.index("seen")
        since = self.story[last_missed + 1 :]
        said = [each for each in since if each in {"accepted", "reopened"}]
        if said and said[-1] == "accepted":
            return "accepted"
        was_fixed = last_missed > first_seen
        return "came-back" if was_fixed and not said else "new"


@pytest.mark.parametrize("seed", range(3))
def test_the_hub_tells_what_the_story_tells(api: TestClient, seed: int) -> None:
    chance, orders = random.Random(seed), Provider(Given(api))
    lines = {each: Line() for each in OPERATIONS}
    numbers: dict[str, int] = {}
    for step in range(STEPS):
        match chance.choice(["main", "main", "branch", "cut short", "accept", "reopen"]):
            case "main":
                seen = chance.sample(OPERATIONS, chance.randrange(5))
                told = orders.run(f"{step}", *map(finding, seen), operations=OPERATIONS)
                numbers |= {each["operation"]: each["number"] for each in told["findings"]}
                for each in OPERATIONS:
                    lines[each].story.append("seen" if each in seen else "missed")
            case "cut short":
                seen = chance.sample(OPERATIONS, chance.randrange(3))
                told = orders.run(f"{step}", *map(finding, seen), operations=OPERATIONS, complete=False)
                numbers |= {each["operation"]: each["number"] for each in told["findings"]}
                for each in seen:
                    lines[each].story.append("seen")
            case "branch":
                known = [each for each in OPERATIONS if each in numbers]
                seen = chance.sample(known, chance.randrange(len(known) + 1))
                told = orders.run(f"{step}", *map(finding, seen), operations=OPERATIONS, branch="feature")
                assert told["fixed"] == []
                assert {each["operation"]: each["number"] for each in told["findings"]}.items() <= numbers.items()
            case "accept" | "reopen" as what:
                state = {each: line.state for each, line in lines.items() if line.state}
                fitting = [each for each, it in state.items() if (it == "accepted") == (what == "reopen")]
                open_ones = [each for each in fitting if state[each] != "fixed"]
                if open_ones:
                    which = chance.choice(open_ones)
                    if what == "accept":
                        orders.accept(numbers[which])
                    else:
                        assert api.delete(f"/api/v1/providers/Orders/findings/{numbers[which]}/acceptance").is_success
                    lines[which].story.append("accepted" if what == "accept" else "reopened")
        expected = {numbers[each]: line.state for each, line in lines.items() if line.state}
        assert orders.states() == expected, (seed, step)
    assert sorted(numbers.values()) == list(range(1, len(numbers) + 1))
