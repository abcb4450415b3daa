"""The files that pact-python really writes, in every specification version."""

from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import pytest
from pact import Pact, generate, match

from contracthub.domain.contracts import IdentityRule
from contracthub.formats.pact.content import content_from, read_content
from contracthub.formats.pact.describe import describe
from contracthub.formats.pact.identity import identity, with_interaction_ids
from contracthub.formats.pact.model import InteractionKind, Specification
from contracthub.formats.pact.needs import needs
from contracthub.formats.pact.parse import parse


def http_pact(version: Any) -> Pact:
    pact = Pact("web", "orders").with_specification(version)
    (
        pact.upon_receiving("get an order")
        .given("order exists")
        .with_request("GET", match.regex("/orders/42", regex=r"/orders/\d+"))
        .with_query_parameter("expand", "lines")
        .with_header("Accept", "application/json")
        .will_respond_with(200)
        .with_body(
            {
                "id": match.int(42),
                "status": match.regex("open", regex="open|closed"),
                "lines": match.each_like({"sku": match.str("A-1")}, min=1),
                "owner": match.type("bob", generator=generate.provider_state("${userId}")),
                "exact": True,
            },
            content_type="application/json",
        )
    )
    pact.upon_receiving("save text").with_request("POST", "/notes").with_body("plain", "text/plain").will_respond_with(
        204
    )
    return pact


def message_pact(version: Any) -> Pact:
    pact = Pact("billing", "orders").with_specification(version)
    (
        pact.upon_receiving("order placed event", "Async")
        .given("an order was placed")
        .with_body({"orderId": match.int(1)}, content_type="application/json")
        .with_metadata({"kafka_topic": "orders.v1"})
    )
    return pact


def written(pact: Pact, folder: Path) -> bytes:
    pact.write_file(folder, overwrite=True)
    (path,) = folder.glob("*.json")
    return path.read_bytes()


@pytest.mark.parametrize(
    ("version", "specification"),
    [
        ("V1", Specification.V1),
        ("V1.1", Specification.V1_1),
        ("V2", Specification.V2),
        ("V3", Specification.V3),
        ("V4", Specification.V4),
    ],
)
def test_http(version: str, specification: Specification, tmp_path: Path) -> None:
    data = written(http_pact(version), tmp_path)
    document = parse(data)
    assert (document.consumer_name, document.provider_name) == ("web", "orders")
    assert document.specification is specification
    order, note = sorted(document.interactions, key=lambda interaction: interaction.description)
    assert order.kind is note.kind is InteractionKind.HTTP
    assert [state.name for state in order.provider_states] == ["order exists"]
    found = {(need.direction.value, need.part, need.path): need.shape.matcher for need in needs(document)}
    assert found["response", "body", "$.lines[*].sku"] == "type"
    assert found["response", "body", "$.status"] == "regex"
    assert found["response", "body", "$.id"] == "integer"
    assert found["response", "body", "$.exact"] == "equality"
    assert found["request", "query", "expand"] == "equality"
    first = describe(document).interactions[0].sides[0]
    assert first.line == "GET /orders/42?expand=lines"
    assert first.rules[0].sentence == "matches the pattern /orders/\\d+"
    text = describe(document).interactions[1].sides[0]
    assert text.body == "plain"


@pytest.mark.parametrize("version", ["V3", "V4"])
def test_messages(version: str, tmp_path: Path) -> None:
    document = parse(written(message_pact(version), tmp_path))
    (message,) = document.interactions
    assert message.kind is InteractionKind.MESSAGE
    found = {(need.operation, need.part, need.path): need.shape.matcher for need in needs(document)}
    assert found["orders.v1", "body", "$.orderId"] == "integer"


def test_synchronous_messages(tmp_path: Path) -> None:
    pact = Pact("billing", "quotes").with_specification("V4")
    (
        pact.upon_receiving("quote", "Sync")
        .with_body({"sku": "A-1"}, content_type="application/json")
        .will_respond_with()
        .with_body({"price": match.decimal(3.5)}, content_type="application/json")
    )
    document = parse(written(pact, tmp_path))
    assert document.interactions[0].kind is InteractionKind.SYNC_MESSAGE
    body = [(need.direction.value, need.path, need.shape.matcher) for need in needs(document) if need.part == "body"]
    assert body == [("request", "$.sku", "equality"), ("response", "$.price", "decimal")]


