"""Work that a provider accepts with 202, by its own document and without any contract: it is begun, and has to end.

What a job is like is told by words that most have for it: a member ``status`` or ``state`` whose value says that it is
under way, or how it ended. A word that the document does not allow there is a fault; one that nobody can tell is none.
"""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from contracthub.domain.verification_reports import Mismatch
from contracthub.domain.verification_runs import Check, CheckStatus, Suite
from contracthub.formats.durations import written
from contracthub.formats.openapi.operations import operations
from contracthub.formats.openapi.parse import OpenApiDocument
from contracthub.formats.safe_json import JsonObject, JsonValue
from contracthub.verification.journeys.places import LeadsAway, Place
from contracthub.verification.journeys.polling import GaveUp, LeftAlone, Poll, RanOut, retry_after
from contracthub.verification.journeys.requests import Outgoing
from contracthub.verification.provider_client import ProviderAnswer
from contracthub.verification.state_solving.api import Api, ApiOperation
from contracthub.verification.state_solving.workshop import NotMade, Round, Thing, Workshop, json_in

MOST_JOBS = 50
EVERY = 0.1
_STATES = ("status", "state", "phase", "jobStatus", "job_status", "progressStatus")
_UNDER_WAY = frozenset(
    {
        *("queued", "pending", "running", "processing", "inprogress", "started", "accepted", "created", "scheduled"),
        *("waiting", "submitted", "new", "active", "working", "open", "initializing", "validating", "cancelling"),
    }
)
_ENDED = frozenset(
    {
        *(
            "done",
            "finished",
            "complete",
            "completed",
            "succeeded",
            "success",
            "successful",
            "ok",
            "ready",
            "processed",
        ),
        *(
            "failed",
            "failure",
            "error",
            "errored",
            "cancelled",
            "canceled",
            "aborted",
            "rejected",
            "expired",
            "timeout",
        ),
        *("timedout", "closed", "partial", "skipped", "deployed", "available"),
    }
)
_PLAIN = re.compile(r"[^a-z]")
_BEGIN, _FIND, _WAIT = "begin it", "find where to ask", "wait until it has ended"
_STEPS = (_BEGIN, _FIND, _WAIT)
# What a server that is well answers now and then, too.
_PASSING = (502, 503, 504)
_LONGEST_SHOWN = 160
_TOO_LONG = "asks to be left alone for {:g} s (Retry-After), and jobs-within in [verify.journeys] is {}"


@dataclass(frozen=True, slots=True)
class Work:
    """An operation that answers with 202; ``tells_where`` says that its document promises a Location."""

    operation: ApiOperation
    tells_where: bool


def jobs_of(document: OpenApiDocument, api: Api) -> tuple[Work, ...]:
    """What a provider accepts with 202, in the order of the document. What removes things is left alone."""
    return tuple(_jobs(document, api))[:MOST_JOBS]


def _jobs(document: OpenApiDocument, api: Api) -> Iterator[Work]:
    promising = {
        each.name.partition(" ")
        for each in operations(document)
        for response in each.responses
        if response.status == "202" and any(name.lower() == "location" for name in response.headers)
    }
    for operation in api.operations:
        if "202" in operation.statuses and operation.method in ("POST", "PUT", "PATCH"):
            # The path of an operation may have what its server has before it.
            own = any(method == operation.method and operation.path.endswith(path) for method, _, path in promising)
            yield Work(operation, own)


class _Broken(Exception):
    """A step did not go as it has to."""

    def __init__(self, step: str, text: str, answer: ProviderAnswer | None) -> None:
        super().__init__(text)
        self.step, self.answer = step, answer


class _Left(Exception):
    """Nothing can be told of the job; the text says why."""


