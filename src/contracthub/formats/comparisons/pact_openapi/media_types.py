"""Media types: which of those that are declared does a wanted one mean (bidirectional §5)?"""

from collections.abc import Sequence
from functools import lru_cache

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"


def best_match(wanted: str, declared: Sequence[str]) -> str | None:
    """The declared type that fits the wanted ones best, as it is declared; None if none does.

    ``wanted`` is the text of an Accept or Content-Type header. The order of what counts: the same with parameters,
    without them, the same suffix, then wildcards.
    """
    for each in _preferred(wanted):
        for fits in _RULES:
            for one in declared:
                if fits(each, _clean(one)):
                    return one
    return None


def matches_any(wanted: str, declared: Sequence[str]) -> bool:
    """Whether one of the declared types fits."""
    return best_match(wanted, declared) is not None


def is_json(media_type: str) -> bool:
    """Whether bodies of this type are JSON."""
    bare = _bare(_clean(media_type))
    return bare == JSON or bare.endswith("+json")


def is_form(media_type: str) -> bool:
    """Whether bodies of this type are forms in text."""
    return _bare(_clean(media_type)) == FORM


def is_multipart(media_type: str) -> bool:
    """Whether bodies of this type are forms in parts."""
    return _bare(_clean(media_type)) == MULTIPART


def parameter(media_type: str, name: str) -> str | None:
    """A parameter of a media type, such as the boundary of a multipart body."""
    for part in media_type.split(";")[1:]:
        key, _, value = part.strip().partition("=")
        if key.lower() == name:
            return value.strip('"')
    return None


@lru_cache(maxsize=1_000)
def _preferred(wanted: str) -> tuple[str, ...]:
    weighed = [(_weight(each), _without_weight(each)) for each in _clean(wanted).split(",") if each]
    # Stable: of equal weight, what was named first counts first.
    return tuple(each for _, each in sorted(weighed, key=lambda pair: -pair[0]))


def _weight(text: str) -> float:
    found = next((part[2:] for part in text.split(";")[1:] if part.startswith("q=")), "1")
    try:
        return float(found)
    except ValueError:
        return 1.0


def _without_weight(text: str) -> str:
    return ";".join(part for part in text.split(";") if not part.startswith("q="))


def _clean(text: str) -> str:
    return "".join(text.lower().split())


def _bare(text: str) -> str:
    return text.split(";", 1)[0]


def _suffix(text: str) -> str:
    subtype = _bare(text).partition("/")[2]
    return subtype.rpartition("+")[2]


def _main(text: str) -> str:
    return text.partition("/")[0]


def _same_suffix(wanted: str, declared: str) -> bool:
    return _main(wanted) == _main(declared) and _suffix(wanted) == _suffix(declared) and "/" in wanted


_RULES = (
    lambda wanted, declared: wanted == declared,
    lambda wanted, declared: _bare(wanted) == _bare(declared),
    _same_suffix,
    lambda wanted, declared: _bare(declared) == f"{_main(wanted)}/*",
    lambda _wanted, declared: _bare(declared) == "*/*",
    lambda wanted, declared: wanted.endswith("/*") and _main(wanted) == _main(declared),
    lambda wanted, _declared: wanted == "*/*",
)
