"""The life of a dataset at detector_service, as anomaly_console's own client lives it: from creation to 404."""

from dataclasses import replace
from pathlib import Path

import pytest
from pact import match

from consumers.anomaly_console.client import Dataset, DetectorService, RefusedError
from contracthub.consumer import Journey, from_header

TENANT = {"X-Tenant": "${tenant}"}
HALL = {"name": "turbine hall", "row_count": 1300}
NOT_FOUND = "https://detector-service.example/problems/not-found"


def test_a_dataset_comes_and_goes(contract_dir: Path) -> None:
    journey = (
        Journey("a dataset comes and goes", consumer="anomaly_console", provider="detector_service")
        .described("A dataset is created, read where it is said to be, renamed and deleted; then there is none.")
        .within("30s")
        .values(tenant="acme")
        .step("create it")
        .request("POST", "/datasets", {"name": "turbine", "row_count": 1200}, headers=TENANT)
        .response(201, headers={"Location": match.regex("/datasets/ds-1", regex="/datasets/[^/]+")})
        .save(place=from_header("Location"))
        .step("read it")
        .request("GET", "${place}", headers=TENANT)
        .response(200, {"id": match.str("ds-1"), "name": "turbine", "row_count": 1200})
        .save(dataset="$.id")
        .step("rename it")
        .request("PUT", "/datasets/${dataset}", HALL, headers=TENANT)
        .response(200, {"id": "${dataset}", **HALL})
        .step("find it in the list")
        .request("GET", "/datasets", query={"limit": 100}, headers=TENANT)
        .response(200, {"items": match.array_containing([{"id": "${dataset}", **HALL}]), "next_cursor": None})
        .step("delete it")
        .request("DELETE", "/datasets/${dataset}", headers=TENANT)
        .response(204)
        .step("find it gone")
        .request("GET", "/datasets/${dataset}", headers=TENANT)
        .response(
            404,
            {"type": NOT_FOUND, "title": match.str("Title"), "status": 404, "detail": match.str("What happened.")},
            {"Content-Type": match.regex("application/problem+json", regex=r"application/problem\+json.*")},
        )
        .cleanup("leave nothing behind")
        .request("DELETE", "/datasets/${dataset}", headers=TENANT)
        .response([204, 404])
    )
    with journey.serve(write_to=contract_dir) as stand_in:
        console = DetectorService(stand_in.url, "acme")
        dataset = console.dataset(console.create_dataset("turbine", 1200).rpartition("/")[2])
        assert dataset == Dataset("ds-1", "turbine", 1200)
        hall = console.change_dataset(replace(dataset, name="turbine hall", row_count=1300))
        assert console.datasets(limit=100).datasets == (hall,)
        console.delete_dataset(hall.id)
        with pytest.raises(RefusedError) as refused:
            console.dataset(hall.id)
    assert refused.value.problem.type == NOT_FOUND
