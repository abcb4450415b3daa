"""What documents say of a consumer's contracts with versions of a provider: known, or compared now."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from contracthub.domain.comparisons import OnPaper
from contracthub.domain.live_contracts import LiveName
from contracthub.services.ports import Unit
from contracthub.services.ports.matrix import VersionRef


class PaperPair(NamedTuple):
    """A contract of a consumer version with a version of its provider; ``live`` is its name where it is no pact."""

    consumer_version_id: int
    provider_id: int
    provider_version_id: int
    live: LiveName | None = None


def on_paper(unit: Unit, wanted: Collection[PaperPair], *, now: datetime) -> Mapping[PaperPair, OnPaper]:  # noqa: ARG001
    """For those pairs whose provider version has documents: what these say.

    Of pacts and conversations only. What nobody has compared yet is compared now.
    """
    return {}


def recent_offering(unit: Unit, provider_ids: Collection[int], limit: int) -> Mapping[int, Sequence[VersionRef]]:  # noqa: ARG001
    """The newest versions of those providers that have documents, newest first, at most ``limit`` of each."""
    return {}
