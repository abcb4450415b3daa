"""`contracthub try`: a first look at a running provider, without a hub, without configuration, in a minute."""

import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from contracthub.cli.exits import ExitCode, Stopped
from contracthub.cli.options import header_from, output_option
from contracthub.cli.printing import palette, say, say_json
from contracthub.cli.progress import live_line
from contracthub.domain.findings import Finding, finding_fields
from contracthub.reports.findings_text import finding_lines, why_it_matters
from contracthub.reports.visible import visible

if TYPE_CHECKING:
    from contracthub.domain.verification_runs import Check, SuiteRun
    from contracthub.verification.fuzz.first_contact import Contact

_AROUND = 20.0
_MOST_NAMED = 8


@click.command("try")
@click.argument("url", metavar="URL")
@click.option("--seconds", type=click.FloatRange(1, 3600), default=60.0, show_default=True, help="How long to look.")
@click.option("--seed", type=int, help="Make the same requests as the run that told this number.")
@click.option(
    "--unsafe-methods/--safe-methods",
    "unsafe",
    default=None,
    help="Also send what may change something (POST, PUT, PATCH, DELETE, mutations).  [default: only on this machine]",
)
@click.option(
    "--phase",
    "phases",
    multiple=True,
    type=click.Choice(["examples", "coverage", "fuzzing", "stateful"]),
    help="Only this way of making requests; may be given several times. coverage alone makes the same every time.",
)
@click.option(
    "--header",
    "headers",
    multiple=True,
    callback=lambda _ctx, _parameter, values: tuple(header_from(each, "--header") for each in values),
    metavar="NAME: VALUE",
    help="Sent with every request, such as credentials; may be given several times.",
)
@click.option("--insecure", "verify_tls", flag_value=False, default=True, help="Don't check the certificate.")
@output_option("text", "json")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    *,
    url: str,
    seconds: float,
    unsafe: bool | None,
    phases: tuple[str, ...],
    output: str,
    **sent: Any,
) -> None:
    """Looks for faults in a running HTTP or GraphQL API: finds its document, and tries for a minute what it allows.

    URL is where the API is, or its OpenAPI document, or its GraphQL endpoint. On this machine everything is tried that
    the document allows; elsewhere only what reads, 20 requests a second at most, unless --unsafe-methods says so. Do
    that only to what is yours.

    Exits with 0 when nothing was found, with 1 when something was, with 3 when it could not be tried.

    contracthub try http://localhost:8000
    """
    if "://" not in url and Path(url).is_file():
        raise click.UsageError(
            f"{url} is a file, and what is tried is a running API: contracthub try http://localhost:8000. With a"
            f" document of your own: contracthub verify provider NAME --suite fuzz --openapi {url}"
            " --provider-base-url http://localhost:8000"
        )
    from contracthub.verification.fuzz.first_contact import NoAddress, contact
    from contracthub.verification.fuzz.sources import ProviderAway
    from contracthub.verification.fuzz.suite import run_with
    from contracthub.verification.suites import Target

    target = Target(provider=url, base_url=url, fuzz_seconds=seconds, **sent)
    try:
        found = contact(target, unsafe=unsafe, phases=phases)
    except NoAddress as error:
        raise click.UsageError(str(error)) from error
    except ProviderAway as away:
        raise Stopped(f"{away} Is it running?", ExitCode.NOT_FOUND_OUT) from away
    if not found.sources.found:
        raise Stopped("\n".join(_nothing_there(found)), ExitCode.NOT_FOUND_OUT)
    with ExitStack() as stack:
        shown = _Shown(seconds, is_text=output == "text")
        shown.begin(found, stack)
        run = run_with(found.target, found.sources, shown, time.monotonic() + seconds + _AROUND)
    findings = [check.finding for check in run.checks if check.finding is not None]
    if output == "json":
        say_json(_document(found, run, findings))
    else:
        say("\n".join(_ending(url, found, run, findings)))
    if not run.examples or (not findings and _is_shut(run)):
        ctx.exit(ExitCode.NOT_FOUND_OUT)
    ctx.exit(ExitCode.NO if findings else ExitCode.YES)


