"""What anomaly_console needs of detector_service, as its own client code uses it."""

from typing import Any

import pytest
from pact import Pact, generate, match

from consumers.anomaly_console.client import Dataset, DatasetPage, DetectorService, DetectorSummary, RefusedError
from consumers.pact_files import Replay

JSON = "application/json"
PROBLEM = "application/problem+json"
TYPES = "https://detector-service.example/problems/"
SUNSET = "Tue, 31 Dec 2030 23:59:59 GMT"
HTTP_DATE = r"[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT"
DATASET = {"id": match.str("ds-1"), "name": match.str("turbine 1"), "row_count": match.int(1200)}


def problem(kind: str, status: int) -> dict[str, Any]:
    return {
        "type": TYPES + kind,
        "title": match.str("Title"),
        "status": status,
        "detail": match.str("What happened."),
    }


@pytest.fixture
def pact() -> Pact:
    return Pact("anomaly_console", "detector_service").with_specification("V4")


def test_first_page_of_datasets(pact: Pact, replay: Replay) -> None:
    (
        pact.upon_receiving("a request for the first page of datasets")
        .given("three datasets exist")
        .with_request("GET", "/datasets")
        .with_query_parameter("limit", "2")
        .with_header("X-Tenant", "acme")
        .will_respond_with(200)
        .with_body({"items": match.each_like(DATASET, min=1), "next_cursor": match.str("page-2")}, JSON)
    )
    with replay(pact) as url:
        page = DetectorService(url, "acme").datasets(limit=2)
    assert page == DatasetPage((Dataset("ds-1", "turbine 1", 1200),), "page-2")


def test_last_page_of_datasets(pact: Pact, replay: Replay) -> None:
    cursor = match.type("page-2", generator=generate.provider_state("${cursor_of_the_second_page}"))
    (
        pact.upon_receiving("a request for the last page of datasets")
        .given("three datasets exist")
        .with_request("GET", "/datasets")
        .with_query_parameter("limit", "2")
        .with_query_parameter("cursor", cursor)
        .with_header("X-Tenant", "acme")
        .will_respond_with(200)
        .with_body({"items": match.each_like(DATASET, min=1), "next_cursor": None}, JSON)
    )
    with replay(pact) as url:
        page = DetectorService(url, "acme").datasets(limit=2, cursor="page-2")
    assert page == DatasetPage((Dataset("ds-1", "turbine 1", 1200),), None)


def test_creation_of_a_dataset(pact: Pact, replay: Replay) -> None:
    (
        pact.upon_receiving("a request to create a dataset")
        .given("no dataset exists")
        .with_request("POST", "/datasets")
        .with_header("X-Tenant", "acme")
        .with_body({"name": "turbine", "row_count": 1200}, JSON)
        .will_respond_with(201)
        .with_header("Location", match.regex("/datasets/ds-1", regex=r"/datasets/[^/]+"))
    )
    with replay(pact) as url:
        assert DetectorService(url, "acme").create_dataset("turbine", 1200) == "/datasets/ds-1"


def test_own_dataset(pact: Pact, replay: Replay) -> None:
    (
        pact.upon_receiving("a request for a dataset")
        .given("a dataset exists", dataset_id="ds-1")
        .with_request("GET", "/datasets/ds-1")
        .with_header("X-Tenant", "acme")
        .will_respond_with(200)
        .with_body(DATASET, JSON)
    )
    with replay(pact) as url:
        assert DetectorService(url, "acme").dataset("ds-1") == Dataset("ds-1", "turbine 1", 1200)


def test_dataset_of_another_tenant(pact: Pact, replay: Replay) -> None:
    (
        pact.upon_receiving("a request for a dataset of another tenant")
        .given("a dataset belongs to another tenant", dataset_id="ds-globex")
        .with_request("GET", "/datasets/ds-globex")
        .with_header("X-Tenant", "acme")
        .will_respond_with(404)
        .with_body(problem("not-found", 404), PROBLEM)
    )
    with replay(pact) as url, pytest.raises(RefusedError) as refused:
        DetectorService(url, "acme").dataset("ds-globex")
    assert refused.value.problem.type == TYPES + "not-found"


def test_creation_of_a_detector(pact: Pact, replay: Replay) -> None:
    (
        pact.upon_receiving("a request to create a detector")
        .given("a dataset exists", dataset_id="ds-1")
        .with_request("POST", "/detectors")
        .with_header("X-Tenant", "acme")
        .with_body({"name": "vibration", "dataset_id": "ds-1"}, JSON)
        .will_respond_with(201)
        .with_body({"id": match.str("det-1")}, JSON)
    )
    with replay(pact) as url:
        assert DetectorService(url, "acme").create_detector("vibration", "ds-1") == "det-1"


def test_training_of_a_detector(pact: Pact, replay: Replay) -> None:
    (
        pact.upon_receiving("a request to train a detector")
        .given("a detector is created", detector_id="det-1")
        .with_request("POST", "/detectors/det-1/train")
        .with_header("X-Tenant", "acme")
        .will_respond_with(200)
        .with_body({"status": "trained"}, JSON)
    )
    with replay(pact) as url:
        assert DetectorService(url, "acme").train("det-1") == "trained"


def test_deployment_of_a_detector(pact: Pact, replay: Replay) -> None:
    (
        pact.upon_receiving("a request to deploy a trained detector")
        .given("a detector is trained", detector_id="det-1")
        .with_request("POST", "/detectors/det-1/deploy")
        .with_header("X-Tenant", "acme")
        .will_respond_with(200)
        .with_body({"status": "deployed"}, JSON)
    )
    with replay(pact) as url:
        assert DetectorService(url, "acme").deploy("det-1") == "deployed"


def test_deployment_before_training(pact: Pact, replay: Replay) -> None:
    (
        pact.upon_receiving("a request to deploy an untrained detector")
        .given("a detector is created", detector_id="det-1")
        .with_request("POST", "/detectors/det-1/deploy")
        .with_header("X-Tenant", "acme")
        .will_respond_with(409)
        .with_body(problem("wrong-status", 409), PROBLEM)
    )
    with replay(pact) as url, pytest.raises(RefusedError) as refused:
        DetectorService(url, "acme").deploy("det-1")
    assert refused.value.problem.type == TYPES + "wrong-status"


def test_deprecated_state_of_a_detector(pact: Pact, replay: Replay) -> None:
    (
        pact.upon_receiving("a request for the deprecated state of a detector")
        .given("a detector is trained", detector_id="det-1")
        .with_request("GET", "/detectors/det-1")
        .with_header("X-Tenant", "acme")
        .will_respond_with(200)
        .with_header("Sunset", match.regex(SUNSET, regex=HTTP_DATE))
        .with_body({"id": match.str("det-1"), "state": match.regex("trained", regex="created|trained|deployed")}, JSON)
    )
    with replay(pact) as url:
        assert DetectorService(url, "acme").summary("det-1") == DetectorSummary("det-1", "trained", SUNSET)
