"""What a fuzzing job saw so far: told at once where it is new, and counted where it is not."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from contracthub.verification.fuzz.job import MOST_FINDINGS, FuzzJob
from contracthub.verification.fuzz.messages import Found, Going, Message, Said
from contracthub.verification.fuzz.sightings import Sighting, finding_of

Tell = Callable[[Message], None]
MOST_SAMPLES = 200
MOST_TROUBLES = 20
_EVERY = 0.25


@dataclass(slots=True)
class Ledger:
    """What was seen so far, told at once where it is new."""

    job: FuzzJob
    tell: Tell
    consumers: dict[str, list[str]] = field(default_factory=dict)
    seen: dict[str, Sighting] = field(default_factory=dict)
    examples: int = 0
    what: str = ""
    _samples: list[tuple[str, int, float]] = field(default_factory=list)
    _counts: dict[str, int] = field(default_factory=dict)
    _statuses: set[tuple[str, int]] = field(default_factory=set)
    _troubles: set[str] = field(default_factory=set)
    _told_at: float = 0.0

    def saw(self, sighting: Sighting) -> bool:
        """Whether a fault is seen for the first time; then it is told."""
        fingerprint = sighting.fingerprint
        if fingerprint in self.seen or len(self.seen) >= MOST_FINDINGS:
            return False
        self.seen[fingerprint] = sighting
        self.show(sighting)
        return True

    def show(self, sighting: Sighting) -> None:
        """Tells a finding, or the smaller request of one that was told."""
        consumers = self.consumers.get(sighting.operation, [])
        if sighting.interaction is not None:
            first = sighting.interaction[0]
            consumers = [first, *(each for each in consumers if each != first)]
        self.tell(
            Found(
                finding_of(
                    sighting,
                    consumers,
                    self.job.root_url,
                    verify_tls=self.job.verify_tls,
                    secrets=self.job.secrets,
                )
            )
        )

    def answered(self, operation: str, status: int, milliseconds: float) -> None:
        """Counts one answer, and keeps what is new about it."""
        self.examples += 1
        count = self._counts.get(operation, 0)
        if count < MOST_SAMPLES or (operation, status) not in self._statuses:
            self._counts[operation] = count + 1
            self._statuses.add((operation, status))
            self._samples.append((operation, status, round(milliseconds, 2)))
        self.go_on()

    def go_on(self, what: str | None = None) -> None:
        """Tells how far it is, a few times a second at most."""
        now = time.monotonic()
        if what is not None:
            self.what = what
        elif now - self._told_at < _EVERY:
            return
        self._told_at = now
        self.tell(Going(self.examples, self.what, tuple(self._samples)))
        self._samples.clear()

    def trouble(self, text: str) -> None:
        """Tells a problem, each once."""
        if text not in self._troubles and len(self._troubles) < MOST_TROUBLES:
            self._troubles.add(text)
            self.tell(Said(text))
