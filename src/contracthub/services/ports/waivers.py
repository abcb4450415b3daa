"""The port to stored waivers."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Protocol

from contracthub.domain.waivers import Waiver


class Waivers(Protocol):
    """Waivers of one workspace."""

    def covering(self, providers: Collection[str], today: date) -> Sequence[Waiver]:
        """Those about one of these providers that hold on that day, newest first, at most ``MOST_WAIVERS``."""
