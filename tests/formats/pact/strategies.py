"""Pacts and things that only look like pacts, for laws that hold for all of them."""

from hypothesis import strategies as st

from contracthub.formats.safe_json import JsonObject, JsonValue

words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=6)
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | words
json_values: st.SearchStrategy[JsonValue] = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3), max_leaves=8
)

_NAMES = [
    *("consumer", "provider", "name", "interactions", "messages", "metadata", "pactSpecification", "version"),
    *("description", "providerState", "providerStates", "provider_state", "params", "request", "response"),
    *("method", "path", "query", "headers", "body", "content", "contents", "contentType", "encoded"),
    *("matchingRules", "generators", "matchers", "match", "combine", "regex", "min", "max", "type", "status"),
    *("key", "pending", "comments", "text", "testname"),
]
_TEXTS = [
    *("GET", "/a", "3.0.0", "4.0", "2.0.0", "Synchronous/HTTP", "Asynchronous/Messages", "Synchronous/Messages"),
    *("application/json", "base64", "AND", "OR", "regex", "eachKey", "ProviderState", "$.a[*]", "$.body.a", "$"),
    "Content-Type",
]
_strange: st.SearchStrategy[JsonValue] = st.recursive(
    scalars | st.sampled_from(_TEXTS),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*_NAMES, "$.body.a", "$.a[*]", "body", "header"]), inner)
    ),
    max_leaves=15,
)
_strange_rules: st.SearchStrategy[JsonValue] = st.dictionaries(
    st.sampled_from(["body", "header", "query", "path", "status", "metadata", "$.body.a", "$.headers.A", "$"]),
    st.dictionaries(st.sampled_from(["matchers", "match", "type", "$.a", "$.a[*]", "a", "combine", "rules"]), _strange),
)
_strange_side: st.SearchStrategy[JsonValue] = st.dictionaries(
    st.sampled_from(_NAMES), _strange | _strange_rules, max_size=8
)
_strange_interaction: st.SearchStrategy[JsonValue] = st.dictionaries(
    st.sampled_from(_NAMES), _strange | _strange_side, max_size=8
)
strange_objects: st.SearchStrategy[JsonObject] = st.dictionaries(
    st.sampled_from(_NAMES), _strange | st.lists(_strange_interaction | _strange, max_size=3), max_size=6
)


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
