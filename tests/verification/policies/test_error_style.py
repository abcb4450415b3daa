"""How refusals are to look: as the settings say, else as the document shows; nothing is fetched for it."""

import json
from pathlib import Path
from typing import Any

import pytest

from contracthub.formats.openapi.parse import parse
from contracthub.verification.policies.error_style import ErrorStyle, style_of
from contracthub.verification.policies.settings import NotSettings
from contracthub.verification.policies.surface import Surface

ERROR = {"type": "object", "required": ["code"], "properties": {"code": {"type": "string"}}}


def surface(*responses: dict[str, Any]) -> Surface:
    """A document whose operations refuse in these ways."""
    document = {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "components": {"schemas": {"Error": ERROR, "Other": {"type": "object"}}},
        "paths": {f"/{number}": {"get": {"responses": each}} for number, each in enumerate(responses)},
    }
    return Surface(parse(json.dumps(document)))


def refusal(schema: str, media_type: str = "application/json") -> dict[str, Any]:
    held = {media_type: {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"description": "Refused.", "content": held}


def faults(style: ErrorStyle, body: Any) -> list[str]:
    return list(style.faults_in(body))


def test_problems_are_a_style_wherever_one_is_documented() -> None:
    shown = surface({"404": refusal("Error", "application/problem+json")}, {"404": refusal("Other")})
    assert style_of(shown, {}).is_problem


def test_one_schema_for_all_refusals_is_a_style_and_several_are_none() -> None:
    style = style_of(surface({"404": refusal("Error"), "409": refusal("Error")}), {})
    assert (style.name, style.place) == ("schema", "/components/schemas/Error")
    assert faults(style, {"code": "x"}) == []
    assert faults(style, {}) == ['$: "code" is a required property']
    for several in (
        surface({"404": refusal("Error"), "409": refusal("Other")}),
        # A framework's own answer to what is invalid says nothing of the rest.
        surface({"422": refusal("Error")}),
        surface({"200": refusal("Error"), "201": refusal("Error")}),
        surface(),
    ):
        assert style_of(several, {}).name == "any"


def test_the_settings_win_over_what_the_document_shows(tmp_path: Path) -> None:
    shown = surface({"404": refusal("Error", "application/problem+json")})
    envelope = style_of(shown, {"members": ["error.code", "error.message"]})
    assert envelope.name == "envelope"
    assert faults(envelope, {"error": {"code": "x", "message": ""}}) == ["error.message is missing or empty"]
    assert faults(envelope, ["no object"]) == ["error.code is missing or empty", "error.message is missing or empty"]
    file = tmp_path / "error.yaml"
    file.write_text("type: object\nrequired: [why]\n")
    for place in (str(file), "#/components/schemas/Error"):
        assert faults(style_of(shown, {"schema": place}), {"why": "x", "code": "y"}) == []
        assert faults(style_of(shown, {"schema": place}), {}) != []


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"style": "prose"}, "there is no 'prose'"),
        ({"style": "envelope"}, "members must name those of an envelope"),
        ({"schema": "#/components/schemas/None"}, "schema: #/components/schemas/None"),
        ({"schema": "nowhere.json"}, "nowhere.json: No such file or directory"),
        ({"schema": "broken.yaml"}, "broken.yaml"),
        ({"schema": "elsewhere.json"}, "nothing is fetched"),
    ],
)
def test_a_style_that_makes_no_sense_is_named(
    table: dict[str, Any], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "broken.yaml").write_text("a: [")
    (tmp_path / "elsewhere.json").write_text('{"$ref": "http://127.0.0.1:9/error.json"}')
    with pytest.raises(NotSettings) as told:
        style_of(surface(), table)
    assert words in str(told.value)
