"""What detector_service remembers, in memory. It knows neither HTTP nor breaks; who may see what is decided above."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from threading import RLock

from providers.detector_service.models import Status, Tenant


@dataclass(frozen=True, slots=True)
class DatasetRecord:
    """A dataset and whose it is; the number is its place in the order of creation."""

    number: int
    id: str
    tenant: Tenant
    name: str
    row_count: int


@dataclass(frozen=True, slots=True)
class DetectorRecord:
    """A detector and whose it is."""

    id: str
    tenant: Tenant
    name: str
    dataset_id: str
    status: Status


class Store:
    """Datasets and detectors of all tenants; safe to use from several threads while the lock is held."""

    def __init__(self) -> None:
        self.lock = RLock()
        self.clear()

    def clear(self) -> None:
        """Forget everything and count from the beginning."""
        with self.lock:
            self._datasets: dict[str, DatasetRecord] = {}
            self._detectors: dict[str, DetectorRecord] = {}
            self._created = 0

    def _next_number(self) -> int:
        self._created += 1
        return self._created

    def _free_id(self, prefix: str, taken: dict[str, DatasetRecord] | dict[str, DetectorRecord]) -> str:
        number = self._next_number()
        while f"{prefix}-{number}" in taken:
            number = self._next_number()
        return f"{prefix}-{number}"

    def create_dataset(self, tenant: Tenant, name: str, row_count: int) -> DatasetRecord:
        """Create a dataset under the next free id."""
        with self.lock:
            return self.put_dataset(self._free_id("ds", self._datasets), tenant, name, row_count)

    def put_dataset(self, dataset_id: str, tenant: Tenant, name: str, row_count: int) -> DatasetRecord:
        """Set a dataset to exactly this; it keeps its place in the order if it was there before."""
        with self.lock:
            known = self._datasets.get(dataset_id)
            number = known.number if known else self._next_number()
            self._datasets[dataset_id] = DatasetRecord(number, dataset_id, tenant, name, row_count)
            return self._datasets[dataset_id]

    def dataset(self, dataset_id: str) -> DatasetRecord | None:
        """The dataset, whosever it is, if there is one."""
        return self._datasets.get(dataset_id)

    def datasets_after(self, tenant: Tenant, number: int) -> list[DatasetRecord]:
        """The datasets of a tenant that come after a number, in the order of creation."""
        with self.lock:
            mine = [each for each in self._datasets.values() if each.tenant == tenant and each.number > number]
        return sorted(mine, key=lambda each: each.number)

    def delete_dataset(self, dataset_id: str) -> None:
        """Forget a dataset that exists."""
        with self.lock:
            del self._datasets[dataset_id]

    def create_detector(self, tenant: Tenant, name: str, dataset_id: str) -> DetectorRecord:
        """Create a detector under the next free id."""
        with self.lock:
            return self.put_detector(
                DetectorRecord(self._free_id("det", self._detectors), tenant, name, dataset_id, "created")
            )

    def put_detector(self, detector: DetectorRecord) -> DetectorRecord:
        """Set a detector to exactly this."""
        with self.lock:
            self._detectors[detector.id] = detector
            return detector

    def detector(self, detector_id: str) -> DetectorRecord | None:
        """The detector, whosever it is, if there is one."""
        return self._detectors.get(detector_id)

    def detectors_of(self, dataset_id: str) -> Iterator[DetectorRecord]:
        """The detectors that use a dataset."""
        with self.lock:
            return iter([each for each in self._detectors.values() if each.dataset_id == dataset_id])

    def move(self, detector: DetectorRecord, status: Status) -> DetectorRecord:
        """Give a detector another status."""
        return self.put_detector(replace(detector, status=status))
