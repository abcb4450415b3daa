"""The thread that has documents checked beside the requests, one at a time."""

import logging
import threading

from contracthub.domain.errors import HubError
from contracthub.services.document_checks import carry_out, claim
from contracthub.services.hub import Hub
from contracthub.services.ports.checks import Checker

POLL_SECONDS = 1.0
GRACE_SECONDS = 10.0
logger = logging.getLogger(__name__)


class CheckWorker:
    """Has checked what is due until it is stopped. Several of them, in several hubs, may share one database."""

    def __init__(self, hub: Hub, checker: Checker, *, poll_seconds: float = POLL_SECONDS) -> None:
        self._hub = hub
        self._checker = checker
        self._poll_seconds = poll_seconds
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="check-worker", daemon=True)

    def start(self) -> None:
        """Begin to check."""
        self._thread.start()

    def stop(self, grace_seconds: float = GRACE_SECONDS) -> None:
        """End what is being checked, which is due again at once, and begin nothing new."""
        self._stopping.set()
        self._checker.stop()
        if self._thread.ident is not None:
            self._thread.join(grace_seconds)

    def _work(self) -> None:
        while not self._stopping.is_set():
            try:
                is_idle = not self._one()
            except HubError as error:
                logger.warning("A check of a document was not recorded: %s", error.message)
                is_idle = True
            except Exception:
                logger.exception("A check of a document was not recorded")
                is_idle = True
            if is_idle:
                self._stopping.wait(self._poll_seconds)

    def _one(self) -> bool:
        due = claim(self._hub, self._checker.longest_seconds)
        if due is None:
            return False
        carry_out(self._hub, self._checker, due)
        return True
