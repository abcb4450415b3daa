"""From a new session to its result at neural_processor.

Processing and reading are the interactions that the pact tests hold api_gateway's own code to; what goes before them is
another application's doing, and written out.
"""

from pathlib import Path

from pact import match

from contracthub.consumer import Journey, answer, from_header

SAMPLES = [0.1, 0.7, 0.2, 0.9]


def test_a_session_is_processed(contract_dir: Path) -> None:
    journey = (
        Journey("a session is processed", consumer="api_gateway", provider="neural_processor")
        .described("A session is opened and filled, its processing is accepted and polled, and its data can be read.")
        .within("30s")
        .step("open a session")
        .request("POST", "/sessions", {"subject": "subject-a"})
        .response(201, {"session_id": match.str("1")})
        .save(session="$.session_id")
        .step("append samples")
        .request("POST", "/sessions/${session}/chunks", {"samples": SAMPLES})
        .response(201, {"sequence": 0})
        .step("start processing")
        .interaction("a request to process a session", provider="neural_processor")
        .replace({"123": "${session}"})
        .save(job=from_header("Location", example="/jobs/7"))
        .step("wait until the job is done")
        .request("GET", "${job}")
        .eventually(
            answer(200, {"status": "done", "session_id": "${session}", "result": {"spikes": 2}}),
            within="5s",
            every="50ms",
            never=[answer("5xx")],
        )
        .step("read the data")
        .interaction("a request for the data of a session", provider="neural_processor")
        .replace({"123": "${session}"})
    )
    assert journey.write(contract_dir).name == "api_gateway-neural_processor.a-session-is-processed.journey.yaml"
