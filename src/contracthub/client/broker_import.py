"""From another broker into a hub: reads everything there is, in order, and sends it on."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from contracthub.client import broker_evidence, broker_records
from contracthub.client.archive_sending import ArchiveSender, Record, Told
from contracthub.client.broker_records import Inventory
from contracthub.client.broker_source import BrokerSource
from contracthub.client.broker_webhooks import copy_webhooks
from contracthub.client.errors import HubFailure
from contracthub.client.hub import Hub
from contracthub.client.moving_report import MovingReport
from contracthub.client.workspace import are_same

R = TypeVar("R")

LIMITS = (
    "Secrets of webhooks are not shown by brokers; webhooks with one come along switched off.",
    "Numbers of verification results are given anew.",
    "When a version was put on a branch is not shown by brokers; the time of the version or of the branch stands in.",
    "Whether a result was for a work-in-progress or pending pact is not shown by brokers.",
    "The layout of a pact's text is not shown by brokers; its content is the same.",
)


class SourceFailed(HubFailure):
    """The broker that is read gave no usable answer."""


class SameHub(HubFailure):
    """The broker that is read is the hub that is written to."""


@dataclass(frozen=True, slots=True)
class BrokerImport:
    """A move from one broker to a hub."""

    source: Hub
    target: Hub
    report: MovingReport
    told: Told
    workers: int = 8

    def run(self) -> None:
        """Carry over what is not there yet. Raises SameHub, SourceFailed, or HubFailure of the target."""
        source = BrokerSource(self.source, self.report, workers=self.workers)
        sender = ArchiveSender(self.target, self.report, lenient=True, told=self.told)
        self.report.limits += LIMITS
        found, publishers = Inventory(), dict[broker_evidence.ContractKey, str]()
        try:
            _reading(source.check)
            if are_same(self.source, self.target):
                base_url = self.target.connection.base_url
                raise SameHub(
                    f"That is the hub at {base_url} itself, and nothing can be imported into where it is. Name the "
                    "broker to read as URL, and the hub to write to with --broker-base-url."
                )
            for records in (
                broker_records.pacticipants(source, found),
                broker_records.environments(source, found),
                broker_records.versions(source, found),
                broker_records.branches(found),
                broker_evidence.contracts(source, found, publishers),
                broker_evidence.verifications(source, found, publishers),
                broker_evidence.stays(source, found),
            ):
                for record in _read(records):
                    sender.add(record)
                sender.flush()
            copy_webhooks(source, self.target, self.report, _reading)
        finally:
            source.close()


def _reading(function: Callable[..., R], *arguments: Any) -> R:
    """What the source says; a failure while it is asked is the source's, not the target's."""
    try:
        return function(*arguments)
    except HubFailure as failure:
        raise SourceFailed(str(failure)) from failure


def _read(records: Iterator[Record]) -> Iterator[Record]:
    """The records; a failure while they are read is the source's, not the target's."""
    try:
        yield from records
    except HubFailure as failure:
        raise SourceFailed(str(failure)) from failure
