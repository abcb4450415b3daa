"""The response of an interaction, held against what the operation may answer (bidirectional §2, steps 7 and 8)."""

from collections.abc import Iterator
from dataclasses import dataclass

from contracthub.formats.comparisons.pact_openapi.findings import Findings
from contracthub.formats.comparisons.pact_openapi.forms import form_value
from contracthub.formats.comparisons.pact_openapi.http_request import produced, resolved_in
from contracthub.formats.comparisons.pact_openapi.media_types import (
    JSON,
    best_match,
    is_form,
    is_json,
    is_multipart,
    matches_any,
)
from contracthub.formats.comparisons.pact_openapi.pact_file import MISSING, Side
from contracthub.formats.comparisons.pact_openapi.provider_document import ProviderDocument
from contracthub.formats.comparisons.pact_openapi.references import Place, resolved
from contracthub.formats.comparisons.pact_openapi.results import Result
from contracthub.formats.comparisons.pact_openapi.rule_checks import Gap, gap_of_texts
from contracthub.formats.comparisons.pact_openapi.rule_walk import RuleWalk
from contracthub.formats.comparisons.pact_openapi.side_rules import SideRules
from contracthub.formats.comparisons.pact_openapi.standard_headers import RESPONSE_HEADERS
from contracthub.formats.comparisons.pact_openapi.text_values import coerced, types_of
from contracthub.formats.pointers import child
from contracthub.formats.safe_json import JsonObject, JsonValue


