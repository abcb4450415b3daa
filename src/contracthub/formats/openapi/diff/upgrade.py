"""Reads an OpenAPI 2.0 description as 3.0, so that one engine compares both and a migration alone is no change.

Schemas stay where they are (``#/definitions``), and references to them stay as they are written; paths, parameters,
bodies, responses, servers and security schemes are brought into the shape of 3.0.
"""

from contracthub.formats.bundle import Bundle, Place
from contracthub.formats.openapi.parse import METHODS
from contracthub.formats.safe_json import JsonObject, JsonValue

_JSON = "application/json"
_OF_SCHEMAS = frozenset(
    [
        "type",
        "format",
        "items",
        "default",
        "maximum",
        "exclusiveMaximum",
        "minimum",
        "exclusiveMinimum",
        "maxLength",
        "minLength",
        "pattern",
        "maxItems",
        "minItems",
        "uniqueItems",
        "enum",
        "multipleOf",
        "x-nullable",
        "x-extensible-enum",
    ]
)
_COLLECTIONS: dict[str, JsonObject] = {
    "multi": {"style": "form", "explode": True},
    "csv": {"explode": False},
    "ssv": {"style": "spaceDelimited", "explode": False},
    "pipes": {"style": "pipeDelimited", "explode": False},
}
_FLOWS = {"accessCode": "authorizationCode", "application": "clientCredentials"}


def upgraded(bundle: Bundle) -> Bundle:
    """The same files with the root document as OpenAPI 3.0."""
    document = bundle.documents[bundle.root]
    assert isinstance(document, dict)
    made: JsonObject = {**document, "openapi": "3.0.3"}
    for key in ("swagger", "host", "basePath", "schemes", "securityDefinitions", "parameters", "responses"):
        made.pop(key, None)
    paths = document.get("paths")
    if isinstance(paths, dict):
        made["paths"] = {path: _path_item(item, document, bundle) for path, item in paths.items()}
    schemes = document.get("securityDefinitions")
    if isinstance(schemes, dict):
        made["components"] = {"securitySchemes": {name: _scheme(scheme) for name, scheme in schemes.items()}}
    made["servers"] = _servers(document)
    return Bundle(bundle.root, {**bundle.documents, bundle.root: made})


def _object(value: JsonValue) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _list(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []


def _servers(document: JsonObject) -> list[JsonValue]:
    host, base = document.get("host"), document.get("basePath")
    if host is None and base is None:
        return []
    schemes = _list(document.get("schemes")) if host is not None else []
    return [{"url": f"{scheme}://{host}{base or ''}"} for scheme in schemes] or [{"url": f"{host or ''}{base or ''}"}]


def _resolved(value: JsonValue, bundle: Bundle) -> JsonObject:
    found = bundle.resolved(Place(bundle.root, "", value))
    return _object(found.value) if found is not None else {}


def _path_item(value: JsonValue, document: JsonObject, bundle: Bundle) -> JsonObject:
    item = _resolved(value, bundle)
    shared = [_resolved(each, bundle) for each in _list(item.get("parameters"))]
    bodies = [each for each in shared if each.get("in") in ("body", "formData")]
    made: JsonObject = {key: each for key, each in item.items() if key != "parameters"}
    if len(shared) > len(bodies):
        made["parameters"] = [_parameter(each) for each in shared if each not in bodies]
    for method in METHODS:
        operation = item.get(method)
        if isinstance(operation, dict):
            made[method] = _operation(operation, bodies, document, bundle)
    return made


def _operation(operation: JsonObject, shared: list[JsonObject], document: JsonObject, bundle: Bundle) -> JsonObject:
    made = {key: value for key, value in operation.items() if key not in ("parameters", "consumes", "produces")}
    consumes = operation.get("consumes", document.get("consumes"))
    produces = operation.get("produces", document.get("produces"))
    own = [_resolved(each, bundle) for each in _list(operation.get("parameters"))]
    plain = [each for each in own if each.get("in") not in ("body", "formData")]
    if plain:
        made["parameters"] = [_parameter(each) for each in plain]
    body = _body([*own, *shared], _names(consumes))
    if body is not None:
        made["requestBody"] = body
    made["responses"] = {
        status: _response(_resolved(each, bundle), _names(produces))
        for status, each in _object(operation.get("responses")).items()
    }
    return made


def _names(value: JsonValue) -> list[str]:
    return [each for each in _list(value) if isinstance(each, str)]


def _parameter(parameter: JsonObject) -> JsonObject:
    made: JsonObject = {key: value for key, value in parameter.items() if key not in _OF_SCHEMAS}
    made.pop("collectionFormat", None)
    if parameter.get("type") == "array":
        made.update(_COLLECTIONS.get(str(parameter.get("collectionFormat", "csv")), {}))
    made.setdefault("schema", _schema(parameter))
    return made


def _schema(holder: JsonObject) -> JsonObject:
    schema: JsonObject = {key: value for key, value in holder.items() if key in _OF_SCHEMAS}
    if schema.get("type") == "file":
        schema.update({"type": "string", "format": "binary"})
    return schema


def _body(parameters: list[JsonObject], consumes: list[str]) -> JsonObject | None:
    whole = next((each for each in parameters if each.get("in") == "body"), None)
    if whole is not None:
        media: JsonObject = {"schema": whole["schema"]} if "schema" in whole else {}
        made: JsonObject = {"content": dict.fromkeys(consumes or [_JSON], media)}
        return {**made, "required": True} if whole.get("required") is True else made
    fields = [each for each in parameters if each.get("in") == "formData"]
    if not fields:
        return None
    required: list[JsonValue] = [each["name"] for each in fields if each.get("required") is True]
    schema: JsonObject = {"type": "object", "properties": {str(each.get("name")): _schema(each) for each in fields}}
    if required:
        schema["required"] = required
    form = "multipart/form-data" if any(f.get("type") == "file" for f in fields) else _FORM
    content: JsonObject = {name: {"schema": schema} for name in consumes or [form]}
    return {"content": content, "required": True} if required else {"content": content}


_FORM = "application/x-www-form-urlencoded"


def _response(response: JsonObject, produces: list[str]) -> JsonObject:
    made: JsonObject = {key: value for key, value in response.items() if key not in ("schema", "headers", "examples")}
    if "schema" in response:
        schema = response["schema"]
        if isinstance(schema, dict) and schema.get("type") == "file":
            schema = {"type": "string", "format": "binary"}
        made["content"] = {name: {"schema": schema} for name in produces or [_JSON]}
    headers = response.get("headers")
    if isinstance(headers, dict):
        made["headers"] = {name: _header(_object(each)) for name, each in headers.items()}
    return made


def _header(header: JsonObject) -> JsonObject:
    kept = {key: value for key, value in header.items() if key not in _OF_SCHEMAS and key != "collectionFormat"}
    return {**kept, "schema": _schema(header)}


def _scheme(value: JsonValue) -> JsonObject:
    scheme = dict(_object(value))
    if scheme.get("type") == "basic":
        scheme.update({"type": "http", "scheme": "basic"})
    if scheme.get("type") == "oauth2":
        flow = str(scheme.pop("flow", "implicit"))
        parts: JsonObject = {
            key: scheme.pop(key) for key in ("authorizationUrl", "tokenUrl", "scopes") if key in scheme
        }
        scheme["flows"] = {_FLOWS.get(flow, flow): parts}
    return scheme
