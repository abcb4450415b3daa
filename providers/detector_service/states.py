"""The provider states of detector_service: what each puts into the store."""

from collections.abc import Mapping

from pydantic import JsonValue

from providers.detector_service.cursors import cursor_after
from providers.detector_service.models import Status, Tenant
from providers.detector_service.store import DetectorRecord, Store
from providers.provider_states import StateHandler, text_param


def states_of(store: Store) -> dict[str, StateHandler]:
    """Every state by name. Parameters: dataset_id (default ds-1), detector_id (default det-1); all of tenant acme."""

    def no_dataset_exists(_: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
        store.clear()
        return {}

    def dataset_exists(params: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
        dataset_id = text_param(params, "dataset_id", "ds-1")
        store.put_dataset(dataset_id, Tenant.ACME, "turbine", 1200)
        return {"dataset_id": dataset_id}

    def three_datasets_exist(_: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
        store.clear()
        rows = [store.put_dataset(f"ds-{n}", Tenant.ACME, f"turbine {n}", 1200) for n in (1, 2, 3)]
        return {"cursor_of_the_second_page": cursor_after(rows[1].number)}

    def other_tenant_owns(params: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
        dataset_id = text_param(params, "dataset_id", "ds-globex")
        store.put_dataset(dataset_id, Tenant.GLOBEX, "reactor", 900)
        return {"dataset_id": dataset_id}

    def detector_in(status: Status) -> StateHandler:
        def detector_exists(params: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
            detector_id = text_param(params, "detector_id", "det-1")
            dataset = dataset_exists(params)
            store.put_detector(
                DetectorRecord(detector_id, Tenant.ACME, "vibration", str(dataset["dataset_id"]), status)
            )
            return {**dataset, "detector_id": detector_id}

        return detector_exists

    return {
        "no dataset exists": no_dataset_exists,
        "a dataset exists": dataset_exists,
        "three datasets exist": three_datasets_exist,
        "a dataset belongs to another tenant": other_tenant_owns,
        "a detector is created": detector_in("created"),
        "a detector is trained": detector_in("trained"),
        "a detector is deployed": detector_in("deployed"),
    }
