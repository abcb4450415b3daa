"""What of an interaction can make a verification end otherwise.

Everything does, less: what the hub or a client writes for itself (``_id``, in version 4 ``key`` and ``comments``);
examples of responses and messages under a matching rule; examples of requests that a generator replaces when they are
sent, and, where the publisher or the workspace calls them interchangeable, those under a matching rule. What is not
plain JSON, text or a header counts whole, and so do interactions of plugins and of versions other than 2 to 4.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import parse_qsl

from contracthub.formats.pact.identity_generators import is_certain
from contracthub.formats.pact.identity_rules import (
    Cover,
    Position,
    cover_of,
    cover_of_flat,
    kind_of,
    position_of,
    what_counts,
)
from contracthub.formats.safe_json import JsonObject, JsonValue

_HTTP, _MESSAGE, _SYNC_MESSAGE = "Synchronous/HTTP", "Asynchronous/Messages", "Synchronous/Messages"
_WRITTEN_FOR_ONESELF = frozenset({"_id", "key", "comments"})
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_FLAT_NAME = re.compile(r"\.([A-Za-z_][A-Za-z0-9_-]*)|\['([A-Za-z_][A-Za-z0-9_-]*)'\]")
_FLAT = re.compile(r"\$\.(body|headers?|query|path)(.*)", re.DOTALL)
_JSON = re.compile(r"\s*application/(?:[a-z0-9.-]+\+)?json\s*(?:;[^,]*)?", re.IGNORECASE)
_TEXT = re.compile(r"\s*text/plain\s*(?:;[^,]*)?", re.IGNORECASE)
_STATUSES = ("info", "success", "redirect", "clientError", "serverError", "nonError", "error")
_MOST_QUERY_FIELDS = 1_000

Covers: TypeAlias = Mapping[str, Mapping[str, Cover]]
"""By part (``body``, ``header``, ``query``, ``path``, ``status``, ``metadata``) and expression, what rules hide."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How the interactions of a pact are read."""

    major_version: int
    requests_are_interchangeable: bool = False

    def what_counts(self, interaction: JsonValue) -> JsonValue:
        """The interaction with kinds in place of examples that no verification sees. The one given stays as it was."""
        if not isinstance(interaction, dict):
            return interaction
        if self.major_version not in {2, 3, 4} or "pluginConfiguration" in interaction:
            return _without(interaction, frozenset({"_id"}))
        if self.major_version < 4:
            bare = _without(interaction, frozenset({"_id"}))
            return self._http(bare) if "response" in bare else self._message(bare)
        bare = _without(interaction, _WRITTEN_FOR_ONESELF)
        kind = bare.get("type", _HTTP)
        if kind == _HTTP:
            return self._http(bare)
        if kind == _MESSAGE:
            return self._message(bare)
        return self._sync_messages(bare) if kind == _SYNC_MESSAGE else bare

    def _http(self, interaction: JsonObject) -> JsonObject:
        request, response = interaction.get("request"), interaction.get("response")
        changed: JsonObject = {}
        if isinstance(response, dict) and "matchingRules" in response:
            changed["response"] = self._response(response)
        if isinstance(request, dict):
            changed["request"] = self._request(request)
        return {**interaction, **changed}

    def _response(self, response: JsonObject) -> JsonObject:
        covers = self._covers(response)
        changed = {"headers": _headers(response.get("headers"), covers.get("header", {}))}
        changed["body"] = self._body(response, "body", _header_type(response), covers.get("body", {}))
        if self.major_version == 4 and _is_any_status(response):
            changed["status"] = kind_of(response.get("status"), Cover.LEAVES)
        return {**response, **{name: value for name, value in changed.items() if name in response}}

    def _message(self, message: JsonObject) -> JsonObject:
        if "matchingRules" not in message or ("metadata" in message and "metaData" in message):
            return message
        covers = self._covers(message)
        field = "metaData" if "metaData" in message else "metadata"
        metadata = message.get(field)
        changed = {field: _metadata(metadata, covers.get("metadata", {}))}
        changed["contents"] = self._body(message, "contents", _metadata_type(metadata), covers.get("body", {}))
        return {**message, **{name: value for name, value in changed.items() if name in message}}

    def _sync_messages(self, interaction: JsonObject) -> JsonObject:
        answers = interaction.get("response")
        if not isinstance(answers, list):
            return interaction
        return {
            **interaction,
            "response": [self._message(answer) if isinstance(answer, dict) else answer for answer in answers],
        }

    def _request(self, request: JsonObject) -> JsonObject:
        sent = self._with_what_is_sent(request) if "generators" in request else request
        if not self.requests_are_interchangeable or "matchingRules" not in request:
            return sent
        covers = self._covers(request)
        changed = {
            "path": _scalar(sent.get("path"), covers.get("path", {}).get("")),
            "query": _query(sent.get("query"), covers.get("query", {})),
            "headers": _headers(sent.get("headers"), covers.get("header", {})),
            "body": self._body(sent, "body", _header_type(sent), covers.get("body", {})),
        }
        return {**sent, **{name: value for name, value in changed.items() if name in sent}}

    def _with_what_is_sent(self, request: JsonObject) -> JsonObject:
        """The request with kinds in place of examples that a generator replaces."""
        generators = request["generators"]
        if self.major_version < 3 or not isinstance(generators, dict):
            return request
        changed: JsonObject = {}
        if is_certain(generators.get("path")):
            changed["path"] = _scalar(request.get("path"), Cover.LEAVES)
        for field, part in (("headers", "header"), ("query", "query")):
            changed[field] = _generated_values(request.get(field), generators.get(part))
        if isinstance(found := generators.get("body"), dict):
            covers = {name: Cover.LEAVES if is_certain(each) else Cover.NOTHING_HIDDEN for name, each in found.items()}
            changed["body"] = self._body(request, "body", _header_type(request), covers, only_json=True)
        return {**request, **{name: value for name, value in changed.items() if name in request}}

    def _covers(self, part: JsonObject) -> Covers:
        rules = part.get("matchingRules")
        if not isinstance(rules, dict):
            return {}
        return _covers_of_flat(rules) if self.major_version == 2 else _covers_of(rules)

    def _body(
        self,
        part: JsonObject,
        field: str,
        content_type: JsonValue,
        covers: Mapping[str, Cover],
        *,
        only_json: bool = False,
    ) -> JsonValue:
        """A body as it counts. ``content_type`` is the one of the header, the empty text where there is none."""
        body = part.get(field)
        position = position_of(covers.items()) if covers else None
        if position is None:
            return body
        if self.major_version < 4:
            return _content(body, content_type, position, only_json=only_json)
        if not isinstance(body, dict) or body.get("encoded") not in (False, None) or "contentTypeHint" in body:
            return body
        own = body.get("contentType", "")
        if "content" not in body or (own and content_type and not _are_alike(own, content_type)):
            return body
        content = _content(body["content"], own or content_type, position, only_json=only_json)
        return {**body, "content": content}


