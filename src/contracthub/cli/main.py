"""The `contracthub` command: the table of all commands, and the edge where every failure becomes an exit code."""

import gc
import os
import sys
from collections.abc import Sequence

import click

from contracthub.cli.exits import ExitCode, exit_code_for_hub
from contracthub.cli.lazy import LazyCommand, LazyGroup
from contracthub.domain.errors import HubError
from contracthub.reports.visible import visible

NAME = "contracthub"

# These read megabytes, all of them in use, and end: looking for garbage would take a fifth of their time.
_UNCOLLECTED = frozenset({"diff", "diff-branch"})

COMMANDS = {
    "init": LazyCommand("contracthub.cli.init:command", "Write a first contracthub.toml for this project."),
    "try": LazyCommand("contracthub.cli.try_url:command", "Look for faults in a running API, in a minute."),
    "publish": LazyCommand("contracthub.cli.publish_group:command", "Publish pacts of a consumer version."),
    "verify": LazyCommand("contracthub.cli.verify:command", "Verify a running provider against its contracts."),
    "can-i-deploy": LazyCommand("contracthub.cli.can_i_deploy:command", "Ask whether a version is safe to deploy."),
    "can-i-merge": LazyCommand("contracthub.cli.can_i_merge:command", "Ask whether a version is safe to merge."),
    "check-schema": LazyCommand("contracthub.cli.check_schema:command", "Ask who breaks when a topic changes."),
    "diff": LazyCommand("contracthub.cli.diff:command", "Tell what changed in what a provider offers."),
    "diff-branch": LazyCommand("contracthub.cli.diff_branch:command", "Tell what a branch changed in documents."),
    "comment": LazyCommand("contracthub.cli.comment:command", "Tell on a pull request what changed, in one comment."),
    "approve": LazyCommand("contracthub.cli.approve:command", "Let breaking changes pass until a day."),
    "approvals": LazyCommand("contracthub.cli.approvals:command", "List the breaking changes that may pass."),
    "withdraw-approval": LazyCommand(
        "contracthub.cli.withdraw_approval:command", "Let breaking changes pass no longer."
    ),
    "waive": LazyCommand("contracthub.cli.waive:command", "Let a pair or a change pass the gate until a day."),
    "list-waivers": LazyCommand("contracthub.cli.list_waivers:command", "List what passes the gate by a waiver."),
    "withdraw-waiver": LazyCommand("contracthub.cli.withdraw_waiver:command", "Take a waiver back."),
    "gate-policy": LazyCommand(
        "contracthub.cli.gate_policy_group:command", "Say which evidence the gate accepts, and where."
    ),
    "rule-packs": LazyCommand("contracthub.cli.rule_packs_group:command", "Say which rules providers are held to."),
    "compare": LazyCommand("contracthub.cli.compare:command", "Hold a pact against what a provider documents."),
    "who-reads": LazyCommand("contracthub.cli.who_reads:command", "Tell who reads or sends an element."),
    "can-i-remove": LazyCommand("contracthub.cli.can_i_remove:command", "Ask whether anybody uses an element."),
    "deprecations": LazyCommand(
        "contracthub.cli.deprecations:command", "List what is deprecated, and who has to move."
    ),
    "coverage": LazyCommand("contracthub.cli.coverage:command", "Tell what is needed, and what has evidence."),
    "findings": LazyCommand("contracthub.cli.findings_group:command", "What fuzzing found wrong with a provider."),
    "plan": LazyCommand("contracthub.cli.plan:command", "Find a safe order in which versions can be deployed."),
    "record-deployment": LazyCommand(
        "contracthub.cli.record_deployment:command", "Record that a version was deployed to an environment."
    ),
    "record-undeployment": LazyCommand(
        "contracthub.cli.record_undeployment:command", "Record that a version is gone from an environment."
    ),
    "record-release": LazyCommand(
        "contracthub.cli.record_release:command", "Record that a version was released in an environment."
    ),
    "record-support-ended": LazyCommand(
        "contracthub.cli.record_support_ended:command", "Record that a release is no longer supported."
    ),
    "matrix": LazyCommand("contracthub.cli.matrix:command", "Show which versions were verified with which."),
    "list-latest-pact-versions": LazyCommand(
        "contracthub.cli.list_latest_pact_versions:command", "List the newest pact of every integration."
    ),
    "get-pacts": LazyCommand("contracthub.cli.get_pacts:command", "List or download the pacts with a provider."),
    "provider-states": LazyCommand("contracthub.cli.provider_states:command", "Show the states to set up."),
    "list-provider-contracts": LazyCommand(
        "contracthub.cli.list_provider_contracts:command", "List what a provider offers, in which versions."
    ),
    "get-provider-contract": LazyCommand(
        "contracthub.cli.get_provider_contract:command", "Print or download a document of a provider."
    ),
    "delete-provider-contract": LazyCommand(
        "contracthub.cli.delete_provider_contract:command", "Remove a document of a provider version."
    ),
    "list-live-contracts": LazyCommand(
        "contracthub.cli.list_live_contracts:command", "List conversations, flows, journeys and SLOs of a consumer."
    ),
    "get-live-contract": LazyCommand("contracthub.cli.get_live_contract:command", "Print a live contract."),
    "delete-live-contract": LazyCommand(
        "contracthub.cli.delete_live_contract:command", "Remove a live contract of a consumer version."
    ),
    "create-environment": LazyCommand("contracthub.cli.create_environment:command", "Make an environment."),
    "update-environment": LazyCommand("contracthub.cli.update_environment:command", "Change an environment."),
    "describe-environment": LazyCommand("contracthub.cli.describe_environment:command", "Show an environment."),
    "delete-environment": LazyCommand("contracthub.cli.delete_environment:command", "Remove an environment."),
    "list-environments": LazyCommand("contracthub.cli.list_environments:command", "List the environments."),
    "create-or-update-pacticipant": LazyCommand(
        "contracthub.cli.create_or_update_pacticipant:command", "Make an application known, or change what is known."
    ),
    "describe-pacticipant": LazyCommand("contracthub.cli.describe_pacticipant:command", "Show an application."),
    "list-pacticipants": LazyCommand("contracthub.cli.list_pacticipants:command", "List the applications."),
    "create-or-update-version": LazyCommand(
        "contracthub.cli.create_or_update_version:command", "Make a version known, on a branch or with tags."
    ),
    "describe-version": LazyCommand("contracthub.cli.describe_version:command", "Show what is known of a version."),
    "create-version-tag": LazyCommand("contracthub.cli.create_version_tag:command", "Tag a version."),
    "delete-version-tag": LazyCommand("contracthub.cli.delete_version_tag:command", "Take tags off a version."),
    "delete-branch": LazyCommand("contracthub.cli.delete_branch:command", "Remove a branch, not its versions."),
    "create-webhook": LazyCommand(
        "contracthub.cli.create_webhook:command", "Have a URL called when something happens."
    ),
    "create-or-update-webhook": LazyCommand(
        "contracthub.cli.create_or_update_webhook:command", "Make or replace the webhook of a uuid."
    ),
    "test-webhook": LazyCommand("contracthub.cli.test_webhook:command", "Call a webhook's receiver once, now."),
    "delete-webhook": LazyCommand("contracthub.cli.delete_webhook:command", "Remove a webhook."),
    "generate-uuid": LazyCommand("contracthub.cli.generate_uuid:command", "Print a new UUID."),
    "version": LazyCommand("contracthub.cli.version:command", "Print the version of this command line."),
    "verification-required": LazyCommand(
        "contracthub.cli.verification_required:command", "Ask whether nothing was verified yet.", hidden=True
    ),
    "pactflow": LazyCommand("contracthub.cli.pactflow_group:command", "Commands of PactFlow's command lines."),
    "import": LazyCommand("contracthub.cli.import_group:command", "Bring a history in: from a broker or an archive."),
    "export": LazyCommand("contracthub.cli.export:command", "Write everything into an archive."),
    "workspace": LazyCommand("contracthub.cli.workspace_group:command", "Show or change a workspace's settings."),
    "serve": LazyCommand("contracthub.cli.serve:command", "Run the hub."),
    "token": LazyCommand("contracthub.cli.token:command", "Make a bearer token for a hub."),
    "migrate": LazyCommand("contracthub.cli.migrate:command", "Bring the database to this version's shape."),
    "demo": LazyCommand("contracthub.cli.demo:command", "Watch the whole job with the example fleet, in a clone."),
}


