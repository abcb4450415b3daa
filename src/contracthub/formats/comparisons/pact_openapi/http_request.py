"""The request of an interaction, held against the operation that it is for (bidirectional §2, steps 2 to 6)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial

from contracthub.domain.errors import Invalid
from contracthub.formats.comparisons.pact_openapi.findings import Findings
from contracthub.formats.comparisons.pact_openapi.forms import form_value
from contracthub.formats.comparisons.pact_openapi.media_types import (
    FORM,
    JSON,
    best_match,
    is_form,
    is_json,
    is_multipart,
    matches_any,
)
from contracthub.formats.comparisons.pact_openapi.operations import Operation
from contracthub.formats.comparisons.pact_openapi.pact_file import MISSING, Side
from contracthub.formats.comparisons.pact_openapi.parameters import Parameter, Texts
from contracthub.formats.comparisons.pact_openapi.provider_document import ProviderDocument
from contracthub.formats.comparisons.pact_openapi.query_text import QueryValues, query_lists, query_text, read_query
from contracthub.formats.comparisons.pact_openapi.references import Place, resolved
from contracthub.formats.comparisons.pact_openapi.results import Result
from contracthub.formats.comparisons.pact_openapi.routing import Found
from contracthub.formats.comparisons.pact_openapi.rule_walk import RuleWalk
from contracthub.formats.comparisons.pact_openapi.security import unmet
from contracthub.formats.comparisons.pact_openapi.side_rules import SideRules
from contracthub.formats.comparisons.pact_openapi.standard_headers import REQUEST_HEADERS
from contracthub.formats.comparisons.pact_openapi.switches import Switch
from contracthub.formats.comparisons.pact_openapi.text_values import coerced, fits_several
from contracthub.formats.comparisons.pact_openapi.wider import numbers_beyond, texts_beyond
from contracthub.formats.pact.model import MatchingRule
from contracthub.formats.pointers import child
from contracthub.formats.safe_json import JsonObject, JsonValue

UNDEFINED_HEADERS = frozenset({"accept", "content-type", "authorization"})


@dataclass(frozen=True)
class RequestCheck:
    """What is needed to judge a request: the provider's document, the operation, and the pact's side."""

    provider: ProviderDocument
    found: Found
    request: Side
    status: int
    findings: Findings

    @property
    def is_negative(self) -> bool:
        """Whether the consumer may have sent something bad on purpose."""
        return self.status >= 400

    @property
    def operation(self) -> Place:
        """The operation."""
        return self.found.route.operation

    def path_parameters(self) -> Iterator[Result]:
        """Texts in the path that are not what the document says. A bad request on purpose may have them."""
        if self.is_negative and self.provider.rules.ours:
            return
        texts = self._texts
        for parameter in self._parameters:
            if parameter.place == "path" and parameter.name in self.found.values and parameter.schema is not None:
                value = texts.of_path(parameter, self.found.values[parameter.name])
                wrong = [
                    *self._judged("request.path-or-method.unknown", parameter, value, f"{self.request.pointer}/path")
                ]
                yield from wrong
                if not wrong:
                    where = f"{self.request.pointer}/path"
                    within = partial(self._path_with, parameter.name)
                    yield from self._wider("request.path.wider", self._rules.path, parameter, where, within)

    def _path_with(self, name: str, text: str) -> str:
        """The path that is asked for, with another text for one of its templates."""
        asked, filled, other = str(self.request.raw["path"]), self.found.route.path, self.found.route.path
        for each, value in self.found.values.items():
            filled = filled.replace(f"{{{each}}}", value)
            other = other.replace(f"{{{each}}}", text if each == name else value)
        return asked.removesuffix(filled) + other if asked.endswith(filled) else asked

    def all(self) -> Iterator[Result]:
        """Everything that is found, but for the path."""
        yield from self.security()
        yield from self.accept()
        types = [*self.content_type()]
        yield from types
        yield from self.headers()
        yield from self.query()
        if not any(each.code == "request.content-type.incompatible" for each in types):
            yield from self.body()

    def security(self) -> Iterator[Result]:
        """Credentials that are asked for and not sent."""
        if self.is_negative:
            return
        schemes = self._said.alternatives
        for each in unmet(schemes, self.request.headers, self._query.raw, self.provider.rules):
            told = f"The operation asks for {each.name!r} ({each.kind}), and the request does not carry it"
            of_query = each.kind == "apiKey" and each.carrier[0] == "query"
            where = f"{self.request.pointer}/{'query' if of_query else 'headers'}"
            yield self.findings.result("request.authorization.missing", told, where, each.place.pointer)

    def accept(self) -> Iterator[Result]:
        """Whether the answer can be of a type that is accepted."""
        text = self.request.header("accept")
        if text is None or (self.is_negative and self.provider.rules.ours):
            return
        where = f"{self.request.pointer}/headers/Accept"
        responses = self.operation.member("responses")
        all_types = [each for _, one in responses.members() for each in self._produced(resolved_in(self.provider, one))]
        exact = resolved_in(self.provider, responses.member(str(self.status)))
        if not all_types:
            told = "Accept is sent, and no response of the operation declares a media type"
            yield self.findings.result("request.accept.unknown", told, where, responses.pointer)
        elif self._produced(exact) and not matches_any(self._judged_text(text), all_types):
            told = f"Accept {text!r} matches none of the types that the operation answers with: {', '.join(all_types)}"
            yield self.findings.result("request.accept.incompatible", told, where, responses.pointer)

    def content_type(self) -> Iterator[Result]:
        """Whether the body may be of the type that it is said to be."""
        if self.is_negative and self.provider.rules.ours:
            return
        text, declared = self.request.header("content-type"), self._consumed
        where = f"{self.request.pointer}/headers/Content-Type"
        if text is None:
            if declared and self._is_truthy(self.request.body):
                told = "A body is sent without Content-Type"
                yield self.findings.result(
                    "request.content-type.missing", told, self.request.pointer, self.operation.pointer
                )
        elif not declared:
            if not (self.provider.rules.ours and self.request.body is MISSING):
                told = f"Content-Type {text!r} is sent, and the operation declares no types of requests"
                yield self.findings.result("request.content-type.unknown", told, where, self.operation.pointer)
        elif not matches_any(text.split(";")[0], declared):
            told = f"Content-Type {text!r} matches none of the declared types: {', '.join(declared)}"
            yield self.findings.result("request.content-type.incompatible", told, where, self.operation.pointer)

    def headers(self) -> Iterator[Result]:
        """Headers that are not as declared, or not declared at all."""
        if self.is_negative:
            return
        declared = [each for each in self._parameters if each.place == "header"]
        for parameter in declared:
            text = self.request.header(parameter.name.lower())
            where = f"{self.request.pointer}/headers"
            if self._is_ignored(parameter):
                continue
            if text is None:
                if parameter.is_required:
                    told = f"The header {parameter.name} is required, and not sent"
                    yield self.findings.result("request.header.incompatible", told, where, parameter.here.pointer)
            elif parameter.schema is not None and not self._texts.is_complex(parameter):
                value = self._texts.of_header(parameter, text)
                here = child(where, parameter.name)
                yield from self._judged("request.header.incompatible", parameter, value, here)
                rule = self._rules.headers.get(parameter.name.lower())
                yield from self._wider("request.header.wider", rule, parameter, here)
        yield from self._unknown_headers({each.name.lower() for each in declared})

    def _is_ignored(self, parameter: Parameter) -> bool:
        # OpenAPI 3, parameter object: definitions of these three are ignored.
        is_theirs = parameter.name.lower() in UNDEFINED_HEADERS
        return self.provider.rules.ours and is_theirs and not self.provider.is_swagger

    def _unknown_headers(self, declared: set[str]) -> Iterator[Result]:
        known = declared | self._said.header_keys | REQUEST_HEADERS
        for name in self.request.headers:
            if name.lower() not in known:
                told = f"The header {name} is not declared"
                yield self.findings.result(
                    "request.header.unknown",
                    told,
                    child(f"{self.request.pointer}/headers", name),
                    self.operation.pointer,
                )

    def query(self) -> Iterator[Result]:
        """Query parameters that are not as declared, or not declared at all."""
        if self.is_negative:
            return
        where = f"{self.request.pointer}/query"
        values, texts = self._query, self._texts
        declared = [each for each in self._parameters if each.place == "query"]
        known: set[str] = set()
        for parameter in declared:
            known.update(texts.names_used(parameter, values.raw))
            is_there, value = texts.of_query(parameter, values.nested, values.raw)
            if value == "[object Object]" and self.provider.rules.has(Switch.CAST_OBJECTS_IN_PACT):
                # What JavaScript makes of an object that nobody wrote out.
                value = {}
            if is_there:
                if not texts.is_complex(parameter):
                    here = child(where, parameter.name)
                    yield from self._judged("request.query.incompatible", parameter, value, here)
                    rule = self._rules.query.get(parameter.name.lower())
                    yield from self._wider("request.query.wider", rule, parameter, here)
            elif parameter.is_required and (self.provider.rules.ours or texts.types(parameter)):
                told = f"The query parameter {parameter.name} is required, and not sent"
                yield self.findings.result("request.query.incompatible", told, where, parameter.here.pointer)
        known |= self._said.query_keys
        for name in values.raw if self.provider.rules.ours else values.nested:
            if name not in known:
                told = f"The query parameter {name} is not declared"
                yield self.findings.result("request.query.unknown", told, child(where, name), self.operation.pointer)

    def body(self) -> Iterator[Result]:
        """A body that is not as declared, or missing."""
        if self.is_negative:
            return
        fields = [each for each in self._parameters if each.place == "formData"]
        if fields and self.provider.rules.ours:
            yield from self._fields(fields)
            return
        place, media_type, is_required = self._body_schema()
        if self.request.body is MISSING:
            if is_required:
                told = "A body is required, and none is sent"
                yield self.findings.result(
                    "request.body.incompatible", told, self.request.pointer, self.operation.pointer
                )
        elif place is not None:
            yield from self._validated(place, media_type)
        elif self._is_truthy(self.request.body):
            told = f"No schema says what a body of type {media_type} has to be"
            yield self.findings.result("request.body.unknown", told, self.request.body_pointer, self.operation.pointer)

    def _fields(self, fields: list[Parameter]) -> Iterator[Result]:
        """The fields of a form, which Swagger 2.0 describes one by one."""
        body, where = self.request.body, self.request.body_pointer
        sent = {} if body is MISSING else form_value(body, self.request.header("content-type") or FORM)
        values: JsonObject = sent if isinstance(sent, dict) else {}
        for each in fields:
            if each.name in values:
                if each.here.object.get("type") != "file":
                    value = self._texts.of_field(each, values[each.name])
                    yield from self._judged("request.body.incompatible", each, value, child(where, each.name))
            elif each.is_required:
                told = f"The field {each.name} of the form is required, and not sent"
                yield self.findings.result("request.body.incompatible", told, where, each.here.pointer)

    def _validated(self, place: Place, media_type: str) -> Iterator[Result]:
        body = self.request.body
        value: JsonValue = None if body is MISSING else body
        if is_multipart(media_type) and self.provider.rules.has(Switch.DISABLE_MULTIPART_FORMDATA):
            yield self._unvalidatable(media_type, place)
            return
        if is_form(media_type) or is_multipart(media_type):
            value = form_value(value, self.request.header("content-type") or media_type)
            if self.provider.rules.ours:
                value = self._coerced(place, value)
        elif not is_json(media_type):
            if self._is_truthy(body):
                yield self._unvalidatable(media_type, place)
            return
        if not self._leaves_bodies:
            failures, where = self.provider.schemas.failures(place, value, response=False), self.request.body_pointer
            found = [*self.findings.failures("request.body.incompatible", failures, where)]
            yield from found
            if self.provider.rules.ours:
                walk = RuleWalk(self.provider.promises, self.findings, where, self.findings.is_wrong(found, where))
                yield from walk.of_request(value, place, SideRules(self.request.raw).body)

    def _unvalidatable(self, media_type: str, place: Place) -> Result:
        told = f"A body of type {media_type} can't be validated"
        return self.findings.result("request.body.unvalidatable", told, self.request.body_pointer, place.pointer)

    @property
    def _leaves_bodies(self) -> bool:
        unless_json = Switch.NO_VALIDATE_REQUEST_BODY_UNLESS_APPLICATION_JSON
        return self.provider.rules.has(unless_json) and JSON not in self._consumed

    def _body_schema(self) -> tuple[Place | None, str, bool]:
        wanted = self.request.header("content-type") or JSON
        if self.provider.is_swagger:
            for parameter in self._parameters:
                if parameter.place == "body":
                    media_type = best_match(wanted, self._consumed) or wanted
                    return parameter.here.member("schema"), media_type, parameter.is_required
            return None, wanted, False
        declared = resolved_in(self.provider, self.operation.member("requestBody"))
        content = declared.member("content")
        is_required = declared.object.get("required") is True
        chosen = best_match(wanted, [*content.object])
        if chosen is None:
            return None, wanted, is_required
        schema = content.member(chosen).member("schema")
        # What is sent says how it is to be read; a wildcard in the document does not.
        told = wanted if "*" in chosen else chosen
        return (schema if schema.value is not None else None), told, is_required

    def _wider(
        self,
        code: str,
        rule: MatchingRule | None,
        parameter: Parameter,
        where: str,
        within: Callable[[str], str] = str,
    ) -> Iterator[Result]:
        """Whether a rule for a text admits others that the parameter does not take."""
        place = parameter.schema
        if rule is None or place is None or not self.provider.rules.ours or parameter.media_type is not None:
            return
        alternatives = self.provider.promises.of(place)
        if any((each.types or frozenset()) & {"array", "object"} for each in alternatives):
            return
        beyond = texts_beyond(rule, alternatives, lambda text: self._is_taken(place, text), within)
        numbers = numbers_beyond(rule, alternatives)
        if beyond or numbers:
            told = f"the text {beyond[0]!r}, for one" if beyond else numbers
            text = f"{parameter.name}: the consumer's rule admits what the document does not take: {told}"
            yield self.findings.result(code, text, where, place.pointer)

    def _is_taken(self, place: Place, text: str) -> bool:
        try:
            return self.provider.schemas.is_valid(place, self._coerced(place, text))
        except Invalid:
            return True

    def _judged(self, code: str, parameter: Parameter, value: JsonValue, where: str) -> Iterator[Result]:
        if parameter.schema is None:
            return
        schemas = self.provider.schemas
        if parameter.media_type is None:
            fits, ours = self.provider.schemas.is_valid_inline, self.provider.rules.ours
            if not ours and fits_several(self.provider.document, parameter.schema.value, value, fits):
                told = f"{parameter.name} fits several alternatives"
                yield self.findings.result(code, told, where, child(parameter.schema.pointer, "oneOf"))
                return
            value = self._coerced(parameter.schema, value)
        elif not self.provider.rules.ours:
            return
        failures = schemas.failures(parameter.schema, value, response=False)
        yield from self.findings.failures(code, failures, where, inside=False)

    def _coerced(self, place: Place, value: JsonValue) -> JsonValue:
        def fits(branch: JsonValue, candidate: JsonValue) -> bool:
            # A branch has no place of its own in the table of validators: its text stands for it.
            return self.provider.schemas.is_valid_inline(branch, candidate)

        return coerced(self.provider.document, place.value, value, fits)

    def _judged_text(self, text: str) -> str:
        # The peer looks at no more than what comes before the first semicolon.
        return text if self.provider.rules.ours else text.split(";", maxsplit=1)[0]

    def _produced(self, response: Place) -> list[str]:
        return produced(self.provider, self.operation, response)

    @cached_property
    def _consumed(self) -> list[str]:
        if self.provider.is_swagger:
            own = self.operation.member("consumes")
            said = own if isinstance(own.value, list) else Place(self.provider.document.get("consumes"), "/consumes")
            return [each for each in said.list if isinstance(each, str)]
        return [*resolved_in(self.provider, self.operation.member("requestBody")).member("content").object]

    @cached_property
    def _rules(self) -> SideRules:
        return SideRules(self.request.raw)

    @property
    def _said(self) -> Operation:
        return self.provider.operation(self.found.route)

    @property
    def _parameters(self) -> list[Parameter]:
        return self._said.parameters

    @property
    def _texts(self) -> Texts:
        return self.provider.texts

    @cached_property
    def _query(self) -> QueryValues:
        raw = self.request.raw.get("query")
        if not self.provider.rules.ours:
            flat = self.provider.rules.has(Switch.LEGACY_PARSER)
            return read_query(query_text(raw) or "", flat=flat)
        lists: Mapping[str, list[str]] = query_lists(raw) or {}
        values = read_query(query_text(raw) or "")
        return QueryValues({name: [*texts] for name, texts in lists.items()}, values.nested)

    @staticmethod
    def _is_truthy(body: object) -> bool:
        return body is not MISSING and body not in (None, False, "", 0)


def resolved_in(provider: ProviderDocument, place: Place) -> Place:
    """What a place stands for in the provider's document."""
    return resolved(provider.document, place)


def produced(provider: ProviderDocument, operation: Place, response: Place) -> list[str]:
    """The media types that a response may have."""
    if not provider.is_swagger:
        return [*response.member("content").object]
    if not isinstance(response.value, dict):
        return []
    own = operation.member("produces")
    said = own if isinstance(own.value, list) else Place(provider.document.get("produces"), "/produces")
    return [each for each in said.list if isinstance(each, str)]
