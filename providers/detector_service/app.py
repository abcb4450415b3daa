"""detector_service put together."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from providers.detector_service.breaks import BREAKS, OPENAPI
from providers.detector_service.datasets import dataset_routes
from providers.detector_service.detectors import detector_routes
from providers.detector_service.models import Problem
from providers.detector_service.problems import answer_with_problems
from providers.detector_service.states import states_of
from providers.detector_service.store import Store
from providers.provider_states import state_routes
from providers.serving import Provider, openapi_text


class DetectorService(FastAPI):
    """The application; its OpenAPI also defines Problem, which the framework's media type would hide."""

    def openapi(self) -> dict[str, Any]:
        """The document, built once."""
        if not self.openapi_schema:
            document = get_openapi(title=self.title, version=self.version, routes=self.routes)
            document["components"]["schemas"]["Problem"] = Problem.model_json_schema()
            self.openapi_schema = document
        return self.openapi_schema


def create_app(breaks: frozenset[str] = frozenset()) -> FastAPI:
    """A fresh, empty detector_service that misbehaves as the named breaks say."""
    store = Store()
    app = DetectorService(
        title="detector_service",
        version="1.0.0",
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=lambda route: route.name,
    )
    answer_with_problems(app, breaks)
    app.include_router(dataset_routes(store, breaks))
    app.include_router(detector_routes(store, breaks))
    app.include_router(state_routes(states_of(store), store.clear))
    return app


PROVIDER = Provider("detector_service", BREAKS, create_app, {OPENAPI: openapi_text})
