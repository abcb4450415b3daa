"""What a consumer may send by its own rules, and the document does not take: its example may be all that it sends."""

import re
from collections.abc import Callable, Iterator

from contracthub.formats.comparisons.pact_openapi.promises import Alternatives
from contracthub.formats.comparisons.pact_openapi.rule_checks import takes_of
from contracthub.formats.pact.model import MatchingRule
from contracthub.formats.safe_json import JsonValue

# A list of texts, written as a regular expression.
_LISTED = re.compile(r"\^?\(?(?:\?:)?([\w \-]+(?:\|[\w \-]+)+)\)?\$?")
MOST_LISTED = 50
# Texts that no number and no boolean is written as; "true" is no number, and 1 no boolean.
_PROBES = ("a", "abc", "A-1", "true", "1.5", "1")
_NO_TEXT = frozenset({"integer", "number", "boolean"})


def texts_beyond(
    rule: MatchingRule | None,
    alternatives: Alternatives,
    is_taken: Callable[[str], bool],
    within: Callable[[str], str] = str,
) -> list[str]:
    """Texts that the rule admits and the document does not take: ones that the rule lists, or of another kind.

    ``within`` makes of a text what the rule is about, where that is more.
    """
    if rule is None:
        return []
    listed = [text for matcher in rule.matchers for text in _texts_of(matcher.facts.get("regex"))]
    takes = takes_of(rule, "") if any(each.kind == "regex" for each in rule.matchers) else None
    types = [each.types for each in alternatives]
    of_others = bool(types) and all(each is not None and each and each <= _NO_TEXT for each in types)
    admitted = [each for each in _PROBES if takes is not None and takes(within(each))] if of_others else []
    return [text for text in dict.fromkeys([*listed, *admitted]) if not is_taken(text)]


def numbers_beyond(rule: MatchingRule | None, alternatives: Alternatives) -> str | None:
    """Which numbers the rule admits and no alternative takes."""
    kinds = {each.kind for each in rule.matchers} if rule is not None else set()
    if not alternatives or not kinds or not kinds <= {"integer", "decimal", "number"}:
        return None
    if all(each.values is not None for each in alternatives):
        return "any number, and the document takes listed ones only"
    if kinds <= {"decimal", "number"} and all(each.types == frozenset({"integer"}) for each in alternatives):
        return "numbers with decimals, and the document takes integers only"
    return None


def _texts_of(regex: JsonValue) -> Iterator[str]:
    found = _LISTED.fullmatch(regex) if isinstance(regex, str) else None
    if found is not None:
        yield from found[1].split("|")[:MOST_LISTED]
