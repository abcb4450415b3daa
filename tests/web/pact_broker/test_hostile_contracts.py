"""What nobody sends in good faith: refused with a 4xx, and nothing is left behind."""

import base64
import json

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from contracthub.storage.engine import Database
from tests.web.pact_broker.published import (
    JSON,
    contract,
    envelope,
    pact,
    pact_path,
    publish,
    published,
    put,
    report,
    result,
    results_url,
)

DEEP = b"[" * 100_000 + b"]" * 100_000
BODIES = {
    "nothing": b"",
    "not JSON": b"{not json",
    "an array": b"[]",
    "a text": b'"text"',
    "a number": b"7",
    "null": b"null",
    "not UTF-8": b'{"a":"\xff"}',
    "a byte order mark": b"\xef\xbb\xbf{}",
    "deep": b'{"interactions":' + DEEP + b"}",
    "deep, and nothing else": DEEP,
    "a repeated key": b'{"consumer":{"name":"Foo"},"consumer":{"name":"X"}}',
    "a repeated key inside": b'{"provider":{"name":"Bar","name":"X"}}',
    "NaN": b'{"a":NaN}',
    "a huge number": b'{"a":1' + b"0" * 5000 + b"}",
    "U+0000": b'{"a":"\\u0000"}',
    "U+0000 in a key": b'{"\\u0000":1}',
    "half a surrogate pair": b'{"a":"\\ud800"}',
    "a name that is a number": b'{"consumer":{"name":7}}',
    "names that disagree": b'{"consumer":{"name":"X"},"provider":{"name":"Bar"}}',
}
ROWS = ("pacticipant", "version", "content", "contract", "publication", "integration", "verification")


def counts(database: Database) -> dict[str, int]:
    with database.reading() as connection:
        return {name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in ROWS}


@pytest.fixture
def untouched(database: Database) -> dict[str, int]:
    return dict.fromkeys(ROWS, 0)


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_no_pact_in_a_put(api: TestClient, database: Database, untouched: dict[str, int], body: bytes) -> None:
    answer = put(api, body)

    assert 400 <= answer.status_code < 500
    assert len(answer.content) < 32_768
    assert counts(database) == untouched


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_no_pact_inside_a_request(api: TestClient, database: Database, untouched: dict[str, int], body: bytes) -> None:
    answer = publish(api, envelope("1", contract(pact(provider="Good"), provider="Good"), contract(body)))

    assert 400 <= answer.status_code < 500
    assert len(answer.content) < 32_768
    assert counts(database) == untouched


@pytest.mark.parametrize("name", [name for name in BODIES if name != "names that disagree"])
def test_no_request_at_all(api: TestClient, database: Database, untouched: dict[str, int], name: str) -> None:
    answer = api.post("/contracts/publish", content=BODIES[name], headers=JSON)

    assert 400 <= answer.status_code < 500
    assert counts(database) == untouched


@pytest.mark.parametrize("body", [BODIES[name] for name in BODIES if not name.startswith("names")])
def test_no_result(api: TestClient, database: Database, body: bytes) -> None:
    url = results_url(published(api))
    before = counts(database)

    answer = api.post(url, content=body, headers=JSON)

    assert 400 <= answer.status_code < 500
    assert counts(database) == before


def test_sixty_megabytes(api: TestClient, database: Database, untouched: dict[str, int]) -> None:
    body = b'{"a":"' + b"x" * (60 * 1024 * 1024) + b'"}'

    for path, send in ((pact_path(), api.put), ("/contracts/publish", api.post)):
        assert send(path, content=body, headers=JSON).status_code == 413
    assert counts(database) == untouched


def test_a_document_inside_that_is_too_large(api: TestClient, database: Database, untouched: dict[str, int]) -> None:
    raw = b'{"a":"' + b"x" * (26 * 1024 * 1024) + b'"}'

    assert publish(api, envelope("1", contract(raw))).status_code == 413
    assert counts(database) == untouched


@pytest.mark.parametrize("number", [" ", "a\u2028b", "\u0085", "x" * 1025])
def test_numbers_that_are_none(api: TestClient, database: Database, untouched: dict[str, int], number: str) -> None:
    assert put(api, pact(), number).status_code == 400
    assert publish(api, envelope(number, contract(pact()))).status_code == 400
    assert counts(database) == untouched


@pytest.mark.parametrize("name", ["", " ", "a\nb", "a\x00b", "\ud800", 7, None, True, [], {}, ["Foo"], "x" * 1025])
def test_names_that_are_none(api: TestClient, database: Database, untouched: dict[str, int], name: object) -> None:
    for body in (
        envelope("1") | {"pacticipantName": name},
        envelope("1", contract(pact()) | {"providerName": name}),
        envelope("1", contract(pact()) | {"consumerName": name}),
        envelope("1", tags=[name]),
    ):
        assert publish(api, body).status_code == 400
    assert counts(database) == untouched


@pytest.mark.parametrize("odd", [7, True, "text", {"a": 1}, [1], [[]], [None]])
def test_fields_of_odd_types(api: TestClient, odd: object) -> None:
    for field in ("branch", "tags", "buildUrl", "contracts"):
        answer = publish(api, envelope("1") | {field: odd})
        is_fine = isinstance(odd, str) and field in {"branch", "buildUrl"}
        assert answer.status_code == (200 if is_fine else 400), (field, odd)
    for field in ("content", "contentType", "specification", "onConflict"):
        assert publish(api, envelope("1", contract(pact()) | {field: odd})).status_code == 400, (field, odd)


def test_more_contracts_and_tags_than_anyone_has(api: TestClient) -> None:
    entry = contract(pact())

    assert publish(api, envelope("1") | {"contracts": [entry] * 1001}).status_code == 400
    assert publish(api, envelope("1", tags=[str(number) for number in range(101)])).status_code == 400


def test_fields_that_the_hub_owns_are_not_taken_from_outside(api: TestClient) -> None:
    url = results_url(published(api))
    sent = result("1") | {
        "providerName": "Evil",
        "createdAt": "never",
        "_links": {"self": {"href": "http://evil.test"}},
    }

    answer = report(api, url, sent)

    assert answer.status_code == 201
    assert "vil" not in answer.text.replace("civil", "")
    assert json.loads(answer.text)["providerName"] == "Bar"


def test_integers_and_decimals_keep_their_digits(api: TestClient) -> None:
    raw = b'{"consumer":{"name":"Foo"},"big":123456789012345678901234567890,"one":1.0}'

    assert publish(api, envelope("1", contract(raw))).status_code == 200
    assert b'"big":123456789012345678901234567890,"one":1.0' in api.get(pact_path()).content


def test_base64_is_strict(api: TestClient) -> None:
    good = base64.b64encode(json.dumps(pact()).encode()).decode()

    for bad in (good + "=", good[:-1] + "-", " " + good, good + "\n", good[:3]):
        assert publish(api, envelope("1", contract(pact()) | {"content": bad})).status_code == 400
