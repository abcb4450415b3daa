"""Definitions out of syntax trees."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from contracthub.formats.graphql.diff.model import NO_REASON, Applied, Definition, EnumValue, Field, Input
from contracthub.formats.graphql.diff.values import spelled

if TYPE_CHECKING:
    from graphql import Node

_KINDS = {
    "schema": "schema",
    "scalar_type": "scalar",
    "object_type": "object",
    "interface_type": "interface",
    "union_type": "union",
    "enum_type": "enum",
    "input_object_type": "input",
    "directive": "directive",
}


class Reader:
    """Reads the trees of one piece of text, which begins at ``line`` and ``column`` of the whole."""

    def __init__(self, line: int = 1, column: int = 1) -> None:
        self.line = line
        self.column = column

    def add(self, node: Any, to: Definition | None) -> Definition:
        """What a definition or an extension says, added to what is known already."""
        kind = _KINDS[node.kind.removesuffix("_definition").removesuffix("_extension")]
        made = to or Definition(kind, place=self.place(node))
        if not node.kind.endswith("_extension"):
            made.kind, made.place, made.description = kind, self.place(node), _description(node)
        made.applied = (*made.applied, *self.applied(node))
        made.interfaces |= self._names(getattr(node, "interfaces", None) or ())
        made.members |= self._names(getattr(node, "types", None) or ())
        for operation in getattr(node, "operation_types", None) or ():
            made.roots[operation.operation.value] = operation.type.name.value
        if kind == "directive":
            made.is_repeatable = node.repeatable
            made.locations = {each.value: self.place(each) for each in node.locations}
            made.inputs = self.inputs(node.arguments)
        elif kind == "input":
            made.inputs |= self.inputs(node.fields)
        elif kind == "enum":
            for value in node.values or ():
                made.values[value.name.value] = EnumValue(_description(value), self.applied(value), self.place(value))
        elif kind in ("object", "interface"):
            for field in node.fields or ():
                made.fields[field.name.value] = self._field(field)
        return made

    def _field(self, node: Any) -> Field:
        arguments = self.inputs(node.arguments)
        return Field(written(node.type), arguments, _description(node), self.applied(node), self.place(node))

    def inputs(self, nodes: Iterable[Any] | None) -> dict[str, Input]:
        """Arguments and fields of inputs by name."""
        made = {}
        for node in nodes or ():
            kind = written(node.type)
            default = None if node.default_value is None else spelled(node.default_value, kind)
            made[node.name.value] = Input(kind, default, _description(node), self.applied(node), self.place(node))
        return made

    def applied(self, node: Any) -> tuple[Applied, ...]:
        """The directives that are used on something."""
        return tuple(self._applied(each) for each in node.directives or ())

    def _applied(self, node: Any) -> Applied:
        name = node.name.value
        arguments = {each.name.value: spelled(each.value) for each in node.arguments or ()}
        if name == "deprecated" and arguments.get("reason") in (f'"{NO_REASON}"', '""', "null"):
            del arguments["reason"]
        return Applied(name, arguments, self.place(node))

    def _names(self, nodes: Iterable[Any]) -> dict[str, str | None]:
        return {node.name.value: self.place(node) for node in nodes}

    def place(self, node: "Node") -> str:
        """``line:column`` of where it begins, in the whole text."""
        assert node.loc is not None
        named = getattr(node, "name", None)
        token = (named.loc if named is not None and named.loc is not None else node.loc).start_token
        first = self.column - 1 if token.line == 1 else 0
        return f"{token.line + self.line - 1}:{token.column + first}"


def written(node: Any) -> str:
    """A mention of a type as it is written: ``[Order!]!``."""
    before, after = "", ""
    while node.kind != "named_type":
        if node.kind == "list_type":
            before, after = f"{before}[", f"]{after}"
        else:
            after = f"!{after}"
        node = node.type
    return f"{before}{node.name.value}{after}"


def _description(node: Any) -> str:
    described = getattr(node, "description", None)
    return "" if described is None else described.value
