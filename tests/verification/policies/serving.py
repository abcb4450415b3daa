"""Serves an application on a socket of its own while a block runs."""

import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import uvicorn

from contracthub.domain.verification_runs import Check, CheckStatus, SuiteRun
from contracthub.verification.policies.suite import run
from contracthub.verification.suites import Target, Unwatched


@contextmanager
def serving(app: Any) -> Iterator[str]:
    """The address of the application."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", access_log=False, lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


def held_against(url: str, settings: Mapping[str, Any], **more: Any) -> SuiteRun:
    """What the suite finds."""
    target = Target(provider="office", base_url=url, settings={"policies": settings}, **more)
    return run(target, Unwatched(), time.monotonic() + 90)


def failed(found: SuiteRun) -> dict[str, Check]:
    """The checks that failed, by their names."""
    return {each.name: each for each in found.checks if each.status is CheckStatus.FAILED}
