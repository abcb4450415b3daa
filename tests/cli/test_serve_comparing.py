"""`contracthub serve` ends well while documents are compared."""

import base64
import contextlib
import json
import os
import select
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from tests.registry_process import HANGS_AFTER_SECONDS, registry_process


def test_who_waits_for_a_comparison_is_told_that_the_hub_ends(sqlite_url: str) -> None:
    document = {"openapi": "3.1.0", "info": {"title": "it", "version": "1"}, "paths": {}}
    content = base64.b64encode(json.dumps(document).encode()).decode()
    contract = {"files": [{"path": "api.json", "content": content}]}
    offered = {"provider": "it", "version": "1", "branch": "main", "contract": contract}
    with registry_process(sqlite_url) as running, ThreadPoolExecutor(1) as pool:
        assert httpx.post(f"{running.hub}/api/v1/provider-contracts", json=offered).status_code == 201
        route = f"{running.hub}/api/v1/providers/it/diff?oldVersion=1&newVersion=1"
        assert httpx.get(route, timeout=HANGS_AFTER_SECONDS).status_code == 200
        (child,) = _comparing_below(running.process.pid)
        os.kill(child, signal.SIGSTOP)
        try:
            asked = pool.submit(httpx.get, f"{route}&consumers=false", timeout=HANGS_AFTER_SECONDS)
            _await_question(child)
            running.process.send_signal(signal.SIGTERM)

            answer = asked.result()

            assert (answer.status_code, "about to end" in answer.text) == (503, True)
            assert running.process.wait(HANGS_AFTER_SECONDS) == 0
            assert not Path(f"/proc/{child}").exists()
        finally:
            # It ends with its hub, unless it stands still.
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGCONT)


def _comparing_below(parent: int) -> list[int]:
    listed = (each.read_text() for each in Path(f"/proc/{parent}/task").glob("*/children"))
    found = [int(each) for line in listed for each in line.split()]
    return [each for each in found if b"comparing_child" in Path(f"/proc/{each}/cmdline").read_bytes()]


def _await_question(child: int) -> None:
    """Until something is to be read on the standard input of a process."""
    source = os.open(f"/proc/{child}/fd/0", os.O_RDONLY)
    try:
        assert select.select([source], [], [], HANGS_AFTER_SECONDS)[0]
    finally:
        os.close(source)
