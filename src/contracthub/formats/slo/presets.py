"""Promises that have a name: what an entry of an SLO promises and loads with where it says nothing else."""

from collections.abc import Mapping
from typing import Final

from contracthub.formats.safe_json import JsonObject

# "interactive" has the thresholds of the example fleet. A slow tail of three in a hundred leaves p95 as it was, so each
# preset promises p99 too.
PRESETS: Final[Mapping[str, JsonObject]] = {
    "interactive": {
        "p95": "500ms",
        "p99": "750ms",
        "errors": "<1%",
        "users": 100,
        "think": "1s",
        "duration": "1m",
        "regression": "10%",
    },
    "realtime": {
        "p95": "100ms",
        "p99": "200ms",
        "errors": "<0.1%",
        "users": 20,
        "think": "100ms",
        "duration": "1m",
        "samples": 20_000,
        "regression": "10%",
    },
    "background": {
        "p95": "2s",
        "p99": "5s",
        "errors": "<1%",
        "users": 10,
        "think": "100ms",
        "duration": "2m",
        "regression": "10%",
    },
}
# What an entry has where neither it nor its preset says so.
DEFAULTS: Final[JsonObject] = {
    "users": 10,
    "think": "0ms",
    "duration": "30s",
    "warmup": "1s",
    "samples": 5_000,
    "confidence": 0.95,
}


def filled_in(entry: JsonObject, preset: str | None) -> JsonObject:
    """The entry with what the preset and the defaults add to it. Open arrivals have no users, and no pauses of them."""
    chosen = PRESETS[preset] if preset else {}
    added = {**DEFAULTS, **chosen}
    if "rate" in entry:
        added = {name: value for name, value in added.items() if name not in ("users", "think")}
    return {**added, **entry}
