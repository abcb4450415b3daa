"""Request bodies: counted while they stream in, then read as JSON by the only parser that outside bytes meet."""

import asyncio
from dataclasses import replace
from typing import Annotated, Any

from fastapi import Depends
from starlette.requests import ClientDisconnect, Request

from contracthub.domain.errors import Fault, Invalid, TooLarge
from contracthub.formats import limits, safe_json
from contracthub.web.problems import Refused

MAX_BODY_BYTES = 50 * 1024 * 1024
# Long enough for the largest body on a slow line; nobody sends one for longer in good faith.
BODY_SECONDS = 60.0
JSON_TYPES = frozenset({"application/json"})
MERGE_PATCH = frozenset({"application/merge-patch+json"})
# An envelope may be larger than a document, because it carries documents in base64.
ENVELOPE = replace(limits.ENVELOPE, max_bytes=MAX_BODY_BYTES)


async def read_body(request: Request) -> bytes:
    """The whole body. Raises :class:`TooLarge` as soon as it is over the limit, whatever Content-Length said.

    Raises :class:`Refused` when it is compressed, breaks off, or takes too long.
    """
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Refused(415, "content-encoding", "Compressed requests aren't accepted. Send the body as it is.")
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > MAX_BODY_BYTES:
        raise _too_large()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await _counted(request)
    except ClientDisconnect as error:
        raise Refused(400, "incomplete", "The connection was closed before the whole body had arrived.") from error
    except TimeoutError as error:
        text = f"The whole body had not arrived after {BODY_SECONDS:g} seconds."
        raise Refused(408, "body-too-slow", text) from error


async def _counted(request: Request) -> bytes:
    pieces, size = [], 0
    async for piece in request.stream():
        size += len(piece)
        if size > MAX_BODY_BYTES:
            raise _too_large()
        pieces.append(piece)
    return b"".join(pieces)


def _too_large() -> TooLarge:
    return TooLarge("body-too-large", f"The request body is larger than {MAX_BODY_BYTES} bytes, the most that is read.")


Body = Annotated[bytes, Depends(read_body)]


def require_type(request: Request, accepted: frozenset[str] = JSON_TYPES) -> None:
    """Raises a 415 unless the body is of an accepted media type."""
    media_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if media_type not in accepted:
        names = " or ".join(sorted(accepted))
        raise Refused(415, "media-type", f"Send the body with the header Content-Type: {names}.")


def object_in(body: bytes, *, empty_is: dict[str, Any] | None = None) -> dict[str, Any]:
    """The JSON object in a body. Raises :class:`Invalid` for anything else; ``empty_is`` stands for an empty body."""
    if empty_is is not None and not body.strip():
        return empty_is
    value = safe_json.loads(body, ENVELOPE)
    if not isinstance(value, dict):
        raise Invalid.of(Fault("", "must be a hash (a JSON object)"))
    return value
