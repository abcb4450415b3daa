"""The Schema Registry's API as a face of the hub: its routes, media types and quirks, and nothing of its rules."""

from fastapi import APIRouter

from contracthub.web.schema_registry import (
    compatibility,
    config,
    contexts,
    mode,
    schemas,
    server,
    subjects,
    versions,
)

ROUTERS: tuple[APIRouter, ...] = (
    server.router,
    schemas.router,
    subjects.router,
    versions.router,
    compatibility.router,
    config.router,
    mode.router,
    contexts.router,
)
