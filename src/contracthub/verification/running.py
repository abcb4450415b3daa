"""Runs suites one after the other under one deadline, and makes one report of what they found."""

import platform
import time
from collections.abc import Container, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from urllib.parse import urlsplit, urlunsplit

from contracthub.domain.verification_runs import ALL, RunReport, Suite, SuiteRun
from contracthub.verification.report import source_of
from contracthub.verification.suites import SUITES, Target, Watcher, suite_named


def suites_in_order(names: Iterable[str]) -> tuple[Suite, ...]:
    """The suites that these names mean, each once, in the order that they run in. Raises KeyError for another name."""
    wanted = set(names)
    unknown = wanted - {*SUITES, ALL}
    if unknown:
        raise KeyError(min(unknown))
    return tuple(Suite(name) for name in SUITES if name in wanted or ALL in wanted)


def run_suites(
    target: Target,
    suites: Iterable[Suite],
    watcher: Watcher,
    *,
    timeout: float,
    environment: Mapping[str, str] | None = None,
    optional: Container[Suite] = (),
) -> RunReport:
    """What the suites found. A suite that breaks down by itself is a problem of the run, and no verdict on anything.

    So is one that found nothing to look at, unless it is ``optional``: nobody named it.
    """
    started_at, started = datetime.now(UTC), time.monotonic()
    deadline = started + timeout
    runs = tuple(_run(suite, target, watcher, deadline, may_be_empty=suite in optional) for suite in suites)
    return RunReport(
        provider=target.provider,
        provider_version=target.provider_version,
        provider_branch=target.provider_branch,
        source=source_of(target.replay) if target.replay else without_credentials(target.base_url),
        started_at=started_at,
        seconds=time.monotonic() - started,
        suites=runs,
        environment=environment_of(target) | dict(environment or {}),
        notices=tuple(dict.fromkeys(notice for run in runs for notice in run.notices)),
    )


def environment_of(target: Target) -> dict[str, str]:
    """What a run took place on: nothing in it is a secret."""
    return {
        "contracthub": version("contracthub"),
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
        "providerBaseUrl": without_credentials(target.base_url),
    }


def without_credentials(url: str) -> str:
    """The address without a name and password, and without the query, where tokens travel."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def _run(suite: Suite, target: Target, watcher: Watcher, deadline: float, *, may_be_empty: bool) -> SuiteRun:
    started = time.monotonic()
    if started >= deadline:
        return SuiteRun(
            suite=suite, checks=(), problems=(f"{suite} was not begun: the deadline (--timeout) had passed.",)
        )
    try:
        found = suite_named(suite)(target, watcher, deadline)
    except Exception as error:  # noqa: BLE001 (what the other suites found must not be lost with it)
        words = f"{type(error).__name__}: {error}"
        return SuiteRun(suite=suite, checks=(), problems=(f"{suite} broke down: {words}",))
    if not found.checks and not found.problems and not may_be_empty:
        # Silence is no success, whatever the other suites found.
        found = replace(found, problems=(f"{suite} looked at nothing, in {time.monotonic() - started:.0f} s.",))
    return found if found.seconds else replace(found, seconds=time.monotonic() - started)
