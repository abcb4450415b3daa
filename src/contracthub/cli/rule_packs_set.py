"""`contracthub rule-packs set`."""

from datetime import date
from pathlib import Path
from typing import Any

import click

from contracthub.cli.exits import ExitCode, Stopped
from contracthub.cli.options import hub_options, output_option
from contracthub.cli.printing import say, say_json
from contracthub.cli.rule_packs_view import provider_option
from contracthub.client.hub import Hub


@click.command("set")
@click.argument("file", metavar="[FILE]", required=False, type=click.Path(exists=True, dir_okay=False))
@provider_option
@click.option("--pack", "packs", multiple=True, metavar="PACK", help="A rule pack that is on, `default` or `all`.")
@output_option("text", "json")
@hub_options
def command(hub: Hub, /, *, file: str | None, provider: str | None, packs: tuple[str, ...], output: str) -> None:
    """Says which rule packs are on, and how, in place of what was said before.

    FILE is TOML with what [verify.policies] of contracthub.toml may say, in that table or at the top. Principals,
    credentials and files stay in contracthub.toml: they belong to whoever runs a verification.

    contracthub rule-packs set --provider shop --pack default --pack headers
    """
    from contracthub.cli.rule_packs_view import rule_pack_lines
    from contracthub.client.rule_packs import set_rule_packs

    settings = _settings(file) if file else {}
    if packs:
        settings["packs"] = list(packs)
    if not settings:
        raise click.UsageError("Which? Give --pack, or a FILE.")
    _check(settings, file)
    answer = set_rule_packs(hub, provider, settings)
    if output == "json":
        say_json(answer.document)
    else:
        say("\n".join(rule_pack_lines(answer)))


def _settings(file: str) -> dict[str, Any]:
    import tomllib

    try:
        document: dict[str, Any] = tomllib.loads(Path(file).read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise Stopped(f"{file} can't be read: {error}", ExitCode.NOT_FOUND_OUT) from error
    inner = document.get("verify")
    table = inner.get("policies") if isinstance(inner, dict) else document
    if not isinstance(table, dict):
        raise click.UsageError(f"{file} has no table [verify.policies].")
    return {name.replace("_", "-"): _plain(value) for name, value in table.items()}


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value.isoformat()[:10] if isinstance(value, date) else value


def _check(settings: dict[str, Any], file: str | None) -> None:
    """What the hub refuses, and what only a verifier knows, before anything is sent."""
    from contracthub.domain.rule_packs import faults_of_settings
    from contracthub.verification.policies.rules import catalogue
    from contracthub.verification.policies.settings import NotSettings, settings_from

    whose = f"{file}: " if file else ""
    fault = next(faults_of_settings(settings), None)
    if fault is not None:
        raise click.UsageError(f"{whose}{fault.field} {fault.text}.")
    try:
        settings_from(settings, catalogue())
    except NotSettings as error:
        raise click.UsageError(f"{whose}{error}") from error
