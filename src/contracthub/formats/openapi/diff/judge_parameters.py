"""Parameters of an operation, those of its path item included."""

from contracthub.formats.bundle import Place
from contracthub.formats.changes import Direction
from contracthub.formats.openapi.diff.collect import Scope
from contracthub.formats.openapi.diff.judge_writing import parameter_writing_changed, serialization
from contracthub.formats.openapi.diff.media import is_json
from contracthub.formats.openapi.diff.options import Options
from contracthub.formats.openapi.diff.paths import PathPair
from contracthub.formats.openapi.diff.places import Kind, Setting
from contracthub.formats.openapi.diff.sides import Side, entries, items, member, object_at, without
from contracthub.formats.openapi.diff.sunset import day_of, days_needed
from contracthub.formats.openapi.diff.views import Parts, Views
from contracthub.formats.safe_json import JsonObject

# What these headers hold is said elsewhere in the document (OpenAPI, Parameter Object).
_NOT_PARAMETERS = frozenset({"accept", "content-type", "authorization"})
Key = tuple[str, str]


class Parameters:
    """The parameters of one side by where they are sent and by name; ``of_path`` are those of the path item."""

    def __init__(self, side: Side, item: Place, operation: Place, renamed: dict[str, str], *, merges: bool) -> None:
        self.by_key: dict[Key, Place] = {}
        self.of_path: set[Key] = set()
        self._of_properties: dict[Key, Parts] = {}
        if merges:
            for place in items(member(item, "parameters")):
                self._add(side.resolved(place), renamed)
            self.of_path = set(self.by_key)
        for place in items(member(operation, "parameters")):
            self._add(side.resolved(place), renamed)

    def _add(self, place: Place, renamed: dict[str, str]) -> None:
        value = object_at(place)
        where, name = str(value.get("in")), str(value.get("name"))
        if where == "header":
            name = name.lower()
            if name in _NOT_PARAMETERS:
                return
        if where == "path":
            name = renamed.get(name, name)
        self.by_key[where, name] = place

    def schema_of(self, key: Key) -> Parts | None:
        """The schema of a parameter, None where it has none (or has ``content``)."""
        if key in self._of_properties:
            return self._of_properties[key]
        schema = member(self.by_key[key], "schema")
        return None if schema is None else (schema,)

    def explode(self, views: Views, others: "Parameters") -> None:
        """Reads exploded objects as one parameter for each property, where the other side has it so.

        Both are the same text in a request (OpenAPI, Style Values: ``form`` with ``explode``).
        """
        for key, place in [*self.by_key.items()]:
            schema = member(place, "schema")
            if key in others.by_key or schema is None or serialization(key[0], object_at(place)) != ("form", True):
                continue
            view = views.of((schema,))
            if not any((key[0], name) in others.by_key.keys() - self.by_key.keys() for name in view.properties):
                continue
            del self.by_key[key]
            is_needed = object_at(place).get("required") is True
            for name, parts in view.properties.items():
                made = (key[0], name)
                stated: JsonObject = {"in": key[0], "name": name, "required": is_needed and name in view.required}
                self.by_key.setdefault(made, Place(parts[0].file, parts[0].pointer, stated))
                self._of_properties.setdefault(made, parts)


def parameters_changed(scope: Scope, pair: PathPair, old: Place, new: Place) -> None:
    """Parameters that went, came, or are others."""
    comparison = scope.comparison
    merges = comparison.options.merges_path_parameters
    olds = Parameters(comparison.old, pair.old, old, pair.renamed, merges=merges)
    news = Parameters(comparison.new, pair.new, new, {}, merges=merges)
    olds.explode(comparison.walk.old, news)
    news.explode(comparison.walk.new, olds)
    for key, place in olds.by_key.items():
        if key in news.by_key:
            is_shared = key in olds.of_path and key in news.of_path
            _changed(scope, key, place, news.by_key[key], pair.path if is_shared else None)
            _schemas_changed(scope, key, olds, news)
        else:
            _removed(scope, key, place)
    for key, place in news.by_key.items():
        if key not in olds.by_key:
            _added(scope, key, place, pair.path if key in news.of_path else None)


def _label(key: Key) -> str:
    return f"{key[0]} parameter {key[1]}"


