"""Schemas of events on disk: read with the files that they refer to, their language by the name of the file."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import click

from contracthub.cli.options import required_text
from contracthub.client.readers import SchemaFile

F = TypeVar("F", bound=Callable[..., object])

_TYPES = {"avro": "AVRO", "json": "JSON", "protobuf": "PROTOBUF"}
_BY_SUFFIX = {".avsc": "AVRO", ".avro": "AVRO", ".proto": "PROTOBUF", ".json": "JSON", ".yaml": "JSON", ".yml": "JSON"}
_STRATEGIES = ("topic", "record", "topic-record")

_OPTIONS = (
    click.option("--topic", metavar="NAME", callback=required_text, help="The topic that the schema is for."),
    click.option("--key", "is_key", is_flag=True, help="It is the schema of keys, not of values."),
    click.option(
        "--subject-strategy",
        "strategy",
        type=click.Choice(_STRATEGIES),
        default="topic",
        show_default=True,
        help="How serializers name the subject.",
    ),
    click.option("--subject", metavar="NAME", callback=required_text, help="The subject, where no strategy names it."),
    click.option(
        "--type",
        "kind",
        type=click.Choice(tuple(_TYPES)),
        help="Language of the schema; otherwise the file's ending tells it.",
    ),
    click.option(
        "--references",
        "references",
        multiple=True,
        metavar="FILE",
        help="Another file that the schema refers to by its name; may be given several times.",
    ),
)


def schema_options(function: F) -> F:
    """Gives a command the options that say what a schema is for."""
    decorated = function
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated


def read_schema(path: str, options: dict[str, object], provider: str | None) -> SchemaFile:
    """The schema in a file. Raises UsageError for what can't be read, or is for nothing."""
    topic, subject, strategy = options["topic"], options["subject"], options["strategy"]
    if topic is None and subject is None and strategy != "record":
        raise click.UsageError("What is it for? Give --topic, or --subject.")
    references = options["references"]
    others = [str(each) for each in references] if isinstance(references, Sequence) else []
    folder = Path(path).parent
    return SchemaFile(
        text=_text(path),
        type=_type(path, options["kind"]),
        topic=_optional(topic),
        part="key" if options["is_key"] else "value",
        provider=provider,
        strategy=None if subject is not None else str(strategy),
        subject=_optional(subject),
        name=Path(path).name if others else None,
        references={_relative(each, folder): _text(each) for each in others},
    )


def _type(path: str, kind: object) -> str:
    if isinstance(kind, str):
        return _TYPES[kind]
    found = _BY_SUFFIX.get(Path(path).suffix.lower())
    if found is None:
        raise click.UsageError(f"In which language is {path}? Give --type {', '.join(_TYPES)}.")
    return found


def _relative(path: str, folder: Path) -> str:
    return Path(os.path.relpath(path, folder)).as_posix()


def _text(path: str) -> str:
    try:
        return Path(path).read_bytes().decode()
    except OSError as error:
        raise click.UsageError(f"{path} can't be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise click.UsageError(f"{path} is not UTF-8: byte {error.start} is none of a character.") from error


def _optional(value: object) -> str | None:
    return str(value) if value is not None else None
