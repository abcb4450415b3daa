"""What a break is, and how a response model loses or gains a field. Each provider names its own breaks."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, create_model


@dataclass(frozen=True, slots=True)
class Break:
    """One way to misbehave, chosen with `--break NAME`; `changes` names the files under specs/ that it changes."""

    name: str
    sentence: str
    changes: tuple[str, ...] = ()


class UnknownBreakError(Exception):
    """A break was asked for that the provider does not have."""


def chosen_breaks(names: Iterable[str], known: Iterable[Break]) -> frozenset[str]:
    """The chosen names as a set; raises UnknownBreakError naming the first that is unknown and all that exist."""
    available = [each.name for each in known]
    chosen = frozenset(names)
    for name in sorted(chosen.difference(available)):
        raise UnknownBreakError(f"There is no break {name!r}. Choose from: {', '.join(available)}.")
    return chosen


def model_without(model: type[BaseModel], field: str) -> type[BaseModel]:
    """The model under its own name less one field, as if a developer had deleted the line.

    Answers and the exported OpenAPI change together, because both come from the model.
    """
    kept: dict[str, Any] = {name: (info.annotation, info) for name, info in model.model_fields.items() if name != field}
    return create_model(model.__name__, __doc__=model.__doc__, **kept)


def model_with(model: type[BaseModel], field: str, value: int | str) -> type[BaseModel]:
    """The model under its own name plus one field that always holds the value."""
    added: dict[str, Any] = {field: (type(value), value)}
    return create_model(model.__name__, __doc__=model.__doc__, __base__=model, **added)
