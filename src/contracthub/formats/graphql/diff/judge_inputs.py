"""Arguments and fields of inputs: what consumers send."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from contracthub.formats.changes import Severity
from contracthub.formats.graphql.diff.findings import Finding, Pair, in_both, only_in
from contracthub.formats.graphql.diff.judge_usages import usages_changed
from contracthub.formats.graphql.diff.model import Input


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one kind of input. ``described`` has one rule, or those for what came, was changed and went."""

    added: str
    removed: str
    retyped: str
    default: str
    described: tuple[str, ...]
    used: str
    severity_added: Callable[[Input], Severity]


def _added_argument(one: Input) -> Severity:
    return Severity.BREAKING if one.is_required else Severity.DANGEROUS


def _added_field(one: Input) -> Severity:
    if one.is_required:
        return Severity.BREAKING
    return Severity.SAFE if one.default is None else Severity.DANGEROUS


def _added_to_directive(one: Input) -> Severity:
    return Severity.BREAKING if one.is_required else Severity.SAFE


ARGUMENT = Rules(
    "FIELD_ARGUMENT_ADDED",
    "FIELD_ARGUMENT_REMOVED",
    "FIELD_ARGUMENT_TYPE_CHANGED",
    "FIELD_ARGUMENT_DEFAULT_CHANGED",
    ("FIELD_ARGUMENT_DESCRIPTION_CHANGED",),
    "ARGUMENT_DEFINITION",
    _added_argument,
)
INPUT_FIELD = Rules(
    "INPUT_FIELD_ADDED",
    "INPUT_FIELD_REMOVED",
    "INPUT_FIELD_TYPE_CHANGED",
    "INPUT_FIELD_DEFAULT_VALUE_CHANGED",
    ("INPUT_FIELD_DESCRIPTION_ADDED", "INPUT_FIELD_DESCRIPTION_CHANGED", "INPUT_FIELD_DESCRIPTION_REMOVED"),
    "INPUT_FIELD_DEFINITION",
    _added_field,
)
OF_DIRECTIVE = Rules(
    "DIRECTIVE_ARGUMENT_ADDED",
    "DIRECTIVE_ARGUMENT_REMOVED",
    "DIRECTIVE_ARGUMENT_TYPE_CHANGED",
    "DIRECTIVE_ARGUMENT_DEFAULT_VALUE_CHANGED",
    ("DIRECTIVE_ARGUMENT_DESCRIPTION_CHANGED",),
    "ARGUMENT_DEFINITION",
    _added_to_directive,
)


def inputs_changed(
    pair: Pair,
    rules: Rules,
    holder: str,
    old: Mapping[str, Input],
    new: Mapping[str, Input],
    places: tuple[int | None, int | None],
) -> Iterator[Finding]:
    """Everything about the inputs of ``holder``, a type, a field or a directive, which is at ``places``."""
    for name, one in only_in(new, old):
        yield Finding(rules.added, f"{holder}.{name}", rules.severity_added(one), None, one.type, places[0], one.place)
    for name, one in only_in(old, new):
        yield Finding(rules.removed, f"{holder}.{name}", _softened(pair, one), one.type, None, one.place, places[1])
    for name, before, after in in_both(old, new):
        yield from _changed(pair, rules, f"{holder}.{name}", before, after)


def _softened(pair: Pair, one: Input) -> Severity | None:
    is_deprecated = any(each.name == "deprecated" for each in one.applied)
    return Severity.DANGEROUS if is_deprecated and pair.options.softens_deprecated else None


def _changed(pair: Pair, rules: Rules, location: str, old: Input, new: Input) -> Iterator[Finding]:
    places = (old.place, new.place)
    if old.type != new.type:
        severity = Severity.SAFE if lets_more_in(old.type, new.type) else Severity.BREAKING
        yield Finding(rules.retyped, location, severity, old.type, new.type, *places)
    if old.default != new.default:
        is_stricter = pair.options.corrects and new.is_required and not old.is_required
        severity = Severity.BREAKING if is_stricter else Severity.DANGEROUS
        yield Finding(rules.default, location, severity, old.default, new.default, *places)
    rule = described(rules.described, old.description, new.description)
    if rule:
        yield Finding(rule, location, None, old.description, new.description, *places)
    yield from usages_changed(pair, rules.used, location, old, new)


def described(rules: tuple[str, ...], old: str, new: str) -> str | None:
    """The rule about a text that came, was changed or went; None where it is the same."""
    if old == new:
        return None
    came, changed, went = rules if len(rules) > 1 else rules * 3
    return came if not old else changed if new else went


def lets_more_in(old: str, new: str) -> bool:
    """Whether null was let in, at any depth, and nothing else was changed."""
    return _is_looser(old, new)


def promises_more(old: str, new: str) -> bool:
    """Whether null was promised away, at any depth, and nothing else was changed."""
    return _is_looser(new, old)


def _is_looser(strict: str, loose: str) -> bool:
    while True:
        if loose.endswith("!"):
            if not strict.endswith("!"):
                return False
            loose = loose[:-1]
        strict = strict.removesuffix("!")
        if not (strict.startswith("[") and loose.startswith("[")):
            return strict == loose
        strict, loose = strict[1:-1], loose[1:-1]


def input_fields(pair: Pair) -> Iterator[Finding]:
    """The fields of an input."""
    yield from inputs_changed(pair, INPUT_FIELD, pair.name, pair.old.inputs, pair.new.inputs, pair.places)
