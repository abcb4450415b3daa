"""Notices: the hub's sentences for a person, each with a type that says how to colour it."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence and its type: debug, info, warning, prompt, success, error or danger."""

    type: str
    text: str


def notices_from(document: Mapping[str, object]) -> tuple[Notice, ...]:
    """The notices of an answer; the older ``logs`` when there are none."""
    notices = document.get("notices")
    if isinstance(notices, list):
        return tuple(
            Notice(str(one.get("type", "info")), str(one.get("text", "")))
            for one in notices
            if isinstance(one, Mapping)
        )
    logs = document.get("logs")
    return tuple(
        Notice(str(one.get("level", "info")), str(one.get("message", "")))
        for one in (logs if isinstance(logs, list) else [])
        if isinstance(one, Mapping)
    )
