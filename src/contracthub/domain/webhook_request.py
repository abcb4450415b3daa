"""The request that a webhook makes, as it is defined: with template parameters, and with its secrets."""

from dataclasses import dataclass, field
from typing import TypeAlias

JsonValue: TypeAlias = "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None"


@dataclass(frozen=True, slots=True)
class WebhookRequest:
    """``body`` is JSON, or text, or nothing. Headers may repeat, and their order is kept.

    Any part may hold a secret, so none is in what a debugger or a log would show of it.
    """

    method: str
    url: str = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: JsonValue = field(default=None, repr=False)
    username: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
