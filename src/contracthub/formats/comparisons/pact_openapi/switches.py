"""Who judges, and the switches with which the peer is run (bidirectional §9)."""

from dataclasses import dataclass, replace
from enum import StrEnum

from contracthub.formats.safe_json import JsonObject


class Judge(StrEnum):
    """Whose answers are given."""

    OURS = "ours"
    PEER = "peer"


class Switch(StrEnum):
    """Compatibility switches of the peer, by the names that documents use in ``info.x-opc-config-…``."""

    CAST_OBJECTS_IN_PACT = "cast-objects-in-pact"
    DISABLE_MULTIPART_FORMDATA = "disable-multipart-formdata"
    IGNORE_DUPLICATE_SLASHES = "ignore-duplicate-slashes"
    IGNORE_TRAILING_SLASH = "ignore-trailing-slash"
    LEGACY_PARSER = "legacy-parser"
    NO_AUTHORIZATION_SCHEMA = "no-authorization-schema"
    NO_PERCENT_ENCODING = "no-percent-encoding"
    NO_TRANSFORM_NON_NULLABLE_RESPONSE_SCHEMA = "no-transform-non-nullable-response-schema"
    NO_VALIDATE_COMPLEX_PARAMETERS = "no-validate-complex-parameters"
    NO_VALIDATE_REQUEST_BODY_UNLESS_APPLICATION_JSON = "no-validate-request-body-unless-application-json"
    CASE_INSENSITIVE = "case-insensitive"


_HOSTED = frozenset(Switch) - {Switch.CASE_INSENSITIVE}
_PREFIX = "x-opc-config-"


@dataclass(frozen=True, slots=True)
class Rules:
    """By which rules a comparison is made. ``base_path`` is put before every path of the document."""

    judge: Judge = Judge.OURS
    switches: frozenset[Switch] = frozenset()
    base_path: str = ""

    @property
    def ours(self) -> bool:
        """Whether the specifications decide, not the peer."""
        return self.judge is Judge.OURS

    def has(self, switch: Switch) -> bool:
        """Whether a switch is on."""
        return switch in self.switches


OURS = Rules()
PEER = Rules(Judge.PEER)
PEER_HOSTED = Rules(Judge.PEER, _HOSTED)
"""As PactFlow runs it: every switch on, unless the document says otherwise."""


def rules_for(rules: Rules, document: JsonObject) -> Rules:
    """The rules, as the document itself settles them in ``info.x-opc-config-…``."""
    info = document.get("info")
    if not isinstance(info, dict):
        return rules
    switches = set(rules.switches)
    for switch in Switch:
        said = info.get(_PREFIX + switch)
        if isinstance(said, bool):
            switches = switches | {switch} if said else switches - {switch}
    base = info.get(f"{_PREFIX}base-path")
    return replace(rules, switches=frozenset(switches), base_path=base if isinstance(base, str) else rules.base_path)