def test_a_second_run_writes_the_same_contract(tmp_path: Path) -> None:
    (tmp_path / "1").mkdir()
    (tmp_path / "2").mkdir()
    one = read_content(written(http_pact("V4"), tmp_path / "1"))
    other = read_content(written(http_pact("V4"), tmp_path / "2"))
    assert identity(one) == identity(other)
    assert identity(content_from(with_interaction_ids(one.document))) == identity(one)


def rolled_http_pact(version: Any, seed: int) -> Pact:
    """A pact as a test writes it that makes up its examples."""
    random = Random(seed)
    pact = Pact("web", "orders").with_specification(version)
    (
        pact.upon_receiving("get an order")
        .given("order exists")
        .with_request("GET", "/orders/42")
        .will_respond_with(200)
        .with_header("X-Trace", match.regex(f"t-{random.randrange(10**6)}", regex=r"t-\d+"))
        .with_body(
            {
                "id": match.int(random.randrange(10**6)),
                "total": match.decimal(random.random() + 0.5),
                "weight": match.number(random.randrange(1, 100)),
                "status": match.regex(random.choice(["open", "closed"]), regex="open|closed"),
                "key": match.uuid(str(UUID(int=random.getrandbits(128), version=4))),
                "day": match.date(f"2026-01-{random.randrange(10, 29)}", "%Y-%m-%d"),
                "hour": match.time(f"{random.randrange(10, 24)}:00:00", "%H:%M:%S"),
                "at": match.datetime(f"2026-01-{random.randrange(10, 29)}T00:00:00", "%Y-%m-%dT%H:%M:%S"),
                "paid": match.bool(random.random() < 0.5),
                "note": match.str("".join(random.choices("abc", k=4))),
                "owner": match.like({"name": "".join(random.choices("abc", k=4)), "age": random.randrange(100)}),
                "lines": match.each_like({"sku": match.str(str(random.random())), "qty": match.int(seed)}, min=1),
                "text": match.includes("a"),
                "exact": True,
            },
            content_type="application/json",
        )
    )
    return pact


def rolled_message_pact(version: Any, seed: int) -> Pact:
    pact = Pact("billing", "orders").with_specification(version)
    (
        pact.upon_receiving("order placed event", "Async")
        .with_body({"orderId": match.int(seed), "by": match.str(f"user {seed}")}, content_type="application/json")
        .with_metadata({"kafka_topic": "orders.v1"})
    )
    return pact


@pytest.mark.parametrize("version", ["V2", "V3", "V4"])
def test_other_examples_are_the_same_contract(version: str, tmp_path: Path) -> None:
    makers = [rolled_http_pact, *([rolled_message_pact] if version != "V2" else [])]
    for maker in makers:
        contents = []
        for seed in range(3):
            folder = tmp_path / f"{maker.__name__}-{seed}"
            folder.mkdir()
            contents.append(read_content(written(maker(version, seed), folder)))
        assert len({identity(content, IdentityRule.PACT_BROKER) for content in contents}) == 3
        assert len({identity(content) for content in contents}) == 1


@pytest.mark.parametrize("version", ["V3", "V4"])
def test_requests_with_generated_examples_are_the_same_contract(version: str, tmp_path: Path) -> None:
    """Without an example pact-python writes a generator beside the matcher."""
    contents = []
    for number in range(3):
        pact = Pact("web", "orders").with_specification(version)
        body = {"key": match.uuid(), "id": match.int(), "name": match.str(size=8), "on": match.bool()}
        (
            pact.upon_receiving("save an order")
            .with_request("POST", "/orders")
            .with_body(body, content_type="application/json")
            .will_respond_with(201)
        )
        folder = tmp_path / str(number)
        folder.mkdir()
        contents.append(read_content(written(pact, folder)))
    assert len({identity(content) for content in contents}) == 1
