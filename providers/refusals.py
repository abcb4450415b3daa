"""How a rejected request is put into words. What the answer looks like on the wire is each provider's own matter."""

from fastapi.exceptions import RequestValidationError


def sentence_of(error: RequestValidationError) -> str:
    """Where the request is at fault and why, never echoing what was sent.

    The input may hold NaN or a lone surrogate, which no JSON answer can carry.
    """
    faults = (f"{'.'.join(str(part) for part in fault['loc'])}: {fault['type']}" for fault in error.errors()[:50])
    return printable("; ".join(faults))


def printable(text: str) -> str:
    """The text with whatever UTF-8 cannot encode replaced by a question mark."""
    return text.encode("utf-8", "replace").decode("utf-8")
