"""The options of `verify provider` that are about suites, reports and settings, and those that a file may set."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import click

from contracthub.cli.config_file import (
    CONFIGURATION,
    FILE_NAME,
    Configuration,
    Keys,
    NotAConfiguration,
    read_configuration,
)
from contracthub.cli.options import Seconds
from contracthub.domain.verification_runs import ALL, Suite

F = TypeVar("F", bound=Callable[..., object])

SUITE_NAMES = (*(suite.value for suite in Suite), ALL)
REPORT_FORMS = ("json", "junit", "html", "md")
EVIDENCE_FILE = "contracthub-evidence.json"
# What the table of a suite may say, and which option that is, where it is one.
SUITE_KEYS: Mapping[str, Keys] = {
    "smoke": {"health": None, "reads": None},
    "contracts": {"workers": "workers", "solve-destructively": None},
    "graphql": {"operations": "operations", "path": "graphql_path", "sdl": "sdl"},
    "events": {
        **dict.fromkeys(("asyncapi", "topics", "triggers", "wait", "sample", "sample-topics")),
        **dict.fromkeys(("security-protocol", "sasl-mechanism", "username", "password-variable")),
        **dict.fromkeys(("ca-file", "cert-file", "key-file", "key-password-variable")),
        "kafka": "kafka",
        "bootstrap": "kafka",
        "schema-registry": "schema_registry",
        "registry": "schema_registry",
    },
    "sockets": {},
    "journeys": dict.fromkeys(("life-cycles", "jobs", "jobs-within", "providers")),
    "policies": {
        **dict.fromkeys(("as", "unsafe-methods", "least-severity", "most-items", "leave-out")),
        **dict.fromkeys(("examples", "principals", "waivers")),
        **dict.fromkeys(("errors", "pagination", "authentication", "roles", "tenants", "rate-limits", "health")),
        "packs": "policies",
        "only": "only_rules",
    },
    "fuzz": {"phases": None, "unsafe-methods": None, "rate": None, "seconds": "fuzz_seconds", "seed": "seed"},
    "slo": {"environment": None, "baseline-report": "baseline_report"},
}
# Options that are typed once and for one run only, so that no file sets them.
_NOT_IN_FILES = frozenset({"config", "show_settings", "update_baseline", "hub_token", "hub_password", "hub_headers"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteOptions:
    """What was given about suites, reports and settings."""

    suites: tuple[str, ...]
    reports: tuple[str, ...]
    baseline: str | None
    update_baseline: bool
    evidence: str | None
    workers: int
    openapi: str | None
    sdl: str | None
    graphql_path: str | None
    kafka: str | None
    schema_registry: str | None
    operations: tuple[str, ...]
    contracts: tuple[str, ...]
    provider_urls: tuple[str, ...]
    policies: tuple[str, ...]
    only_rules: tuple[str, ...]
    seed: int | None
    fuzz_seconds: float
    baseline_report: str | None
    state_module: str | None
    solve_states: bool | None


def _configured(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
    """Makes the file's values the defaults of this command's options."""
    path = Path(value or FILE_NAME)
    if value is None and not path.is_file():
        ctx.meta[CONFIGURATION] = Configuration(path)
        return
    try:
        found = read_configuration(path, _keys(ctx.command), SUITE_KEYS)
    except NotAConfiguration as error:
        raise click.UsageError(str(error), ctx) from error
    ctx.meta[CONFIGURATION] = found
    several = {each.name for each in ctx.command.params if each.multiple}
    values = {
        name: [value] if name in several and isinstance(value, str) else value for name, value in found.options.items()
    }
    ctx.default_map = {**(ctx.default_map or {}), **values}
    del param


def configuration(ctx: click.Context) -> Configuration:
    """What the file said that this command was given, or that it found."""
    found: Configuration = ctx.meta[CONFIGURATION]
    return found


def _keys(command: click.Command) -> dict[str, str | None]:
    """The keys that a file may have: the long names of options, and ``provider`` for the provider's own.

    A file is shared and kept, so secrets belong into variables.
    """
    keys: dict[str, str | None] = {}
    for param in command.params:
        if isinstance(param, click.Argument):
            keys[str(param.name)] = str(param.name)
        elif isinstance(param, click.Option) and not param.hidden and param.name not in _NOT_IN_FILES:
            keys |= {name.removeprefix("--"): str(param.name) for name in param.opts if name.startswith("--")}
    return keys


_OPTIONS = (
    click.option(
        "--config",
        is_eager=True,
        expose_value=False,
        callback=_configured,
        envvar="CONTRACTHUB_CONFIG",
        type=click.Path(exists=True, dir_okay=False),
        metavar="FILE",
        help=f"Settings. Default: {FILE_NAME} where there is one.",
    ),
    click.option("--show-settings", is_flag=True, help="Print every setting and where it comes from; run nothing."),
    click.option(
        "--suite",
        "suites",
        multiple=True,
        type=click.Choice(SUITE_NAMES),
        default=("contracts",),
        envvar="CONTRACTHUB_SUITES",
        help="What to check; several run one after the other.  [default: contracts]",
    ),
    click.option(
        "--report",
        "reports",
        multiple=True,
        metavar="FORM=FILE",
        help=f"Also write a report; several with commas. Forms: {', '.join(REPORT_FORMS)}.",
    ),
    click.option("--evidence", metavar="FILE", help="Also write the evidence document."),
    click.option("--baseline", metavar="FILE", help="Findings that are accepted, without a hub."),
    click.option("--update-baseline", is_flag=True, help="Accept the findings of this run into --baseline."),
    click.option(
        "--workers",
        type=click.IntRange(1, 32),
        default=1,
        show_default=True,
        envvar=["CONTRACTHUB_WORKERS", "MAX_CONCURRENT_TESTS"],
        help="How many pacts to replay at a time.",
    ),
    click.option(
        "--openapi", envvar="CONTRACTHUB_OPENAPI", metavar="URL|FILE|hub:", help="Default: the provider is asked."
    ),
    click.option("--sdl", envvar="CONTRACTHUB_SDL", metavar="URL|FILE|hub:", help="The GraphQL schema."),
    click.option(
        "--kafka",
        envvar="CONTRACTHUB_KAFKA",
        metavar="HOST:PORT",
        help="A Kafka broker, or several with commas, for the suite events.",
    ),
    click.option(
        "--schema-registry",
        envvar="CONTRACTHUB_SCHEMA_REGISTRY",
        metavar="URL",
        help="Where the schemas of messages are. Default: the hub.",
    ),
    click.option("--graphql-path", metavar="PATH", help="Where GraphQL is served. Default: looked for."),
    click.option(
        "--operations",
        multiple=True,
        metavar="[CONSUMER=]PATH",
        help="A consumer's GraphQL documents: a file, or a folder with a folder per consumer.",
    ),
    click.option(
        "--contract",
        "contracts",
        multiple=True,
        type=click.Path(exists=True),
        metavar="FILE|DIR",
        help="Conversations, flows, journeys and SLOs from files instead of the hub.",
    ),
    click.option(
        "--provider-url",
        "provider_urls",
        multiple=True,
        metavar="NAME=URL",
        help="Where another provider is that journeys go to.",
    ),
    click.option(
        "--policy",
        "policies",
        multiple=True,
        metavar="PACK",
        help="A rule pack of the suite policies, or `default` or `all` of them.",
    ),
    click.option("--only", "only_rules", multiple=True, metavar="RULE", help="Of the suite policies only this rule."),
    click.option("--seed", type=click.IntRange(0), envvar="CONTRACTHUB_SEED", metavar="NUMBER", help="Of the fuzzer."),
    click.option(
        "--baseline-report",
        type=click.Path(exists=True, dir_okay=False),
        metavar="FILE",
        help="Evidence of an earlier version that the suite slo compares with, instead of the deployed one's.",
    ),
    click.option(
        "--fuzz-seconds",
        type=Seconds(0, min_open=True),
        default=60.0,
        show_default=True,
        envvar="CONTRACTHUB_FUZZ_SECONDS",
        metavar="SECONDS",
        help="How long to fuzz.",
    ),
    click.option("--state-module", metavar="MODULE|FILE", help="Python callables that set up provider states."),
    click.option(
        "--solve-states/--no-solve-states",
        default=None,
        help="Set states up with the provider's own operations where nothing else does. Default: unless the provider "
        "has a public address.",
    ),
)


def suite_options(function: F) -> F:
    """Gives a command the options about suites."""
    decorated = function
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated


def report_files(texts: tuple[str, ...]) -> dict[str, str]:
    """The file for each form. Raises UsageError for what is no form, and for a form that is given twice."""
    files: dict[str, str] = {}
    for text in (part for given in texts for part in given.split(",")):
        form, _, file = text.strip().partition("=")
        if form not in REPORT_FORMS or not file:
            raise click.BadParameter(
                f"{text!r} is no FORM=FILE; forms are {', '.join(REPORT_FORMS)}", param_hint="--report"
            )
        if form in files:
            raise click.BadParameter(f"{form} is given twice", param_hint="--report")
        if not os.path.isdir(os.path.dirname(file) or "."):  # noqa: PTH112, PTH120 (as it was typed)
            raise click.BadParameter(f"{file}: there is no such folder", param_hint="--report")
        files[form] = file
    return files
