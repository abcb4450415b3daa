"""What a team settles about changes: severities of rules, and changes that somebody accepted for a while."""

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from pathlib import Path

import click

from contracthub.domain.errors import Invalid, TooLarge
from contracthub.formats import safe_yaml
from contracthub.formats.changes import Severity
from contracthub.formats.limits import Limits
from contracthub.formats.pointers import child
from contracthub.formats.safe_json import JsonValue
from contracthub.formats.severity_policy import Exemption
from contracthub.formats.source_lines import lines_of

_LIMITS = Limits(max_bytes=1024 * 1024, max_depth=10, max_nodes=100_000)
_OFF = "off"
_REQUIRED = ("rule", "owner", "reason", "expires")
_OPTIONAL = ("operation", "location")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_Fault = tuple[str, str]


def read_severities(path: Path, known: Collection[str]) -> Mapping[str, Severity | None]:
    """``rule: severity`` by line, with ``off`` for what is not to be reported. Raises UsageError with every fault."""
    body = _body(path)
    value = _value(path, body)
    if not isinstance(value, dict):
        raise _refused(path, body, [("", "must be a mapping of rules to breaking, dangerous, safe or off")])
    # Unquoted, some words of YAML 1.1 are truth values for other readers; here they are words.
    words = {**{each.value: each for each in Severity}, _OFF: None}
    faults = [*_faults_of_severities(value, words, known)]
    if faults:
        raise _refused(path, body, faults)
    return {rule: words[str(severity)] for rule, severity in value.items()}


def read_exemptions(path: Path, known: Collection[str]) -> tuple[Exemption, ...]:
    """A list of accepted changes, each with rule, owner, reason and expires. Raises UsageError with every fault."""
    body = _body(path)
    value = _value(path, body)
    if not isinstance(value, list):
        raise _refused(path, body, [("", "must be a list of entries with rule, owner, reason and expires")])
    faults = [fault for index, entry in enumerate(value) for fault in _faults_of_entry(f"/{index}", entry, known)]
    if faults:
        raise _refused(path, body, faults)
    return tuple(_exemption(entry) for entry in value if isinstance(entry, dict))


def _faults_of_severities(
    value: Mapping[str, JsonValue], words: Collection[str], known: Collection[str]
) -> Iterator[_Fault]:
    for rule, severity in value.items():
        if rule not in known:
            yield child("", rule), _unknown_rule(rule, known)
        if not isinstance(severity, str) or severity not in words:
            yield child("", rule), f"{rule} is {severity!r}; it must be one of {', '.join(words)}"


def _faults_of_entry(pointer: str, entry: JsonValue, known: Collection[str]) -> Iterator[_Fault]:
    if not isinstance(entry, dict):
        yield pointer, f"must be a mapping with {', '.join(_REQUIRED)}"
        return
    for name in _REQUIRED:
        text = entry.get(name)
        if not isinstance(text, str) or not text.strip():
            yield pointer, f"has no {name}, which must be a text: who accepts it, why, and until when is never optional"
    for name, text in entry.items():
        if name not in (*_REQUIRED, *_OPTIONAL):
            yield child(pointer, name), f"{name} is not known; there are {', '.join((*_REQUIRED, *_OPTIONAL))}"
        elif name in _OPTIONAL and not isinstance(text, str):
            yield child(pointer, name), f"{name} must be a text, in which * stands for anything"
    expires, rule = entry.get("expires"), entry.get("rule")
    if isinstance(expires, str) and expires.strip() and _day(expires) is None:
        yield child(pointer, "expires"), f"{expires!r} is no day; write it as 2027-01-31"
    if isinstance(rule, str) and rule.strip() and "*" not in rule and rule not in known:
        yield child(pointer, "rule"), _unknown_rule(rule, known)


def _exemption(entry: Mapping[str, JsonValue]) -> Exemption:
    expires = _day(str(entry["expires"]))
    assert expires is not None
    texts = {name: str(entry[name]) for name in ("rule", "owner", "reason")}
    return Exemption(**texts, expires=expires, **{name: str(entry[name]) for name in _OPTIONAL if name in entry})


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def _unknown_rule(rule: str, known: Collection[str]) -> str:
    near = get_close_matches(rule[:100], known, 1)
    return f"there is no rule {rule[:100]!r}" + (f"; did you mean {near[0]}?" if near else "")


def _body(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_LIMITS.max_bytes + 1)
    except OSError as error:
        raise click.UsageError(f"Can't read {path}: {error.strerror or error}.") from error


def _value(path: Path, body: bytes) -> JsonValue:
    try:
        return safe_yaml.loads(body, _LIMITS)
    except (Invalid, TooLarge) as error:
        raise click.UsageError(f"{path}: {error.message}") from error


def _refused(path: Path, body: bytes, faults: list[_Fault]) -> click.UsageError:
    lines = lines_of(body, [pointer for pointer, _ in faults])
    told = [f"{path}:{lines.get(pointer, 1)}: {text}." for pointer, text in faults[:20]]
    more = [f"... and {len(faults) - 20} more."] if len(faults) > 20 else []
    return click.UsageError("\n".join([f"{path} can't be used.", *told, *more]))