@dataclass(frozen=True, slots=True)
class ResponseCheck:
    """What is needed to judge a response: the provider's document, the operation, and both sides of the pact."""

    provider: ProviderDocument
    operation: Place
    request: Side
    response: Side
    status: int
    findings: Findings

    @property
    def _rules(self) -> SideRules:
        return SideRules(self.response.raw)

    def all(self) -> Iterator[Result]:
        """Everything that is found."""
        declared, key = self._declared()
        if declared is None:
            told = f"The operation does not say that it answers with {self.status}"
            yield self.findings.result(
                "response.status.unknown",
                told,
                f"{self.response.pointer}/status",
                self.operation.member("responses").pointer,
            )
            return
        refused = False
        for result in self._content_type(declared):
            refused |= result.code == "response.content-type.incompatible"
            yield result
        yield from self._headers(declared)
        if refused:
            return
        if key == "default":
            told = f"Only the default response covers the status {self.status}"
            yield self.findings.result(
                "response.status.default", told, f"{self.response.pointer}/status", declared.pointer
            )
        yield from self._body(declared)

    def _declared(self) -> tuple[Place | None, str]:
        responses = self.operation.member("responses")
        for key in self._keys(responses.object):
            place = resolved_in(self.provider, responses.member(key))
            if isinstance(place.value, dict):
                return place, key
        return None, ""

    def _keys(self, responses: JsonObject) -> Iterator[str]:
        yield str(self.status)
        yield f"{self.status // 100}XX"
        if self.provider.rules.ours:
            yield f"{self.status // 100}xx"
            yield from sorted({str(each) for each in self._rules.statuses(self.status)} & set(responses))
        yield "default"

    def _content_type(self, declared: Place) -> Iterator[Result]:
        text = self.response.header("content-type")
        if text is None:
            return
        types, where = (
            produced(self.provider, self.operation, declared),
            f"{self.response.pointer}/headers/Content-Type",
        )
        if not types:
            told = f"Content-Type {text!r} is expected, and the response declares no types"
            yield self.findings.result("response.content-type.unknown", told, where, declared.pointer)
        elif not matches_any(text.split(";")[0], types):
            told = f"Content-Type {text!r} matches none of the declared types: {', '.join(types)}"
            yield self.findings.result("response.content-type.incompatible", told, where, declared.pointer)

    def _headers(self, declared: Place) -> Iterator[Result]:
        known = {name.lower(): (name, place) for name, place in declared.member("headers").members()}
        for name, text in self.response.headers.items():
            where = child(f"{self.response.pointer}/headers", name)
            if name.lower() == "content-type":
                continue
            if name.lower() in known:
                header = resolved_in(self.provider, known[name.lower()][1])
                yield from self._header(header, text, where)
                if self.provider.rules.ours:
                    yield from self._rule_of_header(name, header, where)
            elif name.lower() in RESPONSE_HEADERS:
                told = f"The header {name} is not declared"
                yield self.findings.result("response.header.undefined", told, where, declared.pointer)
            else:
                told = f"The header {name} is not declared, so nothing promises it"
                yield self.findings.result("response.header.unknown", told, where, declared.pointer)

    def _header(self, header: Place, text: str, where: str) -> Iterator[Result]:
        schema = header if self.provider.is_swagger else header.member("schema")
        if not isinstance(schema.value, dict):
            return
        value: JsonValue = text
        types = types_of(resolved(self.provider.document, schema).object)
        if self.provider.rules.ours and "array" in types:
            value = [each.strip() for each in text.split(",")]

        def fits(branch: JsonValue, candidate: JsonValue) -> bool:
            return self.provider.schemas.is_valid_inline(branch, candidate)

        value = coerced(self.provider.document, schema.value, value, fits)
        failures = self.provider.schemas.failures(schema, value, response=True)
        yield from self.findings.failures("response.header.incompatible", failures, where, inside=False)

    def _rule_of_header(self, name: str, header: Place, where: str) -> Iterator[Result]:
        rule = self._rules.headers.get(name.lower())
        schema = header if self.provider.is_swagger else header.member("schema")
        found = gap_of_texts(rule, self.provider.promises.of(schema)) if rule else None
        if found is not None:
            code = "response.header.incompatible" if found[0] is Gap.NEVER else "response.header.narrower"
            yield self.findings.result(code, f"{name}: {found[1]}", where, schema.pointer)

    def _body(self, declared: Place) -> Iterator[Result]:
        body = self.response.body
        if body is MISSING or (not self.provider.rules.ours and body in (None, False, 0, "")):
            return
        place, media_type = self._schema(declared)
        where = self.response.body_pointer
        if self.provider.rules.ours and body in (None, "") and place is None:
            return
        if place is None:
            told = "The response declares no schema, so nothing promises its body"
            yield self.findings.result("response.body.unknown", told, where, declared.pointer)
            return
        value: JsonValue = body
        if is_form(media_type) or is_multipart(media_type):
            value = form_value(body, self.response.header("content-type") or media_type)
        elif not is_json(media_type):
            told = f"A body of type {media_type} can't be validated"
            yield self.findings.result("response.body.unvalidatable", told, where, place.pointer)
            return
        rules = self._rules if self.provider.rules.ours else SideRules({})
        failures = self.provider.schemas.failures(
            place,
            value,
            response=True,
            stands_for_its_kind=rules.stands_for_its_kind,
            stands_for_another=rules.stands_for_another,
            stands_for_any_number=rules.stands_for_any_number,
        )
        found = [*self.findings.failures("response.body.incompatible", failures, where)]
        yield from found
        if self.provider.rules.ours:
            walk = RuleWalk(self.provider.promises, self.findings, where, self.findings.is_wrong(found, where))
            yield from walk.of_response(value, place, rules.body)

    def _schema(self, declared: Place) -> tuple[Place | None, str]:
        types = produced(self.provider, self.operation, declared)
        wanted = self.request.header("accept") or JSON
        if self.provider.rules.ours:
            # What the consumer expects to come says which of the types is meant.
            wanted = self.response.header("content-type") or wanted
        chosen = best_match(wanted, types) or (types[0] if types else None)
        if self.provider.is_swagger:
            schema = declared.member("schema")
            return (schema if schema.value is not None else None), chosen or JSON
        if chosen is None:
            return None, JSON
        schema = declared.member("content").member(chosen).member("schema")
        return (schema if schema.value is not None else None), wanted if "*" in chosen else chosen
