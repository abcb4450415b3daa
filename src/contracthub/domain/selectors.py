"""Consumer version selectors: which consumer versions a provider asks to verify, and what makes one invalid.

How they resolve to pacts is in ``domain.selection``. The texts of faults are those of the Pact Broker
(pact-broker-api §11 "Invalid selectors"), because scripts match on them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import combinations
from typing import Any

from contracthub.domain.errors import Fault
from contracthub.domain.names import faults_of_name

FIELD = "consumerVersionSelectors"
MOST_SELECTORS = 200

_TEXTS = ("tag", "fallbackTag", "fallbackBranch", "environment", "consumer")
_SWITCHES = ("mainBranch", "matchingBranch", "deployed", "released", "deployedOrReleased", "fallbackToMainBranch")
_BRANCH_LIKE = frozenset(
    {"branch", "fallbackBranch", "fallbackTag", "fallbackToMainBranch", "latest", "mainBranch", "matchingBranch", "tag"}
)
_ENVIRONMENT_LIKE = frozenset({"deployed", "deployedOrReleased", "environment", "released"})
_NOT_ENOUGH = frozenset({"consumer", "latest", "fallbackTag", "fallbackBranch", "fallbackToMainBranch"})
_KEYS = _BRANCH_LIKE | _ENVIRONMENT_LIKE | {"consumer"}
_NOTHING_SELECTED = (
    "must specify a value for environment or tag or branch, or specify mainBranch=true, matchingBranch=true, "
    "latest=true, deployed=true, released=true or deployedOrReleased=true"
)


class SelectorKind(IntEnum):
    """What a selector looks at. The order is the one in which reasons are told."""

    LATEST = 1
    MAIN_BRANCH = 2
    BRANCH = 3
    LATEST_WITH_TAG = 4
    WITH_TAG = 5
    DEPLOYED = 6
    RELEASED = 7


@dataclass(frozen=True, slots=True)
class ConsumerVersionSelector:
    """Selects pacts of each consumer of a provider, or only of ``consumer``.

    ``name`` is the branch, tag or environment; without it, the heads of all branches, or all environments, are meant.
    """

    kind: SelectorKind
    name: str | None = None
    consumer: str | None = None
    fallback_tag: str | None = None


def faults_of_selectors(values: object, provider_branch: str | None) -> list[Fault]:
    """What is wrong with a list of selectors, each fault with the position of its selector."""
    if not isinstance(values, list):
        return [Fault(FIELD, "must be an array")]
    if len(values) > MOST_SELECTORS:
        return [Fault(FIELD, f"cannot have more than {MOST_SELECTORS} selectors")]
    return [
        Fault(FIELD, text, index=index)
        for index, value in enumerate(values)
        for text in _texts_of_faults(value, provider_branch)
    ]


def faults_of_environments(values: Sequence[Mapping[str, Any]], existing: set[str]) -> list[Fault]:
    """A fault for each selector that names an environment which is not among the ``existing`` ones."""
    return [
        Fault(FIELD, f"environment with name '{name}' does not exist", index=index)
        for index, value in enumerate(values)
        if (name := value.get("environment")) is not None and name not in existing
    ]


def selectors_from(
    values: Sequence[Mapping[str, Any]], provider_branch: str | None
) -> tuple[ConsumerVersionSelector, ...]:
    """The selectors that faultless JSON objects stand for; "deployed or released" is two of them."""
    return tuple(selector for value in values for selector in _selectors_of(value, provider_branch))


def _selectors_of(value: Mapping[str, Any], provider_branch: str | None) -> Iterator[ConsumerVersionSelector]:
    consumer, environment, branch, tag = (value.get(key) for key in ("consumer", "environment", "branch", "tag"))
    if value.get("mainBranch"):
        yield ConsumerVersionSelector(SelectorKind.MAIN_BRANCH, None, consumer)
    elif value.get("matchingBranch"):
        yield ConsumerVersionSelector(SelectorKind.BRANCH, provider_branch, consumer)
    elif branch is not None:
        # fallbackBranch has no effect, as in the open-source Pact Broker.
        yield ConsumerVersionSelector(SelectorKind.BRANCH, None if branch is True else branch, consumer)
    elif tag is not None:
        kind = SelectorKind.LATEST_WITH_TAG if value.get("latest") else SelectorKind.WITH_TAG
        yield ConsumerVersionSelector(kind, tag, consumer, value.get("fallbackTag"))
    elif _ENVIRONMENT_LIKE.isdisjoint(_given(value)):
        yield ConsumerVersionSelector(SelectorKind.LATEST, None, consumer)
    else:
        if not value.get("released"):
            yield ConsumerVersionSelector(SelectorKind.DEPLOYED, environment, consumer)
        if not value.get("deployed"):
            yield ConsumerVersionSelector(SelectorKind.RELEASED, environment, consumer)


def _given(value: Mapping[str, Any]) -> dict[str, Any]:
    # Typed clients write null for what their user left out.
    return {key: each for key, each in value.items() if key in _KEYS and each is not None}


def _texts_of_faults(value: object, provider_branch: str | None) -> list[str]:
    if not isinstance(value, dict):
        return ["must be a hash"]
    given = _given(value)
    return list(_faults_of_types(given)) or [text for wrong, text in _rules(given, provider_branch) if wrong]


def _faults_of_types(given: Mapping[str, Any]) -> Iterator[str]:
    for key in _TEXTS:
        yield from _faults_of_text(given, key)
    if given.get("branch") is not True:
        yield from _faults_of_text(given, "branch")
    for key in _SWITCHES:
        if key in given and given[key] is not True:
            yield f"{key} must be one of: true"
    if "latest" in given and not isinstance(given["latest"], bool):
        yield "latest must be one of: true, false"


def _faults_of_text(given: Mapping[str, Any], key: str) -> Iterator[str]:
    if given.get(key) == "":
        yield f"{key} must be filled"
    elif key in given:
        yield from map(str, faults_of_name(key, given[key]))


def _rules(given: Mapping[str, Any], provider_branch: str | None) -> tuple[tuple[bool, str], ...]:
    """Every rule across the fields of one selector: whether it is broken, and how that is told."""
    keys, latest = set(given), given.get("latest")
    main, matching, tag, branch = (key in keys for key in ("mainBranch", "matchingBranch", "tag", "branch"))
    selects_nothing = keys <= _NOT_ENOUGH and latest is not True
    return (
        (selects_nothing, _NOTHING_SELECTED),
        (
            main and bool(keys - {"mainBranch", "latest", "consumer"}),
            "cannot specify mainBranch=true with any other criteria apart from consumer",
        ),
        (main and latest is False, "cannot specify mainBranch=true with latest=false"),
        (
            matching and bool(keys - {"matchingBranch", "consumer"}),
            "cannot specify matchingBranch=true with any other criteria apart from consumer",
        ),
        (
            matching and not provider_branch,
            "the providerVersionBranch must be specified when the selector matchingBranch=true is used",
        ),
        (tag and branch, "cannot specify both a tag and a branch"),
        _mixture(keys),
        ("fallbackTag" in keys and not latest, "fallbackTag can only be set if latest is true"),
        ("fallbackTag" in keys and not tag, "a tag must be specified when a fallbackTag is specified"),
        ("fallbackBranch" in keys and not branch, "a branch must be specified when a fallbackBranch is specified"),
        ("fallbackBranch" in keys and latest is False, "fallbackBranch can only be set if latest is true"),
        (branch and latest is False, "cannot specify a branch with latest=false"),
        *_contradictions(keys),
    )


def _mixture(keys: set[str]) -> tuple[bool, str]:
    some, others = sorted(keys & _BRANCH_LIKE), sorted(keys & _ENVIRONMENT_LIKE)
    return bool(some and others), f"cannot specify {_the_fields(some)} with {_the_fields(others)}"


def _the_fields(names: Sequence[str]) -> str:
    return f"the {'field' if len(names) == 1 else 'fields'} {'/'.join(names)}"


def _contradictions(keys: set[str]) -> Iterator[tuple[bool, str]]:
    for one, other in combinations(("deployed", "released", "deployedOrReleased"), 2):
        yield one in keys and other in keys, f"cannot specify both {one}=true and {other}=true"
