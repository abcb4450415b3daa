"""Types, formats and null: what kinds of values a schema takes."""

from collections.abc import Iterator

from contracthub.formats.changes import Direction
from contracthub.formats.openapi.diff.frames import Finding, Frame
from contracthub.formats.openapi.diff.places import Kind
from contracthub.formats.openapi.diff.unions import is_wrapping, types_listed
from contracthub.formats.openapi.diff.views import View
from contracthub.formats.safe_json import JsonValue

_NARROWER_FORMATS = {
    "number": {("float", "double")},
    "integer": {("int32", "int64"), ("int32", "bigint"), ("int64", "bigint")},
    "string": {("date", "date-time"), ("time", "date-time")},
}


def types_changed(frame: Frame) -> Iterator[Finding]:
    """The type or the format is another one."""
    old, new = frame.old, frame.new
    if is_wrapping(frame) or types_listed(frame) is not None:
        return
    if old.is_never or new.is_never:
        yield from _anything_refused(frame)
        return
    if _types(old, new) == _types(new, old) and old.formats == new.formats:
        return
    kind = frame.kind
    if kind is Kind.PARAMETER_PROPERTY:
        verdict = _of_parameter_property(old, new)
    elif frame.is_response:
        verdict = _of_response(frame)
    else:
        verdict = _of_request(frame)
    yield frame.finding(f"type-{verdict}", _told(old), _told(new))


def _types(view: View, other: View) -> frozenset[str] | None:
    """The types; where none is named beside the values that are taken, and the other side names some, those of them."""
    if view.types is not None or other.types is None:
        return view.types
    listed = [view.values["const"]] if "const" in view.values else view.enum
    if not listed:
        return None
    found = {_TYPES.get(type(value), "") for value in listed} - {"null"}
    # What a list of values leaves out is told as that: its types are of no account where they are all allowed.
    return other.types if "" not in found and found <= _with_integers(other.types) else frozenset(found)


def _with_integers(types: frozenset[str]) -> frozenset[str]:
    return types | {"integer"} if "number" in types else types


def _anything_refused(frame: Frame) -> Iterator[Finding]:
    """The schema ``false`` took the place of another one, or the other way round."""
    if frame.old.is_never == frame.new.is_never:
        return
    told = tuple("nothing" if view.is_never else _told(view) for view in (frame.old, frame.new))
    widens, narrows = frame.old.is_never, frame.new.is_never
    if frame.is_response:
        yield frame.finding("type-specialized" if narrows else "type-generalized", *told)
    elif frame.kind is Kind.PARAMETER_PROPERTY:
        yield frame.finding("type-generalized" if widens else "type-specialized", *told)
    else:
        yield frame.finding("type-generalized" if widens else "type-changed", *told)


_TYPES = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    list: "array",
    dict: "object",
    type(None): "null",
}


def _of_parameter_property(old: View, new: View) -> str:
    """How an object parameter is written decides; where that matters, nobody knows."""
    as_json, as_text = _is_wider(old, new, is_text=False), _is_wider(old, new, is_text=True)
    if as_json != as_text:
        return "changed"
    return "generalized" if as_json else "specialized"


def _of_request(frame: Frame) -> str:
    is_text = frame.setting.is_text
    if frame.setting.is_exploded and _became_list_of_itself(frame):
        return "generalized"
    is_split = frame.setting.is_exploded and not (frame.old.types or frozenset()).isdisjoint({"array", "object"})
    if not _is_wider(frame.old, frame.new, is_text=is_text and not is_split):
        return "changed"
    if is_text and frame.kind is not Kind.PARAMETER and not _is_wider(frame.old, frame.new, is_text=False):
        return "compatible"
    return "generalized"


def _became_list_of_itself(frame: Frame) -> bool:
    """Whether one value became a list of such values, which look the same in the query as long as there is one."""
    item = frame.new.children.get("items")
    is_one_value = frame.old.types is None or frame.old.types.isdisjoint({"array", "object"})
    if frame.new.types != frozenset({"array"}) or item is None or not is_one_value:
        return False
    each = frame.walk.new.of(item)
    is_bounded = any(keyword in frame.new.values for keyword in ("minItems", "maxItems", "uniqueItems"))
    tells_more = each.enum is not None or each.patterns or not frame.old.values.keys() >= each.values.keys()
    return not is_bounded and not tells_more and _is_wider(frame.old, each, is_text=True)


