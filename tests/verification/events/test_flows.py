"""Flow contracts at a real broker, against a provider that does as it is told: met, and broken in each way there is."""

import threading
import time
import uuid
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Consumer, Producer

from contracthub.domain.verification_runs import CheckStatus
from tests.kafka_broker import ApacheKafka, KafkaBroker, has_apache
from tests.verification.events.conftest import Provider
from tests.verification.events.running import flow, looked, only

PATIENCE = 60.0
ASKED = {"path": "/state"}


def writes(kafka: KafkaBroker, *messages: tuple[str, str | None, str]) -> None:
    """What a provider writes: topic, key and value of each, one after the other."""
    producer = Producer({"bootstrap.servers": kafka.bootstrap})
    for topic, key, value in messages:
        producer.produce(topic, value, key)
    assert producer.flush(PATIENCE) == 0


def provoked(messages: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """A flow in which a request makes the provider send messages to ``out``."""
    return flow(
        send=[{"request": {"method": "POST", "path": "/go"}}],
        expect=[{"name": "the answers", "topic": "out", "messages": messages, **more}],
    )


TWO = [{"key": "k", "value": {"n": 1}}, {"key": "k", "value": {"n": 2}}]
# What is expected, what the provider sends (key and n), and what is said of it; nothing where all is well.
SENT: dict[str, tuple[list[dict[str, Any]], dict[str, Any], list[tuple[str | None, int]], str]] = {
    "in order": (TWO, {}, [("k", 1), ("k", 2)], ""),
    "others between them": (TWO, {}, [("k", 1), ("x", 7), ("k", 7), ("k", 2)], ""),
    "one twice": (TWO, {}, [("k", 1), ("k", 1), ("k", 2)], ""),
    "not in order": (TWO, {}, [("k", 2), ("k", 1)], "came too early"),
    "not in order, which is fine": (TWO, {"order": "none"}, [("k", 2), ("k", 1)], ""),
    "not in order, and another key": (
        [{"key": "a", "value": {"n": 1}}, {"key": "b", "value": {"n": 2}}],
        {},
        [("b", 2), ("a", 1)],
        "",
    ),
    "one is missing": (TWO, {}, [("k", 1)], "message 2 of 2 did not come to"),
    "nothing came": (TWO, {}, [], "message 1 of 2 did not come to out within 3s (no message came)"),
    "another value": ([{"value": {"n": 1}}], {}, [("k", 2)], "body $.n"),
    "another key": ([{"key": "k"}], {}, [("x", 1)], "metadata key"),
    "no key": ([{"key": "k"}], {}, [(None, 1)], "metadata key"),
    "a key where none may be": ([{"key": None}], {}, [("k", 1)], "metadata key"),
    "so many of them": (
        [{"key": "${number}", "value": {"n": 7}, "count": 3}],
        {},
        [(f"{at}", 7) for at in (2, 3, 1)],
        "",
    ),
    "one too few of them": ([{"value": {"n": 7}, "count": 3}], {}, [("k", 7)] * 2, "message 3 of 3"),
}


@pytest.mark.parametrize("name", SENT)
def test_messages_that_come_out(name: str, kafka: KafkaBroker, topic: str, provider: Provider, tmp_path: Path) -> None:
    messages, more, sent, told = SENT[name]

    def answer(*_: object) -> tuple[int, Any]:
        writes(kafka, *((topic, key, f'{{"n": {n}}}') for key, n in sent))
        return 204, ""

    wanted = provoked(messages, within="3s" if told else "20s", **more)
    check = only(looked(tmp_path, kafka.bootstrap, provider(answer), flows=[wanted], said={"topics": {"out": topic}}))
    if told:
        assert check.status is CheckStatus.FAILED
        assert check.error.startswith("expect 1 (the answers): ")
        assert told in check.error.replace(topic, "out")
        assert check.mismatches
    else:
        assert (check.error, check.status) == ("", CheckStatus.PASSED)


def test_what_is_sent_is_as_the_flow_says(kafka: KafkaBroker, topic: str, provider: Provider, tmp_path: Path) -> None:
    said = flow(
        values={"who": "ada"},
        send=[
            {"topic": topic, "key": "${who}", "headers": {"h": "${who}"}, "value": {"n": "${number}"}, "count": 2},
            {"topic": topic, "key": "t", "text": "hello ${who}"},
            {"topic": topic, "key": "b", "base64": "/w=="},
            {"topic": topic, "key": "gone", "tombstone": True},
        ],
        expect=[
            {
                "topic": topic,
                "messages": [
                    {"key": "ada", "headers": {"H": "ada"}, "value": {"n": 1}},
                    {"key": "ada", "value": {"n": 2}},
                    {"key": "t", "text": {"pact:matcher:type": "regex", "regex": "hello .*", "value": "hello a"}},
                    {"key": "b", "value": "\xff"},
                    {"key": "gone", "value": None},
                ],
            }
        ],
    )
    check = only(looked(tmp_path, kafka.bootstrap, provider(lambda *_: (404, "")), flows=[said]))
    assert (check.error, check.status) == ("", CheckStatus.PASSED)


def test_a_state_that_comes_late_is_waited_for(provider: Provider, tmp_path: Path) -> None:
    seen: list[str] = []

    def answer(method: str, path: str, _: object) -> tuple[int, Any]:
        seen.append(f"{method} {path}")
        return 200, {"done": len(seen) > 4}

    said = flow(
        send=[{"request": {"method": "POST", "path": "/go"}}],
        expect=[{"request": ASKED, "response": {"body": {"done": True}}, "every": "20ms"}],
    )
    check = only(looked(tmp_path, None, provider(answer), flows=[said]))
    assert (check.error, check.status) == ("", CheckStatus.PASSED)
    assert seen[0] == "POST /go"


STATES: dict[str, tuple[dict[str, Any], list[Any], str]] = {
    "never as it has to be": (
        {"expect": [{"request": ASKED, "response": {"status": 200, "body": {"n": 1}}, "within": "300ms"}]},
        [(200, {"n": 2})],
        "expect 1 (GET /state): GET /state was not as expected within 300ms: body $.n",
    ),
    "another status": (
        {"expect": [{"request": ASKED, "response": {"status": "2xx"}, "within": "300ms"}]},
        [(503, {})],
        "status: expected 2xx but was 503",
    ),
    "no more as it has to be": (
        {"expect": [{"request": ASKED, "response": {"body": {"n": 1}}, "every": "10ms", "stays": "5s"}]},
        [(200, {"n": 1}), (200, {"n": 2})],
        "was as expected, and",
    ),
    "what must never be, at once": (
        {"never": [{"request": ASKED, "response": {"status": 200}, "during": "5s"}]},
        [(200, {})],
        "never 1 (GET /state): GET /state was answered with what must never be: 200",
    ),
    "what must never be, at last": (
        {"never": [{"request": ASKED, "response": {"status": 200}, "during": "500ms", "every": "50ms"}]},
        [(404, {}), (404, {}), (404, {}), (200, {})],
        "what must never be",
    ),
}


@pytest.mark.parametrize("name", STATES)
def test_states_that_are_not_as_they_have_to_be(name: str, provider: Provider, tmp_path: Path) -> None:
    parts, answers, told = STATES[name]

    def answer(method: str, *_: object) -> tuple[int, Any]:
        if method == "POST":
            return 204, ""
        found: tuple[int, Any] = answers.pop(0) if len(answers) > 1 else answers[0]
        return found

    said = flow(send=[{"request": {"method": "POST", "path": "/go"}}], **parts)
    check = only(looked(tmp_path, None, provider(answer), flows=[said]))
    assert check.status is CheckStatus.FAILED
    assert told in check.error


def test_a_message_that_must_never_come(kafka: KafkaBroker, topic: str, provider: Provider, tmp_path: Path) -> None:
    def answer(*_: object) -> tuple[int, Any]:
        writes(kafka, (topic, "k", '{"kind": "FINE"}'), (topic, "k", '{"kind": "REFUND"}'))
        return 204, ""

    said = flow(
        send=[{"request": {"method": "POST", "path": "/go"}}],
        never=[{"name": "a refund", "topic": topic, "message": {"value": {"kind": "REFUND"}}, "during": "10s"}],
    )
    url = provider(answer)
    check = only(looked(tmp_path, kafka.bootstrap, url, flows=[said]))
    assert check.status is CheckStatus.FAILED
    assert check.error.startswith(f"never 1 (a refund): such a message came, at {topic}, partition ")
    fine = {**said, "never": [{"topic": topic, "message": {"value": {"kind": "LOST"}}, "during": "500ms"}]}
    assert only(looked(tmp_path, kafka.bootstrap, url, flows=[fine])).status is CheckStatus.PASSED


def test_a_provider_that_is_away_fails_what_must_never_be(tmp_path: Path, kafka: KafkaBroker, topic: str) -> None:
    said = flow(
        send=[{"topic": topic, "value": 1}],
        never=[{"request": ASKED, "response": {"status": 200}, "during": "200ms"}],
    )
    check = only(looked(tmp_path, kafka.bootstrap, flows=[said]))
    assert check.status is CheckStatus.FAILED
    assert "the provider gave no answer to GET /state" in check.error


def test_a_request_that_is_refused_is_named(provider: Provider, tmp_path: Path) -> None:
    said = flow(
        send=[{"name": "the order", "request": {"method": "POST", "path": "/orders"}, "status": 201}],
        expect=[{"request": ASKED, "response": {"status": 200}}],
    )
    check = only(looked(tmp_path, None, provider(lambda *_: (409, {})), flows=[said]))
    assert (check.status, check.error) == (
        CheckStatus.FAILED,
        "send 1 (the order): POST /orders: status: expected 201 but was 409",
    )


def test_what_can_not_be_run_is_no_verdict(kafka: KafkaBroker, provider: Provider, tmp_path: Path) -> None:
    nowhere = f"no.{uuid.uuid4().hex}"
    said = flow(
        send=[{"topic": nowhere, "value": 1}],
        expect=[{"request": ASKED, "response": {"status": 200}}],
    )
    url = provider(lambda *_: (200, {}))
    without = only(looked(tmp_path, None, url, flows=[said]))
    assert (without.status, without.error) == (
        CheckStatus.COULD_NOT_RUN,
        "It needs Kafka: say where with --kafka HOST:PORT.",
    )
    missing = only(looked(tmp_path, kafka.bootstrap, url, flows=[said]))
    assert missing.status is CheckStatus.COULD_NOT_RUN
    assert f"there is no topic {nowhere}" in missing.error
    given = only(looked(tmp_path, kafka.bootstrap, url, flows=[{**said, "given": [{"name": "an order exists"}]}]))
    assert given.status is CheckStatus.MISSING_STATE


def test_values_come_from_the_provider_s_state(
    kafka: KafkaBroker, topic: str, provider: Provider, tmp_path: Path
) -> None:
    seen: list[tuple[str, Any]] = []

    def answer(_: str, path: str, body: Any) -> tuple[int, Any]:
        seen.append((path, body))
        return 200, {"order": "o-77"} if path == "/states" else {}

    url = provider(answer)
    said = flow(
        values={"order": "o-1"},
        given=[{"name": "an order exists", "params": {"city": "Ulm"}}],
        send=[{"topic": topic, "key": "${order}", "value": {"in": "${city}"}}],
        expect=[
            {"request": {"path": "/orders/${order}"}, "response": {"status": 200}},
            {"topic": topic, "messages": [{"key": "${order}", "value": {"in": "Ulm"}}]},
        ],
    )
    more: dict[str, Any] = {"state_url": f"{url}/states", "state_teardown": True}
    assert only(looked(tmp_path, kafka.bootstrap, url, flows=[said], **more)).status is CheckStatus.PASSED
    changes = [body["action"] for path, body in seen if path == "/states"]
    assert (changes, seen[1][0]) == (["setup", "teardown"], "/orders/o-77")


class Counting:
    """A provider that is a member of a group, and counts what it gets, each once."""

    def __init__(self, bootstrap: str, topic: str) -> None:
        self.seen: set[bytes] = set()
        self._settings = {
            "bootstrap.servers": bootstrap,
            "group.id": "counting",
            "auto.offset.reset": "earliest",
            "session.timeout.ms": 6000,
            "log_level": 0,
        }
        self._topic, self._ends = topic, threading.Event()
        self._members: list[threading.Thread] = []

    def join(self) -> None:
        """One member more."""
        member = threading.Thread(target=self._read)
        member.start()
        self._members.append(member)

    def end(self) -> None:
        self._ends.set()
        for member in self._members:
            member.join()

    def _read(self) -> None:
        consumer = Consumer(self._settings)
        consumer.subscribe([self._topic])
        while not self._ends.is_set():
            message = consumer.poll(0.1)
            if message is not None and not message.error():
                self.seen.add(bytes(message.value() or b""))
        consumer.close()


@pytest.mark.skipif(not has_apache(), reason="Apache Kafka's jars are not here: scripts/ensure-kafka")
@pytest.mark.timeout(240)
def test_a_restart_and_a_rebalance_meanwhile_change_nothing(provider: Provider, tmp_path: Path) -> None:
    with ApacheKafka(tmp_path) as own:
        Producer({"bootstrap.servers": own.bootstrap}).list_topics("in", timeout=PATIENCE)
        counting = Counting(own.bootstrap, "in")
        counting.join()
        url = provider(lambda *_: (200, {"count": len(counting.seen)}))
        said = flow(
            within="100s",
            send=[{"topic": "in", "key": "${number}", "value": "${number}", "count": 60, "every": "50ms"}],
            expect=[
                {"request": ASKED, "response": {"body": {"count": 60}}, "within": "90s"},
                {"topic": "in", "messages": [{"key": "${number}", "value": "${number}", "count": 60}]},
            ],
        )

        def disturb() -> None:
            time.sleep(0.5)
            counting.join()
            time.sleep(0.5)
            own.kill()
            own.start()

        trouble = threading.Thread(target=disturb)
        trouble.start()
        try:
            check = only(looked(tmp_path, own.bootstrap, url, flows=[said], seconds=110.0))
        finally:
            trouble.join()
            counting.end()
        assert (check.error, check.status) == ("", CheckStatus.PASSED)
