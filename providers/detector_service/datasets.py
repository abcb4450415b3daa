"""Dataset CRUD, and where its breaks take effect. Data is the store's matter."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Query, Response

from providers.detector_service.breaks import LEAKS_OTHER_TENANT, LOSES_NEXT_PAGE
from providers.detector_service.cursors import cursor_after, number_in
from providers.detector_service.models import Dataset, DatasetFields, DatasetPage, Tenant
from providers.detector_service.problems import Refusal, declared
from providers.detector_service.store import DatasetRecord, Store

CallingTenant = Annotated[Tenant, Header(alias="X-Tenant", description="Whose data is meant.")]
Limit = Annotated[int, Query(ge=1, le=100)]
Cursor = Annotated[str | None, Query(max_length=64, description="next_cursor of the page before.")]
LOCATION: Final[dict[int | str, dict[str, Any]]] = {
    201: {"headers": {"Location": {"description": "Where to read it.", "required": True, "schema": {"type": "string"}}}}
}


def dataset_routes(store: Store, breaks: frozenset[str]) -> APIRouter:
    """Create, list, read, replace and delete the datasets of the calling tenant."""
    router = APIRouter(prefix="/datasets", tags=["datasets"], responses=declared(422))

    def seen(tenant: Tenant, dataset_id: str) -> DatasetRecord:
        if LEAKS_OTHER_TENANT in breaks and (found := store.dataset(dataset_id)):
            return found
        return own_dataset(store, tenant, dataset_id)

    @router.get("", responses=declared(404))
    def list_datasets(tenant: CallingTenant, limit: Limit = 20, cursor: Cursor = None) -> DatasetPage:
        rows = store.datasets_after(tenant, number_in(cursor))
        more = len(rows) > limit and LOSES_NEXT_PAGE not in breaks
        page = rows[:limit]
        return DatasetPage(
            items=[_shown(row) for row in page], next_cursor=cursor_after(page[-1].number) if more else None
        )

    @router.post("", status_code=201, responses={**LOCATION, **declared(400)})
    def create_dataset(tenant: CallingTenant, new: DatasetFields, response: Response) -> Dataset:
        row = store.create_dataset(tenant, new.name, new.row_count)
        response.headers["Location"] = f"/datasets/{row.id}"
        return _shown(row)

    @router.get("/{dataset_id}", responses=declared(404))
    def read_dataset(tenant: CallingTenant, dataset_id: str) -> Dataset:
        return _shown(seen(tenant, dataset_id))

    @router.put("/{dataset_id}", responses=declared(400, 404))
    def replace_dataset(tenant: CallingTenant, dataset_id: str, new: DatasetFields) -> Dataset:
        with store.lock:
            row = own_dataset(store, tenant, dataset_id)
            return _shown(store.put_dataset(row.id, tenant, new.name, new.row_count))

    @router.delete("/{dataset_id}", status_code=204, responses=declared(404, 409))
    def delete_dataset(tenant: CallingTenant, dataset_id: str) -> None:
        with store.lock:
            own_dataset(store, tenant, dataset_id)
            if user := next(store.detectors_of(dataset_id), None):
                raise Refusal("dataset-in-use", f"Detector {user.id} uses dataset {dataset_id}.")
            store.delete_dataset(dataset_id)

    return router


def own_dataset(store: Store, tenant: Tenant, dataset_id: str) -> DatasetRecord:
    """The tenant's dataset; raises the same Refusal whether it is missing or another's, so that nothing is told."""
    row = store.dataset(dataset_id)
    if row is None or row.tenant != tenant:
        raise Refusal("not-found", f"There is no dataset {dataset_id}.")
    return row


def _shown(row: DatasetRecord) -> Dataset:
    return Dataset(id=row.id, name=row.name, row_count=row.row_count)
