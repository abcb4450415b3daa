"""The settings of a hub as options of ``contracthub serve``, and as environment variables: ``CONTRACTHUB_`` and the
option's name in capitals, or the names that the Pact Broker's image gives them (pact-broker-api §17).
"""

import math
import os
import re
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import click

from contracthub.domain.access import tokens_from
from contracthub.domain.document_checks import CheckBounds
from contracthub.domain.errors import HubError
from contracthub.domain.webhook_hosts import is_host_rule
from contracthub.domain.webhook_rules import WebhookRules

DEFAULT_DATABASE = "sqlite:///contracthub.sqlite3"
SHIELDS = "https://img.shields.io"
MOST_DAYS = 3650.0
_SEPARATORS = re.compile(r"[\s,]+")
_DEFAULTS = WebhookRules()
Callback = Callable[[click.Context, click.Parameter, Any], Any]
# The image's form of a list of certificates.
_OF_A_DATABASE = ("PACT_BROKER_DATABASE_URL", "PACT_BROKER_DATABASE_NAME", "PACT_BROKER_DATABASE_ADAPTER")
_CERTIFICATE = re.compile(r"PACT_BROKER_WEBHOOK_CERTIFICATES__[0-9]+__(CONTENT|PATH)")


class Setting(click.Option):
    """An option whose error names the variable that holds the wrong value, where it came from one."""

    def get_error_hint(self, ctx: click.Context | None) -> str:
        """The option as it is typed, or the variable that is set."""
        typed = ctx and ctx.get_parameter_source(self.name or "") is click.core.ParameterSource.COMMANDLINE
        names = [self.envvar] if isinstance(self.envvar, str) else list(self.envvar or ())
        used = next((name for name in names if os.environ.get(name)), None)
        return used if used and not typed else super().get_error_hint(ctx)


class PublicUrl(Setting):
    """The addresses of the hub. ``PACT_BROKER_BASE_URL`` is also what clients call the hub that they talk to, so it
    counts only where it stands beside the image's settings of a database: links that lead to another hub would have a
    client publish there.
    """

    def resolve_envvar_value(self, ctx: click.Context) -> str | None:  # noqa: ARG002 - click's signature
        """The value of the first variable that is set and meant."""
        beside_database = any(map(os.environ.get, _OF_A_DATABASE))
        names = [name for name in self.envvar or () if beside_database or name != "PACT_BROKER_BASE_URL"]
        return next((value for name in names if (value := os.environ.get(name))), None)


def words(read: Callable[[str], Any], what: str) -> Callback:
    """Reads several words, separated by white space or commas; ``read`` raises ``ValueError`` for what is none."""

    def convert(ctx: click.Context, parameter: click.Parameter, value: str | None) -> tuple[Any, ...]:
        try:
            return tuple(read(word) for word in _SEPARATORS.split(value or "") if word)
        except ValueError as error:
            told = f"must be {what}, separated by spaces or commas"
            raise click.BadParameter(told, ctx=ctx, param=parameter) from error

    return convert


def hosts(ctx: click.Context, parameter: click.Parameter, value: str | None) -> tuple[str, ...]:
    """Hosts; an expression between slashes may hold commas, so only white space divides it from the next."""
    split = [[word] if word.startswith("/") else word.split(",") for word in (value or "").split()]
    found = [word for some in split for word in some if word]
    for place, word in enumerate(found, start=1):
        if not is_host_rule(word):
            told = f"entry {place} is not a host, *.host, /regular expression/, address or range of addresses"
            raise click.BadParameter(told, ctx=ctx, param=parameter)
    return tuple(found)


def setting(option: str, *broker: str, **attributes: Any) -> Setting:
    """An option with its variables; ``broker`` are the names of the same after ``PACT_BROKER_``."""
    ours = option.partition("/")[0].removeprefix("--").replace("-", "_").upper()
    variables = [f"CONTRACTHUB_{ours}", *(f"PACT_BROKER_{name}" for name in broker)]
    return Setting([option], envvar=variables, **attributes)


def switch(option: str, *broker: str, default: bool, told: str) -> Setting:
    """An option that is on or off: ``--option`` and ``--no-option``, ``true`` or ``false`` in a variable."""
    pair = f"{option}/--no-{option.removeprefix('--')}"
    return setting(pair, *broker, default=default, show_default=True, help=told)


def scheme(word: str) -> str:
    """A scheme that webhooks may have. Raises ``ValueError`` for what can't be sent."""
    if word.lower() not in {"http", "https"}:
        raise ValueError
    return word.lower()


def method(word: str) -> str:
    """A method that webhooks may have. Raises ``ValueError`` for what is none."""
    if not re.fullmatch(r"[A-Za-z]{1,20}", word):
        raise ValueError
    return word.upper()


def pause(word: str) -> float:
    """A pause in seconds, of a day at most. Raises ``ValueError``."""
    seconds = float(word)
    if not 0 <= seconds <= 86_400:
        raise ValueError
    return seconds


def status(word: str) -> int:
    """An HTTP status. Raises ``ValueError``."""
    if not (word.isascii() and word.isdigit() and 100 <= int(word) <= 599):
        raise ValueError
    return int(word)


def http_address(word: str) -> str:
    """An address that links can start with. Raises ``ValueError``."""
    parts = urlsplit(word)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError
    return word.rstrip("/")


def _finite(ctx: click.Context, parameter: click.Parameter, value: float) -> float:
    if not math.isfinite(value):
        raise click.BadParameter("must be a number", ctx=ctx, param=parameter)
    return value


def _tokens(ctx: click.Context, parameter: click.Parameter, value: str | None) -> Any:
    try:
        found = tokens_from(value or "")
    except HubError as error:
        raise click.BadParameter(error.message, ctx=ctx, param=parameter) from error
    if value is not None and not found:
        # Whoever sets it wants the hub closed; a file that was empty must not open it.
        raise click.BadParameter("has no entry; leave it unset for a hub without tokens", ctx=ctx, param=parameter)
    return found


def _certificates(ctx: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """All certificates as one text. They are read now, so that a mistake ends the start and not each delivery."""
    given = {(parameter.envvar or [""])[0]: value} if value else {}
    given |= {name: text for name, text in sorted(os.environ.items()) if _CERTIFICATE.fullmatch(name) and text}
    texts = []
    for name, text in given.items():
        try:
            texts.append(_pem(text))
            ssl.create_default_context(cadata=texts[-1])
        except (OSError, ValueError) as error:
            told = f"must be certificates as text (PEM) or the name of a file of them ({name})"
            raise click.BadParameter(told, ctx=ctx, param=parameter) from error
    return "\n".join(texts) or None


def _pem(text: str) -> str:
    if "-----BEGIN" in text:
        # A variable often has its line breaks spelt out.
        return text.replace("\\n", "\n")
    return Path(text).read_text(encoding="ascii")


def only(option: str, *broker: str, value: bool, why: str) -> Setting:
    """A setting of the Pact Broker that has one value here; the other one keeps the hub from starting."""

    def refuse(ctx: click.Context, parameter: click.Parameter, given: bool) -> None:  # noqa: FBT001 (click's signature)
        if given is not value:
            raise click.BadParameter(why, ctx=ctx, param=parameter)

    pair = f"{option}/--no-{option.removeprefix('--')}"
    return setting(pair, *broker, default=value, hidden=True, expose_value=False, callback=refuse)


def broker_database() -> str:
    """The database that the image's single variables describe, else a file in the current folder."""
    name, host = _set("PACT_BROKER_DATABASE_NAME"), _set("PACT_BROKER_DATABASE_HOST")
    adapter = _set("PACT_BROKER_DATABASE_ADAPTER") or "postgres"
    if adapter == "sqlite" and name:
        return f"sqlite:///{name}"
    if not (name or host):
        return DEFAULT_DATABASE
    if adapter not in {"postgres", "postgresql"}:
        told = f"{adapter!r} is not supported; a hub keeps everything in SQLite or PostgreSQL"
        raise click.BadParameter(told, param_hint="PACT_BROKER_DATABASE_ADAPTER")
    port = _set("PACT_BROKER_DATABASE_PORT") or "5432"
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise click.BadParameter("must be a port", param_hint="PACT_BROKER_DATABASE_PORT")
    user = quote(_set("PACT_BROKER_DATABASE_USERNAME"), safe="")
    password = quote(_set("PACT_BROKER_DATABASE_PASSWORD"), safe="")
    who = user + (f":{password}" if password else "") + "@" if user else ""
    mode = _set("PACT_BROKER_DATABASE_SSLMODE")
    query = f"?sslmode={quote(mode, safe='')}" if mode else ""
    return f"postgresql://{who}{host or 'localhost'}:{port}/{quote(name, safe='')}{query}"


def _set(variable: str) -> str:
    return os.environ.get(variable, "")


database_option = setting(
    "--database-url",
    "DATABASE_URL",
    default=broker_database,
    show_default=DEFAULT_DATABASE,
    help="sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME.",
)

_ADDRESS = (
    setting("--host", default="127.0.0.1", show_default=True, help="Address to listen on."),
    setting(
        "--port",
        "PORT",
        type=click.IntRange(0, 65535),
        default=9292,
        show_default=True,
        help="Port; 0 picks a free one.",
    ),
    setting(
        "--schema-registry-port",
        type=click.IntRange(0, 65535),
        help="Port at whose root the Schema Registry alone is served, for clients that accept no path; 0 picks one.",
    ),
    PublicUrl(
        ["--public-url"],
        envvar=["CONTRACTHUB_PUBLIC_URL", "PACT_BROKER_BASE_URLS", "PACT_BROKER_BASE_URL"],
        callback=words(http_address, "addresses such as https://hub.example.org"),
        metavar="URLS",
        help="The addresses that the hub is known by. Links start with the one that was asked, else with the first.",
    ),
    setting(
        "--trust-forwarded/--ignore-forwarded",
        default=True,
        show_default=True,
        help="Follow the X-Forwarded-* headers of a proxy.",
    ),
    database_option,
)
_ACCESS = (
    setting("--basic-auth-username", "BASIC_AUTH_USERNAME", metavar="NAME", help="The account that may do everything."),
    setting("--basic-auth-password", "BASIC_AUTH_PASSWORD", metavar="PASSWORD", help="Its password."),
    setting(
        "--basic-auth-read-only-username",
        "BASIC_AUTH_READ_ONLY_USERNAME",
        metavar="NAME",
        help="The account that may only read.",
    ),
    setting(
        "--basic-auth-read-only-password", "BASIC_AUTH_READ_ONLY_PASSWORD", metavar="PASSWORD", help="Its password."
    ),
    setting(
        "--tokens",
        callback=_tokens,
        metavar="ENTRIES",
        help="Bearer tokens: entries NAME:read|write:sha256:DIGEST, as `contracthub token` makes them.",
    ),
    switch("--allow-public-read", "ALLOW_PUBLIC_READ", default=False, told="Everybody may read."),
    switch("--public-heartbeat", "PUBLIC_HEARTBEAT", default=False, told="Everybody may ask whether the hub is up."),
    switch(
        "--enable-public-badge-access", "ENABLE_PUBLIC_BADGE_ACCESS", default=False, told="Everybody may see badges."
    ),
)
_BEHAVIOUR = (
    switch(
        "--use-first-tag-as-branch",
        "USE_FIRST_TAG_AS_BRANCH",
        default=True,
        told="The first tag of a new version without branch is its branch.",
    ),
    setting(
        "--use-first-tag-as-branch-time-limit",
        "USE_FIRST_TAG_AS_BRANCH_TIME_LIMIT",
        type=click.FloatRange(0, 86_400),
        callback=_finite,
        default=10.0,
        show_default=True,
        metavar="SECONDS",
        help="For how long a version is new.",
    ),
    switch(
        "--auto-detect-main-branch",
        "AUTO_DETECT_MAIN_BRANCH",
        default=True,
        told="A pacticipant without main branch gets one when a candidate is first used.",
    ),
    setting(
        "--main-branch-candidates",
        "MAIN_BRANCH_CANDIDATES",
        callback=words(str, "names"),
        default="develop main master",
        show_default=True,
        metavar="NAMES",
        help="The names for that.",
    ),
    switch(
        "--create-deployed-versions-for-tags",
        "CREATE_DEPLOYED_VERSIONS_FOR_TAGS",
        default=True,
        told="A tag named like an environment records a deployment to it.",
    ),
    switch(
        "--check-for-potential-duplicate-pacticipant-names",
        "CHECK_FOR_POTENTIAL_DUPLICATE_PACTICIPANT_NAMES",
        default=True,
        told="Publishing under a new name that is nearly an existing one is refused.",
    ),
    switch(
        "--allow-dangerous-contract-modification",
        "ALLOW_DANGEROUS_CONTRACT_MODIFICATION",
        default=False,
        told="The content of a published version may be changed. Dangerous: results may be for another content.",
    ),
    setting(
        "--verified-by-other-branch-lookback-days",
        "VERIFIED_BY_OTHER_BRANCH_LOOKBACK_DAYS",
        type=click.FloatRange(0, MOST_DAYS),
        callback=_finite,
        default=30.0,
        show_default=True,
        metavar="DAYS",
        help="For how long a success on another branch keeps a pact from being work in progress.",
    ),
    only(
        "--order-versions-by-date",
        "ORDER_VERSIONS_BY_DATE",
        value=True,
        why="versions are ordered by creation here; an order by semantic version is not supported",
    ),
    only(
        "--use-case-sensitive-resource-names",
        "USE_CASE_SENSITIVE_RESOURCE_NAMES",
        value=True,
        why="names are case-sensitive here; Foo and foo are two pacticipants",
    ),
    only(
        "--base-equality-only-on-content-that-affects-verification-results",
        "BASE_EQUALITY_ONLY_ON_CONTENT_THAT_AFFECTS_VERIFICATION_RESULTS",
        value=True,
        why="what no verification can tell apart is one contract here; `contracthub workspace set` says how strictly",
    ),
    only(
        "--dynamic-wip-window",
        "DYNAMIC_WIP_WINDOW",
        value=False,
        why="work in progress begins where the verifier says (includeWipPactsSince); a moving window is not supported",
    ),
)
_WEBHOOKS = (
    setting(
        "--webhook-scheme-whitelist",
        "WEBHOOK_SCHEME_WHITELIST",
        callback=words(scheme, "http or https"),
        default=" ".join(_DEFAULTS.schemes),
        show_default=True,
        metavar="SCHEMES",
        help="Schemes that webhooks may call.",
    ),
    setting(
        "--webhook-http-method-whitelist",
        "WEBHOOK_HTTP_METHOD_WHITELIST",
        callback=words(method, "HTTP methods"),
        default=" ".join(_DEFAULTS.methods),
        show_default=True,
        metavar="METHODS",
        help="Methods that they may use.",
    ),
    setting(
        "--webhook-host-whitelist",
        "WEBHOOK_HOST_WHITELIST",
        callback=hosts,
        metavar="HOSTS",
        help="Hosts they may call: names, *.names, /expressions/, addresses, ranges. Without any, all public ones.",
    ),
    setting(
        "--webhook-first-delay",
        type=click.FloatRange(0, 86_400),
        callback=_finite,
        default=_DEFAULTS.first_delay_seconds,
        show_default=True,
        metavar="SECONDS",
        help="Pause between an event and the first attempt.",
    ),
    setting(
        "--webhook-retry-schedule",
        "WEBHOOK_RETRY_SCHEDULE",
        callback=words(pause, "seconds, of a day at most each"),
        default="10 60 120 300 600 1200",
        show_default=True,
        metavar="SECONDS",
        help="Pauses before each further attempt.",
    ),
    setting(
        "--webhook-http-code-success",
        "WEBHOOK_HTTP_CODE_SUCCESS",
        callback=words(status, "HTTP statuses"),
        default=" ".join(map(str, _DEFAULTS.success_statuses)),
        show_default=True,
        metavar="STATUSES",
        help="Statuses that count as delivered.",
    ),
    setting(
        "--webhook-certificates",
        callback=_certificates,
        metavar="PEM|FILE",
        help="Certificates of authorities to trust beside the system's.",
    ),
    switch(
        "--disable-webhook-ssl-verification",
        "DISABLE_SSL_VERIFICATION",
        default=False,
        told="Webhooks trust any certificate. Unsafe.",
    ),
)
_CHECKS = (
    setting(
        "--check-seconds",
        type=click.FloatRange(1, 3_600),
        callback=_finite,
        default=CheckBounds().seconds,
        show_default=True,
        metavar="SECONDS",
        help="So long may the full check of a published document take.",
    ),
    setting(
        "--check-memory",
        type=click.IntRange(256, 1_048_576),
        default=CheckBounds().memory_mebibytes,
        show_default=True,
        metavar="MB",
        help="So much memory may it take.",
    ),
)
_BADGES = (
    setting(
        "--badge-provider-mode",
        "BADGE_PROVIDER_MODE",
        type=click.Choice(["proxy", "redirect"], case_sensitive=False),
        default="proxy",
        show_default=True,
        help="Whether badges are drawn here (proxy), or the browser is sent to shields.io (redirect).",
    ),
    setting(
        "--shields-io-base-url",
        "SHIELDS_IO_BASE_URL",
        callback=words(http_address, "an address such as https://img.shields.io"),
        default=SHIELDS,
        show_default=True,
        metavar="URL",
        help="Where it is sent to.",
    ),
)
GROUPS = (
    ("Address and database", _ADDRESS),
    ("Access", _ACCESS),
    ("Behaviour", _BEHAVIOUR),
    ("Webhooks", _WEBHOOKS),
    ("Checks", _CHECKS),
    ("Badges", _BADGES),
)


class ServeCommand(click.Command):
    """A command whose help shows its settings by group."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, each group under its name; what stands in none comes last."""
        grouped = {each for _, settings in GROUPS for each in settings}
        others = [each for each in self.get_params(ctx) if each not in grouped]
        for title, parameters in (*GROUPS, ("Options", others)):
            rows = [row for each in parameters if (row := each.get_help_record(ctx))]
            with formatter.section(title):
                formatter.write_dl(rows)


SETTINGS: tuple[click.Parameter, ...] = tuple(each for _, settings in GROUPS for each in settings)
