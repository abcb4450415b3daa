"""Looks at messages that are in topics already: the last ones of each partition, held against their schemas."""

import time
from dataclasses import dataclass

from contracthub.domain.verification_reports import Mismatch
from contracthub.domain.verification_runs import Check, CheckStatus, Suite
from contracthub.verification.events.channels import Channels, told
from contracthub.verification.events.decoding import Decoder, Undecodable
from contracthub.verification.events.kafka import Broker, BrokerAway, Record, TopicUnreadable
from contracthub.verification.events.registry import RegistryAway
from contracthub.verification.events.settings import EventSettings

MOST_MISMATCHES = 50
_TICK = 0.5
# Control records of transactions take offsets, too, so an end may never be reached.
_MOST_SILENCE = 2.0


@dataclass(frozen=True, slots=True)
class TopicSample:
    """Looks at topics one after the other."""

    broker: Broker
    decoder: Decoder
    channels: Channels
    settings: EventSettings
    has_registry: bool
    deadline: float

    def of(self, topic: str) -> Check:
        """What is in the topic; it never raises for what broker and messages are like."""
        started = time.monotonic()
        found: list[Mismatch] = []
        status, error, count = CheckStatus.PASSED, "", 0
        try:
            if topic not in self.channels.topics and not self.has_registry:
                status = CheckStatus.COULD_NOT_RUN
                error = "There is neither a document of the provider that has this topic, nor a --schema-registry."
            else:
                count = self._looked_at(topic, found)
                if found:
                    status, error = CheckStatus.FAILED, told(found)
                elif not count:
                    status, error = CheckStatus.SKIPPED, "There is no message in it."
        except (BrokerAway, TopicUnreadable, RegistryAway) as away:
            status, error = CheckStatus.COULD_NOT_RUN, str(away)
        return Check(
            suite=Suite.EVENTS,
            name=f"messages in {topic}",
            status=status,
            operation=topic,
            mismatches=tuple(found[:MOST_MISMATCHES]),
            error=error,
            milliseconds=round((time.monotonic() - started) * 1000, 3),
            notes=(f"{count:,} messages were looked at",) if count else (),
        )

    def _looked_at(self, topic: str, found: list[Mismatch]) -> int:
        ends = self.broker.ends([topic])
        if not ends:
            raise TopicUnreadable(f"There is no topic {topic} on this broker.")
        oldest = self.broker.beginnings(ends)
        starts = {place: max(oldest[place], end - self.settings.sample) for place, end in ends.items()}
        left = {place: end for place, end in ends.items() if end > starts[place]}
        if left:
            self.broker.watch_from({place: starts[place] for place in left})
        count, heard = 0, time.monotonic()
        while left and time.monotonic() < min(self.deadline, heard + _MOST_SILENCE):
            for record in self.broker.take(_TICK):
                heard = time.monotonic()
                place = record.topic, record.partition
                if record.offset < ends[place]:
                    count += 1
                    self._judge(record, found)
                if record.offset + 1 >= ends[place]:
                    left.pop(place, None)
        return count

    def _judge(self, record: Record, found: list[Mismatch]) -> None:
        if len(found) >= MOST_MISMATCHES:
            return
        where = f"(partition {record.partition}, offset {record.offset})"
        try:
            message = self.decoder.decoded(record)
        except Undecodable as error:
            found.append(Mismatch("body", "$", f"{where} can't be read: {error}"))
            return
        found += [
            Mismatch(each.attribute, each.location, f"{where} {each.text}", each.expected, each.actual)
            for each in self.channels.differences(message)
        ]
