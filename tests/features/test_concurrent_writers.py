"""Many clients that write at once over real sockets: no 5xx, nothing lost, one content per version and provider."""

import json
import random
import threading
from collections.abc import Callable, Iterable
from contextlib import closing

from sqlalchemy import text

from contracthub.storage.engine import Database
from tests.conftest import LiveHub
from tests.faults.hub_process import Answer, Caller
from tests.faults.publishing import Publish, Stream, check, check_soundness
from tests.features.given import pact

WRITERS = 8


def together(url: str, jobs: Iterable[Callable[[Caller], Answer]]) -> list[Answer]:
    """What the hub answers to jobs that start at the same moment, each on a connection of its own."""
    todo = list(jobs)
    answers: list[Answer | None] = [None] * len(todo)
    barrier = threading.Barrier(len(todo))

    def run(place: int) -> None:
        with closing(Caller(url)) as caller:
            caller.call("GET", "/")
            barrier.wait()
            answers[place] = todo[place](caller)

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(todo))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert None not in answers
    return [answer for answer in answers if answer is not None]


def publish_of(number: str, content: int) -> Publish:
    body = json.dumps(pact("Foo", "Bar", content)).encode()
    return Publish("Foo", number, {"Bar": body}, branch="main", tag="dev")


def calling(method: str, path: str, body: object) -> Callable[[Caller], Answer]:
    return lambda caller: caller.call(method, path, body)


def test_eight_writers_lose_nothing(database_url: str, database: Database, start_hub: Callable[[str], LiveHub]) -> None:
    hub = start_hub(database_url)
    stream = Stream(hub.url, seed=1, label="all", writers=WRITERS, most=12)
    stream.start()
    stream.join(stop=False)
    assert [each.status for each in stream.sent] == [200] * (WRITERS * 12)
    assert check(database, stream.sent) == WRITERS * 12
    check_soundness(database)


def test_one_content_per_version_whoever_publishes_what(
    database_url: str, database: Database, start_hub: Callable[[str], LiveHub]
) -> None:
    hub, chance = start_hub(database_url), random.Random(5)
    for number in range(8):
        contents = [chance.randrange(3) for _ in range(WRITERS)]
        sent = [publish_of(f"{number}", content) for content in contents]
        answers = together(hub.url, [calling("POST", "/contracts/publish", each.body()) for each in sent])
        stored = hub.get(f"/pacts/provider/Bar/consumer/Foo/version/{number}").json()["interactions"][0]["description"]
        expected = [200 if stored == f"request {content}" else 409 for content in contents]
        assert [answer.status for answer in answers] == expected, (number, contents, stored)
    with database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM publication")).scalar() == 8


def test_everything_at_once(database_url: str, database: Database, start_hub: Callable[[str], LiveHub]) -> None:
    hub, chance = start_hub(database_url), random.Random(9)
    environments = hub.get("/environments").json()["_embedded"]["environments"]
    homes = [each["uuid"] for each in environments]
    for number in range(4):
        assert hub.post("/contracts/publish", publish_of(f"v{number}", number).body()).status_code == 200
    for turn in range(8):
        jobs = list(mixed_jobs(chance, homes, turn))
        chance.shuffle(jobs)
        answers = together(hub.url, jobs)
        assert {answer.status for answer in answers} <= {200, 201, 409}, [answer.body[:300] for answer in answers]
    with database.reading() as connection:
        check_histories(lambda statement: connection.execute(text(statement)).scalar())
    check_soundness(database)


def mixed_jobs(chance: random.Random, homes: list[str], turn: int) -> Iterable[Callable[[Caller], Answer]]:
    """Writes that meet each other: the same version, branches, tags, slots, results and new pacticipants."""
    old = f"/pacticipants/Foo/versions/v{chance.randrange(4)}"
    for _ in range(2):
        yield calling("POST", "/contracts/publish", publish_of(f"t{turn}", chance.randrange(2)).body())
        yield calling("POST", f"{old}/deployed-versions/environment/{homes[turn % 2]}", {"applicationInstance": "blue"})
        yield calling("PUT", f"/pacticipants/Foo/branches/b{turn % 3}/versions/v{chance.randrange(4)}", {})
    for tag in ("test", "production", f"t{turn}"):
        # The first two are named like environments, so they deploy as well.
        yield calling("PUT", f"/pacticipants/Foo/versions/v{chance.randrange(4)}/tags/{tag}", {})
    yield calling("POST", f"{old}/released-versions/environment/{homes[0]}", {})
    yield report_on(f"v{chance.randrange(4)}", f"p{turn % 2}")
    yield report_on(f"v{chance.randrange(4)}", f"p{turn % 2}")
    crossed = ["New Oven", "New Cellar"] if turn % 2 else ["New Cellar", "New Oven"]
    for first, second in (crossed, crossed[::-1]):
        body = json.dumps(pact(f"{first}{turn}", f"{second}{turn}")).encode()
        publish = Publish(f"{first}{turn}", "1", {f"{second}{turn}": body}, branch="main", tag="dev")
        yield calling("POST", "/contracts/publish", publish.body())


def report_on(number: str, provider_number: str) -> Callable[[Caller], Answer]:
    """Verify the pact of a version: reads its link, then posts there."""

    def report(caller: Caller) -> Answer:
        document = caller.call("GET", f"/pacts/provider/Bar/consumer/Foo/version/{number}").json
        href = document["_links"]["pb:publish-verification-results"]["href"]
        path = "/" + href.split("/", 3)[3]
        return caller.call("POST", path, {"success": True, "providerApplicationVersion": provider_number})

    return report


def check_histories(count: Callable[[str], int | None]) -> None:
    """What must be true of the tables whatever happened at once."""
    assert (
        count(
            "SELECT count(*) FROM (SELECT 1 FROM deployed_version WHERE undeployed_at IS NULL"
            " GROUP BY environment_id, pacticipant_id, application_instance HAVING count(*) > 1) AS taken_twice"
        )
        == 0
    )
    assert (
        count(
            "SELECT count(*) FROM (SELECT 1 FROM publication GROUP BY version_id, provider_id HAVING count(*) > 1) AS t"
        )
        == 0
    )
    newest = "SELECT max(id) FROM branch_version WHERE branch_version.branch_id = branch.id"
    assert (
        count(
            "SELECT count(*) FROM branch JOIN branch_version ON branch_version.branch_id = branch.id"
            f" WHERE branch_version.id = ({newest}) AND branch.head_version_id <> branch_version.version_id"
        )
        == 0
    )
    newest = (
        "SELECT max(id) FROM verification WHERE verification.contract_id = latest_verification.contract_id"
        " AND verification.provider_version_id = latest_verification.provider_version_id"
    )
    assert count(f"SELECT count(*) FROM latest_verification WHERE verification_id <> ({newest})") == 0
    assert count("SELECT count(*) FROM latest_verification") != 0


def test_the_threads_of_one_hub_and_of_another_share_one_database(
    database_url: str, database: Database, start_hub: Callable[[str], LiveHub]
) -> None:
    hubs = [start_hub(database_url) for _ in range(2)]
    streams = [Stream(hub.url, seed=2, label=f"h{number}", most=6) for number, hub in enumerate(hubs)]
    for stream in streams:
        stream.start()
    for stream in streams:
        stream.join(stop=False)
    sent = [each for stream in streams for each in stream.sent]
    assert [each.status for each in sent] == [200] * 48
    assert check(database, sent) == 48