def _of_response(frame: Frame) -> str:
    is_text = frame.setting.is_text
    if _is_wider(frame.new, frame.old, is_text=False):
        return "specialized"
    if is_text and _is_wider(frame.new, frame.old, is_text=True):
        return "compatible"
    widens = frame.new.types not in (None, frame.old.types) and _is_wider(frame.old, frame.new, is_text=False)
    return "generalized" if widens else "changed"


def _is_wider(old: View, new: View, *, is_text: bool) -> bool:
    """Whether whatever had the old type and format has the new one."""
    return _has_wider_type(old, new, is_text=is_text) and _has_wider_format(old, new)


def _has_wider_type(old: View, new: View, *, is_text: bool) -> bool:
    if new.types is None or old.types == new.types:
        return True
    if is_text and new.types == {"string"}:
        return True
    if old.types is None:
        return False
    lost = old.types - new.types
    return not lost or (lost == {"integer"} and "number" in new.types)


def _has_wider_format(old: View, new: View) -> bool:
    if not new.formats - old.formats:
        return True
    if len(old.formats) != 1 or len(new.formats) != 1 or new.types is None or len(new.types) != 1:
        return False
    (kind,), (before,), (after,) = new.types, old.formats, new.formats
    return (before, after) in _NARROWER_FORMATS.get(kind, ())


def _told(view: View) -> JsonValue:
    kinds = "any" if view.types is None else "/".join(sorted(view.types)) or "null"
    return f"{kinds} ({', '.join(sorted(view.formats))})" if view.formats else kinds


def null_changed(frame: Frame) -> Iterator[Finding]:
    """Null joins the values that are taken, or leaves them."""
    old, new = frame.old, frame.new
    if old.is_nullable == new.is_nullable or is_wrapping(frame):
        return
    if new.is_nullable and not _takes_anything(old):
        yield frame.finding("became-nullable", False, True)
    elif old.is_nullable and not _takes_anything(new):
        yield frame.finding("became-not-nullable", True, False)


def _takes_anything(view: View) -> bool:
    return view.types is None and view.enum is None and not view.one_of and not view.any_of and not view.is_nullable


def listed_types_changed(frame: Frame) -> Iterator[Finding]:
    """A union of plain types gained or lost one; a single type counts as a union of one."""
    listed = types_listed(frame)
    if listed is None:
        return
    old, new = listed
    told = (", ".join(sorted(old)), ", ".join(sorted(new)))
    if new - old:
        yield frame.finding("list-of-types-widened", *told)
    if old - new:
        yield frame.finding("list-of-types-narrowed", *told)


def items_described(frame: Frame) -> Iterator[Finding]:
    """What the items of an array must be is said on one side only: on the other they may be anything."""
    old, new = frame.old, frame.new
    before, after = old.children.get("items"), new.children.get("items")
    are_arrays = old.types == new.types == frozenset({"array"})
    if not are_arrays or (before is None) == (after is None) or old.prefix_items or new.prefix_items:
        return
    one, other = frame.walk.old.of(before or ()), frame.walk.new.of(after or ())
    widens = after is None
    described = one if widens else other
    is_text = frame.setting.is_text and described.types == frozenset({"string"}) and not described.formats
    if described.is_anything or is_text:
        return
    breaks = widens is (frame.setting.direction is Direction.RESPONSE) and not frame.is_harmless
    # Who leaves the keyword out described nothing: told where it breaks.
    if not breaks and not frame.options.tells_all and not (_says_items(old) and _says_items(new)):
        return
    kind = frame.setting.inner.kind
    narrower = "changed" if kind is Kind.REQUEST_PROPERTY else "specialized"
    wider = "changed" if frame.is_response else "generalized"
    rule = f"{kind}-type-{wider if widens else narrower}"
    places = (before[0] if before else old.place, after[0] if after else new.place)
    yield frame.named(rule, _told(one), _told(other), at="[*]", places=places)


def _says_items(view: View) -> bool:
    return isinstance(view.place.value, dict) and "items" in view.place.value


JUDGES = (types_changed, null_changed, listed_types_changed, items_described)
