"""Request bodies: whether there is one, in which media types, and of what schema."""

from contracthub.formats.bundle import Place
from contracthub.formats.changes import Direction
from contracthub.formats.openapi.diff.collect import Scope
from contracthub.formats.openapi.diff.judge_writing import encodings_changed
from contracthub.formats.openapi.diff.media import MediaPairs, is_json
from contracthub.formats.openapi.diff.places import Kind
from contracthub.formats.openapi.diff.sides import entries, member, object_at


def bodies_changed(scope: Scope, old: Place, new: Place) -> None:
    """The request body of an operation."""
    before, after = member(old, "requestBody"), member(new, "requestBody")
    before = scope.comparison.old.resolved(before) if before is not None else None
    after = scope.comparison.new.resolved(after) if after is not None else None
    if before is None and after is not None:
        word = "required" if object_at(after).get("required") is True else "optional"
        scope.tell(f"request-body-added-{word}", at=(None, after), direction=Direction.REQUEST)
    elif after is None and before is not None:
        scope.tell("request-body-removed", at=(before, None), direction=Direction.REQUEST)
    elif before is not None and after is not None:
        _changed(scope, before, after)


def _changed(scope: Scope, old: Place, new: Place) -> None:
    was, is_now = (object_at(place).get("required") is True for place in (old, new))
    if was != is_now:
        word = "required" if is_now else "optional"
        scope.tell(f"request-body-became-{word}", at=(old, new), direction=Direction.REQUEST)
    olds, news = dict(entries(member(old, "content"))), dict(entries(member(new, "content")))
    pairs = MediaPairs(olds, news, refines=False)
    for name in pairs.removed:
        scope.tell("request-body-media-type-removed", at=(olds[name], None), old=name, direction=Direction.REQUEST)
    for name in pairs.added:
        scope.tell("request-body-media-type-added", at=(None, news[name]), new=name, direction=Direction.REQUEST)
    for old_name, new_name in pairs.pairs:
        media_changed(scope, Kind.REQUEST_BODY, "request", new_name, (olds[old_name], news[new_name]))


def media_changed(scope: Scope, kind: Kind, part: str, name: str, pair: tuple[Place, Place]) -> None:
    """The schema of one media type; ``part`` says of which message."""
    for keyword, words in (("schema", "schema"), ("itemSchema", "item-schema")):
        before, after = member(pair[0], keyword), member(pair[1], keyword)
        if before is not None and after is not None:
            used = kind if keyword == "schema" else kind.inner
            scope.use((before,), (after,), used, f"{part} {name} $", is_text=not is_json(name))
        elif before is not None or after is not None:
            word = "added" if before is None else "removed"
            if keyword == "schema" and _is_binary_in_both_versions(scope, before, after):
                continue
            rule = f"{kind}-media-type-{words}-{word}"
            scope.tell(rule, f"{part} {name}", at=(before, after), direction=kind.direction)
    encodings_changed(scope, kind, f"{part} {name}", pair)


def _is_binary_in_both_versions(scope: Scope, old: Place | None, new: Place | None) -> bool:
    """Whether 3.0 says "binary string" where 3.1 leaves the schema out (OpenAPI 3.1, file uploads)."""
    comparison = scope.comparison
    has_old = old is not None
    side, other = (comparison.old, comparison.new) if has_old else (comparison.new, comparison.old)
    schema = object_at(old if has_old else new)
    is_binary = schema.get("type") == "string" and schema.get("format") == "binary"
    return is_binary and not side.has_type_lists and other.has_type_lists
