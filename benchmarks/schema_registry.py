"""``python -m benchmarks.schema_registry``: what registering and looking up cost with few schemas and with many.

Columns are those of ``python -m benchmarks``; ``schemas`` is how many are stored, five versions a subject.
"""

import argparse
import itertools
import json
import random
import uuid
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any

from sqlalchemy import Connection, insert, text

from benchmarks.__main__ import Workloads, print_tables
from benchmarks.dataset import BATCH, START, Shape
from benchmarks.workload import Request, Requests, index
from contracthub.domain.registry import SchemaType
from contracthub.formats.event_schemas import digest_of, identity_of_digest
from contracthub.storage.engine import Database
from contracthub.storage.scope import table_of
from contracthub.storage.tables_registry import (
    RegistryContextRow,
    RegistrySchemaRow,
    RegistrySubjectRow,
    RegistryVersionRow,
)

VERSIONS_PER_SUBJECT = 5
FIELDS = 20
HEADERS = {"Content-Type": "application/vnd.schemaregistry.v1+json", "Accept": "application/vnd.schemaregistry.v1+json"}
ROOT = "/schema-registry"
RARE = random.Random(7)


def schema_of(number: int, extra: str = "") -> str:
    """The canonical text of a record of twenty fields; versions of a subject add optional ones."""
    subject, version = divmod(number, VERSIONS_PER_SUBJECT)
    fields = [f'{{"name":"f{each}","type":"string"}}' for each in range(FIELDS)]
    names = [f"v{each}" for each in range(version)] + ([extra] if extra else [])
    fields += [f'{{"name":"{name}","type":["null","string"],"default":null}}' for name in names]
    return f'{{"type":"record","name":"R{subject}","namespace":"bench","fields":[{",".join(fields)}]}}'


def seed(database: Database, shape: Shape) -> None:
    """As many schemas as the shape has results."""
    with database.writing() as connection:
        _insert(connection, RegistryContextRow, [{"id": 1, "name": ".", "is_listed": True}])
        subjects = -(-shape.results // VERSIONS_PER_SUBJECT)
        for some in _batches(subjects):
            state = {"context_id": 1, "revision": VERSIONS_PER_SUBJECT, "highest_version": VERSIONS_PER_SUBJECT}
            _insert(connection, RegistrySubjectRow, [{"id": each + 1, "name": _name(each), **state} for each in some])
        for some in _batches(shape.results):
            _insert(connection, RegistrySchemaRow, [_schema_row(each) for each in some])
            _insert(connection, RegistryVersionRow, [_version_row(each) for each in some])
        if not database.is_sqlite:
            for table in ("context", "subject", "schema", "version"):
                count = f"(SELECT max(id) FROM registry_{table})"
                connection.execute(text(f"SELECT setval(pg_get_serial_sequence('registry_{table}', 'id'), {count})"))
        connection.execute(text("ANALYZE"))


def _batches(count: int) -> Iterator[range]:
    return (range(start, min(start + BATCH, count)) for start in range(0, count, BATCH))


def _insert(connection: Connection, model: Any, rows: list[dict[str, Any]]) -> None:
    connection.execute(insert(table_of(model)), [{"workspace_id": 1, "created_at": START, **row} for row in rows])


def _name(subject: int) -> str:
    return f"topic-{subject}-value"


def _schema_row(number: int) -> dict[str, Any]:
    written = schema_of(number)
    identity = identity_of_digest(SchemaType.AVRO, digest_of(written))
    told = {"identity": identity, "guid": str(uuid.UUID(identity[:32])), "type": "AVRO", "text": written}
    return {"id": number + 1, "context_id": 1, "number": number + 1, "revision": 0, **told}


def _version_row(number: int) -> dict[str, Any]:
    subject, version = divmod(number, VERSIONS_PER_SUBJECT)
    here = {"subject_id": subject + 1, "version": version + 1, "schema_id": number + 1}
    return {"id": number + 1, "deleted": False, **here}


def _body(written: str) -> bytes:
    return json.dumps({"schema": written}).encode()


def by_id(_connection: HTTPConnection, shape: Shape) -> Iterator[Request]:
    """Any schema, as a deserializer asks for one that it meets for the first time."""
    while True:
        yield Request("GET", f"{ROOT}/schemas/ids/{RARE.randrange(shape.results) + 1}")


def by_id_again(_connection: HTTPConnection, shape: Shape) -> Iterator[Request]:
    """The same few, as many instances of one service ask at a deployment."""
    while True:
        yield Request("GET", f"{ROOT}/schemas/ids/{RARE.randrange(min(20, shape.results)) + 1}")


def latest(_connection: HTTPConnection, shape: Shape) -> Iterator[Request]:
    """The latest version of any subject."""
    while True:
        yield Request("GET", f"{ROOT}/subjects/{_name(RARE.randrange(shape.results // 5))}/versions/latest")


def look_up(_connection: HTTPConnection, shape: Shape) -> Iterator[Request]:
    """Any schema by its content, which the process has not read before."""
    while True:
        number = RARE.randrange(shape.results)
        yield Request("POST", f"{ROOT}/subjects/{_name(number // 5)}", _body(schema_of(number)))


def register_again(_connection: HTTPConnection, shape: Shape) -> Iterator[Request]:
    """What is registered already, as every serializer does when it starts."""
    while True:
        number = RARE.randrange(min(20, shape.results))
        yield Request("POST", f"{ROOT}/subjects/{_name(number // 5)}/versions", _body(schema_of(number)))


def register_version(_connection: HTTPConnection, shape: Shape) -> Iterator[Request]:
    """A new version of a subject, compared with the one before."""
    for subject in itertools.cycle(range(shape.results // VERSIONS_PER_SUBJECT)):
        last = subject * VERSIONS_PER_SUBJECT + VERSIONS_PER_SUBJECT - 1
        written = schema_of(last, f"n{uuid.uuid4().hex}")
        yield Request("POST", f"{ROOT}/subjects/{_name(subject)}/versions", _body(written))


def register_subject(_connection: HTTPConnection, _shape: Shape) -> Iterator[Request]:
    """The first version of a new subject."""
    while True:
        name = uuid.uuid4().hex
        yield Request("POST", f"{ROOT}/subjects/{name}/versions", _body(schema_of(0, f"n{name}")))


WORKLOADS: dict[str, Requests] = {
    "index (no database)": index,
    "by id, any": by_id,
    "by id, the same few": by_id_again,
    "latest version": latest,
    "look up, not read yet": look_up,
    "register again": register_again,
    "register a version": register_version,
    "register a subject": register_subject,
}


def main() -> None:
    """Print one table a database."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.schema_registry", description=__doc__)
    parser.add_argument("--schemas", type=int, nargs="+", default=[1_000, 100_000], help="how many are stored")
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"], choices=["sqlite", "postgresql"])
    parser.add_argument("--requests", type=int, default=500, help="how many of each kind are measured")
    options = parser.parse_args()
    workloads = Workloads("schemas", WORKLOADS, seed, HEADERS)
    print_tables(options.databases, options.schemas, options.requests, workloads)


if __name__ == "__main__":
    main()
