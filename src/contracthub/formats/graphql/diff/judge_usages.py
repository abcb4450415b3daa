"""Directives in use, and what they say about deprecation."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Protocol

from contracthub.formats.changes import Severity
from contracthub.formats.graphql.diff.findings import Finding, Pair, only_in
from contracthub.formats.graphql.diff.model import Applied

_OF_THE_SPECIFICATION = frozenset({"deprecated", "specifiedBy", "oneOf"})
_SAFE_TO_USE = {"deprecated": Severity.SAFE, "oneOf": Severity.BREAKING}
_SAFE_TO_LEAVE = {"deprecated": Severity.SAFE, "oneOf": Severity.SAFE}


class Holder(Protocol):
    """What directives are used on."""

    @property
    def applied(self) -> Sequence[Applied]:
        """The directives, in their order."""

    @property
    def place(self) -> int | None:
        """Where it is."""


def usages_changed(
    pair: Pair, used: str, location: str, old: Holder, new: Holder, told_already: Sequence[str] = ()
) -> Iterator[Finding]:
    """Directives that are used now, or no longer, or with other arguments; ``told_already`` are left out by name."""
    before, after = _by_name(old.applied), _by_name(new.applied)
    for name in sorted(before.keys() | after.keys()):
        if name in told_already or not _is_compared(pair, name):
            continue
        at = f"{location}.@{name}"
        gone, come = _unmatched(before[name], after[name])
        paired = min(len(gone), len(come))
        for one, other in zip(gone, come, strict=False):
            yield from arguments_changed(at, one, other)
        for one in come[paired:]:
            rule, severity = f"DIRECTIVE_USAGE_{used}_ADDED", _SAFE_TO_USE.get(name)
            yield Finding(rule, at, severity, None, _written(one), old.place, one.place)
        for one in gone[paired:]:
            rule, severity = f"DIRECTIVE_USAGE_{used}_REMOVED", _SAFE_TO_LEAVE.get(name)
            yield Finding(rule, at, severity, _written(one), None, one.place, new.place)


def arguments_changed(location: str, old: Applied, new: Applied) -> Iterator[Finding]:
    """The arguments of one directive in use; another value is told as one that went and one that came."""
    places = (old.place, new.place)
    went = Severity.SAFE if old.name == "deprecated" else None
    differing = {name for name, value in old.arguments.items() if new.arguments.get(name, value) != value}
    removed = {**dict(only_in(old.arguments, new.arguments)), **{name: old.arguments[name] for name in differing}}
    added = {**dict(only_in(new.arguments, old.arguments)), **{name: new.arguments[name] for name in differing}}
    for name, value in sorted(removed.items()):
        yield Finding("DIRECTIVE_USAGE_ARGUMENT_REMOVED", f"{location}.{name}", went, value, None, *places)
    for name, value in sorted(added.items()):
        yield Finding("DIRECTIVE_USAGE_ARGUMENT_ADDED", f"{location}.{name}", None, None, value, *places)


def _is_compared(pair: Pair, name: str) -> bool:
    if pair.options.ignores_directives and name not in _OF_THE_SPECIFICATION:
        return False
    return pair.old_side.tells_use_of(name) and pair.new_side.tells_use_of(name)


def _by_name(applied: Sequence[Applied]) -> defaultdict[str, list[Applied]]:
    made: defaultdict[str, list[Applied]] = defaultdict(list)
    for each in applied:
        made[each.name].append(each)
    return made


def _unmatched(old: list[Applied], new: list[Applied]) -> tuple[list[Applied], list[Applied]]:
    """What is left of repeated directives when those that say the same are put aside."""
    free: defaultdict[tuple[tuple[str, str], ...], int] = defaultdict(int)
    for each in new:
        free[_content(each)] += 1
    gone = []
    for each in old:
        if free[_content(each)]:
            free[_content(each)] -= 1
        else:
            gone.append(each)
    come = []
    for each in reversed(new):
        if free[_content(each)]:
            free[_content(each)] -= 1
            come.append(each)
    return gone, come[::-1]


def _content(applied: Applied) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(applied.arguments.items()))


def _written(applied: Applied) -> str:
    arguments = ", ".join(f"{name}: {value}" for name, value in _content(applied))
    return f"@{applied.name}({arguments})" if arguments else f"@{applied.name}"