def _removed(scope: Scope, key: Key, place: Place) -> None:
    value = object_at(place)
    sunset, day = value.get("x-sunset"), day_of(value.get("x-sunset"))
    if value.get("deprecated") is not True:
        rule = "request-parameter-removed"
    elif sunset is None:
        rule = "request-parameter-removed-with-deprecation"
    elif day is None:
        rule = "request-parameter-sunset-parse"
    elif day > scope.comparison.options.today:
        rule = "request-parameter-removed-before-sunset"
    else:
        # Its time was announced, and is over: the same as for operations (diff-rules §6).
        return
    scope.tell(rule, _label(key), at=(place, None), old=sunset, direction=Direction.REQUEST)


def _added(scope: Scope, key: Key, place: Place, path: str | None) -> None:
    is_required = object_at(place).get("required") is True
    word = "required" if is_required else "optional"
    if key[0] == "path":
        rule = "new-request-path-parameter"
    elif path is not None:
        rule = f"new-{word}-request-default-parameter-to-existing-path"
    else:
        rule = f"new-{word}-request-parameter"
    scope.tell(rule, _label(key), at=(None, place), direction=Direction.REQUEST, shared=path)


def _changed(scope: Scope, key: Key, old: Place, new: Place, path: str | None) -> None:
    ignored = scope.comparison.options.ignored
    old, new = without(old, ignored), without(new, ignored)
    before, after = object_at(old), object_at(new)
    was, is_now = before.get("required") is True, after.get("required") is True
    if was != is_now and key[0] != "path":
        rule = f"request-parameter-became-{'required' if is_now else 'optional'}"
        scope.tell(rule, _label(key), at=(old, new), direction=Direction.REQUEST, shared=path)
    lifecycle = _lifecycle(before, after, scope.comparison.options)
    if lifecycle is not None:
        told = {"old": before.get("x-sunset"), "new": after.get("x-sunset")}
        scope.tell(lifecycle, _label(key), at=(old, new), direction=Direction.REQUEST, shared=path, **told)
    parameter_writing_changed(scope, key[0], _label(key), (old, new), path)


def _lifecycle(before: JsonObject, after: JsonObject, options: Options) -> str | None:
    was, is_now = before.get("deprecated") is True, after.get("deprecated") is True
    if was and not is_now:
        return "request-parameter-reactivated"
    if not is_now:
        return None
    needed = days_needed(after.get("x-stability-level"), options)
    told, said = before.get("x-sunset"), after.get("x-sunset")
    day = day_of(said)
    if said is None:
        if was:
            return "request-parameter-sunset-deleted" if told is not None else None
        return "request-parameter-deprecated-sunset-missing" if needed else "request-parameter-deprecated"
    if day is None:
        return "request-parameter-sunset-parse" if not was or told != said else None
    is_too_near = (day - options.today).days < needed
    if not was:
        return "request-parameter-sunset-date-too-small" if is_too_near else "request-parameter-deprecated"
    earlier = day_of(told)
    if told is not None and earlier is None:
        # Nobody can tell whether a date that was none moved nearer.
        return "request-parameter-sunset-parse"
    is_moved = earlier is not None and day < earlier
    return "request-parameter-sunset-date-changed-too-small" if is_moved and is_too_near else None


def _schemas_changed(scope: Scope, key: Key, olds: Parameters, news: Parameters) -> None:
    ignored = scope.comparison.options.ignored
    old, new = without(olds.by_key[key], ignored), without(news.by_key[key], ignored)
    before, after = olds.schema_of(key), news.schema_of(key)
    if before is not None and after is not None:
        scope.use_in(before, after, _setting(key, old, new, is_text=True), _label(key))
        return
    others = dict(entries(member(new, "content")))
    for name, media in entries(member(old, "content")):
        one, other = member(media, "schema"), member(others.get(name), "schema")
        if one is not None and other is not None:
            scope.use_in((one,), (other,), _setting(key, old, new, is_text=not is_json(name)), _label(key))


def _setting(key: Key, old: Place, new: Place, *, is_text: bool) -> Setting:
    is_exploded = all(serialization(key[0], object_at(place)) == ("form", True) for place in (old, new))
    return Setting(
        Kind.PARAMETER,
        is_text,
        is_header=key[0] == "header",
        is_exploded=is_exploded,
        is_needed=all(object_at(place).get("required") is True for place in (old, new)),
    )
