"""How the providers refuse: in the shape that their OpenAPI declares, whatever was sent, and never with a 5xx."""

import json

import httpx
import pytest

from tests.fleet.running import StartProvider

ACME = {"X-Tenant": "acme", "Content-Type": "application/json"}
HOSTILE = [b"\xff", b"{", b"[]", b"NaN", b'{"name": "\\ud800", "row_count": 1}', b'{"name": "a", "row_count": NaN}']
PROBLEM = "application/problem+json"


@pytest.mark.parametrize("content", [*HOSTILE, b'{"name": "a", "row_count": true}', b'{"name": "a", "row_count": "1"}'])
def test_a_body_that_breaks_the_schema_is_a_problem(content: bytes, start_provider: StartProvider) -> None:
    answer = httpx.post(f"{start_provider('detector_service')}/datasets", content=content, headers=ACME)
    assert answer.status_code in (400, 422)
    assert answer.headers["Content-Type"] == PROBLEM
    assert set(answer.json()) == {"type", "title", "status", "detail"}


@pytest.mark.parametrize("content", [*HOSTILE, b'{"samples": [true]}', b'{"samples": [1e999]}'])
def test_a_body_that_breaks_the_schema_has_a_detail(content: bytes, start_provider: StartProvider) -> None:
    url = start_provider("neural_processor")
    httpx.post(f"{url}/sessions", content=json.dumps({"subject": "a"}), headers=ACME)
    answer = httpx.post(f"{url}/sessions/1/chunks", content=content, headers=ACME)
    assert answer.status_code in (400, 422)
    assert list(answer.json()) == ["detail"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/datasets?cursor=forged", 404),
        ("GET", "/datasets?limit=0", 422),
        ("DELETE", "/datasets/none", 404),
        ("POST", "/detectors/none/train", 404),
    ],
)
def test_what_is_not_there_is_a_problem(method: str, path: str, status: int, start_provider: StartProvider) -> None:
    answer = httpx.request(method, start_provider("detector_service") + path, headers=ACME)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, PROBLEM)
    assert answer.json()["status"] == status


def test_a_tenant_must_be_one_of_the_two(start_provider: StartProvider) -> None:
    url = f"{start_provider('detector_service')}/datasets"
    assert [httpx.get(url, headers=h).status_code for h in ({}, {"X-Tenant": "umbrella"})] == [422, 422]


def test_a_405_names_every_method_of_the_path(start_provider: StartProvider) -> None:
    answer = httpx.patch(f"{start_provider('detector_service')}/datasets/ds-1", headers=ACME)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "DELETE, GET, PUT")
