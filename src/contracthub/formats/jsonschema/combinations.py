"""How often a schema has a value looked at: schemas that hold one another many times over are refused, not run."""

from collections.abc import Iterator
from urllib.parse import unquote

from contracthub.formats.safe_json import JsonObject, JsonValue

MOST_LOOKS = 50_000
_LISTS = ("allOf", "anyOf", "oneOf")
_SINGLE = ("not", "if", "then", "else")
_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")


def looks_too_often(schema: JsonValue) -> bool:
    """Whether one value would be looked at more than `MOST_LOOKS` times, or for ever.

    A validator follows every branch of every combination anew, which doubles with each level of schemas that name
    another one twice (security reference, D2). References within the schema count; others are nobody's business here.
    """
    named = _named(schema)
    looks: dict[int, int] = {}
    return any(_looks(node, named, looks) > MOST_LOOKS for node in _inside(schema))


def _named(schema: JsonValue) -> dict[str, JsonValue]:
    """What each reference of the schema leads to, where that is in the schema."""
    found: dict[str, JsonValue] = {}
    anchors = {f"#{node['$anchor']}": node for node in _inside(schema) if isinstance(node.get("$anchor"), str)}
    for node in _inside(schema):
        for keyword in _REFERENCES:
            reference = node.get(keyword)
            if not isinstance(reference, str) or reference in found or not reference.startswith("#"):
                continue
            target = anchors.get(reference, _at(schema, reference))
            if target is not None:
                found[reference] = target
    return found


def _at(schema: JsonValue, reference: str) -> JsonValue:
    node = schema
    for token in unquote(reference[1:]).split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        if isinstance(node, dict) and name in node:
            node = node[name]
        elif isinstance(node, list) and name.isdigit() and int(name) < len(node):
            node = node[int(name)]
        else:
            return None
    return node


def _looks(start: JsonValue, named: dict[str, JsonValue], known: dict[int, int]) -> int:
    """Counts without recursion: a node is done when all that it looks at is; one that looks at itself never ends."""
    todo: list[tuple[JsonValue, bool]] = [(start, False)]
    open_: set[int] = set()
    while todo:
        node, is_done = todo.pop()
        key = id(node)
        if is_done:
            open_.discard(key)
            known[key] = min(
                1 + sum(known.get(id(each), MOST_LOOKS) for each in _combined(node, named)), 2 * MOST_LOOKS
            )
        elif key not in known:
            if key in open_:
                known[key] = 2 * MOST_LOOKS
                continue
            open_.add(key)
            todo.append((node, True))
            todo += [(each, False) for each in _combined(node, named) if id(each) not in known]
    return known[id(start)]


def _combined(node: JsonValue, named: dict[str, JsonValue]) -> Iterator[JsonValue]:
    if not isinstance(node, dict):
        return
    for name in _LISTS:
        inside = node.get(name)
        yield from inside if isinstance(inside, list) else ()
    for name in _SINGLE:
        if isinstance(node.get(name), dict):
            yield node[name]
    dependent = node.get("dependentSchemas")
    yield from dependent.values() if isinstance(dependent, dict) else ()
    for keyword in _REFERENCES:
        reference = node.get(keyword)
        if isinstance(reference, str) and reference in named:
            yield named[reference]


def _inside(start: JsonValue) -> Iterator[JsonObject]:
    todo = [start]
    while todo:
        node = todo.pop()
        if isinstance(node, dict):
            yield node
            todo += [each for name, each in node.items() if name not in {"enum", "const"}]
        elif isinstance(node, list):
            todo += node
