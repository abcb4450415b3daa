"""The detector lifecycle, and where its breaks take effect. Data is the store's matter."""

from typing import Any, Final

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel

from providers.breaking import model_without
from providers.detector_service.breaks import DROPS_UNREAD_FIELD, REMOVES_DEPRECATED_FIELD
from providers.detector_service.datasets import LOCATION, CallingTenant, own_dataset
from providers.detector_service.models import Detector, NewDetector, Status, Tenant
from providers.detector_service.problems import Refusal, declared
from providers.detector_service.store import DetectorRecord, Store

THRESHOLD: Final = 0.5
# Deprecation: RFC 9745 (2026-01-01). Sunset: RFC 8594, the same day as the field's x-sunset.
DEPRECATION: Final = {"Deprecation": "@1767225600", "Sunset": "Tue, 31 Dec 2030 23:59:59 GMT"}
_ANNOUNCED: Final[dict[str, Any]] = {
    name: {"description": f"{name} of the field state.", "required": True, "schema": {"type": "string"}}
    for name in DEPRECATION
}
_LIFECYCLE: Final[dict[str, tuple[Status, Status]]] = {
    "train": ("created", "trained"),
    "deploy": ("trained", "deployed"),
    "retire": ("deployed", "retired"),
}


def detector_routes(store: Store, breaks: frozenset[str]) -> APIRouter:
    """Create and read detectors, and take them through created, trained, deployed, retired."""
    model = _detector_model(breaks)
    router = APIRouter(
        prefix="/detectors", tags=["detectors"], responses=declared(404, 422), dependencies=[Depends(_announce)]
    )

    created = {**LOCATION[201]["headers"], **_ANNOUNCED}

    @router.post("", status_code=201, response_model=model, responses={**declared(400), 201: {"headers": created}})
    def create_detector(tenant: CallingTenant, new: NewDetector, response: Response) -> Detector:
        with store.lock:
            own_dataset(store, tenant, new.dataset_id)
            row = store.create_detector(tenant, new.name, new.dataset_id)
        response.headers["Location"] = f"/detectors/{row.id}"
        return _shown(row)

    @router.get("/{detector_id}", response_model=model, responses={200: {"headers": _ANNOUNCED}})
    def read_detector(tenant: CallingTenant, detector_id: str) -> Detector:
        return _shown(_own_detector(store, tenant, detector_id))

    for verb in _LIFECYCLE:
        _add_step(router, store, model, verb)
    return router


def _add_step(router: APIRouter, store: Store, model: type[BaseModel], verb: str) -> None:
    before, after = _LIFECYCLE[verb]

    def step(tenant: CallingTenant, detector_id: str) -> Detector:
        with store.lock:
            row = _own_detector(store, tenant, detector_id)
            if row.status != before:
                raise Refusal("wrong-status", f"To {verb} a detector, it must be {before}; this one is {row.status}.")
            return _shown(store.move(row, after))

    router.add_api_route(
        f"/{{detector_id}}/{verb}",
        step,
        methods=["POST"],
        name=f"{verb}_detector",
        response_model=model,
        responses={**declared(409), 200: {"headers": _ANNOUNCED}},
    )


def _announce(response: Response) -> None:
    response.headers.update(DEPRECATION)


def _detector_model(breaks: frozenset[str]) -> type[BaseModel]:
    model: type[BaseModel] = Detector
    for name, field in ((REMOVES_DEPRECATED_FIELD, "state"), (DROPS_UNREAD_FIELD, "threshold")):
        model = model_without(model, field) if name in breaks else model
    return model


def _own_detector(store: Store, tenant: Tenant, detector_id: str) -> DetectorRecord:
    row = store.detector(detector_id)
    if row is None or row.tenant != tenant:
        raise Refusal("not-found", f"There is no detector {detector_id}.")
    return row


def _shown(row: DetectorRecord) -> Detector:
    return Detector(
        id=row.id,
        name=row.name,
        dataset_id=row.dataset_id,
        threshold=THRESHOLD,
        status=row.status,
        state=row.status,
    )
