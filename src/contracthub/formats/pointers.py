"""JSON pointers (RFC 6901): how faults and needs name a place in a document."""

from collections.abc import Iterable

ROOT = ""


def token(name: str | int) -> str:
    """One step of a pointer, escaped.

    >>> token("a/b~c")
    'a~1b~0c'
    """
    text = str(name)
    return text.replace("~", "~0").replace("/", "~1") if "~" in text or "/" in text else text


def child(pointer: str, name: str | int) -> str:
    """The pointer to a member or an item of what ``pointer`` names.

    >>> child("/interactions", 0)
    '/interactions/0'
    """
    return f"{pointer}/{token(name)}"


def pointer_from(names: Iterable[str | int]) -> str:
    """The pointer that takes these steps from the root.

    >>> pointer_from(["paths", "/orders", "get"])
    '/paths/~1orders/get'
    """
    return "".join(f"/{token(name)}" for name in names)
