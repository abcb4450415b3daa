"""The threads that deliver webhooks beside the requests. One looks for what is due; each delivery has one of its own.

Each webhook has at most one under way, so its events stay in order, and each host a part of them all: a slow receiver
holds up nothing but itself, however many webhooks call it.
"""

import logging
import threading
from itertools import islice

from contracthub.domain.errors import HubError
from contracthub.domain.webhook_hosts import UnusableUrl, read_url
from contracthub.services.hub import Hub
from contracthub.services.ports.outbound import Sender
from contracthub.services.ports.webhook_deliveries import DueDelivery
from contracthub.services.webhook_delivery import LEASE_SECONDS, claim, deliver, due_addresses, release

MOST_AT_ONCE = 32
# One host may take a quarter of the places.
SHARE_OF_A_HOST = 4
# So many webhooks may be known to wait for hosts that are slow; whoever comes after them is found only later.
MOST_WAITING = 10_000
MOST_READ = 500
POLL_SECONDS = 1.0
GRACE_SECONDS = 10.0
logger = logging.getLogger(__name__)


class DeliveryWorker:
    """Delivers what is due until it is stopped. Several of them, in several hubs, may share one database."""

    def __init__(
        self,
        hub: Hub,
        sender: Sender,
        *,
        most_at_once: int = MOST_AT_ONCE,
        poll_seconds: float = POLL_SECONDS,
        lease_seconds: float = LEASE_SECONDS,
    ) -> None:
        self._hub = hub
        self._sender = sender
        self._most_at_once = most_at_once
        self._poll_seconds = poll_seconds
        self._lease_seconds = lease_seconds
        # Guards what is in the air, and is told when that changes or when there is something to look for.
        self._news = threading.Condition()
        self._busy: dict[str, str] = {}
        # Webhooks whose host had no place left, by host as well, in the order of their turn; they are passed over.
        self._waiting: dict[str, str] = {}
        self._woken = False
        self._stopping = False
        self._looking = threading.Thread(target=self._look, name="webhook-worker", daemon=True)

    def start(self) -> None:
        """Begin to deliver."""
        self._looking.start()

    def stop(self, grace_seconds: float = GRACE_SECONDS) -> bool:
        """Begin nothing new, and wait for what has begun; ``False`` when not all of it ended in time. The rest is
        taken up again by whoever looks after its lease.
        """
        with self._news:
            self._stopping = True
            self._news.notify_all()
            ended = self._news.wait_for(lambda: not self._busy, grace_seconds)
        if self._looking.ident is not None:
            self._looking.join(grace_seconds)
        return ended

    def _look(self) -> None:
        while self._has_room():
            try:
                due = claim(self._hub, besides=self._passed_over(), lease_seconds=self._lease_seconds)
                if due is None:
                    if not self._anybody_let_in():
                        self._rest()
                elif not self._begun(due):
                    release(self._hub, due)
                    self._pass_over_alike()
            except HubError as error:
                logger.warning("Due webhooks can't be looked for: %s", error.message)
                self._rest()
            except Exception:
                logger.exception("Due webhooks can't be looked for")
                self._rest()

    def _pass_over_alike(self) -> None:
        """Learn at once who else waits for hosts without a place: to claim and release each of them takes too long."""
        while found := due_addresses(self._hub, besides=self._passed_over(), most=MOST_READ):
            with self._news:
                hosts = {webhook: _host_of(url) for webhook, url in found}
                full = {webhook: host for webhook, host in hosts.items() if not self._places_at(host)}
                self._waiting |= full
                if len(full) < len(hosts) or self._stopping or len(self._waiting) >= MOST_WAITING:
                    return

    def _has_room(self) -> bool:
        """Waits until one more delivery may begin; ``False`` when the worker is to end."""
        with self._news:
            self._news.wait_for(
                lambda: self._stopping or (len(self._busy) < self._most_at_once and len(self._waiting) < MOST_WAITING)
            )
            return not self._stopping

    def _passed_over(self) -> frozenset[str]:
        with self._news:
            return frozenset({*self._busy, *self._waiting})

    def _rest(self) -> None:
        with self._news:
            self._news.wait_for(lambda: self._stopping or self._woken, self._poll_seconds)
            self._woken = False

    def _begun(self, due: DueDelivery) -> bool:
        """Begin a delivery, unless its host has all the places that one host may have, or the worker is to end."""
        host = _host_of(due.request.url)
        with self._news:
            if self._stopping:
                return False
            if not self._places_at(host):
                self._waiting[due.webhook_uuid] = host
                return False
            self._busy[due.webhook_uuid] = host
        threading.Thread(target=self._deliver, args=(due,), name="webhook-delivery", daemon=True).start()
        return True

    def _deliver(self, due: DueDelivery) -> None:
        try:
            deliver(self._hub, self._sender, due)
        except HubError as error:
            logger.warning("Webhook delivery %s was not recorded: %s", due.uuid, error.message)
        except Exception:
            logger.exception("Webhook delivery %s was not recorded", due.uuid)
        finally:
            self._ended(due)

    def _ended(self, due: DueDelivery) -> None:
        with self._news:
            host = self._busy.pop(due.webhook_uuid)
            # As many as there are places: if all of them looked for one, that alone would keep the database busy.
            turn = (webhook for webhook, other in self._waiting.items() if other == host)
            for webhook in list(islice(turn, self._places_at(host))):
                del self._waiting[webhook]
            self._woken = True
            self._news.notify_all()

    def _anybody_let_in(self) -> bool:
        """Nothing else is due, so those whose turn it was have nothing any more: let in whoever finds a place."""
        with self._news:
            open_hosts = {host for host in set(self._waiting.values()) if self._places_at(host)}
            before = len(self._waiting)
            self._waiting = {webhook: host for webhook, host in self._waiting.items() if host not in open_hosts}
            return len(self._waiting) < before

    def _places_at(self, host: str) -> int:
        """How many more deliveries the host may have under way; asked with what is in the air under guard."""
        share = max(1, self._most_at_once // SHARE_OF_A_HOST)
        return max(0, share - list(self._busy.values()).count(host))


def _host_of(url: str) -> str:
    try:
        return read_url(url).authority
    except UnusableUrl:
        return ""
