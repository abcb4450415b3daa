"""Documents of others as answers: exact bytes that a browser stores and never runs (security.md, uploads)."""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

# What no browser executes or renders as a page. All else is told as bytes.
INERT = frozenset(
    {
        "application/json",
        "application/yaml",
        "application/x-yaml",
        "application/yml",
        "text/yaml",
        "text/plain",
        "application/graphql",
        "application/x-protobuf",
        "application/vnd.oai.openapi",
        "application/vnd.oai.openapi+json",
        "application/vnd.oai.openapi+yaml",
        "application/vnd.aai.asyncapi+json",
        "application/vnd.aai.asyncapi+yaml",
        "application/schema+json",
    }
)
BYTES = "application/octet-stream"


def document_answer(request: Request, body: bytes, *, content_type: str, sha: str, file_name: str) -> Response:
    """The bytes, to be saved under a name; 304 when the client has them already."""
    tag = f'"{sha}"'
    headers = {
        "ETag": tag,
        "Content-Disposition": _attachment(file_name),
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
    }
    if tag in _known(request):
        return Response(status_code=304, headers=headers)
    return Response(body, 200, headers, served_type(content_type))


def served_type(content_type: str) -> str:
    """The media type that a document is served as: its own, if that does nothing in a browser."""
    essence = content_type.partition(";")[0].strip().lower()
    return essence if essence in INERT else BYTES


def _known(request: Request) -> set[str]:
    sent = ",".join(request.headers.getlist("if-none-match"))
    return {each.strip().removeprefix("W/") for each in sent.split(",")}


def _attachment(file_name: str) -> str:
    """RFC 6266: a plain name for old clients, the real one encoded; neither can end the header's value."""
    base = file_name.rpartition("/")[2] or "document"
    plain = "".join(each if each.isascii() and (each.isalnum() or each in "-_. ") else "_" for each in base)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(base, safe='')}"
