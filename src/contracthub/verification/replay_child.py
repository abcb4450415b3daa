"""The child process of a replay: reads a job from stdin, runs pact-python's verifier, writes the result to a file.

Run with ``python -m contracthub.verification.replay_child RESULT_FILE``. It is a process of its own because the
verifier prints to the process's stdout, can't be stopped, and may take its process down. It does not outlive its
parent: what nobody waits for any more must not be published.
"""

import json
import logging
import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import asdict, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

# Before pact is imported: the library decides at its first use.
os.environ["PACT_DO_NOT_TRACK"] = "true"

from pact import Verifier

from contracthub.verification.job import BEGUN, SELECTOR_KEYS, HubSource, PactAddress, ReplayJob, job_from_json
from contracthub.verification.nobodys_proxy import nobodys_proxy, nowhere, nowhere_but
from contracthub.verification.one_root import environment_with, one_root_file
from contracthub.verification.provider_address import is_public
from contracthub.verification.replay_end import Ending, ending_at

# The relays are loaded when there is something to relay: with what they need, that takes longer than a small replay.
if TYPE_CHECKING:
    from contracthub.client.connection import Connection
    from contracthub.verification.hub_relay import HubRelay
    from contracthub.verification.state_relay import StateRelay
    from contracthub.verification.state_solving.preparing import SolvingWhenNeeded

VERIFIER_LOGGER = "pact.ffi.pact_verifier"
_BEGINS = "Running provider verification for "


