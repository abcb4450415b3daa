"""Regular expressions of schemas, under an engine that takes time in proportion to the text."""

from functools import lru_cache

MOST_REMEMBERED = 1_000


def matches(pattern: str, text: str) -> bool:
    """Whether the pattern occurs in the text. A pattern that the engine does not know (look-around) matches nothing."""
    return _matches(pattern, text)


@lru_cache(maxsize=MOST_REMEMBERED)
def _matches(pattern: str, text: str) -> bool:
    import jsonschema_rs

    schema = {"type": "string", "pattern": pattern}
    try:
        return bool(jsonschema_rs.validator_for(schema, pattern_options=jsonschema_rs.RegexOptions()).is_valid(text))
    except (ValueError, jsonschema_rs.ValidationError):
        return False
