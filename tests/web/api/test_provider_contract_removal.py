"""What is removed takes its provider contracts along, and bytes go with the last document that has them."""

import threading
from typing import Any

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from contracthub.storage.engine import Database
from tests.features.given import Given
from tests.web.api.offers import CHANGED, OPENAPI, file, request

PATH = "/api/v1/provider-contracts"
RESULTS = {"success": True, "content": "YWxsIHdlbGw="}


def published(api: TestClient, version: str, *files: dict[str, str], provider: str = "mercatrix", **more: Any) -> None:
    body = request(*files, provider=provider, version=version, **more)
    assert api.post(PATH, json=body).status_code in (200, 201)


def counted(database: Database, table: str) -> int:
    with database.reading() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def bodies(database: Database) -> set[bytes]:
    with database.reading() as connection:
        return {bytes(body) for body in connection.execute(text("SELECT body FROM document")).scalars()}


@pytest.mark.parametrize(
    ("path", "left"),
    [
        ("/pacticipants/mercatrix/versions/1", {OPENAPI, CHANGED}),
        ("/pacticipants/mercatrix/versions/2", {OPENAPI, b"all well"}),
        ("/pacticipants/mercatrix", {OPENAPI}),
        ("/pacticipants/distilera", {OPENAPI, CHANGED, b"all well"}),
        ("/pacticipants/mercatrix/branches/main", {OPENAPI, CHANGED, b"all well"}),
        ("/integrations", set()),
    ],
)
def test_bytes_go_with_the_last_document_that_has_them(
    api: TestClient, database: Database, path: str, left: set[bytes]
) -> None:
    published(api, "1", of_contract={"selfVerification": RESULTS}, branch="main")
    published(api, "2", file("openapi.yaml", CHANGED), branch="main")
    published(api, "1", provider="distilera")
    assert api.delete(path).status_code in (200, 204)
    assert bodies(database) == left


def test_a_provider_that_offers_something_outlives_its_last_integration(api: TestClient, database: Database) -> None:
    given = Given(api)
    given.published("web", "1", {"mercatrix": 1})
    published(api, "7")
    given.version("mercatrix", "8")
    assert api.delete("/integrations/provider/mercatrix/consumer/web").status_code == 204
    assert [each["number"] for each in given.get("/pacticipants/mercatrix/versions")["_embedded"]["versions"]] == ["7"]
    assert counted(database, "provider_contract") == 1
    assert api.get("/pacticipants/web").status_code == 404


def test_publishing_and_removing_at_once_leaves_nothing_half_done(api: TestClient, database: Database) -> None:
    answers: list[int] = []
    texts = [OPENAPI, CHANGED]

    def publish(turn: int) -> None:
        for number in range(6):
            body = request(file("openapi.yaml", texts[(turn + number) % 2]), version=str(turn), onConflict="overwrite")
            answers.append(api.post(PATH, json=body).status_code)

    def remove() -> None:
        answers.extend(api.delete(f"/pacticipants/mercatrix/versions/{turn}").status_code for turn in (0, 1, 2, 0, 1))

    threads = [*(threading.Thread(target=publish, args=(turn,)) for turn in range(3)), threading.Thread(target=remove)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(answers) <= {200, 201, 204, 404, 503}, answers
    with database.reading() as connection:
        roots = connection.execute(text("SELECT count(*) FROM provider_contract_file WHERE is_root")).scalar_one()
        orphans = connection.execute(
            text("SELECT count(*) FROM document WHERE id NOT IN (SELECT document_id FROM provider_contract_file)")
        ).scalar_one()
    assert (roots, orphans) == (counted(database, "provider_contract"), 0)
