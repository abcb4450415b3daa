"""Reads a matrix query as Rack reads it: keys repeat, and their order tells where the next selector begins (§13)."""

from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl

from contracthub.domain.comparisons import ContractKind
from contracthub.domain.errors import Fault, Invalid
from contracthub.domain.matrix_query import DEFAULT_LIMIT, MAX_LIMIT, LatestBy, MatrixQuery, Selector, Target

MAX_PARAMETERS = 1000
_OUTCOMES: Mapping[str, bool | None] = {"true": True, "false": False, "": None}


def matrix_query_from(query_string: bytes) -> MatrixQuery:
    """The question in a query string. Raises :class:`Invalid` where a value can't be read at all."""
    selectors: list[dict[str, str]] = []
    ignore: list[dict[str, str]] = []
    options: dict[str, list[str]] = {}
    for key, value in _parameters(query_string):
        name = key.replace("[", "").replace("]", "")
        if key.startswith("q["):
            _add(selectors, name[1:], value)
        elif key.startswith("ignore["):
            # ``ignore[]=Bar`` is short for its pacticipant.
            _add(ignore, name.removeprefix("ignore") or "pacticipant", value)
        else:
            options.setdefault(name, []).append(value)
    return MatrixQuery(
        selectors=tuple(map(_selector, selectors)),
        target=target_from({key: values[-1] for key, values in options.items()}),
        ignore=tuple(map(_selector, ignore)),
        latest_by=_latest_by(options.get("latestby", [""])[-1]),
        outcomes=_outcomes(options.get("success")),
        limit=_limit(options.get("limit", [""])[-1]),
        kinds=_kinds(options.get("kind", ())),
    )


def _parameters(query_string: bytes) -> list[tuple[str, str]]:
    try:
        text = query_string.decode("ascii")
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MAX_PARAMETERS)
    except ValueError as error:
        raise Invalid.of(Fault("*", "The query can't be read: it is no UTF-8, or has too many parameters.")) from error


def _add(elements: list[dict[str, str]], field: str, value: str) -> None:
    if not elements or field in elements[-1]:
        elements.append({})
    elements[-1][field] = value


def _selector(fields: Mapping[str, str]) -> Selector:
    return Selector(
        pacticipant=fields.get("pacticipant", ""),
        version=fields.get("version") or None,
        latest=fields.get("latest") == "true",
        tag=fields.get("tag") or None,
        branch=fields.get("branch") or None,
        main_branch=fields.get("mainBranch") == "true",
        environment=fields.get("environment") or None,
    )


def target_from(options: Mapping[str, str]) -> Target:
    """Which versions of the others count."""
    return Target(
        latest=options.get("latest") == "true",
        tag=options.get("tag") or None,
        environment=options.get("environment") or None,
        main_branch=options.get("mainBranch") == "true",
    )


def _latest_by(text: str) -> LatestBy | None:
    return LatestBy(text) if text in set(LatestBy) else None


def _outcomes(values: list[str] | None) -> frozenset[bool | None] | None:
    known = [_OUTCOMES[value] for value in values or () if value in _OUTCOMES]
    return frozenset(known) if known else None


def _kinds(values: Iterable[str]) -> frozenset[ContractKind] | None:
    """The kinds to show, one or several in each value; a Pact Broker has no such parameter. Raises Invalid."""
    asked = {name for value in values for name in value.split(",") if name}
    if unknown := sorted(asked - set(ContractKind)):
        text = f"'{unknown[0][:50]}' is no kind of contract; there are {', '.join(ContractKind)}"
        raise Invalid.of(Fault("kind", text))
    return frozenset(map(ContractKind, asked)) if asked else None


def _limit(text: str) -> int:
    if not text:
        return DEFAULT_LIMIT
    negative = text.startswith("-")
    digits = text[1:] if negative else text
    if not (digits.isascii() and digits.isdigit()) or negative:
        return 0
    return min(int(digits[:9]), MAX_LIMIT)
