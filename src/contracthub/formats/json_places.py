"""Goes to the place in a document that a JSON pointer names (RFC 6901)."""

from contracthub.formats.safe_json import JsonValue


def values_along(document: JsonValue, pointer: str) -> list[JsonValue]:
    """The document, and every value on the way to the place; the last one is what the pointer names.

    Raises ``LookupError`` when there is nothing.

    >>> values_along({"a/b": [1, 2]}, "/a~1b/1")[-1]
    2
    """
    values = [document]
    for step in pointer.split("/")[1:]:
        name, value = step.replace("~1", "/").replace("~0", "~"), values[-1]
        if isinstance(value, dict):
            values.append(value[name])
        elif isinstance(value, list) and name.isdecimal():
            values.append(value[int(name)])
        else:
            raise LookupError(pointer)
    return values
