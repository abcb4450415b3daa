"""Both command lines of the Pact Broker, unchanged, are told of topics in the words that they know."""

import base64
import json

import pytest

from tests.clients.command_line import Broker

ASK = ("can-i-deploy", "-a", "billing", "-e", "1", "--to-environment", "production")


def avro(*fields: str) -> str:
    made = [{"name": name, "type": "string"} for name in fields]
    return json.dumps({"type": "record", "name": "Order", "fields": made})


def reads(broker: Broker, *fields: str) -> None:
    entry = {"topic": "orders", "schema": avro(*fields)}
    body = {"consumer": "billing", "version": "1", "branch": "main", "schemas": [entry], "overwrite": True}
    assert broker.hub.post("/api/v1/reader-schemas", body).status_code in {200, 201}


def writes(broker: Broker, *fields: str) -> None:
    content = base64.b64encode(avro(*fields).encode()).decode()
    contract = {"topic": "orders", "files": [{"path": "order.avsc", "content": content}]}
    body = {"provider": "shop", "version": "1", "branch": "main", "contract": contract}
    assert broker.hub.post("/api/v1/provider-contracts", body).status_code == 201


def tell(broker: Broker) -> None:
    reads(broker, "id")
    # Nobody writes it: neither row nor provider, and never a yes.
    assert "Nobody is known to write orders" in broker.run(*ASK, code=1)
    writes(broker, "id")
    assert "There is no schema with which" in broker.run(*ASK, code=1)
    broker.run("record-deployment", "-a", "shop", "-e", "1", "--environment", "production")
    assert "Computer says yes" in broker.run(*ASK)
    answer = broker.json(*ASK)
    assert [row["verificationResult"]["success"] for row in answer["matrix"]] == [True]
    reads(broker, "id", "total")
    told = broker.run(*ASK, code=1)
    assert "is not what" in told
    assert "Computer says no" in told


def test_the_newest_command_line(broker: Broker) -> None:
    tell(broker)
    broker.run("can-i-deploy", "-a", "billing", "-e", "1", "-a", "shop", "-e", "1", code=1)


@pytest.mark.timeout(240)
def test_the_last_command_line_in_ruby(ruby: Broker) -> None:
    tell(ruby)
    ruby.run("can-i-deploy", "-a", "billing", "-e", "1", "-a", "shop", "-e", "1", code=1)
