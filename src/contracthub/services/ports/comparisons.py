"""The port to what came out of comparisons."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from contracthub.domain.comparisons import Comparison, ContractKind
from contracthub.domain.readers import EventText


class Comparisons(Protocol):
    """What came out of comparisons, by kind and by the identities of both sides.

    ``engine`` is the version of the rules: what came out by other rules counts as never compared.
    """

    def known(
        self, kind: ContractKind, pairs: Collection[tuple[str, str]], *, engine: str
    ) -> Mapping[tuple[str, str], Comparison]:
        """Those pairs, consumer's identity first, that have been compared."""

    def remember(self, comparisons: Sequence[Comparison], *, engine: str) -> None:
        """Keep what came out.

        A unit that only reads does so in a short transaction of its own when it ends, if the database lets it.
        """

    def texts(self, shas: Collection[str]) -> Mapping[str, EventText]:
        """Schemas of events by what stands for their content."""
