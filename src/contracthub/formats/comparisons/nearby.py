"""Which name may have been meant: a hint beside what is wrong."""

import difflib
from collections.abc import Iterable
from itertools import islice

_MOST_LOOKED_AT = 500
_LONGEST = 100


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that is most like it, or None where none is."""
    if len(name) > _LONGEST:
        return None
    candidates = [each for each in islice(known, _MOST_LOOKED_AT) if len(each) <= _LONGEST]
    by_letters = {each.lower().replace("_", "").replace("-", ""): each for each in candidates}
    found = difflib.get_close_matches(name.lower().replace("_", "").replace("-", ""), by_letters, 1, 0.75)
    return by_letters[found[0]] if found else None


def meant_instead(name: str, known: Iterable[str]) -> str:
    """``"; did you mean 'sku'?"``, or nothing where no known name is like it."""
    found = nearest(name, known)
    return "" if found is None else f"; did you mean {found!r}?"
