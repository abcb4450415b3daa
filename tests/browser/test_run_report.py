"""The HTML report of a run in a real browser, opened from a file and without a network."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from contracthub.domain.verification_runs import SuiteRun
from contracthub.reports.run_html import run_as_html
from tests.browser.test_pages import ATTACK
from tests.reports.runs import CONTRACTS, RUN

pytestmark = pytest.mark.browser


@pytest.fixture
def opened(chromium: Browser, tmp_path: Path) -> Iterator[Page]:
    """The report; whatever the browser complains of, or asks the network for, fails the test."""
    attack = replace(CONTRACTS.checks[1], name=ATTACK, consumer=ATTACK, error=ATTACK, operation=ATTACK, uses=(ATTACK,))
    run = SuiteRun(suite=CONTRACTS.suite, checks=(attack,), problems=(ATTACK,), latencies={ATTACK: (1.0, 2.0)})
    file = tmp_path / "run.html"
    file.write_text(run_as_html(replace(RUN, suites=(*RUN.suites, run))), encoding="utf-8")
    context = chromium.new_context(offline=True)
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda request: wrong.extend([] if request.url == file.as_uri() else [request.url]))
    page.goto(file.as_uri())
    yield page
    assert page.evaluate("window.pwned") is None
    context.close()
    assert wrong == []


def test_checks_are_found_by_words_and_by_result(opened: Page) -> None:
    told, shown = opened.locator("#told"), opened.locator("[data-status]:visible")
    expect(told).to_have_text("9 of 9")
    opened.get_by_label("Search").fill("ORDERS server")
    expect(shown).to_have_count(1)
    expect(shown).to_contain_text("GET /orders/{id}: Server error")
    opened.get_by_label("Search").fill("")
    opened.get_by_label("Result").select_option("known")
    expect(told).to_have_text("1 of 9")
    expect(shown).to_contain_text("Undocumented status code")


def test_failures_stand_open_and_the_rest_opens(opened: Page) -> None:
    expect(opened.get_by_text("body $.total: expected an integer, got nothing").first).to_be_visible()
    passed = opened.get_by_text("The state 'an order exists' was solved by POST /orders.")
    expect(passed).to_be_hidden()
    opened.get_by_text("a request for an order given").click()
    expect(passed).to_be_visible()


def test_an_attack_is_shown_as_text(opened: Page) -> None:
    expect(opened.locator("summary", has_text="onerror=window.pwned").first).to_be_visible()
    assert opened.locator("main img, main svg svg").count() == 0
