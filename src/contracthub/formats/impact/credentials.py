"""Whether a request of a contract carries the credentials that a document demands."""

from collections.abc import Iterable, Mapping, Sequence

from contracthub.formats.bundle import Bundle, Place
from contracthub.formats.impact.conditions import sent
from contracthub.formats.json_places import values_along
from contracthub.formats.needs import Direction as Flow
from contracthub.formats.needs import Need
from contracthub.formats.openapi.operations import Operation
from contracthub.formats.safe_json import JsonObject, JsonValue

# What an Authorization header begins with, by the scheme that asks for it.
_TOKENS = {"oauth2": "bearer", "openidconnect": "bearer", "basic": "basic"}


def is_let_in(bundle: Bundle, operation: Operation, needs: Iterable[Need]) -> bool:
    """Whether the request carries all that one of the operation's requirements asks for, or there is none.

    The operation's own requirements count instead of the document's. That a scope is granted is nothing a contract
    could say, so a requirement with scopes is never known to be met.
    """
    root = bundle.documents[bundle.root]
    if not isinstance(root, dict):
        return False
    said = _value_at(bundle, operation.pointer).get("security", root.get("security"))
    alternatives = said if isinstance(said, list) and said else [{}]
    carried = _carried(needs)
    schemes = _schemes(bundle, root)
    return any(
        isinstance(each, dict)
        and all(not scopes and _is_carried(schemes.get(name, {}), carried) for name, scopes in each.items())
        for each in alternatives
    )


def has_own_requirements(bundle: Bundle, operation: Operation) -> bool:
    """Whether what the document demands of all is nothing to the operation, because it says itself what it demands."""
    return "security" in _value_at(bundle, operation.pointer)


def _value_at(bundle: Bundle, pointer: str) -> JsonObject:
    # What stands in another file than the root has the file's name before its pointer.
    file, _, inner = ("", "", pointer) if pointer.startswith("/") else pointer.partition("#")
    try:
        value = values_along(bundle.documents[file or bundle.root], inner)[-1]
    except LookupError:
        return {}
    return value if isinstance(value, dict) else {}


def _schemes(bundle: Bundle, root: JsonObject) -> Mapping[str, JsonObject]:
    components = root.get("components")
    listed = components.get("securitySchemes") if isinstance(components, dict) else root.get("securityDefinitions")
    found: dict[str, JsonObject] = {}
    for name, value in listed.items() if isinstance(listed, dict) else ():
        place = bundle.resolved(Place(bundle.root, "", value))
        if place is not None and isinstance(place.value, dict):
            found[name] = place.value
    return found


def _carried(needs: Iterable[Need]) -> Mapping[tuple[str, str], Sequence[JsonValue]]:
    """What the request sends, by where and under which name; names of headers in small letters."""
    found: dict[tuple[str, str], list[JsonValue]] = {}
    for need in needs:
        if need.direction is Flow.REQUEST and need.part in ("header", "query"):
            name = need.path.lower() if need.part == "header" else need.path
            found.setdefault((need.part, name), []).append(sent(need))
    for value in found.get(("header", "cookie"), []):
        for pair in str(value or "").split(";"):
            found.setdefault(("cookie", pair.partition("=")[0].strip()), []).append(value)
    return found


def _is_carried(scheme: JsonObject, carried: Mapping[tuple[str, str], Sequence[JsonValue]]) -> bool:
    kind = str(scheme.get("type")).lower()
    if kind == "apikey":
        where, name = str(scheme.get("in")), str(scheme.get("name"))
        return (where, name.lower() if where == "header" else name) in carried
    token = _TOKENS.get(kind) or (str(scheme.get("scheme")).lower() if kind == "http" else None)
    sends = carried.get(("header", "authorization"), ())
    # What begins otherwise is another credential.
    return token is not None and any(str(value or "").lower().startswith(f"{token} ") for value in sends)
