"""Which providers are out on the internet."""

import pytest

from contracthub.cli.verify_provider import may_solve_states
from contracthub.verification.provider_address import is_public


@pytest.mark.parametrize(
    ("url", "public"),
    [
        ("http://localhost:8080", False),
        ("http://127.0.0.1", False),
        ("http://[::1]:9000/api", False),
        ("http://192.168.1.4", False),
        ("http://[fd12::1]", False),
        ("http://169.254.10.1", False),
        ("http://8.8.8.8", True),
        ("https://[2606:4700::1111]/v1", True),
        ("http://nobody.invalid", False),
        ("http://", False),
        (f"http://{'a' * 300}.invalid", False),
    ],
)
def test_which_addresses_are_public(url: str, *, public: bool) -> None:
    assert is_public(url) is public


@pytest.mark.parametrize(("said", "solves"), [(None, False), (True, True), (False, False)])
def test_nothing_is_made_on_the_internet_unless_somebody_says_so(
    capsys: pytest.CaptureFixture[str], *, said: bool | None, solves: bool
) -> None:
    assert may_solve_states("https://8.8.8.8/v1", said=said) is solves
    assert ("--solve-states allows it" in capsys.readouterr().err) is (said is None)


@pytest.mark.parametrize(("said", "solves"), [(None, True), (True, True), (False, False)])
def test_states_are_solved_nearby(*, said: bool | None, solves: bool) -> None:
    assert may_solve_states("http://127.0.0.1:8080", said=said) is solves
