"""Rules about everything but the inside of schemas, and about which properties an object has (diff-rules §4)."""

from typing import Any

from contracthub.formats.changes import Direction, Example, Rule, Severity

_B, _D, _S = Severity.BREAKING, Severity.DANGEROUS, Severity.SAFE
_REQUEST, _RESPONSE, _NEITHER = Direction.REQUEST, Direction.RESPONSE, Direction.NEITHER
_STRING = {"type": "string"}
_GONE: dict[str, Any] = {"deprecated": True}
_LATER = {**_GONE, "x-sunset": "9999-01-01"}
_PAST = {**_GONE, "x-sunset": "2000-01-01"}
_SOON = {**_GONE, "x-sunset": "soon"}


def _rule(
    id_: str, severity: Severity, says: str, example: Example, mirror: str | None = None, waiver: str = ""
) -> Rule:
    direction = _REQUEST if "request" in id_ else _RESPONSE if "response" in id_ else _NEITHER
    return Rule(id_, severity, direction, example.within.partition("@")[0], says, example, mirror, waiver)


def _operation(old: dict[str, Any] | None, new: dict[str, Any] | None, days: int = 0) -> Example:
    return Example(old, new, f"operation@{days}" if days else "operation")


def _parameters(old: list[Any], new: list[Any], days: int = 0) -> Example:
    return Example(old, new, f"parameters@{days}" if days else "parameters")


def _query(**keywords: Any) -> dict[str, Any]:
    return {"name": "state", "in": "query", "schema": _STRING, **keywords}


def _whole(old: Any, new: Any) -> Example:
    return Example(old, new, "document")


def _path(operation: dict[str, Any] | None) -> dict[str, Any]:
    return {"paths": {"/ping": {"get": {"responses": {}, **operation}}} if operation is not None else {}}


def _removals() -> list[Rule]:
    rules = []
    for how, severity, when, operation in (
        ("without-deprecation", _B, "and was not deprecated", {}),
        ("with-deprecation", _S, "after it was deprecated without a date", _GONE),
        ("before-sunset", _B, "before the announced date", _LATER),
    ):
        whole, alone = _whole(_path(operation), _path(None)), _operation(operation, None)
        rules.append(_rule(f"api-path-removed-{how}", severity, f"A path went, {when}.", whole, "endpoint-added"))
        rules.append(_rule(f"api-removed-{how}", severity, f"An operation went, {when}.", alone, "endpoint-added"))
    return rules


