"""``${name}`` in a conversation contract: a value of a provider state, or one that a message brought; ``$${`` is none.

Values of states are put in before the conversation begins. Steps that need what a message brings are completed when
their turn comes.
"""

import re
from collections.abc import Iterator, Mapping

from contracthub.formats.safe_json import JsonObject, JsonValue

_EXPRESSION = re.compile(r"(\$)?\$\{([A-Za-z_][A-Za-z0-9_.-]{0,99})\}")
# Where a contract speaks of messages and addresses; names and descriptions are for people.
_PARTS = ("connect", "ignore", "steps")


class UnknownValue(Exception):
    """Nobody gave a value of this name."""


def names_in(value: JsonValue) -> tuple[str, ...]:
    """The names that a part of a contract wants values of, each once, in its order."""
    found = (match[2] for text in _texts(value) for match in _EXPRESSION.finditer(text) if not match[1])
    return tuple(dict.fromkeys(found))


def names_of_states(body: JsonObject) -> tuple[str, ...]:
    """The names whose values only provider states can give."""
    saved = {name for _, name in saved_in(body)}
    return tuple(name for name in names_in([body[part] for part in _PARTS if part in body]) if name not in saved)


def saved_in(body: JsonObject) -> Iterator[tuple[int, str]]:
    """The names that messages bring values of, each with the index of its step."""
    listed = body.get("steps")
    for at, step in enumerate(listed if isinstance(listed, list) else ()):
        saved = step.get("save") if isinstance(step, dict) else None
        for name in saved if isinstance(saved, dict) else ():
            yield at, name


def late_steps(body: JsonObject) -> Mapping[int, JsonObject]:
    """The steps that need what a message brings, by their index, as they are written."""
    saved = {name for _, name in saved_in(body)}
    listed = body.get("steps")
    if not saved or not isinstance(listed, list):
        return {}
    return {at: step for at, step in enumerate(listed) if isinstance(step, dict) and saved & set(names_in(step))}


def with_values(body: JsonObject, values: Mapping[str, JsonValue]) -> JsonObject:
    """The contract with the values of states in place. Raises UnknownValue.

    A text that is one expression alone becomes the value with its type. Late steps stay as they are.
    """
    for name in names_of_states(body):
        _value(name, values)
    found: JsonObject = dict(body)
    late, listed = late_steps(body), body.get("steps")
    for part in ("connect", "ignore"):
        if part in body:
            found[part] = filled(body[part], values)
    if isinstance(listed, list):
        found["steps"] = [step if at in late else filled(step, values) for at, step in enumerate(listed)]
    return found


def filled(value: JsonValue, values: Mapping[str, JsonValue]) -> JsonValue:
    """A part of a contract with the values in place. Raises UnknownValue."""
    if isinstance(value, dict):
        return {key: filled(each, values) for key, each in value.items()}
    if isinstance(value, list):
        return [filled(each, values) for each in value]
    return _filled_text(value, values) if isinstance(value, str) else value


def _texts(value: JsonValue) -> Iterator[str]:
    todo = [value]
    while todo:
        each = todo.pop()
        if isinstance(each, str):
            yield each
        elif isinstance(each, dict):
            todo.extend(reversed(each.values()))
        elif isinstance(each, list):
            todo.extend(reversed(each))


def _filled_text(text: str, values: Mapping[str, JsonValue]) -> JsonValue:
    whole = _EXPRESSION.fullmatch(text)
    if whole and not whole[1]:
        return _value(whole[2], values)
    return _EXPRESSION.sub(
        lambda match: match[0][1:] if match[1] else _as_text(_value(match[2], values)),
        text,
    )


def _value(name: str, values: Mapping[str, JsonValue]) -> JsonValue:
    if name not in values:
        raise UnknownValue(name)
    return values[name]


def _as_text(value: JsonValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
