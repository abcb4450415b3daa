"""From options in their order to version selectors: `-a web -e 1.2.3 -a orders --latest --ignore mail -e 2`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

import click

from contracthub.cli.ordering import Given, given_in_order
from contracthub.client.matrix import VersionSelector

F = TypeVar("F", bound=Callable[..., object])

LATEST_OF_ALL = ""

_NAMES = ("pacticipant", "version", "latest", "tag", "branch", "main_branch", "ignore")

_OPTIONS = (
    click.option("-a", "--pacticipant", multiple=True, metavar="NAME", help="An application of the question."),
    click.option("-e", "--version", multiple=True, metavar="NUMBER", help="Version of the application before it."),
    click.option(
        "-l",
        "--latest",
        multiple=True,
        is_flag=False,
        flag_value=LATEST_OF_ALL,
        metavar="[TAG]",
        help="Newest version (with the tag) of the application before it.",
    ),
    click.option("--tag", multiple=True, metavar="TAG", help="Versions with the tag of the application before it."),
    click.option("--branch", multiple=True, metavar="BRANCH", help="Newest version of the branch."),
    click.option("--main-branch", multiple=True, is_flag=True, help="Newest version of the main branch."),
    click.option("--ignore", multiple=True, metavar="NAME", help="An application (and --version) that must not count."),
)


@dataclass(slots=True)
class _Groups:
    """The selectors as they grow; ``last`` is the list that the next detail belongs to."""

    asked: list[VersionSelector] = field(default_factory=list)
    ignored: list[VersionSelector] = field(default_factory=list)
    last: list[VersionSelector] | None = None
    early: list[tuple[str, dict[str, object]]] = field(default_factory=list)

    def start(self, selectors: list[VersionSelector], name: str | None) -> None:
        if not (name or "").strip():
            raise click.UsageError("The name after --pacticipant or --ignore is blank.")
        selectors.append(VersionSelector(name or ""))
        self.last = selectors
        if self.early and len(selectors) == 1:
            self._take_what_came_early()

    def _take_what_came_early(self) -> None:
        """`-e 1 -a web` is plain enough, and the pact-broker command line takes it; with more names it is a guess."""
        for option, details in self.early:
            if self.last is self.ignored:
                raise _out_of_place(option)
            self.refine(option, **details)

    def finish(self) -> None:
        """Raises UsageError when it is anybody's guess what belongs to what."""
        if self.early and len(self.asked) > 1:
            raise _out_of_place(self.early[0][0])

    def refine(self, option: str, **details: object) -> None:
        if self.last is None:
            self.early.append((option, details))
            return
        if self.last is self.ignored and option != "--version":
            raise click.UsageError(f"{option} can't follow --ignore; only --version can.")
        current = self.last[-1]
        if _is_newest_of_branch(current, option, details):
            details = {"latest": True, **details}
        elif current != VersionSelector(current.pacticipant):
            raise click.UsageError(
                f"Say once which version of {current.pacticipant} is meant: {option} is one too many."
            )
        if any(isinstance(value, str) and not value.strip() for value in details.values()):
            raise click.UsageError(f"The value of {option} for {current.pacticipant} is blank.")
        self.last[-1] = replace(current, **details)  # type: ignore[arg-type]


def _out_of_place(option: str) -> click.UsageError:
    return click.UsageError(f"{option} must come after the --pacticipant that it belongs to.")


def _is_newest_of_branch(current: VersionSelector, option: str, details: Mapping[str, object]) -> bool:
    """Whether --latest stands beside --branch or --main-branch, which mean the newest version anyway."""
    if option == "--latest" and "tag" not in details:
        return current.branch is not None or current.main_branch
    return option in ("--branch", "--main-branch") and current == VersionSelector(current.pacticipant, latest=True)


def selector_options(function: F) -> F:
    """Gives a command the options that `selectors_given` reads; the command must be an OrderedCommand."""
    decorated = function
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated


def selectors_given(ctx: click.Context) -> tuple[tuple[VersionSelector, ...], tuple[VersionSelector, ...]]:
    """The pacticipants that are asked about, and those to ignore. Raises UsageError for an order without sense."""
    groups = _Groups()
    for given in given_in_order(ctx, _NAMES):
        _take(groups, given)
    groups.finish()
    if not groups.asked:
        raise click.UsageError("Which application? Give --pacticipant and its --version.")
    return tuple(groups.asked), tuple(groups.ignored)


def _take(groups: _Groups, given: Given) -> None:
    match given.name:
        case "pacticipant":
            groups.start(groups.asked, given.value)
        case "ignore":
            groups.start(groups.ignored, given.value)
        case "version":
            groups.refine("--version", version=given.value)
        case "latest" if given.value in (None, LATEST_OF_ALL):
            groups.refine("--latest", latest=True)
        case "latest":
            groups.refine("--latest", latest=True, tag=given.value)
        case "tag":
            groups.refine("--tag", tag=given.value)
        case "branch":
            groups.refine("--branch", latest=True, branch=given.value)
        case "main_branch":
            groups.refine("--main-branch", latest=True, main_branch=True)
