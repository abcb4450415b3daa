"""How a provider words its refusals: as RFC 9457 problems, in an envelope, by a schema, or in no way that is known."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contracthub.domain.errors import HubError
from contracthub.formats import safe_json, safe_yaml
from contracthub.formats.bundle import Place
from contracthub.formats.jsonschema.offline import nothing_fetched
from contracthub.formats.openapi.operations import Response
from contracthub.formats.safe_json import JsonValue
from contracthub.verification.policies.settings import NotSettings
from contracthub.verification.policies.surface import Surface
from contracthub.verification.provider_client import ProviderAnswer

PROBLEM = "application/problem+json"
STYLES = ("auto", "problem", "envelope", "schema", "any")
_LARGEST_SCHEMA = 1024 * 1024
_MOST_FAULTS = 3


@dataclass(frozen=True)
class ErrorStyle:
    """``name`` is one of `STYLES`; ``members`` are dotted names that an envelope has; ``schema`` is for bodies."""

    name: str
    members: tuple[str, ...] = ()
    schema: Any = None
    place: str = ""

    @property
    def is_problem(self) -> bool:
        """Whether refusals are RFC 9457 problems."""
        return self.name == "problem"

    def faults_in(self, body: JsonValue) -> Iterator[str]:
        """What of an envelope is missing, or where the body is unlike the schema."""
        for name in self.members:
            if _along(body, name) in (None, ""):
                yield f"{name} is missing or empty"
        if self.schema is not None:
            for count, error in enumerate(self.schema.iter_errors(body)):
                if count >= _MOST_FAULTS:
                    return
                where = "".join(f".{step}" for step in error.instance_path)
                yield f"${where}: {error.message[:200]}"


def media_type_of(answer: ProviderAnswer) -> str:
    """The media type of an answer, without its parameters."""
    return answer.headers.get("content-type", "").partition(";")[0].strip().lower()


def body_of(answer: ProviderAnswer) -> JsonValue:
    """The JSON of an answer, None where it has none."""
    try:
        return safe_json.loads(answer.body)
    except HubError:
        return None


def style_of(surface: Surface, table: Mapping[str, Any]) -> ErrorStyle:
    """The style that the settings name; else what the document shows for refusals. Raises NotSettings."""
    name = str(table.get("style") or ("schema" if table.get("schema") else "envelope" if table.get("members") else ""))
    members = tuple(str(each) for each in table.get("members", ()))
    if name and name not in STYLES:
        raise NotSettings(f"[verify.policies.errors] style: there is no {name!r}; known are: {', '.join(STYLES)}.")
    if name == "schema":
        return _by_schema(surface, str(table.get("schema", "")))
    if name == "envelope" and not members:
        raise NotSettings('[verify.policies.errors] members must name those of an envelope, as ["error.code"].')
    return ErrorStyle(name, members) if name and name != "auto" else _shown(surface)


def _shown(surface: Surface) -> ErrorStyle:
    refusals = [each for operation in surface.operations for each in operation.described.responses if _is_refusal(each)]
    types = Counter(body.media_type.lower() for each in refusals for body in each.bodies)
    if types[PROBLEM]:
        return ErrorStyle("problem")
    # One schema for everything is a style; frameworks add one of their own for 422 that says nothing of the rest.
    by_schema: dict[str, set[str]] = {}
    for each in refusals:
        for body in each.bodies:
            place = None if body.schema is None else surface.document.bundle.resolved(body.schema)
            if place is not None and place.file == surface.document.bundle.root:
                by_schema.setdefault(place.pointer, set()).add(each.status)
    if len(by_schema) == 1:
        ((pointer, statuses),) = by_schema.items()
        if len(statuses) > 1:
            return _compiled(surface, pointer)
    return ErrorStyle("any")


def _is_refusal(response: Response) -> bool:
    return response.status[:1] in ("4", "5") or response.status == "default"


def _by_schema(surface: Surface, place: str) -> ErrorStyle:
    if place.startswith("#/"):
        found = surface.document.bundle.find(place, surface.document.bundle.root)
        if isinstance(found, str):
            raise NotSettings(f"[verify.policies.errors] schema: {place}: {found}.")
        return _compiled(surface, place[1:])
    file = Path(place)
    try:
        if not place or file.stat().st_size > _LARGEST_SCHEMA:
            raise NotSettings("[verify.policies.errors] schema must name a JSON Schema of at most 1 MiB.")
        schema = safe_yaml.loads(file.read_bytes())
    except OSError as error:
        raise NotSettings(f"[verify.policies.errors] schema: {place}: {error.strerror}.") from error
    except HubError as error:
        raise NotSettings(f"[verify.policies.errors] schema: {place}: {error.message}") from error
    return ErrorStyle("schema", schema=_validator(schema, place), place=place)


def _compiled(surface: Surface, pointer: str) -> ErrorStyle:
    from contracthub.verification.fuzz.rest import inlined

    bundle = surface.document.bundle
    found = bundle.find(f"#{pointer}", bundle.root)
    value = {} if isinstance(found, str) else inlined(Place(found.file, found.pointer, found.value), bundle)
    return ErrorStyle("schema", schema=_validator(value, pointer), place=pointer)


def _validator(schema: Any, place: str) -> Any:
    import jsonschema_rs

    try:
        return jsonschema_rs.Draft202012Validator(
            schema, pattern_options=jsonschema_rs.RegexOptions(), retriever=nothing_fetched
        )
    except (ValueError, jsonschema_rs.ReferencingError) as error:
        raise NotSettings(f"[verify.policies.errors] schema: {place}: {str(error)[:200]}") from error


def _along(value: JsonValue, names: str) -> JsonValue:
    for name in names.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value
