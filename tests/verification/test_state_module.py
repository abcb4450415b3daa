"""Provider states by Python callables: every way to write them, served in a process that can be killed."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from contracthub.domain.verification_runs import CheckStatus, Suite
from contracthub.verification.contracts import run
from contracthub.verification.job import ReplayJob
from contracthub.verification.state_module import (
    StateCallables,
    StateModuleFailed,
    UnknownState,
    serving_states,
)
from contracthub.verification.suites import Target, Unwatched
from tests.verification.conftest import GOOD, interaction

calls: list[Any] = []


def callables(**members: Any) -> StateCallables:
    module = ModuleType("states_of_orders")
    vars(module).update(members)
    return StateCallables(module)


@pytest.fixture(autouse=True)
def _forgotten() -> None:
    calls.clear()


@pytest.mark.parametrize(
    ("function", "seen"),
    [
        (lambda: calls.append("called"), "called"),
        (lambda parameters: calls.append([parameters]), [{"n": 1}]),
        (lambda params: calls.append([params]), [{"n": 1}]),
        (lambda n: calls.append([n]), [1]),
        (lambda n=7, m=8: calls.append((n, m)), (1, 8)),
        (lambda given: calls.append([given]), [{"n": 1}]),
        (lambda act, given: calls.append((act, given)), ("setup", {"n": 1})),
        (lambda state, action, parameters: calls.append((state, action, parameters)), ("a b", "setup", {"n": 1})),
        (lambda **given: calls.append(given), {"n": 1}),
        (lambda *, action, n: calls.append((action, n)), ("setup", 1)),
    ],
)
def test_a_callable_gets_what_it_names(function: Callable[..., None], seen: Any) -> None:
    callables(STATES={"a b": function}).change("a b", "setup", {"n": 1})
    assert calls == [seen]


@pytest.mark.parametrize("name", ["STATES", "provider_states", "state_handlers"])
def test_values_for_generators_are_given_back(name: str) -> None:
    assert callables(**{name: {"a b": lambda: {"id": 7}}}).change("a b", "setup", {}) == {"id": 7}


def test_a_function_is_found_by_the_words_of_the_state() -> None:
    states = callables(an_order_42_exists=lambda: {"id": 42})
    assert states.change("an order 42 exists", "setup", {}) == {"id": 42}


def test_one_function_may_be_for_all_states() -> None:
    states = callables(state_handler=lambda state, action, parameters: calls.append((state, action, parameters)))
    states.change("a b", "setup", {})
    states.change("a b", "teardown", {})
    assert calls == [("a b", "setup", {}), ("a b", "teardown", {})]


def test_a_callable_that_yields_is_taken_down_by_its_rest() -> None:
    def a_b(n: int) -> Any:
        calls.append(("up", n))
        yield {"id": n}
        calls.append(("down", n))

    states = callables(a_b=a_b)
    assert states.change("a b", "setup", {"n": 1}) == {"id": 1}
    assert calls == [("up", 1)]
    states.change("a b", "teardown", {"n": 1})
    assert calls == [("up", 1), ("down", 1)]


def test_what_does_not_ask_for_the_action_is_not_called_to_take_down() -> None:
    callables(STATES={"a b": lambda: calls.append("called")}).change("a b", "teardown", {})
    assert calls == []


def test_a_state_without_a_callable_is_unknown() -> None:
    with pytest.raises(UnknownState, match="no callable for the provider state 'a b'"):
        callables(STATES={"c": print}).change("a b", "setup", {})


def changed(url: str, state: str) -> tuple[int, str]:
    body = json.dumps({"state": state, "params": {"n": 3}, "action": "setup"}).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data=body, method="POST")) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.read().decode()


def test_a_file_is_served_in_a_process_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "my_states.py"
    file.write_text(
        "import os\n"
        "STATES = {'pid': lambda: {'pid': os.getpid()}, 'n': lambda n: {'n': n}}\n"
        "def a_broken_one_exists():\n    print('out')\n    raise RuntimeError('no database')\n"
    )
    with serving_states(str(file), time.monotonic() + 60) as url:
        assert changed(url, "n") == (200, '{"n": 3}')
        assert changed(url, "a broken one exists") == (500, "RuntimeError: no database")
        assert changed(url, "unknown")[0] == 404
        assert changed(url, "") == (200, "{}")
    with pytest.raises(OSError, match="refused"):
        changed(url, "n")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("raise RuntimeError('half a module')", "can't be imported: RuntimeError: half a module"),
        ("import sys; sys.exit(3)", "can't be imported: SystemExit: 3"),
        ("import os; os._exit(3)", "ended the process"),
        ("def f(:", "can't be imported: SyntaxError"),
        (None, "there is no such file"),
    ],
)
def test_a_module_that_can_not_be_used_is_told(tmp_path: Path, text: str | None, words: str) -> None:
    file = tmp_path / "my_states.py"
    if text is not None:
        file.write_text(text)
    with pytest.raises(StateModuleFailed, match=words), serving_states(str(file), time.monotonic() + 60):
        pass


def test_a_module_that_hangs_is_ended_by_the_deadline(tmp_path: Path) -> None:
    file = tmp_path / "my_states.py"
    file.write_text("import time; time.sleep(100)")
    with (
        pytest.raises(StateModuleFailed, match="not loaded within"),
        serving_states(str(file), time.monotonic() + 0.5),
    ):
        pass


def test_a_dotted_name_is_found_in_the_folder_of_the_run(tmp_path: Path) -> None:
    package = tmp_path / "orders_tests"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "states.py").write_text("STATES = {'n': lambda n: {'n': n}}")
    with serving_states("orders_tests.states", time.monotonic() + 60) as url:
        assert changed(url, "n") == (200, '{"n": 3}')


def test_a_replay_asks_the_module(provider_url: str, pact_file: Callable[..., str], tmp_path: Path) -> None:
    file = tmp_path / "my_states.py"
    log = tmp_path / "log"
    file.write_text(
        f"def an_order_exists(n):\n    open({str(log)!r}, 'a').write(f'up {{n}};')\n    yield\n"
        f"    open({str(log)!r}, 'a').write('down;')\n"
    )
    pact = pact_file(
        interaction("with a state", "/orders/1", state="an order exists"),
        interaction("with another state", "/orders/1", state="the moon is full"),
        GOOD,
    )
    target = Target(
        provider="orders",
        base_url=provider_url,
        state_module=str(file),
        replay=ReplayJob("orders", provider_url, files=(pact,)),
    )
    found = {each.name: each for each in run(target, Unwatched(), time.monotonic() + 60).checks}
    assert {name: each.status for name, each in found.items()} == {
        "with a state": CheckStatus.PASSED,
        "with another state": CheckStatus.MISSING_STATE,
        "get an order": CheckStatus.PASSED,
    }
    assert "no callable for the provider state 'the moon is full'" in found["with another state"].error
    assert log.read_text() == "up 1;down;"


def test_a_module_that_can_not_be_used_is_a_problem_of_the_suite(
    provider_url: str, pact_file: Callable[..., str]
) -> None:
    target = Target(
        provider="orders",
        base_url=provider_url,
        state_module="no_such_module_anywhere",
        replay=ReplayJob("orders", provider_url, files=(pact_file(GOOD),)),
    )
    found = run(target, Unwatched(), time.monotonic() + 60)
    assert (found.suite, found.checks) == (Suite.CONTRACTS, ())
    assert found.problems[0].startswith("--state-module: no_such_module_anywhere can't be imported")
