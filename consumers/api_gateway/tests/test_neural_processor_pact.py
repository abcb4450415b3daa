"""What api_gateway needs of neural_processor, as its own client code uses it."""

import pytest
from pact import Pact, match

from consumers.api_gateway.client import JobProgress, NeuralProcessor, SessionData, SessionNotFoundError
from consumers.pact_files import Replay

JSON = "application/json"


@pytest.fixture
def pact() -> Pact:
    return Pact("api_gateway", "neural_processor").with_specification("V4")


def test_data_of_a_session(pact: Pact, replay: Replay) -> None:
    (
        pact.upon_receiving("a request for the data of a session")
        .given("a session exists")
        .with_request("GET", "/sessions/123/data")
        .will_respond_with(200)
        .with_body(
            {
                "session_id": match.str("123"),
                "chunks": match.each_like(
                    {"sequence": match.int(0), "samples": match.each_like(match.number(0.25), min=1)}, min=1
                ),
                "total_samples": match.int(1),
            },
            content_type=JSON,
        )
    )
    with replay(pact) as url:
        assert NeuralProcessor(url).session_data("123") == SessionData("123", (0.25,), 1)


def test_data_of_an_unknown_session(pact: Pact, replay: Replay) -> None:
    (
        pact.upon_receiving("a request for the data of an unknown session")
        .given("no session exists")
        .with_request("GET", "/sessions/999/data")
        .will_respond_with(404)
        .with_body({"detail": match.str("There is no such session.")}, content_type=JSON)
    )
    with replay(pact) as url, pytest.raises(SessionNotFoundError, match="no such session"):
        NeuralProcessor(url).session_data("999")


def test_start_of_processing(pact: Pact, replay: Replay) -> None:
    (
        pact.upon_receiving("a request to process a session")
        .given("a session exists")
        .with_request("POST", "/sessions/123/process")
        .with_body({"pipeline": "spike-detection"}, content_type=JSON)
        .will_respond_with(202)
        .with_header("Location", match.regex("/jobs/7", regex=r"/jobs/[^/]+"))
    )
    with replay(pact) as url:
        assert NeuralProcessor(url).start_processing("123") == "/jobs/7"


def test_poll_of_a_running_job(pact: Pact, replay: Replay) -> None:
    (
        pact.upon_receiving("a poll of a running job")
        .given("a job is running", job_id="7")
        .with_request("GET", "/jobs/7")
        .will_respond_with(200)
        .with_body({"job_id": match.str("7"), "status": match.regex("running", regex="queued|running")}, JSON)
    )
    with replay(pact) as url:
        assert NeuralProcessor(url).poll("/jobs/7") == JobProgress("7", is_done=False, spikes=None)


def test_poll_of_a_job_that_is_done(pact: Pact, replay: Replay) -> None:
    (
        pact.upon_receiving("a poll of a job that is done")
        .given("a job is done", job_id="7")
        .with_request("GET", "/jobs/7")
        .will_respond_with(200)
        .with_body({"job_id": match.str("7"), "status": "done", "result": {"spikes": match.int(2)}}, JSON)
    )
    with replay(pact) as url:
        assert NeuralProcessor(url).poll("/jobs/7") == JobProgress("7", is_done=True, spikes=2)
