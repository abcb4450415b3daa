"""The smoke suite: is the provider up, do its health, OpenAPI and GraphQL addresses answer, are a few reads all right?

It is the first look before longer suites. Reads are GET operations of the provider's OpenAPI that need no parameters,
so they change nothing and need no provider state.
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

from contracthub.domain.errors import HubError
from contracthub.domain.verification_runs import Check, CheckStatus, Suite, SuiteRun
from contracthub.formats import safe_yaml
from contracthub.verification.documents import OPENAPI_PATHS
from contracthub.verification.fuzz.sources import GRAPHQL_PATHS
from contracthub.verification.provider_client import ProviderAnswer, ProviderClient, ProviderSilent
from contracthub.verification.suites import Target, Watcher

HEALTH_PATHS = ("/health", "/healthz", "/actuator/health", "/_health", "/status")
READS = 5
_ASKED_TYPENAME = b'{"query":"{__typename}"}'


def run(target: Target, watcher: Watcher, deadline: float) -> SuiteRun:
    """Looks at the provider for as long as it takes, at most until the deadline."""
    started = time.monotonic()
    look = _Look(target, watcher, deadline)
    watcher.suite(Suite.SMOKE, None)
    if look.is_up():
        look.health()
        document = look.openapi()
        look.graphql()
        look.reads(document)
    return SuiteRun(
        suite=Suite.SMOKE,
        checks=tuple(look.checks),
        problems=tuple(look.problems),
        seconds=time.monotonic() - started,
        tool="contracthub",
        examples=look.asked,
        latencies={name: tuple(times) for name, times in look.latencies.items()},
        exercised={name: tuple(sorted(codes)) for name, codes in look.exercised.items()},
    )


@dataclass(slots=True)
class _Look:
    target: Target
    watcher: Watcher
    deadline: float
    checks: list[Check] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    asked: int = 0
    latencies: dict[str, list[float]] = field(default_factory=dict)
    exercised: dict[str, set[int]] = field(default_factory=dict)

    def is_up(self) -> bool:
        """Any answer below 500 counts: a provider may have nothing at its root."""
        answer, why = self._ask("GET", "/")
        self._add("the provider answers", "GET /", answer, why or _server_error(answer))
        return answer is not None

    def health(self) -> None:
        """The health address that is configured, or the first of the usual ones that there is."""
        given = self.target.settings_of(Suite.SMOKE).get("health")
        for path in (str(given),) if given else HEALTH_PATHS:
            answer, why = self._ask("GET", path)
            if given or (answer is not None and answer.status != 404):
                self._add("the provider says that it is well", f"GET {path}", answer, why or _not_ok(answer))
                return
        looked = ", ".join(HEALTH_PATHS)
        self._skip("the provider says that it is well", f"Nothing is at {looked}; name one in [verify.smoke] health.")

    def openapi(self) -> Mapping[str, Any]:
        """The provider's own OpenAPI; empty where there is none."""
        for path in OPENAPI_PATHS:
            answer, _ = self._ask("GET", path)
            if answer is None or answer.status != 200:
                continue
            document = _object_in(answer.body)
            if {"openapi", "swagger"} & set(document):
                self._add("the OpenAPI document is served", f"GET {path}", answer, "")
                return document
        self._skip("the OpenAPI document is served", f"No OpenAPI document is at {', '.join(OPENAPI_PATHS)}.")
        return {}

    def graphql(self) -> None:
        """Whether the GraphQL endpoint answers the smallest question there is."""
        path = self.target.graphql_path or GRAPHQL_PATHS[0]
        answer, why = self._ask("POST", path, _ASKED_TYPENAME)
        said = _object_in(answer.body) if answer is not None else {}
        if self.target.graphql_path is None and not {"data", "errors"} & set(said):
            # A provider that answers everything, or refuses it, serves no GraphQL by that.
            self._skip("GraphQL answers", f"No GraphQL is at {path}; say where with --graphql-path.")
            return
        told = why or _not_ok(answer) or ("" if said.get("data") else "The answer has no data.")
        self._add("GraphQL answers", f"POST {path}", answer, told)

    def reads(self, document: Mapping[str, Any]) -> None:
        """A few GET operations without parameters."""
        most = self.target.settings_of(Suite.SMOKE).get("reads", READS)
        paths = list(_plain_reads(document))[: most if isinstance(most, int) else READS]
        if not paths:
            none = "The provider's OpenAPI has no GET operation without parameters."
            self._skip("reads", none if document else "No OpenAPI says what can be read.")
        for path in paths:
            answer, why = self._ask("GET", path)
            self._add(f"read {path}", f"GET {path}", answer, why or _server_error(answer))

    def _ask(self, method: str, path: str, body: bytes | None = None) -> tuple[ProviderAnswer | None, str]:
        left = self.deadline - time.monotonic()
        if left <= 0:
            return None, "The deadline (--timeout) had passed."
        seconds = min(self.target.request_timeout_ms / 1000, left)
        client = ProviderClient(self.target.base_url, seconds, self.target.headers, verify_tls=self.target.verify_tls)
        headers = {"Accept": "application/json, */*"} | ({"Content-Type": "application/json"} if body else {})
        self.asked += 1
        try:
            answer = client.send(method, path, headers=headers, body=body)
        except ProviderSilent as silence:
            return None, f"The provider gave no answer: {silence}."
        return answer, self._led_away(path, answer)

    def _led_away(self, path: str, answer: ProviderAnswer) -> str:
        """A redirect to another host is not followed: whatever answers there is not the provider under test."""
        to = answer.headers.get("location", "") if 300 <= answer.status < 400 else ""
        there = urlsplit(urljoin(self.target.base_url, to))
        if not to or there.netloc == urlsplit(self.target.base_url).netloc:
            return ""
        return f"{path} redirects to another host ({there.scheme}://{there.netloc}), which is not followed."

    def _add(self, name: str, operation: str, answer: ProviderAnswer | None, error: str) -> None:
        milliseconds = None if answer is None else answer.milliseconds
        if answer is not None:
            self.latencies.setdefault(operation, []).append(answer.milliseconds)
            self.exercised.setdefault(operation, set()).add(answer.status)
        self._done(
            Check(
                suite=Suite.SMOKE,
                name=name,
                status=CheckStatus.FAILED if error else CheckStatus.PASSED,
                operation=operation,
                status_code=None if answer is None else answer.status,
                error=error,
                milliseconds=milliseconds,
            )
        )

    def _skip(self, name: str, why: str) -> None:
        self._done(Check(suite=Suite.SMOKE, name=name, status=CheckStatus.SKIPPED, error=why))

    def _done(self, check: Check) -> None:
        self.checks.append(check)
        self.watcher.done(check)


def _not_ok(answer: ProviderAnswer | None) -> str:
    if answer is None or answer.status < 400:
        return ""
    return f"The answer was {answer.status}."


def _server_error(answer: ProviderAnswer | None) -> str:
    return _not_ok(answer) if answer is not None and answer.status >= 500 else ""


def _object_in(body: bytes) -> Mapping[str, Any]:
    try:
        value = safe_yaml.loads(body)
    except HubError:
        return {}
    return value if isinstance(value, dict) else {}


def _plain_reads(document: Mapping[str, Any]) -> Iterator[str]:
    paths = document.get("paths")
    for path, item in paths.items() if isinstance(paths, dict) else ():
        read = item.get("get") if isinstance(item, dict) else None
        if not isinstance(read, dict) or "{" in str(path):
            continue
        parameters = [*(item.get("parameters") or ()), *(read.get("parameters") or ())]
        if not any(not isinstance(each, dict) or each.get("required") or "$ref" in each for each in parameters):
            yield str(path)
