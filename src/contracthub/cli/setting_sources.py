"""Where the value of each option came from: typed, a variable, contracthub.toml, or the default."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
from click.core import ParameterSource

from contracthub.cli.config_file import CONFIGURATION, FILE_NAME, Configuration
from contracthub.client.hub import Hub

TYPED, DEFAULT = "command line", "default"
_SECRET = frozenset({"hub_token", "hub_password"})
# A header is shown by its name.
_HEADERS = frozenset({"headers", "hub_headers"})


@dataclass(frozen=True, slots=True)
class Setting:
    """An option by its long name, its value as it may be shown, and where that is from."""

    name: str
    value: str
    source: str


def named_where_given(stop: click.BadParameter) -> None:
    """Has a refusal name the variable or the file that the refused value came from, beside the option."""
    param = stop.param or _option_called(stop.ctx, stop.param_hint)
    if param is None or stop.ctx is None or param.name is None:
        return
    configuration = stop.ctx.meta.get(CONFIGURATION)
    file = configuration.path if isinstance(configuration, Configuration) else Path(FILE_NAME)
    source = _source(stop.ctx, param, file)
    if source not in {TYPED, DEFAULT}:
        stop.param_hint = f"{source} ({_long_name(param)})"


def variable_of(param: click.Parameter) -> str:
    """The variable that gives the option its value: the first of its variables that is set."""
    known = [param.envvar] if isinstance(param.envvar, str) else list(param.envvar or ())
    return next((name for name in known if os.environ.get(name)), "a variable")


def settings_of(ctx: click.Context, file: Path) -> Iterator[Setting]:
    """What a command was given, option by option, in the order of its help; what was not given is left out."""
    for param in ctx.command.params:
        hidden = isinstance(param, click.Option) and param.hidden
        if param.name in {None, "show_settings"} or hidden or param.name not in ctx.params:
            continue
        value = ctx.params[str(param.name)]
        if value is not None and value != ():
            yield Setting(_long_name(param), _shown(str(param.name), value), _source(ctx, param, file))


def tables_of(configuration: Configuration) -> Iterator[Setting]:
    """What only a suite knows, of the tables of a file."""
    for suite, settings in configuration.suites.items():
        for name, value in settings.items():
            shown = json.dumps(_without_secrets(name, value), default=str)
            yield Setting(f"[verify.{suite}] {name.replace('_', '-')}", shown, str(configuration.path))


def _without_secrets(name: str, value: object) -> object:
    """A setting as it may be shown: what stands under the name of a credential is not, the name of a variable is."""
    from contracthub.domain.webhook_secrets import STARS, is_secret_name

    if isinstance(value, dict):
        return {each: _without_secrets(each, inner) for each, inner in value.items()}
    if isinstance(value, list):
        return [_without_secrets(name, each) for each in value]
    return STARS if isinstance(value, str) and is_secret_name(name) and "${" not in value else value


def show_settings(ctx: click.Context, configuration: Configuration, hub: Hub | None, output: str) -> None:
    """Prints every setting of a command with where it came from."""
    from contracthub.cli.policy_options import settings_in_hub
    from contracthub.cli.printing import say, say_json
    from contracthub.reports.tables import markdown_table, terminal_table

    settings = [*settings_of(ctx, configuration.path), *tables_of(configuration)]
    for name, value, source in settings_in_hub(ctx.params, configuration, hub):
        settings.append(Setting(f"[verify.policies] {name}", json.dumps(value), source))
    if output == "json":
        say_json([{"setting": each.name, "value": each.value, "source": each.source} for each in settings])
        return
    rows = [(each.name, each.value, each.source) for each in settings]
    table = markdown_table if output == "markdown" else terminal_table
    say("\n".join(table(("Setting", "Value", "From"), rows)))


def _source(ctx: click.Context, param: click.Parameter, file: Path) -> str:
    match ctx.get_parameter_source(str(param.name)):
        case ParameterSource.COMMANDLINE:
            return TYPED
        case ParameterSource.ENVIRONMENT:
            return variable_of(param)
        case ParameterSource.DEFAULT_MAP:
            return str(file)
        case _:
            return DEFAULT


def _shown(name: str, value: object) -> str:
    if isinstance(value, tuple | list):
        return ", ".join(_shown(name, each) for each in value)
    # They take longer to load than a refusal should take.
    from contracthub.domain.webhook_secrets import STARS
    from contracthub.verification.running import without_credentials

    text = str(value)
    if name in _SECRET:
        return STARS
    if name in _HEADERS:
        return f"{text.partition(':')[0]}: {STARS}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return without_credentials(text) if "://" in text and "@" in text else text


def _long_name(param: click.Parameter) -> str:
    if not isinstance(param, click.Option):
        return str(param.name).upper()
    return next((name for name in param.opts if name.startswith("--")), param.opts[0])


def _option_called(ctx: click.Context | None, hint: object) -> click.Parameter | None:
    if ctx is None:
        return None
    return next((param for param in ctx.command.params if hint in param.opts), None)
