"""What the commands about elements share: their arguments, how the hub is asked, and what a refusal means to them."""

from collections.abc import Callable
from typing import TypeVar

import click

from contracthub.cli.exits import ExitCode, Stopped, message_for
from contracthub.cli.living_options import living_options
from contracthub.cli.options import required_text
from contracthub.client.element_readers import NotAnElement, UsageAnswer, UsageQuestion, ask_who_reads
from contracthub.client.errors import HubAnswered
from contracthub.client.hub import Hub

R = TypeVar("R")

_OPTIONS = (
    click.argument("provider", metavar="PROVIDER", callback=required_text),
    click.argument("element", metavar="ELEMENT", callback=required_text),
    *living_options("--environment"),
)


def element_options(function: Callable[..., R]) -> Callable[..., R]:
    """Gives a command the provider, the element, and where consumers have to live."""
    decorated = function
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated


def asked_of(hub: Hub, question: UsageQuestion) -> UsageAnswer:
    """The hub's answer. Raises UsageError for what is no element, Stopped and HubFailure where there is no answer."""
    try:
        return ask_who_reads(hub, question)
    except NotAnElement as refusal:
        raise click.UsageError("\n".join(refusal.messages)) from refusal
    except HubAnswered as refusal:
        # A "no" of the hub says nothing about who uses what.
        raise Stopped(message_for(refusal), ExitCode.NOT_FOUND_OUT) from refusal
