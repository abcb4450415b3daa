"""Everything that the gate weighs, published over the hub's API at moments of a clock that a test holds."""

from datetime import datetime, timedelta
from typing import Any

from fastapi import FastAPI
from starlette.testclient import TestClient

from tests.features.given import Given
from tests.features.papers import offered, openapi


class Clock:
    """The hub's clock; it stands still until it is told otherwise."""

    def __init__(self, app: FastAPI, now: datetime) -> None:
        self.now = now
        app.state.clock = lambda: self.now

    def wait(self, days: float) -> None:
        self.now += timedelta(days=days)


class Weighed:
    """The hub, with a history of evidence of each kind."""

    def __init__(self, client: TestClient, clock: Clock) -> None:
        self.given, self.clock, self.client = Given(client), clock, client

    def fits(self, provider: str, number: str, *things: int, size: str = "integer", **more: Any) -> None:
        """A document that has those things, each with a size of that type."""
        offered(self.given, provider, number, openapi(*things, size=size), **more)

    def fuzzed(
        self,
        provider: str,
        number: str,
        *,
        success: bool = True,
        suite: str = "fuzz",
        source: str = "openapi.json",
        began: datetime | None = None,
    ) -> None:
        status = "passed" if success else "failed"
        check = {"suite": suite, "name": "GET /things/1", "status": status}
        run = {"suite": suite, "checks": [check], "problems": [], "seconds": 1.0, "tool": "schemathesis"}
        report = {
            "provider": provider,
            "providerVersion": number,
            "source": source,
            "startedAt": (began or self.clock.now).isoformat(),
            "seconds": 1.0,
            "suites": [run],
        }
        self.given.call("POST", f"/api/v1/providers/{provider}/versions/{number}/evidence", report, status=(201,))

    def policy(self, environment: str | None, *accepts: dict[str, Any]) -> None:
        path = "/api/v1/gate-policies" + (f"/{environment}" if environment else "")
        self.given.call("PUT", path, {"accepts": list(accepts)})

    def waived(self, provider: str, *, days: int = 7, **scope: Any) -> int:
        until = (self.clock.now + timedelta(days=days)).date().isoformat()
        body = {"provider": provider, "reason": "It is mended on Monday", "by": "Ada", "until": until, **scope}
        number: int = self.given.call("POST", "/api/v1/waivers", body, status=(201,))["number"]
        return number

    def ask(self, name: str, number: str, environment: str = "production") -> "Told":
        return Told(self.given.can_i_deploy(name, number, environment))


class Told:
    """An answer of the gate."""

    def __init__(self, answer: Any) -> None:
        self.answer, self.decision, self.summary = answer, answer["decision"], answer["summary"]

    @property
    def deployable(self) -> bool | None:
        assert self.summary["deployable"] is self.decision["deployable"]
        value: bool | None = self.summary["deployable"]
        return value

    @property
    def kinds(self) -> list[str]:
        return [each["verdict"] for each in self.decision["verdicts"]]

    @property
    def verdict(self) -> Any:
        (only,) = self.decision["verdicts"]
        return only

    @property
    def row(self) -> Any:
        (only,) = self.answer["matrix"]
        return only

    @property
    def counts(self) -> tuple[int, int, int]:
        return self.summary["success"], self.summary["failed"], self.summary["unknown"]
