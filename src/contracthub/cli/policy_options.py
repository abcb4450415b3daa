"""What the command line and contracthub.toml say of the suite ``policies``, put together and looked at before a run."""

from collections.abc import Mapping
from typing import Any

import click
from click.core import ParameterSource

from contracthub.cli.config_file import Configuration
from contracthub.cli.suite_options import SuiteOptions
from contracthub.domain.verification_runs import Suite

_ALL = "all"


def settings_with_policies(
    ctx: click.Context, chosen: SuiteOptions, file: Configuration
) -> Mapping[str, Mapping[str, Any]]:
    """The tables of suites, with the rule packs that were chosen: who names the suite alone means the default ones.

    Raises UsageError for rules that are not there, and for settings that make no sense.
    """
    named = Suite.POLICIES.value in chosen.suites
    for option, name in (("policies", "--policy"), ("only_rules", "--only")):
        is_typed = ctx.get_parameter_source(option) is ParameterSource.COMMANDLINE
        if is_typed and not named and _ALL not in chosen.suites:
            raise click.UsageError(f"{name} is for rules: give --suite policies, too.")
    packs = chosen.policies or (("default",) if named else ())
    own = {"packs": list(packs), "only": list(chosen.only_rules)}
    table = {**file.suites.get(Suite.POLICIES.value, {}), **own}
    if named or _ALL in chosen.suites:
        _check(table, file)
    return {**file.suites, Suite.POLICIES.value: table}


def _check(table: Mapping[str, Any], file: Configuration) -> None:
    # Not needed for --help, and slower than the rest of it.
    from contracthub.verification.policies.rules import catalogue
    from contracthub.verification.policies.settings import NotSettings, is_switched_on, settings_from

    if not is_switched_on(table):
        return
    try:
        settings_from(table, catalogue())
    except NotSettings as error:
        raise click.UsageError(f"{file.path}: {error}" if file.path.is_file() else str(error)) from error
