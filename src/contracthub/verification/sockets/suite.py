"""The suite ``sockets``: consumers' conversation contracts and the provider's own AsyncAPI, held with the provider."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from contracthub.domain.verification_reports import PactResult
from contracthub.domain.verification_runs import MOST_SAMPLES, Check, Suite, SuiteRun
from contracthub.verification.live_contracts import SourcedContract, live_contracts_of, result_of
from contracthub.verification.sockets.asyncapi_document import NoAsyncApi, asyncapi_of
from contracthub.verification.sockets.channel_checks import Channels
from contracthub.verification.sockets.channels import SocketChannel, socket_channels
from contracthub.verification.sockets.holding import Held, Holding, Wanted
from contracthub.verification.sockets.settings import MOST_AT_ONCE, Settings, WrongSettings, settings_of
from contracthub.verification.state_handlers import state_changer
from contracthub.verification.state_module import StateModuleFailed
from contracthub.verification.suites import Target, Watcher

TOOL = "websockets"
_OTHER_FILES = 100
NOTHING = "No consumer's contract is a conversation, and the provider's AsyncAPI has no channel on a WebSocket."


@dataclass(slots=True)
class _Found:
    checks: list[Check] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    pacts: list[PactResult] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    latencies: dict[str, list[float]] = field(default_factory=dict)
    exercised: dict[str, set[int]] = field(default_factory=dict)

    def add(self, held: Held) -> None:
        """Takes what came of a conversation, with the time of each of its steps."""
        check = held.check
        self.checks.append(check)
        for each in held.times:
            samples = self.latencies.setdefault(f"{check.operation} {each.title}", [])
            if len(samples) < MOST_SAMPLES:
                samples.append(each.milliseconds)
        if check.status_code is not None:
            self.exercised.setdefault(check.operation, set()).add(check.status_code)


def run(target: Target, watcher: Watcher, deadline: float) -> SuiteRun:
    """Holds every conversation that consumers need. A provider without any has no checks."""
    started = time.monotonic()
    found = _Found()
    try:
        settings = settings_of(target)
        contracts = tuple(live_contracts_of(target, "conversation", found.problems))
        with ExitStack() as stack:
            _run(target, settings, contracts, _Run(watcher, deadline, found, stack))
    except WrongSettings as wrong:
        found.problems.append(str(wrong))
    except StateModuleFailed as failure:
        found.problems.append(f"--state-module: {failure}")
    if not found.checks and not found.problems:
        found.notices.append(f"sockets: {NOTHING}")
    return SuiteRun(
        suite=Suite.SOCKETS,
        checks=tuple(found.checks),
        problems=tuple(found.problems),
        seconds=round(time.monotonic() - started, 3),
        tool=TOOL,
        tool_version=_tool_version(),
        examples=len(found.checks),
        latencies={name: tuple(samples) for name, samples in found.latencies.items()},
        exercised={name: tuple(sorted(codes)) for name, codes in found.exercised.items()},
        pacts=tuple(found.pacts),
        notices=tuple(found.notices),
    )


@dataclass(frozen=True, slots=True)
class _Run:
    watcher: Watcher
    deadline: float
    found: _Found
    stack: ExitStack


def _run(target: Target, settings: Settings, contracts: Sequence[SourcedContract], now: _Run) -> None:
    channels = _channels(target, settings, now.found.problems)
    if not contracts and not channels:
        return
    now.watcher.suite(Suite.SOCKETS, len(contracts) + len(channels))
    states = state_changer(target, now.stack, now.deadline)
    listening = Channels(channels, settings)
    holding = Holding(target, states, settings.most_bytes, now.deadline, listening.hear)
    wanted = [Wanted(each.document.body, each.consumer, each.consumer_version, each.status) for each in contracts]
    at_once = min(settings.at_once, most_connections())
    if at_once < min(settings.at_once, len(wanted)):
        now.found.notices.append(f"sockets: {at_once} conversations at a time: no more files may be open (ulimit -n)")
    all_held = asyncio.run(_all_held(holding, wanted, at_once, now.watcher))
    # What concerns no consumer stands first in reports, though it is known last.
    for check in asyncio.run(listening.checks(holding)):
        now.found.add(Held(check))
        now.watcher.done(check)
    for contract, held in zip(contracts, all_held, strict=True):
        now.found.add(held)
        result = result_of(contract, [held.check], target)
        if result is not None:
            now.found.pacts.append(result)


def _channels(target: Target, settings: Settings, problems: list[str]) -> tuple[SocketChannel, ...]:
    if settings.asyncapi is None:
        return ()
    try:
        document = asyncapi_of(target, settings.asyncapi)
    except NoAsyncApi as error:
        problems.append(str(error))
        return ()
    return socket_channels(document) if document else ()


async def _all_held(holding: Holding, wanted: Sequence[Wanted], at_once: int, watcher: Watcher) -> list[Held]:
    """What came of each, in their order; so many are held at a time."""
    places = asyncio.Semaphore(at_once)

    async def one(each: Wanted) -> Held:
        async with places:
            held = await holding.hold(each)
            watcher.done(held.check)
            return held

    return await asyncio.gather(*map(one, wanted))


def most_connections() -> int:
    """How many connections this process may have open at a time, beside what else it needs."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return MOST_AT_ONCE
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST_AT_ONCE if soft == resource.RLIM_INFINITY else max(soft - _OTHER_FILES, 1)


def _tool_version() -> str:
    from importlib.metadata import version

    return version(TOOL)