@dataclass(frozen=True, slots=True)
class Jobs:
    """Has work done at one provider. ``most`` is in seconds; ``heard`` is told of every answer by its operation.

    ``deadline`` is when the run ends, whatever a job may take.
    """

    api: Api
    shop: Workshop
    place: Place
    heard: Callable[[str, ProviderAnswer], None]
    most: float
    deadline: float

    def check(self, work: Work) -> Check:
        """Has some work done, and waits until it has ended. What was made for it is removed."""
        now, started = Round(), time.monotonic()
        notes: tuple[str, ...] = ()
        status, error, answer = CheckStatus.PASSED, "", None
        try:
            answer, notes = self._done(work, now)
        except _Left as left:
            status, error = CheckStatus.SKIPPED, str(left)
        except _Broken as broken:
            number = 1 + _STEPS.index(broken.step)
            status, answer = CheckStatus.FAILED, broken.answer
            error = f"Step {number} '{broken.step}' ({work.operation.name}): {broken}."
        finally:
            self.shop.remove(now)
        return Check(
            suite=Suite.JOURNEYS,
            name=f"job of {work.operation.name}",
            status=status,
            operation=work.operation.name,
            status_code=answer.status if answer else None,
            mismatches=(Mismatch("error", "", error),) if status is CheckStatus.FAILED else (),
            error=error,
            milliseconds=round((time.monotonic() - started) * 1000, 3),
            notes=notes,
        )

    def _done(self, work: Work, now: Round) -> tuple[ProviderAnswer, tuple[str, ...]]:
        accepted = self._begun(work, now)
        location = accepted.headers.get("location")
        if not location and work.tells_where:
            text = "the answer was 202, and the Location that the document promises is missing"
            raise _Broken(_FIND, text, accepted)
        if not location:
            raise _Left(f"{work.operation.name} answers 202 and does not say where to ask further.")
        try:
            target = self.place.target_of(location)
        except LeadsAway as error:
            raise _Broken(_FIND, f"the Location is not followed: {error}", accepted) from error
        self._to_be_removed(now, target)
        self._left_alone(accepted, work)
        first = Outgoing("GET", target, {"Accept": "application/json, */*", **now.headers})
        within = self.within
        poll = Poll(self.place, EVERY, within, self._is_over, self._heard, self.place.seconds)
        try:
            asked, answer = poll.until(first)
        except GaveUp as error:
            raise self._given_up(error, within) from error
        named = _state_in(json_in(answer))
        how = f": {named[0]} is {named[1]!r}" if named is not None else ""
        counted = "1 answer" if poll.answers == 1 else f"{poll.answers} answers"
        return answer, (f"{asked.operation} told after {counted} that it had ended{how}",)

    def _to_be_removed(self, now: Round, target: str) -> None:
        """A job that the provider can delete is removed with what was made for it."""
        read, values = self.api.match("GET", target) or (None, {})
        resource = next((each for each in self.api.resources.values() if read and each.read is read), None)
        if resource and resource.delete and resource.parameter and resource.parameter in values:
            others = {name: text for name, text in values.items() if name != resource.parameter}
            now.things.append(Thing(resource, values[resource.parameter], None, dict(now.headers), others))

    @property
    def within(self) -> float:
        """The seconds that a job may still take."""
        return min(self.most, max(0.0, self.deadline - time.monotonic()))

    def _left_alone(self, accepted: ProviderAnswer, work: Work) -> None:
        """Waits as long as the provider asks for before it is asked the first time."""
        pause = retry_after(accepted) or 0.0
        if pause > self.within:
            raise _Left(f"{work.operation.name} {_TOO_LONG.format(pause, written(self.most))}.")
        time.sleep(pause)

    def _begun(self, work: Work, now: Round) -> ProviderAnswer:
        operation = work.operation
        try:
            values = self.shop.path_values(now, operation)
            _, _, body = self.shop.parts_of_request(now, operation)
            answer = self.shop.send(now, operation, values, body)
        except NotMade as failure:
            raise _Left(f"What {operation.name} needs could not be made: {failure}.") from failure
        self.heard(operation.name, answer)
        text = answer.body[:_LONGEST_SHOWN].decode("utf-8", "replace").strip()
        if answer.status >= 500:
            raise _Broken(_BEGIN, f"the answer was {answer.status} ({text})", answer)
        if answer.status != 202:
            raise _Left(f"{operation.name} answered {answer.status} and not 202 ({text}).")
        return answer

    def _heard(self, asked: Outgoing, answer: ProviderAnswer) -> None:
        matched = self.api.match(asked.method, asked.target)
        self.heard(matched[0].name if matched else asked.operation, answer)

    def _is_over(self, asked: Outgoing, answer: ProviderAnswer) -> bool:
        if answer.status >= 500 and answer.status not in _PASSING:
            raise _Broken(_WAIT, f"the answer was {answer.status}", answer)
        if not 200 <= answer.status < 300 or answer.status == 202:
            return False
        named = _state_in(json_in(answer))
        if named is None:
            return True
        name, word = named
        allowed = self._allowed(asked, name)
        if allowed and word not in allowed:
            listed = ", ".join(sorted(allowed))
            raise _Broken(_WAIT, f"{name} is {word!r}, which the document does not have ({listed})", answer)
        return _plain(word) in _ENDED

    def _allowed(self, asked: Outgoing, name: str) -> frozenset[str]:
        """What the document allows for the state of a job; empty where it is open, or nothing is said of it."""
        matched = self.api.match(asked.method, asked.target)
        if matched is None or matched[0].answer is None:
            return frozenset()
        schema = self.api.named_members(matched[0].answer).get(name)
        choices = self.api.facts(schema).get("enum") if schema is not None else None
        return frozenset(map(str, choices)) if isinstance(choices, list) else frozenset()

    def _given_up(self, error: GaveUp, within: float) -> Exception:
        if isinstance(error, LeftAlone):
            return _Left(f"{error.asked.operation} {_TOO_LONG.format(error.pause, written(self.most))}.")
        named = _state_in(json_in(error.answer)) if error.answer is not None else None
        if named is not None and _plain(named[1]) not in _UNDER_WAY:
            return _Left(f"Nobody can tell whether a job whose {named[0]} is {named[1]!r} has ended.")
        if within < self.most and isinstance(error, RanOut):
            return _Left(f"The deadline (--timeout) had passed before {error.asked.operation} told that it had ended.")
        last = f"; {named[0]} still is {named[1]!r}" if named is not None else ""
        status = f", the last answer was {error.answer.status}" if error.answer is not None and named is None else ""
        more = "; jobs-within in [verify.journeys] can allow more time" if isinstance(error, RanOut) else ""
        return _Broken(_WAIT, f"{error.asked.operation}: {error}{last}{status}{more}", error.answer)


def _state_in(told: JsonValue) -> tuple[str, str] | None:
    """The member that tells how far a job is, through one envelope; None where there is none."""
    if not isinstance(told, dict):
        return None
    inner = [each for each in told.values() if isinstance(each, dict)]
    levels: list[JsonObject] = [told, *(inner if len(inner) == 1 else [])]
    for level in levels:
        for name in _STATES:
            value = level.get(name)
            if isinstance(value, str):
                return name, value
    return None


def _plain(word: str) -> str:
    return _PLAIN.sub("", word.lower())
