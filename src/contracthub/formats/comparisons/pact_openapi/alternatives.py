"""How often a schema has a value looked at: schemas that hold one another many times over are refused, not run."""

from collections.abc import Iterator

from contracthub.domain.errors import Invalid
from contracthub.formats.safe_json import JsonValue

MOST_LOOKS = 50_000
_LISTS = ("allOf", "anyOf", "oneOf")
_SINGLE = ("not", "if", "then", "else")


def check_looks(schema: JsonValue, pointer: str) -> None:
    """Raises ``Invalid`` where one value would be looked at more than `MOST_LOOKS` times, or for ever.

    A validator follows every branch of every combination anew, which doubles with each level of schemas that name
    another one twice (security reference, D2).
    """
    definitions = schema.get("definitions") if isinstance(schema, dict) else None
    named = (
        {f"#/definitions/{name}": each for name, each in definitions.items()} if isinstance(definitions, dict) else {}
    )
    looks: dict[int, int] = {}
    for start in (schema, *named.values()):
        for node in _inside(start):
            if _looks(node, named, looks) > MOST_LOOKS:
                told = (
                    f"The schema at {pointer} combines other schemas so often that one value would be looked at more "
                    f"than {MOST_LOOKS:,} times. Combine fewer."
                )
                raise Invalid("too-many-alternatives", told)


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
    reference = node.get("$ref")
    if isinstance(reference, str) and reference in named:
        yield named[reference]


def _inside(start: JsonValue) -> Iterator[JsonValue]:
    todo = [start]
    while todo:
        node = todo.pop()
        if isinstance(node, dict):
            yield node
            todo += [each for name, each in node.items() if name not in {"enum", "const"}]
        elif isinstance(node, list):
            todo += node
