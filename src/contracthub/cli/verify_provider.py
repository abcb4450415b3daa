"""`contracthub verify provider`: checks a running provider suite by suite, and publishes the evidence."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import click

from contracthub.cli.detection import BuildProperties, detect_build
from contracthub.cli.exits import ExitCode, Stopped
from contracthub.cli.options import header_from, optional_hub_options, output_option
from contracthub.cli.pact_addresses import pact_files, publishable_pacts, without_credentials
from contracthub.cli.pact_files import NotPacts, find_pact_files, read_pact_files
from contracthub.cli.policy_options import settings_with_policies
from contracthub.cli.printing import warn
from contracthub.cli.replay_options import ReplayOptions, replay_options
from contracthub.cli.suite_options import SuiteOptions, configuration, report_files, suite_options
from contracthub.client.errors import HubAnswered, HubFailure
from contracthub.client.hub import Hub
from contracthub.domain.verification_runs import Suite
from contracthub.verification.job import SELECTOR_KEYS, HubSource, Publishing, ReplayJob
from contracthub.verification.provider_address import is_public
from contracthub.verification.suites import Target

# For a hub that was away when it was asked first, in seconds.
_PATIENCE = 5.0
_SUITE_OPTIONS = frozenset(SuiteOptions.__dataclass_fields__)


@click.command("provider")
@click.argument("provider", metavar="NAME", required=False)
@replay_options
@suite_options
@output_option("table", "json", "markdown")
@optional_hub_options
@click.pass_context
def command(
    ctx: click.Context, hub: Hub | None, /, *, provider: str | None, output: str, timeout: float, **given: object
) -> None:
    """Checks a running instance of a provider: against its consumers' pacts, and by other suites.

    The pacts come from the hub, from --pact files or --pact-url addresses. With --publish the results for a
    --pact-url go to the hub that serves it. Failures of pending pacts are shown and don't fail the run. Options may
    stand in contracthub.toml as well; what is given here wins, then variables.
    """
    if given.pop("show_settings"):
        from contracthub.cli.setting_sources import show_settings

        show_settings(ctx, configuration(ctx), hub, output)
        return
    # Not needed for --help, and slower than the rest of it.
    from contracthub.cli.run_ending import EXIT_CODES, Ending, baseline_from, ended
    from contracthub.cli.run_progress import run_progress
    from contracthub.verification.run_secrets import secrets_in, without_secrets
    from contracthub.verification.running import run_suites, suites_in_order

    chosen = SuiteOptions(**{name: given.pop(name) for name in _SUITE_OPTIONS})  # type: ignore[arg-type]
    options = ReplayOptions(**given)  # type: ignore[arg-type]  # click names and types them alike
    if options.state_url and chosen.state_module:
        raise click.UsageError("Provider states come from --state-url or from --state-module; give one of them.")
    ending = Ending(output, chosen, hub, baseline_from(chosen), report_files(chosen.reports), timeout)
    suites = suites_in_order(chosen.suites)
    job = _job(provider or "", hub, options, contracts_wanted=suites == (Suite.CONTRACTS,))
    _check_files(options.pacts)
    if options.publish and chosen.contracts:
        warn(
            "Results of --contract files are not published: a file has no place for them. Publish the contracts, and "
            "leave --contract out."
        )
    with _with_addresses(job, hub, options) as (sourced, files):
        replayed = _with_hub(sourced, hub, contracts_only=suites == (Suite.CONTRACTS,))
        target = _target(replayed, files, options, chosen, ctx, hub)
        title = f"Verifying {job.provider}"
        with run_progress(title, timeout=timeout, suites=len(suites)) as progress:
            report = run_suites(
                target,
                suites,
                progress,
                timeout=timeout,
                environment=_environment(options),
                optional=frozenset(Suite) - frozenset(chosen.suites),
            )
    if options.pact_urls:
        # What was asked for, not the files that it was put into meanwhile.
        named = (*options.pacts, *map(without_credentials, options.pact_urls))
        report = replace(report, source=", ".join(named))
    password = None if hub is None else hub.connection.password
    token = None if hub is None else hub.connection.token
    report = without_secrets(report, secrets_in((*target.headers, *_hub_headers(hub)), token, password))
    report = ended(report, replayed if options.publish else None, ending)
    ctx.exit(EXIT_CODES[report.outcome])


@contextmanager
def _with_addresses(
    job: ReplayJob, hub: Hub | None, options: ReplayOptions
) -> Iterator[tuple[ReplayJob, tuple[str, ...]]]:
    """The job with its --pact-url, and the pact files that suites may read."""
    with pact_files(options.pact_urls, hub) if not options.publish else pact_files((), hub) as fetched:
        if options.publish and options.pact_urls:
            yield replace(job, addresses=publishable_pacts(options.pact_urls, hub, job.provider)), job.files
        else:
            yield replace(job, files=(*job.files, *fetched)), (*job.files, *fetched)


def _with_hub(job: ReplayJob, hub: Hub | None, *, contracts_only: bool) -> ReplayJob:
    """The job as it can be run: where the hub is away, what needs it asks once more, and says so in the evidence.

    Raises HubFailure where nothing can be run without it, and where it is there and refuses.
    """
    if hub is None or job.hub is None:
        return job
    try:
        # An unreachable hub is to be told from a provider that is away, and sooner than after the verifier's retries.
        hub.index()
    except HubFailure as failure:
        is_there = isinstance(failure, HubAnswered) and failure.status < 500
        if contracts_only or is_there:
            raise
        warn(f"{failure} What needs the hub can't be run.")
        return replace(job, hub=replace(job.hub, retries=0, timeout=min(job.hub.timeout, _PATIENCE)))
    return job


def may_solve_states(url: str, *, said: bool | None) -> bool:
    """Solving makes and removes things: not out on the internet, unless somebody says that this is a place for it."""
    if said is None and is_public(url):
        warn(
            "The provider has a public address, so nothing is made there for provider states; --solve-states allows it."
        )
        return False
    return said is not False


def _target(
    job: ReplayJob,
    files: tuple[str, ...],
    options: ReplayOptions,
    chosen: SuiteOptions,
    ctx: click.Context,
    hub: Hub | None,
) -> Target:
    has_contracts = bool(job.hub or job.files or job.addresses)
    return Target(
        provider=job.provider,
        base_url=job.provider_url,
        headers=job.headers,
        verify_tls=job.verify_tls,
        request_timeout_ms=job.request_timeout,
        workers=chosen.workers,
        state_url=job.state_url,
        state_teardown=job.state_teardown,
        state_module=chosen.state_module,
        solve_states=may_solve_states(job.provider_url, said=chosen.solve_states),
        message_url=job.message_url,
        graphql_path=chosen.graphql_path,
        kafka=chosen.kafka,
        schema_registry=chosen.schema_registry,
        openapi=chosen.openapi,
        sdl=chosen.sdl,
        hub=job.hub,
        pacts=files,
        consumers=job.consumers,
        provider_version=job.publishing.version if job.publishing else options.provider_version,
        provider_branch=job.provider_branch,
        seed=chosen.seed,
        fuzz_seconds=chosen.fuzz_seconds,
        baseline_report=chosen.baseline_report,
        replay=job if has_contracts else None,
        operations=chosen.operations,
        contracts=chosen.contracts,
        provider_urls=tuple(map(_provider_url, chosen.provider_urls)),
        settings=settings_with_policies(
            ctx, chosen, configuration(ctx), hub if job.hub is None else Hub(job.hub.connection), job.provider
        ),
    )


def _hub_headers(hub: Hub | None) -> tuple[tuple[str, str], ...]:
    return () if hub is None else hub.connection.headers


def _environment(options: ReplayOptions) -> dict[str, str]:
    return {"buildUrl": options.build_url} if options.build_url else {}


def _job(provider: str, hub: Hub | None, options: ReplayOptions, *, contracts_wanted: bool) -> ReplayJob:
    if not provider.strip():
        raise click.UsageError("Which provider? Give its NAME, or `provider` in contracthub.toml.")
    local = bool(options.pacts or options.pact_urls)
    if options.pacts and options.publish:
        raise click.UsageError(
            "Results for --pact can't be published: a file has no place for them. Give the pact's address with "
            "--pact-url, or let the hub choose the pacts."
        )
    if options.description and options.publish:
        raise click.UsageError(
            "Results of a run with --filter-description can't be published: the hub would take the interactions that "
            "were left out for verified. Leave out one of the two."
        )
    if not local and hub is None and contracts_wanted:
        raise click.UsageError(
            "Where are the pacts? Give --broker-base-url, CONTRACTHUB_BASE_URL, --pact or --pact-url."
        )
    build = BuildProperties() if options.provider_version and options.provider_branch else detect_build()
    branch = options.provider_branch or build.branch
    return ReplayJob(
        provider=provider,
        provider_url=_address(options.provider_base_url, "--provider-base-url"),
        hub=None if local or hub is None else _hub_source(hub, options, branch),
        files=options.pacts,
        provider_branch=branch,
        provider_tags=options.provider_tags,
        state_url=_address(options.state_url, "--state-url") if options.state_url else None,
        state_teardown=options.state_teardown,
        message_url=_message_address(options),
        headers=tuple(header_from(text, "--header") for text in options.headers),
        request_timeout=options.request_timeout,
        consumers=options.consumers,
        description=options.description,
        verify_tls=not options.disable_ssl_verification,
        publishing=None if not options.publish and (local or hub is None) else _publishing(options, build, branch),
    )


def _check_files(pacts: tuple[str, ...]) -> None:
    """The verifier says nothing about a folder without files, and little about a file that is no pact."""
    try:
        find_pact_files(pacts)
    except NotPacts as error:
        raise click.BadParameter(str(error), param_hint="--pact") from error
    try:
        read_pact_files(path for path in map(Path, pacts) if path.is_file())
    except NotPacts as error:
        raise Stopped(f"Nothing was verified.\n{error}", ExitCode.NOT_FOUND_OUT) from error


def _publishing(options: ReplayOptions, build: BuildProperties, branch: str | None) -> Publishing | None:
    """How results are published. Of a run that publishes nothing, its evidence keeps them for `publish evidence`."""
    version = options.provider_version or build.commit
    if options.publish and not version:
        raise click.UsageError("Which version are the results for? Publishing needs --provider-version.")
    if not version or options.description:
        return None
    build_url = options.build_url or build.build_url
    return Publishing(version, branch, options.provider_tags, build_url, at_once=options.publish)


def _hub_source(hub: Hub, options: ReplayOptions, branch: str | None) -> HubSource:
    return HubSource(
        url=hub.connection.base_url,
        token=hub.connection.token,
        username=None if hub.connection.token else hub.connection.username,
        password=None if hub.connection.token else hub.connection.password,
        headers=hub.connection.headers,
        timeout=hub.connection.timeout,
        retries=hub.connection.retries,
        verify_tls=hub.connection.verify_tls,
        ca_file=hub.connection.ca_file,
        selectors=_selectors(options.selectors, branch),
        include_pending=options.enable_pending,
        include_wip_since=_wip_date(options.include_wip_pacts_since),
    )


def _selectors(texts: tuple[str, ...], branch: str | None) -> tuple[dict[str, object], ...]:
    """The selectors that were given; without any, what is merged, what matches this branch, and what is live."""
    if texts:
        return tuple(selector for text in texts for selector in _selectors_from(text))
    matching: tuple[dict[str, object], ...] = ({"matchingBranch": True},) if branch else ()
    return ({"mainBranch": True}, *matching, {"deployedOrReleased": True})


def _selectors_from(text: str) -> list[dict[str, object]]:
    hint = "--consumer-version-selector"
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise click.BadParameter(f"is not JSON: {text}", param_hint=hint) from error
    selectors = parsed if isinstance(parsed, list) else [parsed]
    for selector in selectors:
        if not isinstance(selector, dict) or not selector:
            raise click.BadParameter('must be an object such as {"mainBranch": true}', param_hint=hint)
        unknown = sorted(set(selector) - set(SELECTOR_KEYS))
        if unknown:
            known = ", ".join(SELECTOR_KEYS)
            raise click.BadParameter(f"knows no {', '.join(unknown)}; known are {known}", param_hint=hint)
    return selectors


def _wip_date(text: str | None) -> str | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise click.BadParameter("must be a date such as 2026-01-31", param_hint="--include-wip-pacts-since") from error


def _message_address(options: ReplayOptions) -> str | None:
    if not options.message_url:
        return None
    url = _address(options.message_url, "--message-url")
    if urlsplit(url).hostname != urlsplit(options.provider_base_url).hostname:
        # The verifier knows one host for all that it asks of a provider.
        raise click.BadParameter("must be on the host of --provider-base-url", param_hint="--message-url")
    return url


def _provider_url(text: str) -> tuple[str, str]:
    name, equals, url = text.partition("=")
    if not equals or not name.strip():
        raise click.BadParameter("must look like NAME=URL", param_hint="--provider-url")
    return name.strip(), _address(url, "--provider-url")


def _address(text: str, option: str) -> str:
    try:
        parts = urlsplit(text)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if not valid:
        raise click.BadParameter("must be an address such as http://localhost:8080", param_hint=option)
    return text
