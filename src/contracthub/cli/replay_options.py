"""The options of `verify provider`, as click declares them and as one value."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import click

from contracthub.cli.options import Seconds

F = TypeVar("F", bound=Callable[..., object])

_OPTIONS = (
    click.option(
        "--provider-base-url",
        required=True,
        envvar="CONTRACTHUB_PROVIDER_BASE_URL",
        metavar="URL",
        help="Where the provider runs.",
    ),
    click.option("-e", "--provider-version", metavar="NUMBER", help="Its version. Default: the commit of the build."),
    click.option("--provider-branch", metavar="NAME", help="Its branch. Default: the branch of the build."),
    click.option("--provider-tag", "provider_tags", multiple=True, metavar="TAG", help="Tags of its version."),
    click.option("--build-url", metavar="URL", help="The build to name beside the results."),
    click.option("--publish/--no-publish", default=False, help="Publish the results to the hub."),
    click.option(
        "--consumer-version-selector",
        "--consumer-version-selectors",
        "selectors",
        multiple=True,
        metavar="JSON",
        help="Which consumer versions' pacts. Default: main branch, matching branch, deployed or released.",
    ),
    click.option("--enable-pending/--no-enable-pending", default=True, help="Let pending pacts fail without harm."),
    click.option("--include-wip-pacts-since", metavar="DATE", help="Also verify work in progress since this date."),
    click.option("--pact", "pacts", multiple=True, type=click.Path(exists=True), help="A local pact file or folder."),
    click.option(
        "--pact-url",
        "pact_urls",
        multiple=True,
        metavar="URL",
        help="A pact by its address; needs no hub. Without --publish also a file.",
    ),
    click.option("--filter-consumer", "consumers", multiple=True, metavar="NAME", help="Only pacts of this consumer."),
    click.option(
        "--filter-description", "description", metavar="REGEX", help="Only interactions that match; not with --publish."
    ),
    click.option(
        "--provider-states-setup-url",
        "--state-url",
        "state_url",
        envvar="CONTRACTHUB_STATE_URL",
        metavar="URL",
        help="Where to set up provider states.",
    ),
    click.option("--state-teardown", is_flag=True, help="Also call the state URL after each interaction."),
    click.option(
        "--message-url",
        metavar="URL",
        help="Where the provider makes the messages of message pacts. Default: the base URL itself.",
    ),
    click.option("--header", "headers", multiple=True, metavar="'NAME: VALUE'", help="Header for the provider."),
    click.option("--request-timeout", type=click.IntRange(1), default=5000, show_default=True, metavar="MILLISECONDS"),
    click.option("--disable-ssl-verification", is_flag=True, help="Trust any certificate of the provider."),
    click.option(
        "--timeout",
        type=Seconds(0, min_open=True),
        default=600.0,
        show_default=True,
        envvar=["CONTRACTHUB_TIMEOUT", "TEST_TIMEOUT"],
        metavar="SECONDS",
        help="Deadline for the whole run.",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayOptions:
    """What was given, but for the deadline, which is no part of the job."""

    provider_base_url: str
    provider_version: str | None
    provider_branch: str | None
    provider_tags: tuple[str, ...]
    build_url: str | None
    publish: bool
    selectors: tuple[str, ...]
    enable_pending: bool
    include_wip_pacts_since: str | None
    pacts: tuple[str, ...]
    pact_urls: tuple[str, ...]
    consumers: tuple[str, ...]
    description: str | None
    state_url: str | None
    state_teardown: bool
    message_url: str | None
    headers: tuple[str, ...]
    request_timeout: int
    disable_ssl_verification: bool


def replay_options(function: F) -> F:
    """Gives a command the options of a replay."""
    decorated = function
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated
