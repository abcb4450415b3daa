"""`contracthub compare`: files of a consumer and of a provider held against each other, without a hub."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from contracthub.cli.exits import ExitCode, Stopped
from contracthub.cli.options import output_option
from contracthub.cli.printing import palette, say, say_json
from contracthub.reports.colours import Palette
from contracthub.reports.visible import visible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contracthub.formats.comparisons.pact_openapi.provider_document import ProviderDocument
    from contracthub.formats.comparisons.pact_openapi.results import Result
    from contracthub.formats.comparisons.pact_openapi.switches import Rules

_LIKE = ("openapi-pact-comparator", "pactflow")
_FILE = click.Path(exists=True, dir_okay=False)


@click.command("compare")
@click.option(
    "--provider-contract",
    "provider_contracts",
    multiple=True,
    required=True,
    type=_FILE,
    metavar="FILE",
    help="What the provider offers: OpenAPI, or AsyncAPI 3; one of each may be given.",
)
@click.option(
    "--consumer-contract",
    "consumer_contracts",
    multiple=True,
    required=True,
    type=_FILE,
    metavar="FILE",
    help="A pact; may be given several times.",
)
@click.option(
    "--like",
    type=click.Choice(_LIKE),
    help="Answer as this one does, so that a team can move without surprises. Default: as the specifications have it.",
)
@output_option("text", "json")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    *,
    provider_contracts: tuple[str, ...],
    consumer_contracts: tuple[str, ...],
    like: str | None,
    output: str,
) -> None:
    """Says whether what a consumer expects is promised by what a provider documents. Nothing has to run for it.

    Exits with 0 when every pact is compatible, with 1 when one is not, with 3 when a file can't be read.

    contracthub compare --provider-contract openapi.yaml --consumer-contract web-orders.json
    """
    from contracthub.formats.comparisons.pact_openapi.comparing import is_compatible

    provider = _provider_files(provider_contracts, _rules(like))
    pacts = [_compared(name, provider) for name in consumer_contracts]
    compatible = all(is_compatible(each.results) for each in pacts)
    if output == "json":
        from contracthub.formats.comparisons.pact_openapi.documents import result_json

        told = [
            {
                "file": each.name,
                "compatible": is_compatible(each.results),
                "results": [result_json(one) for one in each.results],
            }
            for each in pacts
        ]
        say_json({"compatible": compatible, "pacts": told})
    else:
        say("\n".join(line for each in pacts for line in _lines(each, provider, palette())))
    ctx.exit(ExitCode.YES if compatible else ExitCode.NO)


@dataclass(frozen=True, slots=True)
class _ProviderFile:
    name: str
    data: bytes
    document: "ProviderDocument"


@dataclass(frozen=True, slots=True)
class _ComparedPact:
    name: str
    data: bytes
    results: "tuple[Result, ...]"


def _rules(like: str | None) -> "Rules":
    from contracthub.formats.comparisons.pact_openapi.switches import OURS, PEER, PEER_HOSTED

    return {None: OURS, _LIKE[0]: PEER, _LIKE[1]: PEER_HOSTED}[like]


def _provider_files(names: tuple[str, ...], rules: "Rules") -> dict[str, _ProviderFile]:
    """The provider's documents, by ``openapi`` and ``asyncapi``."""
    from contracthub.domain.errors import HubError
    from contracthub.formats.comparisons.pact_openapi.provider_document import read_asyncapi, read_openapi

    found: dict[str, _ProviderFile] = {}
    for name in names:
        try:
            data = Path(name).read_bytes()
            kind = "asyncapi" if _says_asyncapi(data) else "openapi"
            document = read_asyncapi(data, rules) if kind == "asyncapi" else read_openapi(data, rules)
        except (HubError, OSError) as error:
            raise Stopped(f"{name}: {_why(error)}", ExitCode.NOT_FOUND_OUT) from error
        if kind in found:
            raise click.UsageError("Give one OpenAPI document, one AsyncAPI document, or one of each.")
        found[kind] = _ProviderFile(name, data, document)
    return found


def _compared(name: str, provider: "Mapping[str, _ProviderFile]") -> _ComparedPact:
    from contracthub.domain.errors import HubError
    from contracthub.formats.comparisons.pact_openapi.comparing import compare

    documents = {kind: each.document for kind, each in provider.items()}
    try:
        data = Path(name).read_bytes()
        return _ComparedPact(name, data, compare(data, documents.get("openapi"), documents.get("asyncapi")))
    except (HubError, OSError) as error:
        raise Stopped(f"{name}: {_why(error)}", ExitCode.NOT_FOUND_OUT) from error


def _says_asyncapi(data: bytes) -> bool:
    from contracthub.formats import safe_yaml

    document = safe_yaml.loads(data)
    return isinstance(document, dict) and "asyncapi" in document


def _why(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"{error.strerror}."
    return str(getattr(error, "message", error))


def _lines(pact: _ComparedPact, provider: "Mapping[str, _ProviderFile]", colours: Palette) -> list[str]:
    errors = [each for each in pact.results if each.level.value == "error"]
    warnings = [each for each in pact.results if each.level.value == "warning"]
    places = _Places(pact, provider)
    lines = [line for each in (*errors, *warnings) for line in _told(each, places, colours)]
    said = "is not compatible" if errors else "is compatible"
    counts = f"{_count(len(errors), 'error')}, {_count(len(warnings), 'warning')}"
    whole = f"{pact.name} {said} with {' and '.join(each.name for each in provider.values())} ({counts})."
    return [*lines, colours.paint(visible(whole), "red" if errors else "green")]


class _Places:
    """Names the places of results by file and line."""

    def __init__(self, pact: _ComparedPact, provider: "Mapping[str, _ProviderFile]") -> None:
        from contracthub.formats.source_lines import lines_of

        self._pact, self._provider = pact, provider
        self._pact_lines = lines_of(pact.data, {each.pact_pointer for each in pact.results})
        self._lines = {
            kind: lines_of(each.data, {one.provider_pointer for one in pact.results if _kind_of(one) == kind})
            for kind, each in provider.items()
        }

    def of_pact(self, result: "Result") -> str:
        """The place in the pact."""
        return _at(self._pact.name, self._pact_lines.get(result.pact_pointer), result.pact_pointer)

    def of_provider(self, result: "Result") -> str:
        """The place in the provider's document; empty where there is none."""
        kind = _kind_of(result)
        if kind not in self._provider or not result.provider_pointer:
            return ""
        line = self._lines[kind].get(result.provider_pointer)
        return _at(self._provider[kind].name, line, result.provider_pointer)


def _kind_of(result: "Result") -> str:
    return "asyncapi" if result.code.startswith("message.") else "openapi"


def _at(file: str, line: int | None, pointer: str) -> str:
    return f"{file}:{line} {pointer}" if line else f"{file} {pointer}"


def _told(result: "Result", places: _Places, colours: Palette) -> list[str]:
    colour = "red" if result.level.value == "error" else "yellow"
    head = colours.paint(visible(f"{result.level.value}  {result.code}"), colour)
    about = " · ".join(filter(None, (result.description, result.operation)))
    where = filter(None, (places.of_pact(result), places.of_provider(result)))
    lines = [f"{head}  {visible(about)}", visible(f"    {result.message}")]
    lines += [visible(f"    {each}") for each in where]
    return [*lines, *(visible(f"      {cause.message}") for cause in result.causes)]


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