def _without(interaction: JsonObject, names: frozenset[str]) -> JsonObject:
    if names.isdisjoint(interaction):
        return interaction
    return {name: value for name, value in interaction.items() if name not in names}


def _content(content: JsonValue, content_type: JsonValue, position: Position, *, only_json: bool) -> JsonValue:
    if not isinstance(content_type, str):
        return content
    if isinstance(content, dict | list):
        # Verifiers tell JSON without a content type by how it begins, which no example decides.
        return what_counts(content, position) if not content_type or _JSON.fullmatch(content_type) else content
    if isinstance(content, str) and not only_json and _TEXT.fullmatch(content_type):
        return kind_of(content, position.cover) if position.is_settled else content
    return content


def _are_alike(one: JsonValue, other: JsonValue) -> bool:
    both = (one, other)
    return any(all(isinstance(each, str) and kind.fullmatch(each) for each in both) for kind in (_JSON, _TEXT))


def _covers_of(rules: JsonObject) -> Covers:
    covers: dict[str, Mapping[str, Cover]] = {}
    for part, entry in rules.items():
        if part in {"path", "status"}:
            covers[part] = {"": cover_of(entry)}
        elif isinstance(entry, dict):
            covers[part] = {expression: cover_of(rule) for expression, rule in entry.items()}
    # A second name for the body's rules, or version 2's layout beside them: which of them is read?
    if any(part.startswith("$") or part in {"content", "contents", "headers"} for part in rules):
        return {}
    return covers


