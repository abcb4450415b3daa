"""Rules about bodies, responses, headers, and about which properties an object has (diff-rules §4)."""

from typing import Any

from contracthub.formats.changes import Direction, Example, Rule, Severity

_B, _D, _S = Severity.BREAKING, Severity.DANGEROUS, Severity.SAFE
_JSON, _XML = "application/json", "application/xml"
_STRING = {"type": "string"}


def _rule(id_: str, severity: Severity, says: str, example: Example, mirror: str | None, waiver: str = "") -> Rule:
    is_response = "response" in id_
    direction = Direction.RESPONSE if is_response else Direction.REQUEST
    subject = example.within.partition("@")[0]
    return Rule(id_, severity, direction, subject, f"{says}.", example, mirror, waiver)


def _content(*names: str, **schemas: Any) -> dict[str, Any]:
    return {"content": {name: schemas or {"schema": _STRING} for name in names}}


def _body(old: dict[str, Any] | None, new: dict[str, Any] | None) -> Example:
    return Example(old, new, "request")


def _response(old: dict[str, Any], new: dict[str, Any]) -> Example:
    return Example({"200": {"description": "", **old}}, {"200": {"description": "", **new}}, "responses")


def _header(**header: Any) -> dict[str, Any]:
    return {"headers": {"Etag": {"schema": _STRING, **header}}}


def _statuses(*statuses: str) -> dict[str, Any]:
    return {status: {"description": ""} for status in statuses}


_NEEDED = {**_content(_JSON), "required": True}
_BODIES = (
    _rule("request-body-added-required", _B, "A body must be sent now", _body(None, _NEEDED), "request-body-removed"),
    _rule(
        "request-body-added-optional",
        _S,
        "A body may be sent now",
        _body(None, _content(_JSON)),
        "request-body-removed",
    ),
    _rule(
        "request-body-removed",
        _B,
        "No body is taken any more",
        _body(_content(_JSON), None),
        "request-body-added-optional",
    ),
    _rule(
        "request-body-became-required",
        _B,
        "The body must be sent now",
        _body(_content(_JSON), _NEEDED),
        "request-body-became-optional",
    ),
    _rule(
        "request-body-became-optional",
        _S,
        "The body no longer has to be sent",
        _body(_NEEDED, _content(_JSON)),
        "request-body-became-required",
    ),
    _rule(
        "request-body-media-type-added",
        _S,
        "One more media type is taken",
        _body(_content(_JSON), _content(_JSON, _XML)),
        "request-body-media-type-removed",
    ),
    _rule(
        "request-body-media-type-removed",
        _B,
        "A media type is taken no longer",
        _body(_content(_JSON, _XML), _content(_JSON)),
        "request-body-media-type-added",
    ),
)


def _schemas_of_media() -> list[Rule]:
    rules = []
    without = _content(_JSON, example=1)
    for keyword, name in (("schema", "schema"), ("itemSchema", "item-schema")):
        having = _content(_JSON, **{keyword: _STRING})
        for part, make, added, removed in (
            ("request-body", _body, _B, _S),
            ("response-body", _response, _S, _B),
        ):
            prefix = f"{part}-media-type-{name}"
            says = f"A media type of the {part.replace('-', ' ')} has"
            rules.append(
                _rule(f"{prefix}-added", added, f"{says} a {keyword} now", make(without, having), f"{prefix}-removed")
            )
            rules.append(
                _rule(
                    f"{prefix}-removed",
                    removed,
                    f"{says} no {keyword} any more",
                    make(having, without),
                    f"{prefix}-added",
                )
            )
    return rules


_RESPONSES = (
    _rule(
        "response-media-type-added",
        _S,
        "A response comes in one more media type",
        _response(_content(_JSON), _content(_JSON, _XML)),
        "response-media-type-removed",
    ),
    _rule(
        "response-media-type-removed",
        _B,
        "A response no longer comes in a media type",
        _response(_content(_JSON, _XML), _content(_JSON)),
        "response-media-type-added",
    ),
    _rule(
        "response-media-type-name-changed",
        _S,
        "A media type has other parameters",
        _response(_content("text/plain; charset=a"), _content("text/plain; charset=b")),
        "response-media-type-name-changed",
    ),
    _rule(
        "response-media-type-name-generalized",
        _B,
        "A media type has a wider name",
        _response(_content("application/problem+json"), _content(_JSON)),
        "response-media-type-name-specialized",
    ),
    _rule(
        "response-media-type-name-specialized",
        _S,
        "A media type has a narrower name",
        _response(_content(_JSON), _content("application/problem+json")),
        "response-media-type-name-generalized",
    ),
    *(
        _rule(
            f"response-{word}-status-{what}",
            severity,
            f"The status {status} {says}",
            Example(old, new, "responses"),
            f"response-{word}-status-{mirror}",
        )
        for word, status, removed in (("success", "201", _B), ("non-success", "404", _S))
        for what, mirror, says, severity, old, new in (
            ("added", "removed", "came", _S, _statuses("200"), _statuses("200", status)),
            ("removed", "added", "went", removed, _statuses("200", status), _statuses("200")),
        )
    ),
    _rule("response-header-added", _S, "A header came", _response({}, _header()), "optional-response-header-removed"),
    _rule("optional-response-header-removed", _S, "A header went", _response(_header(), {}), "response-header-added"),
    _rule(
        "required-response-header-removed",
        _B,
        "A promised header went",
        _response(_header(required=True), {}),
        "response-header-added",
    ),
    _rule(
        "response-header-became-optional",
        _B,
        "A header is promised no longer",
        _response(_header(required=True), _header()),
        None,
        "promising more takes nothing from anybody",
    ),
)


