"""The hub's own API under the rules that it is a provider for: nothing is waived."""

import re
from collections.abc import Iterator

import httpx
import pytest

from contracthub.checking.comparing import ProcessComparer
from contracthub.domain.access import Access, Role, new_token, token_entry, tokens_from
from contracthub.domain.verification_runs import CheckStatus
from contracthub.web.access import READING_POSTS
from contracthub.web.settings import Settings
from tests.conftest import LiveHub
from tests.verification.policies.serving import failed, held_against

TOKENS = {"HUB_CI": new_token(), "HUB_WALL": new_token()}
ACCESS = Access(
    tokens=tokens_from(
        f"{token_entry('ci', Role.WRITE, TOKENS['HUB_CI'])} {token_entry('wall', Role.READ, TOKENS['HUB_WALL'])}"
    ),
    public_heartbeat=True,
)
PACT = {"consumer": {"name": "Foo"}, "provider": {"name": "Bar"}, "interactions": []}
HEARTBEAT = "/diagnostic/status/heartbeat"


@pytest.fixture
def hub(sqlite_url: str, comparer: ProcessComparer, monkeypatch: pytest.MonkeyPatch) -> Iterator[LiveHub]:
    for name, value in TOKENS.items():
        monkeypatch.setenv(name, value)
    running = LiveHub.start(sqlite_url, settings=Settings(access=ACCESS), comparer=comparer)
    try:
        yield running
    finally:
        running.stop()


def roles_of(hub: LiveHub, headers: dict[str, str]) -> dict[str, list[str]]:
    """Everybody may read, and only who may write the rest."""
    document = hub.get("/api/v1/openapi.json", headers=headers).json()
    matrix = {}
    for path, item in document["paths"].items():
        for method in item:
            asks = method == "post" and READING_POSTS.fullmatch(re.sub(r"\{[^}]+\}", "x", path))
            reads = method in ("get", "head", "options") or asks
            matrix[f"{method.upper()} {path}"] = ["read", "write"] if reads else ["write"]
    return matrix


def test_the_hub_keeps_the_rules(hub: LiveHub) -> None:
    headers = {"Authorization": f"Bearer {TOKENS['HUB_CI']}"}
    httpx.put(f"{hub.url}/pacts/provider/Bar/consumer/Foo/version/1", json=PACT, headers=headers).raise_for_status()
    settings = {
        "packs": ["all"],
        "as": "ci",
        "principals": {
            name: {"role": role, "headers": {"Authorization": f"Bearer ${{HUB_{name.upper()}}}"}}
            for name, role in (("ci", "write"), ("wall", "read"))
        },
        "authentication": {"guarded": "all", "public": [f"GET {HEARTBEAT}"]},
        "roles": roles_of(hub, headers),
        "health": {"path": HEARTBEAT},
    }
    found = held_against(hub.url, settings, headers=tuple(headers.items()))
    assert found.problems == ()
    assert {name: each.error for name, each in failed(found).items()} == {}
    looked = {each.name for each in found.checks if each.status is CheckStatus.PASSED}
    assert looked >= {
        *("authentication.required", "authentication.garbage", "authentication.unsigned", "authentication.public"),
        *("roles.refused", "roles.allowed", "headers.nosniff", "headers.cors", "headers.trace", "health.open"),
        *("errors.unknown-path", "errors.method", "errors.no-leak", "errors.no-server-error"),
    }
    assert not [value for value in TOKENS.values() if value in repr(found)]
