"""Where something stands in a description of OpenAPI 2.0 that was compared in the shape of 3.0."""

from contracthub.formats.openapi.parse import METHODS
from contracthub.formats.pointers import token
from contracthub.formats.safe_json import JsonObject, JsonValue

_BODIES = ("body", "formData")
Steps = list[str]


def original_pointer(document: JsonObject, pointer: str) -> str:
    """The pointer of the same part in the document of 2.0, or of what it was made of."""
    steps = pointer.split("/")[1:]
    if steps[:2] == ["components", "securitySchemes"]:
        return _joined(["securityDefinitions", *steps[2:3]])
    if steps[:1] == ["servers"]:
        return "/host" if "host" in document else "/basePath" if "basePath" in document else ""
    return _in_path(document, steps) if steps[:1] == ["paths"] and len(steps) > 3 else pointer


def _in_path(document: JsonObject, steps: Steps) -> str:
    head, rest = steps[:2], steps[2:]
    item = _at(document, head)
    if rest[0] == "parameters":
        return _parameter(document, head, rest[1:], item)
    if rest[0].lower() not in METHODS:
        return _joined(steps)
    head, rest = [*head, rest[0]], rest[1:]
    operation = _at(document, head)
    if rest[0] == "parameters":
        return _parameter(document, head, rest[1:], operation)
    if rest[0] == "requestBody":
        return _body(document, head, rest[1:])
    if rest[0] == "responses" and len(rest) > 1:
        return _response(document, head, rest[1], rest[2:])
    return _joined(steps)


def _joined(steps: Steps) -> str:
    return "".join(f"/{step}" for step in steps)


def _name(step: str) -> str:
    return step.replace("~1", "/").replace("~0", "~")


def _at(document: JsonObject, steps: Steps) -> JsonValue:
    value: JsonValue = document
    for step in steps:
        if isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            value = value.get(_name(step)) if isinstance(value, dict) else None
    return value


def _located(document: JsonObject, steps: Steps) -> tuple[Steps, JsonObject]:
    """A part and where it stands, its reference followed."""
    value = _at(document, steps)
    reference = value.get("$ref") if isinstance(value, dict) else None
    if isinstance(reference, str) and reference.startswith("#/"):
        steps = reference[2:].split("/")
        value = _at(document, steps)
    return steps, value if isinstance(value, dict) else {}


def _parameters(document: JsonObject, head: Steps, holder: JsonValue) -> list[tuple[Steps, JsonObject]]:
    listed = holder.get("parameters") if isinstance(holder, dict) else None
    count = len(listed) if isinstance(listed, list) else 0
    return [_located(document, [*head, "parameters", str(index)]) for index in range(count)]


def _parameter(document: JsonObject, head: Steps, rest: Steps, holder: JsonValue) -> str:
    plain = [steps for steps, each in _parameters(document, head, holder) if each.get("in") not in _BODIES]
    if not rest or not rest[0].isdecimal() or int(rest[0]) >= len(plain):
        return _joined([*head, "parameters"])
    inner = rest[2:] if rest[1:2] == ["schema"] else rest[1:]
    return _joined([*plain[int(rest[0])], *inner])


def _body(document: JsonObject, head: Steps, rest: Steps) -> str:
    """What the body was made of: the one parameter, or one for each field of a form."""
    found = [
        *_parameters(document, head, _at(document, head)),
        *_parameters(document, head[:2], _at(document, head[:2])),
    ]
    inner = rest[3:] if rest[:1] == ["content"] and rest[2:3] == ["schema"] else []
    whole = next((steps for steps, each in found if each.get("in") == "body"), None)
    if whole is not None:
        return _joined([*whole, "schema", *inner] if len(rest) > 2 else whole)
    if inner[:1] == ["properties"] and len(inner) > 1:
        field = next((steps for steps, each in found if token(str(each.get("name"))) == inner[1]), None)
        if field is not None:
            return _joined([*field, *inner[2:]])
    return _joined([*head, "parameters"])


def _response(document: JsonObject, head: Steps, status: str, rest: Steps) -> str:
    place, _ = _located(document, [*head, "responses", status])
    if rest[:1] == ["content"]:
        return _joined([*place, "schema", *rest[3:]] if rest[2:3] == ["schema"] else place)
    if rest[:1] == ["headers"] and rest[2:3] == ["schema"]:
        return _joined([*place, *rest[:2], *rest[3:]])
    return _joined([*place, *rest])