def _object(name: str | None = None, *required: str, **flags: Any) -> dict[str, Any]:
    properties = {"id": _STRING, **({name: {**_STRING, **flags}} if name is not None else {})}
    made: dict[str, Any] = {"type": "object", "properties": properties}
    return {**made, "required": list(required)} if required else made


_PLAIN, _MAY, _MUST = _object(), _object("a"), _object("a", "a")
_MUST_DEFAULT, _MAY_DEFAULT = _object("a", "a", default="x"), _object("a", default="x")
_HIDDEN_MAY, _HIDDEN_MUST = _object("a", writeOnly=True), _object("a", "a", writeOnly=True)
_REQUEST, _ANSWER = "request-body", "response-body"
_PROPERTIES = (
    *(
        _rule(id_, severity, says, Example(old, new, within), mirror)
        for within, rows in (
            (
                _REQUEST,
                (
                    (
                        "new-optional-request-property",
                        _S,
                        "A property may be sent now",
                        _PLAIN,
                        _MAY,
                        "request-property-removed",
                    ),
                    (
                        "new-required-request-property",
                        _B,
                        "A property came that must be sent",
                        _PLAIN,
                        _MUST,
                        "request-property-removed",
                    ),
                    (
                        "new-required-request-property-with-default",
                        _B,
                        "A property came that must be sent, its default notwithstanding",
                        _PLAIN,
                        _MUST_DEFAULT,
                        "request-property-removed",
                    ),
                    (
                        "request-property-removed",
                        _D,
                        "A property is not named any more",
                        _MAY,
                        _PLAIN,
                        "new-optional-request-property",
                    ),
                    (
                        "request-property-became-required",
                        _B,
                        "A property must be sent now",
                        _MAY,
                        _MUST,
                        "request-property-became-optional",
                    ),
                    (
                        "request-property-became-required-with-default",
                        _B,
                        "A property must be sent now, its default notwithstanding",
                        _MAY_DEFAULT,
                        _MUST_DEFAULT,
                        "request-property-became-optional",
                    ),
                    (
                        "request-property-became-optional",
                        _S,
                        "A property no longer has to be sent",
                        _MUST,
                        _MAY,
                        "request-property-became-required",
                    ),
                ),
            ),
            (
                "request-header",
                (
                    (
                        "new-required-request-header-property",
                        _B,
                        "A property of a header came that must be sent",
                        _PLAIN,
                        _MUST,
                        "request-property-removed",
                    ),
                    (
                        "request-header-property-became-required",
                        _B,
                        "A property of a header must be sent now",
                        _MAY,
                        _MUST,
                        "request-property-became-optional",
                    ),
                ),
            ),
            (
                _ANSWER,
                (
                    (
                        "response-optional-property-added",
                        _S,
                        "A property may come now",
                        _PLAIN,
                        _MAY,
                        "response-optional-property-removed",
                    ),
                    (
                        "response-optional-property-removed",
                        _S,
                        "A property that might come went",
                        _MAY,
                        _PLAIN,
                        "response-optional-property-added",
                    ),
                    (
                        "response-required-property-added",
                        _S,
                        "A property is promised now",
                        _PLAIN,
                        _MUST,
                        "response-required-property-removed",
                    ),
                    (
                        "response-required-property-removed",
                        _B,
                        "A promised property went",
                        _MUST,
                        _PLAIN,
                        "response-required-property-added",
                    ),
                    (
                        "response-optional-write-only-property-added",
                        _S,
                        "A writeOnly property came",
                        _PLAIN,
                        _HIDDEN_MAY,
                        "response-optional-write-only-property-removed",
                    ),
                    (
                        "response-optional-write-only-property-removed",
                        _S,
                        "A writeOnly property went",
                        _HIDDEN_MAY,
                        _PLAIN,
                        "response-optional-write-only-property-added",
                    ),
                    (
                        "response-required-write-only-property-added",
                        _S,
                        "A required writeOnly property came",
                        _PLAIN,
                        _HIDDEN_MUST,
                        "response-required-write-only-property-removed",
                    ),
                    (
                        "response-required-write-only-property-removed",
                        _S,
                        "A required writeOnly property went",
                        _HIDDEN_MUST,
                        _PLAIN,
                        "response-required-write-only-property-added",
                    ),
                    (
                        "response-property-became-required",
                        _S,
                        "A property is promised now",
                        _MAY,
                        _MUST,
                        "response-property-became-optional",
                    ),
                    (
                        "response-property-became-optional",
                        _B,
                        "A property is promised no longer",
                        _MUST,
                        _MAY,
                        "response-property-became-required",
                    ),
                    (
                        "response-write-only-property-became-required",
                        _S,
                        "A writeOnly property is required now",
                        _HIDDEN_MAY,
                        _HIDDEN_MUST,
                        "response-write-only-property-became-optional",
                    ),
                    (
                        "response-write-only-property-became-optional",
                        _S,
                        "A writeOnly property is optional now",
                        _HIDDEN_MUST,
                        _HIDDEN_MAY,
                        "response-write-only-property-became-required",
                    ),
                ),
            ),
        )
        for id_, severity, says, old, new, mirror in rows
    ),
    _rule(
        "request-header-property-became-enum",
        _B,
        "A property of a header takes the values of a list only",
        Example(_MAY, _object("a", enum=["x"]), "request-header"),
        None,
        "the way back is told as the property of a parameter that it is",
    ),
)


