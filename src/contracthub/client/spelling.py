"""Names that the hub does not know are most often misspelt: its refusal is told with where the names are listed."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from contracthub.client.errors import HubAnswered

_ABOUT_THE_QUESTION = (400, 404)


@contextmanager
def naming(pacticipants: Iterable[str], environment: str | None) -> Iterator[None]:
    """Adds to a refusal that names one of these which command lists what there is; other refusals stay as they are."""
    try:
        yield
    except HubAnswered as refusal:
        said = "\n".join(refusal.messages)
        lists = []
        if environment and _names(said, environment):
            lists.append("contracthub list-environments")
        if any(_names(said, name) for name in pacticipants):
            lists.append("contracthub list-pacticipants")
        if refusal.status not in _ABOUT_THE_QUESTION or not lists:
            raise
        told = (*refusal.messages, f"See: {' and '.join(lists)}")
        raise HubAnswered(refusal.status, told, asked=refusal.asked, body=refusal.body) from refusal


def _names(said: str, name: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", said) is not None
