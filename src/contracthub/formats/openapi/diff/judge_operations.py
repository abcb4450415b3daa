"""Operations as a whole: which there are, how they are called, how stable they are, and when they go."""

from contracthub.formats.bundle import Place
from contracthub.formats.openapi.diff.collect import Comparison, Scope
from contracthub.formats.openapi.diff.judge_bodies import bodies_changed
from contracthub.formats.openapi.diff.judge_components import own_servers_changed
from contracthub.formats.openapi.diff.judge_parameters import parameters_changed
from contracthub.formats.openapi.diff.judge_responses import responses_changed
from contracthub.formats.openapi.diff.judge_security import security_changed
from contracthub.formats.openapi.diff.options import STABILITY_LEVELS, Options
from contracthub.formats.openapi.diff.paths import PathPair, operations_of, paired
from contracthub.formats.openapi.diff.sides import member, members, object_at, without
from contracthub.formats.openapi.diff.sunset import day_of, days_needed
from contracthub.formats.safe_json import JsonValue


def paths_changed(comparison: Comparison) -> None:
    """Everything under ``paths``."""
    found = paired(comparison.old, comparison.new)
    for path, item in found.removed:
        for method, operation in operations_of(item):
            _removed(comparison, f"{method} {path}", operation, "api-path-removed")
    for path, item in found.added:
        for method, operation in operations_of(item):
            _added(comparison, f"{method} {path}", operation)
    has_same_frame = _frame_of(comparison.old.root) == _frame_of(comparison.new.root)
    for pair in found.pairs:
        is_same = pair.path == pair.old_path and comparison.sameness.is_unchanged("paths", pair.path)
        if not (is_same and has_same_frame):
            _path_changed(comparison, pair)


def _frame_of(root: Place) -> tuple[JsonValue, JsonValue]:
    """What the document says for every operation."""
    return object_at(root).get("security"), object_at(root).get("servers")


def _path_changed(comparison: Comparison, pair: PathPair) -> None:
    olds, news = dict(operations_of(pair.old)), dict(operations_of(pair.new))
    for method, operation in olds.items():
        label = f"{method} {pair.path}"
        if method in news:
            _operation_changed(Scope(comparison, label), pair, operation, news[method])
        else:
            _removed(comparison, label, operation, "api-removed")
    for method, operation in news.items():
        if method not in olds:
            _added(comparison, f"{method} {pair.path}", operation)


def _operation_changed(scope: Scope, pair: PathPair, old: Place, new: Place) -> None:
    ignored = scope.comparison.options.ignored
    old, new = without(old, ignored), without(new, ignored)
    if not _stability_changed(scope, old, new):
        return
    _deprecation_changed(scope, old, new)
    _name_changed(scope, old, new)
    _tags_changed(scope, old, new)
    parameters_changed(scope, pair, old, new)
    bodies_changed(scope, old, new)
    responses_changed(scope, old, new)
    security_changed(scope, old, new)
    own_servers_changed(scope, (pair.old, pair.new), (old, new))
    _callbacks_changed(scope, old, new)


def _level_of(operation: Place) -> JsonValue:
    return object_at(operation).get("x-stability-level")


def _is_reported(level: JsonValue, options: Options) -> bool:
    """Whether changes of an operation of this level are told at all."""
    known = STABILITY_LEVELS.index(str(level)) if level in STABILITY_LEVELS else len(STABILITY_LEVELS) - 1
    return known >= STABILITY_LEVELS.index(options.least_stability)


def _removed(comparison: Comparison, label: str, operation: Place, prefix: str) -> None:
    if not _is_reported(_level_of(operation), comparison.options):
        return
    said = object_at(operation)
    sunset = said.get("x-sunset")
    day = day_of(sunset)
    if said.get("deprecated") is not True:
        rule = f"{prefix}-without-deprecation"
    elif sunset is None:
        rule = f"{prefix}-with-deprecation"
    elif day is None:
        rule = "api-path-sunset-parse"
    elif day > comparison.options.today:
        rule = f"{prefix}-before-sunset"
    else:
        return
    comparison.tell(rule, label, operation=label, at=(operation, None), old=sunset)


def _added(comparison: Comparison, label: str, operation: Place) -> None:
    comparison.tell("endpoint-added", label, operation=label, at=(None, operation))


def _stability_changed(scope: Scope, old: Place, new: Place) -> bool:
    """Tells a change of stability; False where nothing of the operation is to be told."""
    before, after = _level_of(old), _level_of(new)
    for level in (before, after):
        if level is not None and level not in STABILITY_LEVELS:
            scope.tell("api-invalid-stability-level", at=(old, new), old=before, new=after)
            return True
    options = scope.comparison.options
    if not _is_reported(before, options):
        return _is_reported(after, options)
    ranks = [STABILITY_LEVELS.index(str(level or STABILITY_LEVELS[-1])) for level in (before, after)]
    if ranks[1] < ranks[0]:
        scope.tell("api-stability-decreased", at=(old, new), old=before, new=after)
    elif ranks[1] > ranks[0]:
        scope.tell("api-stability-increased", at=(old, new), old=before, new=after)
    return _is_reported(after, options)


