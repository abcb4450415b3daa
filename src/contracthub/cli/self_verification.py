"""Options about a provider's own check, by the names that PactFlow's command lines give them (bidirectional §12)."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

from contracthub.client.provider_contracts import SelfVerification

F = TypeVar("F", bound=Callable[..., object])

_NAMES = (
    "verification_success",
    "verification_exit_code",
    "verification_results",
    "verification_results_content_type",
    "verification_results_format",
    "verifier",
    "verifier_version",
)
_OPTIONS = (
    click.option(
        "--verification-success/--no-verification-success",
        default=None,
        help="Whether the provider's own check of the document succeeded. Default: nothing is said of it.",
    ),
    click.option(
        "--verification-exit-code", type=int, metavar="CODE", help="The same, as the check's exit code: 0 is a success."
    ),
    click.option(
        "--verification-results",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        metavar="FILE",
        help="What the check wrote; kept byte for byte.",
    ),
    click.option("--verification-results-content-type", metavar="TYPE", help="Its media type, such as text/plain."),
    click.option("--verification-results-format", metavar="NAME", help="Its format, such as junit."),
    click.option("--verifier", metavar="NAME", help="The tool that checked."),
    click.option("--verifier-version", metavar="NUMBER", help="Its version."),
)


def self_verification_options(function: F) -> F:
    """Gives a command these options."""
    decorated = function
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated


def self_verification_from(options: dict[str, object]) -> SelfVerification:
    """What is said of the check. Raises UsageError for two ways of saying how it ended."""
    success, code, results, *texts = (options[name] for name in _NAMES)
    if success is not None and code is not None:
        raise click.UsageError("Give --verification-success or --verification-exit-code, not both.")
    if code is not None:
        success = code == 0
    content = results.read_bytes() if isinstance(results, Path) else None
    content_type, kind, verifier, version = (str(each) if each else None for each in texts)
    return SelfVerification(None if success is None else bool(success), content, content_type, kind, verifier, version)
