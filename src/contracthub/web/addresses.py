"""Where the hub is, as the client of a request sees it."""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from starlette.requests import Request

_HOST = re.compile(r"([A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(:[0-9]{1,5})?")
_PORT = re.compile(r"[0-9]{1,5}")
_PREFIX = re.compile(r"(/[A-Za-z0-9._~-]+){1,20}")
_USUAL_PORTS = {"http": "80", "https": "443"}


def base_of(request: Request) -> str:
    """The address below which all resources are: a configured public one, else the one that was requested."""
    settings = request.app.state.settings
    requested = _forwarded(request) if settings.trust_forwarded else _requested(request)
    public = _known(settings.public_urls, requested) if settings.public_urls else requested
    # An unexpected error is answered outside of the layer that finds the workspace.
    prefix = request.scope.get("contracthub.prefix", request.scope.get("root_path", ""))
    return f"{public.rstrip('/')}{prefix}"


def _requested(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}"


def _known(public_urls: Sequence[str], requested: str) -> str:
    """The public address that was requested: to the letter, or at least its host; else the first."""
    fitting = [url for url in public_urls if url.rstrip("/") == requested]
    fitting += [url for url in public_urls if urlsplit(url)[:2] == urlsplit(requested)[:2]]
    return [*fitting, public_urls[0]][0]


def _forwarded(request: Request) -> str:
    """The address as a proxy says that it was asked for; what isn't well-formed is passed over."""
    scheme = _scheme(request)
    host = _first(request, "host")
    netloc = host if _HOST.fullmatch(host) else request.url.netloc
    port, prefix = _first(request, "port"), _first(request, "prefix").rstrip("/")
    if _PORT.fullmatch(port):
        bare = re.sub(r":[0-9]+$", "", netloc)
        netloc = bare if port == _USUAL_PORTS.get(scheme) else f"{bare}:{port}"
    return f"{scheme}://{netloc}{prefix if _PREFIX.fullmatch(prefix) else ''}"


def _scheme(request: Request) -> str:
    """``-Scheme`` and ``-Ssl`` say it where proxies were set up for a Pact Broker, whose server heeds all three."""
    told = (_first(request, name).lower() for name in ("proto", "scheme"))
    unsaid = "https" if _first(request, "ssl").lower() == "on" else request.url.scheme
    return next((each for each in told if each in _USUAL_PORTS), unsaid)


def _first(request: Request, name: str) -> str:
    # Every proxy on the way adds its own; the first is the one that the client talked to.
    return request.headers.get(f"x-forwarded-{name}", "").split(",", maxsplit=1)[0].strip()