def _deprecation_changed(scope: Scope, old: Place, new: Place) -> None:
    before, after = object_at(old), object_at(new)
    was, is_now = before.get("deprecated") is True, after.get("deprecated") is True
    options = scope.comparison.options
    needed = days_needed(after.get("x-stability-level"), options)
    told, said = before.get("x-sunset"), after.get("x-sunset")
    day = day_of(said)
    rule = None
    if was and not is_now:
        rule = "endpoint-reactivated"
    elif is_now and not was:
        rule = _announced(said, needed, scope)
    elif was and told is not None and said is None:
        rule = "sunset-deleted"
    elif was and said is not None and told != said:
        if day is None:
            rule = "api-deprecated-sunset-parse"
        elif told is not None and day_of(told) is None:
            # Nobody can tell whether a date that was none moved nearer.
            rule = "api-path-sunset-parse"
        elif _is_moved_too_near(told, said, needed, options):
            rule = "api-sunset-date-changed-too-small"
    if rule is not None:
        scope.tell(rule, at=(old, new), old=told, new=said)


def _is_moved_too_near(told: JsonValue, said: JsonValue, needed: int, options: Options) -> bool:
    before, after = day_of(told), day_of(said)
    return before is not None and after is not None and after < before and (after - options.today).days < needed


def _announced(said: JsonValue, needed: int, scope: Scope) -> str:
    if said is None:
        return "api-deprecated-sunset-missing" if needed else "endpoint-deprecated"
    day = day_of(said)
    if day is None:
        return "api-deprecated-sunset-parse"
    is_too_near = (day - scope.comparison.options.today).days < needed
    return "api-sunset-date-too-small" if is_too_near else "endpoint-deprecated-with-sunset"


def _name_changed(scope: Scope, old: Place, new: Place) -> None:
    before, after = object_at(old).get("operationId"), object_at(new).get("operationId")
    if before is not None and before != after:
        scope.tell("api-operation-id-removed", at=(old, new), old=before, new=after)
    elif before is None and after is not None:
        scope.tell("api-operation-id-added", at=(old, new), new=after)


def _tags_changed(scope: Scope, old: Place, new: Place) -> None:
    before, after = (_tags(each) for each in (old, new))
    for tag in before:
        if tag not in after:
            scope.tell("api-tag-removed", at=(old, new), old=tag)
    for tag in after:
        if tag not in before:
            scope.tell("api-tag-added", at=(old, new), new=tag)


def _tags(operation: Place) -> list[str]:
    tags = object_at(operation).get("tags")
    return sorted({tag for tag in tags if isinstance(tag, str)}) if isinstance(tags, list) else []


def _callbacks_changed(scope: Scope, old: Place, new: Place) -> None:
    """Callbacks are operations that the provider calls: what is a request here is written by the provider."""
    comparison = scope.comparison
    if scope.is_inverted:
        return
    olds, news = dict(members(member(old, "callbacks"))), dict(members(member(new, "callbacks")))
    for name, place in olds.items():
        if name not in news:
            scope.tell("api-callback-removed", f"callback {name}", at=(place, None), old=name)
            continue
        before, after = comparison.old.resolved(place), comparison.new.resolved(news[name])
        others = dict(members(after))
        for expression, item in members(before):
            if expression in others:
                _called_changed(comparison, f"{scope.operation} callback:{name}", item, others[expression])
            else:
                scope.tell("api-callback-removed", f"callback {name}", at=(item, None), old=expression)
        was_called = {expression for expression, _ in members(before)}
        for expression, item in others.items():
            if expression not in was_called:
                scope.tell("api-callback-added", f"callback {name}", at=(None, item), new=expression)
    for name, place in news.items():
        if name not in olds:
            scope.tell("api-callback-added", f"callback {name}", at=(None, place), new=name)


def _called_changed(comparison: Comparison, label: str, old: Place, new: Place) -> None:
    """A path item of operations that the provider calls."""
    before, after = comparison.old.resolved(old), comparison.new.resolved(new)
    pair = PathPair("", "", before, after, {})
    olds, news = dict(operations_of(before)), dict(operations_of(after))
    rule = "webhook" if label.startswith("webhook:") else "api-callback"
    for method, operation in olds.items():
        if method in news:
            scope = Scope(comparison, f"{method} {label}", is_inverted=True)
            _operation_changed(scope, pair, operation, news[method])
        else:
            comparison.tell(f"{rule}-removed", f"{method} {label}", at=(operation, None), old=method)
    for method, operation in news.items():
        if method not in olds:
            comparison.tell(f"{rule}-added", f"{method} {label}", at=(None, operation), new=method)


def webhooks_changed(comparison: Comparison) -> None:
    """Everything under ``webhooks`` (3.1)."""
    for group in ("webhooks", "x-webhooks"):
        olds = dict(members(member(comparison.old.root, group)))
        news = dict(members(member(comparison.new.root, group)))
        for name, place in olds.items():
            if name not in news:
                comparison.tell("webhook-removed", f"webhook:{name}", at=(place, None), old=name)
            elif not comparison.sameness.is_unchanged(group, name):
                _called_changed(comparison, f"webhook:{name}", place, news[name])
        for name, place in news.items():
            if name not in olds:
                comparison.tell("webhook-added", f"webhook:{name}", at=(None, place), new=name)
