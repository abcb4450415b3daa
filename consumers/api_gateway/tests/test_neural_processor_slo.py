"""How fast and how reliably neural_processor has to answer for api_gateway to keep what it promises to browsers."""

from pathlib import Path

from contracthub.consumer import Slo


def test_data_of_a_session_comes_in_time(contract_dir: Path) -> None:
    slo = (
        Slo("reading a session", consumer="api_gateway", provider="neural_processor", preset="interactive")
        .described("A browser that waits for longer than half a second for its first chart is closed.")
        .promise("GET /sessions/{session_id}/data", think="500ms", regression="25%")
        .given("a session exists")
        .request("/sessions/123/data")
    )
    assert slo.write(contract_dir).name == "api_gateway-neural_processor.reading-a-session.slo.yaml"
