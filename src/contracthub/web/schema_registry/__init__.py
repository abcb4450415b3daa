"""The Schema Registry's API as a face of the hub: its routes, media types and quirks, and nothing of its rules."""

from fastapi import APIRouter

from contracthub.web.schema_registry import server

ROUTERS: tuple[APIRouter, ...] = (server.router,)
