"""Does a request carry what the operation's security asks for (bidirectional §5)?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from contracthub.formats.comparisons.pact_openapi.references import Place, resolved
from contracthub.formats.comparisons.pact_openapi.switches import Rules, Switch
from contracthub.formats.safe_json import JsonObject

_ALWAYS = frozenset({"oauth2", "openIdConnect", "mutualTLS"})


@dataclass(frozen=True, slots=True)
class Scheme:
    """A scheme that a document defines, by the name under which operations ask for it."""

    name: str
    place: Place

    @property
    def kind(self) -> str:
        """Its type, in the words of OpenAPI 3."""
        said = str(self.place.object.get("type"))
        return "http" if said == "basic" else said

    @property
    def carrier(self) -> tuple[str, str]:
        """For an apiKey, where it stands and under which name."""
        return str(self.place.object.get("in")), str(self.place.object.get("name"))


def alternatives(document: JsonObject, operation: Place) -> list[list[Scheme]]:
    """The alternatives of an operation, each a list of schemes that are asked for together; empty where it is open."""
    own = operation.member("security")
    said = own if isinstance(own.value, list) else Place(document.get("security"), "/security")
    found = []
    for each in said.items():
        if not each.object:
            return []
        found.append([scheme for name in each.object if (scheme := _scheme(document, name)) is not None])
    return [each for each in found if each]


def keys_of(asked: list[list[Scheme]]) -> Iterator[tuple[str, str]]:
    """Where the keys stand that an operation asks for: place and name."""
    for schemes in asked:
        yield from (scheme.carrier for scheme in schemes if scheme.kind == "apiKey")


def unmet(
    schemes: list[list[Scheme]], headers: Mapping[str, str], query: Mapping[str, object], rules: Rules
) -> list[Scheme]:
    """The schemes that are not met, where no alternative is; else none."""
    if not schemes:
        return []
    missing = [[each for each in some if not _is_met(each, headers, query, rules)] for some in schemes]
    if rules.ours:
        met = any(not some for some in missing)
    else:
        # The peer is content with one scheme of all that are named.
        met = any(len(some) < len(whole) for some, whole in zip(missing, schemes, strict=True))
    if met:
        return []
    return list({each.name: each for some in missing for each in some}.values())


def _scheme(document: JsonObject, name: str) -> Scheme | None:
    components = document.get("components")
    home = components.get("securitySchemes") if isinstance(components, dict) else None
    pointer = "/components/securitySchemes"
    if home is None:
        home, pointer = document.get("securityDefinitions"), "/securityDefinitions"
    place = Place(home, pointer).member(name)
    return Scheme(name, resolved(document, place)) if isinstance(place.value, dict) else None


def _is_met(scheme: Scheme, headers: Mapping[str, str], query: Mapping[str, object], rules: Rules) -> bool:
    if scheme.kind in _ALWAYS:
        return True
    lower = {name.lower(): value for name, value in headers.items()}
    if scheme.kind == "apiKey":
        where, name = scheme.carrier
        if where == "header":
            return name.lower() in lower
        if where == "cookie":
            return not rules.ours or _has_cookie(lower.get("cookie", ""), name)
        return name in query
    authorization = lower.get("authorization")
    if scheme.kind != "http" or authorization is None:
        return scheme.kind != "http"
    if rules.has(Switch.NO_AUTHORIZATION_SCHEMA):
        return True
    wanted = "basic" if scheme.place.object.get("type") == "basic" else str(scheme.place.object.get("scheme")).lower()
    if wanted not in {"basic", "bearer"} and not rules.ours:
        return False
    return authorization.lower().startswith(f"{wanted} ")


def _has_cookie(text: str, name: str) -> bool:
    return any(part.strip().partition("=")[0] == name for part in text.split(";"))
