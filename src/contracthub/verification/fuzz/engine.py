"""The one door to Schemathesis: nothing else in the house imports it, and what comes out are our own values.

Its engine is no public interface of the library; ``tests/verification/fuzz/test_engine.py`` holds what is relied on,
and the version is pinned. Hooks and checks are global to a process, and so is its warning state: every job gets a
process of its own (``child``).
"""

import json
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import schemathesis
from schemathesis import Config
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.core.transport import Response
from schemathesis.core.version import SCHEMATHESIS_VERSION
from schemathesis.engine import Status, events, from_schema
from schemathesis.engine.recorder import ScenarioRecorder

from contracthub.formats.graphql.parse import parse as check_schema
from contracthub.formats.openapi.parse import parse
from contracthub.verification.fuzz.job import FuzzJob
from contracthub.verification.fuzz.sightings import NO_ANSWER, Sighting, plain_place, schema_place
from contracthub.verification.fuzz.wire import Answer, Call, origin_of

TOOL = "Schemathesis"
TOOL_VERSION: str = SCHEMATHESIS_VERSION
# These look at one answer alone: the same request shows the same fault, whoever sends it.
RESPONSE_CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
# These need requests that an operation never offered, with methods that change things.
_UNSAFE_CHECKS = ("unsupported_method", "use_after_free", "ensure_resource_availability")
# Frameworks list the methods of one of several handlers of a path. No client reads it, and every service would have it.
_OFF = ("allow_header_conformance",)
_READING = ("GET", "HEAD", "OPTIONS")
_WRITING = ("POST", "PUT", "PATCH", "DELETE", "TRACE", "QUERY")
# Its router takes these for marks of its own.
_UNREADABLE = re.compile(r"[<>]")
_IN_PATH = re.compile(r"\{([^{}]+)\}")
_NETWORK = re.compile(r"(?i)network error|unresponsive operation|server unavailable")


class DocumentRefused(Exception):
    """The document can't be fuzzed: the library does not take it, or nothing in it may be sent."""


@dataclass(frozen=True, slots=True)
class PhaseBegan:
    """The engine goes on to another way of making requests."""

    name: str


@dataclass(frozen=True, slots=True)
class Exercised:
    """One request of the engine was answered with this status."""

    operation: str
    status: int
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Trouble:
    """The engine could not do something; no fault of the provider."""

    text: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The campaign is over: ``completed``, ``max_time``, ``server_unavailable`` or another of the engine's reasons."""

    reason: str


Event = PhaseBegan | Exercised | Sighting | Trouble | Ended