_LIFE = (
    _rule(
        "endpoint-added",
        _S,
        "An operation came.",
        _whole(_path(None), _path({})),
        "api-path-removed-without-deprecation",
    ),
    *_removals(),
    _rule(
        "api-path-sunset-parse",
        _B,
        "A deprecated operation went, and its date is none.",
        _operation(_SOON, None),
        "endpoint-added",
    ),
    _rule("endpoint-deprecated", _S, "An operation is deprecated.", _operation({}, _GONE), "endpoint-reactivated"),
    _rule(
        "endpoint-deprecated-with-sunset",
        _S,
        "An operation is deprecated, with a date.",
        _operation({}, _LATER),
        "endpoint-reactivated",
    ),
    _rule(
        "endpoint-reactivated",
        _S,
        "An operation is no longer deprecated.",
        _operation(_GONE, {}),
        "endpoint-deprecated",
    ),
    _rule(
        "api-deprecated-sunset-parse",
        _B,
        "An operation is deprecated with a date that is none.",
        _operation({}, _SOON),
        "endpoint-reactivated",
    ),
    _rule(
        "api-deprecated-sunset-missing",
        _B,
        "An operation is deprecated without the date that is demanded.",
        _operation({}, _GONE, 30),
        "endpoint-reactivated",
    ),
    _rule(
        "api-sunset-date-too-small",
        _B,
        "An operation is deprecated with a date that is too near.",
        _operation({}, _PAST),
        "endpoint-reactivated",
    ),
    _rule(
        "api-sunset-date-changed-too-small",
        _B,
        "The date of a deprecated operation moved nearer than is allowed.",
        _operation(_LATER, _PAST, 30),
        waiver="a date that moves away takes nothing from anybody",
    ),
    _rule(
        "sunset-deleted",
        _B,
        "The date of a deprecated operation went.",
        _operation(_LATER, _GONE),
        waiver="a date where there was none is what is asked for",
    ),
    _rule(
        "api-stability-decreased",
        _B,
        "An operation is less stable.",
        _operation({}, {"x-stability-level": "beta"}),
        "api-stability-increased",
    ),
    _rule(
        "api-stability-increased",
        _S,
        "An operation is more stable.",
        _operation({"x-stability-level": "beta"}, {}),
        "api-stability-decreased",
    ),
    _rule(
        "api-invalid-stability-level",
        _B,
        "A stability level is none of draft, alpha, beta and stable.",
        _operation({}, {"x-stability-level": "ga"}),
        "api-invalid-stability-level",
    ),
    _rule(
        "api-operation-id-added",
        _S,
        "An operation has an operationId now.",
        _operation({}, {"operationId": "a"}),
        "api-operation-id-removed",
    ),
    _rule(
        "api-operation-id-removed",
        _S,
        "An operationId went, or is another one.",
        _operation({"operationId": "a"}, {}),
        "api-operation-id-added",
    ),
    _rule("api-tag-added", _S, "An operation has a tag more.", _operation({}, {"tags": ["a"]}), "api-tag-removed"),
    _rule("api-tag-removed", _S, "An operation has a tag less.", _operation({"tags": ["a"]}, {}), "api-tag-added"),
)

_HOOK: dict[str, Any] = {"paid": {"post": {"responses": {}}}}
_CALLED: dict[str, Any] = {"{$request.query.url}": {"post": {"responses": {}}}}
_DOCUMENT = (
    _rule("webhook-added", _S, "A webhook came.", _whole({}, {"webhooks": _HOOK}), "webhook-removed"),
    _rule("webhook-removed", _B, "A webhook went.", _whole({"webhooks": _HOOK}, {}), "webhook-added"),
    _rule(
        "api-callback-added",
        _S,
        "An operation calls back now.",
        _operation({}, {"callbacks": {"paid": _CALLED}}),
        "api-callback-removed",
    ),
    _rule(
        "api-callback-removed",
        _B,
        "An operation calls back no longer.",
        _operation({"callbacks": {"paid": _CALLED}}, {}),
        "api-callback-added",
    ),
    _rule(
        "api-schema-removed",
        _S,
        "A named schema went; names are not on the wire.",
        _whole({"components": {"schemas": {"A": _STRING}}}, {}),
        waiver="a named schema that nothing uses yet is no news",
    ),
    _rule(
        "api-server-added",
        _S,
        "A server came.",
        _whole({"servers": [{"url": "/a"}]}, {"servers": [{"url": "/a"}, {"url": "/b"}]}),
        "api-server-removed",
    ),
    _rule(
        "api-server-removed",
        _D,
        "A server went.",
        _whole({"servers": [{"url": "/a"}, {"url": "/b"}]}, {"servers": [{"url": "/a"}]}),
        "api-server-added",
    ),
    *(
        _rule(
            id_,
            _S,
            f"Something breaks, and the version {says}.",
            _whole({"info": {"version": old}, **_path({})}, {"info": {"version": new}, **_path(None)}),
            waiver="told only where something breaks, which the way back does not",
        )
        for id_, says, old, new in (
            ("api-version-not-bumped", "is the same", "1.0.0", "1.0.0"),
            ("api-version-decreased", "went back", "2.0.0", "1.0.0"),
            ("api-major-version-not-bumped", "does not say so", "1.0.0", "1.1.0"),
        )
    ),
)

