"""The sides of a matrix question: for each pacticipant in it, which of its versions count."""

from collections.abc import Sequence
from dataclasses import dataclass

from contracthub.domain.matrix_question import Criterion, ResolvedSelector

EVERY_VERSION: None = None


@dataclass(frozen=True, slots=True)
class Side:
    """The versions of one pacticipant that count; ``version_ids`` is ``None`` where all of them do."""

    name: str
    selectors: tuple[ResolvedSelector, ...]
    version_ids: frozenset[int] | None

    @classmethod
    def of(cls, name: str, selectors: Sequence[ResolvedSelector]) -> "Side":
        """The side that selectors of one pacticipant make together."""
        if any(each.criterion is Criterion.ANY for each in selectors):
            return cls(name, tuple(selectors), EVERY_VERSION)
        keys = frozenset(each.version_id for each in selectors if each.version_id is not None)
        return cls(name, tuple(selectors), keys)
