"""`contracthub comment`: puts what `contracthub diff` found onto the pull request."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from contracthub.cli.exits import ExitCode, Stopped
from contracthub.cli.options import output_option, required_text
from contracthub.cli.printing import say, say_json, warn

if TYPE_CHECKING:
    from contracthub.cli.comment_place import Place
    from contracthub.cli.comment_posting import Compared, Outcome
    from contracthub.forges.conversation import Done
    from contracthub.forges.github import GithubPullRequest
    from contracthub.forges.gitlab import GitlabMergeRequest

CONTEXT = "contracthub/diff"


@dataclass(frozen=True, slots=True)
class _Asked:
    forge: str
    place: "Place"
    comments: bool
    status: bool
    context: str
    fail_on: str
    diff_exit_code: int | None
    retries: int
    group: str


@click.command("comment")
@click.option("--github", "forge", flag_value="github", help="On a pull request on GitHub or GitHub Enterprise.")
@click.option("--gitlab", "forge", flag_value="gitlab", help="On a merge request on GitLab.")
@click.option(
    "--from", "files", multiple=True, metavar="FILE", help="JSON of `contracthub diff`; default: standard input."
)
@click.option("--repository", metavar="OWNER/NAME", callback=required_text, help="On GitHub; in Actions it is known.")
@click.option("--pull-request", type=click.IntRange(min=1), metavar="N", help="Its number; in Actions it is known.")
@click.option("--project", metavar="ID", callback=required_text, help="On GitLab, number or path; in CI it is known.")
@click.option("--merge-request", type=click.IntRange(min=1), metavar="N", help="Its number; in CI it is known.")
@click.option("--token", metavar="TOKEN", help="Default: GITHUB_TOKEN or GITLAB_TOKEN of the environment.")
@click.option("--api-url", metavar="URL", callback=required_text, help="Default: the CI system's, or the public one.")
@click.option("--commit", metavar="SHA", callback=required_text, help="The head of the pull request.")
@click.option("--status/--no-status", help="Sets a status of the commit as well.")
@click.option("--only-status", is_flag=True, help="Sets the status, and leaves comments alone.")
@click.option("--status-context", default=CONTEXT, show_default=True, metavar="NAME", help="Its name.")
@click.option(
    "--fail-on",
    type=click.Choice(("breaking", "dangerous", "consumers", "never")),
    default="breaking",
    show_default=True,
    help="When the status is a failure.",
)
@click.option(
    "--diff-exit-code",
    type=int,
    metavar="CODE",
    help="What `contracthub diff` ended with; the status says the same, whatever --fail-on is.",
)
@click.option("--provider", metavar="NAME", callback=required_text, help="For the lines that accept a change.")
@click.option(
    "--hub-url",
    envvar=["CONTRACTHUB_BASE_URL", "PACT_BROKER_BASE_URL"],
    metavar="URL",
    help="The hub that was asked: each has comments of its own (env CONTRACTHUB_BASE_URL, PACT_BROKER_BASE_URL).",
)
@click.option(
    "--group",
    metavar="NAME",
    callback=required_text,
    help="These are all documents of the group: comments about others that were in it are resolved.",
)
@click.option(
    "--retries",
    type=click.IntRange(0, 20),
    default=3,
    show_default=True,
    metavar="N",
    help="How often to try again after a 5xx, a limit, or a broken connection.",
)
@click.option("--dry-run", is_flag=True, help="Prints the comments; sends nothing.")
@output_option("text", "json")
@click.pass_context
def command(
    ctx: click.Context, /, *, forge: str | None, files: tuple[str, ...], output: str, **options: object
) -> None:
    """Posts one comment per document on a pull request, and keeps it up to date.

    The exit code says whether it could be posted; whether something breaks, that of `contracthub diff` says.

    contracthub diff git:origin/main:api.yaml api.yaml -o json > diff.json

    contracthub comment --github --from diff.json
    """
    from contracthub.cli.comment_posting import compared, read_reports
    from contracthub.reports.diff_comment import About

    chosen = forge or _detected()
    asked = _asked(chosen, options)
    about = About(datetime.now(UTC).date(), _text(options["provider"]), asked.place.commit, asked.place.run_url)
    documents = compared(read_reports(files or ("-",)), _text(options["hub_url"]) or "", about, _longest(chosen))
    if options["dry_run"]:
        _show(documents, asked, output)
        return
    if asked.place.token is None:
        variable = "GITHUB_TOKEN" if chosen == "github" else "GITLAB_TOKEN"
        raise click.UsageError(f"There is no token. Give --token, or set {variable}.")
    ctx.exit(_carried_out(documents, asked, output))


def _asked(forge: str, options: dict[str, object]) -> _Asked:
    from contracthub.cli.comment_place import Place, Typed, github_place, gitlab_place

    on_github = forge == "github"
    others = ("project", "merge_request") if on_github else ("repository", "pull_request")
    if any(options[each] is not None for each in others):
        told = "--repository and --pull-request" if on_github else "--project and --merge-request"
        raise click.UsageError(f"With --{forge}, give {told}.")
    number = options["pull_request" if on_github else "merge_request"]
    typed = Typed(
        _text(options["repository" if on_github else "project"]),
        number if isinstance(number, int) else None,
        _text(options["token"]),
        _text(options["api_url"]),
        _text(options["commit"]),
    )
    code = options["diff_exit_code"]
    try:
        place = github_place(typed) if on_github else gitlab_place(typed)
    except click.UsageError:
        if not options["dry_run"]:
            raise
        place = Place("", "a pull request", 0, None)
    return _Asked(
        forge,
        place,
        not options["only_status"],
        bool(options["status"] or options["only_status"]),
        str(options["status_context"]),
        str(options["fail_on"]),
        code if isinstance(code, int) else None,
        int(str(options["retries"])),
        _text(options["group"]) or "",
    )


def _detected() -> str:
    if os.environ.get("GITHUB_ACTIONS") == "true":
        return "github"
    if os.environ.get("GITLAB_CI") == "true":
        return "gitlab"
    raise click.UsageError("Where to? Give --github or --gitlab.")


def _longest(forge: str) -> int:
    from contracthub.forges import github, gitlab

    return github.LONGEST_COMMENT if forge == "github" else gitlab.LONGEST_COMMENT


def _carried_out(documents: "Sequence[Compared]", asked: _Asked, output: str) -> ExitCode:
    from contracthub.cli.comment_posting import Outcome, group_key, post, why_not, write_summary
    from contracthub.forges.errors import ForgeFailure, ForgeRefused, NotAllowed

    try:
        conversation = _conversation(asked)
        outcome = post(conversation, documents, group_key(asked.group)) if asked.comments else Outcome(())
    except NotAllowed as refusal:
        if asked.forge == "github" and asked.comments and write_summary(documents):
            warn(f"No comment was posted; it stands in the summary of the job instead.\n{why_not(refusal)}")
            return ExitCode.YES
        raise Stopped(why_not(refusal), ExitCode.NO) from refusal
    except ForgeRefused as refusal:
        raise Stopped(why_not(refusal), ExitCode.NO) from refusal
    except ForgeFailure as failure:
        raise Stopped(str(failure), ExitCode.NOT_FOUND_OUT) from failure
    _tell(outcome, output)
    if outcome.left_out:
        kept = write_summary(outcome.left_out)
        names = ", ".join(each.place for each in outcome.left_out[:10])
        where = "They stand in the summary of the job." if kept else "See the report of the comparison."
        warn(
            f"{len(outcome.left_out)} documents got no comment, because so many at once are too many: {names}. {where}"
        )
    return _status_set(conversation, documents, asked) if asked.status else ExitCode.YES


def _conversation(asked: _Asked) -> "GithubPullRequest | GitlabMergeRequest":
    from contracthub.cli.comment_place import graphql_url
    from contracthub.client.connection import connection_to
    from contracthub.client.errors import HubUnreachable
    from contracthub.forges import github, gitlab
    from contracthub.forges.calling import Caller

    place = asked.place
    try:
        connection = connection_to(place.api_url, token=place.token, retries=asked.retries)
    except HubUnreachable as error:
        raise click.UsageError(str(error).replace("The hub's address", "The address of the API")) from error
    if asked.forge == "github":
        caller = Caller(connection, "GitHub", headers=github.HEADERS)
        in_actions = os.environ.get("GITHUB_ACTIONS") == "true"
        author = github.author_of(caller, graphql_url(connection.base_url), in_actions=in_actions)
        return github.GithubPullRequest(caller, place.repository, place.number, author)
    caller = Caller(connection, "GitLab")
    user = gitlab.user_of(caller)
    return gitlab.GitlabMergeRequest(caller, place.repository, place.number, user, source=place.commit_project)


def _status_set(
    conversation: "GithubPullRequest | GitlabMergeRequest", documents: "Sequence[Compared]", asked: _Asked
) -> ExitCode:
    from contracthub.cli.comment_posting import standing, why_not
    from contracthub.forges.errors import ForgeFailure, ForgeRefused

    if asked.place.commit is None:
        raise Stopped("Whose status? Give --commit.", ExitCode.USAGE)
    status, told = standing(documents, asked.fail_on, asked.diff_exit_code)
    try:
        conversation.set_status(asked.place.commit, status, asked.context, told, asked.place.run_url)
    except ForgeRefused as refusal:
        raise Stopped(f"The status was not set. {why_not(refusal)}", ExitCode.NO) from refusal
    except ForgeFailure as failure:
        raise Stopped(f"The status was not set. {failure}", ExitCode.NOT_FOUND_OUT) from failure
    return ExitCode.YES


def _tell(outcome: "Outcome", output: str) -> None:
    from contracthub.reports.visible import visible

    if output == "json":
        told: list[tuple[str | None, Done]] = [(each.place, came) for each, came in outcome.done]
        told += [(None, came) for came in outcome.gone]
        say_json([{"document": place, "done": came.deed.value, "url": came.url} for place, came in told])
        return
    for each, came in outcome.done:
        say(visible(f"{each.place}: {came.deed.value}{f' {came.url}' if came.url else ''}"))
    for came in outcome.gone:
        say(visible(f"no longer compared: {came.deed.value}{f' {came.url}' if came.url else ''}"))


def _show(documents: "Sequence[Compared]", asked: _Asked, output: str) -> None:
    from contracthub.cli.comment_posting import standing
    from contracthub.reports.visible import visible, visible_lines

    status, told = standing(documents, asked.fail_on, asked.diff_exit_code)
    if output == "json":
        listed = [
            {"document": each.place, "key": each.key, "clean": each.comment.is_clean, "body": each.comment.body}
            for each in documents
        ]
        say_json({"comments": listed, "status": {"state": status.value, "description": told}})
        return
    for each in documents:
        where = f"{asked.place.repository} {asked.place.number or ''}".rstrip()
        say(visible(f"Would {'resolve' if each.comment.is_clean else 'post'} on {where} about {each.place}:"))
        say("\n".join(visible_lines(each.comment.body)))
        say("")
    say(visible(f"Status {asked.context}: {status.value}, {told}"))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
