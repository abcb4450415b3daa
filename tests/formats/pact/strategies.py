"""Pacts and things that only look like pacts, for laws that hold for all of them."""

from typing import Any

from hypothesis import strategies as st

from contracthub.formats.safe_json import JsonObject, JsonValue

words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=6)
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | words
json_values: st.SearchStrategy[JsonValue] = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3), max_leaves=8
)

_TEXTS = [
    *("GET", "/a", "3.0.0", "4.0", "2.0.0", "Synchronous/HTTP", "Asynchronous/Messages", "Synchronous/Messages"),
    *("application/json", "base64", "AND", "OR", "regex", "eachKey", "ProviderState", "type", "200", "a=1&b", "aGk="),
]
_RULE_KEYS = ["matchers", "match", "type", "rules", "regex", "min", "$.a", "$.a[*]", "$", "a", "combine", "format"]
_anything: st.SearchStrategy[JsonValue] = st.recursive(
    scalars | st.sampled_from(_TEXTS),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*_RULE_KEYS, "name", "params"]), inner, max_size=3)
    ),
    max_leaves=4,
)


def _perhaps(**members: st.SearchStrategy[JsonValue]) -> st.SearchStrategy[JsonObject]:
    """An object with any of these members, each mostly as described and sometimes anything at all."""
    return st.fixed_dictionaries(
        {}, optional={name: member | member | member | _anything for name, member in members.items()}
    )


def _pact_of(interactions: JsonValue) -> JsonObject:
    names: JsonObject = {"consumer": {"name": "C"}, "provider": {"name": "P"}}
    return {**names, "interactions": interactions, "metadata": {"pactSpecificationVersion": "4.0"}}


def _list_of(items: st.SearchStrategy[JsonObject]) -> st.SearchStrategy[JsonValue]:
    return st.lists(items | _anything, max_size=2).map(lambda found: [*found])


def _one_of(*texts: str) -> st.SearchStrategy[Any]:
    return st.sampled_from(texts)


_rules = st.dictionaries(
    st.sampled_from(["body", "header", "query", "path", "status", "metadata", "$.body.a", "$.headers.A", "$"]),
    st.dictionaries(st.sampled_from(_RULE_KEYS), _anything, max_size=3)
    | _perhaps(matchers=_list_of(_perhaps(match=words))),
    max_size=3,
)
_texts_by_name = st.dictionaries(_one_of("a", "A", "Content-Type"), _anything, max_size=2)
_body = _perhaps(content=_anything, contentType=_one_of("application/json", "text/plain"), encoded=_one_of("base64"))
_contents: dict[str, st.SearchStrategy[Any]] = {
    "contents": _body,
    "metadata": _texts_by_name,
    "matchingRules": _rules,
    "generators": _rules,
}
_side = _perhaps(
    method=_one_of("GET"), path=_one_of("/"), query=_texts_by_name, headers=_texts_by_name, body=_body, **_contents
)
_interaction = _perhaps(
    description=words,
    type=_one_of("Synchronous/HTTP", "Asynchronous/Messages", "Synchronous/Messages"),
    providerStates=_list_of(_perhaps(name=words, params=_texts_by_name)),
    request=_side,
    response=_side | _list_of(_side),
    comments=_perhaps(text=_anything, testname=_anything),
    **_contents,
)
_perhaps_a_pact = _perhaps(
    consumer=_perhaps(name=words),
    provider=_perhaps(name=words),
    interactions=_list_of(_interaction),
    messages=_list_of(_interaction),
    metadata=_perhaps(pactSpecification=_perhaps(version=_one_of("2.0.0", "3.0.0", "4.0"))),
)

strange_objects = _perhaps_a_pact | _list_of(_interaction).map(_pact_of)


@st.composite
def interactions(draw: st.DrawFn) -> JsonObject:
    """A well-formed HTTP interaction of version 3."""
    return {
        "description": draw(st.sampled_from("abc")),
        "providerStates": [{"name": draw(st.sampled_from("xy")), "params": {"id": draw(st.integers(0, 3))}}],
        "request": {"method": draw(st.sampled_from(["GET", "PUT"])), "path": "/" + draw(st.sampled_from("abc"))},
        "response": {"status": draw(st.integers(200, 204)), "body": draw(json_values)},
    }


@st.composite
def pacts(draw: st.DrawFn) -> JsonObject:
    """A well-formed pact of version 3."""
    return {
        "consumer": {"name": draw(words)},
        "provider": {"name": draw(words)},
        "interactions": [*draw(st.lists(interactions(), max_size=4))],
        "metadata": {"pactSpecification": {"version": "3.0.0"}},
    }