_KEY: dict[str, Any] = {"key": []}
_OTHER: dict[str, Any] = {"other": []}


def _secured(prefix: str, says: str, within: str) -> tuple[Rule, ...]:
    def example(old: Any, new: Any) -> Example:
        return Example({"security": old}, {"security": new}, within)

    return (
        _rule(
            f"{prefix}-added",
            _S,
            f"{says} may be met in one more way; the first way ends access without credentials.",
            example([_KEY], [_KEY, _OTHER]),
            f"{prefix}-removed",
        ),
        _rule(
            f"{prefix}-removed",
            _B,
            f"{says} may be met in one way less.",
            example([_KEY, _OTHER], [_KEY]),
            f"{prefix}-added",
        ),
        _rule(
            f"{prefix}-scope-added",
            _B,
            f"{says} demand one more scope.",
            example([{"key": ["r"]}], [{"key": ["r", "w"]}]),
            f"{prefix}-scope-removed",
        ),
        _rule(
            f"{prefix}-scope-removed",
            _S,
            f"{says} demand one scope less.",
            example([{"key": ["r", "w"]}], [{"key": ["r"]}]),
            f"{prefix}-scope-added",
        ),
    )


def _flow(**changed: Any) -> dict[str, Any]:
    flow = {"authorizationUrl": "/auth", "tokenUrl": "/token", "scopes": {"r": "read"}, **changed}
    return _scheme({"type": "oauth2", "flows": {"authorizationCode": flow}})


def _scheme(scheme: dict[str, Any] | None) -> dict[str, Any]:
    return {"components": {"securitySchemes": {"a": scheme}}} if scheme is not None else {}


def _scheme_rule(suffix: str, says: str, old: dict[str, Any], new: dict[str, Any], mirror: str) -> Rule:
    prefix = "api-security-component"
    return _rule(f"{prefix}-{suffix}", _S, f"{says}.", _whole(old, new), f"{prefix}-{mirror}")


_HTTP = _scheme({"type": "http", "scheme": "basic"})
_API_KEY = _scheme({"type": "apiKey", "in": "header", "name": "key"})
_SECURITY = (
    *_secured("api-security", "The security requirements of an operation", "operation"),
    *_secured("api-global-security", "The security requirements of the document", "document"),
    _scheme_rule("added", "A security scheme came", {}, _HTTP, "removed"),
    _scheme_rule("removed", "A security scheme went", _HTTP, {}, "added"),
    _rule(
        "api-security-component-credentials-changed",
        _B,
        "A security scheme takes its credentials elsewhere, or in another form.",
        _whole(_API_KEY, _scheme({"type": "apiKey", "in": "query", "name": "key"})),
        "api-security-component-credentials-changed",
    ),
    _scheme_rule("type-changed", "A security scheme is of another type", _HTTP, _flow(), "type-changed"),
    _scheme_rule(
        "oauth-url-changed",
        "Another address authorizes",
        _flow(),
        _flow(authorizationUrl="/other"),
        "oauth-url-changed",
    ),
    _scheme_rule(
        "oauth-token-url-changed",
        "Another address gives tokens",
        _flow(),
        _flow(tokenUrl="/other"),
        "oauth-token-url-changed",
    ),
    _scheme_rule(
        "oauth-scope-added", "A scope came", _flow(), _flow(scopes={"r": "read", "w": "write"}), "oauth-scope-removed"
    ),
    _scheme_rule(
        "oauth-scope-removed", "A scope went", _flow(scopes={"r": "read", "w": "write"}), _flow(), "oauth-scope-added"
    ),
    _scheme_rule(
        "oauth-scope-changed",
        "A scope is described otherwise",
        _flow(),
        _flow(scopes={"r": "reads"}),
        "oauth-scope-changed",
    ),
)

