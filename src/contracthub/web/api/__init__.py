"""The native API, ``/api/v1``: what the hub offers beyond the protocols that it emulates."""

from fastapi import APIRouter

ROUTERS: tuple[APIRouter, ...] = ()
