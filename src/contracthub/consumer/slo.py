"""Builds SLO contracts: how fast and how reliable a provider has to be for a consumer."""

from collections.abc import Mapping
from typing import Self

from contracthub.consumer.building import Builder, given, only, state
from contracthub.formats.safe_json import JsonObject

_PROMISED = frozenset({"p50", "p90", "p95", "p99", "max", "errors", "throughput", "regression"})
_LOAD = frozenset({"users", "think", "rate", "duration", "warmup", "samples", "confidence"})


class Slo(Builder):
    """Promises, one call of `promise` each; `request` and `given` speak of the last one.

    Without a consumer it is what the provider promises by itself.
    """

    kind = "slo"

    def __init__(self, name: str, *, provider: str, consumer: str | None = None, preset: str | None = None) -> None:
        super().__init__(name, consumer=consumer, provider=provider)
        self._set(preset=preset)
        self._entry: JsonObject = {}

    def promise(self, *operations: str, **members: object) -> Self:
        """What is promised of an operation, ``GET /orders/{id}``, or of several together, and under which load.

        ``p50``, ``p90``, ``p95``, ``p99``, ``max`` are times such as ``500ms``; ``errors`` and ``regression`` shares
        such as ``<1%``; ``throughput`` and ``rate`` are ``50/s``. ``users``, ``think``, ``duration``, ``warmup``,
        ``samples`` and ``confidence`` describe the load; ``preset`` names a promise; ``unsafe`` allows to change data.
        """
        told = only("A promise", members, _PROMISED | _LOAD | {"preset", "unsafe"})
        operation = operations[0] if len(operations) == 1 else list(operations)
        self._entry = given(operation=operation, **told)
        return self._add("operations", self._entry)

    def request(self, path: str, *, method: str | None = None, body: object = None, **members: object) -> Self:
        """A request of the load; without any, those of the consumer's pacts are sent.

        It may say ``query``, ``headers`` and ``statuses``: the answers that are right.
        """
        told = only("A request", members, frozenset({"query", "headers", "statuses"}))
        return self._append("requests", given(method=method, path=path, body=body, **told))

    def given(self, name: str, params: Mapping[str, object] | None = None) -> Self:
        """The provider has to be in this state while the load lasts."""
        return self._append("given", state(name, dict(params or {})))

    def _append(self, name: str, item: JsonObject) -> Self:
        if not self._entry:
            raise ValueError("Nothing is promised yet; call promise(operation) first.")
        listed = self._entry.setdefault(name, [])
        assert isinstance(listed, list)
        listed.append(item)
        return self