@dataclass(slots=True)
class _Shown:
    """Shows what is found as it is found, and on the line below how far it is."""

    seconds: float
    is_text: bool
    findings: int = 0
    _started: float = field(default_factory=time.monotonic)
    _line: object = None

    def begin(self, found: "Contact", stack: ExitStack) -> None:
        """Says what is there before anything is sent."""
        if self.is_text:
            say("\n".join(_beginning(found, self.seconds)))
        if sys.stderr.isatty():
            self._line = live_line(stack)

    def suite(self, name: str, total: int | None) -> None:
        """Says nothing: there is one."""

    def done(self, check: "Check") -> None:
        """Shows a finding."""
        if check.finding is None:
            return
        self.findings += 1
        if self.is_text:
            say("\n".join((*finding_lines(check.finding, palette()), "")))

    def news(self, text: str, *, examples: int | None = None) -> None:
        """Shows how far it is, where a person looks."""
        if not callable(self._line):
            return
        passed = max(0.1, time.monotonic() - self._started)
        left = max(0.0, self.seconds - passed)
        told = f"{examples or 0} requests, {(examples or 0) / passed:.0f} per second, {left:.0f} s left"
        self._line(visible(f"{text}: {told}, {self.findings} found"))


def _beginning(found: "Contact", seconds: float) -> Iterator[str]:
    colours = palette()
    yield colours.paint(visible(f"Trying {found.target.base_url}"), "bold")
    for source in found.sources.found:
        kind = "OpenAPI document" if source.kind == "openapi" else "GraphQL schema"
        count = found.operations[source.place]
        yield visible(f"  {kind} at {source.place}: {count} operation{'' if count == 1 else 's'}")
    for problem in found.sources.problems:
        yield colours.paint(visible(f"  {problem}"), "yellow")
    if found.left_out:
        named = ", ".join(found.left_out[:_MOST_NAMED])
        more = f" and {len(found.left_out) - _MOST_NAMED} more" if len(found.left_out) > _MOST_NAMED else ""
        yield visible(f"  Only reading: {named}{more} may change something. Is it yours? --unsafe-methods tries them.")
    yield f"  Looking for {seconds:g} s \u2026"
    yield ""


def _ending(url: str, found: "Contact", run: "SuiteRun", findings: list[Finding]) -> Iterator[str]:
    colours = palette()
    for problem in run.problems:
        yield colours.paint(visible(problem), "yellow")
    if not run.examples:
        yield colours.paint("No request was answered, so that nothing is known.", "red")
        return
    for notice in run.notices:
        yield colours.paint(visible(notice), "yellow")
    tried = sum(found.operations.values()) - len(found.left_out)
    did = f"{run.examples:,} requests to {tried} operation{'' if tried == 1 else 's'} in {run.seconds:.0f} s"
    if not findings and _is_shut(run):
        yield colours.paint(f"Nothing was found out: {did}.", "red")
        return
    if not findings:
        yield colours.paint(f"Nothing found: {did}.", "green")
        yield "What consumers really send finds more: publish their pacts, and run `contracthub verify provider`."
        return
    bad = len({each.operation for each in findings})
    count = f"{len(findings)} finding{'' if len(findings) == 1 else 's'} in {bad} operation{'' if bad == 1 else 's'}"
    yield colours.paint(f"{count}: {did}.", "red")
    yield visible(f"The same again: contracthub try {url} --seed {run.seed}")
    yield "As a part of your builds: contracthub init, then contracthub verify provider --suite fuzz"


def _is_shut(run: "SuiteRun") -> bool:
    from contracthub.verification.fuzz.suite import ALL_SHUT

    return any(problem.startswith(ALL_SHUT) for problem in run.problems)


def _nothing_there(found: "Contact") -> Iterator[str]:
    yield visible(f"{found.target.base_url} answers, and no document that can be used was found there.")
    yield from (visible(problem) for problem in found.sources.problems)
    yield "Looked for OpenAPI at /openapi.json, /swagger.json, /v3/api-docs and the like, and for GraphQL at /graphql."
    yield "Give the address of the document itself: contracthub try http://localhost:8000/docs/openapi.yaml"


def _document(found: "Contact", run: "SuiteRun", findings: list[Finding]) -> dict[str, object]:
    return {
        "url": found.target.base_url,
        "documents": [{"kind": each.kind, "place": each.place} for each in found.sources.found],
        "operations": sum(found.operations.values()),
        "leftOut": list(found.left_out),
        "seconds": run.seconds,
        "seed": run.seed,
        "requests": run.examples,
        "tool": f"{run.tool} {run.tool_version}",
        "problems": list(run.problems),
        "findings": [finding_fields(each) | {"why": why_it_matters(each)} for each in findings],
    }
