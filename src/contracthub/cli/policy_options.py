"""What the command line and contracthub.toml say of the suite ``policies``, put together and looked at before a run."""

from collections.abc import Iterator, Mapping
from typing import Any

import click
from click.core import ParameterSource

from contracthub.cli.config_file import Configuration
from contracthub.cli.rule_pack_levels import Level, counting, levels_in, together
from contracthub.cli.suite_options import SuiteOptions
from contracthub.client.hub import Hub
from contracthub.domain.verification_runs import Suite

_ALL = "all"


def settings_with_policies(
    ctx: click.Context, chosen: SuiteOptions, file: Configuration, hub: Hub | None, provider: str
) -> Mapping[str, Mapping[str, Any]]:
    """The tables of suites, with the rule packs that were chosen: who names the suite alone means the default ones.

    What is typed counts before the file, that before what the hub has for the provider, that before its workspace.

    Raises UsageError for rules that are not there, and for settings that make no sense.
    """
    named = Suite.POLICIES.value in chosen.suites
    for option, name in (("policies", "--policy"), ("only_rules", "--only")):
        is_typed = ctx.get_parameter_source(option) is ParameterSource.COMMANDLINE
        if is_typed and not named and _ALL not in chosen.suites:
            raise click.UsageError(f"{name} is for rules: give --suite policies, too.")
    wanted = named or _ALL in chosen.suites
    local = {**file.suites.get(Suite.POLICIES.value, {}), **_chosen(chosen.policies, chosen.only_rules)}
    levels = levels_in(hub, provider) if wanted else ()
    table = together((*levels, Level(str(file.path), local)))
    if named and not table.get("packs") and not table.get("only"):
        table["packs"] = ["default"]
    if wanted:
        _check(table, file, levels)
    return {**file.suites, Suite.POLICIES.value: table}


def settings_in_hub(params: Mapping[str, Any], file: Configuration, hub: Hub | None) -> Iterator[tuple[str, Any, str]]:
    """The settings of rule packs that count and are the hub's: name, value, and who said it there."""
    if Suite.POLICIES.value not in params["suites"] and _ALL not in params["suites"]:
        return
    said = {"packs": list(params["policies"]), "only": list(params["only_rules"])}
    local = Level(
        "", {**file.suites.get(Suite.POLICIES.value, {}), **{key: each for key, each in said.items() if each}}
    )
    levels = levels_in(hub, str(params.get("provider") or ""))
    yield from (each for each in counting((*levels, local)) if each[2])


def _chosen(packs: tuple[str, ...], only: tuple[str, ...]) -> Mapping[str, list[str]]:
    said = {"packs": list(packs), "only": list(only)}
    return {name: each for name, each in said.items() if each}


def _check(table: Mapping[str, Any], file: Configuration, levels: tuple[Level, ...]) -> None:
    # Not needed for --help, and slower than the rest of it.
    from contracthub.verification.policies.rules import catalogue
    from contracthub.verification.policies.settings import NotSettings, is_switched_on, settings_from

    if not is_switched_on(table):
        return
    try:
        settings_from(table, catalogue())
    except NotSettings as error:
        places = [*([str(file.path)] if file.path.is_file() else []), *(each.source for each in levels)]
        raise click.UsageError(f"{' or '.join(places)}: {error}" if places else str(error)) from error
