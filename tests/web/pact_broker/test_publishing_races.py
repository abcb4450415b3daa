"""The same version published at the same moment: one publication, whoever is first."""

import threading
from collections import Counter
from collections.abc import Callable

from httpx2 import Response
from sqlalchemy import text
from starlette.testclient import TestClient

from contracthub.storage.engine import Database
from tests.web.pact_broker.published import (
    contract,
    envelope,
    pact,
    pact_path,
    patch,
    publish,
    published,
    put,
    report,
    result,
    results_url,
)

WRITERS = 8


def at_once(send: Callable[[int], Response], writers: int = WRITERS) -> Counter[int]:
    """How often each status was answered."""
    gate, answers = threading.Barrier(writers), [0] * writers

    def write(position: int) -> None:
        gate.wait()
        answers[position] = send(position).status_code

    threads = [threading.Thread(target=write, args=(position,)) for position in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(answers)


def count(database: Database, table: str) -> int:
    with database.reading() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def test_equal_content_is_created_once(api: TestClient, database: Database) -> None:
    for number in ("1", "2", "3"):
        assert at_once(lambda _, number=number: put(api, pact(), number)) == {201: 1, 200: WRITERS - 1}  # type: ignore[misc]
    assert count(database, "publication") == 3
    assert count(database, "content") == 1
    assert count(database, "contract") == 1
    assert count(database, "integration") == 1


def test_other_content_is_refused(api: TestClient, database: Database) -> None:
    for number in ("1", "2", "3"):
        statuses = at_once(lambda position, number=number: put(api, pact(path=f"/{position}"), number))  # type: ignore[misc]
        assert statuses == {201: 1, 409: WRITERS - 1}
    assert count(database, "publication") == 3
    with database.reading() as connection:
        orphans = "SELECT count(*) FROM content WHERE id NOT IN (SELECT content_id FROM publication)"
        assert connection.execute(text(orphans)).scalar_one() == 0


def test_a_request_that_loses_leaves_nothing(api: TestClient, database: Database) -> None:
    def send(position: int) -> Response:
        other = contract(pact(provider=f"Own {position}"), provider=f"Own {position}")
        body = envelope("1", other, contract(pact(path=f"/{position}")), branch=f"b{position}", tags=[f"t{position}"])
        return publish(api, body)

    assert at_once(send) == {200: 1, 409: WRITERS - 1}
    assert count(database, "publication") == 2
    assert count(database, "branch") == 1
    assert count(database, "tag") == 1
    assert count(database, "pacticipant") == 3


def test_many_contracts_in_any_order(api: TestClient, database: Database) -> None:
    providers = [f"Provider {letter}x" for letter in "ABCDE"]

    def send(position: int) -> Response:
        order = providers[position % 5 :] + providers[: position % 5]
        same: dict[str, list[object]] = {"interactions": []}
        return publish(api, envelope(str(position % 2), *(contract(same, provider=name) for name in order)))

    assert at_once(send) == {200: WRITERS}
    assert count(database, "publication") == 10


def test_merging_at_once_loses_no_interaction(api: TestClient) -> None:
    def send(position: int) -> Response:
        part = pact(path=f"/{position}")
        part["interactions"][0]["description"] = f"part {position}"
        return patch(api, part)

    statuses = at_once(send, 4)

    assert statuses == {201: 1, 200: 3}
    assert len(api.get(pact_path()).json()["interactions"]) == 4


def test_results_at_once_are_all_kept_and_the_newest_counts(api: TestClient, database: Database) -> None:
    url = results_url(published(api))

    statuses = at_once(lambda position: report(api, url, result("1", success=position % 2 == 0)))

    assert statuses == {201: WRITERS}
    with database.reading() as connection:
        newest = "SELECT id, success FROM verification ORDER BY id DESC LIMIT 1"
        folded = "SELECT verification_id, success FROM latest_verification"
        assert connection.execute(text(newest)).all() == connection.execute(text(folded)).all()


def test_a_result_and_a_branch_at_once_do_not_miss_each_other(api: TestClient, database: Database) -> None:
    url = results_url(published(api))

    def send(position: int) -> Response:
        number = str(position // 2)
        if position % 2:
            return api.put(f"/pacticipants/Bar/branches/b{number}/versions/{number}", json={})
        return report(api, url, result(number))

    for number in range(WRITERS // 2):
        api.put(f"/pacticipants/Bar/versions/{number}", json={})
    assert at_once(send) == {201: WRITERS}
    with database.reading() as connection:
        names = connection.execute(text("SELECT name FROM line_success ORDER BY name")).scalars().all()
    assert names == [f"b{number}" for number in range(WRITERS // 2)]
