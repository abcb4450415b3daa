"""Responses: statuses, headers, media types, schemas."""

from contracthub.formats.bundle import Place
from contracthub.formats.changes import Direction
from contracthub.formats.openapi.diff.collect import Scope
from contracthub.formats.openapi.diff.judge_bodies import media_changed
from contracthub.formats.openapi.diff.judge_writing import header_writing_changed
from contracthub.formats.openapi.diff.media import MediaPairs, base_of, contains, is_json
from contracthub.formats.openapi.diff.places import Kind
from contracthub.formats.openapi.diff.sides import entries, member, members, object_at

_RESPONSE = Direction.RESPONSE


def responses_changed(scope: Scope, old: Place, new: Place) -> None:
    """The responses of an operation, by status."""
    olds, news = dict(members(member(old, "responses"))), dict(members(member(new, "responses")))
    for status, place in olds.items():
        if status in news:
            before, after = scope.comparison.old.resolved(place), scope.comparison.new.resolved(news[status])
            _headers_changed(scope, status, before, after)
            _content_changed(scope, status, before, after)
        elif _is_told(status, news):
            rule = f"response-{_word(status)}-status-removed"
            scope.tell(rule, at=(place, None), old=status, direction=_RESPONSE)
    for status, place in news.items():
        if status not in olds and _is_told(status, olds):
            scope.tell(f"response-{_word(status)}-status-added", at=(None, place), new=status, direction=_RESPONSE)


def _is_told(status: str, others: dict[str, Place]) -> bool:
    """Whether a status that only one side has is news: a range of errors, or ``default``, promises nothing.

    The range of successes is told where the other side has no success of its own.
    """
    return status.isdecimal() or (status.upper() == "2XX" and not any(other.startswith("2") for other in others))


def _word(status: str) -> str:
    return "success" if status.startswith("2") else "non-success"


def _headers_changed(scope: Scope, status: str, old: Place, new: Place) -> None:
    olds, news = ({name.lower(): each for name, each in entries(member(place, "headers"))} for place in (old, new))
    for name, place in olds.items():
        label = f"response {status} header {name}"
        before = scope.comparison.old.resolved(place)
        was_required = object_at(before).get("required") is True
        if name not in news:
            rule = f"{'required' if was_required else 'optional'}-response-header-removed"
            scope.tell(rule, label, at=(before, None), direction=_RESPONSE)
            continue
        after = scope.comparison.new.resolved(news[name])
        if was_required and object_at(after).get("required") is not True:
            scope.tell("response-header-became-optional", label, at=(before, after), direction=_RESPONSE)
        header_writing_changed(scope, label, (before, after))
        _header_schemas_changed(scope, label, before, after)
    for name, place in news.items():
        if name not in olds:
            label = f"response {status} header {name}"
            scope.tell("response-header-added", label, at=(None, place), direction=_RESPONSE)


def _header_schemas_changed(scope: Scope, label: str, old: Place, new: Place) -> None:
    one, other = member(old, "schema"), member(new, "schema")
    if one is not None and other is not None:
        scope.use((one,), (other,), Kind.RESPONSE_HEADER, label, is_text=True)
    others = dict(entries(member(new, "content")))
    for name, media in entries(member(old, "content")):
        one, other = member(media, "schema"), member(others.get(name), "schema")
        if one is not None and other is not None:
            scope.use((one,), (other,), Kind.RESPONSE_HEADER, label, is_text=not is_json(name))


def _content_changed(scope: Scope, status: str, old: Place, new: Place) -> None:
    olds, news = dict(entries(member(old, "content"))), dict(entries(member(new, "content")))
    pairs = MediaPairs(olds, news, refines=True)
    label = f"response {status}"
    for name in pairs.removed:
        scope.tell("response-media-type-removed", label, at=(olds[name], None), old=name, direction=_RESPONSE)
    for name in pairs.added:
        scope.tell("response-media-type-added", label, at=(None, news[name]), new=name, direction=_RESPONSE)
    for before, after in pairs.pairs:
        if before != after:
            rule = f"response-media-type-name-{_renamed(before, after)}"
            at = (olds[before], news[after])
            scope.tell(rule, label, at=at, old=before, new=after, direction=_RESPONSE)
        media_changed(scope, Kind.RESPONSE_BODY, label, after, (olds[before], news[after]))


def _renamed(before: str, after: str) -> str:
    if base_of(before) == base_of(after):
        return "changed"
    return "specialized" if contains(before, after) else "generalized"
