"""Opaque cursors: which dataset a page ended with. Not how pages are cut."""

import base64
import binascii

from providers.detector_service.problems import Refusal


def cursor_after(number: int) -> str:
    """The cursor of the page that follows the dataset with this number."""
    return base64.urlsafe_b64encode(f"after:{number}".encode()).decode()


def number_in(cursor: str | None) -> int:
    """The number that the asked page comes after, 0 for the first; raises Refusal for a cursor of another make."""
    if cursor is None:
        return 0
    try:
        word, _, number = base64.b64decode(cursor, altchars=b"-_", validate=True).decode("ascii").partition(":")
        if word == "after":
            return int(number)
    except (binascii.Error, ValueError):
        pass
    raise Refusal("unknown-cursor", "There is no page by this cursor. Start again without a cursor.")
