"""Providers of many styles, none of which has a fault in the lives of its resources: none is told of."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import uvicorn
from fastapi import FastAPI

from contracthub.domain.verification_runs import CheckStatus
from contracthub.verification.journeys.suite import run
from contracthub.verification.suites import Target, Unwatched
from tests.seeded_bugs.app import create_app
from tests.seeded_bugs.office import create_office
from tests.seeded_bugs.office_tokens import token
from tests.verification.state_solving.conftest import Shop, shop_app
from tests.verification.state_solving.test_styles import Store, store_app

MANAGER = (("Authorization", f"Bearer {token('ada', 'north', 'manager')}"),)


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.005)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


@pytest.mark.parametrize(
    ("app", "headers", "passing"),
    [
        (create_app, (), {"/orders"}),
        (create_office, MANAGER, {"/members", "/loans"}),
        (create_office, (), set()),
        (lambda: shop_app(Shop()), (), {"/customers", "/orders"}),
        (lambda: store_app(Store()), (), {"/items", "/items/{sku}/labels", "/parcels"}),
    ],
)
def test_a_provider_without_faults_has_none(
    app: Callable[[], FastAPI], headers: tuple[tuple[str, str], ...], passing: set[str]
) -> None:
    with serving(app()) as url:
        target = Target(provider="any", base_url=url, headers=headers)
        for _ in range(2):
            found = run(target, Unwatched(), time.monotonic() + 60)
            passed = {each.name.rpartition(" ")[2] for each in found.checks if each.status is CheckStatus.PASSED}
            assert passed == passing
            assert {each.status for each in found.checks} <= {CheckStatus.PASSED, CheckStatus.SKIPPED}
            assert found.problems == ()
