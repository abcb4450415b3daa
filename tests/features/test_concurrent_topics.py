"""Readers and writers of a topic that publish, overwrite and delete at once: nobody is turned away, nothing is half."""

import base64
import json
import random
from collections.abc import Callable

from sqlalchemy import text

from contracthub.storage.engine import Database
from tests.conftest import LiveHub
from tests.faults.hub_process import Answer, Caller
from tests.features.test_concurrent_writers import WRITERS, calling, together

TURNS = 12
FIELDS = ("u", "v", "w")


def avro(*fields: str) -> str:
    made = [{"name": each, "type": "string"} for each in fields]
    return json.dumps({"type": "record", "name": "Event", "fields": made})


def reading(chance: random.Random) -> Callable[[Caller], Answer]:
    topics = chance.sample(["t", "u"], 2)
    entries = [{"topic": each, "schemaType": "AVRO", "schema": avro(chance.choice(FIELDS))} for each in topics]
    body = {"consumer": "Foo", "version": chance.choice("12"), "branch": "main", "overwrite": True, "schemas": entries}
    return calling("POST", "/api/v1/reader-schemas", body)


def writing(chance: random.Random) -> Callable[[Caller], Answer]:
    content = base64.b64encode(avro(chance.choice(FIELDS)).encode()).decode()
    files = [{"path": "event.avsc", "content": content}]
    contract = {"name": "events", "topic": chance.choice("tu"), "files": files}
    body = {"provider": "Bar", "version": chance.choice("12"), "branch": "main", "contract": contract}
    return calling("POST", "/api/v1/provider-contracts", body | {"onConflict": "overwrite"})


def removing(chance: random.Random) -> Callable[[Caller], Answer]:
    version = chance.choice("12")
    paths = (
        f"/api/v1/pacticipants/Foo/versions/{version}/reader-schemas/t-value",
        f"/api/v1/pacticipants/Bar/versions/{version}/provider-contracts/events",
        f"/pacticipants/{chance.choice(['Foo', 'Bar'])}/versions/{version}",
    )
    return calling("DELETE", chance.choice(paths), None)


def test_all_that_touches_a_topic_at_once(
    database_url: str, database: Database, start_hub: Callable[[str], LiveHub]
) -> None:
    hub, chance = start_hub(database_url), random.Random(3)
    for _ in range(TURNS):
        jobs = [chance.choice([reading, reading, writing, writing, writing, removing])(chance) for _ in range(WRITERS)]
        statuses = [answer.status for answer in together(hub.url, jobs)]
        assert set(statuses) <= {200, 201, 204, 404}, statuses
    with database.reading() as connection:
        half = (
            "SELECT count(*) FROM provider_contract WHERE subject IS NOT NULL AND NOT EXISTS"
            " (SELECT 1 FROM written_schema WHERE provider_contract_id = provider_contract.id)"
        )
        assert connection.execute(text(half)).scalar() == 0
