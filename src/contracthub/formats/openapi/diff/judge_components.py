"""What belongs to the document and to no operation: components, servers, the version."""

import re
from collections.abc import Iterator

from contracthub.formats.bundle import Place
from contracthub.formats.openapi.diff.collect import Comparison, Scope
from contracthub.formats.openapi.diff.sides import Side, entries, items, member, object_at
from contracthub.formats.safe_json import JsonObject

# More addresses than this of one server are not written out.
_MOST_ADDRESSES = 100
_SEMVER = re.compile(r"v?(\d+)\.(\d+)\.(\d+)(?:[-+].*)?")


def schemas_removed(comparison: Comparison) -> None:
    """A named schema went; names are not on the wire."""
    olds, news = _schemas(comparison.old), _schemas(comparison.new)
    for name, place in olds.items():
        if name not in news:
            comparison.tell("api-schema-removed", f"schema {name}", at=(place, None), old=name)


def _schemas(side: Side) -> dict[str, Place]:
    holder = member(member(side.root, "components"), "schemas")
    return dict(entries(holder if holder is not None else member(side.root, "definitions")))


def servers_changed(comparison: Comparison) -> None:
    """A server of the document went or came; none at all is the server of the document itself."""
    for rule, old, new, url in _differences(_servers(comparison.old.root), _servers(comparison.new.root)):
        comparison.tell(
            f"api-server-{rule}", "servers", at=(old, new), old=url if old else None, new=url if new else None
        )


def own_servers_changed(scope: Scope, items_: tuple[Place, Place], operations: tuple[Place, Place]) -> None:
    """The servers of an operation, or of its path, where either side has its own; the nearest ones count."""
    nearest = [(_servers(operation), _servers(item)) for operation, item in zip(operations, items_, strict=True)]
    if not any(own for pair in nearest for own in pair):
        return
    roots = (scope.comparison.old.root, scope.comparison.new.root)
    olds, news = (own or shared or _servers(root) for (own, shared), root in zip(nearest, roots, strict=True))
    for rule, old, new, url in _differences(olds, news):
        before, after = (url if old else None), (url if new else None)
        scope.tell(f"api-server-{rule}", "servers", at=(old, new), old=before, new=after)


def _differences(
    olds: dict[str, Place], news: dict[str, Place]
) -> Iterator[tuple[str, Place | None, Place | None, str]]:
    if not olds or not news:
        return
    yield from (("removed", place, None, url) for url, place in olds.items() if url not in news)
    yield from (("added", None, place, url) for url, place in news.items() if url not in olds)


def _servers(holder: Place) -> dict[str, Place]:
    return {url: each for each in items(member(holder, "servers")) for url in _urls(object_at(each))}


def _urls(server: JsonObject) -> list[str]:
    """The addresses of a server: one for each way to fill in the variables whose values are listed."""
    url = str(server.get("url")).rstrip("/") or "/"
    variables = server.get("variables")
    found = [url]
    for name, variable in variables.items() if isinstance(variables, dict) else ():
        listed = variable.get("enum") if isinstance(variable, dict) else None
        if isinstance(listed, list) and listed and len(found) * len(listed) <= _MOST_ADDRESSES:
            found = [each.replace(f"{{{name}}}", str(value)) for each in found for value in listed]
    return found


def version_changed(comparison: Comparison) -> None:
    """Whether the version in ``info`` says that something breaks, which is asked only where something does."""
    places = tuple(member(member(side.root, "info"), "version") for side in (comparison.old, comparison.new))
    told = [str(place.value) if place is not None else "" for place in places]
    found = [_SEMVER.fullmatch(text) for text in told]
    if found[0] is None or found[1] is None:
        return
    before, after = ([int(number) for number in each.groups()] for each in found if each)
    # Below 1.0.0 the second number says that something breaks.
    digits = 2 if before[0] == 0 else 1
    if after == before:
        rule = "api-version-not-bumped"
    elif after < before:
        rule = "api-version-decreased"
    elif after[:digits] == before[:digits]:
        rule = "api-major-version-not-bumped"
    else:
        return
    comparison.tell(rule, "info version", at=(places[0], places[1]), old=told[0], new=told[1])
