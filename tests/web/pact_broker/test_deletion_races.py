"""Deletions that meet publications, results, branches and tags: whatever wins, what is folded is right afterwards."""

import random
from collections.abc import Callable, Iterator

from contracthub.storage.engine import Database
from contracthub.storage.tables import (
    ContractRow,
    IntegrationRow,
    LatestVerificationRow,
    LineSuccessRow,
    PublicationRow,
    VerificationRow,
)
from tests.conftest import LiveHub
from tests.faults.hub_process import Answer, Caller
from tests.features.test_concurrent_writers import calling, publish_of, together
from tests.services.test_deletion_model import rows, slow_latest, slow_lines

ROUNDS = 12


def removing(path: str) -> Callable[[Caller], Answer]:
    return lambda caller: caller.call("DELETE", path)


def report_on(number: str) -> Callable[[Caller], Answer]:
    """Verify the pact of a version, where there is one."""

    def report(caller: Caller) -> Answer:
        document = caller.call("GET", f"/pacts/provider/Bar/consumer/Foo/version/{number}")
        if document.status != 200:
            return document
        path = "/" + document.json["_links"]["pb:publish-verification-results"]["href"].split("/", 3)[3]
        return caller.call("POST", path, {"success": True, "providerApplicationVersion": f"p{number}"})

    return report


def jobs(chance: random.Random) -> Iterator[Callable[[Caller], Answer]]:
    number, other = chance.sample("123", 2)
    for each in (number, other):
        yield calling("POST", "/contracts/publish", publish_of(each, int(each)).body())
        yield report_on(each)
        yield calling("PUT", f"/pacticipants/Bar/branches/b/versions/p{each}", {})
        yield calling("PUT", f"/pacticipants/Bar/versions/p{each}/tags/t", {})
    removals = (
        f"/pacticipants/Foo/versions/{number}",
        f"/pacticipants/Bar/versions/p{number}",
        f"/pacticipants/Bar/versions/p{other}/tags/t",
        f"/pacticipants/Bar/branches/b/versions/p{other}",
        "/pacticipants/Bar/branches/b",
        f"/pacts/provider/Bar/consumer/Foo/version/{other}",
        "/pacts/provider/Bar/consumer/Foo/versions",
        "/integrations/provider/Bar/consumer/Foo",
        "/pacticipants/Foo",
    )
    yield from map(removing, chance.sample(removals, 3))


def test_whatever_wins_the_tables_fit(
    database_url: str, database: Database, start_hub: Callable[[str], LiveHub]
) -> None:
    hub, chance = start_hub(database_url), random.Random(3)
    for _ in range(ROUNDS):
        answers = together(hub.url, jobs(chance))
        # What another one took away meanwhile is told so: send it again.
        assert {each.status for each in answers} <= {200, 201, 204, 404, 409, 503}, [each.body for each in answers]
        check(database)


def check(database: Database) -> None:
    with database.reading() as connection:
        latest = {
            (each.contract_id, each.provider_version_id): (each.verification_id, each.success, each.missing_state)
            for each in rows(connection, LatestVerificationRow)
        }
        assert latest == slow_latest(rows(connection, VerificationRow))
        lines = {(each.contract_id, each.kind, each.name) for each in rows(connection, LineSuccessRow)}
        assert lines == set(slow_lines(connection))
        contracts = rows(connection, ContractRow)
        assert {each.id for each in contracts} == {each.contract_id for each in rows(connection, PublicationRow)}
        pairs = {(each.consumer_id, each.provider_id) for each in rows(connection, IntegrationRow)}
        assert pairs == {(each.consumer_id, each.provider_id) for each in contracts}
