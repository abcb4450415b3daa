"""Exit codes, and the one place that knows which failure of the client leads to which."""

from enum import IntEnum

import click

from contracthub.client.errors import HubAnswered, HubFailure
from contracthub.domain.errors import HubError, Unavailable
from contracthub.reports.visible import visible_lines


class ExitCode(IntEnum):
    """What the shell is told. Everything but YES keeps a pipeline from going on."""

    YES = 0
    NO = 1
    USAGE = 2
    NOT_FOUND_OUT = 3
    INTERRUPTED = 130
    PIPE_CLOSED = 141


# Refusals that say nothing about the question: who asks, how often, or whether the hub is well.
_ABOUT_THE_CALL = frozenset({401, 403, 407, 408, 421, 426, 429})


class Stopped(click.ClickException):
    """The command ends here, with a message on stderr and an exit code."""

    def __init__(self, message: str, code: ExitCode) -> None:
        super().__init__("\n".join(visible_lines(message)))
        self.exit_code = code  # type: ignore[misc]  # click says it per class


def exit_code_for(failure: HubFailure) -> ExitCode:
    """NO when the hub understood and refused; otherwise the question stays open."""
    if isinstance(failure, HubAnswered) and 400 <= failure.status < 500 and failure.status not in _ABOUT_THE_CALL:
        return ExitCode.NO
    return ExitCode.NOT_FOUND_OUT


def exit_code_for_hub(error: HubError) -> ExitCode:
    """As exit_code_for, for a command that runs the hub itself."""
    return ExitCode.NOT_FOUND_OUT if isinstance(error, Unavailable) else ExitCode.NO


_CREDENTIALS = (
    "Give a token (CONTRACTHUB_TOKEN or --broker-token), or a user's name and password (--broker-username and "
    "--broker-password)."
)


def message_for(failure: HubFailure) -> str:
    """The failure in words, with what to do about it where that is known."""
    if not isinstance(failure, HubAnswered):
        return str(failure)
    said = "\n".join(failure.messages)
    if failure.status == 401:
        return f"The hub does not let this command in (401): {said}\n{_CREDENTIALS}"
    if failure.status == 403:
        return f"The hub does not allow this with these credentials (403): {said}"
    if failure.status >= 500:
        return f"The hub failed ({failure.status}): {said}"
    return said


def stopped_by(failure: HubFailure) -> Stopped:
    """The end of a command that a failure of the client forces."""
    return Stopped(message_for(failure), exit_code_for(failure))
