"""contracthub.toml: defaults for the options of `verify provider`; an option or a variable that is given wins."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeAlias

FILE_NAME = "contracthub.toml"
# Under this name a command keeps what its file says.
CONFIGURATION = "contracthub.configuration"
LARGEST_FILE = 1024 * 1024
TABLE = "verify"


class NotAConfiguration(Exception):
    """The file can't be used; the message names the file, the line and what to write instead."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a file says: values by the option's name in Python, and a table for each suite."""

    path: Path
    options: Mapping[str, Any] = field(default_factory=dict)
    suites: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


# A key of a file, and the option that it sets, or None for a setting that only its suite knows.
Keys: TypeAlias = Mapping[str, str | None]


def read_configuration(path: Path, options: Keys, suites: Mapping[str, Keys]) -> Configuration:
    """The settings in the file's table ``[verify]`` and in the tables of suites below it.

    Keys may be written with hyphens or underscores; they are known with hyphens. Raises NotAConfiguration.
    """
    text = _text(path)
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise NotAConfiguration(f"{path}: is not TOML: {error}") from error
    lines = _Lines(path, text)
    lines.check(document, (TABLE,), "")
    verify = lines.table(document, TABLE, "")
    lines.check(verify, (*options, *suites), TABLE)
    given: dict[str, Any] = {}
    settings: dict[str, Mapping[str, Any]] = {}
    for key, value in verify.items():
        name = _spelled(key)
        if name not in suites:
            given[str(options[name])] = _listed(value)
            continue
        table = lines.table(verify, key, TABLE)
        lines.check(table, tuple(suites[name]), f"{TABLE}.{name}")
        known = {_spelled(each): suites[name][_spelled(each)] for each in table}
        given |= {str(known[_spelled(each)]): _listed(table[each]) for each in table if known[_spelled(each)]}
        settings[name] = {_spelled(each).replace("-", "_"): table[each] for each in table if not known[_spelled(each)]}
    return Configuration(path, given, settings)


def _spelled(key: str) -> str:
    return key.replace("_", "-")


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise NotAConfiguration(f"{path}: is larger than {LARGEST_FILE} bytes")
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise NotAConfiguration(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise NotAConfiguration(f"{path}: is not UTF-8 at byte {error.start}") from error


def _listed(value: object) -> object:
    """A number as the text that an option takes; lists one by one."""
    if isinstance(value, list):
        return [_listed(each) for each in value]
    return value if isinstance(value, bool) else str(value)


@dataclass(frozen=True, slots=True)
class _Lines:
    path: Path
    text: str

    def check(self, found: Mapping[str, object], known: tuple[str, ...], table: str) -> None:
        for key in found:
            if _spelled(key) in known:
                continue
            close = get_close_matches(_spelled(key), known, 1, 0.5)
            meant = f"; did you mean {close[0]}?" if close else f"; known are: {', '.join(sorted(known)) or 'none'}"
            where = f"[{table}] has no setting {key}" if table else f"there is no table or setting {key}"
            raise NotAConfiguration(self.told(key, f"{where}{meant}", table))

    def table(self, found: Mapping[str, Any], key: str, table: str) -> Mapping[str, Any]:
        value = found.get(key, {})
        if not isinstance(value, dict):
            whole = f"{table}.{key}" if table else key
            raise NotAConfiguration(self.told(key, f"{key} must be a table: [{whole}]", table))
        return value

    def told(self, key: str, words: str, table: str = "") -> str:
        line = self._line_of(key, table)
        return f"{self.path}:{line}: {words}" if line else f"{self.path}: {words}"

    def _line_of(self, key: str, table: str) -> int | None:
        """Where the key stands, or its table; TOML's own reader keeps no lines."""
        name = re.escape(key)
        written = re.compile(rf'^\s*(?:\[\s*(?:[\w.-]+\.)?"?{name}"?\s*(?:\.[^\]]*)?\]|"?{name}"?\s*[=.])')
        inside = not table
        for number, line in enumerate(self.text.splitlines(), 1):
            header = re.match(r"^\s*\[\s*([^\]]+?)\s*\]", line)
            if header and table:
                inside = header.group(1).replace('"', "") == table or header.group(1).startswith(f"{table}.{key}")
            if (inside or header) and written.match(line):
                return number
        return None
