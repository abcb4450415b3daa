"""What of a request is GraphQL: a search of a REST interface may have a ``query``, too."""

import re

from contracthub.formats.safe_json import JsonValue

# A comment, white space or a comma may come first; JSON in a text begins with a bracket, too, but with no name in it.
_OPERATION = re.compile(
    r"(?:[\s,\ufeff]|#[^\n\r]*+)*+"
    r"(?:(?:query|mutation|subscription|fragment)\b[^{]*+\{|\{[\s,]*+(?:[_A-Za-z#]|\.\.\.))"
)
_PATH = re.compile(r"(?:^|[/._-])(?:graphql|gql)(?:$|[/._?-])", re.IGNORECASE)
_MEMBERS = frozenset({"query", "variables", "operationName", "extensions", "documentId", "doc_id"})
_HASHES = frozenset({"documentId", "doc_id"})


def is_operation(text: JsonValue, path: str) -> bool:
    """Whether a text is one of operations: by how it begins, or by where it is sent to."""
    if not isinstance(text, str):
        return False
    return _OPERATION.match(text) is not None or ("{" in text and _PATH.search(path) is not None)


def carries_operation(value: JsonValue, path: str) -> bool:
    """Whether JSON is an operation as GraphQL over HTTP has it."""
    return isinstance(value, dict) and _MEMBERS.issuperset(value) and is_operation(value.get("query"), path)


def is_persisted(value: JsonValue) -> bool:
    """Whether JSON names an operation that the server knows, by its hash or a name, and does not have its text."""
    if not isinstance(value, dict) or not _MEMBERS.issuperset(value) or value.get("query") is not None:
        return False
    extensions = value.get("extensions")
    return (isinstance(extensions, dict) and "persistedQuery" in extensions) or not _HASHES.isdisjoint(value)
