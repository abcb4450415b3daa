"""Style sheet, script and icon: files of the package, under addresses that change with their content."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from contracthub.domain.errors import NotFound

STATIC = Path(__file__).parent / "static"
# A fixed list: nothing is guessed from a name, and no file is served that is not named here.
TYPES = {
    "contracthub.css": "text/css; charset=utf-8",
    "contracthub.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
_FOREVER = "public, max-age=31536000, immutable"
_A_DAY = "public, max-age=86400"

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Asset:
    """A file with its type and the hash of its content."""

    content: bytes
    media_type: str
    digest: str


@cache
def assets() -> dict[str, Asset]:
    """All of them, read once."""
    found = {}
    for name, media_type in TYPES.items():
        content = (STATIC / name).read_bytes()
        found[name] = Asset(content, media_type, hashlib.sha256(content).hexdigest()[:16])
    return found


@cache
def asset_paths() -> dict[str, str]:
    """Where each is served, below the hub's own path."""
    return {name: f"/static/{asset.digest}/{name}" for name, asset in assets().items()}


@router.api_route("/static/{digest}/{name}", methods=["GET", "HEAD"])
async def get_asset(request: Request, digest: str, name: str) -> Response:
    """One file. An address of an older release leads to the present content, which then isn't kept forever."""
    asset = assets().get(name)
    if asset is None:
        raise NotFound("asset-not-found", f"There is no file {name} here.")
    return _answer(request, asset, _FOREVER if digest == asset.digest else "no-cache")


@router.api_route("/favicon.ico", methods=["GET", "HEAD"])
async def get_icon(request: Request) -> Response:
    """The icon, where browsers look for it without being told."""
    return _answer(request, assets()["icon.svg"], _A_DAY)


def _answer(request: Request, asset: Asset, caching: str) -> Response:
    tag = f'"{asset.digest}"'
    headers = {"Cache-Control": caching, "ETag": tag}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(asset.content, 200, headers, asset.media_type)
