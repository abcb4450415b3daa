"""Which members a compiled schema names: what may have been meant by one that it does not."""

from collections.abc import Iterator, Sequence

from contracthub.formats.safe_json import JsonValue

_MOST_SCHEMAS = 100
_ALTERNATIVES = ("allOf", "anyOf", "oneOf")


def definition(schema: JsonValue, name: str) -> JsonValue:
    """A schema of the root's definitions, or None."""
    definitions = schema.get("definitions") if isinstance(schema, dict) else None
    return definitions.get(name) if isinstance(definitions, dict) else None


def names_at(root: JsonValue, path: Sequence[str | int]) -> Iterator[str]:
    """The members that the schema at an evaluation path names, those of its alternatives included."""
    node: JsonValue = root
    for step in path:
        if step == "$ref":
            node = _referred(root, node)
        elif isinstance(node, dict):
            node = node.get(str(step))
        elif isinstance(node, list) and isinstance(step, int) and step < len(node):
            node = node[step]
    waiting, looked_at = [node], 0
    while waiting and looked_at < _MOST_SCHEMAS:
        each, looked_at = waiting.pop(), looked_at + 1
        if not isinstance(each, dict):
            continue
        properties = each.get("properties")
        yield from properties if isinstance(properties, dict) else ()
        if "$ref" in each:
            waiting.append(_referred(root, each))
        for keyword in _ALTERNATIVES:
            branches = each.get(keyword)
            waiting.extend(branches if isinstance(branches, list) else ())


def _referred(root: JsonValue, node: JsonValue) -> JsonValue:
    reference = node.get("$ref") if isinstance(node, dict) else None
    return definition(root, reference.rpartition("/")[2]) if isinstance(reference, str) else None
