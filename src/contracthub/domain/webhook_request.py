"""The request that a webhook makes, as it is defined: with template parameters, and with its secrets."""

from dataclasses import dataclass, field
from typing import TypeAlias

JsonValue: TypeAlias = "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None"


@dataclass(frozen=True, slots=True)
class WebhookRequest:
    """``body`` is JSON, or text, or nothing. Headers may repeat, and their order is kept."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: JsonValue = None
    username: str | None = None
    password: str | None = field(default=None, repr=False)
