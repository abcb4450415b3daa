"""The same API in an older version of OpenAPI, as a converter would write it."""

from copy import deepcopy
from typing import Any

Document = dict[str, Any]
_COMPONENTS = "#/components/schemas/"


def as_3_0(document: Document) -> Document:
    """A description of 3.1 in the words of 3.0."""
    made: Document = _each_schema(deepcopy(document))
    made["openapi"] = "3.0.3"
    return made


def _each_schema(value: Any) -> Any:
    if isinstance(value, list):
        return [_each_schema(each) for each in value]
    if not isinstance(value, dict):
        return value
    made = {key: _each_schema(each) for key, each in value.items()}
    kinds = made.get("type")
    if isinstance(kinds, list):
        made["type"] = next(kind for kind in kinds if kind != "null")
        if "null" in kinds:
            made["nullable"] = True
    if "const" in made and "type" in made:
        made["enum"] = [made.pop("const")]
    for bound in ("Minimum", "Maximum"):
        if f"exclusive{bound}" in made:
            made[bound.lower()] = made[f"exclusive{bound}"]
            made[f"exclusive{bound}"] = True
    return made


def in_words_of_2_0(value: Any) -> Any:
    """The same without what 2.0 has no words for: unions, null, and deprecated parts."""
    if isinstance(value, list):
        return [in_words_of_2_0(each) for each in value]
    if not isinstance(value, dict):
        return value
    for keyword in ("oneOf", "anyOf"):
        if keyword in value:
            return in_words_of_2_0(value[keyword][0])
    made = {key: in_words_of_2_0(each) for key, each in value.items() if key != "deprecated"}
    if isinstance(made.get("type"), list):
        made["type"] = made["type"][0]
        if "enum" in made:
            made["enum"] = [each for each in made["enum"] if each is not None]
    return made


def as_2_0(document: Document) -> Document:
    """A description that is within the words of 2.0, in those."""
    older = as_3_0(document)
    made: Document = {"swagger": "2.0", "info": older["info"], "paths": {}}
    made["consumes"] = made["produces"] = ["application/json"]
    made["definitions"] = older["components"]["schemas"]
    for path, item in older["paths"].items():
        made["paths"][path] = {method: _operation(operation) for method, operation in item.items()}
    renamed: Document = _with_definitions(made)
    return renamed


def _operation(operation: Document) -> Document:
    parameters = [
        {**{key: each for key, each in parameter.items() if key != "schema"}, **parameter["schema"]}
        for parameter in operation["parameters"]
    ]
    body = operation["requestBody"]["content"]["application/json"]["schema"]
    answer = operation["responses"]["200"]["content"]["application/json"]["schema"]
    return {
        "parameters": [*parameters, {"name": "body", "in": "body", "schema": body}],
        "responses": {"200": {"description": "", "schema": answer}},
    }


def _with_definitions(value: Any) -> Any:
    if isinstance(value, list):
        return [_with_definitions(each) for each in value]
    if isinstance(value, dict):
        return {key: _with_definitions(each) for key, each in value.items()}
    if isinstance(value, str) and value.startswith(_COMPONENTS):
        return value.replace(_COMPONENTS, "#/definitions/")
    return value
