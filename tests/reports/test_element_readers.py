"""Who uses an element, and what is deprecated, as people read it: nothing from outside steers a terminal or a page."""

from datetime import UTC, date, datetime

from contracthub.domain.deprecations import Deprecation, Deprecations
from contracthub.domain.element_usage import ElementReader, ElementUsage, ElementUse, NotKnown, Removal
from contracthub.reports.deprecations import deprecations_for_markdown, deprecations_for_terminal
from contracthub.reports.element_readers import readers_for_terminal, removal_for_terminal

SINCE = datetime(2026, 11, 1, tzinfo=UTC)
TODAY = date(2026, 11, 21)
EVIL = "x\x1b[31m\n| <b>@all</b>"


def reader(uses: int = 1, *, name: str = "web", can_do_without: bool = False) -> ElementReader:
    told = tuple(ElementUse("reads", f"request {at}", "GET /a", "response body $.a") for at in range(min(uses, 20)))
    return ElementReader(name, "1", ("production", "test"), "pact", SINCE, told, uses, can_do_without)


def usage(*readers: ElementReader, unknown: tuple[NotKnown, ...] = (), removal: Removal = Removal.USED) -> ElementUsage:
    return ElementUsage("orders", ("GET /a#/a", "GET /a#/a"), ("production",), readers, unknown, (), removal)


def test_each_consumer_with_place_and_proof() -> None:
    told = readers_for_terminal(usage(reader(30), reader(name="app", can_do_without=True))).splitlines()
    assert told[0] == "GET /a#/a of orders is used by 2 consumers:"
    assert told[1] == "  web 1 in production, test (since 2026-11-01, pact)"
    assert told[2] == "    reads response body $.a: request 0 (GET /a)"
    assert told[7] == "    and 25 more"
    assert told[8] == "  app 1 in production, test (since 2026-11-01, pact; it can do without)"


def test_the_verdict_comes_first() -> None:
    silent = NotKnown("has published no contract with orders", "web", "2", ("test",))
    for removal, start in (
        (Removal.UNUSED, "Yes: nobody who lives in production uses GET /a#/a."),
        (Removal.USED, "No: 1 consumer in production uses GET /a#/a."),
        (Removal.UNKNOWN, "Not known: whether anybody in production uses GET /a#/a can't be told."),
    ):
        told = removal_for_terminal(usage(reader(), unknown=(silent,), removal=removal))
        assert told.startswith(start)
        assert told.endswith("Not known:\n  web 2 in test: has published no contract with orders.")
    nameless = usage(unknown=(NotKnown("no document says so"),))
    assert readers_for_terminal(nameless).endswith("Not known:\n  no document says so.")
    assert readers_for_terminal(usage()).startswith("Nobody who lives in production is known to use")


def entry(sunset: date | None, text: str | None, *readers: ElementReader, reason: str | None = None) -> Deprecation:
    names = ("GET /a", "GET /b", "GET /c", "GET /d")
    return Deprecation("operation", names, 7, "openapi", "1", "/paths", reason, sunset, text, readers)


def found(*entries: Deprecation, cut: bool = False) -> Deprecations:
    silent = NotKnown("has published no contract with orders", "web", "2", ("test",))
    return Deprecations("orders", TODAY, ("openapi of 1",), ("test",), entries, (silent,), cut)


def test_each_deprecation_with_its_day() -> None:
    for sunset, text, told in (
        (date(2026, 11, 20), "2026-11-20", "overdue since 2026-11-20 (1 day)"),
        (date(2026, 11, 21), "2026-11-21", "until 2026-11-21 (0 days left)"),
        (date(2027, 1, 1), "2027-01-01", "until 2027-01-01 (41 days left)"),
        (None, "soon", "no day can be read from 'soon'"),
        (None, None, "no sunset date"),
    ):
        for shown in (
            deprecations_for_terminal(found(entry(sunset, text))),
            deprecations_for_markdown(found(entry(sunset, text))),
        ):
            assert told in shown
            assert "and 4 more" in shown
            assert "has published no contract with orders." in shown
    assert "nobody is known to use it" in deprecations_for_terminal(found(entry(None, None)))
    assert "Nothing is deprecated in openapi of 1" in deprecations_for_terminal(found())
    assert "2 parts are deprecated" in deprecations_for_terminal(found(entry(None, None), entry(None, None), cut=True))
    assert "not looked at" in deprecations_for_markdown(found(cut=True))


def everything_about(text: str) -> list[str]:
    """Every report, with the text in every place that comes from outside."""
    use = ElementUse(text, text, text, text)
    user = ElementReader(text, text, (text,), text, SINCE, (use,), 1, can_do_without=False)
    unknown = NotKnown(text, text, text, (text,))
    asked = ElementUsage(text, (text,), (text,), (user,), (unknown,), (unknown,), Removal.USED)
    gone = Deprecation(text, (text,), 1, text, text, text, text, None, text, (user,))
    all_gone = Deprecations(text, TODAY, (text,), (text,), (gone,), (unknown,))
    return [
        readers_for_terminal(asked),
        removal_for_terminal(asked),
        deprecations_for_terminal(all_gone),
        deprecations_for_markdown(all_gone),
    ]


def test_nothing_from_outside_leaves_its_place() -> None:
    for evil, harmless in zip(everything_about(EVIL), everything_about("x"), strict=True):
        assert "\x1b" not in evil
        assert len(evil.splitlines()) == len(harmless.splitlines())
    markdown = everything_about(EVIL)[-1]
    assert "<b>" not in markdown
    assert "@all" not in markdown
