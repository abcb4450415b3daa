"""Kill -9 of the hub in the middle of a document's check: nothing is left running, and the check is made again."""

import base64
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

from contracthub.services.document_checks import MOST_ATTEMPTS
from contracthub.services.hub import utc_now
from contracthub.storage.checks import check
from contracthub.storage.engine import open_database
from tests.checking.test_processes import is_running, many_unknown_directives
from tests.faults.hub_process import HANGS_AFTER_SECONDS, HubProcess, serving

CHECK = "/api/v1/pacticipants/mercatrix/versions/{}/provider-contracts/graphql/check"
TICK = 0.02


def publish(hub: HubProcess, body: bytes, version: str = "1") -> None:
    file = {"path": "a.graphql", "content": base64.b64encode(body).decode()}
    request = {"provider": "mercatrix", "version": version, "contract": {"files": [file]}}
    answer = hub.ask("POST", "/api/v1/provider-contracts", request)
    assert answer.status in {200, 201}, answer.body


def check_of(hub: HubProcess, version: str = "1") -> Any:
    return hub.ask("GET", CHECK.format(version)).json


def checker_of(hub: HubProcess) -> int:
    """The process that checks for a hub, once there is one."""
    tasks = Path(f"/proc/{hub.process.pid}/task")
    for _ in range(int(HANGS_AFTER_SECONDS / TICK)):
        for task in tasks.iterdir():
            children = (task / "children").read_text().split()
            if children:
                return int(children[0])
        threading.Event().wait(TICK)
    raise AssertionError("nothing is being checked")


def wait_until_done(hub: HubProcess, version: str = "1") -> Any:
    for _ in range(int(HANGS_AFTER_SECONDS / TICK)):
        told = check_of(hub, version)
        if told["status"] != "pending":
            return told
        threading.Event().wait(TICK)
    raise AssertionError("the check was not made")


def wait_for_end(process: int) -> None:
    for _ in range(int(HANGS_AFTER_SECONDS / TICK)):
        if not is_running(process):
            return
        threading.Event().wait(TICK)
    raise AssertionError("the process outlived its hub")


def let_leases_pass(database_url: str) -> None:
    """What some minutes would do."""
    with closing(open_database(database_url)) as database, database.writing() as connection:
        held = check.c.lease_until.is_not(None)
        connection.execute(check.update().where(held).values(lease_until=utc_now()))


def test_a_document_that_hubs_die_of_is_given_up_and_the_others_are_checked(empty_url: str) -> None:
    body = many_unknown_directives().text
    for number in range(MOST_ATTEMPTS):
        with serving(empty_url) as hub:
            let_leases_pass(empty_url)
            if number == 0:
                publish(hub, body)
            checker = checker_of(hub)
            assert check_of(hub)["status"] == "pending"
            hub.kill()
            wait_for_end(checker)
            assert "Traceback" not in hub.said()
    with serving(empty_url) as hub:
        publish(hub, b"type Query { a: Int }", "2")
        let_leases_pass(empty_url)
        told = wait_until_done(hub)
        assert (told["status"], told["findings"]) == ("could-not-finish", [])
        assert str(MOST_ATTEMPTS) in told["reason"]
        assert wait_until_done(hub, "2")["status"] == "passed"


def test_a_hub_that_is_asked_to_end_does_not_wait_for_a_check(empty_url: str) -> None:
    with serving(empty_url) as hub:
        publish(hub, many_unknown_directives().text)
        checker = checker_of(hub)
        assert hub.terminate() == 0
        wait_for_end(checker)
        assert hub.said() == ""
    with serving(empty_url) as hub:
        # At once, without any lease to wait for.
        assert checker_of(hub)
        assert check_of(hub)["status"] == "pending"
