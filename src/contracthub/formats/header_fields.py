"""Headers as contracts name them for requests: which of them can be sent at all (RFC 9110 §5)."""

import re
from collections.abc import Mapping

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROLS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
# Where a message ends is said by who sends it.
_FRAMING = frozenset({"connection", "content-length", "te", "trailer", "transfer-encoding", "upgrade"})


def headers_that_can_not_be_sent(headers: Mapping[str, str]) -> Mapping[str, str]:
    """Why each of them can't be sent, by its name.

    >>> headers_that_can_not_be_sent({"Accept": "text/plain", "X Y": "1"})
    {'X Y': 'is no name of a header'}
    """
    found = {name: _reason(name, text) for name, text in headers.items()}
    return {name: reason for name, reason in found.items() if reason}


def _reason(name: str, text: str) -> str:
    if not _TOKEN.fullmatch(name):
        return "is no name of a header"
    if name.lower() in _FRAMING:
        return "is said by the connection itself; leave it out"
    if _CONTROLS.search(text) or not text.isascii():
        return "holds characters that no header can hold"
    return ""