def _print_version(ctx: click.Context, _: click.Parameter, value: bool) -> None:  # noqa: FBT001 (click's signature)
    if not value or ctx.resilient_parsing:
        return
    # Costs as much as click itself, so only here.
    from importlib.metadata import version

    click.echo(f"contracthub {version('contracthub')}")
    ctx.exit()


@click.group(
    cls=LazyGroup, table=COMMANDS, no_args_is_help=True, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version, help="Show the version."
)
def group() -> None:
    """One place for every kind of contract between services.

    Exit codes: 0 yes, 1 no, 2 usage, 3 could not find out.
    """


def main(argv: Sequence[str] | None = None) -> None:
    """Runs the command line and exits with its code."""
    words = sys.argv[1:] if argv is None else argv
    if words and words[0] in _UNCOLLECTED:
        gc.disable()
        code = run(words)
        # Or the interpreter would look through it all before it ends.
        gc.freeze()
        sys.exit(code)
    sys.exit(run(words))


def run(argv: Sequence[str]) -> int:
    """The exit code of one command line; whatever happens, no traceback unless CONTRACTHUB_DEBUG asks for it."""
    _accept_any_character()
    try:
        code = _run_group(argv)
        sys.stdout.flush()
    except BrokenPipeError:
        _forget_stdout()
        return ExitCode.PIPE_CLOSED
    except Exception as error:  # noqa: BLE001 (the edge: a person is to see one line)
        return _unexpected(error)
    return code


