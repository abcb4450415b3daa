"""All pages in a real browser, over a real hub: nothing is refused, nothing runs, nothing spills over."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import quote

import httpx
import pytest
from playwright.sync_api import Browser, Page
from starlette.testclient import TestClient

from tests.conftest import LiveHub
from tests.features.given import Given
from tests.web.pages import story

pytestmark = pytest.mark.browser

ATTACK = "<script>window.pwned=1</script>\"'><img src=x onerror=window.pwned=2><svg onload=window.pwned=3>{{7*7}}\u202e"
LONG = "a-very-long-name-without-any-break" * 8


@dataclass
class Watched:
    """A browser window that notes everything that goes wrong in it."""

    page: Page
    hub: str
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        note = self.wrong.append
        self.page.on("console", lambda message: note(f"{self.page.url} {message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: note(f"{self.page.url} {error}"))
        self.page.on("requestfailed", lambda request: self._note_failed(request.url, request.failure))
        self.page.on("request", lambda request: self._note_foreign(request.url))

    def open(self, path: str, status: int = 200) -> Page:
        answer = self.page.goto(self.hub + path)
        assert answer is not None
        assert answer.status == status, path
        return self.page

    def _note_failed(self, url: str, failure: str | None) -> None:
        # A browser gives up on the icon of a page that it leaves.
        if failure != "net::ERR_ABORTED":
            self.wrong.append(f"{self.page.url} failed: {url} {failure}")

    def _note_foreign(self, url: str) -> None:
        if not url.startswith(self.hub):
            self.wrong.append(f"asset from elsewhere: {url}")


@pytest.fixture
def hub(live_hub: LiveHub) -> Iterator[tuple[LiveHub, Given]]:
    """A hub with the story, and with text that attacks and text that is long."""
    with httpx.Client(base_url=live_hub.url, timeout=60) as client:
        given = Given(cast("TestClient", client))
        story.tell(given)
        hostile = {"interactions": [{"description": ATTACK, "request": {"path": ATTACK, "body": {ATTACK: ATTACK}}}]}
        story.publish(given, ATTACK, LONG, {LONG: hostile}, branch=LONG)
        given.verified(ATTACK, LONG, LONG, LONG, success=False, testResults=[{"description": ATTACK, "success": False}])
        yield live_hub, given


@pytest.fixture
def watch(chromium: Browser, hub: tuple[LiveHub, Given]) -> Iterator[Callable[..., Watched]]:
    """Opens windows; what was noted in them must be nothing in the end."""
    opened: list[Watched] = []

    def window(**options: Any) -> Watched:
        page = chromium.new_context(**options).new_page()
        opened.append(Watched(page, hub[0].url))
        return opened[-1]

    yield window
    wrong = [each for window in opened for each in window.wrong]
    for each in opened:
        each.page.context.close()
    assert wrong == []


def pages_of(given: Given) -> list[str]:
    consumer, provider = quote(ATTACK, safe=""), quote(LONG, safe="")
    return [
        *story.every_page(given),
        f"/pacticipants/{consumer}",
        f"/pacticipants/{provider}",
        f"/matrix/provider/{provider}/consumer/{consumer}",
        f"/pacts/provider/{provider}/consumer/{consumer}/latest",
        f"/can-i-deploy?pacticipant={consumer}&version={provider}&environment=production",
        story.evidence_path(given, consumer, provider, success=False),
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [400, 1200])
def test_no_page_complains_runs_foreign_script_or_spills_over(
    hub: tuple[LiveHub, Given], watch: Callable[..., Watched], scheme: str, width: int
) -> None:
    window = watch(color_scheme=scheme, viewport={"width": width, "height": 800})
    for path in pages_of(hub[1]):
        page = window.open(path)
        assert page.evaluate("window.pwned") is None, path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert page.evaluate("getComputedStyle(document.body).display") == "flex", path


def test_pages_work_without_javascript(hub: tuple[LiveHub, Given], watch: Callable[..., Watched]) -> None:
    page = watch(java_script_enabled=False).open("/can-i-deploy")

    page.get_by_label("Pacticipant", exact=True).fill("orders")
    page.get_by_label("Version").fill("2.0")
    page.get_by_label("Environment").select_option("production")
    page.get_by_role("button", name="Can I deploy?").click()

    assert page.get_by_role("heading", level=1).inner_text() == "No"
    # Waiting is part of looking: a page arrives in its own time, and what never comes is a failure.
    page.get_by_text("contracthub verify provider orders").wait_for()
    page.get_by_role("link", name="Evidence").first.click()
    page.get_by_text("Expected 12.5 but got nothing").wait_for()


def test_from_the_first_page_to_the_evidence_by_keyboard(
    hub: tuple[LiveHub, Given], watch: Callable[..., Watched]
) -> None:
    page = watch().open("/")

    page.keyboard.press("/")
    page.keyboard.type("orders")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?q=orders")
    page.get_by_role("link", name="Matrix of web with orders").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/matrix/**")
    page.locator("td.bad a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/verification-results/*")

    assert page.get_by_role("heading", level=1).inner_text() == "Failed"


def test_a_command_can_be_copied(hub: tuple[LiveHub, Given], watch: Callable[..., Watched]) -> None:
    window = watch(permissions=["clipboard-read", "clipboard-write"])
    page = window.open("/can-i-deploy?pacticipant=orders&version=2.0&environment=production")

    page.get_by_role("button", name="Copy").click()
    page.get_by_role("button", name="Copied").wait_for()

    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == "contracthub verify provider orders --provider-base-url URL --publish"


def test_texts_stand_out_from_their_ground(hub: tuple[LiveHub, Given], watch: Callable[..., Watched]) -> None:
    """WCAG AA: 4.5 to 1 for every colour that carries words, light and dark."""
    for scheme in ("light", "dark"):
        page = watch(color_scheme=scheme).open("/")
        pairs = [(text, ground) for text in ("text", "muted", "accent") for ground in ("ground", "surface", "raised")]
        pairs += [
            ("faint", "surface"),
            ("faint", "ground"),
            *((tone, f"{tone}-soft") for tone in ("good", "bad", "warn", "unknown")),
        ]
        for text, ground in (*pairs, ("accent-text", "accent"), ("muted", "good-soft"), ("muted", "bad-soft")):
            assert page.evaluate(CONTRAST, [f"--{text}", f"--{ground}"]) >= 4.5, (scheme, text, ground)


CONTRAST = """
([text, ground]) => {
  const style = getComputedStyle(document.documentElement);
  const light = (name) => {
    let hex = style.getPropertyValue(name).trim().slice(1);
    if (hex.length === 3) hex = [...hex].map((each) => each + each).join("");
    const parts = [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255);
    const [red, green, blue] = parts.map((each) => each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [low, high] = [light(text), light(ground)].sort((one, other) => one - other);
  return (high + 0.05) / (low + 0.05);
}
"""
