"""Definitions out of an introspection answer, which knows no directives in use but those of the specification."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from contracthub.formats.graphql.diff.model import NO_REASON, Applied, Definition, EnumValue, Field, Input
from contracthub.formats.graphql.diff.reader import value_of
from contracthub.formats.graphql.diff.tokens import NotUnderstoodError

_KINDS = {
    "SCALAR": "scalar",
    "OBJECT": "object",
    "INTERFACE": "interface",
    "UNION": "union",
    "ENUM": "enum",
    "INPUT_OBJECT": "input",
}
_ROOTS = {"query": "queryType", "mutation": "mutationType", "subscription": "subscriptionType"}
_DEEPEST = 100


def definitions_of(schema: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], Definition]]:
    """Everything that an answer's ``__schema`` defines. Raises what reading something of another shape raises."""
    roots = {operation: schema[key]["name"] for operation, key in _ROOTS.items() if schema.get(key)}
    yield ("schema", ""), Definition("schema", roots=roots)
    for each in schema["types"]:
        if not each["name"].startswith("__"):
            yield ("type", each["name"]), _type(each)
    for each in schema.get("directives") or ():
        yield (
            ("directive", each["name"]),
            Definition(
                "directive",
                each.get("description") or "",
                inputs=_inputs(each.get("args")),
                locations=dict.fromkeys(each.get("locations") or ()),
                is_repeatable=each.get("isRepeatable"),
            ),
        )


def _type(said: Mapping[str, Any]) -> Definition:
    return Definition(
        _KINDS[said["kind"]],
        said.get("description") or "",
        [*_specified_by(said), *([Applied("oneOf", {})] if said.get("isOneOf") else [])],
        fields={each["name"]: _field(each) for each in said.get("fields") or ()},
        inputs=_inputs(said.get("inputFields")),
        values={
            each["name"]: EnumValue(each.get("description") or "", _deprecated(each))
            for each in said.get("enumValues") or ()
        },
        members=_names(said, "possibleTypes") if said["kind"] == "UNION" else {},
        interfaces=_names(said, "interfaces"),
    )


def _names(said: Mapping[str, Any], key: str) -> dict[str, int | None]:
    return {each["name"]: None for each in said.get(key) or ()}


def _field(said: Mapping[str, Any]) -> Field:
    return Field(_written(said["type"]), _inputs(said.get("args")), said.get("description") or "", _deprecated(said))


def _inputs(said: Iterable[Mapping[str, Any]] | None) -> dict[str, Input]:
    made = {}
    for each in said or ():
        kind = _written(each["type"])
        default = _default(each.get("defaultValue"), kind)
        made[each["name"]] = Input(kind, default, each.get("description") or "", _deprecated(each))
    return made


def _default(text: str | None, of_type: str) -> str | None:
    if text is None:
        return None
    try:
        return value_of(text, of_type, _DEEPEST)
    except NotUnderstoodError:
        return text


def _written(said: Mapping[str, Any]) -> str:
    before, after = "", ""
    for _ in range(_DEEPEST):
        match said["kind"]:
            case "LIST":
                before, after = f"{before}[", f"]{after}"
            case "NON_NULL":
                after = f"!{after}"
            case _:
                return f"{before}{said['name']}{after}"
        said = said["ofType"]
    raise ValueError("a type is nested too deeply")


def _deprecated(said: Mapping[str, Any]) -> tuple[Applied, ...]:
    if not said.get("isDeprecated"):
        return ()
    reason = said.get("deprecationReason")
    told = {"reason": json.dumps(reason, ensure_ascii=False)} if reason and reason != NO_REASON else {}
    return (Applied("deprecated", told),)


def _specified_by(said: Mapping[str, Any]) -> Iterator[Applied]:
    url = said.get("specifiedByURL") or said.get("specifiedByUrl")
    if url:
        yield Applied("specifiedBy", {"url": json.dumps(url, ensure_ascii=False)})
