"""Where the hub is, as the client of a request sees it."""

from starlette.requests import Request


def base_of(request: Request) -> str:
    """The address below which all resources are: the configured public one, else the one that was requested."""
    public = request.app.state.settings.public_url or f"{request.url.scheme}://{request.url.netloc}"
    return f"{public.rstrip('/')}{request.scope['contracthub.prefix']}"
