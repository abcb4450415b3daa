"""Many clients that publish, verify and remove live contracts at once: no 5xx, one content per place, nothing left."""

import random
from collections.abc import Callable, Iterator

from sqlalchemy import text

from contracthub.storage.engine import Database
from tests.conftest import LiveHub
from tests.faults.hub_process import Answer, Caller
from tests.features.live import conversation, journey
from tests.features.test_concurrent_writers import WRITERS, calling, together

OF_FOO = "/api/v1/pacticipants/Foo/versions/{}/live-contracts"
REFERRED = (
    "SELECT count(*) FROM contract WHERE NOT EXISTS (SELECT 1 FROM live_publication WHERE contract_id = contract.id)",
    (
        "SELECT count(*) FROM live_content WHERE NOT EXISTS "
        "(SELECT 1 FROM live_publication WHERE live_content_id = live_content.id)"
    ),
    (
        "SELECT count(*) FROM integration WHERE NOT EXISTS (SELECT 1 FROM contract "
        "WHERE contract.consumer_id = integration.consumer_id AND contract.provider_id = integration.provider_id)"
    ),
)


def body(number: str, *contents: str, overwrite: bool = False) -> dict[str, object]:
    contracts = [{"content": each} for each in contents]
    return {"consumer": "Foo", "version": number, "branch": "main", "overwrite": overwrite, "contracts": contracts}


def test_one_content_per_place_whoever_publishes_what(
    database_url: str, database: Database, start_hub: Callable[[str], LiveHub]
) -> None:
    hub, chance = start_hub(database_url), random.Random(5)
    for number in map(str, range(6)):
        contents = [chance.randrange(1, 3) for _ in range(WRITERS)]
        jobs = [
            calling("POST", "/api/v1/live-contracts", body(number, conversation("Bar", each), journey("Bar", "Baz")))
            for each in contents
        ]
        answers = together(hub.url, jobs)
        place = OF_FOO.format(number) + "/conversation/Bar/live%20stream"
        stored = hub.get(place).json()["content"]
        for content, answer in zip(contents, answers, strict=True):
            expected = {200, 201} if conversation("Bar", content) == stored else {409}
            assert answer.status in expected, (number, answer.status, answer.body[:500])
    with database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM live_publication")).scalar() == 6 * 3


def test_whatever_happens_at_once_leaves_nothing_behind(
    database_url: str, database: Database, start_hub: Callable[[str], LiveHub]
) -> None:
    hub, chance = start_hub(database_url), random.Random(7)
    for _ in range(12):
        jobs = list(jobs_of(chance))
        chance.shuffle(jobs)
        answers = together(hub.url, jobs)
        assert {each.status for each in answers} <= {200, 201, 204, 404, 409}, [each.body[:300] for each in answers]
    with database.reading() as connection:
        assert [connection.execute(text(each)).scalar() for each in REFERRED] == [0, 0, 0]


def jobs_of(chance: random.Random) -> Iterator[Callable[[Caller], Answer]]:
    """What meets at the same two versions: the same and other contents, results, removals."""
    for _ in range(3):
        number, content = str(chance.randrange(2)), chance.randrange(1, 3)
        providers = chance.choice((("Bar",), ("Bar", "Baz"), ("Baz",)))
        contents = (conversation("Bar", content), journey(*providers, content=content))
        yield calling("POST", "/api/v1/live-contracts", body(number, *contents, overwrite=chance.random() < 0.7))
    place = OF_FOO.format(chance.randrange(2)) + "/conversation/Bar/live%20stream"
    result = {"success": True, "providerApplicationVersion": str(chance.randrange(2)), "branch": "main"}
    yield calling("POST", f"{place}/verification-results", result)
    yield calling("DELETE", place, {})
    yield calling("DELETE", OF_FOO.format(chance.randrange(2)) + "/journey/Baz/buying", {})
    yield calling("DELETE", chance.choice(("/pacticipants/Foo/versions/1", "/pacticipants/Baz")), {})