class _Errors(logging.Handler):
    """Keeps what the verifier logs as an error: a publication that failed shows nowhere else."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(record.getMessage())


class _Begun(logging.Handler):
    """Tells the parent which interaction is begun: what the verifier prints comes when all are done."""

    def __init__(self, ending: Ending) -> None:
        super().__init__(logging.INFO)
        self._ending = ending

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        if text.startswith(_BEGINS):
            name = " ".join(text.removeprefix(_BEGINS).split())
            self._ending.begun(name)
            sys.stdout.write(f"{BEGUN}{name}\n")
            sys.stdout.flush()


def main() -> None:
    """Runs the job and leaves the verifier's results, the failure if any, and its logged errors in the result file."""
    job = job_from_json(sys.stdin.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with ExitStack() as stack:
        root = stack.enter_context(one_root_file())
        asked = tuple(_addresses_in(job))
        if not _speaks_tls(job.provider_url, asked):
            os.environ.update(environment_with(root))
        proxy = stack.enter_context(nobodys_proxy())
        os.environ.update(nowhere_but(proxy, asked))
        solved = stack.enter_context(_preparing(job))
        states = stack.enter_context(_state_relay(job, solved))
        if solved is not None:
            job = replace(job, provider_url=solved.provider_url, files=tuple(_prepared(job.files, solved, stack)))
        job = replace(job, state_url=states.url) if states else job
        relayed, hubs = _through_relays(job, stack, solved.learn if solved else None)
        verifier = configured(relayed)
        ending = stack.enter_context(ending_at(job.ends_at, nowhere(proxy) | environment_with(root)))
        errors = _listen(ending)
        try:
            verifier.verify()
            failure = None
        except RuntimeError as error:
            failure = str(error)
    result: dict[str, object] = {
        "failure": failure,
        "logged": errors.texts,
        "results": verifier.results,
        **_seen_by(hubs),
    }
    result["states"] = states.failures if states else {}
    result["ended"] = ending.ended
    result["notes"] = [[*key, notes] for key, notes in solved.notes.items()] if solved else []
    text = json.dumps(result)
    for hub in hubs:
        # Nobody knows the relay's address but the verifier.
        text = text.replace(hub.url, "{0.scheme}://{0.netloc}".format(urlsplit(hub.connection.base_url)))
    Path(sys.argv[1]).write_text(text, encoding="utf-8")


def _addresses_in(job: ReplayJob) -> Iterator[str]:
    """Everything that this process asks, by the verifier or by a relay."""
    hubs = (job.hub, *job.addresses)
    named = (job.provider_url, job.message_url, job.state_url, job.openapi, *(hub.url for hub in hubs if hub))
    yield from (url for url in named if url and "://" in url)


def _speaks_tls(provider_url: str, asked: Sequence[str]) -> bool:
    """Whether anything may be asked over TLS: a public provider may send whoever comes to where it is spoken."""
    return is_public(provider_url) or any(url.lower().startswith("https:") for url in asked)


def _prepared(files: Sequence[str], states: "SolvingWhenNeeded", stack: ExitStack) -> Iterator[str]:
    """The files in the order in which their interactions are to be replayed; copies last as long as the stack."""
    folder = Path(stack.enter_context(TemporaryDirectory(prefix="contracthub-states-")))
    for number, file in enumerate(files):
        content = Path(file).read_bytes()
        ordered = states.learn(content)
        if ordered == content:
            yield file
            continue
        copy = folder / f"{number}-{Path(file).name}"
        copy.write_bytes(ordered)
        yield str(copy)


def _through_relays(
    job: ReplayJob, stack: ExitStack, prepared: Callable[[bytes], bytes] | None
) -> tuple[ReplayJob, "list[HubRelay]"]:
    """The job with a relay in the place of each host that serves pacts, and without the credentials for it."""
    relays: list[HubRelay] = []
    if job.hub is None and not job.addresses:
        return job, relays
    from contracthub.verification.hub_relay import Share, relaying_hub

    def relayed(url: str, connection: "Connection") -> str:
        relays.append(stack.enter_context(relaying_hub(connection, Share(*job.share), prepared=prepared)))
        return relays[-1].url + urlunsplit(("", "", *urlsplit(url)[2:4], ""))

    if job.hub is not None:
        hub = replace(job.hub, url=relayed(job.hub.url, job.hub.connection), token=None, username=None, password=None)
        job = replace(job, hub=hub)
    addresses = tuple(PactAddress(relayed(each.url, each.connection)) for each in job.addresses)
    return replace(job, addresses=addresses), relays


def _seen_by(hubs: "Sequence[HubRelay]") -> dict[str, object]:
    return {
        "pacts": [asdict(result) for hub in hubs for result in hub.results],
        "opaque": [asdict(one) for hub in hubs for one in hub.opaque],
        "withheld": [consumer for hub in hubs for consumer in hub.withheld],
        "versions": {name: version for hub in hubs for name, version in hub.versions.items()},
        "unreached": [text for hub in hubs for text in hub.failures],
        "facts": [[*key, asdict(fact)] for hub in hubs for key, fact in hub.facts.items()],
        "listed": next((hub.listed for hub in hubs if hub.listed is not None), None),
    }


def _end_with_parent() -> None:
    """The parent keeps our stdin open for as long as it lives, however it ends."""
    sys.stdin.read()
    os._exit(1)


def _preparing(job: ReplayJob) -> "AbstractContextManager[SolvingWhenNeeded | None]":
    if not job.solve_states:
        return nullcontext()
    from contracthub.verification.state_solving.preparing import preparing_states

    return preparing_states(job)


def _state_relay(job: ReplayJob, solved: "SolvingWhenNeeded | None") -> "AbstractContextManager[StateRelay | None]":
    if not job.state_url and solved is None:
        return nullcontext()
    from contracthub.verification.state_relay import relaying

    seconds = job.request_timeout / 1000
    return relaying(job.state_url or "", timeout=seconds, verify_tls=job.verify_tls, solving=solved)


def configured(job: ReplayJob) -> Verifier:
    """A verifier that is set up for the job and has not run."""
    verifier = Verifier(job.provider, host=urlsplit(job.provider_url).hostname)
    verifier.set_coloured_output(enabled=False).set_request_timeout(job.request_timeout)
    verifier.add_transport(url=job.provider_url)
    if job.message_url:
        where = urlsplit(job.message_url)
        port = where.port or (443 if where.scheme == "https" else 80)
        verifier.add_transport(protocol="message", scheme=where.scheme, port=port, path=where.path or "/")
    if not job.verify_tls:
        verifier.disable_ssl_verification()
    for name, value in job.headers:
        verifier.add_custom_header(name, value)
    if job.state_url:
        verifier.state_handler(job.state_url, teardown=job.state_teardown, body=True)
    if job.consumers:
        verifier.filter_consumers(*job.consumers)
    if job.description:
        verifier.filter(job.description)
    _add_sources(verifier, job)
    _set_publishing(verifier, job)
    return verifier


def _listen(ending: Ending) -> _Errors:
    handler = _Errors()
    logger = logging.getLogger(VERIFIER_LOGGER)
    logger.addHandler(handler)
    logger.addHandler(_Begun(ending))
    logger.propagate = False
    # The library fixes its level at its first use.
    logging.getLogger("pact.ffi").setLevel(logging.INFO)
    return handler


def _add_sources(verifier: Verifier, job: ReplayJob) -> None:
    for file in job.files:
        verifier.add_source(file)
    for address in job.addresses:
        # Given as an address, not as a file: the verifier publishes through the links of what it fetched itself.
        if address.token:
            verifier.add_source(address.url, token=address.token)
        else:
            verifier.add_source(address.url, username=address.username, password=address.password)
    if job.hub is not None:
        _add_hub(verifier, job, job.hub)


def _add_hub(verifier: Verifier, job: ReplayJob, hub: HubSource) -> None:
    if hub.token:
        builder = verifier.broker_source(hub.url, token=hub.token, selector=True, use_env=False)
    else:
        builder = verifier.broker_source(
            hub.url, username=hub.username, password=hub.password, selector=True, use_env=False
        )
    if job.provider_branch:
        builder.provider_branch(job.provider_branch)
    if job.provider_tags:
        builder.provider_tags(*job.provider_tags)
    if hub.include_pending:
        builder.include_pending()
    if hub.include_wip_since:
        builder.include_wip_since(hub.include_wip_since)
    for selector in hub.selectors:
        builder.consumer_version(**{SELECTOR_KEYS[key]: value for key, value in selector.items()})  # type: ignore[arg-type]
    builder.build()


def _set_publishing(verifier: Verifier, job: ReplayJob) -> None:
    if job.publishing is None:
        return
    verifier.set_publish_options(
        job.publishing.version,
        url=job.publishing.build_url,
        branch=job.publishing.branch,
        tags=list(job.publishing.tags),
    )


if __name__ == "__main__":
    main()
