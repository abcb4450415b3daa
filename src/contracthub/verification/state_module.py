"""Provider states by Python callables: a module of the provider's own, served in a process of its own.

The suites ask it as they ask a state URL, so it is the same to both; it can be killed, and its import breaks nothing
else. Run with ``python -m contracthub.verification.state_module MODULE|FILE``: the first line on standard output is
the address, or why there is none.
"""

import importlib
import importlib.util
import inspect
import json
import os
import re
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any

_MAPPINGS = ("STATES", "PROVIDER_STATES", "STATE_HANDLERS", "states", "provider_states", "state_handlers")
_FUNCTIONS = ("state_handler", "provider_state", "change_state")
_LISTENING = "listening on "
_LONGEST_START = 30.0
_ARGUMENTS = ("state", "action", "parameters")


class StateModuleFailed(Exception):
    """The module can't be used; the text says why."""


class UnknownState(Exception):
    """The module has no callable for a state."""


@contextmanager
def serving_states(module: str, deadline: float) -> Iterator[str]:
    """The address that changes states by a module, while the block runs. Raises StateModuleFailed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "contracthub.verification.state_module", module],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    left = max(0.0, min(_LONGEST_START, deadline - time.monotonic()))
    late = threading.Timer(left, process.kill)
    late.start()
    try:
        assert process.stdout is not None
        line = process.stdout.readline().strip()
        late.cancel()
        if not line.startswith(_LISTENING):
            raise StateModuleFailed(line or f"{module} was not loaded within {left:g} s, or ended the process.")
        # What its callables print later is nobody's to read.
        threading.Thread(target=_drain, args=(process.stdout,), daemon=True).start()
        yield line.removeprefix(_LISTENING)
    finally:
        late.cancel()
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


def _drain(stream: Any) -> None:
    try:
        for _ in stream:
            pass
    except ValueError:
        # It was closed while we waited for it.
        return


class StateCallables:
    """The callables of a module, by the states that they are for.

    A module has a mapping of names to callables (``STATES``), a function ``state_handler(state, action, parameters)``,
    or a function for each state that is called like it: ``a session exists`` is ``a_session_exists``. A callable takes
    what of ``state``, ``action`` and ``parameters`` it names, and parameters of the pact by their names. One that
    yields is a setup up to there, and a teardown after.
    """

    def __init__(self, module: ModuleType) -> None:
        self._module = module
        self._open: dict[str, list[Generator[Any, None, None]]] = {}

    def change(self, state: str, action: str, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
        """Values for generators that the callable gives. Raises UnknownState, and whatever the callable raises."""
        if action == "teardown" and self._open.get(state):
            next(self._open[state].pop(), None)
            return {}
        function, by_name = self._callable(state)
        if action == "teardown" and by_name and "action" not in inspect.signature(function).parameters:
            return {}
        given = _called(function, {"state": state, "action": action, "parameters": dict(parameters)})
        if not isinstance(given, Generator):
            return given if isinstance(given, Mapping) else {}
        if action == "teardown":
            return {}
        self._open.setdefault(state, []).append(given)
        values = next(given, None)
        return values if isinstance(values, Mapping) else {}

    def _callable(self, state: str) -> tuple[Callable[..., Any], bool]:
        """The callable for a state, and whether it is for this state alone."""
        for name in _MAPPINGS:
            mapping = getattr(self._module, name, None)
            if isinstance(mapping, Mapping) and callable(found := mapping.get(state)):
                return found, True
        own = getattr(self._module, re.sub(r"\W+", "_", state.lower()).strip("_") or "_", None)
        if callable(own):
            return own, True
        for name in _FUNCTIONS:
            function = getattr(self._module, name, None)
            if callable(function):
                return function, False
        raise UnknownState(f"There is no callable for the provider state {state!r} in {self._module.__name__}.")


def _called(function: Callable[..., Any], known: Mapping[str, Any]) -> Any:
    """Calls with what the function names: of the change itself, then of the pact's parameters; else by position."""
    signature = inspect.signature(function)
    kinds = inspect.Parameter
    values = {**known["parameters"], **known, "params": known["parameters"]}
    named: dict[str, Any] = {}
    positional: list[Any] = []
    for name, parameter in signature.parameters.items():
        if parameter.kind is kinds.VAR_KEYWORD:
            named |= {key: value for key, value in known["parameters"].items() if key not in named}
        elif parameter.kind is not kinds.VAR_POSITIONAL and name in values:
            if parameter.kind is kinds.POSITIONAL_ONLY:
                positional.append(values[name])
            else:
                named[name] = values[name]
        elif (
            parameter.kind in (kinds.POSITIONAL_ONLY, kinds.POSITIONAL_OR_KEYWORD) and parameter.default is kinds.empty
        ):
            # pact-python's own: one argument is the parameters, of two the first is the action.
            wanting = [each for each in signature.parameters.values() if each.default is kinds.empty]
            order = _ARGUMENTS[-len(wanting) :] if len(wanting) <= len(_ARGUMENTS) else _ARGUMENTS
            positional.append(known[order[len(positional)]] if len(positional) < len(order) else None)
    return function(*positional, **named)


def loaded(module: str) -> ModuleType:
    """A module by its name, or by its file. Raises StateModuleFailed."""
    path = Path(module).resolve()
    if module.endswith(".py") and not path.is_file():
        raise StateModuleFailed(f"{module}: there is no such file.")
    try:
        return _imported(path) if module.endswith(".py") else importlib.import_module(module)
    except BaseException as error:
        traceback.print_exc()
        raise StateModuleFailed(f"{module} can't be imported: {type(error).__name__}: {error}") from error


def _imported(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    sys.path.insert(0, str(path.parent))
    found = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = found
    spec.loader.exec_module(found)
    return found


def main() -> None:
    """Serves the states of the module that is named in the first argument, for as long as its parent lives."""
    sys.path.insert(0, str(Path.cwd()))
    try:
        states = StateCallables(loaded(sys.argv[1]))
    except StateModuleFailed as failure:
        print(" ".join(str(failure).split()))  # noqa: T201 (the first line is for the parent)
        return
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(states))
    print(f"{_LISTENING}http://127.0.0.1:{server.server_port}/", flush=True)  # noqa: T201 (the same)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    server.serve_forever()


def _end_with_parent() -> None:
    sys.stdin.read()
    os._exit(0)


def _handler(states: StateCallables) -> type[BaseHTTPRequestHandler]:
    # Its callables need not be written for several threads.
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            change = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
            name, action = str(change.get("state") or ""), str(change.get("action") or "setup")
            status, answer = 200, "{}"
            try:
                with lock:
                    values = states.change(name, action, change.get("params") or {}) if name else {}
                answer = json.dumps(values, default=str)
            except UnknownState as unknown:
                status, answer = 404, str(unknown)
            except Exception as error:  # noqa: BLE001 - whatever a callable raises is why the state is missing
                traceback.print_exc()
                status, answer = 500, f"{type(error).__name__}: {error}"
            self._answer(status, answer.encode())

        def _answer(self, status: int, content: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json" if status == 200 else "text/plain")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Keeps quiet."""

    return Handler


if __name__ == "__main__":
    main()