def _flips() -> list[Rule]:
    rules: list[Rule] = []
    for direction, within in (("request", _REQUEST), ("response", _ANSWER)):
        for promised, required in (("optional", ()), ("required", ("a",))):
            plain = _object("a", *required)
            for flag, name in (("readOnly", "read-only"), ("writeOnly", "write-only")):
                flagged = _object("a", *required, **{flag: True})
                prefix = f"{direction}-{promised}-property-became"
                # What was never sent, though it is required, will be: who reads strictly did not know it.
                back = _D if (direction, promised, flag) == ("response", "required", "writeOnly") else _S
                says = f"A property of a {direction} ({promised})"
                here = _rule(
                    f"{prefix}-{name}",
                    _S,
                    f"{says} is {flag} now",
                    Example(plain, flagged, within),
                    f"{prefix}-not-{name}",
                )
                there = _rule(
                    f"{prefix}-not-{name}",
                    back,
                    f"{says} is {flag} no longer",
                    Example(flagged, plain, within),
                    f"{prefix}-{name}",
                )
                rules.extend((here, there))
    return rules


def _never_sent() -> list[Rule]:
    """Edits of what is never sent in a direction: told, and safe."""
    rows: tuple[tuple[str, dict[str, Any], dict[str, Any]], ...] = (
        ("max-decreased", {"maximum": 9}, {"maximum": 5}),
        ("exclusive-max-decreased", {"exclusiveMaximum": 9}, {"exclusiveMaximum": 5}),
        ("min-increased", {"minimum": 5}, {"minimum": 9}),
        ("exclusive-min-increased", {"exclusiveMinimum": 5}, {"exclusiveMinimum": 9}),
        ("max-length-decreased", {"maxLength": 9}, {"maxLength": 5}),
        ("max-items-decreased", {"maxItems": 9}, {"maxItems": 5}),
        ("max-properties-decreased", {"maxProperties": 9}, {"maxProperties": 5}),
        ("enum-value-removed", {"enum": ["a", "b"]}, {"enum": ["a"]}),
    )
    waiver = "the way back is told under the id of every property, and is safe"
    rules = [
        _rule(
            f"request-read-only-property-{suffix}",
            _S,
            f"A property that only responses have was tightened: {suffix.replace('-', ' ')}",
            Example({"readOnly": True, **old}, {"readOnly": True, **new}, "request-property"),
            None,
            waiver,
        )
        for suffix, old, new in rows
    ]
    rules.append(
        _rule(
            "response-write-only-property-enum-value-added",
            _S,
            "A property that only requests have takes one more value",
            Example({"writeOnly": True, "enum": ["a"]}, {"writeOnly": True, "enum": ["a", "b"]}, "response-property"),
            None,
            waiver,
        )
    )
    return rules


MESSAGE_RULES = (*_BODIES, *_schemas_of_media(), *_RESPONSES, *_PROPERTIES, *_flips(), *_never_sent())
NEVER_SENT = frozenset(rule.id for rule in _never_sent())
