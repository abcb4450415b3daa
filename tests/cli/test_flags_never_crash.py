"""No combination of flags gives a traceback: whatever is typed ends with one of the four exit codes."""

from collections.abc import Iterator

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracthub.cli.main import group
from tests.cli.stub_hub import StubHub, matrix_answer, stub_hub

WORDS = st.one_of(
    st.text(max_size=8), st.sampled_from(["", "-1", "0", "1.5", "nan", "inf", "--", "-a", "\x1b[31m", "é"])
)
WITH_VALUE = st.sampled_from(
    ["-a", "-e", "--version", "-l", "--branch", "--tag", "--ignore", "--to-environment", "--to", "--limit", "-o", "-k",
     "-u", "-p", "--custom-header", "--hub-timeout", "-c"]
)  # fmt: skip
ALONE = st.sampled_from(["-l", "--latest", "--main-branch", "--dry-run", "-h", "-r", "--skip-ssl-verification", "-x"])
OPTION = st.one_of(
    st.tuples(WITH_VALUE, WORDS), ALONE.map(lambda flag: (flag,)), st.tuples(WITH_VALUE), WORDS.map(lambda w: (w,))
)
SENSIBLE = st.just(("-a", "web", "-e", "1"))


@pytest.fixture(scope="module")
def running() -> Iterator[StubHub]:
    with stub_hub() as hub:
        hub.answer("GET", "/matrix", matrix_answer(None))
        yield hub


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(options=st.lists(st.one_of(SENSIBLE, OPTION), max_size=7))
def test_can_i_deploy_never_gives_a_traceback(running: StubHub, options: list[tuple[str, ...]]) -> None:
    arguments = [word for option in options for word in option]
    result = CliRunner().invoke(group, ["can-i-deploy", "-b", running.url, "--retries", "0", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code in (0, 1, 2, 3)
    assert "Traceback" not in result.output
