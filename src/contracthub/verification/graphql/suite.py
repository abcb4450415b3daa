"""The suite ``graphql``: what consumers ask in GraphQL, held against the schema and asked of the running provider."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

from contracthub.domain.verification_runs import MOST_SAMPLES, Check, CheckStatus, Suite, SuiteRun
from contracthub.verification.graphql.checking import OperationCheck
from contracthub.verification.graphql.drift import drift_check
from contracthub.verification.graphql.judge import Judge, NotJudged, Refused, judging
from contracthub.verification.graphql.operations import (
    Operation,
    OperationsNotRead,
    operations_in,
    operations_in_documents,
)
from contracthub.verification.graphql.schemas import (
    SchemaNotThere,
    given_schema,
    path_of,
    published_schema,
    running_schema,
)
from contracthub.verification.pact_sources import pacts_of
from contracthub.verification.provider_client import ProviderClient
from contracthub.verification.provider_states import NoStates, StateChanger
from contracthub.verification.state_handlers import state_changer
from contracthub.verification.state_module import StateModuleFailed
from contracthub.verification.state_solving.mutations import MutationSolver
from contracthub.verification.state_solving.solving import Solving
from contracthub.verification.state_solving.substitution import Substitutions
from contracthub.verification.state_solving.wanted import replay_order
from contracthub.verification.suites import Target, Watcher

TOOL = "graphql-core"
NOTHING = "No consumer's contract sends a GraphQL operation, and --operations names no documents."


@dataclass(slots=True)
class _Found:
    checks: list[Check] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    latencies: dict[str, list[float]] = field(default_factory=dict)
    exercised: dict[str, set[int]] = field(default_factory=dict)

    def add(self, check: Check) -> None:
        self.checks.append(check)
        if check.milliseconds is not None and check.operation:
            samples = self.latencies.setdefault(check.operation, [])
            if len(samples) < MOST_SAMPLES:
                samples.append(check.milliseconds)
        if check.status_code is not None and check.operation:
            self.exercised.setdefault(check.operation, set()).add(check.status_code)


def run(target: Target, watcher: Watcher, deadline: float) -> SuiteRun:
    """Checks every GraphQL operation of the consumers. A provider without GraphQL consumers has no checks."""
    started = time.monotonic()
    found = _Found()
    operations = _operations(target, found)
    if operations or target.sdl or target.graphql_path:
        watcher.suite(Suite.GRAPHQL.value, len(operations))
        with judging(deadline) as judge:
            _check_all(target, watcher, operations, judge, found, deadline)
    elif not found.problems:
        found.add(Check(suite=Suite.GRAPHQL, name="graphql", status=CheckStatus.SKIPPED, error=NOTHING))
    return SuiteRun(
        suite=Suite.GRAPHQL,
        checks=tuple(found.checks),
        problems=tuple(found.problems),
        notices=tuple(found.notices),
        seconds=round(time.monotonic() - started, 3),
        tool=TOOL,
        tool_version=_tool_version(),
        examples=len(found.checks),
        latencies={name: tuple(samples) for name, samples in found.latencies.items()},
        exercised={name: tuple(sorted(codes)) for name, codes in found.exercised.items()},
    )


def _check_all(
    target: Target, watcher: Watcher, operations: tuple[Operation, ...], judge: Judge, found: _Found, deadline: float
) -> None:
    client = _client(target, target.base_url)
    path = path_of(target, operations)
    for check in _schemas(target, client, path, judge, found.problems):
        found.add(check)
        watcher.done(check)
    with ExitStack() as stack:
        try:
            handler = state_changer(target, stack, deadline)
        except StateModuleFailed as failure:
            found.problems.append(f"--state-module: {failure}")
            return
        checking = OperationCheck(client, path, judge, handler, deadline, _solving(target, client))
        for operation in _in_order(operations, handler):
            watcher.news(operation.name)
            check = checking.of(operation)
            found.add(check)
            watcher.done(check)


def _schemas(target: Target, client: ProviderClient, path: str, judge: Judge, problems: list[str]) -> Iterator[Check]:
    """Has the judge take the running provider's schema, else the one it was said to have; tells where they differ."""
    given = running = None
    try:
        given = given_schema(target) or published_schema(target)
    except SchemaNotThere as error:
        problems.append(str(error))
    try:
        running = running_schema(client, path)
    except SchemaNotThere as error:
        if given is None:
            problems.append(f"{error} Give --sdl: operations are sent, and are not held against any schema.")
    if given is not None and running is not None:
        yield drift_check(judge, given, running)
    for schema, whose in ((running, "The running provider's schema"), (given, "The schema that was given")):
        if schema is None:
            continue
        try:
            judge.read_schema(schema)
        except (Refused, NotJudged) as error:
            problems.append(f"{whose} can't be used: {error}")
        else:
            return


def _operations(target: Target, run: _Found) -> tuple[Operation, ...]:
    found = list(_in_pacts(target, run))
    try:
        found += operations_in_documents(target.operations)
    except OperationsNotRead as error:
        run.problems.append(str(error))
    return tuple(each for each in found if not target.consumers or each.consumer in target.consumers)


def _in_pacts(target: Target, run: _Found) -> Iterator[Operation]:
    for pact in pacts_of(target, run.problems, run.notices):
        yield from operations_in(pact.document, consumer_version=pact.consumer_version, pending=pact.is_pending)


def _client(target: Target, url: str) -> ProviderClient:
    return ProviderClient(url, target.request_timeout_ms / 1000, target.headers, target.verify_tls)


def _solving(target: Target, client: ProviderClient) -> Solving | None:
    return Solving(MutationSolver(client), Substitutions()) if target.solve_states else None


def _in_order(operations: tuple[Operation, ...], handler: StateChanger) -> list[Operation]:
    """Where nobody can empty the provider, what wants it to be empty comes first, and queries before mutations."""
    if not isinstance(handler, NoStates):
        return list(operations)
    return sorted(
        operations,
        key=lambda each: (
            replay_order(each.interaction) if each.interaction else 0,
            each.text.lstrip().startswith("mutation"),
        ),
    )


def _tool_version() -> str:
    from importlib.metadata import version

    return version(TOOL)
