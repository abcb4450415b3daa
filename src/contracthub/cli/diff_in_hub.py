"""`contracthub diff --in-hub`: the hub compares what it has, with what it has or with a file."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from contracthub.cli.diff_sources import Reading, asked_of_hub, read_source
from contracthub.cli.exits import ExitCode, Stopped, message_for
from contracthub.client.document_diffs import diff_in_hub, published, sent
from contracthub.client.errors import HubAnswered
from contracthub.client.hub import Hub
from contracthub.domain.change_reports import DiffReport, DocumentReport
from contracthub.formats.change_view import seen_from_here
from contracthub.formats.compared_pairs import with_sentences
from contracthub.formats.document_pairs import Document
from contracthub.formats.wishes import Wishes
from contracthub.reports.diff_reading import NoDiff, diff_from_json

if TYPE_CHECKING:
    from contracthub.cli.diff_running import Asked

_SCHEME = "hub:"


def report_in_hub(asked: "Asked") -> DiffReport:
    """The hub's report. Raises UsageError, Stopped and HubFailure."""
    hub, provider = _required(asked)
    question = {
        "consumers": asked.provider is not None,
        "environments": [*asked.environments],
        "mainBranches": asked.main_branches,
        "details": asked.wishes.tells_all,
        "name": asked.name,
        "subject": asked.subject,
        "old": _side(hub, asked.old, asked),
    }
    here = None
    if asked.new.startswith(_SCHEME):
        question["new"] = _side(hub, asked.new, asked)
    else:
        documents = read_source(asked.new, Reading(format=asked.format, root=asked.root)).documents
        if len(documents) != 1:
            raise click.UsageError(
                f"{asked.new} has {len(documents)} documents; --in-hub compares one file with the hub."
            )
        here = documents[0]
        question["contract"] = sent(here.upload.files, here.upload.root, here.format)
    try:
        answer = diff_in_hub(hub, provider, {name: value for name, value in question.items() if value is not None})
        report = with_sentences(diff_from_json(answer))
    except HubAnswered as refusal:
        raise Stopped(message_for(refusal), ExitCode.NOT_FOUND_OUT) from refusal
    except NoDiff as error:
        raise Stopped(f"The hub's answer is no comparison: {error}", ExitCode.NOT_FOUND_OUT) from error
    sides = {side: question.get(side) for side in ("old", "new")}
    return replace(report, documents=tuple(_told_here(each, asked, sides, here) for each in report.documents))


def _told_here(
    report: DocumentReport, asked: "Asked", sides: Mapping[str, object], here: Document | None
) -> DocumentReport:
    """With the names that both sides have on the command line, so that annotations find the file."""
    for side, which in sides.items():
        if isinstance(which, dict):
            written, label = getattr(asked, side), getattr(report, side)
            named = "@".join([_provider(written), *which.values()])
            if label.startswith(f"{named} "):
                report = replace(report, **{side: written + label.removeprefix(named)})
    return report if here is None else seen_from_here(report, here)


def _required(asked: "Asked") -> tuple[Hub, str]:
    if asked.hub is None:
        raise click.UsageError("Where is the hub? Give --broker-base-url or set CONTRACTHUB_BASE_URL.")
    if not asked.old.startswith(_SCHEME):
        raise click.UsageError("With --in-hub the OLD side is what the hub has: hub:PROVIDER@VERSION.")
    names = {_provider(side) for side in (asked.old, asked.new) if side.startswith(_SCHEME)}
    names |= {asked.provider} if asked.provider is not None else set()
    if len(names) != 1:
        raise click.UsageError("With --in-hub the documents and --provider are of one provider.")
    if asked.severity_config or asked.ignore_file or replace(asked.wishes, tells_all=False) != Wishes():
        told = "With --in-hub the hub judges: without severities, accepted changes and other settings of a team."
        raise click.UsageError(told)
    return asked.hub, str(names.pop())


def _provider(side: str) -> str:
    return side.removeprefix(_SCHEME).partition("@")[0]


def _side(hub: Hub, side: str, asked: "Asked") -> dict[str, object]:
    which = side.partition("@")[2]
    question, offers = asked_of_hub(hub, _provider(side), which, asked.name)
    if not offers:
        raise Stopped(f"The hub knows no document for {side}.", ExitCode.NOT_FOUND_OUT)
    return published(question)
