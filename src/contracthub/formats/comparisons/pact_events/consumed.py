"""A message of a pact as its consumer reads or sends it: content, metadata, and which values are only examples."""

import base64
import binascii
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from contracthub.domain.errors import Invalid, TooLarge
from contracthub.formats import safe_json
from contracthub.formats.comparisons.pact_openapi.media_types import is_json
from contracthub.formats.comparisons.pact_openapi.pact_file import MISSING, Interaction, Missing
from contracthub.formats.comparisons.pact_openapi.side_rules import Governed
from contracthub.formats.needs import JSON_TYPES, TYPES_OF_MATCHERS, JsonType
from contracthub.formats.pact.expressions import expression_from
from contracthub.formats.pact.model import MatchingRule, Part
from contracthub.formats.pact.places import root_of
from contracthub.formats.pact.rule_index import body_rules, named_rules
from contracthub.formats.pact.rules import matching_rules
from contracthub.formats.pointers import child
from contracthub.formats.safe_json import JsonObject, JsonValue

# Under these any value of the kind does for the consumer, so that the example's own value says nothing.
_ANY_OF_KIND = frozenset({"type", "integer", "decimal", "number", "boolean", "notEmpty"})
# Under these others do as well, which of them a list of values shows.
_ANY_THAT_FITS = _ANY_OF_KIND | {"regex", "include", "semver", "date", "time", "timestamp", "datetime"}
_REPRESENTATIVES: Mapping[JsonType, JsonValue] = {
    JsonType.INTEGER: 1,
    JsonType.NUMBER: 1.5,
    JsonType.BOOLEAN: True,
    JsonType.NULL: None,
}


@dataclass(frozen=True, slots=True)
class Examples:
    """What the matching rules of a pact make of the values in it."""

    root: Governed

    def stands_for_its_kind(self, pointer: str) -> bool:
        """Whether the value at a JSON pointer is an example of its kind."""
        rule = self.rule(pointer)
        return rule is not None and all(matcher.kind in _ANY_OF_KIND for matcher in rule.matchers)

    def stands_for_another(self, pointer: str) -> bool:
        """Whether the value there is an example of others that a rule admits."""
        rule = self.rule(pointer)
        return rule is not None and all(matcher.kind in _ANY_THAT_FITS for matcher in rule.matchers)

    def pattern(self, pointer: str) -> str | None:
        """The regular expression that the value at a JSON pointer is an example of."""
        rule = self.rule(pointer)
        facts = next((each.facts for each in rule.matchers if each.kind == "regex"), None) if rule else None
        found = facts.get("regex") if facts else None
        return found if isinstance(found, str) else None

    def rule(self, pointer: str) -> MatchingRule | None:
        """The rule that governs the value at a JSON pointer."""
        here = self.root
        for token in pointer.split("/")[1:]:
            name = token.replace("~1", "/").replace("~0", "~")
            here = here.step(int(name) if name.isdecimal() else name)
        return here.rule

    def of_their_kind(self, value: JsonValue) -> JsonValue:
        """The value, with one of the kind that a rule asks for wherever the example is of another."""
        return _of_kind(value, self.root)


def examples_of(rules: Iterable[MatchingRule]) -> Examples:
    """What the rules of a body make of it."""
    position = body_rules(rules)
    return Examples(Governed(position, position.rule))


NO_RULES = examples_of(())


@dataclass(frozen=True, slots=True)
class Content:
    """What a message carries. Text that says that it is JSON was read, and base64 decoded; MISSING where nothing is
    said.
    """

    value: "JsonValue | bytes | Missing"
    media_type: str | None
    pointer: str
    is_inline: bool = True


@dataclass(frozen=True, slots=True)
class Plugin:
    """What a plugin of Pact left in the pact: about this interaction, and for all of them by key."""

    said: JsonObject = field(default_factory=dict)
    kept: JsonObject = field(default_factory=dict)

    def text(self, *names: str) -> str | None:
        """What the plugin says of the interaction under one of these names."""
        return next((each for name in names if isinstance(each := self.said.get(name), str) and each), None)

    def of_key(self, *names: str) -> JsonObject:
        """What is kept under the key that the interaction names."""
        key = self.text(*names)
        found = self.kept.get(key) if key is not None else None
        return found if isinstance(found, dict) else {}


@dataclass(frozen=True, slots=True)
class ConsumedMessage:
    """One message of an interaction; ``path`` is how its places begin when they are told."""

    interaction: Interaction
    raw: JsonObject
    pointer: str
    path: str
    content: Content
    metadata: JsonObject
    body: Examples
    rules: tuple[MatchingRule, ...]
    plugin: Plugin = field(default_factory=Plugin)

    @property
    def metadata_pointer(self) -> str:
        """Where the metadata stands."""
        return child(self.pointer, "metaData" if "metaData" in self.raw else "metadata")

    def said(self, name: str) -> str | None:
        """A text of the metadata, whatever the case of its name."""
        return next(
            (each for key, each in self.metadata.items() if key.lower() == name and isinstance(each, str) and each),
            None,
        )

    def of_metadata(self) -> Examples:
        """The rules of the metadata, as those of an object that holds all of it."""
        rules = named_rules(self.rules, Part.METADATA)
        found = [
            MatchingRule("body", expression_from([name]), rules[name.lower()].combine, rules[name.lower()].matchers)
            for name in self.metadata
            if name.lower() in rules and not {"'", '"'} <= {*name}
        ]
        return examples_of(found)


