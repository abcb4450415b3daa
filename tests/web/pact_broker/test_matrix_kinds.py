"""Rows of all kinds of contracts stand together, and can be looked at by kind; that changes no decision."""

from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from tests.features.given import Given
from tests.features.hostile import live_contracts, readers
from tests.features.live import Live, conversation
from tests.web.pages.browsing import open_page

PAIR = [("q[][pacticipant]", "Foo"), ("q[][version]", "1"), ("q[][pacticipant]", "Bar"), ("q[][version]", "9")]
GATE = [*PAIR[:2], ("environment", "production"), ("latestby", "cvpv")]


@pytest.fixture
def given(api: TestClient) -> Given:
    """``Foo`` 1 has contracts of four kinds with ``Bar``, of which 9 lives in production and meets all but one."""
    hub = Given(api)
    hub.published("Foo", "1", {"Bar": 1}, branch="main")
    hub.version("Bar", "9", "main")
    hub.verified("Foo", "1", "Bar", "9")
    hub.call("POST", "/api/v1/reader-schemas", readers("1"))
    hub.call("POST", "/api/v1/live-contracts", live_contracts("1"))
    live = Live(hub)
    live.verified(("Foo", "1", "conversation", "Bar", "stream"), "9", success=False)
    hub.deployed("Bar", "9", hub.environment_uuid("production"))
    return hub


def asked(given: Given, question: list[tuple[str, str]], **more: str) -> Any:
    return given.get("/matrix?" + urlencode([*question, *more.items()]))


def kinds_in(answer: Any) -> set[str]:
    return {row["kind"] for row in answer["matrix"]}


def test_all_kinds_stand_together_unless_some_are_asked_for(given: Given) -> None:
    everything = kinds_in(asked(given, GATE))
    assert {"pact", "conversation", "slo", "journey"} <= everything
    assert kinds_in(asked(given, GATE, kind="pact")) == {"pact"}
    assert kinds_in(asked(given, GATE, kind="pact,conversation")) == {"pact", "conversation"}
    twice = [*GATE, ("kind[]", "slo"), ("kind[]", "pact")]
    assert kinds_in(asked(given, twice)) == {"pact", "slo"}
    assert kinds_in(asked(given, GATE, kind="")) == everything


@pytest.mark.parametrize("kind", ["pact", "conversation", "flow", "pact,reader-schema"])
def test_what_is_shown_decides_nothing(given: Given, kind: str) -> None:
    whole, some = asked(given, GATE), asked(given, GATE, kind=kind)
    assert (some["summary"], some["notices"], some["decision"]) == (
        whole["summary"],
        whole["notices"],
        whole["decision"],
    )
    assert whole["summary"]["deployable"] is not True


def test_the_pair_can_be_looked_at_by_kind(given: Given) -> None:
    answer = given.get("/matrix/provider/Bar/consumer/Foo?kind=conversation&latestby=cvp")
    assert kinds_in(answer) == {"conversation"}


def test_a_kind_that_is_none_is_refused(given: Given) -> None:
    refusal = given.call("GET", "/matrix?" + urlencode([*GATE, ("kind", "pact,promise")]), status=(400,))
    assert "'promise' is no kind of contract; there are pact, reader-schema" in str(refusal)


def test_the_page_shows_kind_and_evidence_and_links_each_kind(api: TestClient, given: Given) -> None:
    assert given is not None
    path = "/matrix?" + urlencode(GATE)
    page = open_page(api, path)
    assert "Bar 9 main Production pact Verified just now replayed" in page.text
    (href,) = [link for link in page.links if link.endswith("kind=conversation")]
    filtered = open_page(api, href)
    assert "Rows 1" in filtered.text
    assert "conversation Failed just now" in filtered.text
    assert "pact Verified" not in filtered.text


def test_the_grid_of_a_pair_has_its_live_contracts(api: TestClient, given: Given) -> None:
    page = open_page(api, "/matrix/provider/Bar/consumer/Foo")
    assert "conversation “stream” Failed" in page.text
    stream = "/api/v1/pacticipants/Foo/versions/1/live-contracts/conversation/Bar/stream"
    assert any(link.startswith(f"{stream}/verification-results/") for link in page.links)
    (every,) = {link for link in page.links if link.startswith("/matrix?")} - {
        link for link in page.links if "version" in link
    }
    assert "reader-schema" in open_page(api, every).text
    Live(given).published("Foo", "2", conversation("Bar", name="stream"), branch="main")
    assert "same contract as above" in open_page(api, "/matrix/provider/Bar/consumer/Foo").text
