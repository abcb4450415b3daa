"""Runs that report the same findings at once, people that accept them, and a provider that is removed meanwhile."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from contracthub.storage.engine import Database, open_database
from tests.conftest import LiveHub
from tests.faults.hub_process import Answer, Caller
from tests.features.test_concurrent_writers import calling, together
from tests.web.api.test_findings import finding

WRITERS = 8
OPERATIONS = [f"GET /{index}" for index in range(6)]
UNTIL = (datetime.now(UTC).date() + timedelta(days=7)).isoformat()
ALL = "/api/v1/providers/Orders/findings"


def report(version: str, operations: list[str], *, complete: bool = True) -> Callable[[Caller], Answer]:
    findings = [finding(each, message=f"seen in {version}") for each in operations]
    body = {"branch": "main", "operations": OPERATIONS, "complete": complete, "findings": findings}
    return calling("POST", f"/api/v1/providers/Orders/versions/{version}/findings", body)


def test_the_same_findings_reported_at_once_are_one_each(
    database_url: str, database: Database, start_hub: Callable[[str], LiveHub]
) -> None:
    hub, chance = start_hub(database_url), random.Random(3)
    for number in range(4):
        jobs = []
        for writer in range(WRITERS):
            some = OPERATIONS[:]
            chance.shuffle(some)
            jobs.append(report(f"{number}.{writer}", some, complete=False))
        assert [answer.status for answer in together(hub.url, jobs)] == [200] * WRITERS
        listed = hub.get(ALL).json()["findings"]
        assert sorted(each["number"] for each in listed) == [1, 2, 3, 4, 5, 6]
        assert {each["operation"] for each in listed} == set(OPERATIONS)
    with database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM finding")).scalar() == 6
        assert connection.execute(text("SELECT count(*) FROM finding_state")).scalar() == 6


def test_reports_acceptances_and_approvals_in_any_mix_leave_every_finding_in_one_state(
    database_url: str, database: Database, start_hub: Callable[[str], LiveHub]
) -> None:
    hub, chance = start_hub(database_url), random.Random(4)
    assert hub.post("/api/v1/providers/Orders/versions/0/findings", {"findings": []}).status_code == 200
    accepted = {"owner": "Ada", "reason": "later", "until": UNTIL}
    approved = {"reason": "why not", "until": UNTIL, "by": "Ada"}
    for number in range(6):
        jobs = [report(f"{number}.{writer}", chance.sample(OPERATIONS, 4)) for writer in range(4)]
        jobs += [calling("POST", f"{ALL}/{1 + chance.randrange(6)}/acceptance", accepted) for _ in range(2)]
        change = f"{chance.randrange(2):032x}"
        jobs += [calling("PUT", f"/api/v1/providers/Orders/approvals/{change}", approved) for _ in range(2)]
        answers = together(hub.url, jobs)
        assert [each.status for each in answers[:4]] == [200] * 4
        assert {each.status for each in answers[4:6]} <= {200, 404, 409}
        assert {each.status for each in answers[6:]} <= {200, 201}
    with database.reading() as connection:
        rows = connection.execute(text("SELECT number, fingerprint FROM finding")).all()
        assert len({row.number for row in rows}) == len({row.fingerprint for row in rows}) == len(rows) == 6
        latest = (
            "SELECT count(*) FROM finding f JOIN finding_state s ON s.finding_id = f.id WHERE s.state <> f.state "
            "AND s.id = (SELECT max(id) FROM finding_state t WHERE t.finding_id = f.id)"
        )
        assert connection.execute(text(latest)).scalar() == 0


def test_a_provider_that_is_removed_takes_its_findings_along_whoever_reports_meanwhile(
    database_url: str, database: Database, start_hub: Callable[[str], LiveHub]
) -> None:
    hub = start_hub(database_url)
    for number in range(6):
        jobs = [report(f"{number}.{writer}", OPERATIONS) for writer in range(5)]
        answers = together(hub.url, [*jobs, calling("DELETE", "/pacticipants/Orders", None)])
        assert {each.status for each in answers[:5]} <= {200, 404}
        assert answers[5].status in {204, 404}
    with database.reading() as connection:
        orphans = "SELECT count(*) FROM finding WHERE provider_id NOT IN (SELECT id FROM pacticipant)"
        assert connection.execute(text(orphans)).scalar() == 0


def test_who_approves_while_the_provider_is_removed_approves_for_the_next_one(
    postgresql_url: str, start_hub: Callable[[str], LiveHub]
) -> None:
    hub, other = start_hub(postgresql_url), open_database(postgresql_url)
    approved = {"reason": "why not", "until": UNTIL, "by": "Ada"}
    assert hub.post("/api/v1/providers/Orders/versions/0/findings", {"findings": []}).status_code == 200
    waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    put = calling("PUT", f"/api/v1/providers/Orders/approvals/{7:032x}", approved)
    with other.engine.connect() as connection, ThreadPoolExecutor(1) as pool:
        connection.execute(text("DELETE FROM pacticipant WHERE name = 'Orders'"))
        answer = pool.submit(together, hub.url, [put])
        with other.engine.connect() as watching:
            while not watching.execute(waiting).scalar() and not answer.done():
                watching.rollback()
        connection.commit()
        assert [each.status for each in answer.result()] == [201]
    other.close()
    assert [each["fingerprint"] for each in hub.get(ALL.replace("findings", "approvals")).json()["approvals"]] == [
        f"{7:032x}"
    ]
