"""What commands that let something pass have in common: until which day, and who says so."""

import getpass
import os
from datetime import UTC, date, datetime

import click

from contracthub.domain.deadlines import day_in, faults_of_until

# Who started the build, where the CI system tells.
_ACTORS = ("GITHUB_ACTOR", "GITLAB_USER_LOGIN", "BUILD_REQUESTEDFOR", "BUILDKITE_BUILD_CREATOR", "CIRCLE_USERNAME")


def read_until(ctx: click.Context, parameter: click.Parameter, value: str) -> date:
    """The last day. Raises BadParameter for what no hub takes."""
    faults = faults_of_until(value, datetime.now(UTC).date())
    until = day_in(value)
    if faults or until is None:
        raise click.BadParameter("; ".join(fault.text for fault in faults), ctx=ctx, param=parameter)
    return until


def whoever_asks() -> str:
    """The person who started the build, else the one who is logged in; a hub that knows better is not misled."""
    named = next((os.environ[name] for name in _ACTORS if os.environ.get(name, "").strip()), "")
    try:
        return named or getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""
