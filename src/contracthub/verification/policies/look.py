"""What a rule looks through: the provider's operations, whom it asks as, and what was asked already."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from contracthub.domain.verification_runs import MOST_SAMPLES
from contracthub.verification.fuzz.wire import Call
from contracthub.verification.policies.making import Maker
from contracthub.verification.policies.rules import Exchanged
from contracthub.verification.policies.settings import PolicySettings, Principal
from contracthub.verification.policies.surface import PolicyOperation, Surface
from contracthub.verification.provider_address import is_public
from contracthub.verification.provider_client import ProviderAnswer, ProviderClient, ProviderSilent
from contracthub.verification.suites import Target

T = TypeVar("T")

MOST_REQUESTS = 20_000
# How long a provider that was asked too often is waited for: once, and in a whole run. In seconds.
_LONGEST_WAIT = 10
_LONGEST_WAITS = 60
_MOST_TRIES = 3


class OutOfTime(Exception):
    """The deadline has passed, or more was asked than any provider should be asked."""


@dataclass(slots=True)
class Journal:
    """What was sent in all, and what came back. ``silent`` says where nothing did."""

    requests: int = 0
    waited: float = 0.0
    latencies: dict[str, list[float]] = field(default_factory=dict)
    exercised: dict[str, set[int]] = field(default_factory=dict)
    limited: list[Exchanged] = field(default_factory=list)
    silent: dict[str, str] = field(default_factory=dict)

    def write(self, exchanged: Exchanged) -> None:
        """Keeps what is of use to others: how long it took, what was answered, and whether it was too much."""
        samples = self.latencies.setdefault(exchanged.operation, [])
        if len(samples) < MOST_SAMPLES:
            samples.append(exchanged.answer.milliseconds)
        self.exercised.setdefault(exchanged.operation, set()).add(exchanged.answer.status)
        if exchanged.answer.status == 429:
            self.limited.append(exchanged)


@dataclass(frozen=True, slots=True)
class _Watched(ProviderClient):
    """A client whose exchanges are kept in the journal, and that stops in time."""

    look: Any = None

    def send(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> ProviderAnswer:
        """The answer. Raises ProviderSilent, and OutOfTime."""
        look: Look = self.look
        look.count()
        return ProviderClient.send(self, method, path, headers=headers, body=body)


@dataclass
class Look:
    """One run's view of a provider. Nothing in it raises for what a provider does, but OutOfTime."""

    target: Target
    base_url: str
    settings: PolicySettings
    surface: Surface
    deadline: float
    journal: Journal = field(default_factory=Journal)
    published: Surface | None = None
    covered: dict[str, tuple[str, ...]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    reasons: dict[str, str] = field(default_factory=dict)
    _known: dict[str, Any] = field(default_factory=dict)
    _makers: dict[Principal, Maker] = field(default_factory=dict)

    @property
    def operations(self) -> tuple[PolicyOperation, ...]:
        """Those of the document, but for what is left out and what need not come to an end."""
        return self.once(
            "operations",
            lambda: tuple(
                each
                for each in self.surface.operations
                if each.name not in self.settings.leave_out and not each.is_stream
            ),
        )

    @property
    def may_change(self) -> bool:
        """Whether things may be made and unmade: not out on the internet, unless somebody says so."""
        if self.settings.unsafe is not None:
            return self.settings.unsafe
        return bool(self.once("is private", lambda: not is_public(self.base_url)))

    @property
    def principal(self) -> Principal:
        """Whom the rules ask as that don't say otherwise: who was named, the run's own headers, the first there is."""
        named = {each.name: each for each in self.settings.principals}
        if self.settings.asking:
            return named[self.settings.asking]
        if self.target.headers or not named:
            return Principal("", self.target.headers)
        return next(iter(named.values()))

    def once(self, name: str, find: Callable[[], T]) -> T:
        """What was found under this name before, else what is found now: rules share what they look at."""
        if name not in self._known:
            self._known[name] = find()
        found: T = self._known[name]
        return found

    def count(self) -> None:
        """One more request is about to be made. Raises OutOfTime."""
        self.journal.requests += 1
        if time.monotonic() >= self.deadline or self.journal.requests > MOST_REQUESTS:
            raise OutOfTime

    def client(self, principal: Principal | None = None) -> ProviderClient:
        """A client that asks as somebody, or as nobody."""
        headers = principal.headers if principal is not None else ()
        return self._client(headers)

    def _client(self, headers: tuple[tuple[str, str], ...]) -> ProviderClient:
        seconds = max(self.target.request_timeout_ms / 1000, 0.1)
        return _Watched(self.base_url, seconds, headers, verify_tls=self.target.verify_tls, look=self)

    def states_client(self) -> ProviderClient:
        """A client for the endpoint that changes provider states."""
        seconds = max(self.target.request_timeout_ms / 1000, 0.1)
        return ProviderClient(self.target.state_url or "", seconds, (), verify_tls=self.target.verify_tls)

    def ask(self, operation: str, call: Call, *, patient: bool = True) -> Exchanged | None:
        """Sends a request as it is, and again when it was asked too often and the provider says when it may.

        None where no answer came, which the journal keeps.
        """
        found = self._asked(operation, call)
        tries = 1
        while found is not None and patient and tries < _MOST_TRIES and self._waited(found):
            found = self._asked(operation, call)
            tries += 1
        return found

    def _asked(self, operation: str, call: Call) -> Exchanged | None:
        client = self._client(())
        try:
            answer = client.send(call.method, call.target, headers=dict(call.headers), body=call.body)
        except ProviderSilent as silence:
            self.journal.silent.setdefault(operation, str(silence))
            return None
        found = Exchanged(operation, call, answer)
        self.journal.write(found)
        return found

    def _waited(self, by: Exchanged) -> bool:
        """Whether it was worth while to wait as long as a 429 says."""
        said = by.answer.headers.get("retry-after", "").strip()
        if by.answer.status != 429 or not said.isascii() or not said.isdecimal() or len(said) > 2:
            return False
        seconds = max(int(said), 0.1)
        left = self.deadline - time.monotonic()
        if seconds > _LONGEST_WAIT or self.journal.waited + seconds > _LONGEST_WAITS or seconds > left:
            return False
        self.journal.waited += seconds
        time.sleep(seconds)
        return True

    def maker(self, principal: Principal | None = None) -> Maker:
        """Who makes requests for operations, and the things that they need, as somebody."""
        who = principal or self.principal
        if who not in self._makers:
            examples = self._examples(who)
            client = self.client(who)
            self._makers[who] = Maker(self.surface, client, who, examples, self.deadline, may_make=self.may_change)
        return self._makers[who]

    def _examples(self, who: Principal) -> Mapping[str, str]:
        """The examples of the settings; one that is a principal's tenant is each principal's own."""
        tenants = {each.tenant for each in self.settings.principals if each.tenant}
        given = self.settings.examples
        return {name: who.tenant if who.tenant and value in tenants else value for name, value in given.items()}

    def asked(self, operation: PolicyOperation, principal: Principal | None = None) -> Exchanged | None:
        """The answer to a proper request for an operation. None where there is none, or no request can be made."""
        call = self.maker(principal).call_for(operation)
        return None if call is None else self.ask(operation.name, call)

    def sent(self, operation: PolicyOperation) -> Exchanged | None:
        """The answer to a proper request, asked once in a run; what changes things is asked only where that may be."""
        if not (operation.is_read or self.may_change):
            return None

        def ask() -> Exchanged | None:
            found = self.asked(operation)
            if found is not None:
                self.used(operation, found)
            return found

        return self.once(f"sent {operation.name}", ask)

    def used(self, operation: PolicyOperation, by: Exchanged) -> None:
        """What an operation was about may be another now, or gone, where it was let through and is no read."""
        if not operation.is_read and by.answer.status < 400:
            resource = self.surface.api.resource_at(operation.api)
            for each in self._makers.values():
                each.forget("" if resource is None else resource.path)

    def reads(self) -> Iterator[tuple[PolicyOperation, Exchanged]]:
        """Each GET operation with its answer, asked once in a run."""
        for each in self.operations:
            if each.api.method == "GET":
                found = self.sent(each)
                if found is not None:
                    yield each, found

    def skip(self, rule: str, why: str) -> None:
        """Why a rule has nothing to look at."""
        self.reasons.setdefault(rule, why)

    def tidy(self) -> None:
        """Removes what was made, as far as the provider lets that be done."""
        for each in self._makers.values():
            each.tidy()
