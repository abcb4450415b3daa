"""JSON that the hub itself writes into columns, and reads back. Outside bytes never come here."""

from typing import Any

import orjson


def orjson_text(value: Any) -> str:
    """The text that a JSON column stores."""
    return orjson.dumps(value).decode()


def orjson_value(text: str | bytes) -> Any:
    """The value that a JSON column holds."""
    return orjson.loads(text)
