"""How values are written into messages: the same value in another style is not understood any more."""

from dataclasses import replace

from contracthub.formats.bundle import Place
from contracthub.formats.changes import Direction
from contracthub.formats.openapi.diff.collect import Scope
from contracthub.formats.openapi.diff.media import base_of
from contracthub.formats.openapi.diff.places import Kind
from contracthub.formats.openapi.diff.sides import entries, member, object_at
from contracthub.formats.safe_json import JsonObject, JsonValue

_STYLES = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}
# Styles in which even a plain value is written with something around it.
_MARKED = frozenset({"label", "matrix"})
_COMPOUND = frozenset({"array", "object"})
Pair = tuple[Place, Place]


def serialization(where: str, parameter: JsonObject) -> tuple[JsonValue, JsonValue]:
    """Style and explode of a parameter or header, said or by default (OpenAPI, Parameter Object)."""
    style = parameter.get("style", _STYLES.get(where))
    return style, parameter.get("explode", style == "form")


def parameter_writing_changed(scope: Scope, where: str, label: str, at: Pair, shared: str | None) -> None:
    """How a parameter is written into the request."""
    before, after = (object_at(place) for place in at)
    direction = Direction.REQUEST
    media = _media_changed(before, after)
    if media is not None:
        rule = "request-parameter-content-type-changed"
        scope.tell(rule, label, at=at, old=media[0], new=media[1], direction=direction, shared=shared)
        return
    styles = [serialization(where, each) for each in (before, after)]
    is_compound = _is_compound(scope, at)
    is_marked = any(style in _MARKED for style, _ in styles)
    for name, one, other in zip(("style", "explode"), *styles, strict=True):
        if one != other and (is_compound or (is_marked and name == "style")):
            rule = f"request-parameter-{name}-changed"
            scope.tell(rule, label, at=at, old=one, new=other, direction=direction, shared=shared)
    was, is_now = (each.get("allowEmptyValue") is True for each in (before, after))
    if was != is_now and where == "query":
        rule = f"request-parameter-empty-value-{'taken' if is_now else 'refused'}"
        scope.tell(rule, label, at=at, direction=direction, shared=shared)


def header_writing_changed(scope: Scope, label: str, at: Pair) -> None:
    """How a header is written into the response."""
    before, after = (object_at(place) for place in at)
    media = _media_changed(before, after)
    if media is not None:
        rule = "response-header-content-type-changed"
        scope.tell(rule, label, at=at, old=media[0], new=media[1], direction=Direction.RESPONSE)
        return
    one, other = (each.get("explode") is True for each in (before, after))
    if one != other and _is_compound(scope, at, only="object"):
        rule = "response-header-explode-changed"
        scope.tell(rule, label, at=at, old=one, new=other, direction=Direction.RESPONSE)


def _media_changed(before: JsonObject, after: JsonObject) -> tuple[str, str] | None:
    """The media types of a value, where they differ; a plain value is plain text."""
    names = [_media_of(each) for each in (before, after)]
    return None if names[0] == names[1] or "" in names else (names[0] or "none", names[1] or "none")


def _media_of(holder: JsonObject) -> str | None:
    """The media type in which a value is written; None where a style writes it, empty where nobody says how."""
    content = holder.get("content")
    if isinstance(content, dict) and content:
        return ", ".join(sorted(base_of(name) for name in content))
    schema = holder.get("schema")
    return None if isinstance(schema, dict | bool) else ""


def _is_compound(scope: Scope, at: Pair, *, only: str | None = None) -> bool:
    """Whether a list or an object is among the values, before or after."""
    wanted = frozenset({only}) if only else _COMPOUND
    for place, views in zip(at, (scope.comparison.walk.old, scope.comparison.walk.new), strict=True):
        schema = member(place, "schema")
        types = views.of((schema,)).types if schema is not None else None
        if types is not None and not types.isdisjoint(wanted):
            return True
    return False


def encodings_changed(scope: Scope, kind: Kind, label: str, at: Pair) -> None:
    """How the fields of a form are written (OpenAPI, Encoding Object)."""
    olds, news = (dict(entries(member(place, "encoding"))) for place in at)
    for name in sorted(olds.keys() | news.keys()):
        before, after = (_encoding(scope, at, name, is_old=is_old) for is_old in (True, False))
        if before is None or after is None or before == after:
            continue
        places = (olds.get(name, at[0]), news.get(name, at[1]))
        told = ["; ".join(str(each) for each in _told(one)) for one in (before, after)]
        scope.tell(
            f"{kind}-encoding-changed",
            f"{label} {name}",
            at=places,
            old=told[0],
            new=told[1],
            direction=kind.direction,
        )
        comparison = scope.comparison
        way = kind.direction.mirrored if scope.is_inverted else kind.direction
        takes_more = before[1:] == after[1:] and (
            before[0] < after[0] if way is Direction.REQUEST else before[0] > after[0]
        )
        if takes_more:
            operation, finding = comparison.found[-1]
            comparison.found[-1] = (operation, replace(finding, is_harmless=True))


_Encoding = tuple[frozenset[str], JsonValue, JsonValue]


def _told(encoding: _Encoding) -> tuple[str, ...]:
    names = ", ".join(sorted(encoding[0])) or "any media type"
    return names, *(str(each) for each in encoding[1:] if each is not None)


def _encoding(scope: Scope, at: Pair, name: str, *, is_old: bool) -> _Encoding | None:
    """Media types, style and explode of a field; None where no such field is described."""
    media = at[0] if is_old else at[1]
    views = scope.comparison.walk.old if is_old else scope.comparison.walk.new
    said = object_at(member(member(media, "encoding"), name))
    schema = member(media, "schema")
    parts = views.of((schema,)).properties.get(name) if schema is not None else None
    if parts is None:
        return None
    names = said.get("contentType")
    types = views.of(parts).types or frozenset()
    default = "application/json" if not types.isdisjoint(_COMPOUND) else "text/plain"
    if "binary" in views.of(parts).formats:
        default = "application/octet-stream"
    listed = frozenset(base_of(each) for each in (names if isinstance(names, str) else default).split(","))
    style = said.get("style")
    return listed, style, said.get("explode", style == "form") if style is not None else None
