"""The suite ``events``: messages of pacts, flow contracts, and what is in topics, at a real broker."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from importlib.metadata import version

from contracthub.domain.verification_reports import PactResult
from contracthub.domain.verification_runs import Check, CheckStatus, Suite, SuiteRun
from contracthub.formats.flow.model import Flow, document_from
from contracthub.formats.pact.model import AsyncMessage
from contracthub.verification.events.channels import Channels, channels_of
from contracthub.verification.events.decoding import Decoder
from contracthub.verification.events.encoding import Writing
from contracthub.verification.events.flows import FlowRunner
from contracthub.verification.events.kafka import Broker, BrokerAway
from contracthub.verification.events.message_states import MessageStates
from contracthub.verification.events.provoking import MessageCheck, MessageWanted
from contracthub.verification.events.registry import Registry
from contracthub.verification.events.sampling import TopicSample
from contracthub.verification.events.settings import EventSettings, WronglySet, settings_from
from contracthub.verification.live_contracts import SourcedContract, live_contracts_of, result_of
from contracthub.verification.pact_sources import pacts_of
from contracthub.verification.provider_client import ProviderClient
from contracthub.verification.state_handlers import state_changer
from contracthub.verification.state_module import StateModuleFailed
from contracthub.verification.suites import Target, Watcher

TOOL = "aiokafka"
NOTHING = "events: there is no flow contract, no message in a pact, and no sample = N in [verify.events]."
NO_KAFKA = "{} of pacts were not looked for in Kafka: --kafka HOST:PORT says where it is."


@dataclass(slots=True)
class _Found:
    checks: list[Check] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    results: list[PactResult] = field(default_factory=list)


@dataclass(slots=True)
class _Work:
    """Everything that is to be looked at."""

    settings: EventSettings
    flows: list[tuple[SourcedContract, Flow]] = field(default_factory=list)
    messages: list[MessageWanted] = field(default_factory=list)
    topics: tuple[str, ...] = ()
    channels: Channels = field(default_factory=Channels)

    @property
    def is_nothing(self) -> bool:
        return not (self.flows or self.messages or self.topics)


def run(target: Target, watcher: Watcher, deadline: float) -> SuiteRun:
    """Looks at messages and flows. Where there are none it has no checks."""
    started = time.monotonic()
    found = _Found()
    try:
        work = _work(target, settings_from(target), found)
    except WronglySet as error:
        return SuiteRun(suite=Suite.EVENTS, checks=(), problems=(str(error),))
    if work.is_nothing:
        if not (found.problems or found.notices):
            found.notices.append(NOTHING)
    else:
        watcher.suite(Suite.EVENTS.value, len(work.flows) + len(work.messages) + len(work.topics))
        _look(target, watcher, deadline, work, found)
    return SuiteRun(
        suite=Suite.EVENTS,
        checks=tuple(found.checks),
        problems=tuple(found.problems),
        seconds=round(time.monotonic() - started, 3),
        tool=TOOL,
        tool_version=version(TOOL),
        examples=len(found.checks),
        pacts=tuple(found.results),
        notices=tuple(found.notices),
    )


def _work(target: Target, settings: EventSettings, found: _Found) -> _Work:
    work = _Work(settings)
    work.flows = [
        (contract, document_from(contract.document)) for contract in live_contracts_of(target, "flow", found.problems)
    ]
    messages = list(_messages(target, found))
    if settings.access is None:
        if messages:
            found.notices.append(NO_KAFKA.format("1 message" if len(messages) == 1 else f"{len(messages)} messages"))
        return work
    work.messages = messages
    if messages or settings.sample:
        work.channels = channels_of(target, settings, found.problems)
    if settings.sample:
        named = tuple(settings.topic(each) for each in settings.sample_topics)
        work.topics = named or work.channels.sent
        if not work.topics:
            found.problems.append(
                "There is no topic to take a sample of: the provider has no AsyncAPI document that names one, and "
                "[verify.events] has no sample-topics."
            )
    return work


def _messages(target: Target, found: _Found) -> Iterator[MessageWanted]:
    for pact in pacts_of(target, found.problems, found.notices):
        consumer = pact.document.consumer_name
        if target.consumers and consumer not in target.consumers:
            continue
        for interaction in pact.document.interactions:
            if isinstance(interaction.exchange, AsyncMessage):
                pending = pact.is_pending or interaction.is_pending
                yield MessageWanted(consumer, pact.consumer_version, pending, interaction)


def _look(target: Target, watcher: Watcher, deadline: float, work: _Work, found: _Found) -> None:
    with ExitStack() as stack:
        try:
            states = state_changer(target, stack, deadline)
        except StateModuleFailed as failure:
            found.problems.append(f"--state-module: {failure}")
            return
        broker: Broker | None = None
        if work.settings.access is not None:
            try:
                broker = stack.enter_context(Broker(work.settings.access, deadline))
            except BrokerAway as away:
                _could_not(str(away), watcher, work, found)
                work.flows = [(contract, flow) for contract, flow in work.flows if not flow.needs_kafka]
        registry = Registry(work.settings.registry) if work.settings.registry else None
        decoder = Decoder(registry, work.channels.schema_for)
        if broker is not None:
            for_messages = MessageStates(target, states)
            stack.callback(for_messages.end)
            tools = _Tools(broker, decoder, for_messages, registry)
            _look_at_messages(target, watcher, deadline, work, found, tools)
        client = ProviderClient(target.base_url, target.request_timeout_ms / 1000, target.headers, target.verify_tls)
        runner = FlowRunner(client, broker, decoder, Writing(registry), states, work.settings, deadline, watcher.news)
        _run_flows(runner, target, watcher, work, found)


@dataclass(frozen=True, slots=True)
class _Tools:
    broker: Broker
    decoder: Decoder
    states: MessageStates
    registry: Registry | None


def _look_at_messages(
    target: Target, watcher: Watcher, deadline: float, work: _Work, found: _Found, tools: _Tools
) -> None:
    settings, channels = work.settings, work.channels
    checking = MessageCheck(target, tools.broker, tools.decoder, channels, tools.states, settings, deadline)
    for wanted in work.messages:
        watcher.news(wanted.interaction.description)
        _add(checking.of(wanted), watcher, found)
    sample = TopicSample(tools.broker, tools.decoder, channels, settings, tools.registry is not None, deadline)
    for topic in work.topics:
        watcher.news(topic)
        _add(sample.of(topic), watcher, found)


def _run_flows(runner: FlowRunner, target: Target, watcher: Watcher, work: _Work, found: _Found) -> None:
    for contract, flow in work.flows:
        outcome = runner.run(flow)
        check = Check(
            suite=Suite.EVENTS,
            name=flow.name,
            status=contract.status(outcome.status),
            consumer=contract.consumer,
            consumer_version=contract.consumer_version,
            operation=_operation(flow),
            provider_states=tuple(each.name for each in flow.given),
            mismatches=outcome.mismatches,
            error=outcome.error,
            milliseconds=outcome.milliseconds,
            notes=outcome.notes,
        )
        _add(check, watcher, found)
        result = result_of(contract, (check,), target)
        if result is not None:
            found.results.append(result)


def _could_not(why: str, watcher: Watcher, work: _Work, found: _Found) -> None:
    """Every check that needs the broker, which is away."""
    names = [(each.consumer, each.interaction.description, "") for each in work.messages]
    names += [("", f"messages in {topic}", topic) for topic in work.topics]
    names += [(contract.consumer, flow.name, _operation(flow)) for contract, flow in work.flows if flow.needs_kafka]
    for consumer, name, operation in names:
        status = CheckStatus.COULD_NOT_RUN
        check = Check(suite=Suite.EVENTS, name=name, status=status, consumer=consumer, operation=operation, error=why)
        _add(check, watcher, found)


def _operation(flow: Flow) -> str:
    """The topic that a flow is about: the first that is written to, else the first that is listened to."""
    sent = [topic for each in flow.sends if (topic := getattr(each, "topic", None))]
    return next(iter((*sent, *flow.topics_out)), "")


def _add(check: Check, watcher: Watcher, found: _Found) -> None:
    found.checks.append(check)
    watcher.done(check)