def one_message(interaction: Interaction) -> ConsumedMessage:
    """The message that is received."""
    return _message(interaction, interaction.raw, interaction.pointer, "")


def request_of(interaction: Interaction) -> ConsumedMessage:
    """The message that is sent and answered."""
    raw = interaction.raw.get("request")
    return _message(interaction, _object(raw), f"{interaction.pointer}/request", "request.")


def responses_of(interaction: Interaction) -> Iterator[ConsumedMessage]:
    """The messages that answer."""
    answers = interaction.raw.get("response")
    if isinstance(answers, list):
        for at, each in enumerate(answers):
            yield _message(interaction, _object(each), f"{interaction.pointer}/response/{at}", f"response[{at}].")
    elif isinstance(answers, dict):
        yield _message(interaction, answers, f"{interaction.pointer}/response", "response.")


def _message(interaction: Interaction, raw: JsonObject, pointer: str, path: str) -> ConsumedMessage:
    metadata = _object(raw.get("metaData") if "metaData" in raw else raw.get("metadata"))
    rules = tuple(matching_rules(root_of(raw).member("matchingRules"))) if "matchingRules" in raw else ()
    told = next((each for name, each in metadata.items() if name.lower() in {"contenttype", "content-type"}), None)
    body = examples_of(rules)
    return ConsumedMessage(
        interaction=interaction,
        raw=raw,
        pointer=pointer,
        path=path,
        content=_content(raw, pointer, told if isinstance(told, str) else None, is_v4=interaction.is_v4),
        metadata=metadata,
        body=body,
        rules=rules,
        plugin=_plugin(interaction, raw),
    )


def _plugin(interaction: Interaction, raw: JsonObject) -> Plugin:
    # Of messages that are answered, plugins write what they say beside the request, or around it.
    for holder in (raw, interaction.raw):
        said = holder.get("pluginConfiguration")
        for name, each in said.items() if isinstance(said, dict) else ():
            if isinstance(each, dict):
                return Plugin(each, _object(interaction.plugins.get(name)))
    return Plugin()


def _content(raw: JsonObject, pointer: str, told: str | None, *, is_v4: bool) -> Content:
    name = "contents" if "contents" in raw else "content"
    place = child(pointer, name)
    if name not in raw:
        return Content(MISSING, told, place)
    value = raw[name]
    if not is_v4:
        return _read(value, told, place)
    if not isinstance(value, dict) or "content" not in value:
        return Content(MISSING, told, place)
    own = value.get("contentType")
    media_type = own if isinstance(own, str) and own else told
    place = f"{place}/content"
    encoded, content = value.get("encoded"), value["content"]
    if not encoded or not isinstance(content, str) or (isinstance(encoded, str) and encoded.lower() == "json"):
        return _read(content, media_type, place, is_json_text=bool(encoded))
    try:
        data = base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        return _read(content, media_type, place)
    return _of_bytes(data, media_type, place)


def _read(value: JsonValue, media_type: str | None, place: str, *, is_json_text: bool = False) -> Content:
    if isinstance(value, str) and (is_json_text or is_json(media_type or "") or _looks_like_json(value, media_type)):
        return Content(_json_in(value), media_type, place, is_inline=False)
    return Content(value, media_type, place)


def _looks_like_json(text: str, media_type: str | None) -> bool:
    # Pacts of version 3 keep a body that was given as text as text; verifiers tell by its beginning what it is.
    return not media_type and text.lstrip()[:1] in {"{", "["}


def _of_bytes(data: bytes, media_type: str | None, place: str) -> Content:
    kind = (media_type or "").lower()
    if not media_type or is_json(media_type) or kind.startswith("text/"):
        try:
            text = data.decode()
        except UnicodeDecodeError:
            return Content(data, media_type, place, is_inline=False)
        return Content(text if kind.startswith("text/") else _json_in(text), media_type, place, is_inline=False)
    return Content(data, media_type, place, is_inline=False)


def _json_in(text: str) -> JsonValue:
    try:
        return safe_json.loads(text)
    except (Invalid, TooLarge):
        return text


def _of_kind(value: JsonValue, position: Governed) -> JsonValue:
    if isinstance(value, dict):
        return {name: _of_kind(each, position.step(name)) for name, each in value.items()}
    if isinstance(value, list):
        return [_of_kind(each, position.step(at)) for at, each in enumerate(value)]
    rule = position.rule
    kinds = {TYPES_OF_MATCHERS[each.kind] for each in rule.matchers if each.kind in TYPES_OF_MATCHERS} if rule else None
    if not kinds or rule is None:
        return value
    wanted = kinds.pop()
    own = JSON_TYPES[type(value)]
    is_decimal = any(each.kind == "decimal" for each in rule.matchers)
    if own is JsonType.NUMBER and isinstance(value, float) and value.is_integer():
        # "Any decimal" has numbers with a fraction in it, also where its example has none.
        return 1.5 if is_decimal else int(value) if wanted is JsonType.INTEGER else value
    if own is wanted or (own is JsonType.INTEGER and wanted is JsonType.NUMBER and not is_decimal):
        return value
    return _REPRESENTATIVES[wanted]


def _object(value: object) -> JsonObject:
    return value if isinstance(value, dict) else {}
