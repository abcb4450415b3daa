"""Headers that every answer carries."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

# The release of the Pact Broker whose API this face offers; clients probe features by relations, people by this.
EMULATED_BROKER = "2.120.0"
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
STANDARD = {
    "cache-control": "no-cache",
    "vary": "Accept",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-pact-broker-version": EMULATED_BROKER,
}


_RAW = [(name.encode(), value.encode()) for name, value in STANDARD.items()]


class StandardHeaders:
    """ASGI middleware that adds them where the answer did not set them itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection (ASGI)."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                # On the raw list: this runs for every answer, and a mapping over it costs more than the routing.
                headers = message["headers"]
                there = {name.lower() for name, _ in headers}
                message["headers"] = [*headers, *(pair for pair in _RAW if pair[0] not in there)]
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)
