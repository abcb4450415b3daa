"""What became of a move: records by kind, what was in the way, and what can't be carried over at all."""

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

MOST_TOLD = 1_000


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that was not carried over, and why."""

    kind: str
    text: str


@dataclass(slots=True)
class MovingReport:
    """Filled while a move goes on; several threads may tell of problems at once."""

    records: dict[str, Counter[str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    problem_count: int = 0
    limits: list[str] = field(default_factory=list)
    requests: int = 0
    seconds: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, counts: Mapping[str, Mapping[str, int]]) -> None:
        """Add the numbers of a batch."""
        for kind, done in counts.items():
            self.records.setdefault(kind, Counter()).update(done)

    def tell(self, kind: str, text: str) -> None:
        """Tell of something that was not carried over; of very many, only the first are kept."""
        with self._lock:
            self.problem_count += 1
            if len(self.problems) < MOST_TOLD:
                self.problems.append(Problem(kind, text))

    def asked(self) -> None:
        """Count a request to the source."""
        with self._lock:
            self.requests += 1

    @property
    def is_whole(self) -> bool:
        """Whether everything that can be carried over was."""
        return self.problem_count == 0

    def document(self) -> dict[str, object]:
        """The report as JSON."""
        return {
            "complete": self.is_whole,
            "records": self.records,
            "problemCount": self.problem_count,
            "problems": [{"type": each.kind, "text": each.text} for each in self.problems],
            "notCarriedOver": self.limits,
            "requests": self.requests,
            "seconds": round(self.seconds, 1),
        }