_ID = {"name": "id", "in": "path", "required": True, "schema": _STRING}
_NEEDED = _query(required=True)
_PARAMETERS = (
    _rule(
        "new-required-request-parameter",
        _B,
        "A parameter came that must be sent.",
        _parameters([], [_NEEDED]),
        "request-parameter-removed",
    ),
    _rule(
        "new-optional-request-parameter",
        _S,
        "A parameter came that may be sent.",
        _parameters([], [_query()]),
        "request-parameter-removed",
    ),
    _rule(
        "new-required-request-default-parameter-to-existing-path",
        _B,
        "A parameter came to every operation of a path, and must be sent.",
        Example([], [_NEEDED], "path-parameters"),
        "request-parameter-removed",
    ),
    _rule(
        "new-optional-request-default-parameter-to-existing-path",
        _S,
        "A parameter came to every operation of a path, and may be sent.",
        Example([], [_query()], "path-parameters"),
        "request-parameter-removed",
    ),
    _rule(
        "new-request-path-parameter",
        _B,
        "A parameter came to the path.",
        _parameters([], [_ID]),
        "request-parameter-removed",
    ),
    _rule(
        "request-parameter-removed",
        _D,
        "A parameter went; who still sends it may be refused, or not be understood.",
        _parameters([_query()], []),
        "new-optional-request-parameter",
    ),
    _rule(
        "request-parameter-removed-with-deprecation",
        _S,
        "A parameter went after it was deprecated.",
        _parameters([_query(**_GONE)], []),
        "new-optional-request-parameter",
    ),
    _rule(
        "request-parameter-removed-before-sunset",
        _B,
        "A parameter went before the announced date.",
        _parameters([_query(**_LATER)], []),
        "new-optional-request-parameter",
    ),
    _rule(
        "request-parameter-sunset-parse",
        _B,
        "A deprecated parameter went, or is announced to, and its date is none.",
        _parameters([_query(**_SOON)], []),
        "new-optional-request-parameter",
    ),
    _rule(
        "request-parameter-became-required",
        _B,
        "A parameter must be sent now.",
        _parameters([_query()], [_NEEDED]),
        "request-parameter-became-optional",
    ),
    _rule(
        "request-parameter-became-optional",
        _S,
        "A parameter no longer has to be sent.",
        _parameters([_NEEDED], [_query()]),
        "request-parameter-became-required",
    ),
    _rule(
        "request-parameter-deprecated",
        _S,
        "A parameter is deprecated.",
        _parameters([_query()], [_query(**_GONE)]),
        "request-parameter-reactivated",
    ),
    _rule(
        "request-parameter-reactivated",
        _S,
        "A parameter is no longer deprecated.",
        _parameters([_query(**_GONE)], [_query()]),
        "request-parameter-deprecated",
    ),
    _rule(
        "request-parameter-deprecated-sunset-missing",
        _B,
        "A parameter is deprecated without the date that is demanded.",
        _parameters([_query()], [_query(**_GONE)], 30),
        "request-parameter-reactivated",
    ),
    _rule(
        "request-parameter-sunset-date-too-small",
        _B,
        "A parameter is deprecated with a date that is too near.",
        _parameters([_query()], [_query(**_PAST)], 30),
        "request-parameter-reactivated",
    ),
    _rule(
        "request-parameter-sunset-date-changed-too-small",
        _B,
        "The date of a deprecated parameter moved nearer than is allowed.",
        _parameters([_query(**_LATER)], [_query(**_PAST)], 30),
        waiver="a date that moves away takes nothing from anybody",
    ),
    _rule(
        "request-parameter-sunset-deleted",
        _B,
        "The date of a deprecated parameter went.",
        _parameters([_query(**_LATER)], [_query(**_GONE)]),
        waiver="a date where there was none is what is asked for",
    ),
)
DOCUMENT_RULES = (*_LIFE, *_DOCUMENT, *_SECURITY, *_PARAMETERS)
