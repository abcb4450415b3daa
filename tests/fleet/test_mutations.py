"""Whatever line of a provider changes: the gate is red where a consumer's own code fails, green where none does."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fleet.consumers_alone import hurt
from tests.fleet.mutants import Fleet, mutant_of
from tests.fleet.mutations import MUTATIONS, Mutation
from tests.fleet.running import PROVIDERS


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    with Fleet.running(tmp_path_factory.mktemp("fleet")) as running:
        yield running


def test_there_are_sixty_and_about_half_of_them_hurt() -> None:
    hurting = sum(bool(each.hurts) for each in MUTATIONS)
    assert (len(MUTATIONS), len({each.name for each in MUTATIONS})) == (60, 60)
    assert 24 <= hurting <= 36
    quick = [each for each in MUTATIONS if each.is_quick]
    assert sorted((each.provider, bool(each.hurts)) for each in quick) == [
        (provider, hurts) for provider in PROVIDERS for hurts in (False, True)
    ]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_nobody_s_code_fails_against_an_unchanged_provider(provider: str, tmp_path: Path) -> None:
    with mutant_of(provider, None, tmp_path) as mutant:
        assert hurt(provider, mutant.url, mutant.kafka) == {}


@pytest.mark.parametrize(
    "mutation",
    [pytest.param(each, id=each.name, marks=() if each.is_quick else pytest.mark.soak) for each in MUTATIONS],
)
def test_the_gate_is_red_for_what_hurts_and_for_nothing_else(mutation: Mutation, fleet: Fleet, tmp_path: Path) -> None:
    with mutant_of(mutation.provider, mutation, tmp_path) as mutant:
        judged = fleet.judged(mutation, mutant)
    assert judged.hurts == mutation.hurts
    assert judged.passes is not bool(mutation.hurts), judged.told
