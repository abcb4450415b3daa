"""What the words of a provider state say: which things, how many, in which condition, or that there are none."""

import re
from dataclasses import dataclass
from functools import lru_cache

_WORD = re.compile(r"'([^']{1,100})'|\"([^\"]{1,100})\"|([A-Za-z0-9][\w.-]*)")
_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")
_NUMBERS = {
    word: number
    for number, word in enumerate(("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), 2)
}
_SEVERAL = {"several": 2, "some": 2, "many": 3, "multiple": 2, "few": 2, "couple": 2}
MOST_THINGS = 20
_NEGATIVE = frozenset({"no", "nothing", "none", "nobody", "without"})
_NEGATIONS = re.compile(
    r"\b(?:does|do|did|has|have|is|are)(?:n't| not)\s+(?:exist|been|there|found|present|created|available)\b"
    r"|\b(?:is|are)\s+(?:empty|missing|absent|deleted|unknown|nowhere)\b|\bempty\s+(?:database|list|store|db)\b"
    r"|\bthere\s+(?:is|are)\s+no\b|\bnot found\b|\bnon-?existent\b",
    re.IGNORECASE,
)
_OTHERS = frozenset({"another", "other", "different", "foreign"})
_TAKEN = frozenset({"all", "every", "busy", "full", "exhausted", "maximum", "limit", "quota", "overloaded", "exceeded"})
_SAY_NOTHING = (
    "a an the is are was were be been being exist exists existing there with of has have had for and or in on to that "
    "which it its by at as from belongs belong owned please given when whose this these those any my our their "
    "registered already present stored saved added known recorded"
)
_EMPTY_WORDS = frozenset(_SAY_NOTHING.split())


_NUMBER_WORDS = "|".join((*_NUMBERS, *_SEVERAL, r"\d{1,2}", "an?", "no"))
_BETWEEN = re.compile(
    r"\s*[,;]\s*(?:(?:and|but)\s+)?|\s+(?:and|but)\s+(?:(?:it\s+)?(?:has|have|with)\s+)?|\s+(?=without\s)"
    rf"|\s+(?:(?:that|who|which)\s+)?(?:has|have|having|with|contains|containing)\s+(?=(?:{_NUMBER_WORDS})\s)",
    re.IGNORECASE,
)
_MOST_CLAUSES = 6


def clauses(state: str) -> tuple[str, ...]:
    """The parts of a state that may each say something of a thing of its own.

    >>> clauses("user 42 exists and has no orders"), clauses("a shop with two tills")
    (('user 42 exists', 'no orders'), ('a shop', 'two tills'))
    """
    found = tuple(part for part in _BETWEEN.split(state[:1000]) if part.strip())
    return found if 1 < len(found) <= _MOST_CLAUSES and not re.search(r"['\"]", state) else (state,)


@dataclass(frozen=True, slots=True)
class Wording:
    """A state's words. ``nouns`` are all words that may name a thing or a condition, in their order and in lower case.

    ``values`` are what stands behind a word as its value: ``order 42`` says ``{"order": "42"}``.
    """

    nouns: tuple[str, ...]
    is_negative: bool = False
    count: int = 1
    values: tuple[tuple[str, str], ...] = ()
    other: str | None = None
    is_taken: bool = False
    kinds: bool = False


@lru_cache(maxsize=1024)
def wording(state: str) -> Wording:
    """What a state says.

    >>> wording("an order 42 exists for customer 7").values
    (('order', '42'), ('customer', '7'))
    >>> wording("three simulations exist").count, wording("no session exists").is_negative
    (3, True)
    """
    found = [(quoted or double, plain.lower()) for quoted, double, plain in _WORD.findall(state[:1000])]
    nouns: list[str] = []
    values: list[tuple[str, str]] = []
    count, other, before = 1, None, ""
    for quoted, word in found:
        if quoted or (before and before not in _EMPTY_WORDS and _is_value(word)):
            if nouns:
                values.append((nouns[-1], quoted or word))
        elif (number := _number(word)) is not None:
            count = number
        elif before in _OTHERS and other is None:
            other = word
        if word and word not in _EMPTY_WORDS and not _is_value(word) and word not in _OTHERS | _NEGATIVE:
            nouns.append(word)
        before = word
    words = {word for _, word in found}
    return Wording(
        nouns=tuple(noun for noun in nouns if noun not in _NUMBERS and noun not in _SEVERAL),
        is_negative=bool(words & _NEGATIVE) or _NEGATIONS.search(state) is not None,
        count=min(count, MOST_THINGS),
        values=tuple(values),
        other=other,
        is_taken=bool(words & _TAKEN),
        kinds=bool(words & {"kinds", "types", "sorts", "categories", "statuses"}),
    )


def _is_value(word: str) -> bool:
    """A word with a digit in it is a value: ``42``, ``sim-1``."""
    return any(character.isdigit() for character in word)


def _number(word: str) -> int | None:
    if word in _NUMBERS or word in _SEVERAL:
        return _NUMBERS.get(word) or _SEVERAL[word]
    return int(word) if word.isdigit() and 1 < int(word[:4]) <= MOST_THINGS else None


@lru_cache(maxsize=4096)
def parts(name: str) -> tuple[str, ...]:
    """The words of a name, each in the singular: ``orderLines`` and ``order_lines`` are ``order`` and ``line``."""
    return tuple(singular(part.lower()) for part in _PARTS.findall(name))


@lru_cache(maxsize=4096)
def singular(word: str) -> str:
    """A word in the singular, as far as English is regular.

    >>> [singular(word) for word in ("batteries", "boxes", "orders", "status", "address")]
    ['battery', 'box', 'order', 'status', 'address']
    """
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes", "zes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 2:
        return word[:-1]
    return word


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """A word without the ending of its form: ``trained``, ``training`` and ``trains`` are ``train``."""
    word = singular(word.lower())
    for ending in ("ing", "ed", "er", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    # stopped, running
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeious" else word


def alike(one: str, other: str) -> bool:
    """Whether two words are forms of one: ``finish`` and ``finished``, ``cancel`` and ``cancellation``."""
    first, second = stem(one), stem(other)
    if first == second:
        return True
    shorter = min(len(first), len(second))
    return shorter >= 4 and first[:shorter] == second[:shorter]
