"""Where the hub is, as the client of a request sees it."""

import re

from starlette.requests import Request

_HOST = re.compile(r"([A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(:[0-9]{1,5})?")
_PORT = re.compile(r"[0-9]{1,5}")
_PREFIX = re.compile(r"(/[A-Za-z0-9._~-]+){1,20}")
_USUAL_PORTS = {"http": "80", "https": "443"}


def base_of(request: Request) -> str:
    """The address below which all resources are: the configured public one, else the one that was requested."""
    settings = request.app.state.settings
    public = settings.public_url
    if not public:
        requested = f"{request.url.scheme}://{request.url.netloc}"
        public = _forwarded(request) if settings.trust_forwarded else requested
    return f"{public.rstrip('/')}{request.scope['contracthub.prefix']}"


def _forwarded(request: Request) -> str:
    """The address as a proxy says that it was asked for; what isn't well-formed is passed over."""
    told = _first(request, "proto").lower()
    scheme = told if told in _USUAL_PORTS else request.url.scheme
    host = _first(request, "host")
    netloc = host if _HOST.fullmatch(host) else request.url.netloc
    port, prefix = _first(request, "port"), _first(request, "prefix").rstrip("/")
    if _PORT.fullmatch(port):
        bare = re.sub(r":[0-9]+$", "", netloc)
        netloc = bare if port == _USUAL_PORTS.get(scheme) else f"{bare}:{port}"
    return f"{scheme}://{netloc}{prefix if _PREFIX.fullmatch(prefix) else ''}"


def _first(request: Request, name: str) -> str:
    # Every proxy on the way adds its own; the first is the one that the client talked to.
    return request.headers.get(f"x-forwarded-{name}", "").split(",", maxsplit=1)[0].strip()
