"""One fuzzing job from its document to its last finding, inside of the child process."""

import time
from collections.abc import Mapping

from contracthub.formats.openapi.parse import parse
from contracthub.verification.fuzz.consumers import ConsumersCampaign, ProviderGone
from contracthub.verification.fuzz.engine import (
    TOOL,
    TOOL_VERSION,
    DocumentRefused,
    Ended,
    Engine,
    Exercised,
    PhaseBegan,
    Trouble,
)
from contracthub.verification.fuzz.job import FuzzJob
from contracthub.verification.fuzz.ledger import Ledger, Tell
from contracthub.verification.fuzz.messages import Began, Over, Said
from contracthub.verification.fuzz.rest import RestSurface
from contracthub.verification.fuzz.sending import Sender
from contracthub.verification.fuzz.sightings import Sighting
from contracthub.verification.fuzz.surfaces import Surface
from contracthub.verification.fuzz.wire import Call, path_of
from contracthub.verification.provider_client import ProviderClient
from contracthub.verification.provider_states import NoStates, StateChanger, StatesByUrl

# Of the time to fuzz, on top of it, for smaller requests where something was found; in seconds, the least and the most.
_SHRINKING = 0.1
_LEAST_SHRINKING = 1.0
_MOST_SHRINKING = 4.0


def work(job: FuzzJob, tell: Tell) -> None:
    """Does a job, and tells what it sees while it does."""
    try:
        engine = Engine(job)
        # What it takes to read a document is not taken from the time to fuzz with it.
        ends = time.monotonic() + job.seconds
        surface = _surface(job, engine)
        ledger = Ledger(job, tell)
        sender = Sender(
            job.root_url, job.headers, seconds=job.request_seconds, verify_tls=job.verify_tls, rate=job.rate
        )
        campaign = ConsumersCampaign(job, surface, sender, _states(job), ledger)
        ledger.consumers = campaign.consumers()
        engine.draw_from(surface.values(_by_operation(campaign)))
        tell(Began(engine.operations, TOOL, TOOL_VERSION, ledger.consumers))
        for operation in engine.unreadable:
            ledger.trouble(f"{operation} is not fuzzed: the fuzzer can't read a path with < or >.")
        reason = _all(job, engine, campaign, ledger, ends)
    except DocumentRefused as refusal:
        tell(Said(f"The document can't be fuzzed: {refusal}"))
        tell(Over("refused"))
        return
    for text, operation in engine.failures.items():
        ledger.trouble(f"An answer to {operation} could not be held against the document: {text}")
    ledger.go_on("")
    tell(Over(reason))


def _all(job: FuzzJob, engine: Engine, campaign: ConsumersCampaign, ledger: Ledger, ends: float) -> str:
    now = time.monotonic()
    try:
        if campaign.seeds:
            share = job.consumers_share if job.phases else 1.0
            campaign.run(now + share * (ends - now), ends)
            campaign.leave_states()
    except ProviderGone as gone:
        ledger.trouble(f"The provider does not answer any more: {gone}")
        return "server_unavailable"
    left = ends - time.monotonic()
    reason = _campaign(engine, ledger, left) if job.phases and left > 0 else "completed"
    if ledger.seen:
        ledger.go_on("smaller requests")
        campaign.shrink(time.monotonic() + min(_MOST_SHRINKING, max(_LEAST_SHRINKING, _SHRINKING * job.seconds)))
    return reason


def _surface(job: FuzzJob, engine: Engine) -> Surface:
    if job.kind == "graphql":
        from contracthub.formats.graphql.parse import parse as parse_schema
        from contracthub.verification.fuzz.graphql_surface import GraphqlSurface

        return GraphqlSurface(parse_schema(job.document).schema, path_of(job.base_url), engine.faults_in)
    return RestSurface(parse(job.document), path_of(job.root_url), engine.faults_in)


def _states(job: FuzzJob) -> StateChanger:
    if not job.state_url:
        return NoStates()
    client = ProviderClient(job.state_url, max(1.0, job.request_seconds), verify_tls=job.verify_tls)
    return StatesByUrl(client, job.state_teardown)


def _by_operation(campaign: ConsumersCampaign) -> Mapping[str, list[Call]]:
    found: dict[str, list[Call]] = {}
    for seed in campaign.seeds:
        found.setdefault(seed.operation, []).append(seed.call)
    return found


def _campaign(engine: Engine, ledger: Ledger, seconds: float) -> str:
    reason = "completed"
    for event in engine.campaign(seconds):
        if isinstance(event, Exercised):
            ledger.answered(event.operation, event.status, event.milliseconds)
        elif isinstance(event, Sighting):
            ledger.saw(event)
        elif isinstance(event, PhaseBegan):
            ledger.go_on(event.name)
        elif isinstance(event, Trouble):
            ledger.trouble(event.text)
        elif isinstance(event, Ended):
            reason = event.reason
    return reason
