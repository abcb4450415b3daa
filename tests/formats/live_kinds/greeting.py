"""A kind of live contract, as small as one can be."""

from collections.abc import Iterator

from contracthub.domain.errors import Fault
from contracthub.formats.live_contract import LiveKind, identity_of, one_provider, schema_of
from contracthub.formats.safe_json import JsonObject


def _check(body: JsonObject) -> Iterator[Fault]:
    if body["say"] == {"words": "goodbye"}:
        yield Fault("words", "is no greeting", "/say/words")


KIND = LiveKind(
    name="greeting",
    schema=schema_of(
        "greeting",
        {
            "say": {
                "oneOf": [
                    {
                        "type": "object",
                        "additionalProperties": False,
                        "required": ["words"],
                        "properties": {"words": {"type": "string"}},
                    },
                    {"type": "string"},
                ]
            }
        },
        required=("provider", "say"),
    ),
    check=_check,
    providers=one_provider,
    identity=lambda body: identity_of("greeting", body),
    needs=lambda _document, _provider: (),
    describe=lambda document: f"greets {document.providers[0]}",
)