def _covers_of_flat(rules: JsonObject) -> Covers:
    covers: dict[str, dict[str, Cover]] = {}
    for expression, rule in rules.items():
        found = _FLAT.fullmatch(expression)
        if found is None:
            return {}
        part, rest = found.groups()
        if part == "body":
            covers.setdefault("body", {})[f"${rest}"] = cover_of_flat(rule)
            continue
        name = _FLAT_NAME.fullmatch(rest)
        of_part = covers.setdefault(part.removesuffix("s"), {})
        # Two ways to write one name are two rules, of which a verifier takes either.
        key = (name[1] or name[2]) if name else rest
        of_part[key] = Cover.NOTHING_HIDDEN if key in of_part else cover_of_flat(rule)
    return covers


def _are_plain(covers: Mapping[str, Cover]) -> bool:
    """Whether every expression is a name, and no two are the same to a header."""
    return all(map(_NAME.fullmatch, covers)) and len({name.lower() for name in covers}) == len(covers)


def _headers(headers: JsonValue, covers: Mapping[str, Cover]) -> JsonValue:
    if not isinstance(headers, dict) or not covers or not _are_plain(covers):
        return headers
    by_name = {name.lower(): cover for name, cover in covers.items()}
    return {
        # The type of the content decides how the body is read.
        name: value if name.lower() == "content-type" else _single(value, by_name.get(name.lower()))
        for name, value in headers.items()
    }


def _single(value: JsonValue, cover: Cover | None) -> JsonValue:
    """A header that is one value. Of several, written with commas or as a list, each counts."""
    if isinstance(value, list) and len(value) == 1:
        return [_single(value[0], cover)] if isinstance(value[0], str) else value
    if not isinstance(value, str) or "," in value:
        return value
    return kind_of(value, cover)


def _query(query: JsonValue, covers: Mapping[str, Cover]) -> JsonValue:
    if not covers or not _are_plain(covers):
        return query
    if isinstance(query, str):
        if query.count("&") >= _MOST_QUERY_FIELDS:
            return query
        pairs = parse_qsl(query, keep_blank_values=True)
        return [[name, kind_of(value, covers.get(name))] for name, value in pairs]
    if not isinstance(query, dict):
        return query
    return {name: _values(value, covers.get(name)) for name, value in query.items()}


def _values(value: JsonValue, cover: Cover | None) -> JsonValue:
    if isinstance(value, list):
        return [_scalar(item, cover) for item in value]
    return _scalar(value, cover)


def _metadata(metadata: JsonValue, covers: Mapping[str, Cover]) -> JsonValue:
    if not isinstance(metadata, dict) or not _are_plain(covers):
        return metadata
    return {
        name: value if name.lower() in {"contenttype", "content-type"} else _scalar(value, covers.get(name))
        for name, value in metadata.items()
    }


def _scalar(value: JsonValue, cover: Cover | None) -> JsonValue:
    return value if isinstance(value, dict | list) else kind_of(value, cover)


def _generated_values(values: JsonValue, generators: JsonValue) -> JsonValue:
    """Headers or query parameters; a generator is for the one whose name is written as its own is."""
    if not isinstance(values, dict) or not isinstance(generators, dict) or not all(map(_NAME.fullmatch, generators)):
        return values
    certain = {name for name, each in generators.items() if name.lower() != "content-type" and is_certain(each)}
    return {name: _single(value, Cover.LEAVES) if name in certain else value for name, value in values.items()}


def _is_any_status(response: JsonObject) -> bool:
    rules = response.get("matchingRules")
    rule = rules.get("status") if isinstance(rules, dict) else None
    matchers = rule.get("matchers") if isinstance(rule, dict) else None
    if not isinstance(matchers, list) or len(matchers) != 1 or type(response.get("status")) is not int:
        return False
    matcher = matchers[0]
    return isinstance(matcher, dict) and matcher.get("match") == "statusCode" and matcher.get("status") in _STATUSES


def _header_type(part: JsonObject) -> JsonValue:
    """The content type that the headers name: empty where they name none, None where that is not clear."""
    headers = part.get("headers")
    if headers is None:
        return ""
    if not isinstance(headers, dict):
        return None
    found = [value for name, value in headers.items() if name.lower() == "content-type"]
    if len(found) > 1:
        return None
    value = found[0] if found else ""
    if isinstance(value, list):
        return value[0] if len(value) == 1 else None
    return value


def _metadata_type(metadata: JsonValue) -> JsonValue:
    if not isinstance(metadata, dict):
        return None if metadata is not None else ""
    found = [value for name, value in metadata.items() if name.lower() in {"contenttype", "content-type"}]
    return "" if not found else found[0] if len(found) == 1 else None