@dataclass(slots=True)
class Engine:
    """A document that Schemathesis has loaded, with everything that the job says about how to fuzz."""

    job: FuzzJob
    values: Mapping[str, list[str | int | float]] = field(default_factory=dict)
    operations: tuple[str, ...] = ()
    failures: dict[str, str] = field(default_factory=dict)
    unreadable: tuple[str, ...] = ()
    """Operations that are left out: the library ends at a path like theirs."""
    _schema: Any = None

    def __post_init__(self) -> None:
        load_all_checks()
        self._load()
        self.operations = tuple(_labels(self._schema))

    def draw_from(self, values: Mapping[str, list[str | int | float]]) -> None:
        """Has generated requests hold these values now and then, by where they are sent (``path.id``)."""
        if values:
            self.values = values
            self._load()

    def _load(self) -> None:
        try:
            schema = _loaded(self.job, Config.from_dict(self.settings(self.job.seconds)))
            schema.config.update(base_url=self.job.base_url)
            if self.job.kind != "graphql":
                self.unreadable = tuple(label for label in _labels(schema) if _UNREADABLE.search(label))
                schema = schema.exclude(path_regex=_UNREADABLE.pattern) if self.unreadable else schema
            self._schema = schema if self.job.unsafe else _reading_only(schema, self.job.kind)
        except Exception as error:  # the library's errors have no common ancestor, and a document may be anything
            raise DocumentRefused(_first_line(error)) from error

    def settings(self, seconds: float) -> dict[str, Any]:
        """The library's settings, all said: a settings file in the working directory must not count."""
        job = self.job
        off = _OFF if job.unsafe else (*_OFF, *_UNSAFE_CHECKS)
        checks: dict[str, Any] = {name: {"enabled": False} for name in off}
        phases: dict[str, Any] = {name: {"enabled": name in job.phases} for name in _PHASES}
        if not job.unsafe:
            phases["coverage"]["unexpected-methods"] = []
        generation: dict[str, Any] = {"database": "none"}
        if job.most_examples is not None:
            generation["max-examples"] = job.most_examples
        settings: dict[str, Any] = {
            "seed": job.seed,
            "workers": 1,
            "headers": dict(job.headers),
            "max-time": max(1, round(seconds)),
            "request-timeout": job.request_seconds,
            "max-redirects": 3,
            "tls-verify": job.verify_tls,
            "continue-on-failure": True,
            "generation": generation,
            "phases": phases,
            "checks": checks,
            "warnings": False,
            "cache": {"enabled": False},
        }
        if job.rate is not None:
            settings["rate-limit"] = f"{max(1, round(job.rate))}/s"
        if self.values:
            settings["dictionaries"] = {f"d{at}": {"values": each} for at, each in enumerate(self.values.values())}
            settings["parameters"] = {
                key: {"dictionary": f"d{at}", "probability": 0.5} for at, key in enumerate(self.values)
            }
        return settings

    def campaign(self, seconds: float) -> Iterator[Event]:
        """Lets the library fuzz for so long, and tells what it does while it does it.

        Where it fails by itself, it begins again without consumers' values, once.
        """
        ends = time.monotonic() + seconds
        while True:
            try:
                yield from self._run(ends - time.monotonic())
            except Exception as error:  # noqa: BLE001 - any document may bring up a fault of the library
                if self.values and ends - time.monotonic() > 1:
                    self.values = {}
                    self._load()
                    continue
                yield Trouble(f"The fuzzer failed: {_first_line(error)}")
            return

    def _run(self, seconds: float) -> Iterator[Event]:
        self._schema.config.max_time = max(1, round(seconds))
        stream = from_schema(self._schema).execute()
        try:
            for event in stream:
                yield from _told(event)
        finally:
            stream.stop()

    def faults_in(self, operation: str, call: Call, answer: Answer) -> list[Sighting]:
        """What the document has against an answer to a request for this operation."""
        found = self._schema.find_operation_by_label(operation)
        if found is None:
            return []
        # The checks look at the answer; the path must only be such that it can be filled in.
        case = found.Case(path_parameters=dict.fromkeys(_IN_PATH.findall(operation), "x"))
        response = _response(self.job.base_url, call, answer)
        if not self._failed(operation, case, response, RESPONSE_CHECKS):
            return []
        # A failure does not say which of the checks that know its kind it is of; the fault's name depends on it.
        each_alone = (
            (name, each) for name in RESPONSE_CHECKS for each in self._failed(operation, case, response, (name,))
        )
        seen = [_sighting(operation, name, each, answer.status, call) for name, each in each_alone]
        return [each for each in seen if not _is_said_already(each)]

    def _failed(self, operation: str, case: Any, response: Response, names: Sequence[str]) -> Sequence[Failure]:
        try:
            case.validate_response(response, checks=[CHECKS.get_one(name) for name in names])
        except FailureGroup as group:
            return list(group.exceptions)
        except Exception as error:  # noqa: BLE001 - what the library fails on is no fault of the provider
            self.failures[_first_line(error)] = operation
        return []


_PHASES = ("examples", "coverage", "fuzzing", "stateful")


def _loaded(job: FuzzJob, config: Config) -> Any:
    """The document, read within our own limits first: the library's loaders have none."""
    if job.kind == "graphql":
        check_schema(job.document)
        text = job.document.lstrip()
        if text.startswith("{"):
            return schemathesis.graphql.from_dict(json.loads(text), config=config)
        return schemathesis.graphql.from_file(text, config=config)
    # The library writes into what it is given.
    return schemathesis.openapi.from_dict(json.loads(json.dumps(parse(job.document).document)), config=config)


def _reading_only(schema: Any, kind: str) -> Any:
    if kind == "graphql":
        return schema.include(name_regex=r"^Query\.")
    return schema.include(method=list(_READING))


def _labels(schema: Any) -> Iterator[str]:
    for each in schema.get_all_operations():
        # One that can't be read is told of by the engine itself.
        with suppress(Exception):
            yield each.ok().label


def _told(event: Any) -> Iterator[Event]:
    if isinstance(event, events.PhaseStarted):
        yield PhaseBegan(event.phase.name.value)
    elif isinstance(event, events.ScenarioFinished):
        yield from _scenario(event.recorder)
    elif isinstance(event, events.NonFatalError):
        yield from _trouble(event)
    elif isinstance(event, events.FatalError):
        yield Trouble(f"The fuzzer stopped: {_first_line(event.exception)}")
    elif isinstance(event, events.EngineFinished):
        yield Ended(str(event.stop_reason.value))


def _scenario(recorder: ScenarioRecorder) -> Iterator[Event]:
    for case_id, interaction in recorder.interactions.items():
        node, response = recorder.cases.get(case_id), interaction.response
        if node is not None and response is not None:
            yield Exercised(node.value.operation.label, response.status_code, response.elapsed * 1000)
    for case_id, checks in recorder.checks.items():
        for check in checks:
            if check.status == Status.FAILURE and check.failure_info is not None:
                seen = _seen(recorder, case_id, check.name, check.failure_info)
                if not _is_said_already(seen) and not _is_unreadable(seen):
                    yield seen


def _is_said_already(seen: Sighting) -> bool:
    """That a server error is undocumented, and of another type, is nothing beside the error itself."""
    return seen.status is not None and seen.status >= 500 and seen.check in RESPONSE_CHECKS[1:]


