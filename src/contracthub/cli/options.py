"""Options that several commands share: where the hub is, how to be let in, what the output looks like.

Names and environment variables are those of the pact-broker command line (pact-broker-api §18); ours come first.
"""

import functools
import math
from collections.abc import Callable
from typing import TypeVar

import click
from click.core import ParameterSource

from contracthub.cli.exits import stopped_by
from contracthub.cli.printing import told
from contracthub.client.connection import connection_to
from contracthub.client.errors import HubFailure
from contracthub.client.hub import Hub

R = TypeVar("R")
Decorated = Callable[..., R]


class Seconds(click.FloatRange):
    """A length of time. A range alone lets "nan" pass, because no comparison with it holds."""

    def convert(self, value: float, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number. Fails for what is no length of time."""
        seconds = float(super().convert(value, param, ctx))
        if not math.isfinite(seconds):
            self.fail(f"{value} is no number of seconds.", param, ctx)
        return seconds


_FOR_PEOPLE = frozenset({"text", "table", "pretty"})

# Short names take a longer word, because the options of a command keep theirs.
_SETTINGS = ("url", "token", "username", "password", "headers", "retries", "timeout", "ca_file", "skip_tls", "verbose")

_OPTIONS = (
    click.option(
        "-b",
        "--broker-base-url",
        "--hub-url",
        "hub_url",
        envvar=["CONTRACTHUB_BASE_URL", "PACT_BROKER_BASE_URL"],
        metavar="URL",
        help="Address of the hub (env CONTRACTHUB_BASE_URL, PACT_BROKER_BASE_URL).",
    ),
    click.option(
        "-k",
        "--broker-token",
        "hub_token",
        envvar=["CONTRACTHUB_TOKEN", "PACT_BROKER_TOKEN"],
        metavar="TOKEN",
        help="Bearer token (env CONTRACTHUB_TOKEN, PACT_BROKER_TOKEN).",
    ),
    click.option(
        "-u",
        "--broker-username",
        "hub_username",
        envvar=["CONTRACTHUB_USERNAME", "PACT_BROKER_USERNAME"],
        metavar="NAME",
        help="Name for basic authentication (env CONTRACTHUB_USERNAME, PACT_BROKER_USERNAME).",
    ),
    click.option(
        "-p",
        "--broker-password",
        "hub_password",
        envvar=["CONTRACTHUB_PASSWORD", "PACT_BROKER_PASSWORD"],
        metavar="PASSWORD",
        help="Password for basic authentication (env CONTRACTHUB_PASSWORD, PACT_BROKER_PASSWORD).",
    ),
    click.option(
        "--custom-header", "hub_headers", multiple=True, metavar="'NAME: VALUE'", help="Header to send to the hub."
    ),
    click.option(
        "--retries",
        "hub_retries",
        type=click.IntRange(0, 20),
        default=3,
        show_default=True,
        envvar=["CONTRACTHUB_HTTP_RETRIES", "PACT_BROKER_HTTP_RETRIES"],
        help="How often to try again after 5xx, 429 or a broken connection.",
    ),
    click.option(
        "--hub-timeout",
        type=Seconds(0.1, 3600),
        default=30.0,
        show_default=True,
        metavar="SECONDS",
        help="How long to wait for one answer of the hub.",
    ),
    click.option(
        "-c",
        "--ssl-certificate",
        "hub_ca_file",
        envvar="SSL_CERT_FILE",
        metavar="FILE",
        help="CA certificates to trust.",
    ),
    click.option(
        "--skip-ssl-verification",
        "hub_skip_tls",
        is_flag=True,
        envvar=["CONTRACTHUB_DISABLE_SSL_VERIFICATION", "PACT_DISABLE_SSL_VERIFICATION", "SSL_SKIP_VERIFICATION"],
        help="Trust any certificate. Unsafe.",
    ),
    click.option("-v", "--verbose", "hub_verbose", is_flag=True, help="Tell each request to the hub on stderr."),
)
# Options of the pact-broker command lines that change no answer: a pipeline that has them goes on working.
_WITHOUT_EFFECT = (
    *(
        click.option(name, hidden=True, expose_value=False)
        for name in (
            "--log-level",
            "--ssl-trust-store",
            "--otel-exporter",
            "--otel-exporter-endpoint",
            "--otel-exporter-protocol",
        )
    ),
    *(
        click.option(name, is_flag=True, hidden=True, expose_value=False)
        for name in ("--enable-otel", "--enable-otel-logs", "--enable-otel-traces")
    ),
)


def hub_options(function: Decorated[R]) -> Decorated[R]:
    """Gives a command the options for reaching the hub, and a Hub made of them as its first argument.

    A failure of the client ends the command with the exit code of `contracthub.cli.exits`.
    """
    return _with_hub(function, _required_hub)


def optional_hub_options(function: Decorated[R]) -> Decorated[R]:
    """As hub_options, for a command that can do without: its first argument is None when no address is given."""
    return _with_hub(function, _hub_from)


def _with_hub(function: Decorated[R], make: Callable[[dict[str, object]], Hub | None]) -> Decorated[R]:
    @functools.wraps(function)
    def with_hub(**values: object) -> R:
        settings = {name: values.pop(f"hub_{name}") for name in _SETTINGS}
        try:
            return function(make(settings), **values)
        except HubFailure as failure:
            raise stopped_by(failure) from failure

    decorated: Decorated[R] = with_hub
    for option in reversed((*_OPTIONS, *_WITHOUT_EFFECT)):
        decorated = option(decorated)
    return decorated


class _Form(click.Choice[str]):
    """A choice that takes the other command lines' words for "as a person reads it", too."""

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value in _FOR_PEOPLE and value not in self.choices:
            value = self.choices[0]
        return str(super().convert(value, param, ctx))


def output_option(*formats: str) -> Callable[[Decorated[R]], Decorated[R]]:
    """The -o/--output option; the first format is the default, and the one for people."""
    return click.option(
        "-o", "--output", type=_Form(formats), default=formats[0], show_default=True, help="Form of the answer."
    )


def required_text(ctx: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """Refuses a blank value, which a missing CI variable often leaves behind."""
    if value is not None and not value.strip():
        raise click.BadParameter("is blank", ctx=ctx, param=parameter)
    return value


pacticipant_option = click.option(
    "-a", "--pacticipant", required=True, callback=required_text, metavar="NAME", help="The application."
)
version_option = click.option(
    "-e", "--version", required=True, callback=required_text, metavar="NUMBER", help="Its version."
)
environment_option = click.option(
    "--environment", required=True, callback=required_text, metavar="NAME", help="The environment."
)
instance_option = click.option(
    "--application-instance",
    "--target",
    "application_instance",
    metavar="NAME",
    help="Which of several instances in the environment.",
)


def _required_hub(settings: dict[str, object]) -> Hub:
    hub = _hub_from(settings)
    if hub is None:
        raise click.UsageError("Where is the hub? Give --broker-base-url or set CONTRACTHUB_BASE_URL.")
    return hub


def _hub_from(settings: dict[str, object]) -> Hub | None:
    url = settings["url"]
    if not isinstance(url, str) or not url.strip():
        return None
    token, username = settings["token"], settings["username"]
    if isinstance(username, str) and ":" in username:
        raise click.UsageError(
            "A user name has no colon. Give the hub's --broker-username and --broker-password, a webhook's --user."
        )
    if _typed("hub_username") and not _typed("hub_token"):
        # What was typed beats what the environment happens to hold.
        token = None
    return Hub(
        connection_to(
            url,
            token=token or None,
            username=username or None,
            password=settings["password"] or None,
            headers=tuple(header_from(text, "--custom-header") for text in _texts(settings["headers"])),
            retries=settings["retries"],
            timeout=settings["timeout"],
            ca_file=settings["ca_file"] or None,
            verify_tls=not settings["skip_tls"],
        ),
        told=told if settings["verbose"] else None,
    )


def _typed(name: str) -> bool:
    return click.get_current_context().get_parameter_source(name) is ParameterSource.COMMANDLINE


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(one) for one in value) if isinstance(value, tuple) else ()


def header_from(text: str, option: str) -> tuple[str, str]:
    """Name and value of a header written ``Name: value``. Raises BadParameter for what could be two headers."""
    name, colon, value = text.partition(":")
    name, value = name.strip(), value.strip()
    if not colon or not _is_token(name) or not value.isascii() or not value.isprintable():
        raise click.BadParameter("must look like 'Name: value'", param_hint=option)
    return name, value


def _is_token(name: str) -> bool:
    """Whether the text can be the name of a header (RFC 9110 §5.6.2)."""
    return bool(name) and name.isascii() and all(one.isalnum() or one in "!#$%&'*+-.^_`|~" for one in name)
