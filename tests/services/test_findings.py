"""How much is kept of findings and approvals, and what a report costs: on both databases."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from contracthub.domain.errors import Conflict
from contracthub.domain.pacticipants import Page
from contracthub.services import approvals as approval_services
from contracthub.services import findings as services
from contracthub.services.hub import Hub
from contracthub.services.ports.findings import FindingsQuestion
from contracthub.storage.engine import Database
from contracthub.storage.units import DatabaseStorage
from tests.web.api.test_findings import finding

UNTIL = (datetime.now(UTC).date() + timedelta(days=7)).isoformat()


@pytest.fixture
def hub(database: Database) -> Hub:
    return Hub(DatabaseStorage(database))


def report(hub: Hub, version: str, operations: list[str], *, branch: str = "main") -> services.ReportReceipt:
    body = {"branch": branch, "operations": operations, "complete": True}
    return services.report_findings(hub, "Orders", version, body | {"findings": [finding(each) for each in operations]})


def known(hub: Hub) -> dict[int, str]:
    question = FindingsQuestion(today=hub.now().date())
    listed = services.list_findings(hub, "Orders", question, page=Page(size=1000))
    return {each.number: each.finding.operation for each in listed.entries}


def test_the_oldest_that_are_not_of_use_make_room(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MOST_FINDINGS", 5)
    report(hub, "1", ["GET /fixed"])
    body = {"branch": "main", "operations": ["GET /fixed"], "complete": True, "findings": []}
    services.report_findings(hub, "Orders", "2", body)
    report(hub, "3", ["GET /of-a-branch"], branch="feature")
    report(hub, "4", ["GET /1", "GET /2", "GET /3"])
    assert len(known(hub)) == 5
    report(hub, "5", ["GET /4", "GET /5"])
    assert sorted(known(hub)) == [3, 4, 5, 6, 7]
    with pytest.raises(Conflict, match="the most that are kept"):
        report(hub, "6", ["GET /6"])
    assert sorted(known(hub)) == [3, 4, 5, 6, 7]


def test_a_number_is_not_given_again_when_the_last_finding_is_forgotten(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "MOST_FINDINGS", 2)
    report(hub, "0", [])
    for number in range(1, 5):
        report(hub, str(number), [f"GET /{number}"], branch="feature")
    assert known(hub) == {3: "GET /3", 4: "GET /4"}


def test_more_approvals_than_are_kept_are_refused_whole(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(approval_services, "MOST_APPROVALS", 2)
    terms = {"reason": "why not", "until": UNTIL, "by": "Ada"}
    for number in range(2):
        approval_services.approve(hub, "Orders", f"{number:032x}", terms, None)
    with pytest.raises(Conflict, match="the most that are kept"):
        approval_services.approve(hub, "Orders", "f" * 32, terms, None)
    approval_services.approve(hub, "Orders", f"{0:032x}", terms | {"reason": "again"}, None)
    assert approval_services.list_approvals(hub, "Orders", page=Page()).total == 2


@pytest.fixture
def counted(database: Database) -> Iterator[Callable[[Callable[[], object]], int]]:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    def count(call: Callable[[], object]) -> int:
        seen.clear()
        call()
        return len(seen)

    event.listen(database.engine, "before_cursor_execute", note)
    yield count
    event.remove(database.engine, "before_cursor_execute", note)


def test_a_report_of_many_findings_asks_no_more_of_the_database_than_one_of_few(
    hub: Hub, counted: Callable[[Callable[[], object]], int]
) -> None:
    few, many = ["GET /a", "GET /b"], [f"GET /{number}" for number in range(100)]
    report(hub, "0", [])
    new = counted(lambda: report(hub, "1", few))
    assert counted(lambda: report(hub, "2", many)) <= new + 5
    again = counted(lambda: report(hub, "3", few))
    assert counted(lambda: report(hub, "4", many)) <= again + 5
