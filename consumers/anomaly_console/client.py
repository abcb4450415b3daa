"""What anomaly_console asks of detector_service, and the parts of the answers that it uses. No other field is read."""

from dataclasses import dataclass
from typing import Any

from consumers.http_json import Answer, exchange, expect, segment

PROBLEM = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Problem:
    """Problem details (RFC 9457); the console chooses its wording by the type."""

    type: str
    title: str
    status: int
    detail: str


class RefusedError(Exception):
    """detector_service refused, and said why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Dataset:
    """A dataset in the picker."""

    id: str
    name: str
    row_count: int


@dataclass(frozen=True, slots=True)
class DatasetPage:
    """One page of the picker; next_cursor is None on the last."""

    datasets: tuple[Dataset, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class DetectorSummary:
    """A line of the overview, which still reads the deprecated state, and until when it may."""

    id: str
    state: str
    sunset: str


class DetectorService:
    """detector_service as the console of one tenant sees it."""

    def __init__(self, base_url: str, tenant: str) -> None:
        self._base_url = base_url
        self._headers = {"X-Tenant": tenant}

    def datasets(self, limit: int, cursor: str | None = None) -> DatasetPage:
        """A page of at most `limit` datasets, the first one without a cursor."""
        query = {"limit": str(limit)} if cursor is None else {"limit": str(limit), "cursor": cursor}
        body = self._ask("GET", "/datasets", 200, query=query).body
        return DatasetPage(tuple(_dataset(item) for item in body["items"]), body["next_cursor"])

    def dataset(self, dataset_id: str) -> Dataset:
        """One dataset; raises RefusedError when this tenant has none by that id."""
        return _dataset(self._ask("GET", f"/datasets/{segment(dataset_id)}", 200).body)

    def create_dataset(self, name: str, row_count: int) -> str:
        """Create a dataset and return the path of it."""
        answer = self._ask("POST", "/datasets", 201, body={"name": name, "row_count": row_count})
        return str(answer.headers["Location"])

    def change_dataset(self, dataset: Dataset) -> Dataset:
        """Give a dataset another name or row count and return it as it is now."""
        body = {"name": dataset.name, "row_count": dataset.row_count}
        return _dataset(self._ask("PUT", f"/datasets/{segment(dataset.id)}", 200, body=body).body)

    def delete_dataset(self, dataset_id: str) -> None:
        """Delete a dataset; raises RefusedError when a detector uses it."""
        self._ask("DELETE", f"/datasets/{segment(dataset_id)}", 204)

    def create_detector(self, name: str, dataset_id: str) -> str:
        """Create a detector and return its id."""
        answer = self._ask("POST", "/detectors", 201, body={"name": name, "dataset_id": dataset_id})
        return str(answer.body["id"])

    def train(self, detector_id: str) -> str:
        """Train a detector and return its new status; raises RefusedError when it is not its turn."""
        return str(self._ask("POST", f"/detectors/{segment(detector_id)}/train", 200).body["status"])

    def deploy(self, detector_id: str) -> str:
        """Deploy a detector and return its new status; raises RefusedError when it is not its turn."""
        return str(self._ask("POST", f"/detectors/{segment(detector_id)}/deploy", 200).body["status"])

    def summary(self, detector_id: str) -> DetectorSummary:
        """The overview's line for a detector."""
        answer = self._ask("GET", f"/detectors/{segment(detector_id)}", 200)
        return DetectorSummary(answer.body["id"], answer.body["state"], str(answer.headers["Sunset"]))

    def _ask(
        self,
        method: str,
        path: str,
        status: int,
        *,
        query: dict[str, str] | None = None,
        body: dict[str, Any] | None = None,
    ) -> Answer:
        answer = exchange(method, self._base_url + path, query=query, headers=self._headers, body=body)
        if answer.headers.get_content_type() == PROBLEM:
            raise RefusedError(Problem(**{name: answer.body[name] for name in ("type", "title", "status", "detail")}))
        return expect(answer, status)


def _dataset(item: dict[str, Any]) -> Dataset:
    return Dataset(item["id"], item["name"], item["row_count"])