def _run_group(argv: Sequence[str]) -> int:
    if "_CONTRACTHUB_COMPLETE" in os.environ:
        group.main(list(argv), prog_name=NAME)
    try:
        # Not group.main: it turns a closed pipe into exit code 1, which would read as a "no".
        with group.make_context(NAME, list(argv)) as ctx:
            group.invoke(ctx)
    except click.exceptions.Exit as end:
        return end.exit_code
    except (click.Abort, KeyboardInterrupt, EOFError):
        click.echo("Interrupted.", err=True)
        return ExitCode.INTERRUPTED
    except click.ClickException as stop:
        if isinstance(stop, click.BadParameter):
            from contracthub.cli.setting_sources import named_where_given

            named_where_given(stop)
        stop.show()
        return stop.exit_code
    except HubError as error:
        click.echo(f"Error: {visible(error.message)}", err=True)
        return exit_code_for_hub(error)
    return ExitCode.YES


def _unexpected(error: Exception) -> int:
    if os.environ.get("CONTRACTHUB_DEBUG") == "1":
        import traceback

        traceback.print_exception(error)
    click.echo(
        f"Error: {type(error).__name__}: {visible(str(error))} (a fault of contracthub itself; "
        "CONTRACTHUB_DEBUG=1 shows where)",
        err=True,
    )
    return ExitCode.NOT_FOUND_OUT


def _accept_any_character() -> None:
    """Lets a terminal with a narrow encoding show what it lacks as an escape, where it would have ended the command."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _forget_stdout() -> None:
    """Points stdout at nothing, so that the interpreter's last flush does not complain again."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        sys.stdout = None
