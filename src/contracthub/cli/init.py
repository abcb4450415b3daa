"""`contracthub init`: writes a first contracthub.toml by looking at the project."""

import json
import os
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import click

from contracthub.cli.exits import ExitCode, Stopped
from contracthub.cli.printing import say, warn
from contracthub.cli.project_facts import ProjectFacts, Seen, look_at
from contracthub.reports.visible import visible, visible_lines

FILE_NAME = "contracthub.toml"
_HUBS = ("CONTRACTHUB_BASE_URL", "PACT_BROKER_BASE_URL")
_SUITES_OF_KINDS = (("flow", "events"), ("conversation", "sockets"), ("journey", "journeys"), ("slo", "slo"))
_GIVEN = "given on the command line"


@dataclass(frozen=True, slots=True)
class _Line:
    """A setting, its value as TOML, and what it comes from."""

    key: str
    value: str
    why: str


@click.command("init")
@click.argument("folder", default=".", type=click.Path(exists=True, file_okay=False))
@click.option("--provider", metavar="NAME", help="Its name. Default: the one in a build file, or the folder's.")
@click.option("--provider-base-url", metavar="URL", help="Where it runs while it is verified. Default: guessed.")
@click.option("--force", is_flag=True, help=f"Replace the {FILE_NAME} that is there.")
@click.option("--dry-run", is_flag=True, help="Print the file instead of writing it.")
def command(folder: str, provider: str | None, provider_base_url: str | None, *, force: bool, dry_run: bool) -> None:
    """Looks at a project's build files, documents, pacts and state handler, and writes contracthub.toml.

    Nothing is run and nothing is fetched. Each setting says where it comes from, and is there to be mended.

    Exit code 1: there is such a file already.
    """
    facts = look_at(Path(folder), None if provider is None else Seen(provider, _GIVEN))
    if provider_base_url is not None:
        facts = replace(facts, base_url=Seen(provider_base_url.rstrip("/"), _GIVEN))
    text = configuration_for(facts)
    if dry_run:
        say("\n".join(visible_lines(text.rstrip("\n"))))
        return
    file = Path(folder) / FILE_NAME
    try:
        with file.open("w" if force else "x", encoding="utf-8") as opened:
            opened.write(text)
    except FileExistsError as error:
        told = f"{file} is there already. --force replaces it, --dry-run shows what would be written."
        raise Stopped(told, ExitCode.NO) from error
    except OSError as error:
        raise Stopped(f"{file} can't be written: {error.strerror}.", ExitCode.NOT_FOUND_OUT) from error
    _tell(file, facts)


def configuration_for(facts: ProjectFacts) -> str:
    """The file's text: every setting that was found, with its reason, and those that a team wants next as comments."""
    found = [*_settings(facts)]
    width = max(len(f"{each.key} = {each.value}") for each in found)
    lines = [
        "# Settings of `contracthub verify provider`. Every option of it can stand here, without its dashes; options",
        "# and variables win. What was written by `contracthub init` says where it comes from: mend what is wrong.",
        "",
        "[verify]",
        *(f"{f'{each.key} = {each.value}':<{width}}  # {each.why}" for each in found),
        "",
        "# The hub's address comes from CONTRACTHUB_BASE_URL, the token from CONTRACTHUB_TOKEN: no secrets in here.",
    ]
    if "contracts" not in _suites(facts):
        lines.append(
            '# With a hub, or with pact = ["FOLDER"], add "contracts" to the suites: what consumers need is replayed.'
        )
    if facts.state_path is None:
        lines.append(
            f'# state-url = "{facts.base_url.value}/_pact/provider-states"  # states are solved where they can be'
        )
    if "events" in _suites(facts) or facts.first("asyncapi"):
        lines.append('# kafka = "localhost:9092"  # where messages are, for the suite "events"')
    lines += [
        '# More suites: "journeys" (life cycles and jobs), "policies" (rule packs), "events", "sockets" and "slo".',
        '# report = ["junit=contracthub-junit.xml", "html=contracthub.html"]',
        "",
        "[verify.fuzz]",
        "seconds = 60",
    ]
    return "\n".join(lines) + "\n"


def _settings(facts: ProjectFacts) -> Iterator[_Line]:
    base = facts.base_url.value
    openapi, sdl = facts.first("openapi"), facts.first("graphql")
    yield _Line("provider", _text(facts.name.value), _reason(facts.name.why))
    yield _Line("provider-base-url", _text(base), _reason(facts.base_url.why))
    yield _Line("suite", _texts(_suites(facts)), "what there is something to hold against for")
    if facts.state_path is not None:
        yield _Line("state-url", _text(base + facts.state_path.value), _reason(facts.state_path.why))
    if facts.pacts_as_provider:
        yield _Line("pact", _texts(facts.pacts_as_provider), "pacts in this project; without this line the hub's")
    if facts.live_contracts:
        yield _Line("contract", _texts(facts.live_contracts), "contracts in this project; without this line the hub's")
    if openapi is not None:
        yield _Line("openapi", _text(openapi), "without this line the provider is asked for it")
    if sdl is not None:
        yield _Line("sdl", _text(sdl), "without this line the provider is asked for it")


def _suites(facts: ProjectFacts) -> tuple[str, ...]:
    has_contracts = facts.pacts_as_provider or any(os.environ.get(name) for name in _HUBS)
    contracts = ("contracts",) if has_contracts else ()
    graphql = ("graphql",) if facts.first("graphql") else ()
    live = (suite for kind, suite in _SUITES_OF_KINDS if kind in facts.live_kinds and suite != "slo")
    load = ("slo",) if "slo" in facts.live_kinds else ()
    return ("smoke", *contracts, *graphql, *live, "fuzz", *load)


def _text(value: str) -> str:
    """A basic string of TOML (1.0.0, "String"), which is one of JSON but for a character that JSON lets stand."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _texts(values: tuple[str, ...]) -> str:
    return "[" + ", ".join(map(_text, values)) + "]"


def _reason(why: str) -> str:
    """On one line of a comment, whatever a file is called."""
    return re.sub(r"[\x00-\x1f\x7f]", "?", why)


def _tell(file: Path, facts: ProjectFacts) -> None:
    for line in _told(file, facts):
        say(visible(line))
    if facts.base_url.why == "a guess":
        warn("where the provider listens could not be seen; mend provider-base-url.")


def _told(file: Path, facts: ProjectFacts) -> Iterator[str]:
    yield f"{file} is written."
    yield f"  provider   {facts.name.value} ({facts.name.why})"
    yield f"  address    {facts.base_url.value} ({facts.base_url.why})"
    yield from (f"  document   {each.value} ({each.why})" for each in facts.documents)
    yield from (f"  pacts      {folder} (consumers of this provider)" for folder in facts.pacts_as_provider)
    yield from (f"  pacts      {folder} (of this project as a consumer)" for folder in facts.pacts_as_consumer)
    yield ""
    yield "Next, with the provider started:"
    yield "  contracthub verify provider"
    for folder in facts.pacts_as_consumer:
        yield f"  contracthub publish {shlex.quote(folder)} -r"
    for each in facts.documents[:1]:
        yield f"  contracthub publish spec {shlex.quote(each.value)} --provider {shlex.quote(facts.name.value)} -r"