def _is_unreadable(seen: Sighting) -> bool:
    """That a body which is no JSON is refused as HTTP has it (RFC 9110, 15.5.1, 15.5.16), documented or not.

    Nobody sends such a one who follows the document.
    """
    if seen.check != "status_code_conformance" or seen.status not in (400, 415) or seen.call is None:
        return False
    if not seen.call.body or "json" not in (seen.call.header("Content-Type") or "").lower():
        return False
    try:
        json.loads(seen.call.body)
    except (ValueError, RecursionError):
        return True
    return False


def _seen(recorder: ScenarioRecorder, case_id: str, check: str, info: Any) -> Sighting:
    failure: Failure = info.failure
    interaction = recorder.interactions.get(failure.case_id or case_id) or recorder.interactions.get(case_id)
    status = interaction.response.status_code if interaction is not None and interaction.response is not None else None
    call = _call(interaction.request) if interaction is not None else None
    operation = failure.operation or recorder.cases[case_id].value.operation.label
    seen = _sighting(operation, check, failure, status, call)
    # What compares several requests is shown by all of them.
    steps = [step.curl for step in info.steps]
    if len(steps) > 1:
        return replace(seen, curl="\n".join(steps), call=None)
    return seen if seen.call is not None else replace(seen, curl=info.code_sample)


def _sighting(operation: str, check: str, failure: Failure, status: int | None, call: Call | None) -> Sighting:
    return Sighting(
        operation=operation,
        check=check,
        code=failure.code,
        failure=type(failure).__name__,
        title=failure.title,
        message=_message(failure),
        place=_place(failure, status),
        status=status,
        call=call,
        is_repeatable=check in RESPONSE_CHECKS and call is not None,
    )


def _message(failure: Failure) -> str:
    said = getattr(failure, "validation_message", None) if hasattr(failure, "schema_path") else None
    if said:
        where = plain_place(getattr(failure, "instance_path", ()))
        return f"{where}: {said}"
    return failure.message.strip() or failure.title


def _place(failure: Failure, status: int | None) -> str:
    """What tells two faults of one operation and check apart, and is the same in every run."""
    path = getattr(failure, "schema_path", None)
    if path is not None:
        # A fault of all refusals is one fault.
        return f"{(status or 0) // 100}xx {schema_place(path, getattr(failure, 'validation_message', ''))}"
    errors = getattr(failure, "errors", None)
    if errors:
        return ",".join(sorted({plain_place(each.get("path") or ()) for each in errors if isinstance(each, dict)}))
    headers = getattr(failure, "missing_headers", None)
    if headers:
        return f"{status} {','.join(sorted(headers))}"
    return str(status) if type(failure).__name__ in _BY_STATUS else ""


_BY_STATUS = frozenset(
    {
        *("ServerError", "ContentTypeServerError", "UndefinedStatusCode", "MissingContentType", "UndefinedContentType"),
        *("MalformedMediaType", "MalformedJson", "ContentDeserializationError", "DiscriminatorMismatch"),
    }
)


def _trouble(event: Any) -> Iterator[Event]:
    if not event.related_to_operation or not _NETWORK.search(event.info.title):
        yield Trouble(f"{event.label}: {_first_line(event.value)}")
        return
    text = event.info.message.splitlines()[0] if event.info.message else "no answer"
    kind, code, title = next(each for words, each in _SILENCES if any(word in text.lower() for word in words))
    yield Sighting(
        operation=event.label,
        check=NO_ANSWER,
        code=code,
        failure=kind,
        title=title,
        message=text,
        curl=event.info.code_sample or "",
    )


_SILENCES: tuple[tuple[tuple[str, ...], tuple[str, str, str]], ...] = (
    (("redirect",), ("redirects", "CH104", "Redirects without an end")),
    (("timed out", "time out", "timeout"), ("timeout", "CH101", "No answer in time")),
    (("",), ("reset", "CH102", "Connection closed without a whole answer")),
)


def _call(request: Any) -> Call:
    parts = urlsplit(request.uri)
    headers = tuple((name, ", ".join(values)) for name, values in request.headers.items())
    return Call(
        request.method,
        quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._"),
        tuple(parse_qsl(parts.query, keep_blank_values=True)),
        headers,
        request.body,
    )


@dataclass(frozen=True, slots=True)
class _Sent:
    """A request as the library's checks look at it."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes | None


def _response(base_url: str, call: Call, answer: Answer) -> Response:
    request: Any = _Sent(call.method, origin_of(base_url) + call.target, dict(call.headers), call.body)
    content_type = (answer.headers.get("content-type") or [""])[0]
    charset = re.search(r"(?i)charset=\"?([\w-]+)", content_type)
    return Response(
        status_code=answer.status,
        headers=dict(answer.headers),
        content=answer.body,
        request=request,
        elapsed=answer.milliseconds / 1000,
        verify=False,
        message=answer.reason,
        encoding=charset[1] if charset else "utf-8",
    )


def _first_line(error: BaseException) -> str:
    text = str(error).strip() or type(error).__name__
    return text.splitlines()[0][:300]
